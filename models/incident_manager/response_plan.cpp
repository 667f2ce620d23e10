// Response plans, as the API and CloudFormation write them.
// AWS: Incident Manager API, CreateResponsePlan; CloudFormation, AWS::SSMIncidents::ResponsePlan.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/incidents.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

constexpr std::size_t kMostEngagements = 5;  // API, EngagementSet

ApiError plan_not_valid(std::string message) { return {"ValidationException", std::move(message)}; }

bool well_formed_name(std::string_view name) {  // API: ^[a-zA-Z0-9-_]*$, 1 to 200
  return !name.empty() && name.size() <= 200 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// {"name": ["value"]}, or [{"Key": "name", "Values": ["value"]}].
std::map<std::string, std::vector<std::string>> read_parameters(const Json& value) {
  std::map<std::string, std::vector<std::string>> parameters;
  if (value.is_array())
    for (const Json& one : value) parameters[input::text(one, "Key")] = input::texts(one, "Values");
  if (value.is_object())
    for (const auto& [key, unused] : value.items()) parameters[key] = input::texts(value, key);
  return parameters;
}

/// {"name": {"variable": "INCIDENT_RECORD_ARN"}}, or [{"Key": "name", "Value": {"Variable": ...}}].
ApiResult<std::map<std::string, std::string>> read_dynamic(const Json& value) {
  std::map<std::string, std::string> parameters;
  if (value.is_array())
    for (const Json& one : value)
      parameters[input::text(one, "Key")] = input::text(input::member(one, "Value"), "Variable");
  if (value.is_object())
    for (const auto& [key, one] : value.items()) parameters[key] = input::text(one, "Variable");
  for (const auto& [name, variable] : parameters)
    if (variable != "INCIDENT_RECORD_ARN" && variable != "INVOLVED_RESOURCES")
      return plan_not_valid(fmt::format(
          "DynamicParameters {}: \"{}\" is not one of INCIDENT_RECORD_ARN, INVOLVED_RESOURCES",
          name, variable));
  return parameters;
}

ApiResult<void> read_runbook(ResponsePlan& plan, const Json& actions) {
  if (!actions.is_array() || actions.empty()) return {};
  if (actions.size() > 1) return plan_not_valid("Actions: at most one");
  const Json& action = input::member(actions.front(), "SsmAutomation");
  RunbookAction runbook;
  runbook.document = input::text(action, "DocumentName");
  if (runbook.document.empty()) return plan_not_valid("SsmAutomation: DocumentName is required");
  runbook.version = input::text(action, "DocumentVersion");
  runbook.role_arn = input::text(action, "RoleArn");
  runbook.target_account = input::text(action, "TargetAccount");
  runbook.parameters = read_parameters(input::member(action, "Parameters"));
  auto dynamic = read_dynamic(input::member(action, "DynamicParameters"));
  if (!dynamic) return dynamic.error();
  runbook.dynamic_parameters = *std::move(dynamic);
  plan.runbook = std::move(runbook);
  return {};
}

// API IncidentTemplate.
constexpr std::size_t kLongestTitle = 200;
constexpr std::size_t kLongestSummary = 8000;

ApiResult<void> read_template(ResponsePlan& plan, const Json& incident) {
  plan.title = input::text(incident, "Title");
  plan.summary = input::text(incident, "Summary");
  plan.dedupe = input::text(incident, "DedupeString");
  const auto impact = input::integer(incident, "Impact");
  if (plan.title.empty()) return plan_not_valid("IncidentTemplate: Title is required");
  if (plan.title.size() > kLongestTitle)
    return plan_not_valid(
        fmt::format("IncidentTemplate: Title has at most {} characters", kLongestTitle));
  if (plan.summary.size() > kLongestSummary)
    return plan_not_valid(
        fmt::format("IncidentTemplate: Summary has at most {} characters", kLongestSummary));
  if (!impact || *impact < 1 || *impact > 5)
    return plan_not_valid("IncidentTemplate: Impact is 1 (critical) to 5 (no impact)");
  plan.impact = static_cast<int>(*impact);
  for (const Json& target : input::member(incident, "NotificationTargets"))
    plan.notification_topics.push_back(input::text(target, "SnsTopicArn"));
  plan.incident_tags = input::tags(input::member(incident, "IncidentTags"));
  return {};
}

Json topics_json(const std::vector<std::string>& arns) {
  Json targets = Json::array();
  for (const std::string& arn : arns) targets.push_back({{"snsTopicArn", arn}});
  return targets;
}

Json runbook_json(const RunbookAction& runbook) {
  Json dynamic = Json::object();
  for (const auto& [name, variable] : runbook.dynamic_parameters)
    dynamic[name] = {{"variable", variable}};
  return {{"ssmAutomation",
           {{"documentName", runbook.document},
            {"documentVersion", runbook.version},
            {"roleArn", runbook.role_arn},
            {"targetAccount", runbook.target_account},
            {"parameters", runbook.parameters},
            {"dynamicParameters", dynamic}}}};
}

}  // namespace

std::string global_arn(const Place& place, std::string_view resource) {
  return Arn{std::string{partition_of(place.region)}, "ssm-incidents", "", place.account,
             std::string{resource}}
      .text();
}

ApiResult<ResponsePlan> read_response_plan(const Json& input, const Place& place) {
  ResponsePlan plan;
  plan.place = place;
  plan.name = input::text(input, "Name");
  plan.display_name = input::text(input, "DisplayName");
  if (!well_formed_name(plan.name))
    return plan_not_valid(
        fmt::format("Name \"{}\": letters, digits, - and _, 1 to 200 of them", plan.name));
  plan.arn = global_arn(place, "response-plan/" + plan.name);
  if (auto read = read_template(plan, input::member(input, "IncidentTemplate")); !read)
    return read.error();
  if (auto read = read_runbook(plan, input::member(input, "Actions")); !read) return read.error();
  plan.chat_topics = input::texts(input::member(input, "ChatChannel"), "ChatbotSns");
  plan.engagements = input::texts(input, "Engagements");
  if (plan.engagements.size() > kMostEngagements)
    return plan_not_valid(fmt::format("Engagements: at most {}", kMostEngagements));
  plan.integrations = input::member(input, "Integrations");
  return plan;
}

ApiResult<ResponsePlan*> add_response_plan(Incidents& incidents, ResponsePlan plan) {
  const std::string key = plan.arn;
  const auto [found, fresh] = incidents.plans.try_emplace(key, std::move(plan));
  if (!fresh) return ApiError{"ConflictException", fmt::format("{} exists already", key), 409};
  return &found->second;
}

Json to_json(const ResponsePlan& plan) {
  Json incident{{"title", plan.title},
                {"impact", plan.impact},
                {"summary", plan.summary},
                {"notificationTargets", topics_json(plan.notification_topics)},
                {"incidentTags", plan.incident_tags}};
  if (!plan.dedupe.empty()) incident["dedupeString"] = plan.dedupe;
  Json json{{"arn", plan.arn},
            {"name", plan.name},
            {"displayName", plan.display_name},
            {"incidentTemplate", incident},
            {"chatChannel", {{"chatbotSns", plan.chat_topics}}},
            {"engagements", plan.engagements},
            {"actions", Json::array()}};
  if (plan.runbook) json["actions"].push_back(runbook_json(*plan.runbook));
  if (!plan.integrations.is_null()) json["integrations"] = plan.integrations;
  return json;
}

}  // namespace opsim::incident_manager
