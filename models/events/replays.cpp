// Replays: archived events come to their bus again, in slices of a minute of event time.
// AWS: eb-replay-archived-event; API_StartReplay.
// UNDOCUMENTED: how fast; a slice every second here (estimate).
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::events {

namespace {

constexpr int kReplaysAtOnce = 10;  // eb-replay-archived-event
constexpr Duration kSliceTakes = std::chrono::seconds{1};

std::string replay_arn(const Replay& replay) {
  return opsim::arn(replay.place, "events", "replay/" + replay.name);
}

Json replay_json(const Replay& replay) {
  Json json{{"ReplayName", replay.name},
            {"EventSourceArn", opsim::arn(replay.place, "events", "archive/" + replay.archive)},
            {"State", replay.state},
            {"EventStartTime", iso8601(replay.from)},
            {"EventEndTime", iso8601(replay.to)},
            {"ReplayStartTime", iso8601(replay.started)}};
  if (replay.last_replayed) json["EventLastReplayedTime"] = iso8601(*replay.last_replayed);
  if (replay.ended) json["ReplayEndTime"] = iso8601(*replay.ended);
  return json;
}

ApiError no_replay(std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("Replay {} does not exist.", name)};
}

ApiError wrong(std::string_view parameter, std::string_view reason) {
  return {"ValidationException",
          fmt::format("Parameter {} is not valid. Reason: {}", parameter, reason)};
}

/// The events of the range, by their times. A copy: the archive goes on.
std::vector<ArchivedEvent> events_of(Events& events, const Replay& replay) {
  std::vector<ArchivedEvent> chosen;
  const auto archive = events.archives.find({replay.place, replay.archive});
  if (archive == events.archives.end()) return chosen;
  for (const ArchivedEvent& event : archive->second.events)
    if (event.time >= replay.from && event.time <= replay.to) chosen.push_back(event);
  std::ranges::stable_sort(chosen, {}, &ArchivedEvent::time);
  return chosen;
}

void send_again(Events& events, Replay& replay, const ArchivedEvent& archived) {
  Json event = Json::parse(*archived.text, nullptr, false);
  event["replay-name"] = replay.name;
  replay.last_replayed = archived.time;
  receive(events, replay.place, replay.bus,
          std::make_shared<const std::string>(
              event.dump(-1, ' ', false, Json::error_handler_t::replace)),
          Origin{.replay = &replay});
}

Process<> play(Events& events, Replay& replay) {
  Simulation& sim = events.cloud.sim();
  const std::vector<ArchivedEvent> chosen = events_of(events, replay);
  co_await sim.sleep(kSliceTakes);
  if (replay.state == "STARTING") replay.state = "RUNNING";
  for (std::size_t i = 0; i < chosen.size() && replay.state == "RUNNING";) {
    const auto slice = std::chrono::floor<std::chrono::minutes>(chosen[i].time);
    for (; i < chosen.size() && std::chrono::floor<std::chrono::minutes>(chosen[i].time) == slice;
         ++i)
      send_again(events, replay, chosen[i]);
    co_await sim.sleep(kSliceTakes);
  }
  replay.state = replay.state == "RUNNING" ? "COMPLETED" : "CANCELLED";
  replay.ended = sim.now();
}

bool is_under_way(const Replay& replay) {
  return replay.state == "STARTING" || replay.state == "RUNNING" || replay.state == "CANCELLING";
}

}  // namespace

ApiResult<Json> start_replay(Events& events, const Request& request) {
  const Json& input = request.input;
  Replay replay{.name = text_at(input, "ReplayName"),
                .place = request.place(),
                .archive = bus_name(text_at(input, "EventSourceArn")),
                .description = text_at(input, "Description"),
                .started = events.cloud.sim().now()};
  if (replay.name.empty()) return wrong("ReplayName", "ReplayName is a required argument.");
  const Json& destination = input::member(input, "Destination");
  const std::string bus = text_at(destination.is_object() ? destination : Json::object(), "Arn");
  replay.bus = bus_name(bus);
  if (events.find_bus(request.place(), bus) == nullptr) return no_bus(bus);
  const auto archive = events.archives.find({request.place(), replay.archive});
  if (archive == events.archives.end())
    return wrong("EventSourceArn", fmt::format("Archive {} does not exist.", replay.archive));
  if (archive->second.bus != replay.bus)
    return wrong("Destination.Arn", "Cross event bus replay is not permitted.");
  if (events.replays.contains({request.place(), replay.name}))
    return ApiError{"ResourceAlreadyExistsException",
                    fmt::format("Replay {} already exists.", replay.name)};
  const auto from = input::time(input, "EventStartTime");
  const auto to = input::time(input, "EventEndTime");
  if (!from || !to || *from >= *to)
    return wrong("EventEndTime", "EventStartTime must be before EventEndTime.");
  const auto busy = std::ranges::count_if(
      events.replays, [](const auto& known) { return is_under_way(known.second); });
  if (busy >= kReplaysAtOnce)
    return ApiError{"LimitExceededException",
                    "The requested resource exceeds the maximum number allowed."};
  replay.from = *from;
  replay.to = *to;
  replay.filter_arns = input::texts(destination, "FilterArns");
  Replay& kept = events.replays[{request.place(), replay.name}] = replay;
  events.cloud.sim().spawn(play(events, kept));
  return Json{{"ReplayArn", replay_arn(kept)},
              {"State", kept.state},
              {"ReplayStartTime", iso8601(kept.started)}};
}

ApiResult<Json> cancel_replay(Events& events, const Request& request) {
  const std::string name = text_at(request.input, "ReplayName");
  const auto found = events.replays.find({request.place(), name});
  if (found == events.replays.end()) return no_replay(name);
  if (found->second.state != "STARTING" && found->second.state != "RUNNING")
    return ApiError{"IllegalStatusException",
                    fmt::format("Replay {} is not in a valid state for this operation.", name)};
  found->second.state = "CANCELLING";
  return Json{{"ReplayArn", replay_arn(found->second)}, {"State", "CANCELLING"}};
}

ApiResult<Json> describe_replay(Events& events, const Request& request) {
  const std::string name = text_at(request.input, "ReplayName");
  const auto found = events.replays.find({request.place(), name});
  if (found == events.replays.end()) return no_replay(name);
  const Replay& replay = found->second;
  Json json = replay_json(replay);
  json["ReplayArn"] = replay_arn(replay);
  json["Destination"] = {{"Arn", opsim::arn(replay.place, "events", "event-bus/" + replay.bus)}};
  if (!replay.filter_arns.empty()) json["Destination"]["FilterArns"] = replay.filter_arns;
  if (!replay.description.empty()) json["Description"] = replay.description;
  return json;
}

ApiResult<Json> list_replays(Events& events, const Request& request) {
  const std::string prefix = text_at(request.input, "NamePrefix");
  const std::string state = text_at(request.input, "State");
  const std::string source = text_at(request.input, "EventSourceArn");
  if (!source.empty() + !prefix.empty() + !state.empty() > 1)
    return ApiError{"ValidationException",
                    "At most one filter is allowed for ListReplays. Use either : State, "
                    "EventSourceArn, or NamePrefix."};
  Json list = Json::array();
  for (const auto& [key, replay] : events.replays)
    if (key.first == request.place() && key.second.starts_with(prefix) &&
        (source.empty() || replay.archive == bus_name(source)) &&
        (state.empty() || state == replay.state))
      list.push_back(replay_json(replay));
  return page_of(std::move(list), request.input, "Replays");
}

}  // namespace opsim::events
