#include "models/codedeploy/traffic_shift.hpp"

#include <fmt/format.h>

namespace opsim::codedeploy {

namespace {

Process<std::string> shift_traffic(CodeDeploy& codedeploy, Deployment& deployment, ShiftTo shift) {
  const SimTime begin = codedeploy.sim().now();
  for (const TrafficStep& step : traffic_steps(deployment.config.routing)) {
    while (!deployment.stopping && codedeploy.sim().now() < begin + step.after) {
      Signal::TimedWait wait =
          deployment.changed.wait_for(begin + step.after - codedeploy.sim().now());
      co_await wait;
    }
    if (deployment.stopping) co_return "";
    Process<std::string> shifting = shift(codedeploy, deployment, step.percentage);
    const std::string failure = co_await shifting;
    if (!failure.empty()) co_return failure;
  }
  co_return "";
}

}  // namespace

Process<bool> allow_traffic(CodeDeploy& codedeploy, Deployment& deployment, ShiftTo shift) {
  begin_event(codedeploy, deployment, 0, "AllowTraffic");
  Process<std::string> shifting = shift_traffic(codedeploy, deployment, shift);
  std::string failure = co_await shifting;
  if (failure.empty() && deployment.stopping) failure = "The deployment was stopped";
  const bool fine = failure.empty();
  end_event(codedeploy, deployment, 0, "AllowTraffic", std::move(failure));
  co_return fine;
}

CauseId tell_shift(CodeDeploy& codedeploy, const Deployment& deployment, std::int64_t percent,
                   const std::string& to) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  return codedeploy.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = deployment.id,
       .text = fmt::format("{} % of {}", percent, to),
       .source = group == nullptr ? "" : group->source,
       .detail = {{"act", "traffic"},
                  {"of", deployment.targets.empty() ? "" : deployment.targets.front().id},
                  {"weight", deployment.rolls_back.empty() ? percent : 0},
                  {"deployment", deployment.id}}});
}

}  // namespace opsim::codedeploy
