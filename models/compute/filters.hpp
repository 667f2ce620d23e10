#pragma once
/// `Filters: [{Name, Values}]` as EC2's Describe operations take them: every filter must hold, one
/// of its values is enough, `*` and `?` are wildcards.
/// AWS: EC2 User Guide, "List and filter your resources" (Using_Filtering).
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/compute/input.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/cloud/wildcards.hpp"

namespace opsim::compute {

struct Filter {
  std::string name;  // "instance-state-name", "tag:Name", "tag-key"
  std::vector<std::string> values;
};
/// EC2's error for a filter name that is not in `known`. tag:*, tag-key and tag-value are known to
/// all.
[[nodiscard]] ApiResult<std::vector<Filter>> read_filters(const Json& input,
                                                          std::span<const std::string_view> known);

/// The values of a resource under a filter's name: none, one, or several (security groups).
using FilterValues = std::function<std::vector<std::string>(std::string_view name)>;
[[nodiscard]] bool passes(const std::vector<Filter>& filters, const Tags& tags,
                          const FilterValues& values);

/// A page of a list: MaxResults and NextToken, whose token is the next index as text.
struct Page {
  std::size_t from = 0;
  std::size_t size = 0;
};
[[nodiscard]] ApiResult<Page> read_page(const Json& input, std::size_t otherwise);

}  // namespace opsim::compute
