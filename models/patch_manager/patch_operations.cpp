// What is known of the patches of instances. AWS: Systems Manager API Reference, the operation of
// the same name, InstancePatchState, PatchComplianceData. What no AWS-RunPatchBaseline has looked
// at is not known.
#include <fmt/format.h>

#include <algorithm>

#include "models/patch_manager/patch_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::patch_manager {

namespace {

/// InstancePatchState: what is "specified as Critical for compliance reporting in the patch
/// baseline", "specified as Security in a patch advisory", and "other than Critical or Security",
/// of what is not compliant. A critical security patch counts as both.
struct NonCompliant {
  std::size_t critical = 0;
  std::size_t security = 0;
  std::size_t other = 0;
};
NonCompliant non_compliant(const PatchManager& manager, const Report& report) {
  NonCompliant counts;
  for (const auto& [id, level] : report.levels) {
    const auto patch = std::ranges::find(manager.releases, id, &Patch::id);
    const bool security = patch != manager.releases.end() && is_for_security(*patch);
    counts.critical += level == "CRITICAL" ? 1 : 0;
    counts.security += security ? 1 : 0;
    counts.other += level != "CRITICAL" && !security ? 1 : 0;
  }
  return counts;
}

Json state_json(const PatchManager& manager, const std::string& instance, const Report& report) {
  const NonCompliant lacking = non_compliant(manager, report);
  const std::size_t installed = report.count(State::installed);
  return {{"InstanceId", instance},
          {"PatchGroup", report.patch_group},
          {"BaselineId", report.baseline_id},
          {"SnapshotId", report.command_id},
          {"AvailableSecurityUpdateCount", report.count(State::available_security_update)},
          {"InstalledCount", installed},
          {"InstalledOtherCount", report.count(State::installed_other)},
          {"InstalledPendingRebootCount", report.count(State::installed_pending_reboot)},
          {"InstalledRejectedCount", report.count(State::installed_rejected)},
          {"MissingCount", report.count(State::missing)},
          {"FailedCount", report.count(State::failed)},
          {"NotApplicableCount", report.count(State::not_applicable)},
          {"OperationStartTime", iso8601(report.started)},
          {"OperationEndTime", iso8601(report.ended)},
          {"Operation", report.operation},
          {"RebootOption", report.reboot_option},
          {"CriticalNonCompliantCount", lacking.critical},
          {"SecurityNonCompliantCount", lacking.security},
          {"OtherNonCompliantCount", lacking.other}};
}

}  // namespace

ApiResult<Json> describe_instance_patch_states(PatchManager& manager, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "InstanceIds");
  if (ids.empty() || ids.size() > 50)
    return ApiError{"ValidationException", "InstanceIds: 1 to 50 instances"};
  Json all = Json::array();
  for (const std::string& id : ids)
    if (const auto report = manager.reports.find({request.place(), id});
        report != manager.reports.end())
      all.push_back(state_json(manager, id, report->second));
  return Json{{"InstancePatchStates", std::move(all)}};
}

ApiResult<Json> describe_states_of_group(PatchManager& manager, const Request& request) {
  const std::string group = input::text(request.input, "PatchGroup");
  Json all = Json::array();
  for (const auto& [key, report] : manager.reports)
    if (key.first == request.place() && report.patch_group == group)
      all.push_back(state_json(manager, key.second, report));
  return Json{{"InstancePatchStates", std::move(all)}};
}

ApiResult<Json> describe_patch_group_state(PatchManager& manager, const Request& request) {
  const std::string group = input::text(request.input, "PatchGroup");
  std::size_t instances = 0;
  std::map<State, std::size_t> with;
  NonCompliant instances_with;
  for (const auto& [key, report] : manager.reports) {
    if (key.first != request.place() || report.patch_group != group) continue;
    ++instances;
    const NonCompliant lacking = non_compliant(manager, report);
    instances_with.critical += lacking.critical > 0 ? 1 : 0;
    instances_with.security += lacking.security > 0 ? 1 : 0;
    instances_with.other += lacking.other > 0 ? 1 : 0;
    for (const State state : {State::available_security_update, State::failed, State::installed,
                              State::installed_other, State::installed_pending_reboot,
                              State::installed_rejected, State::missing, State::not_applicable})
      with[state] += report.count(state) > 0 ? 1 : 0;
  }
  return Json{{"Instances", instances},
              {"InstancesWithCriticalNonCompliantPatches", instances_with.critical},
              {"InstancesWithOtherNonCompliantPatches", instances_with.other},
              {"InstancesWithSecurityNonCompliantPatches", instances_with.security},
              {"InstancesWithAvailableSecurityUpdates", with[State::available_security_update]},
              {"InstancesWithInstalledPatches", with[State::installed]},
              {"InstancesWithInstalledOtherPatches", with[State::installed_other]},
              {"InstancesWithInstalledPendingRebootPatches", with[State::installed_pending_reboot]},
              {"InstancesWithInstalledRejectedPatches", with[State::installed_rejected]},
              {"InstancesWithMissingPatches", with[State::missing]},
              {"InstancesWithFailedPatches", with[State::failed]},
              {"InstancesWithNotApplicablePatches", with[State::not_applicable]}};
}

ApiResult<Json> describe_instance_patches(PatchManager& manager, const Request& request) {
  const auto report =
      manager.reports.find({request.place(), input::text(request.input, "InstanceId")});
  Json all = Json::array();
  if (report == manager.reports.end()) return Json{{"Patches", all}};
  for (const auto& [id, state] : report->second.patches) {
    if (state == State::not_applicable) continue;
    Json one{{"Title", id}, {"KBId", id}, {"State", std::string{to_string(state)}}};
    for (const Patch& patch : manager.releases)
      if (patch.id == id) {
        one["Classification"] = patch.classification;
        one["Severity"] = patch.severity;
      }
    all.push_back(std::move(one));
  }
  return Json{{"Patches", std::move(all)}};
}

}  // namespace opsim::patch_manager
