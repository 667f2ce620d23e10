// Deployments: how they are ordered, end, are stopped and undone.
// AWS: CodeDeploy User Guide, "Redeploy and roll back a deployment" (deployments-rollback-and-
// redeploy): a rollback is a new deployment of the last good revision; API Reference,
// CreateDeployment.
#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/codedeploy.hpp"
#include "models/codedeploy/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

/// From Created to InProgress (estimate).
constexpr Duration kStarting = std::chrono::seconds{2};

ApiResult<AppSpec> appspec_of(const Application& application, const Json& revision) {
  for (const char* kind : {"String", "AppSpecContent"}) {
    const Json& inline_text = input::member(revision, kind);
    if (!inline_text.is_null())
      return read_appspec(application.platform, input::text(inline_text, "Content"));
  }
  if (application.platform == Platform::server) return AppSpec{};
  // What lies in S3 is not read: models keep no files of users.
  return ApiError{"InvalidRevisionException",
                  "The AppSpec file of this revision must be given as AppSpecContent"};
}

/// "DEPLOYMENT_FAILURE | DEPLOYMENT_STOP_ON_ALARM | DEPLOYMENT_STOP_ON_REQUEST".
bool wants_rollback(const DeploymentGroup& group, const Deployment& deployment) {
  if (deployment.creator != "user") return false;
  if (deployment.status == "Failed")
    return group.spec.rollback_events.contains("DEPLOYMENT_FAILURE");
  return deployment.status == "Stopped" && deployment.rolls_back_when_stopped;
}

/// On Lambda the alias goes back to the version it came from: the same AppSpec turned round.
/// With two environments traffic goes back to the one that was there: no revision is installed.
Json revision_to_return_to(const DeploymentGroup& group, const Deployment& deployment) {
  if (deployment.config.platform == Platform::ecs) return deployment.revision;
  if (deployment.config.platform == Platform::server && group.spec.blue_green.on)
    return group.last_good.is_null() ? deployment.revision : group.last_good;
  if (deployment.config.platform != Platform::lambda) return group.last_good;
  const AppSpec& spec = deployment.appspec;
  const Json back{{"version", 0.0},
                  {"Resources",
                   {{{"function",
                      {{"Type", "AWS::Lambda::Function"},
                       {"Properties",
                        {{"Name", spec.function},
                         {"Alias", spec.alias},
                         {"CurrentVersion", spec.current_version},
                         {"TargetVersion", spec.current_version}}}}}}}}};
  return {{"revisionType", "AppSpecContent"}, {"appSpecContent", {{"content", back.dump()}}}};
}

void roll_back(CodeDeploy& codedeploy, DeploymentGroup& group, Deployment& deployment) {
  Json revision = revision_to_return_to(group, deployment);
  if (revision.is_null()) {
    codedeploy.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = group.name,
         .text =
             fmt::format("{} cannot be rolled back: there is no earlier revision", deployment.id),
         .source = group.source});
    return;
  }
  const Platform platform = deployment.config.platform;
  Order order{.revision = std::move(revision),
              .config = platform == Platform::lambda ? "CodeDeployDefault.LambdaAllAtOnce"
                        : platform == Platform::ecs  ? "CodeDeployDefault.ECSAllAtOnce"
                                                     : "",
              .description = fmt::format("Automatic rollback of deployment {}", deployment.id),
              .creator = "codeDeployRollback",
              .rolls_back = deployment.id};
  const ApiResult<Deployment*> made = create_deployment(codedeploy, group, std::move(order));
  if (made) deployment.rolled_back = (*made)->id;
}

/// "SUCCESS", "FAILURE", "STOP": how events spell it (EventTypes).
std::string_view event_state(std::string_view status) {
  if (status == "Created" || status == "Ready") return "READY";
  if (status == "InProgress") return "START";
  if (status == "Succeeded") return "SUCCESS";
  if (status == "Stopped") return "STOP";
  return "FAILURE";
}

Json event_detail(CodeDeploy& codedeploy, const Deployment& deployment, std::string_view state) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  return {{"instanceGroupId", group == nullptr ? "" : group->id},
          {"region", deployment.place.region},
          {"application", deployment.application},
          {"deploymentId", deployment.id},
          {"state", state},
          {"deploymentGroup", deployment.group}};
}

/// The trigger event of a status; "" where there is none.
std::string trigger_of(const Deployment& deployment, bool begins) {
  const std::string& status = deployment.status;
  if (status == "Created" && !deployment.rolls_back.empty()) return "DeploymentRollback";
  if (begins) return "DeploymentStart";
  if (status == "Ready") return "DeploymentReady";
  if (status == "Succeeded") return "DeploymentSuccess";
  if (status == "Failed") return "DeploymentFailure";
  return status == "Stopped" ? "DeploymentStop" : "";
}

