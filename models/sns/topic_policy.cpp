// Who may publish to a topic and subscribe to it.
// AWS: SNS Developer Guide, "Example cases for Amazon SNS access control"; SNS API Reference,
// AddPermission, RemovePermission; CloudFormation, AWS::SNS::TopicPolicy,
// AWS::SNS::TopicInlinePolicy.
#include <fmt/format.h>

#include <algorithm>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/resource_policy.hpp"

namespace opsim::sns {

namespace {

Json policy_of(const Topic& topic) {
  const auto written = topic.attributes.find("Policy");
  return written == topic.attributes.end() ? default_policy(topic)
                                           : Json::parse(written->second, nullptr, false);
}

Json* statement_of(Json& policy, const std::string& label) {
  if (!policy.is_object() || !policy["Statement"].is_array()) return nullptr;
  for (Json& statement : policy["Statement"])
    if (input::text(statement, "Sid") == label) return &statement;
  return nullptr;
}

Json accounts(const Json& input) {
  Json all = Json::array();
  for (const std::string& account : input::texts(input, "AWSAccountId"))
    all.push_back(fmt::format("arn:aws:iam::{}:root", account));
  return all;
}

Json actions(const Json& input) {
  Json all = Json::array();
  for (const std::string& action : input::texts(input, "ActionName"))
    all.push_back("SNS:" + action);
  return all;
}

}  // namespace

// "By default, only the topic owner can publish": the statement that CreateTopic writes.
Json default_policy(const Topic& topic) {
  Json statement{{"Sid", "__default_statement_ID"},
                 {"Effect", "Allow"},
                 {"Principal", {{"AWS", "*"}}},
                 {"Action",
                  {"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission",
                   "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:Subscribe",
                   "SNS:ListSubscriptionsByTopic", "SNS:Publish"}},
                 {"Resource", topic.arn},
                 {"Condition", {{"StringEquals", {{"AWS:SourceOwner", topic.place.account}}}}}};
  Json statements = Json::array();
  statements.push_back(std::move(statement));
  return {{"Version", "2008-10-17"},
          {"Id", "__default_policy_ID"},
          {"Statement", std::move(statements)}};
}

namespace {

template <std::size_t N>
bool is_among(const std::string_view (&services)[N], std::string_view principal) {
  return std::ranges::find(services, principal) != std::end(services);
}

/// Services that come with a role or the credentials of the account, whose own policy lets them in.
constexpr std::string_view kByRole[] = {"chatbot.amazonaws.com", "cloudformation.amazonaws.com",
                                        "imagebuilder.amazonaws.com", "lambda.amazonaws.com",
                                        "ssm.amazonaws.com"};

/// Services that publish for the account which owns their source, as the default policy asks
/// (AWS:SourceOwner). Any other needs a statement: EventBridge (eb-use-resource-based), S3
/// (grant-destinations-permissions), Incident Manager (chat), Config (sns-topic-policy), CodeStar
/// Notifications (dtconsole, setting-up), Budgets, Backup, CloudTrail, cost anomalies.
/// UNDOCUMENTED: which ones do: these are known to reach a topic that has its default policy.
constexpr std::string_view kNameTheOwner[] = {
    "autoscaling.amazonaws.com", "cloudwatch.amazonaws.com", "elasticache.amazonaws.com",
    "events.rds.amazonaws.com"};

PolicyAnswer by_default(const Topic& topic, const Caller& caller) {
  const bool of_owner = caller.place.account == topic.place.account;
  return of_owner && is_among(kNameTheOwner, caller.principal) ? PolicyAnswer::allowed
                                                               : PolicyAnswer::silent;
}

}  // namespace

std::string not_allowed(const Topic& topic, const Caller& caller, std::string_view action,
                        std::string_view source_arn) {
  const auto policy = topic.attributes.find("Policy");
  const PolicyAnswer answer = policy == topic.attributes.end()
                                  ? by_default(topic, caller)
                                  : ask_policy(policy->second, {action, topic.arn, caller.principal,
                                                                caller.place.account, source_arn});
  // Within the account either policy is enough, the caller's own or this one (models/iam).
  const bool of_owner = caller.place.account == topic.place.account &&
                        (!caller.is_service() || is_among(kByRole, caller.principal));
  if (answer == PolicyAnswer::allowed || (of_owner && answer == PolicyAnswer::silent)) return {};
  const std::string why =
      answer == PolicyAnswer::denied
          ? "with an explicit deny in a resource-based policy"
          : fmt::format("because no resource-based policy allows the {} action", action);
  // As an alarm's history tells it (re:Post, cloudwatch-receive-sns-for-alarm-trigger).
  if (caller.principal == "cloudwatch.amazonaws.com" && !source_arn.empty())
    return fmt::format("Resource: {} is not authorized to perform: {} on resource: {}", source_arn,
                       action, topic.arn);
  return fmt::format("User: {} is not authorized to perform: {} on resource: {} {}",
                     caller.principal, action, topic.arn, why);
}

ApiResult<Json> add_permission(Sns& sns, const Request& request) {
  const ApiResult<Topic*> asked = sns.asked_topic(request.input);
  if (!asked) return asked.error();
  Topic* topic = *asked;
  const std::string label = input::text(request.input, "Label");
  if (label.empty()) return invalid("Label");
  Json policy = policy_of(*topic);
  if (statement_of(policy, label) != nullptr) return invalid("Statement already exists");
  policy["Statement"].push_back({{"Sid", label},
                                 {"Effect", "Allow"},
                                 {"Principal", {{"AWS", accounts(request.input)}}},
                                 {"Action", actions(request.input)},
                                 {"Resource", topic->arn}});
  topic->attributes["Policy"] = policy.dump();
  return Json::object();
}

ApiResult<Json> remove_permission(Sns& sns, const Request& request) {
  const ApiResult<Topic*> asked = sns.asked_topic(request.input);
  if (!asked) return asked.error();
  Topic* topic = *asked;
  Json policy = policy_of(*topic);
  const Json* statement = statement_of(policy, input::text(request.input, "Label"));
  if (statement == nullptr) return Json::object();
  Json kept = Json::array();
  for (const Json& other : policy["Statement"])
    if (&other != statement) kept.push_back(other);
  policy["Statement"] = std::move(kept);
  topic->attributes["Policy"] = policy.dump();
  return Json::object();
}

// One policy a topic: the one that is written last.
ApiResult<Created> create_topic_policy(Sns& sns, const ResourceRequest& request) {
  for (const std::string& arn : input::texts(request.properties, "Topics")) {
    Topic* topic = sns.topic(arn);
    if (topic == nullptr) return no_such_topic();
    topic->attributes["Policy"] =
        attribute_text(input::member(request.properties, "PolicyDocument"));
  }
  const std::string id = fmt::format("{}-{}", request.stack, request.logical_id);
  return Created{id, "", {{"Id", id}}};
}

ApiResult<Created> create_topic_inline_policy(Sns& sns, const ResourceRequest& request) {
  Topic* topic = sns.topic(input::text(request.properties, "TopicArn"));
  if (topic == nullptr) return no_such_topic();
  topic->attributes["Policy"] = attribute_text(input::member(request.properties, "PolicyDocument"));
  return Created{topic->arn, "", Json::object()};
}

}  // namespace opsim::sns
