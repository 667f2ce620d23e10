// What calls may see of stacks.
// AWS: CloudFormation API reference, data types Stack, StackEvent, StackResource, StackSummary,
// Export.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

std::string stamp(SimTime time) { return iso8601(time); }

Json tags_json(const std::map<std::string, std::string>& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

std::string parameter_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  if (value.is_array())
    for (const Json& one : value) text += (text.empty() ? "" : ",") + input::text(one);
  return text;
}

Json parameters_json(const Stack& stack) {
  Json list = Json::array();
  if (stack.assembly == nullptr) return list;
  for (const Assembly::Parameter& one : stack.assembly->parameters())
    list.push_back({{"ParameterKey", one.name},
                    {"ParameterValue", one.no_echo ? "****" : parameter_text(one.value)}});
  return list;
}

Json outputs_json(const Stack& stack) {
  Json list = Json::array();
  for (const Assembly::Output& one : stack.outputs) {
    Json output{{"OutputKey", one.name}, {"OutputValue", one.value}};
    if (!one.description.empty()) output["Description"] = one.description;
    if (!one.export_name.empty()) output["ExportName"] = one.export_name;
    list.push_back(std::move(output));
  }
  return list;
}

std::string drift_status(const Stack& stack) {
  return stack.drift && stack.drift->status == "DETECTION_COMPLETE" ? stack.drift->drift
                                                                    : "NOT_CHECKED";
}

Json rollback_json(const RollbackConfiguration& rollback) {
  Json configuration = Json::object();
  if (!rollback.alarms.empty()) {
    configuration["RollbackTriggers"] = Json::array();
    for (const std::string& alarm : rollback.alarms)
      configuration["RollbackTriggers"].push_back(
          {{"Arn", alarm}, {"Type", "AWS::CloudWatch::Alarm"}});
    configuration["MonitoringTimeInMinutes"] = rollback.monitoring_minutes;
  }
  return configuration;
}

Json stack_json(const Stack& stack) {
  Json shown{{"StackId", stack.id},
             {"StackName", stack.name},
             {"CreationTime", stamp(stack.created)},
             {"StackStatus", stack.status},
             {"DisableRollback", stack.spec.disable_rollback},
             {"EnableTerminationProtection", stack.spec.termination_protection},
             {"NotificationARNs", stack.spec.notification_arns},
             {"Capabilities", stack.spec.capabilities},
             {"Parameters", parameters_json(stack)},
             {"Outputs", outputs_json(stack)},
             {"Tags", tags_json(stack.spec.tags)},
             {"RollbackConfiguration", rollback_json(stack.spec.rollback)},
             {"DriftInformation", {{"StackDriftStatus", drift_status(stack)}}}};
  if (stack.spec.text != nullptr && !stack.spec.text->description().empty())
    shown["Description"] = stack.spec.text->description();
  if (!stack.reason.empty()) shown["StackStatusReason"] = stack.reason;
  if (!stack.spec.role_arn.empty()) shown["RoleARN"] = stack.spec.role_arn;
  if (stack.updated) shown["LastUpdatedTime"] = stamp(*stack.updated);
  if (stack.deleted) shown["DeletionTime"] = stamp(*stack.deleted);
  if (!stack.parent.empty()) shown["ParentId"] = stack.parent;
  if (!stack.root.empty()) shown["RootId"] = stack.root;
  if (stack.spec.timeout_minutes) shown["TimeoutInMinutes"] = *stack.spec.timeout_minutes;
  return shown;
}

Json resource_json(const Stack& stack, const std::string& id, const StackResource& resource) {
  Json shown{{"LogicalResourceId", id},
             {"ResourceType", resource.type},
             {"ResourceStatus", resource.status},
             {"DriftInformation", {{"StackResourceDriftStatus", resource.drift}}},
             {"StackId", stack.id},
             {"StackName", stack.name}};
  if (!resource.physical_id.empty()) shown["PhysicalResourceId"] = resource.physical_id;
  if (!resource.reason.empty()) shown["ResourceStatusReason"] = resource.reason;
  return shown;
}

bool is_listed(const StackResource& resource) {
  return resource.status != "DELETE_COMPLETE" || !resource.physical_id.empty();
}

