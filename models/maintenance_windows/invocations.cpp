// What a task runs on, and what it calls there.
// AWS: Systems Manager User Guide, "About pseudo parameters": {{RESOURCE_ID}} or {{TARGET_ID}} is
// the instance, {{RESOURCE_TYPE}} or {{TARGET_TYPE}} is INSTANCE; a task of another type than Run
// Command runs on every target.
// SIMPLIFIED: a resource group as target stands for no resource.
#include "models/maintenance_windows/invocations.hpp"

#include "opsim/cloud/input.hpp"

namespace opsim::maintenance_windows {

namespace {

using Values = std::map<std::string, std::string, std::less<>>;

/// The targets of a task that have their turn together: a registered target's, or its own.
struct Group {
  std::string window_target;
  std::string owner_information;
  Json targets = Json::array();
};

std::vector<Group> groups_of(const Window& window, const WindowTask& task) {
  std::vector<Group> groups;
  Group own;
  for (const Json& target : task.targets) {
    if (input::text(target, "Key") != "WindowTargetIds") {
      own.targets.push_back(target);
      continue;
    }
    for (const std::string& id : input::texts(target, "Values"))
      if (const auto found = window.targets.find(id); found != window.targets.end())
        groups.push_back({id, found->second.owner_information, found->second.targets});
  }
  if (!own.targets.empty()) groups.push_back(std::move(own));
  return groups;
}

/// The instances that meet all of the targets.
std::vector<std::string> instances_of(Cloud& cloud, const Place& place, const Json& targets) {
  Json filters = Json::array();
  for (const Json& target : targets) {
    std::string key = input::text(target, "Key");
    if (key == "InstanceIds" || key == "instanceids") key = "instance-id";
    if (!key.starts_with("tag:") && key != "tag-key" && key != "instance-id") return {};
    filters.push_back({{"Name", key}, {"Values", input::member(target, "Values")}});
  }
  std::vector<std::string> ids;
  const auto answer = cloud.inspect(place, "ec2", "DescribeInstances", {{"Filters", filters}});
  if (!answer) return ids;
  for (const Json& reservation : input::member(*answer, "Reservations"))
    for (const Json& instance : input::member(reservation, "Instances")) {
      const std::string state = input::text(input::member(instance, "State"), "Name");
      if (state != "terminated" && state != "shutting-down")
        ids.push_back(input::text(instance, "InstanceId"));
    }
  return ids;
}

/// "{{ NAME }}" in a text; what is no pseudo parameter stays.
std::string filled(std::string text, const Values& values) {
  for (auto open = text.find("{{"); open != std::string::npos; open = text.find("{{", open + 1)) {
    const auto close = text.find("}}", open);
    if (close == std::string::npos) break;
    std::string_view name = std::string_view{text}.substr(open + 2, close - open - 2);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (const auto known = values.find(name); known != values.end())
      text.replace(open, close + 2 - open, known->second);
  }
  return text;
}

Json filled(const Json& value, const Values& values) {
  if (value.is_string()) return filled(value.get<std::string>(), values);
  if (!value.is_structured()) return value;
  Json made = value;
  for (Json& part : made) part = filled(part, values);
  return made;
}

/// Members of TaskInvocationParameters: as the API names them, or a template.
Json given_parameters(const WindowTask& task) {
  struct Names {
    const char* api;
    const char* of_template;
  };
  constexpr Names names[] = {
      {"RunCommand", "MaintenanceWindowRunCommandParameters"},
      {"Automation", "MaintenanceWindowAutomationParameters"},
      {"Lambda", "MaintenanceWindowLambdaParameters"},
      {"StepFunctions", "MaintenanceWindowStepFunctionsParameters"},
  };
  const Names& mine = names[static_cast<std::size_t>(task.type)];
  for (const char* name : {mine.of_template, mine.api})
    if (const Json& found = input::member(task.invocation, name); found.is_object()) return found;
  return Json::object();
}

}  // namespace

std::vector<TaskInvocation> invocations_of(MaintenanceWindows& model, const Window& window,
                                           const std::string& execution,
                                           const TaskExecution& task) {
  std::vector<TaskInvocation> made;
  const Json given = given_parameters(task.task);
  const auto add = [&](const Group& group, const std::string& resource) {
    TaskInvocation& one = made.emplace_back();
    one.id = model.cloud.next_uuid("window-task-invocation");
    one.window_target = group.window_target;
    one.owner_information = group.owner_information;
    Values values{{"INVOCATION_ID", one.id},
                  {"TASK_EXECUTION_ID", task.id},
                  {"WINDOW_EXECUTION_ID", execution},
                  {"WINDOW_ID", window.id},
                  {"WINDOW_TASK_ID", task.task.id}};
    if (!group.window_target.empty()) values["WINDOW_TARGET_ID"] = group.window_target;
    if (!resource.empty()) {
      values["RESOURCE_ID"] = values["TARGET_ID"] = resource;
      values["RESOURCE_TYPE"] = values["TARGET_TYPE"] = "INSTANCE";
    }
    one.parameters = filled(given, values);
    if (task.task.type == TaskType::run_command) one.parameters["Targets"] = group.targets;
  };
  if (task.task.targets.empty()) add({}, "");
  for (const Group& group : groups_of(window, task.task)) {
    if (task.task.type == TaskType::run_command) {
      add(group, "");
      continue;
    }
    for (const std::string& id : instances_of(model.cloud, window.place, group.targets))
      add(group, id);
  }
  return made;
}

Call call_of(const WindowTask& task, const Json& parameters) {
  const std::string name =
      task.arn.starts_with("arn:") ? task.arn.substr(task.arn.rfind('/') + 1) : task.arn;
  Json input = parameters;
  const bool runs_documents =
      task.type == TaskType::run_command || task.type == TaskType::automation;
  if (runs_documents && task.alarm.is_object()) input["AlarmConfiguration"] = task.alarm;
  switch (task.type) {
    case TaskType::run_command:
      input["DocumentName"] = name;
      if (!task.max_concurrency.empty()) input["MaxConcurrency"] = task.max_concurrency;
      if (!task.max_errors.empty()) input["MaxErrors"] = task.max_errors;
      return {"ssm", "SendCommand", std::move(input)};
    case TaskType::automation:
      input["DocumentName"] = name;
      return {"ssm", "StartAutomationExecution", std::move(input)};
    case TaskType::lambda:
      input["FunctionName"] = task.arn;
      return {"lambda", "Invoke", std::move(input)};
    case TaskType::step_functions: break;
  }
  input = Json{{"stateMachineArn", task.arn}};
  for (const auto& [from, to] : {std::pair{"Input", "input"}, std::pair{"Name", "name"}})
    if (const std::string text = input::text(parameters, from); !text.empty()) input[to] = text;
  return {"states", "StartExecution", std::move(input)};
}

}  // namespace opsim::maintenance_windows
