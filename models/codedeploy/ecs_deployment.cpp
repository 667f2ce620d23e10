// An ECS service moves from one task set to another, behind two target groups.
// AWS: CodeDeploy User Guide, "Deployments on an Amazon ECS compute platform": a replacement task
// set, an optional test listener, the shift of the production listener, the end of the original
// task set; hooks in reference-appspec-file-structure-hooks.
#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/listeners.hpp"
#include "models/codedeploy/traffic.hpp"
#include "models/codedeploy/traffic_shift.hpp"
#include "models/codedeploy/waiting.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

/// How long a task set may take until it is steady, and how often CodeDeploy looks (estimates).
constexpr Duration kLongestInstall = std::chrono::hours{1};
constexpr Duration kLooksAtTaskSets = std::chrono::seconds{10};

Json service_of(CodeDeploy& codedeploy, const Deployment& deployment) {
  const GroupSpec& spec = codedeploy.group_of(deployment)->spec;
  const Json asked{{"cluster", spec.ecs_cluster}, {"services", Json::array({spec.ecs_service})}};
  const auto answer = codedeploy.cloud.inspect(deployment.place, "ecs", "DescribeServices", asked);
  if (!answer) return {};
  const Json& services = input::member(*answer, "services");
  return services.is_array() && !services.empty() ? services.front() : Json{};
}

/// A task set of the service by its ARN; by "PRIMARY" the one that serves. Null where there is
/// none.
Json task_set(CodeDeploy& codedeploy, const Deployment& deployment, const std::string& which) {
  const Json service = service_of(codedeploy, deployment);
  const Json& sets = input::member(service, "taskSets");
  if (!sets.is_array()) return {};
  for (const Json& set : sets)
    if (input::text(set, "taskSetArn") == which || input::text(set, "status") == which) return set;
  return {};
}

std::string group_arn(CodeDeploy& codedeploy, const Deployment& deployment,
                      const std::string& name) {
  const auto answer = codedeploy.cloud.inspect(deployment.place, "elbv2", "DescribeTargetGroups",
                                               {{"Names", Json::array({name})}});
  if (!answer) return {};
  for (const Json& found : input::member(*answer, "TargetGroups"))
    return input::text(found, "TargetGroupArn");
  return {};
}

/// Blue is the target group of the pair that the original task set has.
Sides sides_of(CodeDeploy& codedeploy, const Deployment& deployment) {
  const TargetGroupPair& pair = codedeploy.group_of(deployment)->spec.pair;
  Sides sides{group_arn(codedeploy, deployment, pair.groups[0]),
              group_arn(codedeploy, deployment, pair.groups[1])};
  const Json blue = task_set(codedeploy, deployment, deployment.blue_set);
  for (const Json& balancer : input::member(blue, "loadBalancers"))
    if (input::text(balancer, "targetGroupArn") == sides.green) std::swap(sides.blue, sides.green);
  return sides;
}

Process<std::string> ask_ecs(CodeDeploy& codedeploy, Deployment& deployment, std::string operation,
                             Json more, Json* answer) {
  const GroupSpec& spec = codedeploy.group_of(deployment)->spec;
  more["cluster"] = spec.ecs_cluster;
  more["service"] = spec.ecs_service;
  Process<ApiResult<Json>> call = codedeploy.cloud.call(service_role(codedeploy, deployment), "ecs",
                                                        std::move(operation), std::move(more));
  const ApiResult<Json> got = co_await call;
  if (!got) co_return fmt::format("{}: {}", got.error().code, got.error().message);
  if (answer != nullptr) *answer = *got;
  co_return "";
}

Process<std::string> weigh_all(CodeDeploy& codedeploy, Deployment& deployment,
                               std::vector<std::string> listeners, Sides sides,
                               std::int64_t green_percent) {
  for (const std::string& listener : listeners) {
    Process<std::string> weighing = weigh(codedeploy, deployment, listener, sides, green_percent);
    std::string failure = co_await weighing;
    if (!failure.empty()) co_return failure;
  }
  co_return "";
}

Process<std::string> await_steady(CodeDeploy& codedeploy, Deployment& deployment) {
  const SimTime until = codedeploy.sim().now() + kLongestInstall;
  while (!deployment.stopping && codedeploy.sim().now() < until) {
    const Json set = task_set(codedeploy, deployment, deployment.green_set);
    if (input::text(set, "stabilityStatus") == "STEADY_STATE") co_return "";
    Signal::TimedWait wait = deployment.changed.wait_for(kLooksAtTaskSets);
    co_await wait;
  }
  if (deployment.stopping) co_return "The deployment was stopped";
  co_return "The replacement task set did not reach a steady state in time";
}

