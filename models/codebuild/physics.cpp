// What a scenario says of builds.
//   WebBuild:             { takes: lognormal(p50 4min, p99 10min), with cache: 90s, succeeds: 97 %
//   } WebBuild/UPLOAD_ARTIFACTS: { takes: 20s }
#include <fmt/format.h>

#include "models/codebuild/operations.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::codebuild {

namespace {

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 4min, p99 10min)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Shape kReason{.kind = Kind::text, .example = "npm test"};
constexpr Field kPhaseFields[] = {
    {.name = "fails with", .shape = &kReason, .doc = "The command that then fails."},
    {.name = "succeeds", .shape = &kShare, .doc = "How often it works (100 %)."},
    {.name = "takes", .shape = &kTakes, .doc = "How long it takes."},
    {.name = "with cache",
     .shape = &kTakes,
     .doc = "How long instead where an earlier build left a cache (S3; LOCAL: within 15 min)."},
};

}  // namespace

constexpr Shape kPhasePhysicsShape{
    .kind = Kind::mapping,
    .doc = "The build phase of a project, or the phase after the slash: INSTALL, PRE_BUILD, ...",
    .fields = kPhaseFields};

void apply_phase_physics(Model& model, const PhysicsRequest& request) {
  PhasePhysics physics;
  const auto distribution = [&](const char* key) -> std::optional<Distribution> {
    const auto written = request.values.find(key);
    if (!written) return std::nullopt;
    const ParsedDistribution parsed = Distribution::parse(written->spelling());
    return parsed ? std::optional{*parsed} : std::nullopt;
  };
  physics.takes = distribution("takes");
  physics.with_cache = distribution("with cache");
  if (const auto share = request.values.find("succeeds"))
    physics.succeeds = parse_percent(share->spelling()).value_or(100);
  if (const auto why = request.values.find("fails with")) physics.fails_with = why->spelling();
  const std::string project =
      request.resource == nullptr ? std::string{request.name} : request.resource->physical_id;
  const std::string_view phase = request.part.empty() ? "BUILD" : request.part;
  static_cast<CodeBuild&>(model).physics[fmt::format("{}/{}", project, phase)] = std::move(physics);
}

}  // namespace opsim::codebuild
