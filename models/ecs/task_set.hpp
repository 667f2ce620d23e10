#pragma once
/// Task sets: the tasks of a service whose deployments somebody else looks after (CODE_DEPLOY).
/// Each is kept as a deployment of the service; the primary one comes first.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"
#include "opsim/kernel/signal.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::ecs {

class Ecs;
struct Deployment;
struct Service;

struct LoadBalancerRef {
  std::string target_group;
  std::string container;
  std::int64_t port = 0;
  // ---- advancedConfiguration: of two environments ----
  std::string alternate{};        // the target group of the other one
  std::string production_rule{};  // ARN of a listener rule, or of a listener
  std::string test_rule{};
};

/// deploymentConfiguration.strategy, and what belongs to it.
struct DeploymentStrategy {
  std::string name = "ROLLING";     // BLUE_GREEN, LINEAR, CANARY: with two environments
  std::int64_t step_percent = 100;  // of the traffic at a time
  Duration step_bake{};
  Duration bake{};  // bakeTimeInMinutes: both environments stand after the shift
  struct Hook {
    std::string function;
    std::vector<std::string> stages;  // "POST_TEST_TRAFFIC_SHIFT", ...
  };
  std::vector<Hook> hooks;

  [[nodiscard]] bool in_two() const { return name != "ROLLING"; }
};

/// What a task set has beside what a deployment has.
struct TaskSet {
  std::string external_id{};
  std::int64_t scale = 100;  // per cent of the service's desired count
  std::vector<LoadBalancerRef> load_balancers{};
  bool leaving = false;            // it was deleted
  std::string aborted{};           // why it is to be rolled back
  std::shared_ptr<Signal> news{};  // something about it has changed
};

/// Keeps the tasks of every task set of a service that uses them.
void look_at_sets(Ecs& ecs, Service& service);
/// All its tasks are there and healthy, and no others.
[[nodiscard]] bool is_steady(const Service& service, const Deployment& set);
/// What tasks of a deployment are registered with.
[[nodiscard]] const std::vector<LoadBalancerRef>& balancers_of(const Service& service,
                                                               std::string_view deployment);
[[nodiscard]] Json task_sets_json(Ecs& ecs, Service& service);

}  // namespace opsim::ecs
