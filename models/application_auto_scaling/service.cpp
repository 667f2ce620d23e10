#include "models/application_auto_scaling/service.hpp"

#include <algorithm>
#include <iterator>

#include "models/application_auto_scaling/application_auto_scaling.hpp"
#include "models/application_auto_scaling/resources.hpp"

namespace opsim {

namespace {

namespace scaling = application_auto_scaling;
using scaling::ApplicationAutoScaling;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "DeleteScalingPolicy",
     .now = immediate<ApplicationAutoScaling, scaling::delete_scaling_policy>},
    {.name = "DeleteScheduledAction",
     .now = immediate<ApplicationAutoScaling, scaling::delete_scheduled_action>},
    {.name = "DeregisterScalableTarget",
     .now = immediate<ApplicationAutoScaling, scaling::deregister_scalable_target>},
    {.name = "DescribeScalableTargets",
     .access = Access::read,
     .now = immediate<ApplicationAutoScaling, scaling::describe_scalable_targets>},
    {.name = "DescribeScalingActivities",
     .access = Access::read,
     .now = immediate<ApplicationAutoScaling, scaling::describe_scaling_activities>},
    {.name = "DescribeScalingPolicies",
     .access = Access::read,
     .now = immediate<ApplicationAutoScaling, scaling::describe_scaling_policies>},
    {.name = "DescribeScheduledActions",
     .access = Access::read,
     .now = immediate<ApplicationAutoScaling, scaling::describe_scheduled_actions>},
    {.name = "GetPredictiveScalingForecast",
     .access = Access::read,
     .not_simulated = "predictive scaling of Application Auto Scaling is not simulated"},
    {.name = "PutScalingPolicy",
     .now = immediate<ApplicationAutoScaling, scaling::put_scaling_policy>},
    {.name = "PutScheduledAction",
     .now = immediate<ApplicationAutoScaling, scaling::put_scheduled_action>},
    {.name = "RegisterScalableTarget",
     .now = immediate<ApplicationAutoScaling, scaling::register_scalable_target>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr DeliveryTarget kTargets[] = {{"autoscaling", "scalingPolicy:*:resource/",
                                        deliver<ApplicationAutoScaling, scaling::take_alarm>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "target tracking, with alarms TargetTracking-...-AlarmHigh and -AlarmLow",
     "target-tracking-scaling-policy-overview"},
    {Grade::simulated, "step scaling: rounding, MinAdjustmentMagnitude, cooldowns both ways",
     "step-scaling-policy-overview, API StepScalingPolicyConfiguration"},
    {Grade::simulated, "scheduled actions: at, rate, cron, time zones; suspended states",
     "application-auto-scaling-scheduled-scaling, application-auto-scaling-suspend-resume-scaling"},
    {Grade::simulated, "activities, with the reasons for which nothing was scaled",
     "application-auto-scaling-scaling-activities"},
    {Grade::simulated, "no scale-in while an ECS service deploys", "service-auto-scaling (ECS)"},
    {Grade::simplified,
     "ECS services, DynamoDB, provisioned concurrency, ElastiCache groups and "
     "Aurora readers scale; other dimensions are known by name"},
    {Grade::simplified,
     "DynamoDB: thresholds follow what is scaled here; no alarms on provisioned "
     "capacity; 20 points below the target, as accounts show"},
    {Grade::simplified,
     "it looks every 15 s, for 30 min, whether a change is fulfilled: estimates"},
    {Grade::absent,
     "predictive scaling, capacity of DynamoDB indexes, custom resources, scaling plans, tags"},
};

}  // namespace

extern const Service kApplicationAutoScaling{
    .name = "application-autoscaling",
    .title = "Application Auto Scaling",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<ApplicationAutoScaling>(cloud);
    },
    .operations = kOperations,
    .resources = scaling::kScalingResources,
    .targets = kTargets,
    .fidelity = kFidelity,
};

}  // namespace opsim
