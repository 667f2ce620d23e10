// Operations on hosted zones, and on tags. AWS: Route 53 API Reference (2013-04-01).
#include <fmt/format.h>

#include <algorithm>

#include "models/route53/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

std::string_view bare(std::string_view id) {
  const auto slash = id.rfind('/');
  return slash == std::string_view::npos ? id : id.substr(slash + 1);
}

Json zone_json(const HostedZone& zone) {
  Json config{{"PrivateZone", zone.is_private}};
  if (!zone.comment.empty()) config["Comment"] = zone.comment;
  return {{"Id", "/hostedzone/" + zone.id},
          {"Name", zone.name + "."},
          {"CallerReference", zone.caller_reference},
          {"Config", std::move(config)},
          {"ResourceRecordSetCount", zone.records.size()}};
}

Json delegation() { return {{"NameServers", Json::array({"ns-1.awsdns-01.example"})}}; }

Json page(Json list, std::string_view member) {
  return {{member, std::move(list)}, {"IsTruncated", false}, {"MaxItems", "100"}};
}

std::map<std::string, std::string>* tags_of(Route53& dns, const Json& input) {
  const std::string id = input::text(input, "ResourceId");
  if (input::text(input, "ResourceType") == "healthcheck") {
    HealthCheck* check = dns.find_check(id);
    return check == nullptr ? nullptr : &check->tags;
  }
  HostedZone* zone = dns.find_zone(id);
  return zone == nullptr ? nullptr : &zone->tags;
}

ApiError no_resource(const Json& input) {
  const std::string id = input::text(input, "ResourceId");
  return input::text(input, "ResourceType") == "healthcheck" ? no_check(id) : no_zone(id);
}

}  // namespace

HostedZone* Route53::find_zone(std::string_view id) {
  const auto found = zones.find(bare(id));
  return found == zones.end() ? nullptr : &found->second;
}

HostedZone* Route53::find_zone_named(std::string_view account, std::string_view name) {
  const std::string plain = plain_name(name);
  for (auto& [id, zone] : zones)
    if (zone.account == account && zone.name == plain) return &zone;
  return nullptr;
}

HostedZone* Route53::zone_of(std::string_view account, std::string_view name) {
  HostedZone* longest = nullptr;
  for (auto& [id, zone] : zones) {
    const bool covers = name == zone.name || name.ends_with("." + zone.name);
    if (zone.account == account && covers &&
        (longest == nullptr || zone.name.size() > longest->name.size()))
      longest = &zone;
  }
  return longest;
}

HealthCheck* Route53::find_check(std::string_view id) {
  const auto found = checks.find(id);
  return found == checks.end() ? nullptr : &found->second;
}

ApiError no_zone(std::string_view id) {
  return {"NoSuchHostedZone", fmt::format("No hosted zone found with ID: {}", bare(id)), 404};
}
ApiError no_check(std::string_view id) {
  return {"NoSuchHealthCheck", fmt::format("A health check with id {} does not exist.", id), 404};
}

ApiResult<Json> create_hosted_zone(Route53& dns, const Request& request) {
  const std::string name = plain_name(input::text(request.input, "Name"));
  const std::string reference = input::text(request.input, "CallerReference");
  if (name.empty() || name.size() > 255)
    return ApiError{"InvalidDomainName", fmt::format("The domain name '{}' is not valid", name)};
  for (const auto& [id, zone] : dns.zones)
    if (zone.account == request.place().account && zone.caller_reference == reference)
      return ApiError{"HostedZoneAlreadyExists",
                      fmt::format("A hosted zone has already been created with the specified "
                                  "caller reference {}.",
                                  reference),
                      409};
  HostedZone& zone = add_zone(dns, request.place().account, name);
  zone.caller_reference = reference;
  const Json& config = input::member(request.input, "HostedZoneConfig");
  zone.comment = input::text(config, "Comment");
  const std::string vpc = input::text(input::member(request.input, "VPC"), "VPCId");
  if (!vpc.empty()) zone.vpcs.push_back(vpc);
  zone.is_private = !zone.vpcs.empty();
  return Json{{"HostedZone", zone_json(zone)}, {"DelegationSet", delegation()}};
}

// "You can delete a hosted zone only if it contains only the default SOA record and NS records."
ApiResult<Json> delete_hosted_zone(Route53& dns, const Request& request) {
  const std::string id = input::text(request.input, "Id");
  HostedZone* zone = dns.find_zone(id);
  if (zone == nullptr) return no_zone(id);
  if (zone->records.size() > 2)
    return ApiError{"HostedZoneNotEmpty",
                    "The specified hosted zone contains non-required resource record sets and so "
                    "cannot be deleted."};
  const std::string gone = zone->id;
  std::erase_if(dns.answers, [&](const auto& one) { return std::get<0>(one.first) == gone; });
  dns.cloud.resources().remove(gone);
  dns.zones.erase(gone);
  return Json{
      {"ChangeInfo",
       {{"Id", "/change/C0"}, {"Status", "PENDING"}, {"SubmittedAt", iso8601(dns.sim().now())}}}};
}

ApiResult<Json> get_hosted_zone(Route53& dns, const Request& request) {
  const std::string id = input::text(request.input, "Id");
  const HostedZone* zone = dns.find_zone(id);
  if (zone == nullptr) return no_zone(id);
  return Json{{"HostedZone", zone_json(*zone)}, {"DelegationSet", delegation()}};
}

ApiResult<Json> list_hosted_zones(Route53& dns, const Request& request) {
  Json list = Json::array();
  for (const auto& [id, zone] : dns.zones)
    if (zone.account == request.place().account) list.push_back(zone_json(zone));
  return page(std::move(list), "HostedZones");
}

ApiResult<Json> list_hosted_zones_by_name(Route53& dns, const Request& request) {
  const std::string from = reversed(plain_name(input::text(request.input, "DNSName")));
  std::vector<const HostedZone*> zones;
  for (const auto& [id, zone] : dns.zones)
    if (zone.account == request.place().account && reversed(zone.name) >= from)
      zones.push_back(&zone);
  std::ranges::sort(zones, {}, [](const HostedZone* zone) { return reversed(zone->name); });
  Json list = Json::array();
  for (const HostedZone* zone : zones) list.push_back(zone_json(*zone));
  return page(std::move(list), "HostedZones");
}

ApiResult<Json> change_tags_for_resource(Route53& dns, const Request& request) {
  auto* tags = tags_of(dns, request.input);
  if (tags == nullptr) return no_resource(request.input);
  for (auto& [key, value] : input::tags(input::member(request.input, "AddTags")))
    (*tags)[key] = value;
  for (const std::string& key : input::texts(request.input, "RemoveTagKeys")) tags->erase(key);
  return Json::object();
}

ApiResult<Json> list_tags_for_resource(Route53& dns, const Request& request) {
  const auto* tags = tags_of(dns, request.input);
  if (tags == nullptr) return no_resource(request.input);
  Json list = Json::array();
  for (const auto& [key, value] : *tags) list.push_back({{"Key", key}, {"Value", value}});
  return Json{{"ResourceTagSet",
               {{"ResourceType", input::text(request.input, "ResourceType")},
                {"ResourceId", input::text(request.input, "ResourceId")},
                {"Tags", std::move(list)}}}};
}

}  // namespace opsim::route53
