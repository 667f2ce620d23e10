#pragma once
/// An instance as its Auto Scaling group sees it.
#include <memory>
#include <string>
#include <vector>

#include "models/compute/instance.hpp"
#include "models/compute/lifecycle.hpp"
#include "models/compute/lifecycle_hook.hpp"

namespace opsim::compute {

struct Member {
  std::string instance;
  std::string zone;
  Lifecycle lifecycle = Lifecycle::pending;
  bool healthy = true;
  bool awaits_turn = false;  // fails a health check, and others are replaced first
  bool serves = false;       // does its work: counts for its group while in service
  bool protected_from_scale_in = false;
  bool spot = false;
  bool from_pool = false;   // it waited in the warm pool
  bool reusable = false;    // it leaves by scale-in: the pool may take it
  std::int64_t weight = 1;  // units of the desired capacity
  SimTime in_service_since{};
  bool stood = false;  // from the start: it has warmed up long ago
  std::shared_ptr<const LaunchSpec> spec;
  std::string activity;  // the id of the activity that launches or terminates it
  /// "an instance was taken out of service in response to ...", of one whose newcomer comes first.
  std::string leaves_because;
  Ticket impaired_wait;
  /// Once somebody has looked it up: an instance outlives its member.
  mutable Instance* at = nullptr;
  std::vector<LifecycleAction> actions;  // the hooks that hold it
  bool registered = false;               // with the group's load balancers
  bool draining = false;                 // until its deregistration delay is over
  std::vector<std::string> failing;      // sources whose health checks it fails
  Ticket elb_wait;
};

}  // namespace opsim::compute
