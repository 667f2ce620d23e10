#pragma once
/// What a script does, since nobody runs it: the words of all work (opsim/cloud/work_physics.hpp),
/// and its exit code.
///
///   physics:
///     CleanUp/clean:
///       takes: lognormal(p50 40s, p99 3min)
///       succeeds: 97 %
///       exit code: 3                        # of a failure
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/work_physics.hpp"

namespace opsim::ssm {

struct ScriptPhysics : WorkPhysics {
  ScriptPhysics(std::string_view of, Stream stream) : name{of}, luck{std::move(stream)} {}

  std::string name;  // "CleanUp/clean"
  int exit_code = 1;
  Stream luck;
};

/// The rows of `physics:` for documents and their steps.
extern const Shape kScriptShape;

/// What is wrong with a mapping of kScriptShape goes to `diagnostics`.
ScriptPhysics read_script_physics(std::string_view name, const Node& values, Simulation& sim,
                                  Diagnostics& diagnostics);

/// At the end of a run: why it fails on one of `targets`, or nothing.
[[nodiscard]] std::optional<std::string> why_it_fails(Cloud& cloud, const ScriptPhysics& physics,
                                                      const WorkRun& run,
                                                      const std::vector<std::string>& targets);

}  // namespace opsim::ssm
