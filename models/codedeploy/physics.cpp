// What a scenario says of lifecycle events.
//   WebApp/ApplicationStart:                { takes: lognormal(p50 20s, p99 2min) }
//   WebApp/s3://releases/web-2.zip:         { succeeds: 60 % }       # this revision, every event
// An event that is named has a script: revisions in S3 bring no AppSpec file that could be read.
//   WebApp/s3://releases/web-2.zip:Install: { hangs: 100 % }
#include <fmt/format.h>

#include "models/codedeploy/codedeploy.hpp"
#include "models/codedeploy/service.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::codedeploy {

namespace {

constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 20s, p99 2min)"};
constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100, .example = "97 %"};
constexpr Shape kReason{.kind = Kind::text, .example = "port 8080 is taken"};
constexpr Field kEventFields[] = {
    {.name = "fails with", .shape = &kReason, .doc = "What its log then says."},
    {.name = "hangs",
     .shape = &kShare,
     .doc = "How often it never ends, so that its timeout counts."},
    {.name = "succeeds", .shape = &kShare, .doc = "How often it works (100 %)."},
    {.name = "takes", .shape = &kTakes, .doc = "How long it takes."},
};

double share_at(const Node& values, std::string_view key, double otherwise) {
  const auto value = values.find(key);
  return value ? parse_percent(value->spelling()).value_or(otherwise) : otherwise;
}

}  // namespace

constexpr Shape kEventPhysicsShape{
    .kind = Kind::mapping, .doc = "A lifecycle event, or a revision.", .fields = kEventFields};

void apply_event_physics(Model& model, const PhysicsRequest& request) {
  EventPhysics physics;
  if (const auto takes = request.values.find("takes"))
    if (const ParsedDistribution parsed = Distribution::parse(takes->spelling()))
      physics.takes = *parsed;
  physics.succeeds = share_at(request.values, "succeeds", 100);
  physics.hangs = share_at(request.values, "hangs", 0);
  if (const auto why = request.values.find("fails with")) physics.fails_with = why->spelling();
  const std::string application =
      request.resource == nullptr ? std::string{request.name} : request.resource->physical_id;
  static_cast<CodeDeploy&>(model).physics[fmt::format("{}/{}", application, request.part)] =
      std::move(physics);
}

}  // namespace opsim::codedeploy
