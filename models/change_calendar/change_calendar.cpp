// AWS: Systems Manager API Reference, GetCalendarState; User Guide, "AWS Systems Manager Change
// Calendar" and its event, Calendar State Change.
#include "models/change_calendar/change_calendar.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::change_calendar {

namespace {

std::string_view state_word(bool open) { return open ? "OPEN" : "CLOSED"; }

std::string bare_name(const std::string& name) {
  return name.starts_with("arn:") ? name.substr(name.rfind('/') + 1) : name;
}

}  // namespace

ChangeCalendar::ChangeCalendar(Cloud& world) : cloud{world} {
  // Stacks make documents without a call: they are looked through once they stand.
  cloud.sim().after(Duration{}, [this] { watch_stacks(); });
}

void ChangeCalendar::watch_stacks() {
  for (const Resource* resource : cloud.resources().of_type("AWS::SSM::Document"))
    watch(resource->place, resource->physical_id);
}

ApiResult<Calendar> find_calendar(Cloud& cloud, const Place& place, const std::string& name) {
  Place where = place;
  if (const auto named = Arn::parse(name)) where = named->place();
  const ApiResult<Json> document =
      cloud.inspect(where, "ssm", "GetDocument", {{"Name", bare_name(name)}});
  if (!document) return document.error();
  if (input::text(*document, "DocumentType") != "ChangeCalendar")
    return ApiError{"InvalidDocumentType",
                    fmt::format("{} is of type {}; a calendar is a ChangeCalendar",
                                opsim::quoted(name), input::text(*document, "DocumentType"))};
  CalendarText read = read_calendar(input::text(*document, "Content"));
  if (!read.calendar) return ApiError{"UnsupportedCalendarException", std::move(read.wrong)};
  return *std::move(read.calendar);
}

void ChangeCalendar::watch(const Place& place, const std::string& name) {
  const std::pair key{place, name};
  if (const auto old = watched.find(key); old != watched.end()) {
    cloud.sim().cancel(old->second.next);
    watched.erase(old);
  }
  ApiResult<Calendar> calendar = find_calendar(cloud, place, name);
  if (!calendar) return;
  const auto next = next_transition({*calendar}, cloud.sim().now());
  Watched& entry = watched[key];
  entry.calendar = *std::move(calendar);
  if (next) entry.next = cloud.sim().at(*next, [this, place, name] { change(place, name); });
}

void ChangeCalendar::change(const Place& place, const std::string& name) {
  const Calendar& calendar = watched.at({place, name}).calendar;
  const SimTime now = cloud.sim().now();
  Event event;
  event.source = "aws.ssm";
  event.detail_type = "Calendar State Change";
  event.place = place;
  event.resources = {arn(place, "ssm", "document/" + name)};
  event.detail = {{"state", state_word(calendar.is_open(now))}, {"atTime", iso8601(now)}};
  if (const auto next = next_transition({calendar}, now))
    event.detail["nextTransitionTime"] = iso8601(*next);
  event.line = fmt::format("calendar {} {}", name, state_word(calendar.is_open(now)));
  cloud.emit(std::move(event));
  watch(place, name);
}

void ChangeCalendar::on_call(const CallRecord& call) {
  if (call.service != "ssm" || !call.answer || !call.operation.ends_with("Document")) return;
  if (call.operation != "CreateDocument" && call.operation != "UpdateDocument" &&
      call.operation != "DeleteDocument")
    return;
  const std::string name = bare_name(input::text(call.input, "Name"));
  const bool calendar = input::text(call.input, "DocumentType") == "ChangeCalendar";
  if (calendar || watched.contains({call.caller.place, name})) watch(call.caller.place, name);
}

ApiResult<Json> get_calendar_state(ChangeCalendar& model, const Request& request) {
  const std::vector<std::string> names = input::texts(request.input, "CalendarNames");
  if (names.empty()) return ApiError{"ValidationException", "CalendarNames is required"};
  SimTime at = model.cloud.sim().now();
  if (const std::string text = input::text(request.input, "AtTime"); !text.empty()) {
    const auto time = parse_iso8601(text);
    if (!time)
      return ApiError{"ValidationException",
                      fmt::format("AtTime is {}; an ISO 8601 time", opsim::quoted(text))};
    at = *time;
  }
  std::vector<Calendar> calendars;
  for (const std::string& name : names) {
    ApiResult<Calendar> calendar = find_calendar(model.cloud, request.place(), name);
    if (!calendar) return calendar.error();
    calendars.push_back(*std::move(calendar));
  }
  Json answer{{"State", state_word(all_open(calendars, at))}, {"AtTime", iso8601(at)}};
  if (const auto next = next_transition(calendars, at))
    answer["NextTransitionTime"] = iso8601(*next);
  return answer;
}

}  // namespace opsim::change_calendar
