// Components that functions serve: what a version does to requests, and which share meets it.
// The function's own physics say so: `Api/2: { succeeds: 60 %, takes: 900ms }` (models/lambda).
#include <utility>

#include "models/workload/workload.hpp"

namespace opsim::workload {

void ask_functions(Workload& all) {
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    Live& live = all.lives[i];
    if (!std::exchange(live.asks_function, false)) continue;
    const double errors = all.cloud.read_quantity(live.resource, "errors").value_or(0) / 100;
    const double seconds = all.cloud.read_quantity(live.resource, "duration").value_or(0);
    // `work:` is what a request took when all began: of the versions that served then.
    if (live.function_seconds <= 0) live.function_seconds = seconds;
    const double slower = seconds > 0 ? seconds / live.function_seconds : 1;
    if (errors == live.function_errors && slower == live.function_slower) continue;
    live.function_errors = errors;
    live.function_slower = slower;
    apply_troubles(all, i);
  }
}

void functions_changed(Workload& all) {
  for (Live& live : all.lives) live.asks_function = live.type.starts_with("AWS::Lambda::");
  all.changed();
}

}  // namespace opsim::workload
