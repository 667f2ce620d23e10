// Changing what a timeline says. AWS: Incident Manager API Reference, UpdateTimelineEvent,
// DeleteTimelineEvent: custom events only; those of the service stay as they are.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/incidents.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

bool of_the_service(const TimelineEvent& event) {
  return event.type.starts_with("SSM Incident ") || event.type.starts_with("SSM Contacts ");
}

ApiResult<TimelineEvent*> asked_event(Incidents& incidents, const Request& request,
                                      Incident*& incident) {
  const std::string arn = input::text(request.input, "incidentRecordArn");
  incident = incidents.incident(arn);
  if (incident == nullptr)
    return ApiError{"ResourceNotFoundException", fmt::format("the incident {} does not exist", arn),
                    404};
  const std::string id = input::text(request.input, "eventId");
  const auto found = std::ranges::find(incident->timeline, id, &TimelineEvent::id);
  if (found == incident->timeline.end())
    return ApiError{"ResourceNotFoundException",
                    fmt::format("the timeline event {} does not exist", id), 404};
  if (of_the_service(*found))
    return ApiError{"ValidationException", "only custom timeline events can be changed"};
  return &*found;
}

}  // namespace

// "Deleting one is idempotent."
ApiResult<Json> delete_timeline_event(Incidents& incidents, const Request& request) {
  Incident* incident = nullptr;
  const ApiResult<TimelineEvent*> event = asked_event(incidents, request, incident);
  if (!event && (incident == nullptr || event.error().code == "ValidationException"))
    return event.error();
  const std::string id = input::text(request.input, "eventId");
  std::erase_if(incident->timeline, [&](const TimelineEvent& one) { return one.id == id; });
  return Json::object();
}

ApiResult<Json> update_timeline_event(Incidents& incidents, const Request& request) {
  Incident* incident = nullptr;
  const ApiResult<TimelineEvent*> found = asked_event(incidents, request, incident);
  if (!found) return found.error();
  TimelineEvent& event = **found;
  if (const std::string type = input::text(request.input, "eventType"); !type.empty())
    event.type = type;
  if (const std::string data = input::text(request.input, "eventData"); !data.empty())
    event.data = data;
  if (const Json& references = input::member(request.input, "eventReferences");
      references.is_array())
    event.references = references;
  if (const auto at = input::time(request.input, "eventTime")) event.at = *at;
  event.updated = incidents.cloud.sim().now();
  std::ranges::stable_sort(incident->timeline, {}, &TimelineEvent::at);
  return Json::object();
}

}  // namespace opsim::incident_manager
