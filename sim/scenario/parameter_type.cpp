#include <algorithm>
#include <iterator>

#include "sim/scenario/parameter.hpp"

namespace opsim {

namespace {

// User Guide, "CloudFormation-supplied parameter types"; sorted.
constexpr std::string_view kElements[] = {
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
    "AWS::SSM::Parameter::Name",
    "CommaDelimitedList",
    "Number",
    "String",
};
static_assert(std::ranges::is_sorted(kElements));

/// "List<X>" of "List" is "X".
std::optional<std::string_view> argument_of(std::string_view text, std::string_view generic) {
  if (!text.starts_with(generic) || !text.ends_with('>')) return std::nullopt;
  text.remove_prefix(generic.size());
  text.remove_suffix(1);
  if (!text.starts_with('<')) return std::nullopt;
  return text.substr(1);
}

std::optional<ParameterType> value_type(std::string_view text) {
  if (text == "CommaDelimitedList") return ParameterType{.element = "String", .list = true};
  const auto item = argument_of(text, "List");
  const std::string_view element = item.value_or(text);
  if (!std::ranges::binary_search(kElements, element)) return std::nullopt;
  return ParameterType{.element = std::string{element}, .list = item.has_value()};
}

}  // namespace

std::optional<ParameterType> parse_parameter_type(std::string_view text) {
  const auto stored = argument_of(text, "AWS::SSM::Parameter::Value");
  auto type = value_type(stored.value_or(text));
  if (type) type->stored = stored.has_value();
  return type;
}

std::vector<std::string_view> parameter_type_names() {
  return {std::begin(kElements), std::end(kElements)};
}

}  // namespace opsim
