// Operations on hosted zones and records. AWS: Route 53 API Reference (2013-04-01).
#include <fmt/format.h>

#include <algorithm>

#include "models/route53/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

/// "Changes generally propagate to all Route 53 name servers within 60 seconds". Estimate: half.
constexpr Duration kPropagation = std::chrono::seconds{30};
constexpr std::size_t kMostRecords = 10'000;  // quota "Records", of a hosted zone

ApiError bad_batch(const std::vector<std::string>& messages) {
  return {"InvalidChangeBatch", fmt::format("[{}]", fmt::join(messages, ", "))};
}

std::string named(const RecordSet& record) {
  const std::string identifier =
      record.identifier.empty() ? "" : fmt::format(", set-identifier='{}'", record.identifier);
  return fmt::format("[name='{}.', type='{}'{}]", record.name, record.type, identifier);
}

bool belongs(const HostedZone& zone, const std::string& name) {
  return name == zone.name || name.ends_with("." + zone.name);
}

/// Why it may not stand among the others, or "".
std::string conflict(const Records& records, const RecordSet& record) {
  const std::string key = reversed(record.name);
  for (auto at = records.lower_bound({key, "", ""});
       at != records.end() && std::get<0>(at->first) == key; ++at) {
    const RecordSet& other = at->second;
    if (key_of(other) == key_of(record)) continue;
    if ((other.type == "CNAME") != (record.type == "CNAME"))
      return fmt::format(
          "RRSet of type {} with DNS name {}. is not permitted because a conflicting "
          "RRSet of type {} with the same DNS name already exists in zone",
          record.type, record.name, other.type);
    if (other.type == record.type && other.policy != record.policy)
      return fmt::format(
          "RRSet with DNS name {}., type {}, SetIdentifier {} cannot be created as "
          "records of another routing policy exist with the same name and type",
          record.name, record.type, record.identifier);
  }
  return {};
}

/// Does one change to `records`; what is wrong with it, or "".
std::string apply(const HostedZone& zone, Records& records, std::string_view action,
                  const RecordSet& record) {
  const RecordKey key = key_of(record);
  if (!belongs(zone, record.name))
    return fmt::format("RRSet with DNS name {}. is not permitted in zone {}.", record.name,
                       zone.name);
  if (action == "DELETE") {
    if (records.erase(key) == 0)
      return fmt::format("Tried to delete resource record set {} but it was not found",
                         named(record));
    return {};
  }
  if (action == "CREATE" && records.contains(key))
    return fmt::format("Tried to create resource record set {} but it already exists",
                       named(record));
  if (std::string wrong = conflict(records, record); !wrong.empty()) return wrong;
  records[key] = record;
  return {};
}

/// What name servers will answer, as far as the change concerns it.
using Edits = std::vector<std::pair<RecordKey, std::optional<RecordSet>>>;

void serve(Route53& dns, const std::string& zone_id, const Edits& edits) {
  HostedZone* zone = dns.find_zone(zone_id);
  if (zone == nullptr) return;
  for (const auto& [key, record] : edits) {
    if (record)
      zone->served[key] = *record;
    else
      zone->served.erase(key);
  }
  answers_changed(dns);
}

Json change_json(const Change& change, SimTime now) {
  return {{"Id", "/change/" + change.id},
          {"Status", now >= change.in_sync ? "INSYNC" : "PENDING"},
          {"SubmittedAt", iso8601(change.submitted)},
          {"Comment", change.comment}};
}

Json record_json(const RecordSet& record) {
  Json made = record.given;
  made["Name"] = record.name + ".";
  if (record.alias) return made;
  made["ResourceRecords"] = Json::array();
  for (const std::string& value : record.values)
    made["ResourceRecords"].push_back({{"Value", value}});
  made["TTL"] = record.ttl;
  return made;
}

}  // namespace

HostedZone& add_zone(Route53& dns, const std::string& account, std::string name) {
  const std::string id = fmt::format("Z{:0>20}", dns.cloud.next_id("route53-zone-").substr(13));
  HostedZone& zone = dns.zones[id];
  zone.id = id;
  zone.account = account;
  zone.name = plain_name(name);
  for (const auto& [type, value] : {std::pair{"NS", "ns-1.awsdns-01.example."},
                                    std::pair{"SOA",
                                              "ns-1.awsdns-01.example. awsdns-hostmaster."
                                              "example. 1 7200 900 1209600 86400"}}) {
    RecordSet record;
    record.name = zone.name;
    record.type = type;
    record.ttl = record.type == "NS" ? 172'800 : 900;
    record.values = {value};
    record.given = {{"Name", zone.name + "."}, {"Type", type}};
    zone.records[key_of(record)] = zone.served[key_of(record)] = record;
  }
  return zone;
}

