// The operations of "route53-recovery-control-config".
#include <algorithm>

#include "models/routing_control/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::routing_control {

namespace {

using Arc = RoutingControls;

/// "ClusterEndpoints: five, each in a Region of its own."
Json endpoints_json(const Cluster& cluster) {
  Json list = Json::array();
  const std::string id = cluster.arn.substr(cluster.arn.rfind('/') + 1, 8);
  for (const char* region :
       {"ap-northeast-1", "ap-southeast-2", "eu-west-1", "us-east-1", "us-west-2"})
    list.push_back({{"Endpoint",
                     "https://" + id + ".route53-recovery-cluster." + region + ".amazonaws.com/v1"},
                    {"Region", region}});
  return list;
}

Json cluster_json(const Cluster& cluster) {
  return {{"ClusterArn", cluster.arn},
          {"ClusterEndpoints", endpoints_json(cluster)},
          {"Name", cluster.name},
          {"Owner", cluster.account},
          {"Status", "DEPLOYED"}};
}

Json panel_json(const Arc& arc, const ControlPanel& panel) {
  const auto count = std::ranges::count_if(
      arc.controls, [&](const auto& one) { return one.second.panel == panel.arn; });
  return {{"ClusterArn", panel.cluster},
          {"ControlPanelArn", panel.arn},
          {"DefaultControlPanel", panel.is_default},
          {"Name", panel.name},
          {"RoutingControlCount", count},
          {"Status", "DEPLOYED"}};
}

Json control_json(const RoutingControl& control) {
  return {{"ControlPanelArn", control.panel},
          {"Name", control.name},
          {"RoutingControlArn", control.arn},
          {"Status", "DEPLOYED"}};
}

Json rule_json(const SafetyRule& rule) {
  const bool asserts = rule.kind == RuleKind::assertion;
  Json json{
      {"ControlPanelArn", rule.panel},
      {"Name", rule.name},
      {"RuleConfig",
       {{"Inverted", rule.config.inverted},
        {"Threshold", rule.config.threshold},
        {"Type", rule.config.type}}},
      {"SafetyRuleArn", rule.arn},
      {"Status", "DEPLOYED"},
      {"WaitPeriodMs", std::chrono::duration_cast<std::chrono::milliseconds>(rule.wait).count()}};
  json[asserts ? "AssertedControls" : "GatingControls"] = rule.judged;
  if (!asserts) json["TargetControls"] = rule.targets;
  return json;
}

Json rule_answer(const SafetyRule& rule) {
  return {{rule.kind == RuleKind::assertion ? "AssertionRule" : "GatingRule", rule_json(rule)}};
}

// ---- Create ----

ApiResult<Json> create_cluster(Arc& arc, const Request& request) {
  const auto made = add_cluster(arc, request.place(), input::text(request.input, "ClusterName"));
  if (!made) return made.error();
  return Json{{"Cluster", cluster_json(**made)}};
}
ApiResult<Json> create_control_panel(Arc& arc, const Request& request) {
  const auto made = add_panel(arc, input::text(request.input, "ClusterArn"),
                              input::text(request.input, "ControlPanelName"));
  if (!made) return made.error();
  return Json{{"ControlPanel", panel_json(arc, **made)}};
}
ApiResult<Json> create_routing_control(Arc& arc, const Request& request) {
  const auto made = add_control(arc, input::text(request.input, "ClusterArn"),
                                input::text(request.input, "ControlPanelArn"),
                                input::text(request.input, "RoutingControlName"));
  if (!made) return made.error();
  return Json{{"RoutingControl", control_json(**made)}};
}
ApiResult<Json> create_safety_rule(Arc& arc, const Request& request) {
  const auto made = add_rule(arc, request.input);
  if (!made) return made.error();
  return rule_answer(**made);
}

// ---- Describe and delete, by ARN ----

template <class T>
ApiResult<T*> asked_for(std::map<std::string, T>& all, const Request& request, const char* member,
                        std::string_view what) {
  const std::string arn = input::text(request.input, member);
  T* found = find(all, arn);
  if (found == nullptr) return not_found(what, arn);
  return found;
}

ApiResult<Json> describe_cluster(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.clusters, request, "ClusterArn", "Cluster");
  if (!found) return found.error();
  return Json{{"Cluster", cluster_json(**found)}};
}
ApiResult<Json> describe_control_panel(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.panels, request, "ControlPanelArn", "Control panel");
  if (!found) return found.error();
  return Json{{"ControlPanel", panel_json(arc, **found)}};
}
ApiResult<Json> describe_routing_control(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.controls, request, "RoutingControlArn", "Routing control");
  if (!found) return found.error();
  return Json{{"RoutingControl", control_json(**found)}};
}
ApiResult<Json> describe_safety_rule(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.rules, request, "SafetyRuleArn", "Safety rule");
  if (!found) return found.error();
  return rule_answer(**found);
}

