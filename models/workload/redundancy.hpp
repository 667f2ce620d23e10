#pragma once
/// Availability arithmetic: what parts make of a whole. Pure.
///
/// Sources  AWS Well-Architected, Reliability Pillar, "Availability" (serial and redundant
///          dependencies, MTBF and MTTR); C. MacCarthaigh, "Workload isolation using
///          shuffle-sharding" (Amazon Builders' Library); AWS whitepaper "Availability and Beyond",
///          "Availability with redundancy".
#include <span>

namespace opsim::workload {

/// All are needed.
[[nodiscard]] double in_series(std::span<const double> availabilities);
/// One of them is enough.
[[nodiscard]] double in_parallel(std::span<const double> availabilities);
/// The share of time in which more than `spares` of `units` alike are down at once ("Availability
/// and Beyond", equation 7, with all its terms): what is left of it is beyond what 1 - x can hold.
[[nodiscard]] double down_with_spares(double availability, int units, int spares);
/// The share of time in which what fails every `between_failures` and takes `to_repair` is up.
[[nodiscard]] double from_failures(double between_failures, double to_repair);
/// Seconds of a year of 365 days.
[[nodiscard]] double downtime_a_year(double availability);

/// The chance that at most `failures` of so many units fail, each with the chance `rate`.
[[nodiscard]] double at_most(int failures, int units, double rate);

/// Ways to choose `chosen` of `workers`.
[[nodiscard]] double shards(int workers, int chosen);
/// The share of customers whose shard has exactly `shared` workers in common with a given one.
[[nodiscard]] double overlap(int workers, int chosen, int shared);

}  // namespace opsim::workload
