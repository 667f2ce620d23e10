#pragma once
/// What work does that nobody here runs, a script or a function, as a scenario says it:
///
///   takes: lognormal(p50 40s, p99 3min)
///   succeeds: 97 %                      # or: when disk is below 95 %
///   changes: { disk: -40 % }            # or: to 30 %, to uniform(20 %, 40 %)
///   on: WebFleet                        # else what the work itself names
///   hangs: 1 %
///   output: freed 12 GB
///   payload: { freed: 12 }              # what it answers
///   fails with: No space left on device
///
/// One set of words for all of it, so that a repair moves from a runbook to a function with its
/// physics unchanged.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/service.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/random.hpp"

namespace opsim {

struct QuantityChange {
  std::string quantity;  // "disk", "process nginx"
  Change::How how = Change::How::by;
  double sign = 1;
  Distribution amount;
};

struct QuantityCondition {
  std::string quantity;
  std::string comparison;  // "below", "above", "at least", "at most"
  double limit = 0;
  std::string text;  // "disk is below 80 %"
};

struct WorkPhysics {
  std::optional<Distribution> takes;
  double success_share = 1;
  std::optional<QuantityCondition> success_when;
  std::vector<QuantityChange> changes;
  std::vector<std::string> on;  // what is changed, where the work itself names nothing
  std::string output;
  Json payload;  // null: none given
  std::string failure;
  double hang_share = 0;
};

/// Reads entries of a mapping that is checked against its shape; what is wrong goes to
/// `diagnostics`.
struct WorkPhysicsReader {
  std::string_view name;  // of the work, as its errors tell it
  Diagnostics& diagnostics;

  /// The words above; any other is left to the caller.
  void read(WorkPhysics& made, std::string_view key, const Node& value);
  [[nodiscard]] Distribution distribution(const Node& node, std::string_view text);
  [[nodiscard]] double share(const Node& node, double otherwise);

 private:
  void complain(const Node& at, const std::string& what);
  [[nodiscard]] QuantityChange change(const Node& node, std::string_view quantity);
  [[nodiscard]] std::optional<QuantityCondition> condition(const Node& node, std::string_view text);
};

/// One run, decided before it starts: the same draws whatever happens meanwhile.
struct WorkRun {
  bool hangs = false;
  Duration takes{};
  bool lucky = true;
};
[[nodiscard]] WorkRun draw_run(const WorkPhysics& physics, const Distribution& otherwise,
                               Stream& luck);

/// At the end of a run: why it fails on one of `targets`, or nothing. `usually` is told of a
/// failure by chance that the scenario gives no words for.
[[nodiscard]] std::optional<std::string> why_it_fails(Cloud& cloud, const WorkPhysics& physics,
                                                      const WorkRun& run,
                                                      const std::vector<std::string>& targets,
                                                      std::string usually);

/// Applies the changes to `target`; what to tell of them: "disk from 91 % to 50 %".
std::string apply_changes(Cloud& cloud, const WorkPhysics& physics, std::string_view target,
                          Stream& luck);

}  // namespace opsim
