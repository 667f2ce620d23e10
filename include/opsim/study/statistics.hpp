#pragma once
/// What many runs say of one number.
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace opsim {

/// Those that are there, in their order.
std::vector<double> known(std::span<const std::optional<double>> values);

/// Which run has that percentile: nearest rank, the smallest value that at least a share `p` of all
/// values do not exceed. Among equals the first. Nothing where no run has a value.
std::optional<std::size_t> run_at_percentile(std::span<const std::optional<double>> values,
                                             double p);

/// Two groups of runs that lie far apart: "968 runs about 2 min 40 s, 32 runs about 31 min".
struct Regimes {
  std::size_t low_runs;
  std::size_t high_runs;
  double low_median;
  double high_median;
};
/// Told where the widest gap between neighbouring values is a factor of at least 3 and wider, as a
/// factor, than each side spreads from its 5th to its 95th percentile; a side of less than 1 % of
/// the runs, or of one run, is an outlier and no regime. Values are above 0. Rule of our own.
std::optional<Regimes> regimes(std::span<const std::optional<double>> values);

/// The mean of `second - first` over the runs in which both have a value, with its 95 % interval:
/// Student's t on the differences of pairs that had the same luck.
struct PairedDifference {
  std::size_t pairs = 0;
  double mean = 0;
  double low = 0;
  double high = 0;
  std::size_t equal = 0;  // pairs without a difference
};
PairedDifference paired_difference(std::span<const std::optional<double>> first,
                                   std::span<const std::optional<double>> second);

}  // namespace opsim