/// Inline AppSpecs have no name: what they deploy has one.
std::string what_of(const Deployment& deployment) {
  const AppSpec& spec = deployment.appspec;
  switch (deployment.config.platform) {
    case Platform::lambda:
      return fmt::format("{}:{} to version {}", spec.function, spec.alias, spec.target_version);
    case Platform::ecs: return spec.task_definition;
    case Platform::server: break;
  }
  return revision_name(deployment.revision);
}

std::string line_of(const Deployment& deployment) {
  std::string line = fmt::format("deployment of {} to {}: {}", what_of(deployment),
                                 deployment.group, deployment.status);
  if (!deployment.rolls_back.empty())
    line += fmt::format(" (rolls back {})", deployment.rolls_back);
  if (!deployment.error_message.empty()) line += fmt::format(": {}", deployment.error_message);
  return line;
}

Process<> work_of(CodeDeploy& codedeploy, Deployment& deployment, const DeploymentGroup& group) {
  const bool returns = !deployment.rolls_back.empty();
  switch (deployment.config.platform) {
    case Platform::lambda: return deploy_to_lambda(codedeploy, deployment);
    case Platform::ecs:
      return returns ? return_to_blue_set(codedeploy, deployment)
                     : deploy_to_ecs(codedeploy, deployment);
    case Platform::server: break;
  }
  // Instances that were launched meanwhile are in one environment already.
  if (!group.spec.blue_green.on || deployment.creator == "autoscaling")
    return deploy_in_place(codedeploy, deployment);
  return returns ? return_to_blue(codedeploy, deployment)
                 : deploy_blue_green(codedeploy, deployment);
}

Process<> play(CodeDeploy& codedeploy, Deployment& deployment) {
  co_await codedeploy.sim().sleep(kStarting);
  DeploymentGroup* group = codedeploy.group_of(deployment);
  if (deployment.stopping || group == nullptr)
    co_return set_status(codedeploy, deployment, "Stopped");
  set_status(codedeploy, deployment, "InProgress");
  const bool heeds_alarms = deployment.creator == "user";
  if (std::string why = alarm_objection(codedeploy, *group); heeds_alarms && !why.empty()) {
    deployment.rolls_back_when_stopped =
        group->spec.rollback_events.contains("DEPLOYMENT_STOP_ON_ALARM");
    deployment.error_code = "ALARM_ACTIVE";
    deployment.error_message = std::move(why);
    co_return set_status(codedeploy, deployment, "Stopped");
  }
  Process<> work = work_of(codedeploy, deployment, *group);
  co_await work;
}

}  // namespace

void set_status(CodeDeploy& codedeploy, Deployment& deployment, std::string status) {
  deployment.status = std::move(status);
  const SimTime now = codedeploy.sim().now();
  const bool begins = deployment.status == "InProgress" && !deployment.began;
  if (begins) deployment.began = now;
  const bool over = deployment.status == "Succeeded" || deployment.status == "Failed" ||
                    deployment.status == "Stopped";
  if (over) deployment.ended = now;
  DeploymentGroup* group = codedeploy.group_of(deployment);
  // What was on its way has ended since: the stop is because of the alarm all the same.
  const bool stopped = deployment.status == "Stopped" && deployment.stopped_by != CauseId::none;
  const CauseScope stop{codedeploy.sim(),
                        stopped ? deployment.stopped_by : codedeploy.sim().cause()};
  Json detail{{"act", "deployment"},
              {"deployment", deployment.id},
              {"status", deployment.status},
              {"error", deployment.error_code},
              {"creator", deployment.creator}};
  if (over) detail["seconds"] = std::chrono::duration<double>(now - deployment.created).count();
  const CauseId entry =
      codedeploy.cloud.journal().write({.kind = EntryKind::resource,
                                        .level = Level::story,
                                        .subject = deployment.id,
                                        .text = line_of(deployment),
                                        .source = group == nullptr ? "" : group->source,
                                        .detail = std::move(detail)});
  const CauseScope because{codedeploy.sim(), entry};
  codedeploy.cloud.emit(
      {.source = "aws.codedeploy",
       .detail_type = "CodeDeploy Deployment State-change Notification",
       .place = deployment.place,
       .resources = {arn(deployment.place, "codedeploy",
                         fmt::format("deploymentgroup:{}/{}", deployment.application,
                                     deployment.group)),
                     arn(deployment.place, "codedeploy",
                         fmt::format("application:{}", deployment.application))},
       .detail = event_detail(codedeploy, deployment, event_state(deployment.status))});
  tell_topics(codedeploy, deployment, trigger_of(deployment, begins), nullptr);
  if (!over || group == nullptr) return;
  if (deployment.status == "Succeeded" && deployment.creator == "user")
    group->last_good = deployment.revision;
  if (wants_rollback(*group, deployment)) roll_back(codedeploy, *group, deployment);
  tell_scaling(codedeploy, deployment);
}

