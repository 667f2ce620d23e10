// Deployments of a service: their beginning, their end, what makes them fail.
// AWS: ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures":
//   Stage 1 counts tasks that never reach RUNNING, until one of the deployment does.
//   Stage 2 counts tasks that fail a health check and are stopped.
// API Reference, Deployment.failedTasks: "Once a service deployment has one or more successfully
// running tasks, the failed task count resets to zero".
// "How CloudWatch alarms detect Amazon ECS deployment failures": alarms that are in ALARM when a
// deployment starts are ignored during it.
// "Bake time": once the tasks are replaced, a deployment with alarms stays IN_PROGRESS for a time
// that ECS works out from its alarms. UNDOCUMENTED: how; here the longest of period times
// evaluation periods.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/blue_green.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

CauseId tell_deployment(Ecs& ecs, const Service& service, std::string_view act, std::string text) {
  return ecs.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = service.display,
       .text = std::move(text),
       .source = std::string{ecs.cloud.resources().source_of(service.arn)},
       .detail = {{"act", act}, {"resource", service.arn}}});
}

bool any_in_alarm(Ecs& ecs, const Service& service) {
  if (service.spec.alarms.empty()) return false;
  const Json names{{"AlarmNames", service.spec.alarms}};
  const auto answer = ecs.cloud.inspect(service.place, "cloudwatch", "DescribeAlarms", names);
  if (!answer) return false;
  return std::ranges::any_of(input::member(*answer, "MetricAlarms"), [](const Json& alarm) {
    return input::text(alarm, "StateValue") == "ALARM";
  });
}

Duration bake_time(Ecs& ecs, const Service& service) {
  Duration longest{};
  if (service.spec.alarms.empty()) return longest;
  const Json names{{"AlarmNames", service.spec.alarms}};
  const auto answer = ecs.cloud.inspect(service.place, "cloudwatch", "DescribeAlarms", names);
  if (!answer) return longest;
  for (const Json& alarm : input::member(*answer, "MetricAlarms")) {
    const std::int64_t seconds = input::integer(alarm, "Period").value_or(60) *
                                 input::integer(alarm, "EvaluationPeriods").value_or(1);
    longest = std::max(longest, Duration{std::chrono::seconds{seconds}});
  }
  return longest;
}

bool is_watched(const Deployment& deployment) {
  return deployment.state == RolloutState::in_progress;
}

std::string short_name(const TaskDefinition& definition) {
  return fmt::format("{}:{}", definition.family, definition.revision);
}

/// "If you update your service to use a new task definition, your service returns to a normal,
/// non-throttled state immediately."
void start_afresh(Service& service) {
  service.failed_starts = 0;
  service.no_start_before = {};
  service.told_impaired = false;
  service.told_stuck = false;
  service.steady = false;
  service.lost.clear();
}

}  // namespace

std::string_view to_string(RolloutState state) {
  constexpr std::string_view names[] = {"IN_PROGRESS", "COMPLETED", "FAILED"};
  return names[static_cast<std::size_t>(state)];
}

void begin_deployment(Ecs& ecs, Service& service, std::shared_ptr<const TaskDefinition> definition,
                      std::string_view reason) {
  Deployment deployment;
  deployment.id = fmt::format("ecs-svc/{:019d}", ++ecs.deployments_made);
  deployment.definition = std::move(definition);
  if (service.spec.uses_sets()) deployment.set.load_balancers = service.spec.load_balancers;
  deployment.created = deployment.updated = ecs.now();
  deployment.alarms_on = !service.spec.alarms.empty() && !any_in_alarm(ecs, service);
  deployment.rollback = reason.find("rolling back") != std::string_view::npos;
  deployment.reason = reason.empty() ? fmt::format("ECS deployment {} in progress.", deployment.id)
                                     : std::string{reason};
  start_afresh(service);
  const bool first = service.deployments.empty();
  service.deployments.insert(service.deployments.begin(), std::move(deployment));
  if (first && ecs.now() == ecs.sim().start()) return;  // it stands from the start
  const Deployment& begun = service.primary();
  const CauseScope because{
      ecs.sim(), tell_deployment(ecs, service, begun.rollback ? "rolled back" : "deployed",
                                 fmt::format("deployment of {}{}", short_name(*begun.definition),
                                             begun.rollback ? ": rolls back" : ""))};
  emit_deployment_state(ecs, service, begun, "INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS");
  look_now(ecs, service);
}

void end_deployment(Ecs& ecs, Service& service, Deployment& deployment, RolloutState state,
                    std::string_view reason) {
  deployment.state = state;
  deployment.reason = reason;
  deployment.updated = ecs.now();
  const bool failed = state == RolloutState::failed;
  if (!failed) service.last_good = deployment.definition;
  const CauseScope because{ecs.sim(),
                           tell_deployment(ecs, service, failed ? "failed" : "completed",
                                           failed ? fmt::format("deployment failed: {}", reason)
                                                  : std::string{"deployment completed"})};
  // "(service name) (deployment id) deployment failed: tasks failed to start."
  const auto what = reason.find(": ");
  add_message(
      ecs, service,
      fmt::format("(service {}) (deployment {}) deployment {}", service.spec.name, deployment.id,
                  !failed                          ? std::string{"completed."}
                  : what == std::string_view::npos ? std::string{"failed."}
                                                   : fmt::format("failed{}", reason.substr(what))));
  emit_deployment_state(ecs, service, deployment, failed ? "ERROR" : "INFO",
                        failed ? "SERVICE_DEPLOYMENT_FAILED" : "SERVICE_DEPLOYMENT_COMPLETED");
}

