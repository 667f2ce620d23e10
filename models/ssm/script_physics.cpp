// What scripts do: `physics:` of documents and their steps.
#include "models/ssm/script_physics.hpp"

#include <fmt/format.h>

#include "opsim/document/shape.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim::ssm {

namespace {

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 40s, p99 3min)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Shape kCondition{.kind = Kind::text, .example = "when disk is below 80 %"};
constexpr const Shape* kSuccesses[] = {&kShare, &kCondition};
constexpr Shape kSucceeds{.kind = Kind::either, .choices = kSuccesses};
constexpr Shape kWord{.kind = Kind::text};
constexpr Shape kOneChange{.kind = Kind::any, .example = "to 30 %"};
constexpr Shape kChanges{.kind = Kind::table, .of = &kOneChange};
constexpr Shape kPayload{.kind = Kind::any};
constexpr Shape kExitCode{.kind = Kind::integer, .min = 0, .max = 255};
constexpr Shape kNames{.kind = Kind::one_or_list, .of = &kWord};

constexpr Field kPhysicsFields[] = {
    {.name = "takes", .shape = &kTakes, .doc = "How long it runs."},
    {.name = "succeeds",
     .shape = &kSucceeds,
     .doc = "How often it works: `97 %`; or when: `when disk is below 80 %`, read from the target "
            "at its end."},
    {.name = "changes",
     .shape = &kChanges,
     .doc = "What it does to each target when it succeeds: `disk: -40 %`, `disk: to 30 %`, "
            "`disk: to uniform(20 %, 40 %)`."},
    {.name = "on",
     .shape = &kNames,
     .doc = "What `changes` and `succeeds` are about, where the step names no target of its own."},
    {.name = "output", .shape = &kWord, .doc = "What it prints."},
    {.name = "payload",
     .shape = &kPayload,
     .doc = "What a script, a function or an API call that is not simulated answers."},
    {.name = "fails with", .shape = &kWord, .doc = "What is told when it fails."},
    {.name = "hangs", .shape = &kShare, .doc = "How often it never ends."},
    {.name = "exit code", .shape = &kExitCode, .doc = "Of a failure; 1 where it is absent."},
};

}  // namespace

extern constexpr Shape kScriptShape{
    .kind = Kind::mapping,
    .name = "script",
    .doc = "What a runbook's step, a script or a Command document does when it runs.",
    .fields = kPhysicsFields};

ScriptPhysics read_script_physics(std::string_view name, const Node& values, Simulation& sim,
                                  Diagnostics& diagnostics) {
  ScriptPhysics made{name, Stream{sim.seed(), fmt::format("ssm.physics.{}", name)}};
  WorkPhysicsReader reader{name, diagnostics};
  for (const auto& [key, value, at] : values.entries()) {
    reader.read(made, key, value);
    if (key == "exit code") made.exit_code = static_cast<int>(value.as_integer().value_or(1));
  }
  return made;
}

std::optional<std::string> why_it_fails(Cloud& cloud, const ScriptPhysics& physics,
                                        const WorkRun& run,
                                        const std::vector<std::string>& targets) {
  return opsim::why_it_fails(cloud, physics, run, targets,
                             fmt::format("exit code {}", physics.exit_code));
}

}  // namespace opsim::ssm
