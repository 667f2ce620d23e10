// Everything the rest of the world needs to know of Application and Network Load Balancers.
#include "models/elb/service.hpp"

#include <algorithm>

#include "models/elb/operations.hpp"

namespace opsim {

namespace {

using elb::Elb;

template <ApiResult<Json> (*Handle)(Elb&, const Request&)>
constexpr auto on_elb = immediate<Elb, Handle>;
constexpr Access kRead = Access::read;

constexpr std::string_view kNoTrustStores = "mutual TLS is not simulated";
constexpr std::string_view kNoCapacity = "load balancers have capacity for everything";

// To add an operation: write its function in a file by subject, and one row here.
constexpr Operation kOperations[] = {
    {.name = "AddListenerCertificates", .now = on_elb<elb::add_listener_certificates>},
    {.name = "AddTags", .now = on_elb<elb::add_tags>},
    {.name = "AddTrustStoreRevocations", .not_simulated = kNoTrustStores},
    {.name = "CreateListener", .now = on_elb<elb::create_listener>},
    {.name = "CreateLoadBalancer", .now = on_elb<elb::create_load_balancer>},
    {.name = "CreateRule", .now = on_elb<elb::create_rule>},
    {.name = "CreateTargetGroup", .now = on_elb<elb::create_target_group>},
    {.name = "CreateTrustStore", .not_simulated = kNoTrustStores},
    {.name = "DeleteListener", .now = on_elb<elb::delete_listener>},
    {.name = "DeleteLoadBalancer", .now = on_elb<elb::delete_load_balancer>},
    {.name = "DeleteRule", .now = on_elb<elb::delete_rule>},
    {.name = "DeleteTargetGroup", .now = on_elb<elb::delete_target_group>},
    {.name = "DeleteTrustStore", .not_simulated = kNoTrustStores},
    {.name = "DeregisterTargets", .now = on_elb<elb::deregister_targets>},
    {.name = "DescribeAccountLimits", .access = kRead, .now = on_elb<elb::describe_account_limits>},
    {.name = "DescribeCapacityReservation", .access = kRead, .not_simulated = kNoCapacity},
    {.name = "DescribeListenerCertificates",
     .access = kRead,
     .now = on_elb<elb::describe_listener_certificates>},
    {.name = "DescribeListeners", .access = kRead, .now = on_elb<elb::describe_listeners>},
    {.name = "DescribeLoadBalancerAttributes",
     .access = kRead,
     .now = on_elb<elb::describe_load_balancer_attributes>},
    {.name = "DescribeLoadBalancers", .access = kRead, .now = on_elb<elb::describe_load_balancers>},
    {.name = "DescribeRules", .access = kRead, .now = on_elb<elb::describe_rules>},
    {.name = "DescribeSSLPolicies", .access = kRead, .not_simulated = "TLS is not simulated"},
    {.name = "DescribeTags", .access = kRead, .now = on_elb<elb::describe_tags>},
    {.name = "DescribeTargetGroupAttributes",
     .access = kRead,
     .now = on_elb<elb::describe_target_group_attributes>},
    {.name = "DescribeTargetGroups", .access = kRead, .now = on_elb<elb::describe_target_groups>},
    {.name = "DescribeTargetHealth", .access = kRead, .now = on_elb<elb::describe_target_health>},
    {.name = "DescribeTrustStores", .access = kRead, .not_simulated = kNoTrustStores},
    // No operation of AWS: for models that send traffic.
    {.name = "InspectTraffic", .access = kRead, .now = on_elb<elb::inspect_traffic>},
    {.name = "ModifyCapacityReservation", .not_simulated = kNoCapacity},
    {.name = "ModifyListener", .now = on_elb<elb::modify_listener>},
    {.name = "ModifyListenerAttributes", .not_simulated = "listeners have no attributes here"},
    {.name = "ModifyLoadBalancerAttributes", .now = on_elb<elb::modify_load_balancer_attributes>},
    {.name = "ModifyRule", .now = on_elb<elb::modify_rule>},
    {.name = "ModifyTargetGroup", .now = on_elb<elb::modify_target_group>},
    {.name = "ModifyTargetGroupAttributes", .now = on_elb<elb::modify_target_group_attributes>},
    {.name = "ModifyTrustStore", .not_simulated = kNoTrustStores},
    {.name = "RegisterTargets", .now = on_elb<elb::register_targets>},
    {.name = "RemoveListenerCertificates", .now = on_elb<elb::remove_listener_certificates>},
    {.name = "RemoveTags", .now = on_elb<elb::remove_tags>},
    {.name = "SetIpAddressType", .now = on_elb<elb::set_ip_address_type>},
    {.name = "SetRulePriorities", .now = on_elb<elb::set_rule_priorities>},
    {.name = "SetSecurityGroups", .now = on_elb<elb::set_security_groups>},
    {.name = "SetSubnets", .now = on_elb<elb::set_subnets>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "health checks: thresholds, intervals, timeouts, matchers, reason codes",
     "target-group-health-checks"},
    {Grade::simulated, "initial, healthy, unhealthy, draining and unused targets; slow start",
     "load-balancer-target-groups"},
    {Grade::simulated, "target group health: DNS failover, routing failover, fail open",
     "target-group-health"},
    {Grade::simulated, "cross-zone load balancing, weighted target groups, listener rules",
     "listener-rules"},
    {Grade::simulated,
     "HealthyHostCount and UnHealthyHostCount, the states of DNS and routing, by zone too",
     "load-balancer-cloudwatch-metrics"},
    {Grade::simplified, "a gRPC check passes where HTTP answers 2XX; no passive checks (NLB)"},
    {Grade::simplified, "one checker a target; AWS asks from every node"},
    {Grade::simplified, "a new target's first check comes within one interval"},
    {Grade::simplified, "shares are averages: stickiness keeps nobody on a target"},
    {Grade::simplified, "anomaly mitigation is named: no target is found anomalous"},
    {Grade::simplified, "provisioning takes three minutes: an estimate"},
    {Grade::absent,
     "requests, connections and their metrics: whoever sends traffic publishes them"},
    {Grade::absent, "TLS, mutual TLS, authentication actions, security groups, access logs"},
    {Grade::absent, "Gateway Load Balancers beyond their API"},
};

}  // namespace

extern const Service kElbV2{
    .name = "elbv2",
    .title = "Elastic Load Balancing: ALB and NLB",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Elb>(cloud); },
    .operations = kOperations,
    .resources = elb::kResources,
    .quantities = elb::kQuantities,
    .faults = elb::kFaults,
    .fidelity = kFidelity,
    .on_event = elb::on_event,
    .on_health = elb::on_health,
};

}  // namespace opsim
