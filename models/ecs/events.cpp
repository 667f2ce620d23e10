// What ECS tells EventBridge.
// AWS: ECS Developer Guide, "Amazon ECS task state change events", "service action events",
// "service deployment state change events": shapes as there.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/ecs.hpp"
#include "models/ecs/views.hpp"

namespace opsim::ecs {

namespace {

/// DescribeServices shows the most recent 100.
constexpr std::size_t kShownMessages = 100;

Event ecs_event(std::string_view detail_type, const Place& place, const std::string& resource) {
  Event event;
  event.source = "aws.ecs";
  event.detail_type = detail_type;
  event.place = place;
  event.resources = {resource};
  return event;
}

}  // namespace

void emit_task_state(Ecs& ecs, const Task& task) {
  Event event = ecs_event("ECS Task State Change", task.place, task.arn);
  event.detail = task_json(task);
  for (Json& attachment : event.detail["attachments"]) attachment["type"] = "eni";
  event.detail["updatedAt"] = iso8601(ecs.now());
  event.line = fmt::format("{} {}", task.name, to_string(task.status));
  ecs.cloud.emit(std::move(event));
}

void emit_service_action(Ecs& ecs, const Service& service, std::string_view type,
                         std::string_view name, const Json& more) {
  Event event = ecs_event("ECS Service Action", service.place, service.arn);
  event.detail = {
      {"eventType", type},
      {"eventName", name},
      {"clusterArn", opsim::arn(service.place, "ecs", "cluster/" + service.spec.cluster)},
      {"createdAt", iso8601(ecs.now())}};
  event.detail.update(more);
  event.line = fmt::format("{} {}", service.display, name);
  ecs.cloud.emit(std::move(event));
}

void emit_deployment_state(Ecs& ecs, const Service& service, const Deployment& deployment,
                           std::string_view type, std::string_view name) {
  Event event = ecs_event("ECS Deployment State Change", service.place, service.arn);
  event.detail = {{"eventType", type},
                  {"eventName", name},
                  {"deploymentId", deployment.id},
                  {"updatedAt", iso8601(ecs.now())},
                  {"reason", deployment.reason}};
  event.line = fmt::format("{} {}", service.display, name);
  ecs.cloud.emit(std::move(event));
}

void add_message(Ecs& ecs, Service& service, std::string text) {
  service.messages.push_back({ecs.cloud.next_uuid("ecs-event"), ecs.now(), std::move(text)});
  if (service.messages.size() > kShownMessages) service.messages.erase(service.messages.begin());
}

}  // namespace opsim::ecs
