// Resource types AWS::Route53RecoveryControl::*. Ref gives the ARN.
#include <algorithm>

#include "models/routing_control/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::routing_control {

namespace {

Created named_by_arn(const std::string& arn, Json attributes) {
  return Created{.physical_id = arn, .arn = arn, .attributes = std::move(attributes)};
}

ApiResult<Created> create_cluster(RoutingControls& arc, const ResourceRequest& request) {
  const auto made = add_cluster(arc, request.place, input::text(request.properties, "Name"));
  if (!made) return made.error();
  return named_by_arn((*made)->arn, {{"ClusterArn", (*made)->arn}, {"Status", "DEPLOYED"}});
}

ApiResult<Created> create_panel(RoutingControls& arc, const ResourceRequest& request) {
  const auto made = add_panel(arc, input::text(request.properties, "ClusterArn"),
                              input::text(request.properties, "Name"));
  if (!made) return made.error();
  return named_by_arn((*made)->arn, {{"ControlPanelArn", (*made)->arn},
                                     {"DefaultControlPanel", false},
                                     {"RoutingControlCount", 0},
                                     {"Status", "DEPLOYED"}});
}

ApiResult<Created> create_control(RoutingControls& arc, const ResourceRequest& request) {
  const std::string panel = input::text(request.properties, "ControlPanelArn");
  std::string cluster = input::text(request.properties, "ClusterArn");
  if (const ControlPanel* known = find(arc.panels, panel); cluster.empty() && known != nullptr)
    cluster = known->cluster;
  const auto made = add_control(arc, cluster, panel, input::text(request.properties, "Name"));
  if (!made) return made.error();
  return named_by_arn((*made)->arn, {{"RoutingControlArn", (*made)->arn}, {"Status", "DEPLOYED"}});
}

ApiResult<Created> create_rule(RoutingControls& arc, const ResourceRequest& request) {
  const auto made = add_rule(arc, request.properties);
  if (!made) return made.error();
  return named_by_arn((*made)->arn, {{"SafetyRuleArn", (*made)->arn}, {"Status", "DEPLOYED"}});
}

constexpr Shape kText{.kind = Kind::text};
constexpr Field kClusterFields[] = {
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "NetworkType", .simulated = Simulated::no},
    {.name = "Tags"},
};
constexpr Field kPanelFields[] = {
    {.name = "ClusterArn", .shape = &kText},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Tags"},
};
constexpr Field kControlFields[] = {
    {.name = "ClusterArn", .shape = &kText},
    {.name = "ControlPanelArn", .shape = &kText},
    {.name = "Name", .shape = &kText, .need = Need::required},
};
constexpr Field kRuleFields[] = {
    {.name = "AssertionRule"},
    {.name = "ControlPanelArn", .shape = &kText, .need = Need::required},
    {.name = "GatingRule"},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "RuleConfig", .need = Need::required},
    {.name = "Tags"},
};
constexpr Shape kCluster{.kind = Kind::mapping, .fields = kClusterFields};
constexpr Shape kPanel{.kind = Kind::mapping, .fields = kPanelFields};
constexpr Shape kControl{.kind = Kind::mapping, .fields = kControlFields};
constexpr Shape kRule{.kind = Kind::mapping, .fields = kRuleFields};

constexpr ResourceType kResourceRows[] = {
    {"AWS::Route53RecoveryControl::Cluster", create<RoutingControls, create_cluster>, &kCluster},
    {"AWS::Route53RecoveryControl::ControlPanel", create<RoutingControls, create_panel>, &kPanel},
    {"AWS::Route53RecoveryControl::RoutingControl", create<RoutingControls, create_control>,
     &kControl},
    {"AWS::Route53RecoveryControl::SafetyRule", create<RoutingControls, create_rule>, &kRule},
};

}  // namespace

const std::span<const ResourceType> kResources = kResourceRows;

}  // namespace opsim::routing_control