void complete_deployment(Ecs& ecs, Service& service) {
  Deployment& deployment = service.primary();
  if (deployment.state != RolloutState::in_progress) return;
  if (deployment.alarms_on && !deployment.rollback) {
    if (!deployment.bakes_until) {
      deployment.bakes_until = ecs.now() + bake_time(ecs, service);
      ecs.sim().cancel(service.bake);
      service.bake =
          ecs.sim().at(*deployment.bakes_until, [&ecs, &service] { look_now(ecs, service); });
    }
    if (ecs.now() < *deployment.bakes_until) return;
  }
  end_deployment(ecs, service, deployment, RolloutState::completed,
                 fmt::format("ECS deployment {} completed.", deployment.id));
}

namespace {

/// "rolling back to deploymentId ...": the last completed deployment is the primary again, and the
/// tasks that it still has are kept. Where it is gone, a new one of its task definition begins.
void roll_back(Ecs& ecs, Service& service, std::string_view what) {
  const auto good = std::ranges::find_if(service.deployments, [&service](const Deployment& one) {
    return one.definition == service.last_good && one.state == RolloutState::completed;
  });
  if (good == service.deployments.end())
    return begin_deployment(ecs, service, service.last_good,
                            fmt::format("{}: rolling back.", what));
  Deployment back = *good;
  service.deployments.erase(good);
  back.state = RolloutState::in_progress;
  back.rollback = true;
  back.updated = ecs.now();
  back.reason = fmt::format("{}: rolling back to deploymentId {}.", what, back.id);
  service.deployments.insert(service.deployments.begin(), std::move(back));
  start_afresh(service);
  const Deployment& primary = service.primary();
  add_message(
      ecs, service,
      fmt::format("(service {}) rolling back to (deployment {}).", service.spec.name, primary.id));
  const CauseScope because{
      ecs.sim(), tell_deployment(ecs, service, "rolled back",
                                 fmt::format("rolls back to {}", short_name(*primary.definition)))};
  emit_deployment_state(ecs, service, primary, "INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS");
  look_now(ecs, service);
}

}  // namespace

void fail_deployment(Ecs& ecs, Service& service, std::string_view what, std::string_view reason,
                     bool rolls_back) {
  Deployment& deployment = service.primary();
  if (!is_watched(deployment)) return;
  // A rollback that fails in turn leads nowhere else.
  const bool can = rolls_back && service.last_good != nullptr && !deployment.rollback;
  end_deployment(ecs, service, deployment, RolloutState::failed,
                 fmt::format("{}: {}.", what, reason));
  if (can) roll_back(ecs, service, what);
}

void task_ran(Ecs& ecs, Service& service, const Task& task) {
  service.failed_starts = 0;
  service.no_start_before = {};
  service.told_impaired = false;
  Deployment& deployment = service.primary();
  if (task.deployment != deployment.id || deployment.ran) return;
  deployment.ran = true;
  deployment.failed_tasks = 0;
  deployment.updated = ecs.now();
}

void count_failure(Ecs& ecs, Service& service, const Task& task, TaskFailure failure) {
  if (failure == TaskFailure::never_ran) {
    ++service.failed_starts;
    const Duration wait = throttle_delay(service.failed_starts);
    if (wait > Duration{}) {
      service.no_start_before = ecs.now() + wait;
      if (!std::exchange(service.told_impaired, true)) {
        add_message(ecs, service,
                    fmt::format("(service {}) is unable to consistently start tasks successfully.",
                                service.spec.name));
        emit_service_action(ecs, service, "WARN", "SERVICE_TASK_START_IMPAIRED");
      }
    }
  }
  Deployment& deployment = service.primary();
  if (task.deployment != deployment.id || !is_watched(deployment)) return;
  const bool counts = deployment.ran == (failure == TaskFailure::health_check);
  if (!counts) return;
  ++deployment.failed_tasks;
  deployment.updated = ecs.now();
  if (!service.spec.breaker) return;
  if (deployment.failed_tasks < breaker_threshold(service.spec.desired)) return;
  // The task is still on its way out: the deployment ends just after.
  ecs.sim().after(Duration{}, [&ecs, arn = service.arn, id = deployment.id] {
    Service* its = ecs.service(arn);
    if (its == nullptr || its->primary().id != id) return;
    fail_deployment(ecs, *its, "ECS deployment circuit breaker", "tasks failed to start",
                    its->spec.breaker_rolls_back);
  });
}

void alarm_fired(Ecs& ecs, const Place& place, std::string_view alarm) {
  for (auto& [arn, service] : ecs.services) {
    if (service.place != place || !service.active || service.spec.alarms.empty()) continue;
    if (std::ranges::find(service.spec.alarms, alarm) == service.spec.alarms.end()) continue;
    if (service.spec.strategy.in_two()) {
      blue_green_alarm(ecs, service, alarm);
      continue;
    }
    const Deployment& deployment = service.primary();
    if (!is_watched(deployment) || !deployment.alarms_on) continue;
    fail_deployment(ecs, service, "ECS deployment alarms", "alarm detected",
                    service.spec.alarms_roll_back);
  }
}

}  // namespace opsim::ecs
