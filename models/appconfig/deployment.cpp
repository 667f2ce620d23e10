// A configuration grows from no client to all, bakes, and goes back when an alarm says so.
// AWS: AppConfig User Guide, "Deploying feature flags and configuration data", "Monitoring
// deployments for automatic rollback"; API Reference, GetDeployment.
// SIMPLIFIED: a rollback reaches all clients in the time of one poll.
#include <fmt/format.h>

#include <algorithm>

#include "models/appconfig/appconfig.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::appconfig {

namespace {

/// From an alarm until clients have the former version again: they poll every 45 s by default
/// (AppConfig Agent, POLL_INTERVAL).
constexpr Duration kRollBack = std::chrono::seconds{45};

void tell(AppConfig& appconfig, Deployment& deployment, std::string type, std::string by,
          std::string text) {
  const Environment* environment = appconfig.environment_of(deployment);
  const Application& application = appconfig.applications.at(deployment.application);
  deployment.events.insert(deployment.events.begin(), {appconfig.sim().now(), type, by, text});
  appconfig.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject =
           fmt::format("{}/{}", application.name, environment == nullptr ? "" : environment->name),
       .text = std::move(text),
       .source = environment == nullptr ? "" : environment->source,
       .detail = {{"act", "configuration"},
                  {"event", std::move(type)},
                  {"percentage", deployment.percentage}}});
}

/// Waits, or less where the deployment is stopped.
Process<> wait_until(AppConfig& appconfig, Deployment& deployment, SimTime until) {
  while (!deployment.stopping && appconfig.sim().now() < until) {
    Signal::TimedWait wait = deployment.changed.wait_for(until - appconfig.sim().now());
    co_await wait;
  }
}

Process<> roll_back(AppConfig& appconfig, Deployment& deployment) {
  deployment.state = "ROLLING_BACK";
  tell(appconfig, deployment, "ROLLBACK_STARTED", deployment.stopped_by,
       fmt::format("version {} is rolled back", deployment.version));
  co_await appconfig.sim().sleep(kRollBack);
  deployment.percentage = 0;
  deployment.state = "ROLLED_BACK";
  tell(appconfig, deployment, "ROLLBACK_COMPLETED", "APPCONFIG",
       fmt::format("version {} is rolled back: nobody has it", deployment.version));
}

Process<> play(AppConfig& appconfig, Deployment& deployment) {
  const SimTime begin = appconfig.sim().now();
  for (const GrowthStep& step : growth_steps(deployment.strategy)) {
    Process<> waiting = wait_until(appconfig, deployment, begin + step.after);
    co_await waiting;
    if (deployment.stopping) break;
    deployment.percentage = step.percentage;
    tell(appconfig, deployment, "PERCENTAGE_UPDATED", "APPCONFIG",
         fmt::format("version {} at {:g} % of the clients", deployment.version, step.percentage));
  }
  if (!deployment.stopping) {
    deployment.state = "BAKING";
    tell(appconfig, deployment, "BAKE_TIME_STARTED", "APPCONFIG",
         fmt::format("version {} bakes for {} min", deployment.version,
                     deployment.strategy.bake_minutes));
    Process<> baking =
        wait_until(appconfig, deployment,
                   appconfig.sim().now() + std::chrono::minutes{deployment.strategy.bake_minutes});
    co_await baking;
  }
  if (deployment.stopping) {
    Process<> undoing = roll_back(appconfig, deployment);
    co_await undoing;
  } else {
    deployment.state = "COMPLETE";
    if (Environment* environment = appconfig.environment_of(deployment))
      environment->at[deployment.profile] = deployment.version;
    tell(appconfig, deployment, "DEPLOYMENT_COMPLETED", "APPCONFIG",
         fmt::format("version {} is complete", deployment.version));
  }
  deployment.completed = appconfig.sim().now();
}

}  // namespace

Deployment& start_deployment(AppConfig& appconfig, Application& application,
                             Environment& environment, const Profile& profile, std::string version,
                             const Strategy& strategy, std::string description) {
  auto made = std::make_unique<Deployment>(appconfig.sim());
  Deployment& deployment = *made;
  deployment.application = application.id;
  deployment.environment = environment.id;
  deployment.profile = profile.id;
  deployment.number = ++environment.deployments;
  deployment.version = std::move(version);
  deployment.before = environment.at[profile.id];
  deployment.strategy = strategy;
  deployment.description = std::move(description);
  deployment.started = appconfig.sim().now();
  appconfig.deployments[{application.id, environment.id, deployment.number}] = std::move(made);
  tell(appconfig, deployment, "DEPLOYMENT_STARTED", "USER",
       fmt::format("version {} of {} is deployed by {}", deployment.version, profile.name,
                   strategy.name));
  appconfig.sim().spawn(play(appconfig, deployment));
  return deployment;
}

