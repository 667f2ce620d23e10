#pragma once
/// Credits that come in at one rate and are spent at another, held within two limits: of a CPU, of
/// a gp2 volume. A line in time between changes, so nothing is polled: the one moment at which it
/// next reaches a limit is known.
#include <optional>

#include "opsim/cloud/metrics.hpp"

namespace opsim::compute {

struct CreditBucket {
  SimTime from{};
  double level = 0;  // at `from`
  double earns = 0;  // a second
  double spends = 0;
  double least = 0;
  double most = 0;

  [[nodiscard]] double at(SimTime time) const;
  [[nodiscard]] double net() const { return earns - spends; }
  [[nodiscard]] bool is_empty(SimTime now) const { return at(now) <= least + kTolerance; }
  /// Whether more is asked for than comes in, and nothing is left.
  [[nodiscard]] bool is_exhausted(SimTime now) const { return net() < 0 && is_empty(now); }
  /// When it becomes empty or full, if nothing changes.
  [[nodiscard]] std::optional<SimTime> next_limit(SimTime now) const;
  /// From `now` on it holds `credits`.
  void put(SimTime now, double credits);
  void set_rates(SimTime now, double earned, double spent);

  static constexpr double kTolerance = 1e-6;
};

}  // namespace opsim::compute
