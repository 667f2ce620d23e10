// What a script does when it runs.
#include "models/ssm/script_physics.hpp"

#include <fmt/format.h>

#include "opsim/cloud/cloud.hpp"

namespace opsim::ssm {

namespace {

bool compare(double value, std::string_view comparison, double limit) {
  if (comparison == "below") return value < limit;
  if (comparison == "above") return value > limit;
  if (comparison == "at least") return value >= limit;
  return value <= limit;  // at most
}

/// Percentages are kept as 0.4 by a Distribution and as 40 by a quantity.
double drawn(const Distribution& amount, Stream& luck) {
  const double value = amount.sample(luck);
  return amount.unit() == Distribution::Unit::percent ? value * 100 : value;
}

std::string shown(const Distribution& amount, double value) {
  const std::string_view unit = amount.unit() == Distribution::Unit::percent ? " %" : "";
  return fmt::format("{:.4g}{}", value, unit);
}

}  // namespace

ScriptRun draw_run(ScriptPhysics& physics, const Distribution& otherwise) {
  // Three draws each time, in one order: a changed share moves no other luck.
  ScriptRun run;
  run.hangs = physics.luck.chance(physics.hang_share);
  run.takes = physics.takes.value_or(otherwise).sample_duration(physics.luck);
  run.lucky = physics.luck.chance(physics.success_share);
  return run;
}

std::optional<std::string> why_it_fails(Cloud& cloud, const ScriptPhysics& physics,
                                        const ScriptRun& run, std::string_view target) {
  const auto reason = [&](std::string otherwise) {
    return physics.failure.empty() ? std::move(otherwise) : physics.failure;
  };
  if (physics.success_when) {
    const QuantityCondition& when = *physics.success_when;
    const std::optional<double> value = cloud.read_quantity(target, when.quantity);
    if (!value) return reason(fmt::format("{} has no {}", target, when.quantity));
    if (!compare(*value, when.comparison, when.limit))
      return reason(fmt::format("{} is {:.4g}, not {}", when.quantity, *value, when.text));
  }
  if (run.lucky) return std::nullopt;
  return reason(fmt::format("exit code {}", physics.exit_code));
}

std::string apply_changes(Cloud& cloud, ScriptPhysics& physics, std::string_view target) {
  std::string told;
  for (const QuantityChange& change : physics.changes) {
    const double amount = change.sign * drawn(change.amount, physics.luck);
    const std::optional<double> before = cloud.read_quantity(target, change.quantity);
    if (!cloud.change_quantity(target, change.quantity, {change.how, amount})) continue;
    const std::optional<double> after = cloud.read_quantity(target, change.quantity);
    if (!before || !after) continue;
    if (!told.empty()) told += ", ";
    told += fmt::format("{} from {} to {}", change.quantity, shown(change.amount, *before),
                        shown(change.amount, *after));
  }
  return told;
}

}  // namespace opsim::ssm
