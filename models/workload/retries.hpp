#pragma once
/// What trying again makes of a failing call: pure arithmetic.
///
/// Sources  M. Brooker, "Timeouts, retries, and backoff with jitter" (Amazon Builders' Library) and
///          "Fixing retries with token buckets and circuit breakers" (brooker.co.za, 2022-02-28).
#include <optional>

namespace opsim::workload {

struct RetryPolicy {
  int retries = 0;  // at most, after the first try
  /// Token bucket: each request puts in so much of a token, each retry takes one.
  std::optional<double> deposit = {};
  /// Circuit breaker: no retries while more than this share of the calls fail.
  std::optional<double> breaker = {};
};

struct Tried {
  double calls = 1;    // made for each request
  double success = 1;  // share of requests of which one try worked
};
/// In the long run, where each try fails with probability `failing`, whatever the others do.
/// A bucket that is full at the beginning is not counted.
[[nodiscard]] Tried tried(const RetryPolicy& policy, double failing);

/// Calls that reach the bottom of a stack of `layers` where everything there fails and each layer
/// makes `attempts` of every call.
[[nodiscard]] double amplification(int attempts, int layers);

}  // namespace opsim::workload
