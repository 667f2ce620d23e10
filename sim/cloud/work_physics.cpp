// What work does when it runs: its luck, why it fails, what it changes.
#include "opsim/cloud/work_physics.hpp"

#include <fmt/format.h>

#include "opsim/cloud/cloud.hpp"

namespace opsim {

namespace {

bool holds(double value, std::string_view comparison, double limit) {
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

WorkRun draw_run(const WorkPhysics& physics, const Distribution& otherwise, Stream& luck) {
  // Three draws each time, in one order: a changed share moves no other luck.
  WorkRun run;
  run.hangs = luck.chance(physics.hang_share);
  run.takes = (physics.takes ? *physics.takes : otherwise).sample_duration(luck);
  run.lucky = luck.chance(physics.success_share);
  return run;
}

std::optional<std::string> why_it_fails(Cloud& cloud, const WorkPhysics& physics,
                                        const WorkRun& run, const std::vector<std::string>& targets,
                                        std::string usually) {
  const auto reason = [&](std::string otherwise) {
    return physics.failure.empty() ? std::move(otherwise) : physics.failure;
  };
  if (physics.success_when) {
    const QuantityCondition& when = *physics.success_when;
    if (targets.empty()) return reason(fmt::format("nothing that it names has {}", when.quantity));
    for (const std::string& target : targets) {
      const std::optional<double> value = cloud.read_quantity(target, when.quantity);
      if (!value) return reason(fmt::format("{} has no {}", target, when.quantity));
      if (!holds(*value, when.comparison, when.limit))
        return reason(fmt::format("{} is {:.4g}, not {}", when.quantity, *value, when.text));
    }
  }
  if (run.lucky) return std::nullopt;
  return reason(std::move(usually));
}

std::string apply_changes(Cloud& cloud, const WorkPhysics& physics, std::string_view target,
                          Stream& luck) {
  std::string told;
  for (const QuantityChange& change : physics.changes) {
    const double amount = change.sign * drawn(change.amount, luck);
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

}  // namespace opsim
