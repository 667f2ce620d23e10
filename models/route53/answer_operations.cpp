// TestDNSAnswer, and what clients do with such answers.
#include <fmt/format.h>

#include "models/route53/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

Client client_of(const Json& input) {
  const Json& client = input::member(input, "Client");
  return {input::text(client, "Region"), input::text(client, "CountryCode"),
          input::text(client, "ContinentCode")};
}

Json mix_json(const Mix& mix) {
  Json list = Json::array();
  for (const Answered& answered : mix)
    list.push_back({{"SetIdentifier", answered.identifier},
                    {"Data", answered.data},
                    {"Share", answered.share}});
  return list;
}

std::int64_t ttl_of(const HostedZone& zone, const std::string& name, const std::string& type) {
  const auto records = records_for(zone.served, name, type);
  return records.empty() ? 0 : records.front()->time_to_live();
}

/// One answer of the mix, by luck.
const Answered& drawn(Route53& dns, const Mix& mix) {
  double luck = dns.sim().random("route53.answers").uniform();
  for (const Answered& answered : mix) {
    if (luck < answered.share) return answered;
    luck -= answered.share;
  }
  return mix.back();
}

}  // namespace

// SIMPLIFIED: an alias to a load balancer is answered with its name, since it has no addresses
// here; where a client is follows from `Client`, not from its address.
ApiResult<Json> test_dns_answer(Route53& dns, const Request& request) {
  const std::string id = input::text(request.input, "HostedZoneId");
  const HostedZone* zone = dns.find_zone(id);
  if (zone == nullptr) return no_zone(id);
  const std::string name = plain_name(input::text(request.input, "RecordName"));
  const std::string type = input::text(request.input, "RecordType");
  const Mix mix = resolve(dns, *zone, name, type, client_of(request.input));
  Json data = Json::array();
  if (!mix.empty()) {
    std::string_view rest = drawn(dns, mix).data;
    while (!rest.empty()) {
      const std::string_view value = rest.substr(0, rest.find(','));
      data.push_back(value);
      rest.remove_prefix(std::min(rest.size(), value.size() + 1));
    }
  }
  const auto known = zone->served.lower_bound({reversed(name), "", ""});
  const bool exists =
      !mix.empty() || (known != zone->served.end() && std::get<0>(known->first) == reversed(name));
  return Json{{"Nameserver", "ns-1.awsdns-01.example"},
              {"RecordName", name + "."},
              {"RecordType", type},
              {"RecordData", std::move(data)},
              {"ResponseCode", exists ? "NOERROR" : "NXDOMAIN"},
              {"Protocol", "UDP"}};
}

ApiResult<Json> inspect_resolution(Route53& dns, const Request& request) {
  const std::string name = plain_name(input::text(request.input, "Name"));
  std::string type = input::text(request.input, "Type");
  if (type.empty()) type = "A";
  const std::string id = input::text(request.input, "HostedZoneId");
  const HostedZone* zone =
      id.empty() ? dns.zone_of(request.place().account, name) : dns.find_zone(id);
  if (zone == nullptr) return no_zone(id.empty() ? name : id);
  const std::int64_t ttl = ttl_of(*zone, name, type);
  const Question question{zone->id, name, type};
  const Mix now = resolve(dns, *zone, name, type, client_of(request.input));
  // A client whose place is known is one; its cache is not followed.
  const bool everybody = input::member(request.input, "Client").is_null();
  Mix used = everybody ? used_by_clients(dns, question, ttl) : Mix{};
  if (used.empty()) used = now;
  return Json{{"HostedZoneId", zone->id},
              {"TTL", ttl},
              {"Answers", mix_json(now)},
              {"Clients", mix_json(used)},
              {"SettledAt", iso8601(std::max(settled_at(dns, question, ttl), dns.sim().start()))}};
}

}  // namespace opsim::route53
