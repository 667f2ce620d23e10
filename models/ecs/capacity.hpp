#pragma once
/// Which instances may run a task, and how many there should be.
#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

// ---- constraint.cpp ---------------------------------------------------------------------------

/// Whether an expression of the cluster query language holds for an instance; nothing where it is
/// no expression.
[[nodiscard]] std::optional<bool> holds(std::string_view expression,
                                        const std::map<std::string, std::string>& attributes);

// ---- managed_scaling.cpp: capacity providers that scale their groups --------------------------

/// CapacityProviderReservation: M / N x 100; 100 where nothing runs and nothing is wanted, 200 from
/// nothing.
[[nodiscard]] double reservation_of(std::int64_t needed, std::int64_t there);
void read_managed_scaling(CapacityProvider& provider, const Json& input);
/// Once a cluster uses the provider: its policy, and its hook.
void begin_managed_scaling(Ecs& ecs, CapacityProvider& provider);
/// The provider with managed scaling for which a task may wait; null where it may not.
[[nodiscard]] CapacityProvider* waits_for(Ecs& ecs, const TaskOrder& order);
/// Tasks or instances of a cluster have changed: who waits may be placed, the metric follows.
void capacity_changed(Ecs& ecs, const Place& place, std::string_view cluster);
/// The group is about to terminate an instance: it is drained first.
void termination_announced(Ecs& ecs, const Event& event);

// ---- provider_strategy.cpp --------------------------------------------------------------------

[[nodiscard]] ApiResult<std::vector<ProviderShare>> read_provider_strategy(const Json& given);
[[nodiscard]] Json provider_strategy_json(const std::vector<ProviderShare>& providers);
/// Which provider runs the next task of a deployment; "" without a strategy.
[[nodiscard]] std::string choose_provider(const Service& service, std::string_view deployment);

// ---- daemon.cpp -------------------------------------------------------------------------------

/// "Amazon ECS reserves container instance compute resources for the daemon tasks": what those that
/// do not run on an instance yet will need there.
[[nodiscard]] Remaining reserved_for_daemons(Ecs& ecs, const ContainerInstance& instance);
/// One task on each instance that is eligible.
void look_at_daemon(Ecs& ecs, Service& service);

}  // namespace opsim::ecs
