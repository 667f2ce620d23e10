#pragma once
/// Elastic Load Balancing v2 over all accounts and Regions: Application and Network Load Balancers,
/// their listeners, rules, target groups and targets. Everything is kept by ARN, which is unique.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/elb/load_balancer.hpp"
#include "models/elb/target_group.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::elb {

class Elb : public Model {
 public:
  explicit Elb(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, LoadBalancer, std::less<>> load_balancers;
  std::map<std::string, Listener, std::less<>> listeners;
  std::map<std::string, TargetGroup, std::less<>> target_groups;
  /// Where an id, an address or an ARN is registered: ARNs of target groups.
  std::map<std::string, std::set<std::string>, std::less<>> registered;

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] LoadBalancer* find_load_balancer(std::string_view arn);
  [[nodiscard]] LoadBalancer* find_load_balancer(const Place& place, std::string_view name);
  [[nodiscard]] TargetGroup* find_target_group(std::string_view arn);
  [[nodiscard]] TargetGroup* find_target_group(const Place& place, std::string_view name);
  [[nodiscard]] Listener* find_listener(std::string_view arn);
};

/// A resource that stands from the start is in service and healthy at once.
enum class Stands : bool { no, yes };

// ---- Words of the service ----
ApiError no_load_balancer(std::string_view what);
ApiError no_target_group(std::string_view what);
ApiError no_listener();
ApiError no_rule();
/// Sixteen hexadecimal digits, as the ends of the service's ARNs.
std::string next_id(Elb& elb, std::string_view kind);
/// Names of load balancers and target groups: letters, digits and hyphens, up to 32.
ApiResult<void> check_name(std::string_view kind, std::string_view name);
/// What CloudFormation calls a resource without a name; unique by a number where it must be.
std::string generated_name(const ResourceRequest& request);
/// Marker and PageSize: `list` cut to one page, as `member` and NextMarker.
Json page_of(const Json& list, std::string_view member, const Json& input);

// ---- condition.cpp: what stands behind a target ----------------------------------------------

/// The resource that a target's id or address belongs to; null where nothing in the world does.
const Resource* resource_behind(Elb& elb, const TargetGroup& group, const Target& target);
/// What whoever connects gets now.
Answer answer_of(Elb& elb, const TargetGroup& group, Target& target);
/// Where it is, by what stands behind it.
std::string zone_of(Elb& elb, const TargetGroup& group, const Target& target);

// ---- targets.cpp: the life of a target -------------------------------------------------------

Target& add_target(Elb& elb, TargetGroup& group, Target target, Stands stands);
/// draining, and gone once the deregistration delay has passed.
void deregister(Elb& elb, TargetGroup& group, Target& target);
/// The group ends, and whatever is pending for its targets.
void erase_group(Elb& elb, TargetGroup& group);
/// What stands behind it, or what is put on it, may answer otherwise now.
void look_again(Elb& elb, TargetGroup& group, Target& target);
/// Rules, zones or the state of what is behind its targets have changed: who is asked?
void refresh_use(Elb& elb, TargetGroup& group, Stands stands = Stands::no);
/// The settings of its checks have changed: they begin anew, what is known stays.
void restart_checks(Elb& elb, TargetGroup& group);
/// Every target that is known by this name: an id, an ARN or an address.
void look_again_at(Elb& elb, std::string_view name);
/// Its instance came to rest (stopped, terminated), or left it.
void set_stopped(Elb& elb, std::string_view instance, bool stopped);

// ---- group_health.cpp: what becomes known of a group -----------------------------------------

/// Its counts may be others: metrics, health.
void counts_changed(Elb& elb, TargetGroup& group);
/// Whether users feel what the group is like: as counts_changed, without the metrics.
void refresh_group_health(Elb& elb, TargetGroup& group);
/// The group is part of no load balancer any more, or ends: its metrics do.
void end_metrics(Elb& elb, TargetGroup& group);

// ---- associations.cpp: which group serves which load balancer --------------------------------

/// Actions of a listener or a rule, read and checked against the load balancer's kind.
ApiResult<Routing> read_actions(Elb& elb, const LoadBalancer& load_balancer, const Json& actions);
/// TargetGroup::load_balancers from all rules, and who is used because of it.
void refresh_associations(Elb& elb, Stands stands = Stands::no);

// ---- routing.cpp: who gets which share -------------------------------------------------------

struct Share {
  const TargetGroup* group = nullptr;
  const Target* target = nullptr;
  std::string zone;  // of the node that sends it
  double share = 0;  // of all the load balancer's traffic
};
struct Traffic {
  std::vector<Share> shares;
  std::map<std::string, double> zones;  // share of the load balancer's nodes
  double unserved = 0;                  // no target: a 503, or a reset
  std::map<int, double> answered;       // by the load balancer itself: fixed responses, redirects
  std::vector<std::string> fails_open;  // target group ARNs that send to unhealthy targets too
};
/// Of the first rule that a request meets; null: of whatever meets no rule.
const Routing& routing_for(const Listener& listener, const HttpRequest* request);
/// Of one request (which rule it meets) or of whatever meets no rule.
Traffic traffic_of(Elb& elb, const LoadBalancer& load_balancer, const Listener& listener,
                   const HttpRequest* request);
/// How the zone's share of DNS answers is decided: thresholds of all its groups, zonal shifts.
bool zone_is_healthy(Elb& elb, const LoadBalancer& load_balancer, std::string_view zone);
bool cross_zone(const LoadBalancer& load_balancer, const TargetGroup& group);
/// What a load balancer does where too few targets are healthy.
enum class HealthAction : std::uint8_t { dns, routing };
/// Fewer healthy targets of all than the thresholds of the action want.
bool falls_short(const TargetGroup& group, std::int64_t healthy, std::int64_t all,
                 HealthAction action);
/// How much of its full share it gets while it warms up, in (0, 1].
double slow_start_weight(const TargetGroup& group, const Target& target, SimTime now);

}  // namespace opsim::elb
