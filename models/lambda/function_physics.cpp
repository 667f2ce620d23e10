// What a function does when it runs: reading it, and doing it.
#include "models/lambda/function_physics.hpp"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace

extern constexpr Shape kFunctionPhysicsShape{.kind = Kind::mapping,
                                             .name = "function",
                                             .doc = "What a Lambda function does when it runs.",
                                             .fields = kPhysicsFields};

FunctionPhysics read_function_physics(std::string_view name, const Node& values,
                                      Diagnostics& diagnostics) {
  FunctionPhysics made;
  WorkPhysicsReader reader{name, diagnostics};
  for (const auto& [key, value, at] : values.entries()) {
    reader.read(made, key, value);
    if (key == "cold start") made.cold_start = reader.distribution(value, value.spelling());
    if (key == "items fail") made.item_failure_share = reader.share(value, 0);
    if (key == "memory") made.memory_mb = reader.distribution(value, value.spelling());
    if (key == "kept idle") made.idle_life = parse_duration(value.spelling());
    if (key == "account concurrency") made.account_concurrency = value.as_integer();
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

WorkRun draw_run(const FunctionPhysics& physics, Stream& luck) {
  return opsim::draw_run(physics, takes_of(physics), luck);
}

std::string apply_changes(Cloud& cloud, const FunctionPhysics& physics,
                          const std::vector<std::string>& targets, Stream& luck) {
  std::string told;
  for (const std::string& target : targets) {
    const std::string one = opsim::apply_changes(cloud, physics, target, luck);
    if (!one.empty()) told += fmt::format("{}{}: {}", told.empty() ? "" : "; ", target, one);
  }
  return told;
}

}  // namespace opsim::lambda
