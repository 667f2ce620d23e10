// One lifecycle event of one target.
// AWS: CodeDeploy User Guide, reference-appspec-file-structure-hooks; limits: a script, and all
// scripts of an event together, have at most one hour.
// SIMPLIFIED: a hook's function answers by how its invocation ends: it works, the event succeeded.
#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/codedeploy.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

constexpr Duration kLongestEvent = std::chrono::hours{1};
/// What the agent does by itself, and a script of which nothing is known (estimates).
constexpr Duration kDownload = std::chrono::seconds{10};
constexpr Duration kInstall = std::chrono::seconds{5};
constexpr Duration kScript = std::chrono::seconds{5};

/// "App/rev:Event", "App/Event", "App/rev" in this order.
const EventPhysics* physics_of(const CodeDeploy& codedeploy, const Deployment& deployment,
                               const std::string& event) {
  const std::string revision = revision_name(deployment.revision);
  for (const std::string& part : {fmt::format("{}:{}", revision, event), event, revision}) {
    const auto found = codedeploy.physics.find(deployment.application + "/" + part);
    if (found != codedeploy.physics.end()) return &found->second;
  }
  return nullptr;
}

Duration usual(const Deployment& deployment, const std::string& event) {
  if (event == "DownloadBundle") return kDownload;
  if (event == "Install") return kInstall;
  const auto scripts = deployment.appspec.hooks.find(event);
  return scripts == deployment.appspec.hooks.end()
             ? Duration{}
             : kScript * static_cast<std::int64_t>(scripts->second.size());
}

Duration limit_of(const Deployment& deployment, const std::string& event) {
  const auto scripts = deployment.appspec.hooks.find(event);
  if (scripts == deployment.appspec.hooks.end()) return kLongestEvent;
  Duration sum{};
  for (const HookScript& script : scripts->second) sum += std::chrono::seconds{script.timeout};
  return std::min(sum, kLongestEvent);
}

/// Scripts on an instance: as long as physics says; "" or why they failed.
Process<std::string> run_scripts(CodeDeploy& codedeploy, Deployment& deployment,
                                 std::string instance, std::string event) {
  const bool is_scripted = deployment.appspec.hooks.contains(event);
  const bool is_agents = event == "DownloadBundle" || event == "Install";
  if (!is_scripted && !is_agents) co_return "";
  if (codedeploy.cloud.read_quantity(instance, "reachable").value_or(1) < 0.5)
    co_return "The CodeDeploy agent did not answer";
  Stream& luck =
      codedeploy.sim().random(fmt::format("codedeploy.{}.{}.{}", deployment.id, instance, event));
  const EventPhysics* physics = physics_of(codedeploy, deployment, event);
  Duration takes = usual(deployment, event);
  bool works = true;
  if (physics != nullptr) {
    works = luck.uniform() * 100 < physics->succeeds;
    if (luck.uniform() * 100 < physics->hangs)
      takes = kLongestEvent * 2;
    else if (physics->takes)
      takes = physics->takes->sample_duration(luck);
  }
  const Duration limit = limit_of(deployment, event);
  co_await codedeploy.sim().sleep(std::min(takes, limit));
  if (codedeploy.cloud.read_quantity(instance, "running").value_or(1) < 0.5)
    co_return "The instance was stopped or terminated";
  if (takes > limit) co_return fmt::format("{} timed out", event);
  if (works) co_return "";
  const std::string why = physics->fails_with.empty() ? "exit code 1" : physics->fails_with;
  co_return fmt::format("Script of {} failed: {}", event, why);
}

/// The function of a hook; it has one hour.
Process<std::string> run_function(CodeDeploy& codedeploy, Deployment& deployment,
                                  std::string event) {
  const auto hook = deployment.appspec.hooks.find(event);
  if (hook == deployment.appspec.hooks.end() || hook->second.empty()) co_return "";
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  const Caller caller{deployment.place, group == nullptr ? "" : group->spec.role,
                      "codedeploy.amazonaws.com"};
  const Json payload{
      {"DeploymentId", deployment.id},
      {"LifecycleEventHookExecutionId", codedeploy.cloud.next_uuid("lifecycle hook")}};
  Json input{{"FunctionName", hook->second.front().location}, {"Payload", payload.dump()}};
  Process<ApiResult<Json>> call =
      codedeploy.cloud.call(caller, "lambda", "Invoke", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
  const std::string error = input::text(*answer, "FunctionError");
  if (!error.empty())
    co_return fmt::format("the function {} failed ({})", hook->second.front().location, error);
  co_return "";
}

EventState* find_event(Deployment& deployment, std::size_t target, const std::string& event) {
  auto& events = deployment.targets.at(target).events;
  const auto found = std::ranges::find(events, event, &EventState::name);
  return found == events.end() ? nullptr : &*found;
}

}  // namespace

Process<bool> run_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                        std::string event) {
  EventState* state = find_event(deployment, target, event);
  if (state == nullptr) co_return true;
  state->status = "InProgress";
  state->began = codedeploy.sim().now();
  std::string failure;
  if (deployment.config.platform == Platform::server) {
    Process<std::string> scripts =
        run_scripts(codedeploy, deployment, deployment.targets.at(target).id, event);
    failure = co_await scripts;
  } else {
    Process<std::string> function = run_function(codedeploy, deployment, event);
    failure = co_await function;
  }
  state = find_event(deployment, target, event);
  state->status = failure.empty() ? "Succeeded" : "Failed";
  state->message = failure;
  state->ended = codedeploy.sim().now();
  co_return failure.empty();
}

}  // namespace opsim::codedeploy
