#pragma once
/// Task sets: the tasks of a service whose deployments somebody else looks after (CODE_DEPLOY).
/// Each is kept as a deployment of the service; the primary one comes first.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::ecs {

class Ecs;
struct Service;

struct LoadBalancerRef {
  std::string target_group;
  std::string container;
  std::int64_t port = 0;
};

/// What a task set has beside what a deployment has.
struct TaskSet {
  std::string external_id{};
  std::int64_t scale = 100;  // per cent of the service's desired count
  std::vector<LoadBalancerRef> load_balancers{};
  bool leaving = false;  // it was deleted
};

/// Keeps the tasks of every task set of a service that uses them.
void look_at_sets(Ecs& ecs, Service& service);
/// What tasks of a deployment are registered with.
[[nodiscard]] const std::vector<LoadBalancerRef>& balancers_of(const Service& service,
                                                               std::string_view deployment);
[[nodiscard]] Json task_sets_json(Ecs& ecs, Service& service);

}  // namespace opsim::ecs