/// Install: the replacement task set, in the target group that serves nobody yet.
Process<std::string> install(CodeDeploy& codedeploy, Deployment& deployment) {
  const Json blue = task_set(codedeploy, deployment, "PRIMARY");
  if (blue.is_null()) co_return "The ECS service has no primary task set";
  deployment.blue_set = input::text(blue, "taskSetArn");
  const Sides sides = sides_of(codedeploy, deployment);
  const TargetGroupPair pair = codedeploy.group_of(deployment)->spec.pair;
  Process<std::string> joining =
      weigh_all(codedeploy, deployment, pair.production_listeners, sides, 0);
  if (std::string failure = co_await joining; !failure.empty()) co_return failure;
  const AppSpec& spec = deployment.appspec;
  Json input{{"taskDefinition", spec.task_definition},
             {"externalId", deployment.id},
             {"scale", {{"unit", "PERCENT"}, {"value", 100}}}};
  input["loadBalancers"] = Json::array({{{"targetGroupArn", sides.green},
                                         {"containerName", spec.container},
                                         {"containerPort", spec.container_port}}});
  Json made;
  Process<std::string> asking =
      ask_ecs(codedeploy, deployment, "CreateTaskSet", std::move(input), &made);
  if (std::string failure = co_await asking; !failure.empty()) co_return failure;
  deployment.green_set = input::text(input::member(made, "taskSet"), "taskSetArn");
  Process<std::string> waiting = await_steady(codedeploy, deployment);
  co_return co_await waiting;
}

Process<std::string> shift_listener(CodeDeploy& codedeploy, Deployment& deployment,
                                    std::int64_t percent) {
  const GroupSpec& spec = codedeploy.group_of(deployment)->spec;
  const CauseScope because{
      codedeploy.sim(),
      tell_shift(codedeploy, deployment, percent,
                 fmt::format("{} to {}", spec.ecs_service, deployment.appspec.task_definition))};
  deployment.shifted = percent;
  const Sides sides = sides_of(codedeploy, deployment);
  Process<std::string> weighing =
      weigh_all(codedeploy, deployment, spec.pair.production_listeners, sides, percent);
  co_return co_await weighing;
}

/// Runs `work` as a lifecycle event that no script has.
Process<bool> as_event(CodeDeploy& codedeploy, Deployment& deployment, std::string event,
                       Process<std::string> work) {
  begin_event(codedeploy, deployment, 0, event);
  std::string failure = co_await work;
  const bool fine = failure.empty();
  end_event(codedeploy, deployment, 0, event, std::move(failure));
  co_return fine;
}

Process<std::string> allow_test_traffic(CodeDeploy& codedeploy, Deployment& deployment,
                                        std::int64_t percent) {
  const TargetGroupPair pair = codedeploy.group_of(deployment)->spec.pair;
  if (pair.test_listeners.empty()) co_return "";
  const Sides sides = sides_of(codedeploy, deployment);
  Process<std::string> weighing =
      weigh_all(codedeploy, deployment, pair.test_listeners, sides, percent);
  co_return co_await weighing;
}

/// deploymentReadyOption: after the test traffic, before production traffic is shifted.
Process<bool> await_reroute(CodeDeploy& codedeploy, Deployment& deployment) {
  const BlueGreen asked = codedeploy.group_of(deployment)->spec.blue_green;
  if (!asked.waits_for_ready) co_return true;
  set_status(codedeploy, deployment, "Ready");
  Process<bool> waiting =
      await_continue(codedeploy, deployment, Continue::rerouting, asked.ready_wait);
  const bool came = co_await waiting;
  if (came) set_status(codedeploy, deployment, "InProgress");
  if (!came && !deployment.stopping) {
    deployment.error_code = "TIMEOUT";
    deployment.error_message =
        "The deployment was not continued before the end of the specified wait period";
    deployment.stopping = true;
  }
  co_return came;
}

