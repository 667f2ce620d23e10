// AddTagsToResource, RemoveTagsFromResource, ListTagsForResource.
// AWS: Systems Manager API Reference, the pages of those names.
// SIMPLIFIED: parameters only; the other types keep the tags that they were made with.
#include <fmt/format.h>

#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

namespace {

ApiResult<Parameter*> tagged(ParameterStore& store, const Request& request) {
  const std::string type = input::text(request.input, "ResourceType");
  if (type != "Parameter")
    return ApiError{"InvalidResourceType",
                    fmt::format("The resource type isn't valid: tags of {} are not simulated here",
                                type.empty() ? "nothing" : type)};
  const std::string id = input::text(request.input, "ResourceId");
  Parameter* parameter = store.find(request.place(), id);
  if (parameter == nullptr)
    return ApiError{"InvalidResourceId",
                    "The resource ID isn't valid. Verify that you entered the "
                    "correct ID and try again."};
  return parameter;
}

}  // namespace

Answer add_tags(ParameterStore& store, const Request& request) {
  ApiResult<Parameter*> parameter = tagged(store, request);
  if (!parameter) return parameter.error();
  std::map<std::string, std::string> tags = (*parameter)->tags;
  for (auto& [key, value] : input::tags(input::member(request.input, "Tags"))) tags[key] = value;
  if (tags.size() > kMostTags)
    return ApiError{"TooManyTagsError",
                    "The Targets parameter includes too many tags. Remove one or more tags and try "
                    "the command again."};
  (*parameter)->tags = std::move(tags);
  return Json::object();
}

Answer remove_tags(ParameterStore& store, const Request& request) {
  ApiResult<Parameter*> parameter = tagged(store, request);
  if (!parameter) return parameter.error();
  for (const std::string& key : input::texts(request.input, "TagKeys"))
    (*parameter)->tags.erase(key);
  return Json::object();
}

Answer list_tags(ParameterStore& store, const Request& request) {
  ApiResult<Parameter*> parameter = tagged(store, request);
  if (!parameter) return parameter.error();
  Json list = Json::array();
  for (const auto& [key, value] : (*parameter)->tags)
    list.push_back({{"Key", key}, {"Value", value}});
  return Json{{"TagList", std::move(list)}};
}

}  // namespace opsim::parameter_store
