// Records as they are written, and which of them answer a question.
#include "models/route53/hosted_zone.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

constexpr std::string_view kTypes[] = {"A",   "AAAA",  "CAA",  "CNAME", "DS",  "HTTPS",
                                       "MX",  "NAPTR", "NS",   "PTR",   "SOA", "SPF",
                                       "SRV", "SSHFP", "SVCB", "TLSA",  "TXT"};

ApiResult<void> read_policy(RecordSet& record, const Json& given) {
  int policies = 0;
  const auto is = [&](std::string_view member, Policy policy) {
    if (input::member(given, member).is_null()) return;
    record.policy = policy;
    ++policies;
  };
  is("Weight", Policy::weighted);
  is("Region", Policy::latency);
  is("Failover", Policy::failover);
  is("GeoLocation", Policy::geolocation);
  is("MultiValueAnswer", Policy::multivalue);
  is("GeoProximityLocation", Policy::other);
  is("CidrRoutingConfig", Policy::other);
  if (policies > 1) return invalid_input("A record set can have only one routing policy");
  if (policies == 1 && record.identifier.empty())
    return invalid_input(
        fmt::format("Invalid request: Missing field 'SetIdentifier' in Change with "
                    "[Name={}, Type={}]",
                    record.name, record.type));
  if (policies == 0 && !record.identifier.empty())
    return invalid_input("A record set with a SetIdentifier must have a routing policy");
  if (record.policy == Policy::weighted) {
    const auto weight = input::integer(given, "Weight");
    if (!weight || *weight < 0 || *weight > 255)
      return invalid_input("Weight must be from 0 to 255");
    record.weight = *weight;
  }
  record.region = input::text(given, "Region");
  const std::string failover = input::text(given, "Failover");
  if (record.policy == Policy::failover && failover != "PRIMARY" && failover != "SECONDARY")
    return invalid_input("Failover must be PRIMARY or SECONDARY");
  record.primary = failover == "PRIMARY";
  const Json& where = input::member(given, "GeoLocation");
  record.country = input::text(where, "CountryCode");
  record.continent = input::text(where, "ContinentCode");
  return {};
}

/// [{"Value": "192.0.2.1"}] as the API has it, or ["192.0.2.1"] as templates do.
std::vector<std::string> read_values(const Json& given) {
  std::vector<std::string> values;
  if (given.is_string()) return {given.get<std::string>()};
  if (given.is_array())
    for (const Json& value : given)
      values.push_back(value.is_object() ? input::text(value, "Value") : input::text(value));
  return values;
}

/// "*.example.com" covers "a.example.com" and "a.b.example.com"; the longest wildcard counts.
std::string wildcard_for(const Records& records, const std::string& name) {
  std::string rest = name;
  while (true) {
    const auto dot = rest.find('.');
    if (dot == std::string::npos) return {};
    rest = rest.substr(dot + 1);
    const std::string wildcard = "*." + rest;
    const auto found = records.lower_bound({reversed(wildcard), "", ""});
    if (found != records.end() && std::get<0>(found->first) == reversed(wildcard)) return wildcard;
  }
}

std::vector<const RecordSet*> of_name(const Records& records, const std::string& name,
                                      const std::string& type) {
  std::vector<const RecordSet*> found;
  const std::string key = reversed(name);
  for (auto at = records.lower_bound({key, type, ""}); at != records.end(); ++at) {
    if (std::get<0>(at->first) != key || std::get<1>(at->first) != type) break;
    found.push_back(&at->second);
  }
  return found;
}

}  // namespace

ApiError invalid_input(std::string message) { return {"InvalidInput", std::move(message)}; }

std::string plain_name(std::string_view name) {
  std::string plain{name};
  if (plain.ends_with('.')) plain.pop_back();
  for (char& c : plain)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  // Route 53 tells a wildcard as \052.
  if (plain.starts_with("\\052")) plain = "*" + plain.substr(4);
  return plain;
}

std::string reversed(std::string_view name) {
  std::string text;
  while (!name.empty()) {
    const auto dot = name.rfind('.');
    const std::string_view label = dot == std::string_view::npos ? name : name.substr(dot + 1);
    if (!text.empty()) text += '.';
    text += label;
    name = dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
  }
  return text;
}

RecordKey key_of(const RecordSet& record) {
  return {reversed(record.name), record.type, record.identifier};
}

ApiResult<RecordSet> read_record(const Json& given) {
  RecordSet record;
  record.name = plain_name(input::text(given, "Name"));
  record.type = input::text(given, "Type");
  record.identifier = input::text(given, "SetIdentifier");
  record.given = given;
  if (record.name.empty() || record.name.size() > 1'024)
    return ApiError{"InvalidDomainName", "A record set must have a name"};
  if (std::ranges::count(kTypes, record.type) == 0)
    return invalid_input(fmt::format("Invalid record type: '{}'", record.type));
  if (auto read = read_policy(record, given); !read) return read.error();
  record.values = read_values(input::member(given, "ResourceRecords"));
  record.health_check = input::text(given, "HealthCheckId");
  const Json& alias = input::member(given, "AliasTarget");
  if (alias.is_object())
    record.alias =
        AliasTarget{input::text(alias, "HostedZoneId"), plain_name(input::text(alias, "DNSName")),
                    input::boolean(alias, "EvaluateTargetHealth").value_or(false)};
  if (record.alias.has_value() != record.values.empty())
    return invalid_input("A record set has either an AliasTarget or ResourceRecords with a TTL");
  if (record.alias) return record;
  const auto ttl = input::integer(given, "TTL");
  if (!ttl || *ttl < 0 || *ttl > 2'147'483'647)
    return invalid_input("TTL must be from 0 to 2147483647");
  record.ttl = *ttl;
  return record;
}

std::vector<const RecordSet*> records_for(const Records& records, const std::string& name,
                                          const std::string& type) {
  std::vector<const RecordSet*> found = of_name(records, name, type);
  if (found.empty()) found = of_name(records, name, "CNAME");
  if (!found.empty()) return found;
  const auto any = records.lower_bound({reversed(name), "", ""});
  if (any != records.end() && std::get<0>(any->first) == reversed(name)) return {};
  const std::string wildcard = wildcard_for(records, name);
  if (wildcard.empty()) return {};
  found = of_name(records, wildcard, type);
  return found.empty() ? of_name(records, wildcard, "CNAME") : found;
}

}  // namespace opsim::route53
