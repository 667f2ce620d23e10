// Which value each parameter of a stack has.
// AWS: CloudFormation User Guide, "Parameters", "CloudFormation-supplied parameter types".
// SIMPLIFIED: that an id given for an AWS-specific type exists is not checked.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "sim/scenario/stack_scope.hpp"

namespace opsim {

namespace {

/// Where an override was written, or else the parameter's own place.
Node place_of(const StackScope& scope, const ParameterRule& rule) {
  return scope.settings.text.find(rule.name).value_or(rule.text);
}

/// The ids of what every account has from the start in each Region (EC2 User Guide, "Default
/// VPCs": a subnet in each Availability Zone). Entered as resources, so that models can ask for
/// a subnet's zone.
std::vector<std::string> default_network(StackScope& scope, std::string_view type) {
  Resources& resources = scope.cloud.resources();
  const auto standing = [&] {
    std::vector<std::string> ids;
    for (const Resource* resource : resources.of_type(type))
      if (resource->place == scope.place() && resource->attributes.contains("IsDefault"))
        ids.push_back(resource->physical_id);
    return ids;
  };
  if (auto ids = standing(); !ids.empty()) return ids;
  const auto enter = [&](std::string_view of, std::string_view prefix, Json attributes) {
    attributes["IsDefault"] = true;
    const std::string id = scope.cloud.next_id(prefix);
    const std::string kind{of.substr(of.rfind(':') + 1)};
    resources.add({.logical_id = {},
                   .type = std::string{of},
                   .physical_id = id,
                   .arn = opsim::arn(scope.place(), "ec2", fmt::format("{}/{}", kind, id)),
                   .place = scope.place(),
                   .stack = {},
                   .owner = {},
                   .source = {},
                   .attributes = std::move(attributes),
                   .tags = {}});
    return id;
  };
  const std::string vpc = enter("AWS::EC2::VPC", "vpc-", Json::object());
  enter("AWS::EC2::SecurityGroup", "sg-", {{"VpcId", vpc}});
  for (const std::string& zone : zones_of(scope.place().region))
    enter("AWS::EC2::Subnet", "subnet-", {{"VpcId", vpc}, {"AvailabilityZone", zone}});
  return standing();
}

/// Values for a parameter that nobody gave one; none where no guess would be sensible.
std::vector<std::string> invented(StackScope& scope, std::string_view element) {
  if (element == "AWS::EC2::VPC::Id") return default_network(scope, "AWS::EC2::VPC");
  if (element == "AWS::EC2::Subnet::Id") return default_network(scope, "AWS::EC2::Subnet");
  if (element == "AWS::EC2::SecurityGroup::Id")
    return default_network(scope, "AWS::EC2::SecurityGroup");
  if (element == "AWS::EC2::SecurityGroup::GroupName") return {"default"};
  if (element == "AWS::EC2::AvailabilityZone::Name") return zones_of(scope.place().region);
  if (element == "AWS::EC2::KeyPair::KeyName") return {"key"};
  if (element == "AWS::EC2::Image::Id") return {scope.cloud.next_id("ami-")};
  return {};
}

std::string shown(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  for (const Json& item : value) text += (text.empty() ? "" : ", ") + item.get<std::string>();
  return text;
}

void tell_invented(StackScope& scope, const ParameterRule& rule, std::string_view why,
                   const Json& value) {
  scope.diagnostics.note(rule.text.file(), rule.text.position(),
                         fmt::format("parameter {} {}; taken as {}", rule.name, why, shown(value)));
}

std::optional<Json> without_value(StackScope& scope, const ParameterRule& rule) {
  const auto values =
      rule.type.stored ? std::vector<std::string>{} : invented(scope, rule.type.element);
  if (values.empty()) {
    scope.complain(rule.text, fmt::format("parameter {} has no Default, and stack {} sets none",
                                          rule.name, scope.settings.name));
    return std::nullopt;
  }
  Json value = rule.type.list ? Json(values) : Json(values.front());
  tell_invented(scope, rule, "has no value", value);
  return value;
}

/// What the named parameter of the Parameter Store holds. AWS publishes image ids under
/// /aws/service (Systems Manager User Guide, "public parameters"): any image will do here.
std::optional<Json> from_store(StackScope& scope, const ParameterRule& rule,
                               const std::string& name) {
  if (const auto stored = stored_parameter(scope, name)) {
    if (!rule.type.list) return Json(*stored);
    ParameterRule list{.name = rule.name, .text = rule.text};
    list.type = {.element = "String", .list = true};
    return parameter_value(list, *stored, rule.text, scope.diagnostics);
  }
  const bool image = rule.type.element == "AWS::EC2::Image::Id" || name.find("ami") != name.npos ||
                     name.find("image") != name.npos;
  if (!image && !name.starts_with("/aws/")) {
    // AWS: "Unable to fetch parameters [...] from parameter store for this account."
    scope.complain(place_of(scope, rule), fmt::format("parameter {}: the Parameter Store has no {}",
                                                      rule.name, opsim::quoted(name)));
    return std::nullopt;
  }
  const std::string text = image ? scope.cloud.next_id("ami-") : name;
  Json value = rule.type.list ? Json::array({text}) : Json(text);
  tell_invented(scope, rule, fmt::format("names {}, which is not simulated", name), value);
  return value;
}

std::optional<Json> value_of(StackScope& scope, const ParameterRule& rule) {
  const auto set = scope.settings.parameters.find(rule.name);
  std::optional<Json> value;
  if (set != scope.settings.parameters.end()) {
    value = parameter_value(rule, set->second, place_of(scope, rule), scope.diagnostics);
  } else if (rule.default_value) {
    value = rule.default_worth;  // checked when it was read
  } else {
    value = without_value(scope, rule);
  }
  if (!value || !rule.type.stored) return value;
  return from_store(scope, rule, value->get<std::string>());
}

}  // namespace

bool resolve_parameters(StackScope& scope) {
  const std::vector<ParameterRule>& rules = scope.body.rules;
  bool resolved = true;
  for (const auto& [name, written] : scope.settings.parameters) {
    if (std::ranges::find(rules, name, &ParameterRule::name) != rules.end()) continue;
    const Node at = scope.settings.text.find(name).value_or(scope.body.root);
    scope.complain(
        at, fmt::format("stack {} has no parameter {}{}", scope.settings.name, opsim::quoted(name),
                        did_you_mean(name, rules | std::views::transform(&ParameterRule::name))));
    resolved = false;
  }
  for (const ParameterRule& rule : rules) {
    std::optional<Json> value = value_of(scope, rule);
    resolved = resolved && value.has_value();
    scope.parameters.push_back(value ? std::move(*value) : Json(""));
  }
  return resolved;
}

}  // namespace opsim
