#pragma once
/// What many runs say, as text and as JSON.
#include <span>
#include <string>

#include "opsim/json.hpp"
#include "opsim/study/sweep.hpp"

namespace opsim::report {

/// What one choice did on all seeds; no choice where the scenario has none.
struct ChoiceOutcome {
  const Choice* choice;
  SweepResult result;
};

/// "96.8 % [95.5, 97.7]": a share of the runs and its 95 % interval (Wilson).
std::string share_text(std::size_t met, std::size_t runs);

/// A line a goal: how often it was met, the run in the middle, the run that 95 % and 99 % are no
/// worse than, and the worst with its seed. Below it, what stands out.
std::string sweep_text(const Scenario& scenario, const ChoiceOutcome& outcome,
                       const std::string& path);
/// Goals down, choices across, each pair of runs with the same luck; then by how much the others
/// differ from the first.
std::string compare_text(std::span<const ChoiceOutcome> outcomes);

Json sweep_json(const Scenario& scenario, std::span<const ChoiceOutcome> outcomes);

/// Every goal is met in the share of runs that the scenario asks for (`confidence`), and no run
/// ended early.
bool holds(const Scenario& scenario, const SweepResult& result);

}  // namespace opsim::report
