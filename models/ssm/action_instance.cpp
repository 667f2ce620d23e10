// aws:changeInstanceState, aws:runInstances, aws:createTags.
// AWS: Systems Manager User Guide, the pages of those names: DesiredState running, stopped or
// terminated; CheckStateOnly only waits; an hour unless the step says otherwise.
// Running also means that instance and system status are ok. FailOnUnexpectedStopped: an instance
// that stops while it is to start fails the step. UNDOCUMENTED: how often it looks (every 15 s).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/instances.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kStates[] = {"running", "stopped", "terminated"};
constexpr Shape kState{.kind = Kind::text, .allowed = kStates};
constexpr Field kStateFields[] = {
    {.name = "AdditionalInfo", .shape = &kTextInput, .simulated = Simulated::no},
    {.name = "CheckStateOnly", .shape = &kBooleanInput},
    {.name = "DesiredState", .shape = &kState, .need = Need::required},
    {.name = "FailOnUnexpectedStopped", .shape = &kBooleanInput},
    {.name = "Force", .shape = &kBooleanInput},
    {.name = "InstanceIds", .shape = &kTextsInput, .need = Need::required},
};
constexpr std::string_view kTaggedTypes[] = {"EC2", "MaintenanceWindow", "ManagedInstance",
                                             "Parameter"};
constexpr Shape kTaggedType{.kind = Kind::text, .allowed = kTaggedTypes};
constexpr Field kTagFields[] = {
    {.name = "ResourceIds", .shape = &kTextsInput, .need = Need::required},
    {.name = "ResourceType", .shape = &kTaggedType},
    {.name = "Tags", .shape = &kAnyInput, .need = Need::required},
};

std::string_view operation_for(std::string_view state) {
  if (state == "running") return "StartInstances";
  if (state == "stopped") return "StopInstances";
  if (state == "terminated") return "TerminateInstances";
  return "";
}

/// The first instance that is not in the state, with the state it is in; nothing when all are.
std::optional<std::pair<std::string, std::string>> laggard(const StepRun& run,
                                                           const std::vector<std::string>& ids,
                                                           std::string_view state) {
  for (const std::string& id : ids) {
    const std::optional<InstanceLook> look = look_at_instance(run.ssm, run.execution.place, id);
    const std::string now = look ? look->state : "terminated";
    if (now != state) return std::pair{id, now};
  }
  return std::nullopt;
}

/// The first instance whose status checks do not pass yet; nothing where nobody tells of them.
std::optional<std::pair<std::string, std::string>> unchecked(const StepRun& run, const Json& ids) {
  const Json look{{"InstanceIds", ids}, {"IncludeAllInstances", true}};
  const ApiResult<Json> answer =
      run.ssm.cloud.inspect(run.execution.place, "ec2", "DescribeInstanceStatus", look);
  if (!answer) return std::nullopt;
  for (const Json& one : list_member(*answer, "InstanceStatuses"))
    for (const std::string_view check : {"InstanceStatus", "SystemStatus"}) {
      const std::string status = opsim::input::text(object_member(one, check), "Status");
      if (status == "initializing" || status == "impaired")
        return std::pair{opsim::input::text(one, "InstanceId"), status};
    }
  return std::nullopt;
}

/// The first instance that is stopping or stopped although it was seen to start.
std::optional<std::string> stopped_again(const StepRun& run, const std::vector<std::string>& ids,
                                         std::set<std::string>& started) {
  for (const std::string& id : ids) {
    const std::optional<InstanceLook> look = look_at_instance(run.ssm, run.execution.place, id);
    const std::string state = look ? look->state : "";
    if (state == "pending" || state == "running") started.insert(id);
    if ((state == "stopping" || state == "stopped") && started.contains(id)) return id;
  }
  return std::nullopt;
}

StepResult reached(std::size_t count, std::string_view state) {
  StepResult result;
  result.answer = Json{{"InstanceStates", Json::array()}};
  for (std::size_t i = 0; i < count; ++i) result.answer["InstanceStates"].push_back(state);
  result.told = state;
  return result;
}

constexpr Field kRunFields[] = {
    {.name = "AdditionalInfo", .shape = &kAnyInput},
    {.name = "BlockDeviceMappings", .shape = &kAnyInput},
    {.name = "ClientToken", .shape = &kAnyInput},
    {.name = "DisableApiTermination", .shape = &kAnyInput},
    {.name = "EbsOptimized", .shape = &kAnyInput},
    {.name = "IamInstanceProfileArn", .shape = &kAnyInput},
    {.name = "IamInstanceProfileName", .shape = &kAnyInput},
    {.name = "ImageId", .shape = &kAnyInput, .need = Need::required},
    {.name = "InstanceInitiatedShutdownBehavior", .shape = &kAnyInput},
    {.name = "InstanceType", .shape = &kAnyInput},
    {.name = "KernelId", .shape = &kAnyInput},
    {.name = "KeyName", .shape = &kAnyInput},
    {.name = "MaxInstanceCount", .shape = &kIntegerInput},
    {.name = "MinInstanceCount", .shape = &kIntegerInput},
    {.name = "Monitoring", .shape = &kAnyInput},
    {.name = "NetworkInterfaces", .shape = &kAnyInput},
    {.name = "Placement", .shape = &kAnyInput},
    {.name = "PrivateIpAddress", .shape = &kAnyInput},
    {.name = "RamdiskId", .shape = &kAnyInput},
    {.name = "SecurityGroupIds", .shape = &kAnyInput},
    {.name = "SecurityGroups", .shape = &kAnyInput},
    {.name = "SubnetId", .shape = &kAnyInput},
    {.name = "TagSpecifications", .shape = &kAnyInput},
    {.name = "UserData", .shape = &kAnyInput},
};

