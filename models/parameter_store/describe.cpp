// DescribeParameters.
// AWS: Systems Manager API Reference, DescribeParameters: Filters or ParameterFilters, not both;
// MaxResults from 1 to 50 (UNDOCUMENTED: 50 without it).
#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

Answer describe_parameters(ParameterStore& store, const Request& request) {
  const Json& old_filters = input::member(request.input, "Filters");
  const Json& new_filters = input::member(request.input, "ParameterFilters");
  if (!old_filters.empty() && !new_filters.empty())
    return ApiError{"ValidationException",
                    "You can use either Filters or ParameterFilters in a single request."};
  const Json& filters = old_filters.empty() ? new_filters : old_filters;
  if (auto bad = check_filters(filters, Listing::describe)) return *std::move(bad);
  Json all = Json::array();
  for (auto at = store.parameters.lower_bound({request.place(), ""});
       at != store.parameters.end() && at->first.first == request.place(); ++at)
    if (passes(at->second, filters))
      all.push_back(metadata_view(request.place(), at->second.name, at->second.current()));
  return page_of(request.input, std::move(all), 50);
}

}  // namespace opsim::parameter_store
