// Everything the rest of the world needs to know of Classic Load Balancers.
#include <algorithm>

#include "models/elb/classic.hpp"
#include "models/elb/service.hpp"

namespace opsim {

namespace {

using elb::Classic;

template <ApiResult<Json> (*Handle)(Classic&, const Request&)>
constexpr auto on_classic = immediate<Classic, Handle>;

constexpr std::string_view kNoPolicies = "stickiness and TLS policies are not simulated";

// To add an operation: write its function in classic_operations.cpp, and one row here.
constexpr Operation kClassicOperations[] = {
    {.name = "AddTags", .not_simulated = "tags of Classic Load Balancers are not kept"},
    {.name = "ApplySecurityGroupsToLoadBalancer",
     .not_simulated = "network traffic is not simulated"},
    {.name = "ConfigureHealthCheck", .now = on_classic<elb::configure_health_check>},
    {.name = "CreateAppCookieStickinessPolicy", .not_simulated = kNoPolicies},
    {.name = "CreateLBCookieStickinessPolicy", .not_simulated = kNoPolicies},
    {.name = "CreateLoadBalancer", .now = on_classic<elb::classic_create>},
    {.name = "CreateLoadBalancerListeners", .now = on_classic<elb::classic_create_listeners>},
    {.name = "DeleteLoadBalancer", .now = on_classic<elb::classic_delete>},
    {.name = "DeleteLoadBalancerListeners", .now = on_classic<elb::classic_delete_listeners>},
    {.name = "DeregisterInstancesFromLoadBalancer", .now = on_classic<elb::deregister_instances>},
    {.name = "DescribeInstanceHealth",
     .access = Access::read,
     .now = on_classic<elb::describe_instance_health>},
    {.name = "DescribeLoadBalancerAttributes",
     .access = Access::read,
     .now = on_classic<elb::classic_describe_attributes>},
    {.name = "DescribeLoadBalancers",
     .access = Access::read,
     .now = on_classic<elb::classic_describe>},
    {.name = "DisableAvailabilityZonesForLoadBalancer", .now = on_classic<elb::disable_zones>},
    {.name = "EnableAvailabilityZonesForLoadBalancer", .now = on_classic<elb::enable_zones>},
    {.name = "ModifyLoadBalancerAttributes", .now = on_classic<elb::classic_modify_attributes>},
    {.name = "RegisterInstancesWithLoadBalancer", .now = on_classic<elb::register_instances>},
    {.name = "SetLoadBalancerPoliciesOfListener", .not_simulated = kNoPolicies},
};
static_assert(std::ranges::adjacent_find(kClassicOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kClassicOperations),
              "sorted by name, no duplicates");

constexpr Field kClassicFields[] = {
    {.name = "AccessLoggingPolicy", .simulated = Simulated::no},
    {.name = "AppCookieStickinessPolicy", .simulated = Simulated::no},
    {.name = "AvailabilityZones"},
    {.name = "ConnectionDrainingPolicy"},
    {.name = "ConnectionSettings", .simulated = Simulated::no},
    {.name = "CrossZone"},
    {.name = "HealthCheck"},
    {.name = "Instances"},
    {.name = "LBCookieStickinessPolicy", .simulated = Simulated::no},
    {.name = "Listeners", .need = Need::required},
    {.name = "LoadBalancerName"},
    {.name = "Policies", .simulated = Simulated::no},
    {.name = "Scheme"},
    {.name = "SecurityGroups"},
    {.name = "Subnets"},
    {.name = "Tags"},
};
constexpr Shape kClassicShape{.kind = Kind::mapping, .fields = kClassicFields};

constexpr ResourceType kClassicResources[] = {
    {.type = "AWS::ElasticLoadBalancing::LoadBalancer",
     .create = create<Classic, elb::create_classic_resource>,
     .properties = &kClassicShape},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kClassicFidelity[] = {
    {Grade::simulated, "health checks, InService and OutOfService, connection draining",
     "elb-healthchecks"},
    {Grade::simulated, "HealthyHostCount and UnHealthyHostCount in AWS/ELB",
     "elb-cloudwatch-metrics"},
    {Grade::simplified, "a new instance passes HealthyThreshold checks before it is in service"},
    {Grade::absent, "policies, TLS, tags, security groups, requests"},
};

}  // namespace

extern const Service kElbClassic{
    .name = "elb",
    .title = "Elastic Load Balancing: Classic",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Classic>(cloud); },
    .operations = kClassicOperations,
    .resources = kClassicResources,
    .fidelity = kClassicFidelity,
};

}  // namespace opsim
