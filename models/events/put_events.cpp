// PutEvents and TestEventPattern.
// AWS: API_PutEvents, eb-putevent-size, API_TestEventPattern.
#include <fmt/format.h>

#include "models/events/bus_policy.hpp"
#include "models/events/events.hpp"
#include "models/events/validation.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::events {

namespace {

constexpr std::size_t kEntriesPerCall = 10;         // API_PutEvents
constexpr std::size_t kRequestBytes = 1024 * 1024;  // eb-putevent-size, 2026: 1 MB for all

Json failure(std::string_view code, std::string_view message) {
  return {{"ErrorCode", code}, {"ErrorMessage", message}};
}

/// A bus of another account or Region: its ARN in EventBusName.
Place place_of_bus(const Json& entry, const Place& caller) {
  const std::optional<Arn> arn = Arn::parse(text_at(entry, "EventBusName"));
  return arn ? arn->place() : caller;
}

/// eb-use-conditions: the keys of PutEvents.
PolicyContext context_of(const Json& entry) {
  PolicyContext context;
  context.values["events:detail-type"] = {text_at(entry, "DetailType")};
  context.values["events:source"] = {text_at(entry, "Source")};
  context.values["events:eventbusinvocation"] = {"false"};
  return context;
}

/// What is wrong with one entry, as its answer says it; null when nothing is.
Json complaint_of(Events& events, const Request& request, const Json& entry) {
  if (!entry.is_object()) return failure("InvalidArgument", "An entry is a mapping.");
  for (const char* member : {"Source", "DetailType", "Detail"})
    if (text_at(entry, member).empty())
      return failure(
          "InvalidArgument",
          fmt::format("Parameter {0} is not valid. Reason: {0} is a required argument.", member));
  if (text_at(entry, "Source").starts_with("aws."))
    return failure("NotAuthorizedForSourceException", "Not authorized for the source.");
  const Json detail = Json::parse(text_at(entry, "Detail"), nullptr, false);
  if (!detail.is_object()) return failure("MalformedDetail", "Detail is malformed.");
  const Place place = place_of_bus(entry, request.place());
  if (place.account == request.place().account) return {};
  const Bus* bus = events.find_bus(place, text_at(entry, "EventBusName"));
  if (bus == nullptr || !may_put_events(bus->policy, request.place().account,
                                        request.caller.principal, context_of(entry)))
    return failure("AccessDeniedException",
                   fmt::format("{} is not authorized to put events on {}.",
                               request.caller.principal, text_at(entry, "EventBusName")));
  return {};
}

SimTime time_of(const Json& entry, SimTime now) {
  const auto found = entry.find("Time");
  if (found == entry.end()) return now;
  if (found->is_number())
    return SimTime{std::chrono::seconds{static_cast<std::int64_t>(found->get<double>())}};
  return parse_iso8601(text_at(entry, "Time")).value_or(now);
}

/// eb-putevent-size: 14 bytes for a time, and the text of everything else.
std::size_t size_of(const Json& entries) {
  std::size_t bytes = 0;
  for (const Json& entry : entries) {
    if (entry.contains("Time")) bytes += 14;
    for (const char* member : {"Source", "DetailType", "Detail"})
      bytes += text_at(entry, member).size();
    for (const Json& resource : input::member(entry, "Resources"))
      bytes += input::text(resource).size();
  }
  return bytes;
}

/// An entry as AWS quotes it: recorded by github.com/localstack/localstack,
/// tests/aws/services/events/test_events.snapshot.json.
std::string quoted(const Json& entry) {
  const auto said = [&](std::string_view member) {
    const Json& value = input::member(entry, member);
    return value.is_null() ? std::string{"null"} : input::text(value);
  };
  std::string resources = said("Resources");
  if (const auto texts = input::texts(entry, "Resources"); !texts.empty())
    resources = fmt::format("[{}]", fmt::join(texts, ", "));
  return fmt::format(
      "PutEventsRequestEntry(time={}, source={}, resources={}, detailType={}, detail={}, "
      "eventBusName={}, traceHeader={}, kmsKeyIdentifier=null, internalMetadata=null)",
      said("Time"), said("Source"), resources, said("DetailType"), said("Detail"),
      said("EventBusName"), said("TraceHeader"));
}

ApiError bad_count(const Json& entries) {
  std::vector<std::string> each;
  if (entries.is_array())
    for (const Json& entry : entries) each.push_back(quoted(entry));
  return validation(
      fmt::format("1 validation error detected: Value '[{}]' at 'entries' failed to satisfy "
                  "constraint: Member must have length {} than or equal to {}",
                  fmt::join(each, ", "), each.empty() ? "greater" : "less",
                  each.empty() ? 1 : kEntriesPerCall));
}

Event event_of(const Json& entry, const Place& place, SimTime now) {
  Event event{.source = text_at(entry, "Source"),
              .detail_type = text_at(entry, "DetailType"),
              .place = place,
              .detail = Json::parse(text_at(entry, "Detail"), nullptr, false),
              .time = time_of(entry, now)};
  for (const Json& resource : entry.value("Resources", Json::array()))
    if (resource.is_string()) event.resources.push_back(resource.get<std::string>());
  event.bus = bus_name(text_at(entry, "EventBusName"));
  return event;
}

}  // namespace

ApiResult<Json> put_events(Events& events, const Request& request) {
  const Json entries = request.input.value("Entries", Json::array());
  if (!entries.is_array() || entries.empty() || entries.size() > kEntriesPerCall)
    return bad_count(entries);
  if (size_of(entries) > kRequestBytes)
    return ApiError{"ValidationException",
                    "Total size of the entries in the request is over the "
                    "limit."};
  Json answers = Json::array();
  int failed = 0;
  for (const Json& entry : entries) {
    Json answer = complaint_of(events, request, entry);
    if (answer.is_null()) {
      Event event = event_of(entry, request.place(), events.cloud.sim().now());
      event.place = place_of_bus(entry, request.place());
      answer = {{"EventId", events.cloud.emit(std::move(event))}};
    } else {
      ++failed;
    }
    answers.push_back(std::move(answer));
  }
  return Json{{"FailedEntryCount", failed}, {"Entries", answers}};
}

ApiResult<Json> test_event_pattern(Events&, const Request& request) {
  const PatternResult pattern = Pattern::compile(text_at(request.input, "EventPattern"));
  if (const auto* invalid = std::get_if<InvalidPattern>(&pattern))
    return ApiError{"InvalidEventPatternException",
                    fmt::format("Event pattern is not valid. Reason: {}", invalid->reason)};
  const std::string text = text_at(request.input, "Event");
  const Json event = Json::parse(text, nullptr, false);
  const auto read = EventText::parse(text);
  if (const auto* invalid = std::get_if<InvalidEvent>(&read))
    return ApiError{"ValidationException",
                    fmt::format("Parameter Event is not valid. Reason: {}", invalid->reason)};
  // API_TestEventPattern: "Must include: id, account, source, time, region, resources,
  // detail-type".
  for (const char* member :
       {"id", "account", "source", "time", "region", "resources", "detail-type"})
    if (!event.is_object() || !event.contains(member))
      return ApiError{
          "ValidationException",
          fmt::format("Parameter Event is not valid. Reason: {} is a required member.", member)};
  return Json{{"Result", std::get<Pattern>(pattern).matches(std::get<EventText>(read))}};
}

}  // namespace opsim::events
