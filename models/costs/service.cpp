// The table by which costs join the world.
#include "models/costs/service.hpp"

#include "models/costs/costs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

using costs::Costs;

void event_heard(Model& model, const Event& event) {
  if (event.source != "aws.ec2" || event.detail_type != "EC2 Instance State-change Notification")
    return;
  costs::instance_changed(static_cast<Costs&>(model), event.place,
                          input::text(event.detail, "instance-id"),
                          input::text(event.detail, "state"));
}

constexpr Operation kOperations[] = {
    {"InspectCosts", Access::read, immediate<Costs, costs::inspect_costs>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "On-Demand instances by the second while they run, at least a minute",
     "ec2-instance-lifecycle; ec2/pricing/on-demand"},
    {Grade::simplified, "prices of usual types in three Regions, as of June 2026"},
    {Grade::absent, "everything else that is billed"},
};

}  // namespace

extern const Service kCosts{
    .name = "costs",
    .title = "Costs",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Costs>(cloud); },
    .operations = kOperations,
    .fidelity = kFidelity,
    .on_event = event_heard,
};

}  // namespace opsim
