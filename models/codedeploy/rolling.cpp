#include "models/codedeploy/rolling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/traffic.hpp"

namespace opsim::codedeploy {

namespace {

using Events = std::shared_ptr<const std::vector<std::string>>;

Process<bool> run_target_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                               std::string event) {
  if (event == "BlockTraffic" || event == "AllowTraffic")
    return change_traffic(codedeploy, deployment, target, event == "AllowTraffic");
  return run_event(codedeploy, deployment, target, std::move(event));
}

/// Who of a group has which revision, and who failed to get it.
void remember(CodeDeploy& codedeploy, const Deployment& deployment, const Target& target,
              bool fine) {
  DeploymentGroup* group = codedeploy.group_of(deployment);
  if (group == nullptr) return;
  if (!fine) {
    group->ill.insert(target.id);
    return;
  }
  group->ill.erase(target.id);
  group->on[target.id] = revision_name(deployment.revision);
}

/// Ten lines at most, however large the fleet.
void tell_progress(CodeDeploy& codedeploy, Deployment& deployment, std::int64_t hosts) {
  const std::int64_t done = ++deployment.done;
  const std::int64_t parts = std::min<std::int64_t>(hosts, 10);
  if (hosts < 2 || done * parts / hosts == (done - 1) * parts / hosts) return;
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  codedeploy.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = deployment.id,
       .text = fmt::format("{} of {} instances done", done, hosts),
       .source = group == nullptr ? "" : group->source,
       .detail = {
           {"act", "progress"}, {"deployment", deployment.id}, {"done", done}, {"hosts", hosts}}});
}

/// ignoreApplicationStopFailures: "if an ApplicationStop, BeforeBlockTraffic, or AfterBlockTraffic
/// lifecycle event to an instance fails, then the deployment continues to the next event".
bool may_fail(const Deployment& deployment, std::string_view event) {
  return deployment.ignores_stop_failures &&
         (event == "ApplicationStop" || event == "BeforeBlockTraffic" ||
          event == "AfterBlockTraffic");
}

struct Pass {
  std::size_t number;
  Events events;
  bool ends;
  std::int64_t hosts;
};

Process<> pass_target(CodeDeploy& codedeploy, Deployment& deployment, Pass pass) {
  bool fine = true;
  std::optional<CauseScope> since;  // what it runs now is why the rest happens
  for (std::size_t i = 0; i < pass.events->size() && fine; ++i) {
    std::string event = (*pass.events)[i];
    Process<bool> running = run_target_event(codedeploy, deployment, pass.number, std::move(event));
    const bool worked = co_await running;
    fine = worked || may_fail(deployment, (*pass.events)[i]);
    since.reset();
    const CauseId runs = deployment.targets.at(pass.number).runs;
    if (runs != CauseId::none) since.emplace(codedeploy.sim(), runs);
  }
  Target& target = deployment.targets.at(pass.number);
  --deployment.on_way;
  if (!fine) ++deployment.failed;
  if (!fine || pass.ends) {
    for (EventState& event : target.events)
      if (event.status == "Pending") event.status = "Skipped";
    target.status = fine ? "Succeeded" : "Failed";
    if (target.label != "BLUE") remember(codedeploy, deployment, target, fine);
    tell_target(codedeploy, deployment, target);
    if (fine && target.label != "BLUE") tell_progress(codedeploy, deployment, pass.hosts);
  } else {
    target.status = "Ready";
  }
  deployment.changed.notify_all();
}

void begin_target(CodeDeploy& codedeploy, Deployment& deployment, Pass pass) {
  Target& target = deployment.targets[pass.number];
  const bool news = target.status == "Pending";
  target.status = "InProgress";
  ++deployment.on_way;
  if (news) tell_target(codedeploy, deployment, target);
  codedeploy.sim().spawn(pass_target(codedeploy, deployment, std::move(pass)));
}

/// The targets of one zone, or all.
struct Part {
  std::vector<std::size_t> targets;
  std::int64_t needed = 0;  // that must stay healthy in it
};

