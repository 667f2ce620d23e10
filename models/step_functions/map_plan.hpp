#pragma once
/// What a Map state goes through, and how: from its fields to values.
#include "models/step_functions/query.hpp"

namespace opsim::step_functions {

/// The list to go through. AWS: input-output-itemspath, "Items (JSONata)".
Outcome<Json> items_of(const State& state, Query& query, const Values& values);
/// What one iteration is given: the item ({"Index": 0, "Value": …}), or what ItemSelector (once
/// Parameters) makes of it.
Outcome<Json> item_input(const State& state, Query& query, const Values& values, const Json& item);
/// ItemBatcher: {"Items": […], "BatchInput": …} for every MaxItemsPerBatch items.
Outcome<Json> batched(const State& state, Query& query, const Values& values, Json items);
/// MaxConcurrency, ToleratedFailureCount (whole numbers) or ToleratedFailurePercentage: written,
/// pointed at (`…Path`) or calculated; nothing where the state does not say.
Outcome<std::optional<double>> map_number(const State& state, Query& query, const std::string& key,
                                          const Values& values, bool whole);
/// How many of so many items may fail, where the state says: the lower of both limits.
Outcome<std::optional<double>> tolerated_failures(const State& state, Query& query,
                                                  const Values& values, std::size_t items);

}  // namespace opsim::step_functions
