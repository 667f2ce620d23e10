#pragma once
/// What a script does, since nobody runs it: how long it takes, whether it works, what it changes.
///
///   physics:
///     CleanUp/clean:
///       takes: lognormal(p50 40s, p99 3min)
///       succeeds: 97 %                      # or: when disk is below 95 %
///       changes: { disk: -40 % }            # or: to 30 %
///       hangs: 1 %
///       output: freed 12 GB
///       fails with: No space left on device
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/service.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/random.hpp"

namespace opsim::ssm {

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

struct ScriptPhysics {
  std::string name;  // "CleanUp/clean"
  std::optional<Distribution> takes;
  double success_share = 1;
  std::optional<QuantityCondition> success_when;
  std::vector<QuantityChange> changes;
  std::vector<std::string> on;  // what is changed, where the step itself names nothing
  std::string output;
  Json payload;  // null: none given
  std::string failure;
  double hang_share = 0;
  int exit_code = 1;
  Stream luck;
};

/// The rows of `physics:` for documents and their steps.
extern const Shape kScriptShape;

/// What is wrong with a mapping of kScriptShape goes to `diagnostics`.
ScriptPhysics read_script_physics(std::string_view name, const Node& values, Simulation& sim,
                                  Diagnostics& diagnostics);

/// One run of a script, decided before it starts: the same draws whatever happens meanwhile.
struct ScriptRun {
  bool hangs = false;
  Duration takes{};
  bool lucky = true;
};
[[nodiscard]] ScriptRun draw_run(ScriptPhysics& physics, const Distribution& otherwise);

/// At the end of a run: why it fails on `target`, or nothing.
[[nodiscard]] std::optional<std::string> why_it_fails(Cloud& cloud, const ScriptPhysics& physics,
                                                      const ScriptRun& run,
                                                      std::string_view target);

/// Applies the changes to `target`; what to tell of them: "disk from 91 % to 50 %".
std::string apply_changes(Cloud& cloud, ScriptPhysics& physics, std::string_view target);

}  // namespace opsim::ssm
