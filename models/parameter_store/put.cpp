// PutParameter and AWS::SSM::Parameter: a parameter is made, or gains a version.
// AWS: Systems Manager API Reference, PutParameter; CloudFormation, AWS::SSM::Parameter.
#include <fmt/format.h>

#include <algorithm>

#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

namespace {

/// User Guide, "What is Parameter Store?": the AWS managed key of the account.
constexpr std::string_view kManagedKey = "alias/aws/ssm";

/// A text or, as templates and programs may write it, the list itself.
std::string policies_text(const Json& input) {
  const Json& written = input::member(input, "Policies");
  return written.is_array() ? written.dump() : input::text(written);
}

/// The version that a request asks for. What it does not name stays as it was: "All existing
/// policies are preserved until you send new policies"; UNDOCUMENTED of the other members, which
/// the service keeps too.
ApiResult<Version> next_version(const Json& input, const Version* before, SimTime now) {
  Version next = before != nullptr ? *before : Version{};
  next.labels.clear();
  const auto take = [&](std::string_view member, std::string& into) {
    if (std::string text = input::text(input, member); !text.empty()) into = std::move(text);
  };
  take("Type", next.type);
  take("Value", next.value);
  take("Description", next.description);
  take("AllowedPattern", next.allowed_pattern);
  take("DataType", next.data_type);
  take("KeyId", next.key_id);
  if (next.type.empty())
    return ApiError{"ValidationException",
                    "A parameter type is required when you create a parameter."};
  if (before != nullptr && next.type != before->type)
    return ApiError{"HierarchyTypeMismatchException",
                    fmt::format("Parameter Store doesn't support changing a parameter type in a "
                                "hierarchy: {} is a {}, not a {}. You must create a new, unique "
                                "parameter.",
                                input::text(input, "Name"), before->type, next.type)};
  if (next.type == "SecureString" && next.key_id.empty()) next.key_id = kManagedKey;
  if (next.type != "SecureString") next.key_id.clear();
  if (const std::string text = policies_text(input); !text.empty()) {
    ApiResult<std::vector<Policy>> policies = read_policies(text, now);
    if (!policies) return policies.error();
    next.policies = *std::move(policies);
  }
  // "the system resets the notification time period based on the new value of LastModifiedTime"
  for (Policy& policy : next.policies)
    if (policy.kind == Policy::Kind::no_change_notification) policy.finished = false;
  if (auto bad = choose_tier(input, before, next)) return *std::move(bad);
  if (auto bad = check_value(next)) return *std::move(bad);
  next.number = before != nullptr ? before->number + 1 : 1;
  next.modified = now;
  return next;
}

/// "Parameter Store retains the 100 most recently created versions", but one with a label is not
/// deleted (User Guide, "Working with parameter versions").
std::optional<ApiError> check_room(const Parameter& parameter) {
  if (parameter.versions.size() < kKeptVersions || parameter.versions.front().labels.empty())
    return std::nullopt;
  return ApiError{
      "ParameterMaxVersionLimitExceeded",
      fmt::format("You attempted to create a new version of {} by calling the PutParameter API "
                  "with the overwrite flag. Version {}, the oldest version, can't be deleted "
                  "because it has a label associated with it. Move the label to another version of "
                  "the parameter, and try again.",
                  parameter.name, parameter.versions.front().number)};
}

/// General Reference: 10,000 standard parameters of an account and Region, 100,000 advanced ones.
std::optional<ApiError> check_quota(const ParameterStore& store, const Place& place,
                                    const std::string& tier) {
  if (store.parameters.size() < kStandardParameters) return std::nullopt;
  const auto held = std::ranges::count_if(store.parameters, [&](const auto& entry) {
    return entry.first.first == place && entry.second.current().tier == tier;
  });
  const std::size_t most = tier == "Advanced" ? kAdvancedParameters : kStandardParameters;
  if (static_cast<std::size_t>(held) < most) return std::nullopt;
  return ApiError{"ParameterLimitExceeded",
                  fmt::format("You have exceeded the number of {} parameters for this AWS account. "
                              "Delete one or more parameters and try again.",
                              tier)};
}

ApiResult<const Version*> put(ParameterStore& store, const Place& place, const Json& input,
                              const std::string& user) {
  const std::string name = input::text(input, "Name");
  if (auto bad = check_name(name)) return *std::move(bad);
  if (auto bad = check_members(input)) return *std::move(bad);
  const ParameterStore::Key key{place, name};
  const auto found = store.parameters.find(key);
  const bool fresh = found == store.parameters.end();
  if (!fresh && !input::boolean(input, "Overwrite").value_or(false))
    return ApiError{"ParameterAlreadyExists",
                    "The parameter already exists. To overwrite this value, set the overwrite "
                    "option in the request to true."};
  const Version* before = fresh ? nullptr : &found->second.current();
  ApiResult<Version> next = next_version(input, before, store.sim().now());
  if (!next) return next.error();
  if (!fresh)
    if (auto full = check_room(found->second)) return *std::move(full);
  if (fresh)
    if (auto full = check_quota(store, place, next->tier)) return *std::move(full);
  Parameter& parameter = store.parameters[key];
  parameter.name = name;
  if (fresh) parameter.tags = input::tags(input::member(input, "Tags"));
  next->user = user;
  if (parameter.versions.size() >= kKeptVersions)
    parameter.versions.erase(parameter.versions.begin());
  parameter.versions.push_back(*std::move(next));
  tell_change(store, place, parameter, fresh ? "Create" : "Update");
  watch_policies(store, key);
  return &store.parameters.at(key).current();
}

}  // namespace

Parameter* ParameterStore::find(const Place& place, std::string_view name) {
  const auto named = [&](std::string_view text) -> Parameter* {
    const auto found = parameters.find({place, std::string{text}});
    return found == parameters.end() ? nullptr : &found->second;
  };
  constexpr std::string_view kResource = ":parameter/";
  const auto resource = name.starts_with("arn:") ? name.find(kResource) : std::string_view::npos;
  if (resource == std::string_view::npos) return named(name);
  // The ARN of "host" and of "/host" are the same.
  if (Parameter* path = named(name.substr(resource + kResource.size() - 1))) return path;
  return named(name.substr(resource + kResource.size()));
}

Answer put_parameter(ParameterStore& store, const Request& request) {
  const ApiResult<const Version*> made =
      put(store, request.place(), request.input, request.caller.principal);
  if (!made) return made.error();
  return Json{{"Version", (*made)->number}, {"Tier", (*made)->tier}};
}

/// SIMPLIFIED: a SecureString is made here too, which CloudFormation refuses.
ApiResult<Created> create_parameter(ParameterStore& store, const ResourceRequest& request) {
  Json input = request.properties;
  std::string name = input::text(input, "Name");
  if (name.empty()) {
    name = fmt::format("{}-{}-{}", request.stack, request.logical_id, request.cloud.next_id(""));
    input["Name"] = name;
  }
  const ApiResult<const Version*> made =
      put(store, request.place, input, "cloudformation.amazonaws.com");
  if (!made) return made.error();
  Created created;
  created.physical_id = name;
  created.arn = parameter_arn(request.place, name);
  created.attributes = {{"Type", (*made)->type}, {"Value", (*made)->value}};
  return created;
}

}  // namespace opsim::parameter_store
