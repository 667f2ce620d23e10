#pragma once
/// ECS's own blue/green deployments: strategy BLUE_GREEN of the controller ECS.
///
/// AWS: ECS Developer Guide, "Amazon ECS blue/green deployments" (deployment-type-blue-green), "...
/// service deployments workflow"; API Reference, DeploymentConfiguration (strategy,
/// bakeTimeInMinutes), AdvancedConfiguration.
#include <string>

#include "models/ecs/ecs.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ecs {

/// A new deployment of a service whose strategy is BLUE_GREEN: a green service revision beside the
/// blue one, traffic to it at once, a bake, and the end of the blue one.
void begin_blue_green(Ecs& ecs, Service& service, std::shared_ptr<const TaskDefinition> definition);
/// A deployment alarm rang while one is under way: it is rolled back.
void blue_green_alarm(Ecs& ecs, Service& service, std::string_view alarm);

}  // namespace opsim::ecs
