// AWS: FIS User Guide, "Amazon EC2 actions" (fis-actions-reference).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "models/fis/effects.hpp"
#include "models/fis/experiment_template.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

std::map<Place, Json> ids_by_place(const ActionRun& run) {
  std::map<Place, Json> ids;
  for (const Resolved& target : run.targets) {
    Json& list = ids.try_emplace(target.place, Json::array()).first->second;
    list.push_back(target.id);
  }
  return ids;
}

/// One call for all instances of each account and Region; "" or what the first refusal says.
Process<std::string> call_for_all(ActionRun& run, std::string operation,
                                  std::map<Place, Json> ids) {
  for (auto& [place, list] : ids) {
    Process<ApiResult<Json>> call =
        run.cloud.call(run.caller(place), "ec2", operation, Json{{"InstanceIds", list}});
    const ApiResult<Json> answer = co_await call;
    if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
  }
  co_return "";
}

Process<std::string> reboot(ActionRun& run) {
  return call_for_all(run, "RebootInstances", ids_by_place(run));
}
Process<std::string> terminate(ActionRun& run) {
  return call_for_all(run, "TerminateInstances", ids_by_place(run));
}
Process<std::string> stop(ActionRun& run) {
  return call_for_all(run, "StopInstances", ids_by_place(run));
}

/// "startInstancesAfterDuration: if the instance was stopped by this action, it is started after
/// this time." Without it the action is complete at once, and they stay stopped.
Process<std::string> wait_to_start(ActionRun& run) {
  if (const auto wait = parse_iso_duration(run.spec.parameter("startInstancesAfterDuration"))) {
    Process<> lasting = last(run, *wait);
    co_await lasting;
  }
  co_return "";
}

std::string state_of(ActionRun& run, const Resolved& target) {
  const auto answer = run.cloud.inspect(target.place, "ec2", "DescribeInstances",
                                        {{"InstanceIds", Json::array({target.id})}});
  if (!answer) return "terminated";
  const Json& reservations = input::member(*answer, "Reservations");
  if (reservations.empty()) return "terminated";
  const Json& instances = input::member(reservations.front(), "Instances");
  return instances.empty() ? "terminated"
                           : input::text(input::member(instances.front(), "State"), "Name");
}

/// "completeIfInstancesTerminated: if true, and startInstancesAfterDuration is also true, this
/// action will not fail when targeted instances have been terminated by a separate request."
Process<std::string> start_again(ActionRun& run) {
  if (run.spec.parameter("startInstancesAfterDuration").empty()) co_return "";
  std::map<Place, Json> ids;
  std::vector<std::string> gone;
  for (const Resolved& target : run.targets) {
    const std::string state = state_of(run, target);
    if (state == "terminated" || state == "shutting-down")
      gone.push_back(target.id);
    else if (state != "running" && state != "pending")
      ids.try_emplace(target.place, Json::array()).first->second.push_back(target.id);
  }
  Process<std::string> starting = call_for_all(run, "StartInstances", std::move(ids));
  std::string refused = co_await starting;
  if (!refused.empty()) co_return refused;
  if (gone.empty() || run.spec.parameter("completeIfInstancesTerminated") == "true") co_return "";
  co_return fmt::format("Instances were terminated: {}", fmt::join(gone, ", "));
}

}  // namespace

const Effect kReboot{.begin = reboot};
const Effect kStopInstances{.begin = stop, .wait = wait_to_start, .end = start_again};
const Effect kTerminate{.begin = terminate};

}  // namespace opsim::fis