/// All events in their order; false at the first that fails.
Process<bool> run_events(CodeDeploy& codedeploy, Deployment& deployment) {
  for (const char* name :
       {"BeforeInstall", "Install", "AfterInstall", "TestTraffic", "AfterAllowTestTraffic",
        "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"}) {
    const std::string event = name;
    if (event == "BeforeAllowTraffic") {
      Process<bool> waiting = await_reroute(codedeploy, deployment);
      if (!co_await waiting) co_return false;
    }
    Process<bool> running =
        event == "Install"
            ? as_event(codedeploy, deployment, event, install(codedeploy, deployment))
        : event == "TestTraffic"  ? as_event(codedeploy, deployment, event,
                                             allow_test_traffic(codedeploy, deployment, 100))
        : event == "AllowTraffic" ? allow_traffic(codedeploy, deployment, shift_listener)
                                  : run_event(codedeploy, deployment, 0, event);
    if (!co_await running || deployment.stopping) co_return false;
    if (event != "AllowTraffic") continue;
    Process<std::string> promoting = ask_ecs(codedeploy, deployment, "UpdateServicePrimaryTaskSet",
                                             {{"primaryTaskSet", deployment.green_set}}, nullptr);
    co_await promoting;
  }
  co_return true;
}

Process<> end_blue_set(CodeDeploy& codedeploy, Deployment& deployment) {
  const BlueGreen asked = codedeploy.group_of(deployment)->spec.blue_green;
  if (!asked.terminates) co_return;
  Process<bool> waiting =
      await_continue(codedeploy, deployment, Continue::terminating, asked.termination_wait);
  co_await waiting;
  if (deployment.stopping) co_return;
  Process<std::string> deleting =
      ask_ecs(codedeploy, deployment, "DeleteTaskSet",
              {{"taskSet", deployment.blue_set}, {"force", true}}, nullptr);
  co_await deleting;
}

void add_service_target(CodeDeploy& codedeploy, Deployment& deployment,
                        const std::vector<std::string_view>& events) {
  const GroupSpec& spec = codedeploy.group_of(deployment)->spec;
  add_target(codedeploy, deployment, fmt::format("{}:{}", spec.ecs_cluster, spec.ecs_service),
             events, "");
  deployment.targets.back().status = "InProgress";
}

}  // namespace

Process<> deploy_to_ecs(CodeDeploy& codedeploy, Deployment& deployment) {
  add_service_target(codedeploy, deployment, lifecycle_events(Platform::ecs, true));
  Process<bool> running = run_events(codedeploy, deployment);
  const bool fine = co_await running;
  if (fine) {
    Process<> ending = end_blue_set(codedeploy, deployment);
    co_await ending;
  }
  end_single(codedeploy, deployment, fine);
}

/// Production and test traffic go back at once, and the replacement task set is deleted.
Process<> return_to_blue_set(CodeDeploy& codedeploy, Deployment& deployment) {
  const auto undone = codedeploy.deployments.find(deployment.rolls_back);
  add_service_target(codedeploy, deployment, {"AllowTraffic"});
  if (undone == codedeploy.deployments.end() || undone->second->green_set.empty())
    co_return end_single(codedeploy, deployment, true);  // nothing had been put in place
  deployment.blue_set = undone->second->blue_set;
  deployment.green_set = undone->second->green_set;
  const CauseScope because{
      codedeploy.sim(),
      tell_shift(codedeploy, deployment, 100, "the traffic back to the original task set")};
  begin_event(codedeploy, deployment, 0, "AllowTraffic");
  const Sides sides = sides_of(codedeploy, deployment);
  const TargetGroupPair pair = codedeploy.group_of(deployment)->spec.pair;
  Process<std::string> returning =
      weigh_all(codedeploy, deployment, pair.production_listeners, sides, 0);
  std::string failure = co_await returning;
  Process<std::string> testing = allow_test_traffic(codedeploy, deployment, 0);
  co_await testing;
  Process<std::string> promoting = ask_ecs(codedeploy, deployment, "UpdateServicePrimaryTaskSet",
                                           {{"primaryTaskSet", deployment.blue_set}}, nullptr);
  co_await promoting;
  Process<std::string> deleting =
      ask_ecs(codedeploy, deployment, "DeleteTaskSet",
              {{"taskSet", deployment.green_set}, {"force", true}}, nullptr);
  co_await deleting;
  const bool fine = failure.empty();
  end_event(codedeploy, deployment, 0, "AllowTraffic", std::move(failure));
  end_single(codedeploy, deployment, fine);
}

}  // namespace opsim::codedeploy
