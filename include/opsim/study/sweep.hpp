#pragma once
/// Many runs of one scenario. The luck of run i is seed first + i, whatever the number of threads.
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "opsim/scenario/scenario.hpp"

namespace opsim {

struct SweepSettings {
  std::uint64_t first_seed = 1;
  std::size_t runs = 200;
  unsigned threads = 0;  // 0: as many as the machine has
  const Choice* choice = nullptr;
  /// Told after each run how many are done; one thread at a time, in no certain order of runs.
  std::function<void(std::size_t done)> progress{};
};

/// One goal over all runs.
struct GoalOutcome {
  std::string name;
  std::string wanted;
  std::size_t met = 0;
  std::vector<std::optional<double>> values;  // by run; none where there was nothing to measure
  std::vector<std::string> observed;          // by run
  std::optional<std::uint64_t> first_missed;  // the first seed that missed it
  std::string (*say)(double) = nullptr;       // how a value is said; null where none ever was
  bool more_is_better = false;
};

struct SweepResult {
  std::uint64_t first_seed = 1;
  std::size_t runs = 0;
  std::vector<GoalOutcome> goals;  // in the order of the scenario
  std::size_t all_met = 0;         // runs that met every goal
  std::string diagnosis;           // of the first run that ended early, or ""
};

SweepResult sweep(const Scenario& scenario, Catalog catalog, const SweepSettings& settings);

/// The Wilson score interval of a share, 95 % (Wilson 1927): sound for few runs and for 0 and 1.
struct Interval {
  double low;
  double high;
};
Interval wilson(std::size_t successes, std::size_t trials);

}  // namespace opsim
