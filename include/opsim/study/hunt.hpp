#pragma once
/// Which single failure breaks a goal? Each one that the catalog knows and the stacks can suffer is
/// played alone, on the same luck.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "opsim/scenario/scenario.hpp"

namespace opsim {

struct HuntSettings {
  Duration at{};  // since the start; when each failure begins
  std::uint64_t first_seed = 1;
  std::size_t runs = 3;  // seeds a failure
  unsigned threads = 0;  // 0: as many as the machine has
  const Choice* choice = nullptr;
  std::string only;  // failures whose sentence holds this, as "terminate" or "on WebFleet"; "": all
  std::function<void(std::size_t done, std::size_t of)> progress{};
};

/// A goal that a failure makes a run miss, and that the same luck meets without it.
struct BrokenGoal {
  std::string goal;  // "pages at most 0"
  std::string observed;
  std::uint64_t seed;
};

struct HuntedFault {
  std::string sentence;        // as a timeline says it
  bool does_something = true;  // false: nothing came of it in the first run
  std::size_t broken_runs = 0;
  std::optional<BrokenGoal> first;
};

struct HuntResult {
  std::size_t runs = 0;                    // seeds a failure
  std::vector<HuntedFault> faults;         // in the order of the catalog
  std::vector<std::string> missed_anyway;  // goals that some seed misses with nothing going wrong
};

HuntResult hunt(const Scenario& scenario, Catalog catalog, const HuntSettings& settings);

}  // namespace opsim
