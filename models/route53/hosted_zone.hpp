#pragma once
/// Hosted zones and their records.
/// AWS: Route 53 API Reference (2013-04-01), ResourceRecordSet; Developer Guide, "Choosing a
/// routing policy".
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::route53 {

struct AliasTarget {
  std::string zone;
  std::string name;  // without the final dot
  bool evaluates = false;
};

enum class Policy : std::uint8_t {
  simple,
  weighted,
  latency,
  failover,
  geolocation,
  multivalue,
  other,  // geoproximity, CIDR: kept, and answered as if they were simple
};

struct RecordSet {
  std::string name;  // lower case, without the final dot
  std::string type;
  std::string identifier;  // SetIdentifier, or ""
  Policy policy = Policy::simple;
  std::int64_t weight = 0;
  std::string region;
  bool primary = false;
  std::string country;    // of geolocation: "DE", "*"
  std::string continent;  // "EU"
  std::int64_t ttl = 0;
  std::vector<std::string> values;
  std::optional<AliasTarget> alias;
  std::string health_check;
  Json given = Json::object();
  /// "The TTL of an alias to a load balancer is 60 seconds" (and cannot be set).
  [[nodiscard]] std::int64_t time_to_live() const { return alias ? 60 : ttl; }
};
ApiResult<RecordSet> read_record(const Json& given);

/// Name with its labels reversed ("com.example.www"), type, identifier: the order of
/// ListResourceRecordSets.
using RecordKey = std::tuple<std::string, std::string, std::string>;
[[nodiscard]] RecordKey key_of(const RecordSet& record);
using Records = std::map<RecordKey, RecordSet>;

struct HostedZone {
  std::string id;  // "Z00000000000000000001"
  std::string account;
  std::string name;  // "example.com", without the final dot
  std::string caller_reference;
  std::string comment;
  bool is_private = false;
  std::vector<std::string> vpcs;
  std::map<std::string, std::string> tags;
  Records records;  // as the API tells them
  Records served;   // as name servers answer: changes arrive there a little later
};

/// "WWW.Example.com." is "www.example.com".
[[nodiscard]] std::string plain_name(std::string_view name);
/// "com.example.www"
[[nodiscard]] std::string reversed(std::string_view name);
/// All records that answer a question: of this name and type, else CNAMEs, else by the nearest
/// wildcard.
[[nodiscard]] std::vector<const RecordSet*> records_for(const Records& records,
                                                        const std::string& name,
                                                        const std::string& type);

ApiError invalid_input(std::string message);

}  // namespace opsim::route53
