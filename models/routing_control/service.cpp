// Everything the rest of the world needs to know of routing controls: two APIs, one state.
#include "models/routing_control/service.hpp"

#include "models/routing_control/operations.hpp"

namespace opsim {

namespace {

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "clusters, control panels, routing controls, assertion and gating rules with wait periods",
     "route53-recovery-control-config API Reference"},
    {Grade::simplified, "everything is deployed at once; Regions of the endpoints do not fail"},
    {Grade::absent, "readiness checks, Region switch plans, tags, sharing by AWS RAM"},
};
constexpr FidelityNote kStateFidelity[] = {
    {Grade::simulated,
     "states of routing controls, several in one transaction, safety rules that are overridden",
     "route53-recovery-cluster API Reference"},
    {Grade::simplified, "health checks of Route 53 follow a routing control at once"},
};

}  // namespace

extern const Service kRecoveryControl{
    .name = "route53-recovery-control-config",
    .title = "ARC: routing control, configuration",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<routing_control::RoutingControls>(cloud);
    },
    .operations = routing_control::kConfigOperations,
    .resources = routing_control::kResources,
    .fidelity = kFidelity,
};

extern const Service kRecoveryCluster{
    .name = "route53-recovery-cluster",
    .title = "ARC: routing control, states",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<routing_control::Endpoints>(cloud);
    },
    .operations = routing_control::kStateOperations,
    .fidelity = kStateFidelity,
};

}  // namespace opsim
