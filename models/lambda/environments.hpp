#pragma once
/// Execution environments, as the invocations see them: none is started ahead of its first
/// invocation, one serves one invocation at a time, and one that nobody needs goes.
///
/// AWS: Lambda Developer Guide, "Lambda execution environment" (lambda-runtime-environment),
/// "Lambda scaling behavior" (scaling-behavior).
/// Cost  Nothing is scheduled: what has ended is found out when somebody asks.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "opsim/kernel/time.hpp"

namespace opsim::lambda {

/// When the invocations that run now will end.
class EndTimes {
 public:
  void add(SimTime end);
  /// Those that end after `now`; what ended is forgotten.
  [[nodiscard]] std::int64_t running(SimTime now);
  [[nodiscard]] const std::vector<SimTime>& all() const { return ends_; }
  void clear() { ends_.clear(); }

 private:
  std::vector<SimTime> ends_;  // a heap, the earliest first
};

/// The environments of one version that are not provisioned.
class Environments {
 public:
  /// True when one that is idle takes the invocation. Of several the one used last does, so that
  /// the others may go (estimate: AWS does not say which).
  bool take_idle(SimTime now, Duration idle_life);
  /// One serves until `end`. It does not survive a time-out or a crash of the runtime.
  void serve(SimTime end, bool survives);
  /// New code or configuration: none of those that stand serves again.
  void retire();
  [[nodiscard]] std::int64_t idle(SimTime now, Duration idle_life);

 private:
  struct Busy {
    SimTime end;
    bool survives;
  };
  void settle(SimTime now, Duration idle_life);

  std::vector<Busy> busy_;    // a heap, the earliest end first
  std::deque<SimTime> idle_;  // since when, the longest first
};

/// So many tokens at most, refilled continuously.
class TokenBucket {
 public:
  /// Takes one, or says that there is none.
  bool take(SimTime now, double per_second, double most);

 private:
  double used_ = 0;
  SimTime at_{};
};

}  // namespace opsim::lambda
