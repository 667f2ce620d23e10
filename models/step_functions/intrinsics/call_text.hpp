#pragma once
/// The text of a call of an intrinsic function, read: a name and arguments, which may be calls.
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::step_functions {

struct Call;
struct Argument {
  enum class Kind : std::uint8_t { value, path, call } kind = Kind::value;
  Json value{};        // of a value
  std::string path{};  // of a path
  std::shared_ptr<const Call> call{};
};
struct Call {
  std::string name;
  std::vector<Argument> arguments;
};

/// The call, or why the text is none.
std::variant<Call, std::string> read_call(std::string_view text);

}  // namespace opsim::step_functions
