// A function's alias moves from one version to another.
// AWS: CodeDeploy User Guide, "Deployments on an AWS Lambda compute platform".
#include <fmt/format.h>

#include "models/codedeploy/codedeploy.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

/// The alias as it is to be: `share` per cent at the new version.
Json alias_input(const AppSpec& spec, std::int64_t share) {
  Json input{{"FunctionName", spec.function}, {"Name", spec.alias}};
  Json weights = Json::object();
  if (share > 0 && share < 100) weights[spec.target_version] = static_cast<double>(share) / 100;
  input["FunctionVersion"] = share >= 100 ? spec.target_version : spec.current_version;
  input["RoutingConfig"] = {{"AdditionalVersionWeights", std::move(weights)}};
  return input;
}

/// "" or why the traffic could not be shifted.
Process<std::string> shift_to(CodeDeploy& codedeploy, Deployment& deployment, std::int64_t share) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  const Caller caller{deployment.place, group == nullptr ? "" : group->spec.role,
                      "codedeploy.amazonaws.com"};
  const CauseId entry = codedeploy.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = deployment.group,
       .text = fmt::format("{}: {} % of {}:{} to version {}", deployment.id, share,
                           deployment.appspec.function, deployment.appspec.alias,
                           deployment.appspec.target_version),
       .source = group == nullptr ? "" : group->source,
       .detail = {{"act", "traffic"}, {"share", share}, {"deployment", deployment.id}}});
  const CauseScope because{codedeploy.sim(), entry};
  deployment.shifted = share;
  Process<ApiResult<Json>> call = codedeploy.cloud.call(caller, "lambda", "UpdateAlias",
                                                        alias_input(deployment.appspec, share));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
  co_return "";
}

/// All steps of the configuration, until it is stopped.
Process<std::string> shift_traffic(CodeDeploy& codedeploy, Deployment& deployment) {
  const SimTime begin = codedeploy.sim().now();
  for (const TrafficStep& step : traffic_steps(deployment.config.routing)) {
    while (!deployment.stopping && codedeploy.sim().now() < begin + step.after) {
      Signal::TimedWait wait =
          deployment.changed.wait_for(begin + step.after - codedeploy.sim().now());
      co_await wait;
    }
    if (deployment.stopping) co_return "";
    Process<std::string> shift = shift_to(codedeploy, deployment, step.percentage);
    const std::string failure = co_await shift;
    if (!failure.empty()) co_return failure;
  }
  co_return "";
}

EventState& event_of(Deployment& deployment, std::string_view name) {
  for (EventState& event : deployment.targets.front().events)
    if (event.name == name) return event;
  return deployment.targets.front().events.front();
}

Process<bool> allow_traffic(CodeDeploy& codedeploy, Deployment& deployment) {
  event_of(deployment, "AllowTraffic").status = "InProgress";
  event_of(deployment, "AllowTraffic").began = codedeploy.sim().now();
  Process<std::string> shift = shift_traffic(codedeploy, deployment);
  const std::string failure = co_await shift;
  EventState& event = event_of(deployment, "AllowTraffic");
  event.ended = codedeploy.sim().now();
  event.message = failure;
  const bool fine = failure.empty() && !deployment.stopping;
  event.status = fine ? "Succeeded" : "Failed";
  co_return fine;
}

}  // namespace

Process<> deploy_to_lambda(CodeDeploy& codedeploy, Deployment& deployment) {
  Target target;
  target.id = fmt::format("{}:{}", deployment.appspec.function, deployment.appspec.alias);
  target.status = "InProgress";
  for (const std::string_view event : lifecycle_events(Platform::lambda, false))
    target.events.push_back({.name = std::string{event}});
  deployment.targets.push_back(std::move(target));
  bool fine = true;
  for (const char* event : {"BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"}) {
    if (!fine || deployment.stopping) break;
    Process<bool> running = std::string_view{event} == "AllowTraffic"
                                ? allow_traffic(codedeploy, deployment)
                                : run_event(codedeploy, deployment, 0, event);
    fine = co_await running;
  }
  Target& done = deployment.targets.front();
  done.status = fine && !deployment.stopping ? "Succeeded" : "Failed";
  tell_target(codedeploy, deployment, done);
  if (deployment.stopping) {
    set_status(codedeploy, deployment, "Stopped");
  } else if (fine) {
    set_status(codedeploy, deployment, "Succeeded");
  } else {
    deployment.error_code = "HOOK_EXECUTION_FAILURE";
    for (const EventState& event : done.events)
      if (event.status == "Failed") deployment.error_message = event.message;
    set_status(codedeploy, deployment, "Failed");
  }
}

}  // namespace opsim::codedeploy
