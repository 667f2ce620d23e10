#include "models/workload/redundancy.hpp"

namespace opsim::workload {

double in_series(std::span<const double> availabilities) {
  double all = 1;
  for (const double one : availabilities) all *= one;
  return all;
}

double in_parallel(std::span<const double> availabilities) {
  double none = 1;
  for (const double one : availabilities) none *= 1 - one;
  return 1 - none;
}

double down_with_spares(double availability, int units, int spares) {
  const double down = 1 - availability;
  double sum = 0;
  for (int k = units; k > spares; --k) {  // the smallest first
    double term = shards(units, k);
    for (int i = 0; i < units; ++i) term *= i < k ? down : availability;
    sum += term;
  }
  return sum;
}

double from_failures(double between_failures, double to_repair) {
  return between_failures / (between_failures + to_repair);
}

double downtime_a_year(double availability) { return (1 - availability) * 365 * 86'400; }

double at_most(int failures, int units, double rate) {
  const double odds = rate / (1 - rate);
  double exactly = 1;  // none of them
  for (int i = 0; i < units; ++i) exactly *= 1 - rate;
  double sum = exactly;
  for (int k = 1; k <= failures && k <= units; ++k) {
    exactly *= odds * (units - k + 1) / k;
    sum += exactly;
  }
  return sum;
}

double shards(int workers, int chosen) {
  double ways = 1;
  for (int i = 0; i < chosen; ++i) ways = ways * (workers - i) / (i + 1);
  return ways;
}

double overlap(int workers, int chosen, int shared) {
  return shards(chosen, shared) * shards(workers - chosen, chosen - shared) /
         shards(workers, chosen);
}

}  // namespace opsim::workload
