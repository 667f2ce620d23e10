// Resource types AWS::Route53::*.
#include <fmt/format.h>

#include <algorithm>

#include "models/route53/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

ApiResult<Created> create_zone(Route53& dns, const ResourceRequest& request) {
  const std::string name = plain_name(input::text(request.properties, "Name"));
  if (name.empty()) return invalid_input("A hosted zone must have a name");
  HostedZone& zone = add_zone(dns, request.place.account, name);
  zone.caller_reference = fmt::format("{}-{}", request.stack, request.logical_id);
  zone.comment = input::text(input::member(request.properties, "HostedZoneConfig"), "Comment");
  const Json& vpcs = input::member(request.properties, "VPCs");
  if (vpcs.is_array())
    for (const Json& vpc : vpcs) zone.vpcs.push_back(input::text(vpc, "VPCId"));
  zone.is_private = !zone.vpcs.empty();
  zone.tags = input::tags(input::member(request.properties, "HostedZoneTags"));
  return Created{
      .physical_id = zone.id,
      .arn = fmt::format("arn:{}:route53:::hostedzone/{}", partition_of(request.place.region),
                         zone.id),
      .attributes = {{"Id", zone.id}, {"NameServers", Json::array({"ns-1.awsdns-01.example"})}}};
}

/// HostedZoneId or HostedZoneName. A zone that no stack made stands elsewhere in the account: it is
/// entered with the records' domain.
HostedZone& zone_for(Route53& dns, const ResourceRequest& request, const Json& properties) {
  const std::string id = input::text(properties, "HostedZoneId");
  if (HostedZone* zone = dns.find_zone(id)) return *zone;
  std::string name = plain_name(input::text(properties, "HostedZoneName"));
  if (name.empty()) {
    std::string record = plain_name(input::text(properties, "Name"));
    if (record.empty()) {
      const Json& sets = input::member(properties, "RecordSets");
      if (sets.is_array() && !sets.empty()) record = plain_name(input::text(sets[0], "Name"));
    }
    const auto dot = record.find('.');
    const bool deep = dot != std::string::npos && record.find('.', dot + 1) != std::string::npos;
    name = deep ? record.substr(dot + 1) : record;
  }
  if (id.empty())
    if (HostedZone* zone = dns.find_zone_named(request.place.account, name)) return *zone;
  HostedZone& made = add_zone(dns, request.place.account, name);
  if (id.empty()) return made;
  HostedZone copy = made;
  dns.zones.erase(made.id);
  copy.id = id;
  return dns.zones[id] = std::move(copy);
}

Json as_change(const Json& properties) {
  Json record = properties;
  for (const char* other : {"HostedZoneId", "HostedZoneName", "Comment"}) record.erase(other);
  return {{"Action", "UPSERT"}, {"ResourceRecordSet", std::move(record)}};
}

ApiResult<Created> create_record(Route53& dns, const ResourceRequest& request) {
  HostedZone& zone = zone_for(dns, request, request.properties);
  const auto done =
      change_records(dns, zone, Json::array({as_change(request.properties)}), Stands::yes);
  if (!done) return done.error();
  return Created{.physical_id = input::text(request.properties, "Name"),
                 .arn = {},
                 .attributes = Json::object()};
}

ApiResult<Created> create_records(Route53& dns, const ResourceRequest& request) {
  HostedZone& zone = zone_for(dns, request, request.properties);
  Json changes = Json::array();
  const Json& sets = input::member(request.properties, "RecordSets");
  if (sets.is_array())
    for (const Json& set : sets) changes.push_back(as_change(set));
  if (!changes.empty())
    if (const auto done = change_records(dns, zone, changes, Stands::yes); !done)
      return done.error();
  return Created{.physical_id = fmt::format("{}-{}", request.stack, request.logical_id),
                 .arn = {},
                 .attributes = Json::object()};
}

ApiResult<Created> create_check(Route53& dns, const ResourceRequest& request) {
  const ApiResult<HealthCheck*> made =
      add_check(dns, request.place.account, input::member(request.properties, "HealthCheckConfig"),
                fmt::format("{}-{}", request.stack, request.logical_id));
  if (!made) return made.error();
  (*made)->tags = input::tags(input::member(request.properties, "HealthCheckTags"));
  return Created{.physical_id = (*made)->id,
                 .arn = fmt::format("arn:{}:route53:::healthcheck/{}",
                                    partition_of(request.place.region), (*made)->id),
                 .attributes = {{"HealthCheckId", (*made)->id}}};
}

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kWeight{.kind = Kind::integer, .min = 0, .max = 255};
constexpr std::string_view kFailovers[] = {"PRIMARY", "SECONDARY"};
constexpr Shape kFailover{.kind = Kind::text, .allowed = kFailovers};

constexpr Field kZoneFields[] = {
    {.name = "HostedZoneConfig"},
    {.name = "HostedZoneFeatures", .simulated = Simulated::no},
    {.name = "HostedZoneTags"},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "QueryLoggingConfig", .simulated = Simulated::no},
    {.name = "VPCs", .simulated = Simulated::no},
};
constexpr Shape kZone{.kind = Kind::mapping, .fields = kZoneFields};

constexpr Field kRecordFields[] = {
    {.name = "AliasTarget"},
    {.name = "CidrRoutingConfig", .simulated = Simulated::no},
    {.name = "Comment", .shape = &kText},
    {.name = "Failover", .shape = &kFailover},
    {.name = "GeoLocation"},
    {.name = "GeoProximityLocation", .simulated = Simulated::no},
    {.name = "HealthCheckId", .shape = &kText},
    {.name = "HostedZoneId", .shape = &kText},
    {.name = "HostedZoneName", .shape = &kText},
    {.name = "MultiValueAnswer"},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Region", .shape = &kText},
    {.name = "ResourceRecords"},
    {.name = "SetIdentifier", .shape = &kText},
    {.name = "TTL"},
    {.name = "Type", .shape = &kText, .need = Need::required},
    {.name = "Weight", .shape = &kWeight},
};
constexpr Shape kRecord{.kind = Kind::mapping, .fields = kRecordFields};

constexpr Field kGroupFields[] = {
    {.name = "Comment", .shape = &kText},
    {.name = "HostedZoneId", .shape = &kText},
    {.name = "HostedZoneName", .shape = &kText},
    {.name = "RecordSets"},
};
constexpr Shape kGroup{.kind = Kind::mapping, .fields = kGroupFields};

constexpr Field kCheckFields[] = {
    {.name = "HealthCheckConfig", .need = Need::required},
    {.name = "HealthCheckTags"},
};
constexpr Shape kCheck{.kind = Kind::mapping, .fields = kCheckFields};

constexpr ResourceType kResourceRows[] = {
    {.type = "AWS::Route53::HealthCheck",
     .create = create<Route53, create_check>,
     .properties = &kCheck},
    {.type = "AWS::Route53::HostedZone",
     .create = create<Route53, create_zone>,
     .properties = &kZone},
    {.type = "AWS::Route53::RecordSet",
     .create = create<Route53, create_record>,
     .properties = &kRecord},
    {.type = "AWS::Route53::RecordSetGroup",
     .create = create<Route53, create_records>,
     .properties = &kGroup},
};
static_assert(std::ranges::adjacent_find(kResourceRows, std::ranges::greater_equal{},
                                         &ResourceType::type) == std::end(kResourceRows),
              "sorted by type, no duplicates");

}  // namespace

const std::span<const ResourceType> kResources = kResourceRows;

}  // namespace opsim::route53
