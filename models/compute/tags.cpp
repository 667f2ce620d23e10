// AWS: EC2 API reference, CreateTags, DeleteTags, DescribeTags; "Tag restrictions": up to 50 tags a
// resource, keys up to 128 characters, and none that begin with aws:.
#include <fmt/format.h>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/filters.hpp"

namespace opsim::compute {

namespace {

constexpr std::size_t kMostTags = 50;
constexpr std::size_t kLongestKey = 128;

/// The tags of an instance or a launch template; null for what does not exist.
Tags* tags_of_resource(Fleet& fleet, const Place& place, const std::string& id) {
  if (Instance* instance = fleet.find(place, id)) return &instance->tags;
  if (Volume* volume = id.starts_with("vol-") ? find_volume(fleet, place, id) : nullptr)
    return &volume->tags;
  if (const auto snapshot = fleet.snapshots.find(id); snapshot != fleet.snapshots.end())
    return snapshot->second.place == place ? &snapshot->second.tags : nullptr;
  const auto found = fleet.templates.find(id);
  return found == fleet.templates.end() || found->second.place != place ? nullptr
                                                                        : &found->second.tags;
}

/// Other kinds of resources keep their tags in the table of resources only.
ApiError not_found(const std::string& id) {
  if (id.starts_with("i-"))
    return {"InvalidInstanceID.NotFound", fmt::format("The instance ID '{}' does not exist", id)};
  return {"InvalidID", fmt::format("The ID '{}' is not valid", id)};
}

/// A thing of the network: its tags are those of the table of resources.
Resource* network_thing(Fleet& fleet, const Place& place, const std::string& id) {
  Resource* found = fleet.cloud.resources().find(id);
  constexpr std::string_view theirs[] = {"i-", "vol-", "snap-", "lt-"};  // known above
  for (const std::string_view prefix : theirs)
    if (id.starts_with(prefix)) return nullptr;
  return found != nullptr && found->place == place && found->type.starts_with("AWS::EC2::")
             ? found
             : nullptr;
}

std::optional<ApiError> wrong_tags(const Tags& tags) {
  for (const auto& [key, value] : tags) {
    if (key.empty() || key.size() > kLongestKey)
      return ApiError{"InvalidParameterValue",
                      fmt::format("Tag key length must be 1 to {} characters", kLongestKey)};
    if (key.starts_with("aws:"))
      return ApiError{"InvalidParameterValue",
                      "Tag keys starting with 'aws:' are reserved for internal use"};
  }
  return std::nullopt;
}

void show_in_resources(Fleet& fleet, const std::string& id, const Tags& tags) {
  if (Resource* resource = fleet.cloud.resources().find(id))
    resource->tags = {tags.begin(), tags.end()};
}

}  // namespace

ApiResult<Json> create_tags(Fleet& fleet, const Request& request) {
  const Tags given = tags_of(member(request.input, "Tags"));
  if (auto wrong = wrong_tags(given)) return *std::move(wrong);
  std::vector<Tags*> concerned;
  const std::vector<std::string> ids = texts_of(request.input, "Resources");
  for (const std::string& id : ids) {
    Tags* tags = tags_of_resource(fleet, request.place(), id);
    if (tags == nullptr && network_thing(fleet, request.place(), id) == nullptr)
      return not_found(id);
    if (tags != nullptr && tags->size() + given.size() > kMostTags)
      return ApiError{"TagLimitExceeded",
                      fmt::format("The maximum number of Tags for a resource is {}", kMostTags)};
    concerned.push_back(tags);
  }
  if (auto error = dry_run(request)) return *std::move(error);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (concerned[i] == nullptr) {
      for (const auto& [key, value] : given)
        network_thing(fleet, request.place(), ids[i])->tags[key] = value;
      continue;
    }
    for (const auto& [key, value] : given) (*concerned[i])[key] = value;
    show_in_resources(fleet, ids[i], *concerned[i]);
  }
  return Json::object();
}

ApiResult<Json> delete_tags(Fleet& fleet, const Request& request) {
  const Json& list = member(request.input, "Tags");
  for (const std::string& id : texts_of(request.input, "Resources")) {
    Tags* tags = tags_of_resource(fleet, request.place(), id);
    if (tags == nullptr) return not_found(id);
    if (!list.is_array()) tags->clear();  // "If you omit this parameter, we delete all user tags"
    for (const Json& one : list.is_array() ? list : Json::array()) {
      const auto found = tags->find(text_of(one, "Key"));
      // With a value, only a tag that has that value goes (API reference).
      const bool any = member(one, "Value").is_null();
      if (found != tags->end() && (any || found->second == text_of(one, "Value")))
        tags->erase(found);
    }
    show_in_resources(fleet, id, *tags);
  }
  return Json::object();
}

ApiResult<Json> describe_tags(Fleet& fleet, const Request& request) {
  constexpr std::string_view kFilters[] = {"key", "resource-id", "resource-type", "value"};
  const auto filters = read_filters(request.input, kFilters);
  if (!filters) return filters.error();
  Json list = Json::array();
  const auto offer = [&](const std::string& id, std::string_view type, const Tags& tags) {
    for (const auto& [key, value] : tags) {
      const auto values = [&](std::string_view name) -> std::vector<std::string> {
        if (name == "key") return {key};
        if (name == "value") return {value};
        return {name == "resource-id" ? id : std::string{type}};
      };
      if (passes(*filters, {{key, value}}, values))
        list.push_back(
            {{"Key", key}, {"Value", value}, {"ResourceId", id}, {"ResourceType", type}});
    }
  };
  for (const auto& [id, instance] : fleet.instances)
    if (instance.place == request.place() && is_visible(fleet, instance))
      offer(id, "instance", instance.tags);
  for (const auto& [id, known] : fleet.templates)
    if (known.place == request.place()) offer(id, "launch-template", known.tags);
  return Json{{"Tags", std::move(list)}};
}

}  // namespace opsim::compute
