#pragma once
/// `Filters: [{Name, Values}]`: every filter must hold, one of its values is enough, `*` and `?`
/// are wildcards. AWS: EC2 User Guide, "List and filter your resources".
#include <functional>

#include "models/vpc/vpc.hpp"

namespace opsim::vpc {

/// What a thing has under a filter's name; nothing for a name that no such thing has.
using FilterValues = std::function<std::optional<std::vector<std::string>>(std::string_view name)>;

/// True where the thing passes; EC2's error for a filter that is not known. Tags are known to all.
ApiResult<bool> passes(const Vpc& vpc, const Json& input, std::string_view id,
                       const FilterValues& values);

}  // namespace opsim::vpc
