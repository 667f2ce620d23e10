// What calls a function or starts a state machine: rules, schedules, subscriptions, mappings.
// AWS: SAM specification, EventSource and its types; "Generated resources": logical ids are the
// function's and the event's, one after the other.
#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/serverless_expansion.hpp"

namespace opsim {

namespace {

/// {Ref: Files} or {"Fn::GetAtt": [Files, Arn]} -> "Files"; else "".
std::string referred(const Node& value) {
  if (const auto name = value.find("Ref")) return std::string{name->spelling()};
  const Node path = value.find("Fn::GetAtt").value_or(Node{});
  return path.is_list() && path.size() > 0 ? std::string{path.at(0).spelling()} : std::string{};
}

/// Enabled: false, or State: DISABLED.
void copy_state(const Node& properties, Draft& to) {
  copy(properties, {"State"}, to);
  if (const auto enabled = properties.find("Enabled"))
    to.set("State",
           Draft::text(enabled->as_boolean().value_or(true) ? "ENABLED" : "DISABLED", *enabled));
}

/// One target of a rule, with what SAM passes on to it.
Draft target_of(const ServerlessEvent& event, std::string_view kind) {
  const Node& properties = event.properties;
  Draft target = Draft::mapping(event.text);
  target.set("Arn", event.target_arn);
  const Node named = properties.find("Target").value_or(Node{}).find("Id").value_or(Node{});
  target.set("Id",
             named.is_text()
                 ? Draft::of(named)
                 : Draft::text(fmt::format("{}{}", event.id(), kind).substr(0, 64), event.text));
  copy(properties, {"Input", "InputPath", "InputTransformer", "RetryPolicy"}, target);
  if (const auto letters = properties.find("DeadLetterConfig"); letters && letters->contains("Arn"))
    target.set("DeadLetterConfig", Draft::of(*letters));
  if (!event.role.empty()) target.set("RoleArn", attribute_of(event.role, "Arn", event.text));
  return target;
}

}  // namespace

void ServerlessExpansion::expand_events(const ServerlessResource& resource, const Draft& target_arn,
                                        const Draft& invoked, bool machine) {
  const Node events = resource.properties.find("Events").value_or(Node{});
  for (const auto& [name, text, at] : events.entries()) {
    ServerlessEvent event{.owner = resource,
                          .name = std::string{name},
                          .type = std::string{text.find("Type").value_or(Node{}).spelling()},
                          .text = text,
                          .properties = text.find("Properties").value_or(Node{}),
                          .target_arn = target_arn,
                          .invoked = invoked};
    if (machine) event.role = event.id() + "Role";
    expand_event(event);
  }
}

void ServerlessExpansion::expand_event(const ServerlessEvent& event) {
  struct Row {
    std::string_view type;
    void (ServerlessExpansion::*add)(const ServerlessEvent&);
  };
  constexpr Row kRows[] = {
      {"Api", &ServerlessExpansion::add_route},
      {"CloudWatchEvent", &ServerlessExpansion::add_rule},
      {"CloudWatchLogs", &ServerlessExpansion::add_log_filter},
      {"DocumentDB", &ServerlessExpansion::add_source_mapping},
      {"DynamoDB", &ServerlessExpansion::add_source_mapping},
      {"EventBridgeRule", &ServerlessExpansion::add_rule},
      {"HttpApi", &ServerlessExpansion::add_route},
      {"Kinesis", &ServerlessExpansion::add_source_mapping},
      {"MQ", &ServerlessExpansion::add_source_mapping},
      {"MSK", &ServerlessExpansion::add_source_mapping},
      {"S3", &ServerlessExpansion::add_bucket_event},
      {"SNS", &ServerlessExpansion::add_subscription},
      {"SQS", &ServerlessExpansion::add_source_mapping},
      {"Schedule", &ServerlessExpansion::add_rule},
      {"ScheduleV2", &ServerlessExpansion::add_schedule},
  };
  const auto row = std::ranges::find(kRows, event.type, &Row::type);
  if (row != std::end(kRows)) return (this->*row->add)(event);
  not_simulated(fmt::format("SAM event {}", event.type));
}

void ServerlessExpansion::add_permission(const ServerlessEvent& event, std::string_view principal,
                                         Draft source_arn) {
  Draft permission = Draft::mapping(event.text);
  permission.set("Action", Draft::text("lambda:InvokeFunction", event.text));
  permission.set("FunctionName", event.invoked);
  permission.set("Principal", Draft::text(std::string{principal}, event.text));
  if (source_arn.kind() != NodeKind::null) permission.set("SourceArn", std::move(source_arn));
  add(event.id() + "Permission", "AWS::Lambda::Permission", std::move(permission),
      event.owner.text);
}

/// The role with which a rule or a schedule starts a state machine or calls a function.
void ServerlessExpansion::add_invoker_role(const ServerlessEvent& event, std::string_view service) {
  const bool machine = event.owner.type == "StateMachine";
  Draft statement = Draft::mapping(event.text);
  statement.set("Effect", Draft::text("Allow", event.text));
  statement.set("Action", Draft::text(machine ? "states:StartExecution" : "lambda:InvokeFunction",
                                      event.text));
  statement.set("Resource", event.target_arn);
  Draft document = Draft::mapping(event.text);
  document.set("Version", Draft::text("2012-10-17", event.text));
  Draft statements = Draft::list(event.text);
  statements.add(std::move(statement));
  document.set("Statement", std::move(statements));
  Draft policy = Draft::mapping(event.text);
  policy.set("PolicyName", Draft::text(event.id() + "StartExecutionPolicy", event.text));
  policy.set("PolicyDocument", std::move(document));
  Draft policies = Draft::list(event.text);
  policies.add(std::move(policy));
  Draft role = Draft::mapping(event.text);
  role.set("AssumeRolePolicyDocument", Draft::json({{"Version", "2012-10-17"},
                                                    {"Statement",
                                                     {{{"Effect", "Allow"},
                                                       {"Principal", {{"Service", {service}}}},
                                                       {"Action", {"sts:AssumeRole"}}}}}},
                                                   event.text));
  role.set("Policies", std::move(policies));
  add(event.role, "AWS::IAM::Role", std::move(role), event.owner.text);
}

/// Schedule, EventBridgeRule, CloudWatchEvent: a rule with one target.
void ServerlessExpansion::add_rule(const ServerlessEvent& event) {
  const Node& properties = event.properties;
  Draft rule = Draft::mapping(event.text);
  copy(properties, {"Description", "EventBusName", "Name"}, rule);
  copy(properties, "Pattern", rule, "EventPattern");
  copy(properties, "RuleName", rule, "Name");
  copy(properties, "Schedule", rule, "ScheduleExpression");
  copy_state(properties, rule);
  Draft targets = Draft::list(event.text);
  const bool machine = !event.role.empty();
  targets.add(target_of(event, machine ? "StepFunctionsTarget" : "LambdaTarget"));
  rule.set("Targets", std::move(targets));
  add(event.id(), "AWS::Events::Rule", std::move(rule), event.owner.text);
  if (machine)
    add_invoker_role(event, "events.amazonaws.com");
  else
    add_permission(event, "events.amazonaws.com", attribute_of(event.id(), "Arn", event.text));
}

/// ScheduleV2: EventBridge Scheduler, which always assumes a role.
void ServerlessExpansion::add_schedule(const ServerlessEvent& written) {
  ServerlessEvent event = written;
  event.role = event.id() + "Role";
  const Node& properties = event.properties;
  const auto own = properties.find("RoleArn");
  Draft schedule = Draft::mapping(event.text);
  copy(properties,
       {"Description", "EndDate", "FlexibleTimeWindow", "GroupName", "KmsKeyArn", "Name",
        "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate"},
       schedule);
  copy_state(properties, schedule);
  if (!properties.contains("FlexibleTimeWindow"))
    schedule.set("FlexibleTimeWindow", Draft::json({{"Mode", "OFF"}}, event.text));
  if (!properties.contains("Name"))
    schedule.set("Name", Draft::text(event.id().substr(0, 64), event.text));
  Draft target = target_of(event, "");
  target.erase("Id");
  target.set("RoleArn", own ? Draft::of(*own) : attribute_of(event.role, "Arn", event.text));
  schedule.set("Target", std::move(target));
  add(event.id(), "AWS::Scheduler::Schedule", std::move(schedule), event.owner.text);
  if (!own) add_invoker_role(event, "scheduler.amazonaws.com");
}

void ServerlessExpansion::add_subscription(const ServerlessEvent& event) {
  Draft subscription = Draft::mapping(event.text);
  subscription.set("Endpoint", event.target_arn);
  subscription.set("Protocol", Draft::text("lambda", event.text));
  copy(event.properties, "Topic", subscription, "TopicArn");
  copy(event.properties, {"FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Region"},
       subscription);
  if (event.properties.find("SqsSubscription").value_or(Node{}).as_boolean().value_or(false))
    not_simulated("SAM event SNS SqsSubscription");
  add(event.id(), "AWS::SNS::Subscription", std::move(subscription), event.owner.text);
  const auto topic = event.properties.find("Topic");
  add_permission(event, "sns.amazonaws.com", topic ? Draft::of(*topic) : Draft{});
}

/// "SAM ... adds the notification to the bucket", which must stand in the same template.
void ServerlessExpansion::add_bucket_event(const ServerlessEvent& event) {
  const Node bucket = event.properties.find("Bucket").value_or(Node{});
  const std::string id = referred(bucket);
  if (id.empty() || !root_.find("Resources").value_or(Node{}).contains(id)) {
    complain(
        event.text,
        fmt::format("event {}: Bucket must be the Ref of a bucket of this template", event.name));
    return;
  }
  Draft& rows = bucket_events_.try_emplace(id, Draft::list(event.text)).first->second;
  Draft& needs = bucket_needs_.try_emplace(id, Draft::list(event.text)).first->second;
  const Node events = event.properties.find("Events").value_or(Node{});
  std::vector<Node> kinds;
  if (!events.is_list()) kinds.push_back(events);
  for (const Node& kind : events.items()) kinds.push_back(kind);
  for (const Node& kind : kinds) {
    Draft row = Draft::mapping(event.text);
    row.set("Event", Draft::of(kind));
    row.set("Function", event.target_arn);
    copy(event.properties, {"Filter"}, row);
    rows.add(std::move(row));
  }
  needs.add(Draft::text(event.id() + "Permission", event.text));
  add_permission(event, "s3.amazonaws.com", Draft{});
  if (Draft* made = resources_.find(event.id() + "Permission"))
    made->find("Properties")->set("SourceAccount", ref_to("AWS::AccountId", event.text));
}

void ServerlessExpansion::add_log_filter(const ServerlessEvent& event) {
  Draft filter = Draft::mapping(event.text);
  filter.set("DestinationArn", event.target_arn);
  copy(event.properties, {"FilterPattern", "LogGroupName"}, filter);
  Draft resource = Draft::mapping(event.text);
  resource.set("Type", Draft::text("AWS::Logs::SubscriptionFilter", event.text));
  resource.set("DependsOn", Draft::text(event.id() + "Permission", event.text));
  resource.set("Properties", std::move(filter));
  resources_.set(event.id(), std::move(resource));
  add_permission(event, "logs.amazonaws.com", Draft{});
}

/// SQS, Kinesis, DynamoDB, ...: Lambda polls for the function.
void ServerlessExpansion::add_source_mapping(const ServerlessEvent& event) {
  Draft mapping = Draft::mapping(event.text);
  for (const std::string_view source : {"Queue", "Stream", "Cluster", "Broker"})
    copy(event.properties, source, mapping, "EventSourceArn");
  if (event.type == "MQ") {
    mapping.erase("EventSourceArn");
    copy(event.properties, "Broker", mapping, "EventSourceArn");
    copy(event.properties, {"Queues"}, mapping);
  }
  mapping.set("FunctionName", event.invoked);
  copy(event.properties,
       {"BatchSize", "BisectBatchOnFunctionError", "DestinationConfig", "Enabled", "FilterCriteria",
        "FunctionResponseTypes", "KmsKeyArn", "MaximumBatchingWindowInSeconds",
        "MaximumRecordAgeInSeconds", "MaximumRetryAttempts", "MetricsConfig",
        "ParallelizationFactor", "ProvisionedPollerConfig", "ScalingConfig", "StartingPosition",
        "StartingPositionTimestamp", "Topics", "TumblingWindowInSeconds"},
       mapping);
  add(event.id(), "AWS::Lambda::EventSourceMapping", std::move(mapping), event.owner.text);
}

/// Api and HttpApi: a path of an API, which may be the one that SAM makes up.
void ServerlessExpansion::add_route(const ServerlessEvent& event) {
  const bool http = event.type == "HttpApi";
  const Node named = event.properties.find(http ? "ApiId" : "RestApiId").value_or(Node{});
  std::string api = referred(named);
  if (named.is_null()) api = http ? "ServerlessHttpApi" : "ServerlessRestApi";
  const auto text = [&](std::string_view key, std::string otherwise) {
    return event.properties.find(key).value_or(Node{}).as_text().value_or(std::move(otherwise));
  };
  routes_.push_back({.api = api,
                     .path = text("Path", "$default"),
                     .method = text("Method", "any"),
                     .function = event.owner.id,
                     .at = event.text});
  const std::string stage = http ? "*" : api == "ServerlessRestApi" ? "Prod" : "*";
  Draft source =
      api.empty() ? Draft{}
                  : substituted(fmt::format("arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}"
                                            ":${{AWS::AccountId}}:${{{}}}/{}/*",
                                            api, stage),
                                event.text);
  if (event.role.empty())
    add_permission(event, "apigateway.amazonaws.com", std::move(source));
  else
    add_invoker_role(event, "apigateway.amazonaws.com");
}

}  // namespace opsim