std::vector<Part> parts_of(const Deployment& deployment, const Rollout& rollout) {
  if (!rollout.by_zone) return {{rollout.targets, 0}};
  std::map<std::string, Part> zones;
  for (const std::size_t target : rollout.targets)
    zones[deployment.targets[target].zone].targets.push_back(target);
  std::vector<Part> parts;
  for (auto& [zone, part] : zones) {
    part.needed = healthy_hosts_needed(deployment.config.zonal->hosts_per_zone,
                                       static_cast<std::int64_t>(part.targets.size()));
    parts.push_back(std::move(part));
  }
  return parts;
}

/// Of all targets, and of a part: how many must stay healthy.
struct Bounds {
  std::int64_t hosts;
  std::int64_t needed;
  bool ends;
};

Process<Rolled> roll_part(CodeDeploy& codedeploy, Deployment& deployment, Part part, Events events,
                          Bounds bounds) {
  const auto here = static_cast<std::int64_t>(part.targets.size());
  const std::int64_t failed_before = deployment.failed;
  std::size_t next = 0;
  // "As many at once as healthy instances minus the minimum."
  const auto may_begin = [&] {
    const std::int64_t failed_here = deployment.failed - failed_before;
    return bounds.hosts - deployment.failed - deployment.on_way > bounds.needed &&
           here - failed_here - deployment.on_way > part.needed;
  };
  while (true) {
    while (!deployment.stopping && next < part.targets.size() && may_begin())
      begin_target(codedeploy, deployment,
                   {part.targets[next++], events, bounds.ends, bounds.hosts});
    if (deployment.on_way == 0) break;
    co_await deployment.changed.wait();
  }
  if (deployment.stopping) co_return Rolled::stopped;
  co_return next < part.targets.size() ? Rolled::too_few : Rolled::done;
}

/// Between two zones nothing is deployed, and alarms may stop the deployment.
Process<> monitor(CodeDeploy& codedeploy, Deployment& deployment, Duration lasts) {
  const SimTime until = codedeploy.sim().now() + lasts;
  while (!deployment.stopping && codedeploy.sim().now() < until) {
    Signal::TimedWait wait = deployment.changed.wait_for(until - codedeploy.sim().now());
    co_await wait;
  }
}

}  // namespace

Process<Rolled> roll(CodeDeploy& codedeploy, Deployment& deployment, Rollout rollout) {
  const auto hosts = static_cast<std::int64_t>(rollout.targets.size());
  const Bounds bounds{hosts, healthy_hosts_needed(deployment.config.hosts, hosts), rollout.ends};
  const Events events = std::make_shared<const std::vector<std::string>>(rollout.events);
  deployment.failed = deployment.on_way = 0;
  const std::vector<Part> parts = parts_of(deployment, rollout);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Process<Rolled> rolling = roll_part(codedeploy, deployment, parts[i], events, bounds);
    const Rolled how = co_await rolling;
    if (how != Rolled::done) co_return how;
    if (i + 1 == parts.size()) break;
    Process<> watching = monitor(codedeploy, deployment, deployment.config.zonal->monitor(i == 0));
    co_await watching;
  }
  if (deployment.stopping) co_return Rolled::stopped;
  const std::int64_t good = hosts - deployment.failed;
  co_return good >= std::max<std::int64_t>(bounds.needed, 1) ? Rolled::done : Rolled::too_few;
}

void end_rolled(CodeDeploy& codedeploy, Deployment& deployment, Rolled how) {
  for (Target& target : deployment.targets)
    if (target.status == "Pending" || target.status == "Ready") target.status = "Skipped";
  if (how == Rolled::too_few) {
    deployment.error_code = "HEALTH_CONSTRAINTS";
    deployment.error_message =
        "The overall deployment failed because too many individual instances failed deployment, "
        "too few healthy instances are available for deployment, or some instances in your "
        "deployment group are experiencing problems.";
  }
  set_status(codedeploy, deployment,
             how == Rolled::done      ? "Succeeded"
             : how == Rolled::stopped ? "Stopped"
                                      : "Failed");
}

}  // namespace opsim::codedeploy