Json event_json(const Stack& stack, const StackEvent& event) {
  Json shown{{"StackId", stack.id},
             {"StackName", stack.name},
             {"EventId", event.id},
             {"LogicalResourceId", event.logical_id},
             {"PhysicalResourceId", event.physical_id},
             {"ResourceType", event.type},
             {"Timestamp", stamp(event.at)},
             {"ResourceStatus", event.status}};
  if (!event.reason.empty()) shown["ResourceStatusReason"] = event.reason;
  if (!event.token.empty()) shown["ClientRequestToken"] = event.token;
  return shown;
}

Json summary_json(const Stack& stack) {
  Json shown{{"StackId", stack.id},
             {"StackName", stack.name},
             {"CreationTime", stamp(stack.created)},
             {"StackStatus", stack.status},
             {"DriftInformation", {{"StackDriftStatus", drift_status(stack)}}}};
  if (!stack.reason.empty()) shown["StackStatusReason"] = stack.reason;
  if (stack.updated) shown["LastUpdatedTime"] = stamp(*stack.updated);
  if (stack.deleted) shown["DeletionTime"] = stamp(*stack.deleted);
  if (!stack.parent.empty()) shown["ParentId"] = stack.parent;
  if (!stack.root.empty()) shown["RootId"] = stack.root;
  if (stack.spec.text != nullptr && !stack.spec.text->description().empty())
    shown["TemplateDescription"] = stack.spec.text->description();
  return shown;
}

Json parameter_declarations(const Template& text) {
  Json list = Json::array();
  for (const TemplateParameter& one : text.parameters()) {
    Json shown{{"ParameterKey", one.name}, {"NoEcho", one.no_echo}};
    if (one.default_value) shown["DefaultValue"] = *one.default_value;
    if (!one.description.empty()) shown["Description"] = one.description;
    list.push_back(std::move(shown));
  }
  return list;
}

Json capability_members(const Template& text) {
  Json shown = Json::object();
  const std::vector<std::string> needed = needed_capabilities(text);
  if (const std::vector<std::string> named = text.transforms(); !named.empty())
    shown["DeclaredTransforms"] = named;
  if (needed.empty()) return shown;
  shown["Capabilities"] = needed;
  std::set<std::string> types;
  for (const TemplateResource& one : text.resources())
    if (one.type.starts_with("AWS::IAM::")) types.insert(one.type);
  if (types.empty()) return shown;
  shown["CapabilitiesReason"] =
      fmt::format("The following resource(s) require capabilities: [{}]", fmt::join(types, ", "));
  return shown;
}

}  // namespace

ApiResult<Json> describe_stacks(CloudFormation& cfn, const Request& request) {
  Json list = Json::array();
  if (!input::text(request.input, "StackName").empty()) {
    auto stack = named_stack(cfn, request);
    if (!stack) return stack.error();
    list.push_back(stack_json(**stack));
  } else {
    // The newest first; deleted ones are only described by their id.
    for (auto stack = cfn.stacks.rbegin(); stack != cfn.stacks.rend(); ++stack)
      if ((*stack)->place == request.place() && !(*stack)->is_gone())
        list.push_back(stack_json(**stack));
  }
  return Json{{"Stacks", std::move(list)}};
}

ApiResult<Json> describe_stack_events(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  Json list = Json::array();
  const auto& events = (*stack)->events;
  for (auto event = events.rbegin(); event != events.rend(); ++event)  // the newest first
    list.push_back(event_json(**stack, *event));
  return Json{{"StackEvents", std::move(list)}};
}

ApiResult<Json> describe_stack_resource(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  const std::string id = input::text(request.input, "LogicalResourceId");
  const auto found = (*stack)->resources.find(id);
  if (found == (*stack)->resources.end() || !is_listed(found->second))
    return validation_error(
        fmt::format("Resource {} does not exist for stack {}", id, (*stack)->name));
  Json detail = resource_json(**stack, id, found->second);
  detail["LastUpdatedTimestamp"] = stamp(found->second.changed);
  return Json{{"StackResourceDetail", std::move(detail)}};
}

ApiResult<Json> describe_stack_resources(CloudFormation& cfn, const Request& request) {
  const std::string physical = input::text(request.input, "PhysicalResourceId");
  Stack* stack = nullptr;
  if (physical.empty()) {
    auto found = named_stack(cfn, request);
    if (!found) return found.error();
    stack = *found;
  } else {
    for (const auto& one : cfn.stacks)
      for (const auto& [id, resource] : one->resources)
        if (one->place == request.place() && !one->is_gone() && resource.physical_id == physical)
          stack = one.get();
    if (stack == nullptr)
      return validation_error(fmt::format("Stack for {} does not exist", physical));
  }
  const std::string wanted = input::text(request.input, "LogicalResourceId");
  Json list = Json::array();
  for (const auto& [id, resource] : stack->resources) {
    if (!is_listed(resource) || (!wanted.empty() && wanted != id)) continue;
    Json shown = resource_json(*stack, id, resource);
    shown["Timestamp"] = stamp(resource.changed);
    list.push_back(std::move(shown));
  }
  return Json{{"StackResources", std::move(list)}};
}

