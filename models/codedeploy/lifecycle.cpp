// One lifecycle event of one target.
// AWS: CodeDeploy User Guide, reference-appspec-file-structure-hooks; limits: a script, and all
// scripts of an event together, have at most one hour.
// SIMPLIFIED: a hook's function answers by how its invocation ends: it works, the event succeeded.
#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/codedeploy.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/running_version.hpp"

namespace opsim::codedeploy {

namespace {

constexpr Duration kLongestEvent = std::chrono::hours{1};
constexpr Duration kLongestStart = std::chrono::minutes{5};
/// How often an agent asks for work (estimate).
constexpr Duration kPoll = std::chrono::seconds{15};
/// What the agent does by itself, and a script of which nothing is known (estimates).
constexpr Duration kDownload = std::chrono::seconds{10};
constexpr Duration kInstall = std::chrono::seconds{5};
constexpr Duration kScript = std::chrono::seconds{5};

Duration usual(const Deployment& deployment, const std::string& event) {
  if (event == "DownloadBundle") return kDownload;
  if (event == "Install") return kInstall;
  const auto scripts = deployment.appspec.hooks.find(event);
  return scripts == deployment.appspec.hooks.end()
             ? kScript
             : kScript * static_cast<std::int64_t>(scripts->second.size());
}

Duration limit_of(const Deployment& deployment, const std::string& event) {
  const auto scripts = deployment.appspec.hooks.find(event);
  if (scripts == deployment.appspec.hooks.end()) return kLongestEvent;
  Duration sum{};
  for (const HookScript& script : scripts->second) sum += std::chrono::seconds{script.timeout};
  return std::min(sum, kLongestEvent);
}

/// "A deployment fails if a lifecycle event does not start within five minutes of the deployment's
/// start, or of the previous event's end" (limits). An instance that is stopped does not come back.
Process<bool> await_agent(CodeDeploy& codedeploy, std::string instance) {
  const SimTime until = codedeploy.sim().now() + kLongestStart;
  while (codedeploy.cloud.read_quantity(instance, "reachable").value_or(1) < 0.5) {
    const bool runs = codedeploy.cloud.read_quantity(instance, "running").value_or(1) > 0.5 ||
                      codedeploy.cloud.health(instance) == Health::ok;
    if (!runs || codedeploy.sim().now() >= until) co_return false;
    co_await codedeploy.sim().sleep(kPoll);
  }
  co_return true;
}

/// Scripts on an instance: as long as physics says; "" or why they failed.
Process<std::string> run_scripts(CodeDeploy& codedeploy, Deployment& deployment,
                                 std::string instance, std::string event) {
  const bool is_agents = event == "DownloadBundle" || event == "Install";
  const Script script = script_of(codedeploy, deployment, event);
  if (!is_agents && !script.known) co_return "";
  // "ApplicationStop: the AppSpec file and scripts are those of the last deployment that
  // succeeded": there is none before the first.
  if (event == "ApplicationStop" && version_of(codedeploy.cloud, instance).name.empty())
    co_return "";
  Process<bool> agent = await_agent(codedeploy, instance);
  if (!co_await agent) co_return "The CodeDeploy agent did not answer";
  // Drawn from once, so it need not be kept.
  Stream luck{codedeploy.sim().seed(),
              fmt::format("codedeploy.{}.{}.{}", deployment.id, instance, event)};
  const EventPhysics* physics = script.physics;
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

EventState* find_event(Deployment& deployment, std::size_t target, std::string_view event) {
  auto& events = deployment.targets.at(target).events;
  const auto found = std::ranges::find(events, event, &EventState::name);
  return found == events.end() ? nullptr : &*found;
}

}  // namespace

void begin_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                 std::string_view event) {
  EventState* state = find_event(deployment, target, event);
  if (state == nullptr) return;
  state->status = "InProgress";
  state->began = codedeploy.sim().now();
}

void end_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
               std::string_view event, std::string failure) {
  EventState* state = find_event(deployment, target, event);
  if (state == nullptr) return;
  state->status = failure.empty() ? "Succeeded" : "Failed";
  state->message = std::move(failure);
  state->ended = codedeploy.sim().now();
}

Process<bool> run_event(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                        std::string event) {
  if (find_event(deployment, target, event) == nullptr) co_return true;
  begin_event(codedeploy, deployment, target, event);
  std::string failure;
  if (deployment.config.platform == Platform::server) {
    Process<std::string> scripts =
        run_scripts(codedeploy, deployment, deployment.targets.at(target).id, event);
    failure = co_await scripts;
    if (failure.empty()) {
      const std::string instance = deployment.targets.at(target).id;
      const CauseId entry = event_ended(codedeploy, deployment, instance, event);
      if (entry != CauseId::none) deployment.targets.at(target).runs = entry;
    }
  } else {
    Process<std::string> function = run_function(codedeploy, deployment, event);
    failure = co_await function;
  }
  const bool fine = failure.empty();
  end_event(codedeploy, deployment, target, event, std::move(failure));
  co_return fine;
}

}  // namespace opsim::codedeploy
