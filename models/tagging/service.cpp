// Resource Groups Tagging API: reading tags across services, from the world's table of resources.
// AWS: Resource Groups Tagging API Reference, GetResources, GetTagKeys, GetTagValues.
#include "models/tagging/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

struct Tagging : Model {};

constexpr std::size_t kUsualPage = 50;  // ResourcesPerPage; 100 at most
constexpr std::size_t kMostAPage = 100;

/// Those of the caller's account and Region, by ARN.
std::map<std::string, const Resource*> tagged(const Request& request) {
  const Resources& all = request.cloud.resources();
  std::map<std::string, const Resource*> found;
  for (const std::string& name : all.names())
    if (const Resource* one = all.find(name);
        one != nullptr && !one->arn.empty() && !one->tags.empty() && one->place == request.place())
      found.emplace(one->arn, one);
  return found;
}

/// "ec2:instance", or "ec2" for all of a service's.
bool is_of_type(const std::string& arn, std::string_view filter) {
  const std::optional<Arn> parsed = Arn::parse(arn);
  const auto colon = filter.find(':');
  if (!parsed || parsed->service != filter.substr(0, colon)) return false;
  return colon == filter.npos || parsed->resource.starts_with(filter.substr(colon + 1));
}

/// Every filter must hold: one of its values, or any where it names none.
bool carries(const Resource& resource, const Json& filters) {
  return !filters.is_array() || std::ranges::all_of(filters, [&](const Json& filter) {
    const auto tag = resource.tags.find(input::text(filter, "Key"));
    const std::vector<std::string> values = input::texts(filter, "Values");
    return tag != resource.tags.end() &&
           (values.empty() || std::ranges::find(values, tag->second) != values.end());
  });
}

Json mapping_of(const Resource& resource) {
  Json tags = Json::array();
  for (const auto& [key, value] : resource.tags) tags.push_back({{"Key", key}, {"Value", value}});
  return {{"ResourceARN", resource.arn}, {"Tags", std::move(tags)}};
}

ApiResult<Json> get_resources(Tagging&, const Request& request) {
  const std::int64_t page = input::integer(request.input, "ResourcesPerPage").value_or(kUsualPage);
  if (page < 1 || page > static_cast<std::int64_t>(kMostAPage))
    return ApiError{"InvalidParameterException",
                    fmt::format("ResourcesPerPage must be between 1 and {}", kMostAPage)};
  const std::vector<std::string> types = input::texts(request.input, "ResourceTypeFilters");
  const std::string after = input::text(request.input, "PaginationToken");
  Json list = Json::array();
  std::string token;
  for (const auto& [arn, resource] : tagged(request)) {
    const auto of = [&](const std::string& type) { return is_of_type(arn, type); };
    if (arn <= after || (!types.empty() && std::ranges::none_of(types, of))) continue;
    if (!carries(*resource, input::member(request.input, "TagFilters"))) continue;
    if (list.size() == static_cast<std::size_t>(page)) {
      token = list.back().at("ResourceARN").get<std::string>();
      break;
    }
    list.push_back(mapping_of(*resource));
  }
  return Json{{"PaginationToken", token}, {"ResourceTagMappingList", std::move(list)}};
}

ApiResult<Json> get_tag_keys(Tagging&, const Request& request) {
  std::set<std::string> keys;
  for (const auto& [arn, resource] : tagged(request))
    for (const auto& [key, value] : resource->tags) keys.insert(key);
  return Json{{"PaginationToken", ""}, {"TagKeys", keys}};
}

ApiResult<Json> get_tag_values(Tagging&, const Request& request) {
  const std::string key = input::text(request.input, "Key");
  std::set<std::string> values;
  for (const auto& [arn, resource] : tagged(request))
    if (const auto tag = resource->tags.find(key); tag != resource->tags.end())
      values.insert(tag->second);
  return Json{{"PaginationToken", ""}, {"TagValues", values}};
}

constexpr Operation kOperations[] = {
    {"GetResources", Access::read, immediate<Tagging, get_resources>},
    {"GetTagKeys", Access::read, immediate<Tagging, get_tag_keys>},
    {"GetTagValues", Access::read, immediate<Tagging, get_tag_values>},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "GetResources by tags and types, in pages; keys and values",
     "Resource Groups Tagging API Reference"},
    {Grade::simplified, "tags that a service keeps for itself after its own calls are not seen"},
    {Grade::absent, "TagResources, UntagResources, tag policies, compliance reports"},
};

}  // namespace

extern const Service kTagging{
    .name = "resourcegroupstaggingapi",
    .title = "Resource Groups Tagging API",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Tagging>(); },
    .operations = kOperations,
    .fidelity = kFidelity,
};

}  // namespace opsim
