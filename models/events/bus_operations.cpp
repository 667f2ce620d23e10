// Operations on buses: AWS::Events' API_CreateEventBus and its kin.
#include <fmt/format.h>

#include "models/events/bus_policy.hpp"
#include "models/events/events.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::events {

namespace {

constexpr std::size_t kBuses = 100;  // eb-quota

std::string bus_arn(const Place& place, std::string_view name) {
  return opsim::arn(place, "events", fmt::format("event-bus/{}", name));
}

Json bus_json(const Place& place, const std::string& name, const Bus& bus) {
  Json json{{"Name", name},
            {"Arn", bus_arn(place, name)},
            {"CreationTime", iso8601(bus.created)},
            {"LastModifiedTime", iso8601(bus.created)}};
  if (!bus.description.empty()) json["Description"] = bus.description;
  if (bus.policy.is_object()) json["Policy"] = bus.policy.dump();
  return json;
}

ApiError invalid_name(const std::string& name) {
  return {"ValidationException",
          fmt::format("1 validation error detected: Value '{}' at 'name' failed to satisfy "
                      "constraint: Member must satisfy regular expression pattern: "
                      "[/\\.\\-_A-Za-z0-9]+",
                      name)};
}

bool is_bus_name(std::string_view name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.-_";
  return !name.empty() && name.size() <= 256 && name.find_first_not_of(allowed) == name.npos;
}

/// The tags behind an ARN of a bus or a rule; null for anything else.
std::map<std::string, std::string>* tags_of(Events& events, const Request& request) {
  const std::optional<Arn> arn = Arn::parse(text_at(request.input, "ResourceARN"));
  if (!arn) return nullptr;
  if (arn->resource.starts_with("event-bus/")) {
    Bus* bus = events.find_bus(arn->place(), arn->text());
    return bus == nullptr ? nullptr : &bus->tags;
  }
  if (!arn->resource.starts_with("rule/")) return nullptr;
  const std::string path = arn->resource.substr(5);
  const auto slash = path.rfind('/');
  const std::string bus = slash == path.npos ? "default" : path.substr(0, slash);
  const auto rule = events.find_rule(arn->place(), bus, path.substr(slash + 1));
  return rule ? &rule->tags : nullptr;
}

ApiError untaggable(const Request& request) {
  return {"ResourceNotFoundException",
          fmt::format("{} does not exist.", text_at(request.input, "ResourceARN"))};
}

}  // namespace

std::optional<ApiError> check_new_bus(Events& events, const Place& place, const std::string& name,
                                      const Json& spec) {
  // Only buses of partner sources have one.
  if (name.find('/') != name.npos && text_at(spec, "EventSourceName").empty())
    return ApiError{"ValidationException", "Event bus name must not contain '/'."};
  if (!is_bus_name(name)) return invalid_name(name);
  if (name == "default" || events.find_bus(place, name) != nullptr)
    return ApiError{"ResourceAlreadyExistsException",
                    fmt::format("Event bus {} already exists.", name)};
  std::size_t known = 0;
  for (const auto& [key, bus] : events.buses) known += key.first == place ? 1 : 0;
  if (known < kBuses) return std::nullopt;
  return ApiError{"LimitExceededException",
                  "The requested resource exceeds the maximum number allowed."};
}

ApiResult<Json> create_event_bus(Events& events, const Request& request) {
  const std::string name = text_at(request.input, "Name");
  if (auto wrong = check_new_bus(events, request.place(), name, request.input))
    return *std::move(wrong);
  Bus& bus = events.create_bus(request.place(), name);
  bus.description = text_at(request.input, "Description");
  bus.tags = input::tags(input::member(request.input, "Tags"));
  return Json{{"EventBusArn", bus_arn(request.place(), name)}};
}

ApiResult<Json> update_event_bus(Events& events, const Request& request) {
  const std::string name = bus_name(text_at(request.input, "Name"));
  Bus* bus = events.find_bus(request.place(), name);
  if (bus == nullptr) return no_bus(name);
  bus->description = text_at(request.input, "Description");
  return Json{{"Arn", bus_arn(request.place(), name)}, {"Name", name}};
}

ApiResult<Json> delete_event_bus(Events& events, const Request& request) {
  const std::string name = bus_name(text_at(request.input, "Name"));
  if (name == "default") return ApiError{"ValidationException", "Cannot delete event bus default."};
  const auto bus = events.buses.find({request.place(), name});
  if (bus == events.buses.end()) return Json::object();  // deleting what is not there succeeds
  if (!bus->second.rules.empty())
    return ApiError{"ValidationException", "Event bus can't be deleted since it has rules."};
  events.buses.erase(bus);
  return Json::object();
}

ApiResult<Json> describe_event_bus(Events& events, const Request& request) {
  const std::string name = bus_name(text_at(request.input, "Name"));
  const Bus* bus = events.find_bus(request.place(), name);
  if (bus == nullptr) return no_bus(name);
  return bus_json(request.place(), name, *bus);
}

ApiResult<Json> list_event_buses(Events& events, const Request& request) {
  events.find_bus(request.place(), "default");
  const std::string prefix = text_at(request.input, "NamePrefix");
  Json found = Json::array();
  for (const auto& [key, bus] : events.buses)
    if (key.first == request.place() && key.second.starts_with(prefix))
      found.push_back(bus_json(key.first, key.second, bus));
  return page_of(std::move(found), request.input, "EventBuses");
}

ApiResult<Json> put_permission(Events& events, const Request& request) {
  const std::string name = bus_name(text_at(request.input, "EventBusName"));
  Bus* bus = events.find_bus(request.place(), name);
  if (bus == nullptr) return no_bus(name);
  if (auto error = put_permission(bus->policy, request.input, bus_arn(request.place(), name)))
    return std::move(*error);
  return Json::object();
}

ApiResult<Json> remove_permission(Events& events, const Request& request) {
  const std::string name = bus_name(text_at(request.input, "EventBusName"));
  Bus* bus = events.find_bus(request.place(), name);
  if (bus == nullptr) return no_bus(name);
  if (auto error = remove_permission(bus->policy, request.input)) return std::move(*error);
  return Json::object();
}

ApiResult<Json> list_tags_for_resource(Events& events, const Request& request) {
  const auto* tags = tags_of(events, request);
  if (tags == nullptr) return untaggable(request);
  Json list = Json::array();
  for (const auto& [key, value] : *tags) list.push_back({{"Key", key}, {"Value", value}});
  return Json{{"Tags", std::move(list)}};
}

ApiResult<Json> tag_resource(Events& events, const Request& request) {
  auto* tags = tags_of(events, request);
  if (tags == nullptr) return untaggable(request);
  for (auto& [key, value] : input::tags(input::member(request.input, "Tags"))) (*tags)[key] = value;
  return Json::object();
}

ApiResult<Json> untag_resource(Events& events, const Request& request) {
  auto* tags = tags_of(events, request);
  if (tags == nullptr) return untaggable(request);
  for (const std::string& key : input::texts(request.input, "TagKeys")) tags->erase(key);
  return Json::object();
}

}  // namespace opsim::events