void tell_target(CodeDeploy& codedeploy, const Deployment& deployment, const Target& target) {
  Json detail = event_detail(codedeploy, deployment,
                             target.status == "InProgress"  ? "START"
                             : target.status == "Succeeded" ? "SUCCESS"
                                                            : "FAILURE");
  detail["instanceId"] = target.id;
  std::string line = fmt::format("{}: {} {}", deployment.id, target.id, target.status);
  for (const EventState& event : target.events)
    if (event.status == "Failed") line += fmt::format(" at {}: {}", event.name, event.message);
  codedeploy.cloud.emit(
      {.source = "aws.codedeploy",
       .detail_type = "CodeDeploy Instance State-change Notification",
       .place = deployment.place,
       .resources = {arn(deployment.place, "codedeploy", fmt::format("instance:{}", target.id))},
       .detail = std::move(detail),
       .line = std::move(line)});
  tell_topics(codedeploy, deployment,
              target.status == "InProgress"  ? "InstanceStart"
              : target.status == "Succeeded" ? "InstanceSuccess"
                                             : "InstanceFailure",
              &target);
}

ApiResult<Deployment*> create_deployment(CodeDeploy& codedeploy, DeploymentGroup& group,
                                         Order order) {
  const Application& application = codedeploy.applications.at({group.place, group.application});
  const std::string name = order.config.empty() ? group.spec.config : order.config;
  const DeploymentConfig* config = codedeploy.config(group.place, name);
  if (config == nullptr)
    return ApiError{"DeploymentConfigDoesNotExistException",
                    fmt::format("No deployment configuration found for name: {}", name)};
  if (config->platform != application.platform)
    return ApiError{"InvalidDeploymentConfigNameException",
                    fmt::format("{} is for {}, not for {}", name, to_string(config->platform),
                                to_string(application.platform))};
  // "1 concurrent deployment per group"; a rollback begins when what it undoes has ended.
  // What Auto Scaling launches is deployed to beside it.
  for (const auto& [id, other] : codedeploy.deployments)
    if (!other->is_over() && other->place == group.place && other->creator != "autoscaling" &&
        order.creator != "autoscaling" && other->application == group.application &&
        other->group == group.name)
      return ApiError{"DeploymentLimitExceededException",
                      fmt::format("The deployment group '{}' already has an active Deployment '{}'",
                                  group.name, id)};
  ApiResult<AppSpec> appspec = appspec_of(application, order.revision);
  if (!appspec) return appspec.error();
  auto made = std::make_unique<Deployment>(codedeploy.sim());
  Deployment& deployment = *made;
  deployment.id = codedeploy.cloud.next_id("d-");
  deployment.application = group.application;
  deployment.group = group.name;
  deployment.place = group.place;
  deployment.config = *config;
  deployment.revision = std::move(order.revision);
  deployment.previous = group.last_good;
  deployment.appspec = *std::move(appspec);
  deployment.creator = std::move(order.creator);
  deployment.description = std::move(order.description);
  deployment.rolls_back = std::move(order.rolls_back);
  deployment.only = std::move(order.only);
  deployment.green = std::move(order.green);
  deployment.outdated_only = order.outdated_only;
  deployment.launching = order.launching;
  deployment.ignores_stop_failures = order.ignores_stop_failures;
  deployment.created = codedeploy.sim().now();
  codedeploy.deployments[deployment.id] = std::move(made);
  set_status(codedeploy, deployment, "Created");
  codedeploy.sim().spawn(play(codedeploy, deployment));
  return &deployment;
}

void stop_deployment(CodeDeploy& codedeploy, Deployment& deployment, std::string error,
                     std::string message, bool roll_back) {
  if (deployment.is_over() || deployment.stopping) return;
  deployment.stopping = true;
  deployment.stopped_by = codedeploy.sim().cause();
  deployment.error_code = std::move(error);
  deployment.error_message = std::move(message);
  deployment.rolls_back_when_stopped = roll_back;
  deployment.changed.notify_all();
}

DeploymentGroup* CodeDeploy::group_of(const Deployment& deployment) {
  const auto found = groups.find({deployment.place, deployment.application, deployment.group});
  return found == groups.end() ? nullptr : &found->second;
}

const DeploymentConfig* CodeDeploy::config(const Place& place, std::string_view name) const {
  if (const DeploymentConfig* known = predefined_config(name)) return known;
  const auto found = configs.find({place, std::string{name}});
  return found == configs.end() ? nullptr : &found->second;
}

}  // namespace opsim::codedeploy
