// Scheduled events at work.
// Retirement of an instance with an EBS root volume stops it; a reboot event reboots it. "If you
// stop and start the instance before, it runs on another host": the event is canceled.
// AWS Health: AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED,
// AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED, category scheduledChange.
// SIMPLIFIED: of the kinds, retirement and instance reboot; events that are over stay described.
#include "models/compute/host_events.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/fleet.hpp"
#include "models/compute/groups.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

using HostEventKind = HostEvent::Kind;

constexpr Duration kDeadlineAfter = std::chrono::hours{7 * 24};  // estimate

std::string_view code_of(HostEventKind kind) {
  return kind == HostEventKind::retirement ? "instance-retirement" : "instance-reboot";
}

// The descriptions of the guide's examples.
std::string_view description_of(HostEventKind kind) {
  return kind == HostEventKind::retirement ? "The instance is running on degraded hardware"
                                           : "The instance is scheduled for a reboot";
}

void emit_health(Fleet& fleet, const Instance& instance, const HostEvent& planned) {
  const std::string_view type = planned.kind == HostEventKind::retirement
                                    ? "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED"
                                    : "AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED";
  Event event;
  event.source = "aws.health";
  event.detail_type = "AWS Health Event";
  event.place = instance.place;
  event.resources = {instance.id};
  event.detail = {
      {"eventArn", fmt::format("arn:aws:health:{}::event/EC2/{}/{}_{}", instance.place.region, type,
                               type, planned.id)},
      {"service", "EC2"},
      {"eventTypeCode", type},
      {"eventTypeCategory", "scheduledChange"},
      {"startTime", time_text(planned.not_before)},
      {"eventDescription",
       Json::array({Json{{"language", "en_US"}, {"latestDescription", planned.description}}})},
      {"affectedEntities", Json::array({Json{{"entityValue", instance.id}}})}};
  event.line = fmt::format("{}: {}", instance.id, type);
  fleet.cloud.emit(std::move(event));
}

HostEvent* find_event(Instance& instance, std::string_view id) {
  const auto found = std::ranges::find(instance.host_events, id, &HostEvent::id);
  return found == instance.host_events.end() ? nullptr : &*found;
}

void close(Fleet& fleet, HostEvent& planned, std::string_view how) {
  fleet.sim().cancel(planned.due);
  if (std::exchange(planned.over, true)) return;
  planned.description = fmt::format("[{}] {}", how, planned.description);
}

void come_due(Fleet& fleet, Instance& instance, const std::string& id) {
  HostEvent* const planned = find_event(instance, id);
  if (planned == nullptr || planned->over) return;
  const HostEventKind kind = planned->kind;
  close(fleet, *planned, "Completed");
  if (instance.state != InstanceState::running) return;
  const CauseScope because{
      fleet.sim(),
      tell(fleet, instance, "event", fmt::format("scheduled event {} begins", code_of(kind)))};
  if (kind == HostEventKind::reboot) return reboot(fleet, instance);
  stop(fleet, instance, "Server.ScheduledStop");
}

void await_event(Fleet& fleet, Instance& instance, HostEvent& planned) {
  fleet.sim().cancel(planned.due);
  planned.due = fleet.sim().at(
      planned.not_before, [&fleet, &instance, id = planned.id] { come_due(fleet, instance, id); });
}

Json event_json(const HostEvent& one) {
  Json json{{"InstanceEventId", one.id},
            {"Code", code_of(one.kind)},
            {"Description", one.description},
            {"NotBefore", time_text(one.not_before)}};
  if (one.deadline) json["NotBeforeDeadline"] = time_text(*one.deadline);
  return json;
}

}  // namespace

void schedule_event(Fleet& fleet, Instance& instance, HostEvent::Kind kind, Duration ahead) {
  HostEvent& planned = instance.host_events.emplace_back();
  planned.kind = kind;
  planned.id = fleet.cloud.next_id("instance-event-");
  planned.description = description_of(kind);
  planned.not_before = fleet.now() + ahead;
  if (kind == HostEventKind::reboot) planned.deadline = planned.not_before + kDeadlineAfter;
  const CauseScope because{fleet.sim(), tell(fleet, instance, "scheduled",
                                             fmt::format("{} is scheduled for {}", code_of(kind),
                                                         time_text(planned.not_before)))};
  await_event(fleet, instance, planned);
  emit_health(fleet, instance, planned);
  if (Groups* groups = fleet.groups(); groups != nullptr && !instance.group.empty())
    event_scheduled(*groups, instance, kind == HostEventKind::reboot);
}

void leave_host(Fleet& fleet, Instance& instance) {
  for (HostEvent& planned : instance.host_events) close(fleet, planned, "Canceled");
}

Json host_events_json(const Instance& instance) {
  if (instance.host_events.empty()) return {};
  Json list = Json::array();
  for (const HostEvent& one : instance.host_events) list.push_back(event_json(one));
  return list;
}

/// "You can't reschedule an event with a date and time that is after its deadline"; only reboots
/// have one.
ApiResult<Json> modify_instance_event_start_time(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "InstanceId");
  Instance* const instance = fleet.find(request.place(), id);
  if (instance == nullptr)
    return ApiError{"InvalidInstanceID.NotFound",
                    fmt::format("The instance ID '{}' does not exist", id)};
  const std::string event = text_of(request.input, "InstanceEventId");
  HostEvent* const planned = find_event(*instance, event);
  if (planned == nullptr || planned->over)
    return ApiError{"InvalidInstanceEventIDNotFound",
                    fmt::format("The instance event '{}' does not exist", event)};
  const auto wanted = input::time(request.input, "NotBefore");
  if (!planned->deadline)
    return ApiError{"UnsupportedInstanceEvent", "The event cannot be rescheduled"};
  if (!wanted || *wanted <= fleet.now() || *wanted > *planned->deadline)
    return ApiError{"InvalidParameterValue",
                    "NotBefore must be in the future and not after the deadline of the event"};
  planned->not_before = *wanted;
  await_event(fleet, *instance, *planned);
  return Json{{"Event", event_json(*planned)}};
}

}  // namespace opsim::compute
