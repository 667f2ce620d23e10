#include "models/workload/retries.hpp"

#include <algorithm>

namespace opsim::workload {

Tried tried(const RetryPolicy& policy, double failing) {
  const double p = std::clamp(failing, 0.0, 1.0);
  double fails = 1;    // that so many tries all failed
  double retries = 0;  // for each request, when nothing holds them back
  for (int i = 0; i < policy.retries; ++i) {
    fails *= p;
    retries += fails;
    if (fails < 1e-12) break;
  }
  double allowed = retries;
  if (policy.deposit) allowed = std::min(allowed, *policy.deposit);
  if (policy.breaker) {
    // Retries that fail count as failures: they bring the share up to the breaker's limit at most.
    const double spare = std::max(0.0, *policy.breaker - p);
    if (p > 0) allowed = std::min(allowed, spare / p);
  }
  // Each retry saves the request with the same chance.
  return {.calls = 1 + allowed, .success = std::min(1.0, (1 - p) * (1 + allowed))};
}

double amplification(int attempts, int layers) {
  double calls = 1;
  for (int layer = 0; layer < layers; ++layer) calls *= attempts;
  return calls;
}

}  // namespace opsim::workload
