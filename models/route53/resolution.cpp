// Who gets which answer.
// AWS: Route 53 Developer Guide, "Choosing a routing policy", "How Amazon Route 53 chooses records
// when health checking is configured", "Active-active and active-passive failover".
// SIMPLIFIED: latency is by the names of Regions: the client's own, then one of its continent, then
// any; a client of whom nothing is known asks from the world's home Region.
#include <algorithm>

#include "models/route53/route53.hpp"

namespace opsim::route53 {

namespace {

using RecordList = std::vector<const RecordSet*>;
constexpr int kMostAliases = 8;

std::string data_of(const RecordSet& record) {
  if (record.alias) return record.alias->name;
  std::string data;
  for (const std::string& value : record.values) data += (data.empty() ? "" : ",") + value;
  return data;
}

Mix one(const RecordSet& record) { return {{record.identifier, data_of(record), 1}}; }

Mix alike(const RecordList& records) {
  Mix mix;
  for (const RecordSet* record : records)
    mix.push_back(
        {record->identifier, data_of(*record), 1.0 / static_cast<double>(records.size())});
  return mix;
}

RecordList with_weight(const RecordList& records) {
  RecordList found;
  for (const RecordSet* record : records)
    if (record->weight > 0) found.push_back(record);
  return found;
}

// "Route 53 initially considers only the nonzero weighted records, if any. If all the records that
// have a weight greater than 0 are unhealthy, then Route 53 considers the zero-weighted records."
// When all are unhealthy, all count as healthy.
Mix weighted(const RecordList& all, const RecordList& healthy) {
  RecordList chosen = with_weight(healthy);
  if (chosen.empty()) {
    for (const RecordSet* record : healthy) chosen.push_back(record);
  }
  if (chosen.empty()) chosen = with_weight(all);
  if (chosen.empty()) chosen = all;
  double total = 0;
  for (const RecordSet* record : chosen) total += static_cast<double>(record->weight);
  if (total == 0) return alike(chosen);
  Mix mix;
  for (const RecordSet* record : chosen)
    mix.push_back(
        {record->identifier, data_of(*record), static_cast<double>(record->weight) / total});
  return mix;
}

// "Primary healthy: primary. Primary unhealthy, secondary healthy: secondary. Both unhealthy: the
// primary."
Mix failed_over(const RecordList& all, const RecordList& healthy) {
  for (const bool primary : {true, false})
    for (const RecordSet* record : healthy)
      if (record->primary == primary) return one(*record);
  for (const RecordSet* record : all)
    if (record->primary) return one(*record);
  return one(*all.front());
}

std::string_view continent_of(std::string_view region) {
  return region.substr(0, region.find('-'));
}

Mix nearest(const RecordList& records, const std::string& from) {
  const auto distance = [&](const RecordSet* record) {
    if (record->region == from) return 0;
    return continent_of(record->region) == continent_of(from) ? 1 : 2;
  };
  return one(**std::ranges::min_element(records, {}, distance));
}

/// The most specific location that is healthy: country, continent, default ("*").
Mix located(const RecordList& healthy, const Client& client) {
  const auto find = [&](auto&& fits) -> const RecordSet* {
    const auto found = std::ranges::find_if(healthy, fits);
    return found == healthy.end() ? nullptr : *found;
  };
  const RecordSet* found = nullptr;
  if (!client.country.empty())
    found = find([&](const RecordSet* r) { return r->country == client.country; });
  if (found == nullptr && !client.continent.empty())
    found = find([&](const RecordSet* r) { return r->continent == client.continent; });
  if (found == nullptr) found = find([](const RecordSet* r) { return r->country == "*"; });
  return found == nullptr ? Mix{} : one(*found);
}

}  // namespace

bool record_is_healthy(Route53& dns, const HostedZone& zone, const RecordSet& record, int depth) {
  if (!record.health_check.empty())
    if (const HealthCheck* check = dns.find_check(record.health_check);
        check != nullptr && !check->healthy)
      return false;
  if (!record.alias || !record.alias->evaluates || depth > kMostAliases) return true;
  if (const auto healthy = service_is_healthy(dns, record.alias->name)) return *healthy;
  // An alias to records of the same zone: healthy while one of them is.
  const auto others = records_for(zone.served, record.alias->name, record.type);
  return others.empty() || std::ranges::any_of(others, [&](const RecordSet* other) {
           return record_is_healthy(dns, zone, *other, depth + 1);
         });
}

Mix resolve(Route53& dns, const HostedZone& zone, const std::string& name, const std::string& type,
            const Client& client) {
  const RecordList all = records_for(zone.served, name, type);
  if (all.empty()) return {};
  RecordList healthy;
  for (const RecordSet* record : all)
    if (record_is_healthy(dns, zone, *record)) healthy.push_back(record);
  // "If all records are unhealthy, Route 53 considers all of them healthy."
  const RecordList& usable = healthy.empty() ? all : healthy;
  switch (all.front()->policy) {
    case Policy::weighted: return weighted(all, healthy);
    case Policy::failover: return failed_over(all, healthy);
    case Policy::latency:
      return nearest(usable, client.region.empty() ? dns.cloud.home().region : client.region);
    case Policy::geolocation: return located(usable, client);
    case Policy::multivalue: return alike(usable);
    case Policy::simple:
    case Policy::other: break;
  }
  return one(*all.front());
}

}  // namespace opsim::route53
