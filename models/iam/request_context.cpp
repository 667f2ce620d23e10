// What the conditions of a policy may ask of a call.
// AWS: IAM User Guide, reference_policies_condition-keys (global keys); Service Authorization
// Reference for ec2:ResourceTag and its like.
// SIMPLIFIED: keys of other services are not known, and no call has an address of its own.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/iam/iam.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

constexpr std::size_t kMostResources = 100;

std::string lower_key(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Members that hand something over instead of naming what the call is about: roles, topics to
/// tell.
bool hands_over(std::string_view name) {
  return name.ends_with("RoleArn") || name.ends_with("RoleARN") || name == "NotificationArn" ||
         name == "PolicyArn";
}

/// What the call names and a stack or a call made: InstanceIds, TopicArn, QueueUrl, ...
std::vector<const Resource*> resources_known(const Request& request) {
  std::vector<const Resource*> found;
  const auto add = [&](const Json& value) {
    if (!value.is_string() || found.size() >= kMostResources) return;
    const auto& text = value.get_ref<const std::string&>();
    const Resource* resource = request.cloud.resources().find(text);
    const bool own = resource != nullptr && !resource->type.empty() &&
                     (resource->physical_id == text || resource->arn == text);
    if (own && std::ranges::count(found, resource) == 0) found.push_back(resource);
  };
  if (!request.input.is_object()) return found;
  for (const auto& [name, value] : request.input.items()) {
    if (hands_over(name)) continue;
    add(value);
    if (value.is_array())
      for (const Json& one : value) add(one);
  }
  return found;
}

void add_tags(PolicyContext& context, const std::string& prefix,
              const std::map<std::string, std::string>& tags) {
  context.absent.insert(prefix);
  for (const auto& [key, value] : tags) context.values[prefix + lower_key(key)] = {value};
}

void add_request_tags(PolicyContext& context, const Request& request) {
  std::map<std::string, std::string> tags = input::tags(input::member(request.input, "Tags"));
  for (const Json& one : input::member(request.input, "TagSpecifications"))
    for (auto& [key, value] : input::tags(input::member(one, "Tags"))) tags[key] = value;
  add_tags(context, "aws:requesttag/", tags);
  context.absent.insert("aws:tagkeys");
  if (!tags.empty())
    for (const auto& [key, value] : tags) context.values["aws:tagkeys"].push_back(key);
}

PolicyContext context_of(const Request& request, const Identity& identity, IdentityKind kind) {
  PolicyContext context;
  auto& values = context.values;
  const SimTime now = request.cloud.sim().now();
  const bool user = kind == IdentityKind::user;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  values["aws:currenttime"] = {iso8601(seconds)};
  values["aws:epochtime"] = {std::to_string(seconds.time_since_epoch().count())};
  values["aws:principalaccount"] = {identity.account};
  values["aws:principalarn"] = {identity.arn};
  values["aws:principaltype"] = {user ? "User" : "AssumedRole"};
  values["aws:requestedregion"] = {request.place().region};
  values["aws:securetransport"] = {"true"};
  values["aws:userid"] = {user ? identity.id : fmt::format("{}:session", identity.id)};
  if (user) {
    values["aws:username"] = {identity.name};
  } else {
    context.absent.insert("aws:username");
    context.absent.insert("aws:multifactorauthpresent");
    context.absent.insert("aws:multifactorauthage");
  }
  // Systems Manager User Guide, "Controlling access to auto-approval runbook workflows".
  if (const std::string automatic = input::text(request.input, "AutoApprove"); !automatic.empty())
    values["ssm:autoapprove"] = {automatic};
  else
    context.absent.insert("ssm:autoapprove");
  values["ec2:region"] = {request.place().region};
  context.absent.insert({"aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:sourcearn",
                         "aws:sourceaccount", "aws:tokenissuetime"});
  add_tags(context, "aws:principaltag/", identity.tags);
  add_request_tags(context, request);
  return context;
}

}  // namespace

std::vector<std::string> resources_named(const Request& request) {
  std::vector<std::string> arns;
  if (!request.input.is_object()) return {"*"};
  for (const auto& [name, value] : request.input.items()) {
    // AWS STS is asked about the role itself.
    if (!value.is_string() || (hands_over(name) && request.service != "sts")) continue;
    const auto& text = value.get_ref<const std::string&>();
    if (text.starts_with("arn:") && Arn::parse(text)) arns.push_back(text);
  }
  if (arns.empty()) arns.emplace_back("*");
  return arns;
}

std::vector<PolicyContext> contexts_of(const Request& request, const Identity& identity,
                                       IdentityKind kind) {
  const PolicyContext all = context_of(request, identity, kind);
  std::vector<PolicyContext> contexts;
  for (const Resource* resource : resources_known(request)) {
    PolicyContext& one = contexts.emplace_back(all);
    one.values["aws:resourceaccount"] = {resource->place.account};
    for (const std::string& service : {std::string{"aws"}, std::string{request.service}})
      add_tags(one, service + ":resourcetag/", resource->tags);
  }
  if (contexts.empty()) contexts.push_back(all);
  return contexts;
}

}  // namespace opsim::iam