// "ChangeResourceRecordSets is transactional: either all of the changes are made or none are."
ApiResult<Change> change_records(Route53& dns, HostedZone& zone, const Json& changes,
                                 Stands stands) {
  if (!changes.is_array() || changes.empty() || changes.size() > 1'000)
    return invalid_input("A change batch has from 1 to 1000 changes");
  Records records = zone.records;
  Edits edits;
  std::vector<std::string> wrong;
  for (const Json& given : changes) {
    const std::string action = input::text(given, "Action");
    if (action != "CREATE" && action != "DELETE" && action != "UPSERT")
      return invalid_input(fmt::format("Invalid action: '{}'", action));
    ApiResult<RecordSet> record = read_record(input::member(given, "ResourceRecordSet"));
    if (!record) return record.error();
    if (!record->health_check.empty() && dns.find_check(record->health_check) == nullptr)
      return no_check(record->health_check);
    if (std::string message = apply(zone, records, action, *record); !message.empty()) {
      wrong.push_back(std::move(message));
      continue;
    }
    dns.answers[{zone.id, record->name, record->type}];
    edits.emplace_back(key_of(*record), action == "DELETE" ? std::nullopt : std::optional{*record});
  }
  if (!wrong.empty()) return bad_batch(wrong);
  if (records.size() > kMostRecords)
    return ApiError{"LimitsExceeded", "Too many resource record sets in the hosted zone"};
  zone.records = std::move(records);
  Change change;
  change.id = fmt::format("C{:0>20}", dns.cloud.next_id("route53-change-").substr(15));
  change.submitted = dns.sim().now();
  answers_changed(dns);  // what was answered until now, for who keeps it
  if (stands == Stands::yes) {
    change.in_sync = change.submitted;
    serve(dns, zone.id, edits);
    return change;
  }
  change.in_sync = dns.sim().later(kPropagation);
  const std::string id = zone.id;
  dns.sim().at(change.in_sync, [&dns, id, edits] { serve(dns, id, edits); });
  dns.changes[change.id] = change;
  return change;
}

ApiResult<Json> change_resource_record_sets(Route53& dns, const Request& request) {
  const std::string id = input::text(request.input, "HostedZoneId");
  HostedZone* zone = dns.find_zone(id);
  if (zone == nullptr) return no_zone(id);
  const Json& batch = input::member(request.input, "ChangeBatch");
  ApiResult<Change> made = change_records(dns, *zone, input::member(batch, "Changes"), Stands::no);
  if (!made) return made.error();
  const std::string comment = input::text(batch, "Comment");
  dns.changes[made->id].comment = comment;
  return Json{{"ChangeInfo", change_json(dns.changes[made->id], dns.sim().now())}};
}

ApiResult<Json> get_change(Route53& dns, const Request& request) {
  std::string id = input::text(request.input, "Id");
  if (id.starts_with("/change/")) id.erase(0, 8);
  const auto found = dns.changes.find(id);
  if (found == dns.changes.end())
    return ApiError{"NoSuchChange", fmt::format("A change with the ID {} was not found", id), 404};
  return Json{{"ChangeInfo", change_json(found->second, dns.sim().now())}};
}

// "Sorted by name with the labels reversed", from StartRecordName and StartRecordType on.
ApiResult<Json> list_resource_record_sets(Route53& dns, const Request& request) {
  const std::string id = input::text(request.input, "HostedZoneId");
  const HostedZone* zone = dns.find_zone(id);
  if (zone == nullptr) return no_zone(id);
  const std::string name = input::text(request.input, "StartRecordName");
  const RecordKey from{reversed(plain_name(name)), input::text(request.input, "StartRecordType"),
                       input::text(request.input, "StartRecordIdentifier")};
  const auto most =
      std::clamp<std::int64_t>(input::integer(request.input, "MaxItems").value_or(300), 1, 300);
  Json list = Json::array();
  auto at = name.empty() ? zone->records.begin() : zone->records.lower_bound(from);
  for (; at != zone->records.end() && static_cast<std::int64_t>(list.size()) < most; ++at)
    list.push_back(record_json(at->second));
  Json answer{{"ResourceRecordSets", std::move(list)},
              {"IsTruncated", at != zone->records.end()},
              {"MaxItems", std::to_string(most)}};
  if (at != zone->records.end()) {
    answer["NextRecordName"] = at->second.name + ".";
    answer["NextRecordType"] = at->second.type;
    if (!at->second.identifier.empty()) answer["NextRecordIdentifier"] = at->second.identifier;
  }
  return answer;
}

}  // namespace opsim::route53
