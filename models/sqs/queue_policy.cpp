// Who may use a queue, and its tags.
// AWS: SQS Developer Guide, "Basic examples of Amazon SQS policies"; SQS API Reference,
// AddPermission, RemovePermission, TagQueue; CloudFormation, AWS::SQS::QueuePolicy,
// AWS::SQS::QueueInlinePolicy.
#include <fmt/format.h>

#include <algorithm>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/resource_policy.hpp"

namespace opsim::sqs {

namespace {

Json policy_of(const Queue& queue) {
  const auto written = queue.spec().others.find("Policy");
  Json policy = written == queue.spec().others.end()
                    ? Json{{"Version", "2012-10-17"},
                           {"Id", queue.arn() + "/SQSDefaultPolicy"},
                           {"Statement", Json::array()}}
                    : Json::parse(written->second, nullptr, false);
  if (!policy.is_object()) policy = Json::object();
  if (!policy["Statement"].is_array()) policy["Statement"] = Json::array();
  return policy;
}

void write_policy(Queue& queue, const Json& policy) {
  QueueSpec spec = queue.spec();
  spec.others["Policy"] = policy.dump();
  if (policy.at("Statement").empty()) spec.others.erase("Policy");
  queue.set_spec(std::move(spec));
}

ApiResult<void> put_policy(Sqs& sqs, const std::string& url, const Json& document) {
  Queue* queue = sqs.find_url(sqs.cloud.home(), url);
  if (queue == nullptr) queue = sqs.find_arn(url);
  if (queue == nullptr) return no_such_queue();
  QueueSpec spec = queue->spec();
  spec.others["Policy"] = document.is_string() ? document.get<std::string>() : document.dump();
  queue->set_spec(std::move(spec));
  return {};
}

/// "By default, only the queue's owner may use it": the owner's users and roles, and services that
/// come with a role of theirs (Lambda's event sources and destinations, lifecycle hooks of Auto
/// Scaling). Any other service needs a statement: EventBridge User Guide, eb-use-resource-based,
/// eb-rule-dlq; SNS Developer Guide, subscribe-sqs-queue-to-sns-topic; S3 User Guide,
/// grant-destinations-permissions.
bool is_of_owner(const Queue& queue, const Caller& caller) {
  constexpr std::string_view kByRole[] = {"autoscaling.amazonaws.com", "lambda.amazonaws.com",
                                          "ssm.amazonaws.com"};
  const bool by_role = std::ranges::find(kByRole, caller.principal) != std::end(kByRole);
  return caller.place.account == queue.place().account && (!caller.is_service() || by_role);
}

Json texts_with(std::string_view pattern, const std::vector<std::string>& texts) {
  Json all = Json::array();
  for (const std::string& text : texts) all.push_back(fmt::format(fmt::runtime(pattern), text));
  return all;
}

}  // namespace

std::optional<ApiError> not_allowed(const Queue& queue, const Caller& caller,
                                    std::string_view action, std::string_view source_arn) {
  const auto policy = queue.spec().others.find("Policy");
  const bool of_owner = is_of_owner(queue, caller);
  const std::string arn = queue.arn();
  const std::string full = fmt::format("sqs:{}", action);
  const PolicyAnswer answer = policy == queue.spec().others.end()
                                  ? PolicyAnswer::silent
                                  : ask_policy(policy->second, {full, arn, caller.principal,
                                                                caller.place.account, source_arn});
  // Within the account either policy is enough, the caller's own or this one (models/iam).
  if (answer == PolicyAnswer::allowed || (of_owner && answer == PolicyAnswer::silent))
    return std::nullopt;
  const std::string why =
      answer == PolicyAnswer::denied
          ? "with an explicit deny in a resource-based policy"
          : fmt::format("because no resource-based policy allows the {} action", full);
  return ApiError{"AccessDenied",
                  fmt::format("User: {} is not authorized to perform: {} on resource: {} {}",
                              caller.principal, full, arn, why),
                  403};
}

std::optional<ApiError> refused_caller(const Queue& queue, const Request& request,
                                       std::string_view action) {
  return not_allowed(queue, request.caller, action, "");
}

ApiResult<Json> add_permission(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const std::string label = input::text(request.input, "Label");
  Json policy = policy_of(*queue);
  for (const Json& statement : policy["Statement"])
    if (input::text(statement, "Sid") == label)
      return invalid_value(
          fmt::format("Value {} for parameter Label is invalid. Reason: Already exists.", label));
  policy["Statement"].push_back(
      {{"Sid", label},
       {"Effect", "Allow"},
       {"Principal",
        {{"AWS",
          texts_with("arn:aws:iam::{}:root", input::texts(request.input, "AWSAccountIds"))}}},
       {"Action", texts_with("SQS:{}", input::texts(request.input, "Actions"))},
       {"Resource", queue->arn()}});
  write_policy(*queue, policy);
  return Json::object();
}

ApiResult<Json> remove_permission(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const std::string label = input::text(request.input, "Label");
  Json policy = policy_of(*queue);
  Json kept = Json::array();
  for (const Json& statement : policy["Statement"])
    if (input::text(statement, "Sid") != label) kept.push_back(statement);
  if (kept.size() == policy["Statement"].size())
    return invalid_value(
        fmt::format("Value {} for parameter Label is invalid. Reason: can't find label{}.", label,
                    kept.empty() ? "" : " on existing policy"));
  policy["Statement"] = std::move(kept);
  write_policy(*queue, policy);
  return Json::object();
}

ApiResult<Json> tag_queue(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  QueueSpec spec = queue->spec();
  for (const auto& [key, value] : input::tags(input::member(request.input, "Tags")))
    spec.tags[key] = value;
  queue->set_spec(std::move(spec));
  return Json::object();
}

ApiResult<Json> untag_queue(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  QueueSpec spec = queue->spec();
  for (const std::string& key : input::texts(request.input, "TagKeys")) spec.tags.erase(key);
  queue->set_spec(std::move(spec));
  return Json::object();
}

ApiResult<Json> list_queue_tags(Sqs& sqs, const Request& request) {
  const Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  return Json{{"Tags", queue->spec().tags}};
}

ApiResult<Created> create_queue_policy(Sqs& sqs, const ResourceRequest& request) {
  for (const std::string& url : input::texts(request.properties, "Queues"))
    if (auto done = put_policy(sqs, url, input::member(request.properties, "PolicyDocument"));
        !done)
      return done.error();
  return Created{fmt::format("{}-{}", request.stack, request.logical_id), "", Json::object()};
}

ApiResult<Created> create_queue_inline_policy(Sqs& sqs, const ResourceRequest& request) {
  const std::string url = input::text(request.properties, "Queue");
  if (auto done = put_policy(sqs, url, input::member(request.properties, "PolicyDocument")); !done)
    return done.error();
  return Created{url, "", Json::object()};
}

}  // namespace opsim::sqs
