// Log events: written, read, searched.
// AWS: API PutLogEvents: in order of time; at most 10,000 events and 1,048,576 bytes (26 more for
// each event), 24 hours from first to last; none over 2 hours in the future, over 14 days old or
// older than the retention. GetLogEvents, FilterLogEvents.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/logs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logs {
namespace {

constexpr std::size_t kMostEvents = 10'000;
constexpr std::size_t kMostBytes = 1'048'576;
constexpr std::size_t kEventBytes = 26;

ApiResult<std::vector<LogEvent>> read_events(const Json& input) {
  const Json& list = input::member(input, "logEvents");
  if (!list.is_array() || list.empty() || list.size() > kMostEvents) {
    return invalid_parameter(fmt::format("logEvents must be 1 to {} log events", kMostEvents));
  }
  std::vector<LogEvent> events;
  std::size_t bytes = 0;
  for (const Json& item : list) {
    const auto at = time_member(item, "timestamp");
    const Json& message = input::member(item, "message");
    if (!at || !message.is_string() || message.get_ref<const std::string&>().empty()) {
      return invalid_parameter("Every log event needs a timestamp and a message");
    }
    bytes += message.get_ref<const std::string&>().size() + kEventBytes;
    events.push_back({.at = *at, .message = message.get<std::string>()});
  }
  if (!std::ranges::is_sorted(events, {}, &LogEvent::at)) {
    return invalid_parameter(
        "Log events in a single PutLogEvents request must be in chronological order.");
  }
  if (bytes > kMostBytes) {
    return invalid_parameter(
        fmt::format("Upload too large: {} bytes exceeds limit of {}", bytes, kMostBytes));
  }
  if (events.back().at - events.front().at > std::chrono::hours{24}) {
    return invalid_parameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
  return events;
}

/// Takes out what AWS rejects and says which in `answer`.
void reject(std::vector<LogEvent>& events, const LogGroup& group, SimTime now, Json& answer) {
  Json rejected = Json::object();
  const auto index = [&](auto first) { return first - events.begin(); };
  const auto too_new = std::ranges::lower_bound(events, now + std::chrono::hours{2},
                                                std::less_equal<>{}, &LogEvent::at);
  const auto fresh =
      std::ranges::lower_bound(events, now - std::chrono::days{14}, {}, &LogEvent::at);
  const auto kept = std::ranges::find_if(
      events, [&](const LogEvent& event) { return group.keeps(event.at, now); });
  if (too_new != events.end()) rejected["tooNewLogEventStartIndex"] = index(too_new);
  if (fresh != events.begin()) rejected["tooOldLogEventEndIndex"] = index(fresh);
  if (kept != events.begin()) rejected["expiredLogEventEndIndex"] = index(kept);
  if (rejected.empty()) return;
  answer["rejectedLogEventsInfo"] = std::move(rejected);
  const auto first = std::max(fresh, kept);
  events = first < too_new ? std::vector<LogEvent>{first, too_new} : std::vector<LogEvent>{};
}

Json event_json(const LogEvent& event) {
  return {{"timestamp", milliseconds(event.at)},
          {"message", event.message},
          {"ingestionTime", milliseconds(event.ingested)}};
}

struct Span {
  SimTime from;
  SimTime to;
  [[nodiscard]] bool has(SimTime at) const { return at >= from && at < to; }
};
Span read_span(const Json& input) {
  return {time_member(input, "startTime").value_or(SimTime::min()),
          time_member(input, "endTime").value_or(SimTime::max())};
}

std::size_t read_limit(const Json& input) {
  const std::int64_t limit = input::integer(input, "limit").value_or(10'000);
  return static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 1, 10'000));
}

}  // namespace

ApiResult<Json> put_log_events(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const auto stream = (*group)->streams.find(input::text(request.input, "logStreamName"));
  if (stream == (*group)->streams.end()) return no_such_stream();
  auto events = read_events(request.input);
  if (!events) return events.error();
  Json answer{{"nextSequenceToken", logs.cloud.next_id("log-sequence-")}};
  const SimTime now = logs.cloud.sim().now();
  reject(*events, **group, now, answer);
  for (LogEvent& event : *events) {
    event.ingested = now;
    event.id = logs.cloud.next_id("log-event-");
  }
  take_events(logs, **group, stream->second, *events);
  return answer;
}

// Tokens: "f/7" goes on behind the seventh event of the answer's span, "b/3" before the third.
// "If you reach the end of the stream, it returns the same token that you passed in."
ApiResult<Json> get_log_events(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const auto stream = (*group)->streams.find(input::text(request.input, "logStreamName"));
  if (stream == (*group)->streams.end()) return no_such_stream();
  const Span span = read_span(request.input);
  const SimTime now = logs.cloud.sim().now();
  std::vector<const LogEvent*> all;
  for (const LogEvent& event : stream->second.events) {
    if (span.has(event.at) && (*group)->keeps(event.at, now)) all.push_back(&event);
  }
  const std::string token = input::text(request.input, "nextToken");
  std::size_t at = 0;
  if (!token.empty()) {
    const char* const end = token.data() + token.size();
    const bool good = token.size() > 2 && (token.starts_with("f/") || token.starts_with("b/")) &&
                      std::from_chars(token.data() + 2, end, at).ptr == end;
    if (!good) return invalid_parameter("The specified nextToken is invalid.");
  }
  at = std::min(at, all.size());
  const std::size_t limit = read_limit(request.input);
  const bool forward = token.empty()
                           ? input::boolean(request.input, "startFromHead").value_or(false)
                           : token[0] == 'f';
  if (token.empty() && !forward) at = all.size();
  const std::size_t first = forward ? at : at - std::min(at, limit);
  const std::size_t last = forward ? std::min(all.size(), at + limit) : at;
  Json events = Json::array();
  for (std::size_t i = first; i < last; ++i) events.push_back(event_json(*all[i]));
  return Json{{"events", std::move(events)},
              {"nextForwardToken", fmt::format("f/{}", last)},
              {"nextBackwardToken", fmt::format("b/{}", first)}};
}

ApiResult<Json> filter_log_events(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const auto pattern = FilterPattern::parse(input::text(request.input, "filterPattern"));
  if (const auto* complaint = std::get_if<std::string>(&pattern)) {
    return invalid_parameter(*complaint);
  }
  const Span span = read_span(request.input);
  const SimTime now = logs.cloud.sim().now();
  const std::vector<std::string> names = input::texts(request.input, "logStreamNames");
  const std::string prefix = input::text(request.input, "logStreamNamePrefix");
  if (!names.empty() && !prefix.empty()) {
    return invalid_parameter("logStreamNames and logStreamNamePrefix are mutually exclusive.");
  }
  for (const std::string& name : names)
    if (!(*group)->streams.contains(name)) return no_such_stream();
  std::vector<std::pair<const LogEvent*, const std::string*>> found;
  for (const auto& [name, stream] : (*group)->streams) {
    if (!names.empty() && std::ranges::find(names, name) == names.end()) continue;
    if (!name.starts_with(prefix)) continue;
    const auto begin = std::ranges::lower_bound(stream.events, span.from, {}, &LogEvent::at);
    for (auto one = begin; one != stream.events.end() && one->at < span.to; ++one) {
      const LogEvent& event = *one;
      if (!(*group)->keeps(event.at, now)) continue;
      if (std::get<FilterPattern>(pattern).match(event.message)) found.emplace_back(&event, &name);
    }
  }
  std::ranges::stable_sort(found, {}, [](const auto& row) { return row.first->at; });
  const auto first = static_cast<std::size_t>(
      std::max<std::int64_t>(0, input::integer(request.input, "nextToken").value_or(0)));
  const std::size_t last = std::min(found.size(), first + read_limit(request.input));
  Json events = Json::array();
  for (std::size_t i = first; i < last; ++i) {
    Json event = event_json(*found[i].first);
    event["logStreamName"] = *found[i].second;
    event["eventId"] = found[i].first->id;
    events.push_back(std::move(event));
  }
  Json answer{{"events", std::move(events)}, {"searchedLogStreams", Json::array()}};
  if (last < found.size()) answer["nextToken"] = std::to_string(last);
  return answer;
}

}  // namespace opsim::logs