ApiError still_used(std::string message) { return {"ConflictException", std::move(message), 409}; }

// "You can't delete a cluster that has control panels beyond the default one"; what contains
// something stays.
ApiResult<Json> delete_cluster(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.clusters, request, "ClusterArn", "Cluster");
  if (!found) return found.error();
  const std::string arn = (*found)->arn;
  for (const auto& [name, panel] : arc.panels)
    if (panel.cluster == arn && !panel.is_default)
      return still_used("The cluster has control panels");
  std::erase_if(arc.panels, [&](const auto& one) { return one.second.cluster == arn; });
  arc.clusters.erase(arn);
  return Json::object();
}
ApiResult<Json> delete_control_panel(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.panels, request, "ControlPanelArn", "Control panel");
  if (!found) return found.error();
  const std::string arn = (*found)->arn;
  for (const auto& [name, control] : arc.controls)
    if (control.panel == arn) return still_used("The control panel has routing controls");
  arc.panels.erase(arn);
  return Json::object();
}
ApiResult<Json> delete_routing_control(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.controls, request, "RoutingControlArn", "Routing control");
  if (!found) return found.error();
  const std::string arn = (*found)->arn;
  for (const auto& [name, rule] : arc.rules)
    for (const auto* list : {&rule.judged, &rule.targets})
      if (std::ranges::find(*list, arn) != list->end())
        return still_used("The routing control is part of a safety rule");
  arc.controls.erase(arn);
  return Json::object();
}
ApiResult<Json> delete_safety_rule(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.rules, request, "SafetyRuleArn", "Safety rule");
  if (!found) return found.error();
  const std::string arn = (*found)->arn;
  arc.rules.erase(arn);
  return Json::object();
}

// ---- List ----

ApiResult<Json> list_clusters(Arc& arc, const Request& request) {
  Json list = Json::array();
  for (const auto& [arn, one] : arc.clusters)
    if (one.account == request.place().account) list.push_back(cluster_json(one));
  return Json{{"Clusters", std::move(list)}};
}
ApiResult<Json> list_control_panels(Arc& arc, const Request& request) {
  const std::string cluster = input::text(request.input, "ClusterArn");
  Json list = Json::array();
  for (const auto& [arn, one] : arc.panels)
    if (cluster.empty() || one.cluster == cluster) list.push_back(panel_json(arc, one));
  return Json{{"ControlPanels", std::move(list)}};
}
ApiResult<Json> list_routing_controls(Arc& arc, const Request& request) {
  const auto panel = asked_for(arc.panels, request, "ControlPanelArn", "Control panel");
  if (!panel) return panel.error();
  Json list = Json::array();
  for (const auto& [arn, one] : arc.controls)
    if (one.panel == (*panel)->arn) list.push_back(control_json(one));
  return Json{{"RoutingControls", std::move(list)}};
}
ApiResult<Json> list_safety_rules(Arc& arc, const Request& request) {
  const auto panel = asked_for(arc.panels, request, "ControlPanelArn", "Control panel");
  if (!panel) return panel.error();
  Json list = Json::array();
  for (const auto& [arn, one] : arc.rules)
    if (one.panel == (*panel)->arn)
      list.push_back({{one.kind == RuleKind::assertion ? "ASSERTION" : "GATING", rule_json(one)}});
  return Json{{"SafetyRules", std::move(list)}};
}
ApiResult<Json> list_health_checks(Arc& arc, const Request& request) {
  const auto control = asked_for(arc.controls, request, "RoutingControlArn", "Routing control");
  if (!control) return control.error();
  Json ids = Json::array();
  const auto listed =
      arc.cloud.inspect(request.place(), "route53", "ListHealthChecks", Json::object());
  if (listed)
    for (const Json& check : input::member(*listed, "HealthChecks"))
      if (input::text(input::member(check, "HealthCheckConfig"), "RoutingControlArn") ==
          (*control)->arn)
        ids.push_back(input::text(check, "Id"));
  return Json{{"HealthCheckIds", std::move(ids)}};
}

