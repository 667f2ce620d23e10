#include "models/compute/filters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace opsim::compute {

namespace {

constexpr std::size_t kMostFilters = 50;  // Using_Filtering: "up to 50 filters
constexpr std::size_t kMostValues = 200;  // and up to 200 filter values in a single request"

bool known_to_all(std::string_view name) {
  return name.starts_with("tag:") || name == "tag-key" || name == "tag-value";
}

std::vector<std::string> tag_values(const Tags& tags, std::string_view name) {
  std::vector<std::string> values;
  if (name.starts_with("tag:")) {
    if (const auto found = tags.find(name.substr(4)); found != tags.end())
      values.push_back(found->second);
    return values;
  }
  for (const auto& [key, value] : tags) values.push_back(name == "tag-key" ? key : value);
  return values;
}

}  // namespace

ApiResult<std::vector<Filter>> read_filters(const Json& input,
                                            std::span<const std::string_view> known) {
  std::vector<Filter> filters;
  const Json& list = member(input, "Filters");
  if (!list.is_array()) return filters;
  std::size_t values = 0;
  for (const Json& one : list) {
    Filter filter{text_of(one, "Name"), {}};
    // Values stay whole here: a comma belongs to the value.
    const Json& given = member(one, "Values");
    if (given.is_array()) {
      for (const Json& value : given) filter.values.push_back(text_of(value));
    } else {
      filter.values.push_back(text_of(given));
    }
    values += filter.values.size();
    if (!known_to_all(filter.name) && std::ranges::count(known, filter.name) == 0)
      return ApiError{"InvalidParameterValue",
                      fmt::format("The filter '{}' is invalid", filter.name)};
    filters.push_back(std::move(filter));
  }
  if (filters.size() > kMostFilters || values > kMostValues)
    return ApiError{"FilterLimitExceeded",
                    fmt::format("The maximum number of filter values specified on a single call is "
                                "{}",
                                kMostValues)};
  return filters;
}

bool passes(const std::vector<Filter>& filters, const Tags& tags, const FilterValues& values) {
  return std::ranges::all_of(filters, [&](const Filter& filter) {
    const std::vector<std::string> have =
        known_to_all(filter.name) ? tag_values(tags, filter.name) : values(filter.name);
    return std::ranges::any_of(have, [&](const std::string& value) {
      return std::ranges::any_of(filter.values, [&](const std::string& wanted) {
        return matches_wildcards(wanted, value);
      });
    });
  });
}

ApiResult<Page> read_page(const Json& input, std::size_t otherwise) {
  Page page{.from = 0, .size = otherwise};
  if (const auto size = integer_of(input, "MaxResults")) {
    if (*size < 1) return ApiError{"InvalidParameterValue", "MaxResults must be at least 1"};
    page.size = static_cast<std::size_t>(*size);
  } else if (const auto records = integer_of(input, "MaxRecords"); records && *records > 0) {
    page.size = static_cast<std::size_t>(*records);
  }
  const std::string token = text_of(input, "NextToken");
  if (token.empty()) return page;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), page.from);
  if (error != std::errc{} || end != token.data() + token.size())
    return ApiError{"InvalidNextToken", "The token '" + token + "' is invalid"};
  return page;
}

}  // namespace opsim::compute
