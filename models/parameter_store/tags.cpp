// AddTagsToResource, RemoveTagsFromResource, ListTagsForResource.
// AWS: Systems Manager API Reference, the pages of those names.
// Other types than parameters are those of models/ssm and its like: their tags stand in the table
// of resources.
#include <algorithm>
#include <iterator>

#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

namespace {

using Tags = std::map<std::string, std::string>;

/// ResourceTypeForTagging, and what the table of resources calls them.
struct TaggedType {
  std::string_view name;
  std::string_view type;
};
constexpr TaggedType kTaggedTypes[] = {
    {"Association", "AWS::SSM::Association"},
    {"Automation", "AWS::SSM::AutomationExecution"},
    {"Document", "AWS::SSM::Document"},
    {"MaintenanceWindow", "AWS::SSM::MaintenanceWindow"},
    {"ManagedInstance", "AWS::SSM::ManagedInstance"},
    {"OpsItem", "AWS::SSM::OpsItem"},
    {"OpsMetadata", "AWS::SSM::OpsMetadata"},
    {"PatchBaseline", "AWS::SSM::PatchBaseline"},
};

ApiResult<Tags*> tagged(ParameterStore& store, const Request& request) {
  const std::string type = input::text(request.input, "ResourceType");
  const std::string id = input::text(request.input, "ResourceId");
  const ApiError unknown{"InvalidResourceId",
                         "The resource ID isn't valid. Verify that you entered the correct ID and "
                         "try again."};
  if (type == "Parameter") {
    Parameter* parameter = store.find(request.place(), id);
    if (parameter == nullptr) return unknown;
    return &parameter->tags;
  }
  const auto row = std::ranges::find(kTaggedTypes, type, &TaggedType::name);
  if (row == std::end(kTaggedTypes))
    return ApiError{
        "InvalidResourceType",
        "The resource type isn't valid. For example, if you are attempting to tag an EC2 "
        "instance, the instance must be a registered managed node."};
  Resource* resource = store.cloud.resources().find(id);
  if (resource == nullptr || resource->type != row->type || resource->place != request.place())
    return unknown;
  return &resource->tags;
}

}  // namespace

Answer add_tags(ParameterStore& store, const Request& request) {
  ApiResult<Tags*> found = tagged(store, request);
  if (!found) return found.error();
  Tags tags = **found;
  for (auto& [key, value] : input::tags(input::member(request.input, "Tags"))) tags[key] = value;
  if (tags.size() > kMostTags)
    return ApiError{"TooManyTagsError",
                    "The Targets parameter includes too many tags. Remove one or more tags and try "
                    "the command again."};
  **found = std::move(tags);
  return Json::object();
}

Answer remove_tags(ParameterStore& store, const Request& request) {
  ApiResult<Tags*> found = tagged(store, request);
  if (!found) return found.error();
  for (const std::string& key : input::texts(request.input, "TagKeys")) (*found)->erase(key);
  return Json::object();
}

Answer list_tags(ParameterStore& store, const Request& request) {
  ApiResult<Tags*> found = tagged(store, request);
  if (!found) return found.error();
  Json list = Json::array();
  for (const auto& [key, value] : **found) list.push_back({{"Key", key}, {"Value", value}});
  return Json{{"TagList", std::move(list)}};
}

}  // namespace opsim::parameter_store
