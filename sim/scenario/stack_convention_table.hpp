#pragma once
#include <cstdint>
#include <string_view>

namespace opsim {

/// What Ref gives.
enum class Reference : std::uint8_t { name, id, arn, url };
/// Which parts of the place an ARN names.
enum class ArnScope : std::uint8_t { regional, account, global };

struct Convention {
  std::string_view type;
  Reference reference = Reference::name;
  std::string_view name_property = {};  // or the prefix of an id
  std::string_view arn_service = {};
  std::string_view arn_prefix = {};  // before the name
  ArnScope scope = ArnScope::regional;
};

/// The row of a type; null for the others, whose ARN is made of the parts of their type.
[[nodiscard]] const Convention* find_convention(std::string_view type);

}  // namespace opsim