// ---- Update ----

/// "You can only update the name and the evaluation period (wait period)."
ApiResult<Json> update_safety_rule(Arc& arc, const Request& request) {
  for (const char* kind : {"AssertionRuleUpdate", "GatingRuleUpdate"}) {
    const Json& update = input::member(request.input, kind);
    if (!update.is_object()) continue;
    SafetyRule* rule = find(arc.rules, input::text(update, "SafetyRuleArn"));
    if (rule == nullptr) return not_found("Safety rule", input::text(update, "SafetyRuleArn"));
    if (std::string name = input::text(update, "Name"); !name.empty()) rule->name = std::move(name);
    if (const auto wait = input::integer(update, "WaitPeriodMs"); wait && *wait >= 0)
      rule->wait = std::chrono::milliseconds{*wait};
    return rule_answer(*rule);
  }
  return validation("AssertionRuleUpdate or GatingRuleUpdate must be given");
}
ApiResult<Json> update_routing_control(Arc& arc, const Request& request) {
  const auto found = asked_for(arc.controls, request, "RoutingControlArn", "Routing control");
  if (!found) return found.error();
  (*found)->name = input::text(request.input, "RoutingControlName");
  return Json{{"RoutingControl", control_json(**found)}};
}

template <ApiResult<Json> (*Handle)(Arc&, const Request&)>
constexpr auto on_arc = immediate<Arc, Handle>;
constexpr Access kRead = Access::read;
constexpr Access kWrite = Access::write;

constexpr Operation kRows[] = {
    {"CreateCluster", kWrite, on_arc<create_cluster>},
    {"CreateControlPanel", kWrite, on_arc<create_control_panel>},
    {"CreateRoutingControl", kWrite, on_arc<create_routing_control>},
    {"CreateSafetyRule", kWrite, on_arc<create_safety_rule>},
    {"DeleteCluster", kWrite, on_arc<delete_cluster>},
    {"DeleteControlPanel", kWrite, on_arc<delete_control_panel>},
    {"DeleteRoutingControl", kWrite, on_arc<delete_routing_control>},
    {"DeleteSafetyRule", kWrite, on_arc<delete_safety_rule>},
    {"DescribeCluster", kRead, on_arc<describe_cluster>},
    {"DescribeControlPanel", kRead, on_arc<describe_control_panel>},
    {"DescribeRoutingControl", kRead, on_arc<describe_routing_control>},
    {"DescribeSafetyRule", kRead, on_arc<describe_safety_rule>},
    {"ListAssociatedRoute53HealthChecks", kRead, on_arc<list_health_checks>},
    {"ListClusters", kRead, on_arc<list_clusters>},
    {"ListControlPanels", kRead, on_arc<list_control_panels>},
    {"ListRoutingControls", kRead, on_arc<list_routing_controls>},
    {"ListSafetyRules", kRead, on_arc<list_safety_rules>},
    {"UpdateRoutingControl", kWrite, on_arc<update_routing_control>},
    {"UpdateSafetyRule", kWrite, on_arc<update_safety_rule>},
};
static_assert(std::ranges::adjacent_find(kRows, std::ranges::greater_equal{}, &Operation::name) ==
                  std::end(kRows),
              "sorted by name, no duplicates");

}  // namespace

const std::span<const Operation> kConfigOperations = kRows;

}  // namespace opsim::routing_control
