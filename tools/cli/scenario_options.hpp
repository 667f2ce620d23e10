#pragma once
/// The options that every verb that plays a scenario has: --set, --choice.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/scenario/scenario.hpp"
#include "tools/cli/options.hpp"

namespace opsim::cli {

/// `--set KEY=VALUE`, in the order given.
std::vector<std::pair<std::string, std::string>> overrides_of(const Options& options);

std::vector<const Choice*> all_choices(const Scenario& scenario);
/// Throws Options::Usage with what was meant.
const Choice* choice_named(const Scenario& scenario, std::string_view name);
/// That of `--choice`, else the recommended one; null where the scenario has none.
const Choice* choice_of(const Scenario& scenario, const Options& options);

}  // namespace opsim::cli