/// The action's counts by the names that RunInstances has; one instance where none is given.
Json run_request(Json inputs) {
  for (const auto& [action, api] :
       {std::pair{"MinInstanceCount", "MinCount"}, {"MaxInstanceCount", "MaxCount"}}) {
    inputs[api] = opsim::input::integer(inputs, action).value_or(1);
    inputs.erase(action);
  }
  for (const auto& [action, api] :
       {std::pair{"IamInstanceProfileName", "Name"}, {"IamInstanceProfileArn", "Arn"}})
    if (const std::string profile = opsim::input::text(inputs, action); !profile.empty()) {
      inputs["IamInstanceProfile"] = Json{{api, profile}};
      inputs.erase(action);
    }
  return inputs;
}

}  // namespace

extern constexpr Shape kRunInstancesInputs{.kind = Kind::mapping, .fields = kRunFields};
extern constexpr Shape kChangeInstanceStateInputs{.kind = Kind::mapping, .fields = kStateFields};
extern constexpr Shape kCreateTagsInputs{.kind = Kind::mapping, .fields = kTagFields};

Process<StepResult> run_change_instance_state(StepRun& run) {
  const Json inputs = inputs_of(run);
  const std::string state = opsim::input::text(inputs, "DesiredState");
  const std::string_view operation = operation_for(state);
  if (operation.empty())
    co_return failed(
        fmt::format("DesiredState is \"{}\"; one of running, stopped, terminated", state));
  const Json wanted = as_text_list(inputs.value("InstanceIds", Json::array()));
  const auto ids = wanted.get<std::vector<std::string>>();

  if (!opsim::input::boolean(inputs, "CheckStateOnly").value_or(false)) {
    Json request{{"InstanceIds", wanted}};
    if (state == "stopped" && opsim::input::boolean(inputs, "Force").value_or(false))
      request["Force"] = true;
    ApiResult<Json> answer =
        co_await call_for(run, "ec2", std::string{operation}, std::move(request));
    if (!answer) co_return failed(call_failure(operation, answer.error()));
  }
  // Where it only looks, an instance that is stopped when it begins has stopped before.
  const bool minds_stops = state == "running" &&
                           opsim::input::boolean(inputs, "FailOnUnexpectedStopped").value_or(false);
  std::set<std::string> started;
  while (true) {
    if (minds_stops)
      if (const auto stopped = stopped_again(run, ids, started))
        co_return failed(fmt::format("{} stopped while it was to start", *stopped));
    auto late = laggard(run, ids, state);
    if (!late && state == "running") late = unchecked(run, wanted);
    if (!late) break;
    if (state != "terminated" && (late->second == "terminated" || late->second == "shutting-down"))
      co_return failed(
          fmt::format("{} is {}; it will not be {}", late->first, late->second, state));
    co_await run.ssm.sim().sleep(run.ssm.timings.state_poll);
  }
  co_return reached(ids.size(), state);
}

Process<StepResult> run_run_instances(StepRun& run) {
  Json request = run_request(inputs_of(run));
  ApiResult<Json> begun = co_await call_for(run, "ec2", "RunInstances", std::move(request));
  if (!begun && is_unmodelled(begun.error())) {
    Process<StepResult> by_physics = run_by_physics(run);
    co_return co_await by_physics;
  }
  if (!begun) co_return failed(call_failure("RunInstances", begun.error()));
  std::vector<std::string> ids;
  for (const Json& instance : list_member(*begun, "Instances"))
    ids.push_back(opsim::input::text(instance, "InstanceId"));
  while (const auto late = laggard(run, ids, "running")) {
    if (late->second == "terminated" || late->second == "shutting-down")
      co_return failed(fmt::format("{} is {}", late->first, late->second));
    co_await run.ssm.sim().sleep(run.ssm.timings.state_poll);
  }
  StepResult result = reached(ids.size(), "running");
  result.answer["InstanceIds"] = ids;
  co_return result;
}

Process<StepResult> run_create_tags(StepRun& run) {
  const Json inputs = inputs_of(run);
  const std::string type = opsim::input::text(inputs, "ResourceType");
  const Json ids = as_text_list(inputs.value("ResourceIds", Json::array()));
  const bool is_ec2 = type.empty() || type == "EC2";
  if (!is_ec2 && ids.size() != 1)
    co_return failed(fmt::format("ResourceIds has {} items; where ResourceType is {} it has one",
                                 ids.size(), type));
  Json request{{"Tags", list_member(inputs, "Tags")}};
  if (is_ec2) {
    request["Resources"] = ids;
  } else {
    request["ResourceType"] = type;
    request["ResourceId"] = ids[0];
  }
  std::string service = is_ec2 ? "ec2" : "ssm";
  std::string operation = is_ec2 ? "CreateTags" : "AddTagsToResource";
  ApiResult<Json> answer =
      co_await call_for(run, std::move(service), operation, std::move(request));
  if (!answer) co_return failed(call_failure(operation, answer.error()));
  StepResult result;
  result.answer = Json::object();
  co_return result;
}

}  // namespace opsim::ssm