ApiResult<Json> list_stack_resources(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  Json list = Json::array();
  for (const auto& [id, resource] : (*stack)->resources) {
    if (!is_listed(resource)) continue;
    Json shown = resource_json(**stack, id, resource);
    shown.erase("StackId");
    shown.erase("StackName");
    shown["LastUpdatedTimestamp"] = stamp(resource.changed);
    list.push_back(std::move(shown));
  }
  return Json{{"StackResourceSummaries", std::move(list)}};
}

ApiResult<Json> list_stacks(CloudFormation& cfn, const Request& request) {
  const std::vector<std::string> filter = input::texts(request.input, "StackStatusFilter");
  Json list = Json::array();
  for (auto stack = cfn.stacks.rbegin(); stack != cfn.stacks.rend(); ++stack) {
    if ((*stack)->place != request.place()) continue;
    const bool listed =
        filter.empty() || std::ranges::find(filter, (*stack)->status) != filter.end();
    // "information about deleted stacks is kept for 90 days"
    const bool old =
        (*stack)->deleted && *(*stack)->deleted + std::chrono::hours{24 * 90} < cfn.sim().now();
    if (listed && !old) list.push_back(summary_json(**stack));
  }
  return Json{{"StackSummaries", std::move(list)}};
}

ApiResult<Json> list_exports(CloudFormation& cfn, const Request& request) {
  Json list = Json::array();
  for (const auto& stack : cfn.stacks)
    for (const Assembly::Output& one : stack->outputs)
      if (stack->place == request.place() && !stack->is_gone() && !one.export_name.empty())
        list.push_back(
            {{"ExportingStackId", stack->id}, {"Name", one.export_name}, {"Value", one.value}});
  std::sort(list.begin(), list.end(),
            [](const Json& a, const Json& b) { return a["Name"] < b["Name"]; });
  return Json{{"Exports", std::move(list)}};
}

ApiResult<Json> list_imports(CloudFormation& cfn, const Request& request) {
  const std::string name = input::text(request.input, "ExportName");
  const std::vector<std::string> users = importers(cfn, request.place(), name);
  if (users.empty())
    return validation_error(fmt::format("Export '{}' is not imported by any stack.", name));
  return Json{{"Imports", users}};
}

ApiResult<Json> get_stack_policy(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  Json answer = Json::object();
  if (!(*stack)->spec.policy.is_null()) answer["StackPolicyBody"] = (*stack)->spec.policy.dump();
  return answer;
}

ApiResult<Json> get_template(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  const StackSpec& spec = (*stack)->spec;
  return Json{{"TemplateBody", spec.body.empty() ? spec.text->body_text() : spec.body},
              {"StagesAvailable", {"Original", "Processed"}}};
}

ApiResult<Json> get_template_summary(CloudFormation& cfn, const Request& request) {
  std::shared_ptr<const Template> text;
  if (!input::text(request.input, "StackName").empty()) {
    auto stack = named_stack(cfn, request);
    if (!stack) return stack.error();
    text = (*stack)->spec.text;
  } else {
    std::string body;
    auto read = template_of(cfn, request.place(), request.input, nullptr, body);
    if (!read) return read.error();
    text = *read;
  }
  std::set<std::string> types;
  for (const TemplateResource& one : text->resources()) types.insert(one.type);
  Json answer{{"Parameters", parameter_declarations(*text)}, {"ResourceTypes", types}};
  if (!text->description().empty()) answer["Description"] = text->description();
  answer.update(capability_members(*text));
  return answer;
}

ApiResult<Json> validate_template(CloudFormation& cfn, const Request& request) {
  std::string body;
  auto text = template_of(cfn, request.place(), request.input, nullptr, body);
  if (!text) return text.error();
  Json answer{{"Parameters", parameter_declarations(**text)}};
  if (!(*text)->description().empty()) answer["Description"] = (*text)->description();
  answer.update(capability_members(**text));
  return answer;
}

}  // namespace opsim::cloudformation
