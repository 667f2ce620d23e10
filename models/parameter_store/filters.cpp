// Which parameters a listing shows, and how many at once.
// AWS: Systems Manager API Reference, ParameterStringFilter, ParametersFilter, DescribeParameters,
// GetParametersByPath.
#include <fmt/format.h>

#include <algorithm>

#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

namespace {

struct FilterKey {
  std::string_view name;
  std::span<const std::string_view> options;  // the first one is the default
  bool by_path = false;                       // GetParametersByPath takes it too
};
constexpr std::string_view kNameOptions[] = {"Equals", "BeginsWith", "Contains"};
constexpr std::string_view kPathOptions[] = {"OneLevel", "Recursive"};
constexpr std::string_view kOptions[] = {"Equals", "BeginsWith"};
constexpr std::string_view kLabelOptions[] = {"Equals", "BeginsWith"};
constexpr FilterKey kKeys[] = {
    {"Path", kPathOptions},         {"Name", kNameOptions}, {"Type", kOptions, true},
    {"KeyId", kOptions, true},      {"Tier", kOptions},     {"DataType", kOptions},
    {"Label", kLabelOptions, true},
};

std::string text_of(const Parameter& parameter, std::string_view key) {
  const Version& current = parameter.current();
  if (key == "Name" || key == "Path") return parameter.name;
  if (key == "Type") return current.type;
  if (key == "KeyId") return current.key_id;
  if (key == "Tier") return current.tier;
  return current.data_type;
}

bool is_below(const std::string& name, std::string path, bool recursive) {
  if (!path.ends_with('/')) path += '/';
  return name.starts_with(path) && (recursive || name.find('/', path.size()) == std::string::npos);
}

bool fits(const std::string& text, std::string_view option, const std::string& value) {
  if (option == "BeginsWith") return text.starts_with(value);
  if (option == "Contains") return text.find(value) != std::string::npos;
  if (option == "Recursive" || option == "OneLevel")
    return is_below(text, value, option == "Recursive");
  return text == value;
}

bool passes_tag(const Parameter& parameter, const std::string& key,
                const std::vector<std::string>& values) {
  const auto tag = parameter.tags.find(key);
  return tag != parameter.tags.end() &&
         (values.empty() || std::ranges::find(values, tag->second) != values.end());
}

bool passes_label(const Parameter& parameter, std::string_view option,
                  const std::vector<std::string>& values) {
  return std::ranges::any_of(parameter.versions, [&](const Version& version) {
    return std::ranges::any_of(version.labels, [&](const std::string& label) {
      return std::ranges::any_of(values, [&](const auto& v) { return fits(label, option, v); });
    });
  });
}

bool passes_one(const Parameter& parameter, const Json& filter) {
  const std::string key = input::text(filter, "Key");
  const std::vector<std::string> values = input::texts(filter, "Values");
  std::string option = input::text(filter, "Option");
  if (key.starts_with("tag:")) return passes_tag(parameter, key.substr(4), values);
  if (option.empty()) option = key == "Path" ? "OneLevel" : "Equals";
  if (key == "Label") return passes_label(parameter, option, values);
  const std::string text = text_of(parameter, key);
  return std::ranges::any_of(values, [&](const auto& value) { return fits(text, option, value); });
}

std::string valid_keys(Listing listing) {
  std::string list;
  for (const FilterKey& key : kKeys)
    if (listing == Listing::describe || key.by_path)
      list += (list.empty() ? "" : ", ") + std::string{key.name};
  return list;
}

std::optional<ApiError> check_filter(const Json& filter, Listing listing) {
  const std::string key = input::text(filter, "Key");
  if (key.starts_with("tag:") && listing == Listing::describe) return std::nullopt;
  const auto known = std::ranges::find(kKeys, key, &FilterKey::name);
  if (known == std::end(kKeys) || (listing == Listing::by_path && !known->by_path))
    return ApiError{"InvalidFilterKey",
                    fmt::format("The following filter key is not valid: {}. Valid filter keys "
                                "include: [{}].",
                                key, valid_keys(listing))};
  const std::string option = input::text(filter, "Option");
  if (!option.empty() && std::ranges::find(known->options, option) == known->options.end())
    return ApiError{"InvalidFilterOption",
                    fmt::format("The following filter option is not valid: {}. Valid options "
                                "include: [{}].",
                                option, fmt::join(known->options, ", "))};
  const std::vector<std::string> values = input::texts(filter, "Values");
  if (values.empty())
    return ApiError{"InvalidFilterValue",
                    "The following filter values are missing : null for filter key " + key};
  if (values.size() > 50) return ApiError{"ValidationException", "Values has at most 50 members."};
  return std::nullopt;
}

}  // namespace

std::optional<ApiError> check_filters(const Json& filters, Listing listing) {
  if (!filters.is_array()) return std::nullopt;
  std::vector<std::string> keys;
  for (const Json& filter : filters) {
    if (auto bad = check_filter(filter, listing)) return bad;
    const std::string key = input::text(filter, "Key");
    if (std::ranges::find(keys, key) != keys.end())
      return ApiError{"InvalidFilterKey",
                      "The following filter is duplicated in the request: " + key +
                          ". A request can contain only one occurrence of a specific filter."};
    keys.push_back(key);
  }
  return std::nullopt;
}

bool passes(const Parameter& parameter, const Json& filters) {
  if (!filters.is_array()) return true;
  return std::ranges::all_of(filters,
                             [&](const Json& filter) { return passes_one(parameter, filter); });
}

/// SIMPLIFIED: a token is the number of what was shown.
Answer page_of(const Json& input, Json all, std::int64_t most) {
  const std::string token = input::text(input, "NextToken");
  const auto first = input::integer(input, "NextToken");
  if (!token.empty() && (!first || *first < 0))
    return ApiError{"InvalidNextToken", "The specified token isn't valid."};
  const std::int64_t size = input::integer(input, "MaxResults").value_or(most);
  if (size < 1 || size > most)
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'maxResults' failed to "
                                "satisfy constraint: Member must have value {} to {}",
                                size, size < 1 ? "greater than or equal" : "less than or equal",
                                size < 1 ? 1 : most)};
  const auto from = std::min(static_cast<std::size_t>(first.value_or(0)), all.size());
  const auto to = std::min(from + static_cast<std::size_t>(size), all.size());
  Json shown = Json::array();
  for (std::size_t i = from; i < to; ++i) shown.push_back(std::move(all[i]));
  Json answer{{"Parameters", std::move(shown)}};
  if (to < all.size()) answer["NextToken"] = std::to_string(to);
  return answer;
}

}  // namespace opsim::parameter_store
