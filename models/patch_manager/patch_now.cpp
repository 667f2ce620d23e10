// The fault-like act `patch now`: an association that runs AWS-RunPatchBaseline once.
#include "models/patch_manager/patch_now.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/patch_manager/patch_manager.hpp"
#include "opsim/cloud/fault_target.hpp"

namespace opsim::patch_manager {

PatchNowLimits patch_now_limits(std::size_t nodes) {
  if (nodes < 25) return {"1", 1};
  if (nodes <= 100) return {"5%", 5};
  if (nodes <= 1000) return {"8%", 10};
  return {"10%", 10};
}

namespace {

constexpr std::size_t kMostValues = 50;  // API Reference, Target: Values

/// One operation of at most fifty nodes a target, so that each may be named.
Json targets_of(const std::vector<std::string>& nodes) {
  Json targets = Json::array();
  for (std::size_t from = 0; from < nodes.size(); from += kMostValues) {
    Json values = Json::array();
    for (std::size_t at = from; at < std::min(nodes.size(), from + kMostValues); ++at)
      values.push_back(nodes[at]);
    targets.push_back({{"Key", "InstanceIds"}, {"Values", std::move(values)}});
  }
  return targets;
}

}  // namespace

void begin_patch_now(Model& model, const FaultRequest& request) {
  auto& manager = static_cast<PatchManager&>(model);
  std::vector<std::string> nodes;
  for (const std::string& id : request.targets)
    if (look(manager, manager.cloud.home(), id)) nodes.push_back(id);
  if (nodes.empty()) return tell_nothing_hit(request);
  const std::string reboot = fault_text(request, "rebooting");
  const PatchNowLimits limits = patch_now_limits(nodes.size());
  Json input{{"Name", "AWS-RunPatchBaseline"},
             {"AssociationName", "AWS-PatchNowAssociation"},
             {"Parameters",
              {{"Operation", {"Install"}},
               {"RebootOption", {reboot.empty() ? "RebootIfNeeded" : reboot}}}},
             {"Targets", targets_of(nodes)},
             {"MaxConcurrency", std::string{limits.concurrency}},
             {"MaxErrors", std::to_string(limits.errors)}};
  Caller person{manager.cloud.home(),
                fmt::format("arn:aws:iam::{}:user/operator", manager.cloud.home().account), ""};
  manager.cloud.call_later(std::move(person), "ssm", "CreateAssociation", std::move(input));
}

}  // namespace opsim::patch_manager
