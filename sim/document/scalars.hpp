#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "opsim/document/node.hpp"

namespace opsim {

/// What a plain YAML scalar is, by YAML 1.1 as CloudFormation and SSM documents rely on it.
[[nodiscard]] NodeKind plain_kind(std::string_view spelling) noexcept;

/// Of the spelling of a boolean: true, yes, on and their like; nothing for any other text.
[[nodiscard]] std::optional<bool> boolean_value(std::string_view spelling) noexcept;

/// True for the spelling of a JSON number, or of a YAML one ("+1", ".5", "1.").
[[nodiscard]] bool is_number_spelling(std::string_view spelling) noexcept;
/// Of a number; infinite where it is too large for a double.
[[nodiscard]] double number_value(std::string_view spelling) noexcept;
/// Of a number without fraction that fits 64 bits: "12", "1.0", "1e3".
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view spelling) noexcept;

/// One step of an RFC 6901 pointer: "/a~1b" of the key "a/b", and back.
[[nodiscard]] std::string pointer_step(std::string_view key);
[[nodiscard]] std::string pointer_key(std::string_view step);

}  // namespace opsim
