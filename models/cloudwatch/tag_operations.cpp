// TagResource, UntagResource, ListTagsForResource.
// AWS: API reference of these. At most 50 tags a resource. Recorded on AWS: a resource that is gone
// lists no tags.
#include <fmt/format.h>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostTags = 50;

/// Null when nothing has this ARN.
Resource* tagged(CloudWatch& cw, const std::string& arn) {
  Resource* resource = cw.cloud.resources().find(arn);
  const bool stands = resource != nullptr && resource->arn == arn && !resource->type.empty();
  return stands ? resource : nullptr;
}

ApiError unknown_resource(const std::string& arn) {
  return {"ResourceNotFoundException", fmt::format("Unknown resource: {}", arn), 404};
}

}  // namespace

ApiResult<Json> list_tags_for_resource(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string arn = input.required_text("ResourceARN", 1024);
  if (const auto error = input.error()) return *error;
  Json tags = Json::array();
  if (const Resource* resource = tagged(cw, arn)) {
    for (const auto& [key, value] : resource->tags) {
      tags.push_back({{"Key", key}, {"Value", value}});
    }
  }
  return Json{{"Tags", std::move(tags)}};
}

ApiResult<Json> tag_resource(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string arn = input.required_text("ResourceARN", 1024);
  input.require("Tags");
  std::map<std::string, std::string> tags;
  for (const Json* item : input.items("Tags", kMostTags)) {
    Input tag{*item};
    const std::string key = tag.required_text("Key", 128);
    tags[key] = tag.text("Value", 256).value_or("");
    if (const auto error = tag.error()) return *error;
  }
  if (const auto error = input.error()) return *error;
  Resource* resource = tagged(cw, arn);
  if (resource == nullptr) return unknown_resource(arn);
  std::map<std::string, std::string> all = resource->tags;
  for (const auto& [key, value] : tags) all[key] = value;
  if (all.size() > kMostTags) {
    return invalid_value(fmt::format("A resource has at most {} tags.", kMostTags));
  }
  resource->tags = std::move(all);
  return Json::object();
}

ApiResult<Json> untag_resource(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string arn = input.required_text("ResourceARN", 1024);
  input.require("TagKeys");
  const std::vector<std::string> keys = input.texts("TagKeys", kMostTags);
  if (const auto error = input.error()) return *error;
  Resource* resource = tagged(cw, arn);
  if (resource == nullptr) return unknown_resource(arn);
  for (const std::string& key : keys) resource->tags.erase(key);
  return Json::object();
}

}  // namespace opsim::cloudwatch
