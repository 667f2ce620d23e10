// Tasks as targets of Elastic Load Balancing: registered and deregistered by calls, and believed.
// AWS: ECS Developer Guide, "Use load balancing to distribute Amazon ECS service traffic": with the
// awsvpc network mode by address, else by instance.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/ecs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

Caller ecs_itself(const Task& task) {
  return {.place = task.place, .principal = "ecs.amazonaws.com", .invoked_by = "ecs.amazonaws.com"};
}

/// Without a model of load balancers every target is healthy at once.
bool has_load_balancers(Ecs& ecs) { return ecs.cloud.model("elbv2") != nullptr; }

Json description_of(const TargetRef& target) {
  return {{"TargetGroupArn", target.group},
          {"Targets", Json::array({Json{{"Id", target.id}, {"Port", target.port}}})}};
}

/// Its checks fail. Else nothing has failed yet: it is being registered, or on its way out.
bool says_failed(std::string_view reason) {
  return reason == "Target.Timeout" || reason == "Target.ResponseCodeMismatch" ||
         reason == "Target.FailedHealthChecks" || reason == "Elb.InternalError";
}

Task* task_of(Ecs& ecs, const TargetHealth& told, TargetRef*& found) {
  for (auto& [arn, task] : ecs.tasks) {
    if (!task.wanted) continue;
    for (TargetRef& target : task.targets) {
      if (target.group != told.target_group) continue;
      if (told.target != target.id && told.target != fmt::format("{}:{}", target.id, target.port))
        continue;
      found = &target;
      return &task;
    }
  }
  return nullptr;
}

/// Service events of the guide (service-event-messages-list), once the world runs.
void tell_targets(Ecs& ecs, const Task& task, std::string_view act, const TargetRef& target) {
  Service* const service = ecs.service(task.service);
  if (service == nullptr || ecs.now() == ecs.sim().start()) return;
  add_message(ecs, *service,
              fmt::format("(service {}) {} 1 targets in (target-group {})", service->spec.name, act,
                          target.group));
}

}  // namespace

void register_targets(Ecs& ecs, Task& task) {
  for (TargetRef& target : task.targets) {
    if (!has_load_balancers(ecs)) {
      target.healthy = true;
      continue;
    }
    Caller caller = ecs_itself(task);
    caller.instant = ecs.now() == ecs.sim().start();
    ecs.cloud.call_later(std::move(caller), "elbv2", "RegisterTargets", description_of(target));
    tell_targets(ecs, task, "registered", target);
  }
}

void deregister_targets(Ecs& ecs, Task& task) {
  for (TargetRef& target : task.targets) {
    target.healthy = false;
    if (!has_load_balancers(ecs)) continue;
    ecs.cloud.call_later(ecs_itself(task), "elbv2", "DeregisterTargets", description_of(target));
    tell_targets(ecs, task, "deregistered", target);
  }
}

std::string unhealthy_because(Ecs& ecs, const Task& task, const TargetRef& target) {
  const auto answer =
      ecs.cloud.inspect(task.place, "elbv2", "DescribeTargetHealth", description_of(target));
  if (!answer) return "Health checks failed";
  const Json& all = input::member(*answer, "TargetHealthDescriptions");
  if (!all.is_array() || all.empty()) return "Health checks failed";
  const std::string said = input::text(input::member(all.front(), "TargetHealth"), "Description");
  return said.empty() ? "Health checks failed" : said;
}

Duration drain_time(Ecs& ecs, const Task& task) {
  Duration longest{};
  for (const TargetRef& target : task.targets) {
    std::int64_t seconds = 300;  // deregistration_delay.timeout_seconds
    const Json asked{{"TargetGroupArn", target.group}};
    const auto answer =
        ecs.cloud.inspect(task.place, "elbv2", "DescribeTargetGroupAttributes", asked);
    if (answer)
      for (const Json& attribute : input::member(*answer, "Attributes"))
        if (input::text(attribute, "Key") == "deregistration_delay.timeout_seconds")
          seconds = input::integer(attribute, "Value").value_or(seconds);
    longest = std::max(longest, Duration{std::chrono::seconds{seconds}});
  }
  return longest;
}

void target_health_changed(Ecs& ecs, const TargetHealth& told) {
  TargetRef* target = nullptr;
  Task* task = task_of(ecs, told, target);
  if (task == nullptr) return;
  target->healthy = told.healthy;
  target->failed = !told.healthy && says_failed(told.reason);
  target->reason = told.reason;
  refresh_health(ecs, *task);
  if (Service* service = ecs.service(task->service)) look_soon(ecs, *service);
}

}  // namespace opsim::ecs