void stop_deployment(AppConfig& /*appconfig*/, Deployment& deployment, std::string by) {
  if (deployment.is_over() || deployment.stopping) return;
  deployment.stopping = true;
  deployment.stopped_by = std::move(by);
  deployment.changed.notify_all();
}

void revert(AppConfig& appconfig, Deployment& deployment) {
  deployment.state = "REVERTED";
  deployment.percentage = 0;
  if (Environment* environment = appconfig.environment_of(deployment))
    environment->at[deployment.profile] = deployment.before;
  tell(appconfig, deployment, "REVERT_COMPLETED", "USER",
       fmt::format("version {} is reverted", deployment.version));
}

double exposure(AppConfig& appconfig, const std::string& application,
                const Environment& environment, const std::string& profile,
                const std::string& version) {
  const auto all = environment.at.find(profile);
  const bool had = all != environment.at.end() && all->second == version;
  const Deployment* running = appconfig.running(application, environment.id);
  if (running == nullptr || running->profile != profile) return had ? 100 : 0;
  if (running->version == version) return running->percentage;
  return had ? 100 - running->percentage : 0;
}

Json deployment_json(const Deployment& deployment) {
  const auto text = [](SimTime time) { return iso8601(time); };
  Json log = Json::array();
  for (const DeploymentEvent& event : deployment.events)
    log.push_back({{"EventType", event.type},
                   {"TriggeredBy", event.triggered_by},
                   {"Description", event.description},
                   {"OccurredAt", text(event.at)}});
  Json json{{"ApplicationId", deployment.application},
            {"EnvironmentId", deployment.environment},
            {"ConfigurationProfileId", deployment.profile},
            {"ConfigurationVersion", deployment.version},
            {"DeploymentNumber", deployment.number},
            {"DeploymentStrategyId", deployment.strategy.id},
            {"DeploymentDurationInMinutes", deployment.strategy.minutes},
            {"FinalBakeTimeInMinutes", deployment.strategy.bake_minutes},
            {"GrowthFactor", deployment.strategy.growth_factor},
            {"GrowthType", deployment.strategy.exponential ? "EXPONENTIAL" : "LINEAR"},
            {"State", deployment.state},
            {"PercentageComplete", deployment.percentage},
            {"StartedAt", text(deployment.started)},
            {"EventLog", std::move(log)}};
  if (deployment.completed) json["CompletedAt"] = text(*deployment.completed);
  return json;
}

Application* AppConfig::find(const Place& place, std::string_view id_or_name) {
  for (auto& [id, one] : applications)
    if (one.place == place && (id == id_or_name || one.name == id_or_name)) return &one;
  return nullptr;
}

Environment* AppConfig::environment_of(const Deployment& deployment) {
  const auto application = applications.find(deployment.application);
  if (application == applications.end()) return nullptr;
  const auto found = application->second.environments.find(deployment.environment);
  return found == application->second.environments.end() ? nullptr : &found->second;
}

Deployment* AppConfig::running(const std::string& application, const std::string& environment) {
  for (const auto& [key, one] : deployments)
    if (one->application == application && one->environment == environment && !one->is_over())
      return one.get();
  return nullptr;
}

void AppConfig::on_event(const Event& event) {
  if (event.source != "aws.cloudwatch" || event.detail_type != "CloudWatch Alarm State Change" ||
      event.resources.empty())
    return;
  const std::string& arn = event.resources.front();
  const auto alarm = Arn::parse(arn);
  for (const auto& [key, deployment] : deployments) {
    if (deployment->is_over() || deployment->stopping) continue;
    const Environment* environment = environment_of(*deployment);
    if (environment == nullptr ||
        std::ranges::find(environment->alarms, arn) == environment->alarms.end())
      continue;
    const auto answer =
        cloud.inspect(alarm->place(), "cloudwatch", "DescribeAlarms",
                      {{"AlarmNames", Json::array({alarm->resource.substr(6)})},
                       {"AlarmTypes", Json::array({"MetricAlarm", "CompositeAlarm"})}});
    if (!answer) continue;
    for (const char* kind : {"MetricAlarms", "CompositeAlarms"})
      for (const Json& found : input::member(*answer, kind))
        if (input::text(found, "StateValue") == "ALARM")
          stop_deployment(*this, *deployment, "CLOUDWATCH_ALARM");
  }
}

}  // namespace opsim::appconfig
