// What a function does when it runs: reading it, and doing it.
#include "models/lambda/function_physics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "opsim/cloud/cloud.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::lambda {

namespace {

/// Estimate: a warm function that calls one or two APIs.
constexpr std::string_view kUsually = "lognormal(p50 300ms, p99 1500ms)";

/// Estimate: the Init phase of a small function; the Developer Guide names no figure.
constexpr std::string_view kUsualColdStart = "lognormal(p50 300ms, p99 2s)";

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 400ms, p99 3s)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Shape kWhen{.kind = Kind::text, .example = "when disk is below 80 %"};
constexpr const Shape* kSuccesses[] = {&kShare, &kWhen};
constexpr Shape kSucceeds{.kind = Kind::either, .choices = kSuccesses};
constexpr Shape kPhysicsWord{.kind = Kind::text};
constexpr Shape kOneChange{.kind = Kind::any, .example = "to 30 %"};
constexpr Shape kChanges{.kind = Kind::table, .of = &kOneChange};
constexpr Shape kAnything{.kind = Kind::any};
constexpr Shape kNames{.kind = Kind::one_or_list, .of = &kPhysicsWord};

constexpr Shape kMegabytes{.kind = Kind::distribution, .example = "normal(mean 90, sd 10)"};
constexpr Shape kIdle{.kind = Kind::duration, .example = "6min"};
constexpr Shape kUnits{.kind = Kind::integer, .min = 1, .example = "3000"};

constexpr Field kPhysicsFields[] = {
    {.name = "account concurrency",
     .shape = &kUnits,
     .doc = "The account's quota of concurrent executions: under the type's own name."},
    {.name = "cold start",
     .shape = &kTakes,
     .doc = "How long a new execution environment takes before its first run."},
    {.name = "items fail",
     .shape = &kShare,
     .doc = "How many of a batch's records fail; one is enough to fail the batch, unless the "
            "function reports which (ReportBatchItemFailures)."},
    {.name = "kept idle",
     .shape = &kIdle,
     .doc = "How long an environment waits for a next run; 6 min (estimate)."},
    {.name = "memory",
     .shape = &kMegabytes,
     .doc = "MB that a run needs; more than MemorySize kills it."},
    {.name = "takes", .shape = &kTakes, .doc = "How long it runs."},
    {.name = "succeeds",
     .shape = &kSucceeds,
     .doc = "How often it works: `97 %`; or when: `when disk is below 80 %`, read at its end."},
    {.name = "changes",
     .shape = &kChanges,
     .doc = "What it does to each target when it succeeds: `disk: -40 %`, `disk: to 30 %`."},
    {.name = "on", .shape = &kNames, .doc = "What is changed; else whatever its payload names."},
    {.name = "output",
     .shape = &kPhysicsWord,
     .doc = "What is told of a run that changes nothing."},
    {.name = "payload", .shape = &kAnything, .doc = "What it answers."},
    {.name = "fails with", .shape = &kPhysicsWord, .doc = "What is told when it fails."},
    {.name = "hangs", .shape = &kShare, .doc = "How often it runs into its timeout."},
};

bool holds(double value, std::string_view comparison, double limit) {
  if (comparison == "below") return value < limit;
  if (comparison == "above") return value > limit;
  if (comparison == "at least") return value >= limit;
  return value <= limit;  // at most
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

struct FunctionPhysicsReader {
  std::string_view name;
  Diagnostics& diagnostics;

  void complain(const Node& at, const std::string& what) {
    diagnostics.add(at.complaint(fmt::format("physics of {}: {}", name, what)));
  }
  Distribution distribution(const Node& at, std::string_view text) {
    const ParsedDistribution parsed = Distribution::parse(text);
    if (parsed) return *parsed;
    complain(at, parsed.error);
    return {};
  }
  double share(const Node& node, double otherwise) {
    const std::optional<double> percent = parse_percent(node.spelling());
    if (percent && *percent >= 0 && *percent <= 100) return *percent / 100;
    complain(node, fmt::format("{}; expected a share such as 97 %", node.describe()));
    return otherwise;
  }
  FunctionChange change(const Node& node, std::string_view quantity);
  std::optional<FunctionCondition> condition(const Node& node, std::string_view text);
};

/// "to 30 %", "by -5", "-40 %", "+1", "to uniform(20 %, 40 %)".
FunctionChange FunctionPhysicsReader::change(const Node& node, std::string_view quantity) {
  FunctionChange made;
  made.quantity = quantity;
  const std::string spelt{node.spelling()};
  std::string_view text{spelt};
  if (take(text, "to ")) {
    made.how = Change::How::to;
  } else {
    const bool by = take(text, "by ");
    const bool less = take(text, "-");
    const bool more = !less && take(text, "+");
    if (less) made.sign = -1;
    if (!by && !less && !more)
      complain(node, fmt::format("{} of {}; write `to 30 %`, `-40 %` or `+10 %`", node.describe(),
                                 quantity));
  }
  made.amount = distribution(node, text);
  return made;
}

/// "when disk is below 80 %"
std::optional<FunctionCondition> FunctionPhysicsReader::condition(const Node& node,
                                                                  std::string_view text) {
  constexpr std::string_view comparisons[] = {"below", "above", "at least", "at most"};
  FunctionCondition made;
  take(text, "when ");
  made.text = text;
  const auto is = text.find(" is ");
  if (is != std::string_view::npos) {
    made.quantity = text.substr(0, is);
    text.remove_prefix(is + 4);
    for (const std::string_view comparison : comparisons)
      if (made.comparison.empty() && take(text, comparison)) made.comparison = comparison;
  }
  const std::optional<Quantity> limit = parse_quantity(text);
  if (!made.comparison.empty() && limit) {
    made.limit = limit->value;
    return made;
  }
  complain(node, fmt::format("{}; expected a share such as 97 %, or a condition such as `when disk "
                             "is below 80 %`",
                             node.describe()));
  return std::nullopt;
}

/// Percentages are kept as 0.4 by a Distribution and as 40 by a quantity.
double drawn(const Distribution& amount, Stream& luck) {
  const double value = amount.sample(luck);
  return amount.unit() == Distribution::Unit::percent ? value * 100 : value;
}

}  // namespace

