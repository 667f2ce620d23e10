// Who may publish to a topic and subscribe to it.
// AWS: SNS Developer Guide, "Example cases for Amazon SNS access control"; SNS API Reference,
// AddPermission, RemovePermission; CloudFormation, AWS::SNS::TopicPolicy,
// AWS::SNS::TopicInlinePolicy.
#include <fmt/format.h>

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

// AWS's default policy lets the owner's account publish, and services that name it as the source's
// owner, as alarms and Auto Scaling do. EventBridge and S3 need a statement of their own:
// EventBridge User Guide, eb-use-resource-based; S3 User Guide, grant-destinations-permissions.
std::string not_allowed(const Topic& topic, const Caller& caller, std::string_view action,
                        std::string_view source_arn) {
  const auto policy = topic.attributes.find("Policy");
  constexpr std::string_view kNeedStatements[] = {"events.amazonaws.com", "s3.amazonaws.com"};
  const bool by_default = policy == topic.attributes.end();
  if (by_default &&
      std::ranges::find(kNeedStatements, caller.principal) == std::end(kNeedStatements))
    return {};
  const PolicyAnswer answer = by_default
                                  ? PolicyAnswer::silent
                                  : ask_policy(policy->second, {action, topic.arn, caller.principal,
                                                                caller.place.account, source_arn});
  // Within the account either policy is enough, the caller's own or this one (models/iam).
  const bool of_owner = caller.place.account == topic.place.account && !caller.is_service();
  if (answer == PolicyAnswer::allowed || (of_owner && answer == PolicyAnswer::silent)) return {};
  const std::string why =
      answer == PolicyAnswer::denied
          ? "with an explicit deny in a resource-based policy"
          : fmt::format("because no resource-based policy allows the {} action", action);
  return fmt::format("User: {} is not authorized to perform: {} on resource: {} {}",
                     caller.principal, action, topic.arn, why);
}

ApiResult<Json> add_permission(Sns& sns, const Request& request) {
  Topic* topic = sns.topic(input::text(request.input, "TopicArn"));
  if (topic == nullptr) return no_such_topic();
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
  Topic* topic = sns.topic(input::text(request.input, "TopicArn"));
  if (topic == nullptr) return no_such_topic();
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
