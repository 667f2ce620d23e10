#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/report/study.hpp"

namespace opsim::cli {

using report::ChoiceOutcome;

/// Without its name, which may tell that it is the one to take.
std::string report_choice(std::size_t number, const Choice& choice);

/// Goals down, choices across: in how many of the runs each was met.
std::string table_text(const std::vector<ChoiceOutcome>& outcomes);

/// The goal that a choice missed most often, and the first seed in which it did.
struct MissedGoal {
  std::size_t goal = 0;
  std::uint64_t seed = 0;
};
/// Nothing where the choice meets them all.
std::optional<MissedGoal> worst_missed(const Scenario& scenario, const Choice& picked,
                                       const std::vector<ChoiceOutcome>& outcomes);

/// What came of the choice that was picked, by the goal that it missed most.
std::string consequence_text(const Scenario& scenario, const Choice& picked,
                             const std::vector<ChoiceOutcome>& outcomes);

/// The first happening of the scenario's seed in which two choices part, or "".
std::string first_difference_text(const Scenario& scenario, Catalog catalog, const Choice& first,
                                  const Choice& second);

/// A lesson holds when the recommended choice meets every goal at the stated confidence and each
/// other one misses at least one. Empty: it holds.
std::vector<std::string> what_does_not_hold(const Scenario& scenario,
                                            const std::vector<ChoiceOutcome>& outcomes);

}  // namespace opsim::cli