extern constexpr Shape kFunctionPhysicsShape{.kind = Kind::mapping,
                                             .name = "function",
                                             .doc = "What a Lambda function does when it runs.",
                                             .fields = kPhysicsFields};

FunctionPhysics read_function_physics(std::string_view name, const Node& values,
                                      Diagnostics& diagnostics) {
  FunctionPhysics made;
  FunctionPhysicsReader reader{name, diagnostics};
  for (const auto& [key, value, at] : values.entries()) {
    if (key == "takes") made.takes = reader.distribution(value, value.spelling());
    if (key == "cold start") made.cold_start = reader.distribution(value, value.spelling());
    if (key == "items fail") made.item_failure_share = reader.share(value, 0);
    if (key == "memory") made.memory_mb = reader.distribution(value, value.spelling());
    if (key == "kept idle") made.idle_life = parse_duration(value.spelling());
    if (key == "account concurrency") made.account_concurrency = value.as_integer();
    if (key == "hangs") made.hang_share = reader.share(value, 0);
    if (key == "output") made.output = value.as_text().value_or("");
    if (key == "payload") made.payload = value.to_json();
    if (key == "fails with") made.failure = value.as_text().value_or("");
    if (key == "changes")
      for (const Entry& entry : value.entries())
        made.changes.push_back(reader.change(entry.value, entry.key));
    if (key == "on") {
      if (const auto one = value.as_text()) made.on.push_back(*one);
      for (const Node& item : value.items()) made.on.push_back(item.as_text().value_or(""));
    }
    if (key != "succeeds") continue;
    if (value.spelling().starts_with("when ")) {
      made.success_when = reader.condition(value, value.spelling());
    } else {
      made.success_share = reader.share(value, 1);
    }
  }
  return made;
}

namespace {

const Distribution& takes_of(const FunctionPhysics& physics) {
  static const Distribution kUsual = *Distribution::parse(kUsually);
  return physics.takes ? *physics.takes : kUsual;
}

const Distribution& cold_start_of(const FunctionPhysics& physics) {
  static const Distribution kUsual = *Distribution::parse(kUsualColdStart);
  return physics.cold_start ? *physics.cold_start : kUsual;
}

Duration mean_of(const Distribution& takes) {
  const double seconds = std::min(takes.mean(), 900.0);
  return std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

Duration draw_cold_start(const FunctionPhysics& physics, Stream& luck) {
  return cold_start_of(physics).sample_duration(luck);
}

Duration mean_duration(const FunctionPhysics& physics) { return mean_of(takes_of(physics)); }

Duration mean_cold_start(const FunctionPhysics& physics) { return mean_of(cold_start_of(physics)); }

FunctionRun draw_run(const FunctionPhysics& physics, Stream& luck) {
  // Three draws each time, in one order: a changed share moves no other luck.
  FunctionRun run;
  run.hangs = luck.chance(physics.hang_share);
  run.takes = takes_of(physics).sample_duration(luck);
  run.lucky = luck.chance(physics.success_share);
  return run;
}

std::optional<std::string> why_it_fails(Cloud& cloud, const FunctionPhysics& physics,
                                        const FunctionRun& run,
                                        const std::vector<std::string>& targets) {
  const auto reason = [&](std::string otherwise) {
    return physics.failure.empty() ? std::move(otherwise) : physics.failure;
  };
  if (physics.success_when) {
    const FunctionCondition& when = *physics.success_when;
    for (const std::string& target : targets) {
      const std::optional<double> value = cloud.read_quantity(target, when.quantity);
      if (!value) return reason(fmt::format("{} has no {}", target, when.quantity));
      if (!holds(*value, when.comparison, when.limit))
        return reason(fmt::format("{} is {:.4g}, not {}", when.quantity, *value, when.text));
    }
  }
  if (run.lucky) return std::nullopt;
  return reason("an unhandled exception");
}

std::string apply_changes(Cloud& cloud, const FunctionPhysics& physics,
                          const std::vector<std::string>& targets, Stream& luck) {
  std::string told;
  for (const std::string& target : targets)
    for (const FunctionChange& change : physics.changes) {
      const double amount = change.sign * drawn(change.amount, luck);
      const std::optional<double> before = cloud.read_quantity(target, change.quantity);
      if (!cloud.change_quantity(target, change.quantity, {change.how, amount})) continue;
      const std::optional<double> after = cloud.read_quantity(target, change.quantity);
      if (!before || !after) continue;
      const std::string_view unit = change.amount.unit() == Distribution::Unit::percent ? " %" : "";
      told += fmt::format("{}{}: {} from {:.4g}{} to {:.4g}{}", told.empty() ? "" : "; ", target,
                          change.quantity, *before, unit, *after, unit);
    }
  return told;
}

}  // namespace opsim::lambda
