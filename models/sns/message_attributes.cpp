// What message attributes may be. AWS: SNS Developer Guide, "Amazon SNS message attributes"; the
// words were recorded on AWS (github.com/localstack/localstack, tests/aws/services/sns/
// test_sns.snapshot.json).
#include <fmt/format.h>

#include <algorithm>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

constexpr std::size_t kLongestName = 256;

ApiError wrong(std::string message) { return {"ParameterValueInvalid", std::move(message)}; }

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

ApiResult<void> check_name(std::string_view name) {
  if (name.size() > kLongestName)
    return wrong("Length of message attribute name must be less than 256 bytes.");
  if (const auto other = std::ranges::find_if_not(name, is_of_name); other != name.end())
    return wrong(
        fmt::format("Invalid non-alphanumeric character '#x{:X}' was found in the message "
                    "attribute name. Can only include alphanumeric characters, hyphens, "
                    "underscores, or dots.",
                    static_cast<unsigned char>(*other)));
  if (name.starts_with('.'))
    return wrong("Invalid message attribute name starting with character '.' was found.");
  if (name.ends_with('.'))
    return wrong("Invalid message attribute name ending with character '.' was found.");
  if (name.find("..") != name.npos)
    return wrong("Message attribute name can not have successive '.' character.");
  return {};
}

/// `String`, `Number.float`, `String.Array`: what stands before the dot says which member holds the
/// value.
ApiResult<void> check_value(std::string_view name, const Json& attribute) {
  const std::string type = input::text(attribute, "DataType");
  const std::string_view base = std::string_view{type}.substr(0, type.find('.'));
  if (base != "String" && base != "Number" && base != "Binary")
    return wrong(
        fmt::format("The message attribute '{}' has an invalid message attribute type, the set of "
                    "supported type prefixes is Binary, Number, and String.",
                    name));
  const bool binary = base == "Binary";
  const auto has = [&](std::string_view member) { return !input::text(attribute, member).empty(); };
  if (has(binary ? "BinaryValue" : "StringValue")) return {};
  if (has(binary ? "StringValue" : "BinaryValue"))
    return wrong(fmt::format("The message attribute '{}' with type '{}' must use field '{}'.", name,
                             type, binary ? "Binary" : "String"));
  return wrong(
      fmt::format("The message attribute '{}' must contain non-empty message attribute value for "
                  "message attribute type '{}'.",
                  name, type));
}

}  // namespace

ApiResult<void> check_message_attributes(const Json& attributes) {
  if (!attributes.is_object()) return {};
  for (const auto& [name, attribute] : attributes.items()) {
    if (input::member(attribute, "DataType").is_null())
      return ApiError{"ValidationError",
                      fmt::format("1 validation error detected: Value null at "
                                  "'messageAttributes.{}.member.dataType' failed to satisfy "
                                  "constraint: Member must not be null",
                                  name)};
    if (auto checked = check_name(name); !checked) return checked;
    if (auto checked = check_value(name, attribute); !checked) return checked;
  }
  return {};
}

}  // namespace opsim::sns
