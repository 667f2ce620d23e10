// Components that functions serve: what a version does to requests, and which share meets it.
// The function's own physics say so: `Api/2: { succeeds: 60 %, takes: 900ms }` (models/lambda).
//
// An alias sends a weighted share of its requests to a second version: each version is a cell, and
// the concurrency that the component may use is divided as the requests are (SIMPLIFIED: AWS has
// one pool for both).
#include <fmt/format.h>

#include <utility>

#include "models/workload/workload.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::workload {

namespace {

struct VersionShare {
  std::string version;  // "" where what serves is no alias
  double share = 1;
};

/// Of an alias: the versions that its requests meet. "arn:...:function:api:live".
std::vector<VersionShare> versions_of(Workload& all, const Live& live) {
  const auto arn = Arn::parse(live.resource);
  const std::size_t colon = arn ? arn->resource.rfind(':') : std::string::npos;
  if (live.type != "AWS::Lambda::Alias" || colon == std::string::npos) return {VersionShare{}};
  const std::string function = arn->resource.substr(std::string_view{"function:"}.size(),
                                                    colon - std::string_view{"function:"}.size());
  const Json asked{{"FunctionName", function}, {"Name", arn->resource.substr(colon + 1)}};
  const auto alias = all.cloud.inspect(live.place, "lambda", "GetAlias", asked);
  if (!alias) return {VersionShare{}};
  std::vector<VersionShare> found{{input::text(*alias, "FunctionVersion"), 1}};
  const Json& weights =
      input::member(input::member(*alias, "RoutingConfig"), "AdditionalVersionWeights");
  if (!weights.is_object()) return found;
  for (const auto& [version, weight] : weights.items()) {
    found.push_back({version, weight.get<double>()});
    found.front().share -= weight.get<double>();
  }
  return found;
}

double quantity_of(Workload& all, const Live& live, std::string_view name,
                   const std::string& version) {
  const std::string asked =
      version.empty() ? std::string{name} : fmt::format("{} {}", name, version);
  return all.cloud.read_quantity(live.resource, asked).value_or(0);
}

}  // namespace

void ask_functions(Workload& all) {
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    Live& live = all.lives[i];
    if (!std::exchange(live.asks_function, false)) continue;
    // `work:` is what a request took when all began: of the versions that served then.
    if (live.function_seconds <= 0) live.function_seconds = quantity_of(all, live, "duration", {});
    for (Cell& cell : all.system.components[i].cells) cell.gets = cell.serves = 0;
    for (const auto& [version, share] : versions_of(all, live)) {
      const std::size_t number = cell_of(all, i, {}, version);
      Cell& cell = all.system.components[i].cells[number];
      cell.gets = cell.serves = share;
      cell.version_fails = quantity_of(all, live, "errors", version) / 100;
      const double seconds = quantity_of(all, live, "duration", version);
      cell.version_slower =
          live.function_seconds > 0 && seconds > 0 ? seconds / live.function_seconds : 1;
    }
    apply_troubles(all, i);
  }
}

void functions_changed(Workload& all) {
  for (Live& live : all.lives) live.asks_function = live.type.starts_with("AWS::Lambda::");
  all.changed();
}

}  // namespace opsim::workload
