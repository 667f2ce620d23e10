#pragma once
/// Amazon Route 53: hosted zones, records and health checks. Global: names belong to an account,
/// and metrics to us-east-1.
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/route53/health_check.hpp"
#include "models/route53/hosted_zone.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::route53 {

/// One answer, and the share of the clients that get it.
struct Answered {
  std::string identifier;  // SetIdentifier of its record, or ""
  std::string data;        // values, or the alias's name: "192.0.2.1,192.0.2.2"
  double share = 0;
  bool operator==(const Answered&) const = default;
};
using Mix = std::vector<Answered>;

/// What a name answered of late, for resolvers that still have it.
struct Answers {
  struct Since {
    SimTime at;
    Mix mix;
  };
  std::deque<Since> since;  // oldest first
};
using Question = std::tuple<std::string, std::string, std::string>;  // zone id, name, type

struct Change {
  std::string id;
  SimTime submitted{};
  SimTime in_sync{};
  std::string comment;
};

class Route53 : public Model {
 public:
  explicit Route53(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, HostedZone, std::less<>> zones;    // by id
  std::map<std::string, HealthCheck, std::less<>> checks;  // by id
  std::map<std::string, Change, std::less<>> changes;      // by id
  std::map<Question, Answers> answers;                     // of names with a routing policy
  bool looks_again = false;                                // scheduled for this instant

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  /// "/hostedzone/Z1", "Z1"; null when unknown.
  [[nodiscard]] HostedZone* find_zone(std::string_view id);
  [[nodiscard]] HostedZone* find_zone_named(std::string_view account, std::string_view name);
  /// The zone that answers for a name: the longest that it ends in.
  [[nodiscard]] HostedZone* zone_of(std::string_view account, std::string_view name);
  [[nodiscard]] HealthCheck* find_check(std::string_view id);
};

/// What stands with a template is served at once.
enum class Stands : bool { no, yes };

ApiError no_zone(std::string_view id);
ApiError no_check(std::string_view id);

// ---- checking.cpp: health checks at work -----------------------------------------------------

ApiResult<HealthCheck*> add_check(Route53& dns, const std::string& account, const Json& config,
                                  std::string caller_reference);
ApiResult<void> update_check(Route53& dns, HealthCheck& check, const Json& given);
void remove_check(Route53& dns, HealthCheck& check);
/// Endpoints may answer otherwise, load balancers may be healthy or not: at the end of this
/// instant, all is looked at once.
void look_again_soon(Route53& dns);
/// A routing control that the check follows is on or off now.
void control_changed(Route53& dns, HealthCheck& check, bool on);
/// The data of an alarm's metric say this now.
void alarm_changed(Route53& dns, std::string_view region, std::string_view name,
                   const std::string& state);

// ---- endpoint.cpp: what stands behind an endpoint or an alias --------------------------------

/// The HTTP status at a domain or an address: 0 refused, -1 no answer; 200 where nothing is known.
int answer_at(Route53& dns, const std::string& account, const std::string& host, int depth = 0);
/// Whether a load balancer, a bucket, a distribution is in service; nothing where it is none.
std::optional<bool> service_is_healthy(Route53& dns, const std::string& name);

// ---- resolution.cpp: who gets which answer ---------------------------------------------------

/// Where a client asks from. Without it, the question is about the mix of all clients.
struct Client {
  std::string region;
  std::string country;
  std::string continent;
};
/// Shares by record: one record alone for the policies that choose one.
Mix resolve(Route53& dns, const HostedZone& zone, const std::string& name, const std::string& type,
            const Client& client);
bool record_is_healthy(Route53& dns, const HostedZone& zone, const RecordSet& record,
                       int depth = 0);

// ---- caching.cpp: what clients still have ----------------------------------------------------

/// The records or their health have changed: remembers what each name answered until now.
void answers_changed(Route53& dns);
/// What clients use now: of each resolver the answer of the last time it asked, within the TTL.
Mix used_by_clients(Route53& dns, const Question& question, std::int64_t ttl);
/// When every client has what is answered now.
SimTime settled_at(const Route53& dns, const Question& question, std::int64_t ttl);

// ---- Changes of records ----
ApiResult<Change> change_records(Route53& dns, HostedZone& zone, const Json& changes,
                                 Stands stands);
HostedZone& add_zone(Route53& dns, const std::string& account, std::string name);

}  // namespace opsim::route53
