// Archives: a rule of their own on the bus keeps what matches.
// SIMPLIFIED: an event can be replayed as soon as it is archived; AWS asks for 10 minutes
// (eb-replay).
#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::events {

namespace {

constexpr std::size_t kEventsKept = 100'000;  // ours: an archive never fills the memory
constexpr const char* kArchiver = "prod.vhs.events.aws.internal";

ApiError no_archive(std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("Archive {} does not exist.", name)};
}

std::string archive_arn(const Archive& archive) {
  return opsim::arn(archive.place, "events", "archive/" + archive.name);
}

Json archive_json(const Archive& archive) {
  Json json{{"ArchiveName", archive.name},
            {"EventSourceArn", opsim::arn(archive.place, "events", "event-bus/" + archive.bus)},
            {"State", "ENABLED"},
            {"RetentionDays", archive.retention_days},
            {"SizeBytes", archive.bytes},
            {"EventCount", archive.events.size()},
            {"CreationTime", iso8601(archive.created)}};
  return json;
}

Json brief(const Archive& archive) {
  return {{"ArchiveArn", archive_arn(archive)},
          {"State", "ENABLED"},
          {"CreationTime", iso8601(archive.created)}};
}

void forget_old(Archive& archive, SimTime now) {
  const auto drop = [&] {
    archive.bytes -= archive.events.front().text->size();
    archive.events.pop_front();
  };
  while (archive.events.size() > kEventsKept) drop();
  if (archive.retention_days == 0) return;
  const Duration kept = std::chrono::days{archive.retention_days};
  while (!archive.events.empty() && archive.events.front().time + kept < now) drop();
}

/// 0, which is for ever, and more.
std::optional<ApiError> read_retention(const Json& input, Archive& archive) {
  const auto days = input::integer(input, "RetentionDays");
  if (!days) return std::nullopt;
  if (*days < 0)
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'retentionDays' failed "
                                "to satisfy constraint: Member must have value greater than or "
                                "equal to 0",
                                *days)};
  archive.retention_days = static_cast<int>(std::min(*days, std::int64_t{36'500}));
  return std::nullopt;
}

}  // namespace

// What is replayed carries "replay-name" and is not archived again.
ApiResult<Json> keep_archive(Events& events, Archive archive) {
  Json pattern = Json::object();
  if (!archive.pattern_text.empty()) {
    pattern = Json::parse(archive.pattern_text, nullptr, false);
    if (const PatternResult given = Pattern::compile(archive.pattern_text);
        std::holds_alternative<InvalidPattern>(given))
      return ApiError{"InvalidEventPatternException",
                      fmt::format("Event pattern is not valid. Reason: {}",
                                  std::get<InvalidPattern>(given).reason)};
  }
  pattern["replay-name"] = Json::array({{{"exists", false}}});
  auto rule = read_rule(events, archive.place,
                        {{"Name", fmt::format("Events-Archive-{}", archive.name)},
                         {"EventBusName", archive.bus},
                         {"EventPattern", pattern.dump()}});
  if (!rule) return rule.error();
  (*rule)->managed_by = kArchiver;
  (*rule)->archive = archive.name;
  events.replace_rule(*rule);
  const auto key = std::pair{archive.place, archive.name};
  Archive& kept = events.archives[key] = std::move(archive);
  return brief(kept);
}

void archive_event(Events& events, const Rule& rule,
                   const std::shared_ptr<const std::string>& event_text) {
  const auto found = events.archives.find({rule.place, rule.archive});
  if (found == events.archives.end()) return;
  Archive& archive = found->second;
  const Json event = Json::parse(*event_text, nullptr, false);
  const SimTime now = events.cloud.sim().now();
  archive.events.push_back({input::time(event, "time").value_or(now), event_text});
  archive.bytes += event_text->size();
  forget_old(archive, now);
}

ApiResult<Json> create_archive(Events& events, const Request& request) {
  const Json& input = request.input;
  Archive archive{.name = text_at(input, "ArchiveName"),
                  .place = request.place(),
                  .bus = bus_name(text_at(input, "EventSourceArn")),
                  .description = text_at(input, "Description"),
                  .pattern_text = text_at(input, "EventPattern"),
                  .created = events.cloud.sim().now()};
  if (archive.name.empty() || archive.name.size() > 48)
    return ApiError{"ValidationException",
                    "1 validation error detected: Value at 'archiveName' failed to satisfy "
                    "constraint: Member must have length between 1 and 48"};
  if (events.archives.contains({request.place(), archive.name}))
    return ApiError{"ResourceAlreadyExistsException",
                    fmt::format("Archive {} already exists.", archive.name)};
  if (events.find_bus(request.place(), archive.bus) == nullptr) return no_bus(archive.bus);
  if (auto error = read_retention(input, archive)) return std::move(*error);
  return keep_archive(events, std::move(archive));
}

ApiResult<Json> update_archive(Events& events, const Request& request) {
  const Json& input = request.input;
  const auto found = events.archives.find({request.place(), text_at(input, "ArchiveName")});
  if (found == events.archives.end()) return no_archive(text_at(input, "ArchiveName"));
  Archive changed = found->second;
  if (input.contains("Description")) changed.description = text_at(input, "Description");
  if (input.contains("EventPattern")) changed.pattern_text = text_at(input, "EventPattern");
  if (auto error = read_retention(input, changed)) return std::move(*error);
  return keep_archive(events, std::move(changed));
}

ApiResult<Json> delete_archive(Events& events, const Request& request) {
  const std::string name = text_at(request.input, "ArchiveName");
  const auto found = events.archives.find({request.place(), name});
  if (found == events.archives.end()) return no_archive(name);
  if (const auto rule =
          events.find_rule(request.place(), found->second.bus, "Events-Archive-" + name))
    events.remove_rule(*rule);
  events.archives.erase(found);
  return Json::object();
}

ApiResult<Json> describe_archive(Events& events, const Request& request) {
  const std::string name = text_at(request.input, "ArchiveName");
  const auto found = events.archives.find({request.place(), name});
  if (found == events.archives.end()) return no_archive(name);
  Json json = archive_json(found->second);
  json["ArchiveArn"] = archive_arn(found->second);
  if (!found->second.description.empty()) json["Description"] = found->second.description;
  if (!found->second.pattern_text.empty()) json["EventPattern"] = found->second.pattern_text;
  return json;
}

ApiResult<Json> list_archives(Events& events, const Request& request) {
  const std::string source = text_at(request.input, "EventSourceArn");
  const std::string prefix = text_at(request.input, "NamePrefix");
  const std::string state = text_at(request.input, "State");
  if (!source.empty() + !prefix.empty() + !state.empty() > 1)
    return ApiError{"ValidationException",
                    "At most one filter is allowed for ListArchives. Use either : State, "
                    "EventSourceArn, or NamePrefix."};
  if (!source.empty() && events.find_bus(request.place(), source) == nullptr) return no_bus(source);
  Json list = Json::array();
  for (const auto& [key, archive] : events.archives)
    if (key.first == request.place() && key.second.starts_with(prefix) &&
        (source.empty() || archive.bus == bus_name(source)) &&
        (state.empty() || state == "ENABLED"))
      list.push_back(archive_json(archive));
  return page_of(std::move(list), request.input, "Archives");
}

}  // namespace opsim::events
