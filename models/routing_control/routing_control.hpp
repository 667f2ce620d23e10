#pragma once
/// Routing control of Amazon Application Recovery Controller (ARC): switches that are on or off,
/// and safety rules that keep them from being set wrongly. Route 53 health checks follow them. AWS:
/// ARC Developer Guide, "Routing control"; APIs route53-recovery-control-config (2020-11-02) and
/// route53-recovery-cluster (2019-12-02).
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::routing_control {

struct Cluster {
  std::string arn;
  std::string name;
  std::string account;
};

struct ControlPanel {
  std::string arn;
  std::string cluster;  // ARN
  std::string name;
  bool is_default = false;
};

struct RoutingControl {
  std::string arn;
  std::string panel;  // ARN
  std::string name;
  bool on = false;  // "When you create a routing control, its state is OFF."
  std::string source;
};

enum class RuleKind : std::uint8_t { assertion, gating };

/// AWS: RuleConfig. "ATLEAST - at least N routing controls must be set; AND - all; OR - any (one or
/// more), the same as ATLEAST with a threshold of 1. Inverted: logical negation of the rule."
struct RuleConfig {
  std::string type;
  std::size_t threshold = 0;
  bool inverted = false;
};
[[nodiscard]] bool holds(const RuleConfig& config, std::size_t on, std::size_t all);

struct SafetyRule {
  std::string arn;
  std::string panel;
  std::string name;
  RuleKind kind = RuleKind::assertion;
  RuleConfig config;
  std::vector<std::string> judged;   // AssertedControls, or GatingControls
  std::vector<std::string> targets;  // TargetControls; of an assertion the same as `judged`
  Duration wait = std::chrono::milliseconds{5'000};
  std::optional<SimTime> changed;  // when one of its targets last was
};

/// {"RoutingControlArn", "RoutingControlState"} of a request.
struct Change {
  RoutingControl* control;
  bool on;
};

class RoutingControls : public Model {
 public:
  explicit RoutingControls(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, Cluster> clusters;  // all by ARN
  std::map<std::string, ControlPanel> panels;
  std::map<std::string, RoutingControl> controls;
  std::map<std::string, SafetyRule> rules;

  [[nodiscard]] SimTime now() const { return cloud.sim().now(); }
};

[[nodiscard]] inline ApiError validation(std::string message) {
  return {"ValidationException", std::move(message)};
}
[[nodiscard]] ApiError not_found(std::string_view what, std::string_view arn);
/// The one of that ARN.
template <class T>
[[nodiscard]] T* find(std::map<std::string, T>& all, std::string_view arn) {
  const auto found = all.find(std::string{arn});
  return found == all.end() ? nullptr : &found->second;
}

// ---- configuration.cpp: what there is ----

ApiResult<Cluster*> add_cluster(RoutingControls& arc, const Place& place, const std::string& name);
ApiResult<ControlPanel*> add_panel(RoutingControls& arc, const std::string& cluster,
                                   const std::string& name);
/// In the default control panel of the cluster where none is named.
ApiResult<RoutingControl*> add_control(RoutingControls& arc, const std::string& cluster,
                                       const std::string& panel, const std::string& name);
/// AssertionRule or GatingRule of CreateSafetyRule, or the properties of a template's resource.
ApiResult<SafetyRule*> add_rule(RoutingControls& arc, const Json& members);

// ---- switching.cpp: states ----

/// All of them or none: "the states are updated in one transaction". Safety rules are asked, but
/// for those that are overridden. ConflictException where one forbids it.
ApiResult<void> set_states(RoutingControls& arc, const std::vector<Change>& changes,
                           const std::vector<std::string>& overridden);

}  // namespace opsim::routing_control
