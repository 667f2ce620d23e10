// Actions that are one API call for each target, made as the experiment's role.
// AWS: FIS User Guide, fis-actions-reference.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ranges>

#include "models/fis/actions.hpp"
#include "models/fis/effects.hpp"
#include "models/fis/experiment_template.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> words;
  for (const auto part : std::views::split(text, ',')) {
    std::string word{part.begin(), part.end()};
    std::erase(word, ' ');
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

using InputOf = Json (*)(const ActionRun&, const Resolved&);

Process<std::string> call_each(ActionRun& run, std::string service, std::string operation,
                               InputOf input_of) {
  for (const Resolved& target : run.targets) {
    Process<ApiResult<Json>> call =
        run.cloud.call(run.caller(target.place), service, operation, input_of(run, target));
    const ApiResult<Json> answer = co_await call;
    if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
  }
  co_return "";
}

// ---- Databases ----

Process<std::string> failover_cluster(ActionRun& run) {
  return call_each(run, "rds", "FailoverDBCluster", [](const ActionRun&, const Resolved& target) {
    return Json{{"DBClusterIdentifier", target.id}};
  });
}

Process<std::string> reboot_databases(ActionRun& run) {
  return call_each(run, "rds", "RebootDBInstance", [](const ActionRun& of, const Resolved& target) {
    return Json{{"DBInstanceIdentifier", target.id},
                {"ForceFailover", of.spec.parameter("forceFailover") == "true"}};
  });
}

// ---- Containers ----

Process<std::string> stop_task(ActionRun& run) {
  return call_each(run, "ecs", "StopTask", [](const ActionRun&, const Resolved& target) {
    return Json{{"cluster", input::text(target.described, "clusterArn")},
                {"task", target.arn},
                {"reason", "Stopped by AWS FIS"}};
  });
}

/// "drainagePercentage" of the container instances of each cluster, for the duration.
Process<std::string> drain(ActionRun& run) {
  for (const Resolved& cluster : run.targets) {
    const auto listed = run.cloud.inspect(cluster.place, "ecs", "ListContainerInstances",
                                          {{"cluster", cluster.arn}, {"status", "ACTIVE"}});
    std::vector<std::string> hosts;
    if (listed) hosts = input::texts(*listed, "containerInstanceArns");
    const auto share = parse_selection("PERCENT(" + run.spec.parameter("drainagePercentage") + ")");
    hosts.resize(share ? chosen(*share, hosts.size()) : hosts.size());
    if (hosts.empty()) co_return "No container instances to drain";
    const auto set_to = [&run, cluster, hosts](const char* status) {
      run.cloud.call_later(
          run.caller(cluster.place), "ecs", "UpdateContainerInstancesState",
          {{"cluster", cluster.arn}, {"containerInstances", hosts}, {"status", status}});
    };
    set_to("DRAINING");
    run.undo.emplace_back([set_to] { set_to("ACTIVE"); });
  }
  co_return "";
}

// ---- Alarms ----

/// "Fails unless each alarm is in one of the states."
Process<std::string> assert_alarm_state(ActionRun& run) {
  const std::vector<std::string> wanted = split_list(run.spec.parameter("alarmStates"));
  for (const std::string& text : split_list(run.spec.parameter("alarmArns"))) {
    const auto alarm = Arn::parse(text);
    if (!alarm || !alarm->resource.starts_with("alarm:"))
      co_return fmt::format("{} is not the ARN of an alarm", text);
    const std::string name = alarm->resource.substr(6);
    Json input{{"AlarmNames", Json::array({name})},
               {"AlarmTypes", Json::array({"MetricAlarm", "CompositeAlarm"})}};
    Process<ApiResult<Json>> call = run.cloud.call(run.caller(alarm->place()), "cloudwatch",
                                                   "DescribeAlarms", std::move(input));
    const ApiResult<Json> answer = co_await call;
    if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
    std::string state;
    for (const char* kind : {"MetricAlarms", "CompositeAlarms"})
      for (const Json& found : input::member(*answer, kind))
        state = input::text(found, "StateValue");
    if (state.empty()) co_return fmt::format("Alarm {} does not exist", name);
    if (std::ranges::find(wanted, state) == wanted.end())
      co_return fmt::format("Alarm {} is in {}, not in {}", name, state,
                            run.spec.parameter("alarmStates"));
  }
  co_return "";
}

// ---- API errors ----

/// Error codes: EC2 API Reference, "Common client errors" and "Server errors"; the others by the
/// common errors of AWS's General Reference.
ApiError injected(std::string_view action, bool ec2) {
  if (action.ends_with("throttle-error"))
    return {ec2 ? "RequestLimitExceeded" : "ThrottlingException", "Rate exceeded", ec2 ? 503 : 400};
  if (action.ends_with("unavailable-error"))
    return {ec2 ? "Unavailable" : "ServiceUnavailable",
            "The server is overloaded and can't handle the request.", 503};
  return {ec2 ? "InternalError" : "InternalFailure",
          "An internal error has occurred. Retry your request.", 500};
}

Process<std::string> inject_api_error(ActionRun& run) {
  const std::string service = run.spec.parameter("service");
  const auto share = parse_selection("PERCENT(" + run.spec.parameter("percentage") + ")");
  std::vector<std::string> operations = split_list(run.spec.parameter("operations"));
  if (operations.empty()) operations.emplace_back();  // all
  for (const Resolved& role : run.targets)
    for (const std::string& operation : operations) {
      Cloud::CallFault fault{.how = Cloud::CallFault::How::fail,
                             .service = service,
                             .operation = operation,
                             .principal = role.arn,
                             .error = injected(run.spec.row->id, service == "ec2"),
                             .percent = share ? static_cast<double>(share->number) : 100,
                             .luck = fmt::format("fis.{}", run.label)};
      const std::uint64_t number = run.cloud.add_call_fault(std::move(fault));
      run.undo.emplace_back([&cloud = run.cloud, number] { cloud.end_call_fault(number); });
    }
  co_return "";
}

// ---- Zonal shift ----

/// "managedResourceTypes: the types from which traffic will be shifted"; "zonalAutoshiftStatus of
/// the resources that you want to target: ENABLED (the default), DISABLED, ANY".
bool is_to_be_shifted(const ActionRun& run, const Resolved& target) {
  const std::vector<std::string> types = split_list(run.spec.parameter("managedResourceTypes"));
  const std::string type = input::text(target.described, "managedResourceType");
  if (!types.empty() && std::ranges::find(types, type) == types.end()) return false;
  const std::string wanted = run.spec.parameter("zonalAutoshiftStatus");
  return wanted == "ANY" || wanted == input::text(target.described, "zonalAutoshiftStatus");
}

Process<std::string> start_zonal_shift(ActionRun& run) {
  for (const Resolved& target : run.targets) {
    if (!is_to_be_shifted(run, target)) continue;
    Json input{{"resourceIdentifier", target.arn},
               {"awayFrom", run.spec.parameter("availabilityZoneIdentifier")},
               {"expiresIn", "12h"},
               {"comment", "AWS FIS"}};
    Process<ApiResult<Json>> call = run.cloud.call(run.caller(target.place), "arc-zonal-shift",
                                                   "StartZonalShift", std::move(input));
    const ApiResult<Json> answer = co_await call;
    if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
    const std::string id = input::text(*answer, "zonalShiftId");
    run.undo.emplace_back([&run, place = target.place, id] {
      run.cloud.call_later(run.caller(place), "arc-zonal-shift", "CancelZonalShift",
                           {{"zonalShiftId", id}});
    });
  }
  co_return "";
}

}  // namespace

const Effect kAssertAlarmState{.begin = assert_alarm_state};
const Effect kDrainContainerInstances{.begin = drain};
const Effect kFailoverCluster{.begin = failover_cluster};
const Effect kInjectApiError{.begin = inject_api_error};
const Effect kRebootDatabases{.begin = reboot_databases};
const Effect kStopTask{.begin = stop_task};
const Effect kZonalShift{.begin = start_zonal_shift};

}  // namespace opsim::fis
