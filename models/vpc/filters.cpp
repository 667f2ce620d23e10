#include "models/vpc/filters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/wildcards.hpp"

namespace opsim::vpc {

namespace {

std::vector<std::string> tag_values(const Vpc& vpc, std::string_view id, std::string_view name) {
  std::vector<std::string> found;
  const Resource* resource = std::as_const(vpc.cloud.resources()).find(id);
  if (resource == nullptr) return found;
  for (const auto& [key, value] : resource->tags) {
    if (name == "tag-key") found.push_back(key);
    if (name.starts_with("tag:") && key == name.substr(4)) found.push_back(value);
  }
  return found;
}

}  // namespace

ApiResult<bool> passes(const Vpc& vpc, const Json& input, std::string_view id,
                       const FilterValues& values) {
  const Json& filters = input::member(input, "Filters");
  if (!filters.is_array()) return true;
  bool all = true;
  for (const Json& filter : filters) {
    const std::string name = input::text(filter, "Name");
    const bool by_tag = name == "tag-key" || name.starts_with("tag:");
    std::optional<std::vector<std::string>> found =
        by_tag ? std::optional{tag_values(vpc, id, name)} : values(name);
    if (!found)
      return ApiError{"InvalidParameterValue", fmt::format("The filter '{}' is invalid", name)};
    const std::vector<std::string> wanted = input::texts(filter, "Values");
    const auto matches = [&](const std::string& value) {
      return std::ranges::any_of(
          wanted, [&](const std::string& pattern) { return matches_wildcards(pattern, value); });
    };
    all = all && std::ranges::any_of(*found, matches);
  }
  return all;
}

}  // namespace opsim::vpc
