// Instances, and the baseline that is theirs.
// AWS: Systems Manager User Guide, "Patch groups" (tag key "Patch Group" or "PatchGroup"; one
// baseline an operating system a group), "Predefined patch baselines". SIMPLIFIED: an instance is
// Amazon Linux 2, or Windows where EC2 says so.
#include "models/patch_manager/patch_manager.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::patch_manager {

namespace {

std::string tag_of(const Json& instance, std::initializer_list<std::string_view> keys) {
  for (const Json& tag : input::member(instance, "Tags"))
    if (std::ranges::find(keys, input::text(tag, "Key")) != keys.end())
      return input::text(tag, "Value");
  return {};
}

}  // namespace

std::size_t Report::count(State state) const {
  return static_cast<std::size_t>(
      std::ranges::count(patches, state, &std::pair<std::string, State>::second));
}

std::optional<Machine> look(PatchManager& manager, const Place& place, std::string_view id) {
  const Json question{{"InstanceIds", Json::array({id})}};
  const ApiResult<Json> answer = manager.cloud.inspect(place, "ec2", "DescribeInstances", question);
  if (!answer) return std::nullopt;
  for (const Json& reservation : input::member(*answer, "Reservations"))
    for (const Json& instance : input::member(reservation, "Instances")) {
      if (input::text(instance, "InstanceId") != id) continue;
      const std::string platform = input::text(instance, "Platform");
      return Machine{std::string{id}, place, tag_of(instance, {"Patch Group", "PatchGroup"}),
                     platform == "windows" || platform == "Windows",
                     input::time(instance, "LaunchTime").value_or(SimTime{})};
    }
  return std::nullopt;
}

// "Most Linux and Windows: approves all security patches, and bug fixes, seven days after release."
Baseline predefined(std::string_view system) {
  Baseline baseline;
  const bool windows = system == "WINDOWS";
  baseline.name = windows ? "AWS-DefaultPatchBaseline" : "AWS-AmazonLinux2DefaultPatchBaseline";
  baseline.id = baseline.name;
  baseline.description = fmt::format("Default Patch Baseline for {} Provided by AWS.", system);
  baseline.operating_system = std::string{system};
  PatchRule security;
  security.filters = {{"CLASSIFICATION", {windows ? "SecurityUpdates" : "Security"}},
                      {windows ? "MSRC_SEVERITY" : "SEVERITY", {"Critical", "Important"}}};
  security.approve_after_days = 7;
  baseline.rules.push_back(security);
  PatchRule fixes;
  fixes.filters = {{"CLASSIFICATION", {windows ? "CriticalUpdates" : "Bugfix"}}};
  fixes.approve_after_days = 7;
  baseline.rules.push_back(fixes);
  return baseline;
}

Baseline baseline_for(PatchManager& manager, const Machine& machine) {
  const std::string system = machine.system();
  std::string id;
  if (const auto group =
          manager.groups.find({machine.place, fmt::format("{}/{}", machine.patch_group, system)});
      !machine.patch_group.empty() && group != manager.groups.end())
    id = group->second;
  if (const auto own = manager.defaults.find({machine.place, system});
      id.empty() && own != manager.defaults.end())
    id = own->second;
  const auto found = manager.baselines.find({machine.place, id});
  return found == manager.baselines.end() ? predefined(system) : found->second;
}

std::size_t missing(PatchManager& manager, const Machine& machine) {
  const Baseline baseline = baseline_for(manager, machine);
  const Installed& installed = manager.installed[machine.id];
  const SimTime now = manager.cloud.sim().now();
  return static_cast<std::size_t>(std::ranges::count_if(manager.releases, [&](const Patch& patch) {
    return patch.windows == machine.windows && patch.released <= now &&
           !is_compliant(state_of(baseline, patch, installed, now), baseline);
  }));
}

std::size_t exposed(PatchManager& manager, const Machine& machine) {
  const Installed& installed = manager.installed[machine.id];
  const SimTime now = manager.cloud.sim().now();
  return static_cast<std::size_t>(std::ranges::count_if(manager.releases, [&](const Patch& patch) {
    return patch.windows == machine.windows && patch.released <= now && is_urgent(patch) &&
           !installed.works_since.contains(patch.id);
  }));
}

double longest_lag(PatchManager& manager, const Machine& machine) {
  const Installed& installed = manager.installed[machine.id];
  const SimTime now = manager.cloud.sim().now();
  Duration longest{};
  for (const Patch& patch : manager.releases) {
    if (patch.windows != machine.windows || patch.released > now || !is_urgent(patch)) continue;
    const auto works = installed.works_since.find(patch.id);
    const SimTime until = works == installed.works_since.end() ? now : works->second;
    longest = std::max(longest, until - std::max(patch.released, machine.launched));
  }
  return std::chrono::duration<double>(longest).count() / 86'400;
}

bool install(PatchManager& manager, const Machine& machine) {
  const Baseline baseline = baseline_for(manager, machine);
  Installed& installed = manager.installed[machine.id];
  const SimTime now = manager.cloud.sim().now();
  for (const Patch& patch : manager.releases) {
    if (patch.windows != machine.windows || !approves(baseline, patch, now)) continue;
    if (installed.patches.contains(patch.id)) continue;
    if (patch.failure_share > 0 && manager.cloud.sim()
                                       .random(fmt::format("patch.{}.{}", patch.id, machine.id))
                                       .chance(patch.failure_share)) {
      installed.failed.insert(patch.id);
      continue;
    }
    installed.failed.erase(patch.id);
    installed.patches.insert(patch.id);
    if (patch.reboots)
      installed.pending_reboot.insert(patch.id);
    else
      installed.works_since[patch.id] = now;
  }
  return !installed.pending_reboot.empty();
}

void rebooted(PatchManager& manager, std::string_view instance) {
  const auto found = manager.installed.find(instance);
  if (found == manager.installed.end()) return;
  for (const std::string& patch : found->second.pending_reboot)
    found->second.works_since[patch] = manager.cloud.sim().now();
  found->second.pending_reboot.clear();
}

}  // namespace opsim::patch_manager
