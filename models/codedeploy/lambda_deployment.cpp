// A function's alias moves from one version to another.
// AWS: CodeDeploy User Guide, "Deployments on an AWS Lambda compute platform".
#include <fmt/format.h>

#include "models/codedeploy/traffic.hpp"
#include "models/codedeploy/traffic_shift.hpp"

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
Process<std::string> shift_alias(CodeDeploy& codedeploy, Deployment& deployment,
                                 std::int64_t share) {
  const AppSpec& spec = deployment.appspec;
  const CauseScope because{codedeploy.sim(),
                           tell_shift(codedeploy, deployment, share,
                                      fmt::format("{}:{} to version {}", spec.function, spec.alias,
                                                  spec.target_version))};
  deployment.shifted = share;
  Process<ApiResult<Json>> call =
      codedeploy.cloud.call(service_role(codedeploy, deployment), "lambda", "UpdateAlias",
                            alias_input(deployment.appspec, share));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
  co_return "";
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
                                ? allow_traffic(codedeploy, deployment, shift_alias)
                                : run_event(codedeploy, deployment, 0, event);
    fine = co_await running;
  }
  end_single(codedeploy, deployment, fine);
}

void end_single(CodeDeploy& codedeploy, Deployment& deployment, bool fine) {
  Target& done = deployment.targets.front();
  done.status = fine && !deployment.stopping ? "Succeeded" : "Failed";
  for (EventState& event : done.events)
    if (event.status == "Pending" && done.status == "Failed") event.status = "Skipped";
  tell_target(codedeploy, deployment, done);
  if (deployment.stopping) return set_status(codedeploy, deployment, "Stopped");
  if (fine) return set_status(codedeploy, deployment, "Succeeded");
  if (deployment.error_code.empty()) deployment.error_code = "HOOK_EXECUTION_FAILURE";
  for (const EventState& event : done.events)
    if (event.status == "Failed") deployment.error_message = event.message;
  set_status(codedeploy, deployment, "Failed");
}

}  // namespace opsim::codedeploy
