#pragma once
/// Failures that a scenario's file does not tell of: asked on a command line, or tried one by one.
#include <string>
#include <string_view>
#include <vector>

#include "opsim/scenario/scenario.hpp"

namespace opsim {

/// Every fault of the catalog on every resource of the scenario's stacks, as a sentence that the
/// timeline takes: "freeze instance on WebFleet for 10min hitting one". Settings that a fault needs
/// are those of its documentation's example. Many hit nothing: playing them tells.
[[nodiscard]] std::vector<std::string> possible_faults(const Scenario& scenario, Catalog catalog);

/// The scenario with one fault in place of its timeline's; calls that somebody makes stay.
/// `sentence` is one of possible_faults.
[[nodiscard]] Scenario with_fault_alone(const Scenario& scenario, Catalog catalog, Duration at,
                                        std::string_view sentence);

}  // namespace opsim
