// Clusters, control panels, routing controls, safety rules: what is created, and what is refused.
// AWS: route53-recovery-control-config API Reference. UNDOCUMENTED: the wording of refusals.
// SIMPLIFIED: everything is DEPLOYED at once; a cluster takes some minutes.
#include <fmt/format.h>

#include <algorithm>

#include "models/routing_control/routing_control.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::routing_control {

namespace {

/// "arn:aws:route53-recovery-control::111122223333:controlpanel/..."
std::string named(const std::string& account, std::string_view resource) {
  return fmt::format("arn:aws:route53-recovery-control::{}:{}", account, resource);
}

std::string account_of(std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  return parsed ? parsed->account : "";
}

ApiResult<void> check_name(const std::string& name) {
  if (name.empty() || name.size() > 64) return validation("A name has from 1 to 64 characters");
  return {};
}

ApiResult<RuleConfig> read_config(const Json& given, std::size_t controls) {
  RuleConfig config;
  config.type = input::text(given, "Type");
  if (config.type != "ATLEAST" && config.type != "AND" && config.type != "OR")
    return validation("RuleConfig.Type must be one of ATLEAST, AND, OR");
  const std::int64_t threshold = input::integer(given, "Threshold").value_or(0);
  if (threshold < 0 || (config.type == "ATLEAST" &&
                        (threshold < 1 || static_cast<std::size_t>(threshold) > controls)))
    return validation(fmt::format("RuleConfig.Threshold must be from 1 to {}", controls));
  config.threshold = static_cast<std::size_t>(threshold);
  config.inverted = input::boolean(given, "Inverted").value_or(false);
  return config;
}

ApiResult<void> check_controls(RoutingControls& arc, const SafetyRule& rule) {
  for (const auto* list : {&rule.judged, &rule.targets}) {
    if (list->empty()) return validation("A safety rule names at least one routing control");
    for (const std::string& control : *list) {
      const RoutingControl* known = find(arc.controls, control);
      if (known == nullptr) return not_found("Routing control", control);
      if (known->panel != rule.panel)
        return validation(fmt::format("Routing control {} is in another control panel", control));
    }
  }
  return {};
}

}  // namespace

ApiError not_found(std::string_view what, std::string_view arn) {
  return {"ResourceNotFoundException", fmt::format("{} {} not found", what, arn), 404};
}

ApiResult<Cluster*> add_cluster(RoutingControls& arc, const Place& place, const std::string& name) {
  if (auto fine = check_name(name); !fine) return fine.error();
  for (const auto& [arn, other] : arc.clusters)
    if (other.account == place.account && other.name == name)
      return ApiError{"ConflictException", fmt::format("A cluster {} exists already", name), 409};
  const std::string arn =
      named(place.account, "cluster/" + arc.cloud.next_uuid("routing control cluster"));
  arc.clusters[arn] = {arn, name, place.account};
  // "When you create a cluster, a default control panel is created, too."
  const ApiResult<ControlPanel*> panel = add_panel(arc, arn, "DefaultControlPanel");
  if (!panel) return panel.error();
  (*panel)->is_default = true;
  return &arc.clusters.at(arn);
}

ApiResult<ControlPanel*> add_panel(RoutingControls& arc, const std::string& cluster,
                                   const std::string& name) {
  if (find(arc.clusters, cluster) == nullptr) return not_found("Cluster", cluster);
  if (auto fine = check_name(name); !fine) return fine.error();
  const std::string arn =
      named(account_of(cluster), "controlpanel/" + arc.cloud.next_uuid("control panel"));
  arc.panels[arn] = {arn, cluster, name};
  return &arc.panels.at(arn);
}

ApiResult<RoutingControl*> add_control(RoutingControls& arc, const std::string& cluster,
                                       const std::string& panel, const std::string& name) {
  if (find(arc.clusters, cluster) == nullptr) return not_found("Cluster", cluster);
  if (auto fine = check_name(name); !fine) return fine.error();
  std::string in = panel;
  if (in.empty())
    for (const auto& [arn, one] : arc.panels)
      if (one.cluster == cluster && one.is_default) in = arn;
  if (find(arc.panels, in) == nullptr) return not_found("Control panel", in);
  for (const auto& [arn, other] : arc.controls)
    if (other.panel == in && other.name == name)
      return ApiError{"ConflictException", fmt::format("A routing control {} exists already", name),
                      409};
  const std::string arn =
      fmt::format("{}/routingcontrol/{}", in, arc.cloud.next_id("routing-control-"));
  arc.controls[arn] = {arn, in, name, false, ""};
  return &arc.controls.at(arn);
}

// "WaitPeriodMs: an evaluation period, in milliseconds (ms), during which any request against the
// target routing controls will fail. This helps prevent flapping of state. The wait period is 5000
// ms by default, but you can choose a custom value."
ApiResult<SafetyRule*> add_rule(RoutingControls& arc, const Json& members) {
  const Json& assertion = input::member(members, "AssertionRule");
  const Json& gating = input::member(members, "GatingRule");
  if (assertion.is_object() == gating.is_object())
    return validation("A safety rule is either an AssertionRule or a GatingRule");
  const Json& given = assertion.is_object() ? assertion : gating;
  const auto either = [&](const char* name) -> const Json& {
    const Json& inside = input::member(given, name);  // as the API has it
    return inside.is_null() ? input::member(members, name) : inside;
  };
  SafetyRule rule;
  rule.kind = assertion.is_object() ? RuleKind::assertion : RuleKind::gating;
  rule.panel = input::text(either("ControlPanelArn"));
  rule.name = input::text(either("Name"));
  if (find(arc.panels, rule.panel) == nullptr) return not_found("Control panel", rule.panel);
  if (auto fine = check_name(rule.name); !fine) return fine.error();
  const bool asserts = rule.kind == RuleKind::assertion;
  rule.judged = input::texts(given, asserts ? "AssertedControls" : "GatingControls");
  rule.targets = asserts ? rule.judged : input::texts(given, "TargetControls");
  if (auto known = check_controls(arc, rule); !known) return known.error();
  ApiResult<RuleConfig> config = read_config(either("RuleConfig"), rule.judged.size());
  if (!config) return config.error();
  rule.config = *std::move(config);
  const std::int64_t wait = input::integer(given, "WaitPeriodMs").value_or(5'000);
  if (wait < 0) return validation("WaitPeriodMs must not be negative");
  rule.wait = std::chrono::milliseconds{wait};
  rule.arn = fmt::format("{}/safetyrule/{}", rule.panel, arc.cloud.next_id("safety-rule-"));
  std::string arn = rule.arn;
  return &arc.rules.insert_or_assign(std::move(arn), std::move(rule)).first->second;
}

}  // namespace opsim::routing_control
