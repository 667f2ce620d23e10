// Tags of log groups; resource policies and account policies.
// AWS: CloudWatch Logs API Reference; quotas (cloudwatch_limits_cwl): 10 resource policies an
// account and Region, of at most 5,120 characters; 50 tags.
#include <fmt/format.h>

#include <algorithm>

#include "models/logs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logs {
namespace {

constexpr std::size_t kMostPolicies = 10;
constexpr std::size_t kLongestPolicy = 5'120;
constexpr std::size_t kMostTags = 50;

ApiError no_such_resource() {
  return {"ResourceNotFoundException", "The specified resource does not exist.", 400};
}

/// The group that resourceArn names; without it, as the older operations do, logGroupName.
ApiResult<LogGroup*> tagged_group(Logs& logs, const Request& request) {
  const std::string arn = input::text(request.input, "resourceArn");
  if (arn.empty()) return named_group(logs, request);
  LogGroup* group = logs.find(request.place(), arn);
  if (group == nullptr) return no_such_resource();
  return group;
}

}  // namespace

ApiResult<Json> tag_group(Logs& logs, const Request& request) {
  const auto group = tagged_group(logs, request);
  if (!group) return group.error();
  auto tags = (*group)->tags;
  for (auto& [key, value] : input::tags(input::member(request.input, "tags"))) tags[key] = value;
  if (tags.size() > kMostTags)
    return ApiError{"TooManyTagsException", "A resource can have no more than 50 tags."};
  (*group)->tags = std::move(tags);
  return Json::object();
}

ApiResult<Json> untag_group(Logs& logs, const Request& request) {
  const auto group = tagged_group(logs, request);
  if (!group) return group.error();
  for (const char* member : {"tagKeys", "tags"})
    for (const std::string& key : input::texts(request.input, member)) (*group)->tags.erase(key);
  return Json::object();
}

ApiResult<Json> list_tags(Logs& logs, const Request& request) {
  const auto group = tagged_group(logs, request);
  if (!group) return group.error();
  return Json{{"tags", (*group)->tags}};
}

ApiResult<Json> put_resource_policy(Logs& logs, const Request& request) {
  const std::string name = input::text(request.input, "policyName");
  const Json& given = input::member(request.input, "policyDocument");
  const std::string text = given.is_string() ? given.get<std::string>() : given.dump();
  const Json document = Json::parse(text, nullptr, false);
  if (name.empty()) return invalid_parameter("policyName is required");
  if (!document.is_object() || !document.contains("Statement") || text.size() > kLongestPolicy)
    return invalid_parameter("Invalid resource policy document");
  auto& policies = logs.resource_policies[request.place()];
  if (policies.size() >= kMostPolicies && !policies.contains(name))
    return ApiError{"LimitExceededException", "Resource limit exceeded."};
  policies[name] = {text, logs.cloud.sim().now()};
  return Json{{"resourcePolicy",
               {{"policyName", name},
                {"policyDocument", text},
                {"lastUpdatedTime", milliseconds(logs.cloud.sim().now())}}}};
}

ApiResult<Json> delete_resource_policy(Logs& logs, const Request& request) {
  const std::string name = input::text(request.input, "policyName");
  if (logs.resource_policies[request.place()].erase(name) == 0)
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Policy with name [{}] does not exist", name)};
  return Json::object();
}

ApiResult<Json> describe_resource_policies(Logs& logs, const Request& request) {
  Json found = Json::array();
  for (const auto& [name, policy] : logs.resource_policies[request.place()])
    found.push_back({{"policyName", name},
                     {"policyDocument", policy.text},
                     {"lastUpdatedTime", milliseconds(policy.changed)}});
  return Json{{"resourcePolicies", std::move(found)}};
}

ApiResult<Json> put_account_policy(Logs& logs, const Request& request) {
  const std::string name = input::text(request.input, "policyName");
  const std::string type = input::text(request.input, "policyType");
  constexpr std::string_view kTypes[] = {"DATA_PROTECTION_POLICY", "FIELD_INDEX_POLICY",
                                         "METRIC_EXTRACTION_POLICY", "SUBSCRIPTION_FILTER_POLICY",
                                         "TRANSFORMER_POLICY"};
  if (name.empty() || std::ranges::count(kTypes, type) == 0)
    return invalid_parameter("policyName and policyType are required");
  Json kept{{"policyName", name},
            {"policyType", type},
            {"policyDocument", input::text(request.input, "policyDocument")},
            {"scope", "ALL"},
            {"accountId", request.place().account},
            {"lastUpdatedTime", milliseconds(logs.cloud.sim().now())}};
  if (std::string chosen = input::text(request.input, "selectionCriteria"); !chosen.empty())
    kept["selectionCriteria"] = std::move(chosen);
  logs.account_policies[request.place()][{type, name}] = kept;
  return Json{{"accountPolicy", std::move(kept)}};
}

ApiResult<Json> delete_account_policy(Logs& logs, const Request& request) {
  const auto gone = logs.account_policies[request.place()].erase(
      {input::text(request.input, "policyType"), input::text(request.input, "policyName")});
  if (gone == 0)
    return ApiError{"ResourceNotFoundException", "The specified policy does not exist."};
  return Json::object();
}

ApiResult<Json> describe_account_policies(Logs& logs, const Request& request) {
  const std::string type = input::text(request.input, "policyType");
  const std::string name = input::text(request.input, "policyName");
  Json found = Json::array();
  for (const auto& [key, policy] : logs.account_policies[request.place()])
    if (key.first == type && (name.empty() || key.second == name)) found.push_back(policy);
  return Json{{"accountPolicies", std::move(found)}};
}

}  // namespace opsim::logs
