// Everything the rest of the world needs to know of Route 53.
#include "models/route53/service.hpp"

#include <algorithm>

#include "models/route53/operations.hpp"

namespace opsim {

namespace {

using route53::Route53;

template <ApiResult<Json> (*Handle)(Route53&, const Request&)>
constexpr auto on_dns = immediate<Route53, Handle>;
constexpr Access kRead = Access::read;

// Route 53 Developer Guide, quotas: five requests a second for an account.
constexpr CallPhysics kPaced{
    .typical = std::chrono::milliseconds{100}, .tokens_per_second = 5, .bucket = 5};

// To add an operation: write its function in a file by subject, and one row here.
constexpr Operation kOperations[] = {
    {.name = "ChangeResourceRecordSets",
     .now = on_dns<route53::change_resource_record_sets>,
     .physics = kPaced},
    {.name = "ChangeTagsForResource", .now = on_dns<route53::change_tags_for_resource>},
    {.name = "CreateHealthCheck", .now = on_dns<route53::create_health_check>, .physics = kPaced},
    {.name = "CreateHostedZone", .now = on_dns<route53::create_hosted_zone>},
    {.name = "CreateTrafficPolicy", .not_simulated = "traffic policies are not simulated"},
    {.name = "DeleteHealthCheck", .now = on_dns<route53::delete_health_check>},
    {.name = "DeleteHostedZone", .now = on_dns<route53::delete_hosted_zone>},
    {.name = "GetChange", .access = kRead, .now = on_dns<route53::get_change>},
    {.name = "GetHealthCheck", .access = kRead, .now = on_dns<route53::get_health_check>},
    {.name = "GetHealthCheckStatus",
     .access = kRead,
     .now = on_dns<route53::get_health_check_status>},
    {.name = "GetHostedZone", .access = kRead, .now = on_dns<route53::get_hosted_zone>},
    // No operation of AWS: for models that send traffic.
    {.name = "InspectResolution", .access = kRead, .now = on_dns<route53::inspect_resolution>},
    {.name = "ListHealthChecks", .access = kRead, .now = on_dns<route53::list_health_checks>},
    {.name = "ListHostedZones", .access = kRead, .now = on_dns<route53::list_hosted_zones>},
    {.name = "ListHostedZonesByName",
     .access = kRead,
     .now = on_dns<route53::list_hosted_zones_by_name>},
    {.name = "ListResourceRecordSets",
     .access = kRead,
     .now = on_dns<route53::list_resource_record_sets>},
    {.name = "ListTagsForResource",
     .access = kRead,
     .now = on_dns<route53::list_tags_for_resource>},
    {.name = "TestDNSAnswer", .access = kRead, .now = on_dns<route53::test_dns_answer>},
    {.name = "UpdateHealthCheck", .now = on_dns<route53::update_health_check>, .physics = kPaced},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "health checks of endpoints: checkers, intervals, thresholds, the 18 % rule",
     "dns-failover-determining-health-of-endpoints"},
    {Grade::simulated,
     "calculated health checks; those that follow an alarm's metric or a "
     "routing control of ARC",
     "dns-failover-determining-health-of-endpoints"},
    {Grade::simulated, "simple, weighted, latency, failover, geolocation, multivalue answers",
     "routing-policy"},
    {Grade::simulated, "aliases that evaluate their target's health",
     "dns-failover-complex-configs"},
    {Grade::simplified, "two checkers a Region; their opinions count at once"},
    {Grade::simplified, "changes reach all name servers after 30 s: an estimate"},
    {Grade::simplified, "latency by the names of Regions; resolvers keep answers for the TTL"},
    {Grade::simplified, "an alarm's data are followed as the alarm tells its changes"},
    {Grade::absent, "traffic policies, geoproximity, CIDR routing, DNSSEC, Resolver, domains"},
};

}  // namespace

extern const Service kRoute53{
    .name = "route53",
    .title = "Amazon Route 53",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Route53>(cloud); },
    .operations = kOperations,
    .resources = route53::kResources,
    .quantities = route53::kQuantities,
    .faults = route53::kFaults,
    .fidelity = kFidelity,
    .on_event = route53::on_event,
    .on_health = route53::on_health,
    .on_target_health = route53::on_target_health,
};

}  // namespace opsim
