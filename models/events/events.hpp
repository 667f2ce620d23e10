#pragma once
/// Amazon EventBridge: buses, rules, targets. "Classic" buses, as AWS has called them since 2026.
/// AWS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-what-is.html
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/events/api_destination.hpp"
#include "models/events/archive.hpp"
#include "models/events/input_transformer.hpp"
#include "models/events/matcher.hpp"
#include "models/events/pace.hpp"
#include "models/events/rule_heads.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/schedule.hpp"

namespace opsim::events {

struct Target {
  std::string id;
  std::string arn;
  std::string role_arn;
  std::optional<std::string> input;  // constant JSON text
  std::optional<std::string> input_path;
  std::optional<InputTransformer> transformer;
  // eb-rule-retry-policy: 24 hours and up to 185 times, unless the target says otherwise.
  int maximum_retry_attempts = 185;
  Duration maximum_event_age = std::chrono::hours{24};
  std::string dead_letter_arn;
  Json spec;  // as given: what DescribeRule and the target itself read (RunCommandParameters, ...)
};

struct Rule {
  RuleId id = 0;
  std::string name;
  std::string arn;
  Place place;
  std::string bus;
  bool enabled = true;
  std::string state = "ENABLED";  // or DISABLED, or one of the other ways to be enabled
  std::string description;
  std::string role_arn;
  std::string pattern_text;
  std::optional<Pattern> pattern;
  std::string schedule_text;
  std::optional<schedule::Expression> schedule;
  std::vector<Target> targets;  // in the order in which they were put
  std::string managed_by;       // a service that made it; only Force changes it
  std::string archive;          // of an archive's own rule: where events go instead of to targets
  std::map<std::string, std::string> tags;
  std::uint64_t matched = 0;
  Ticket next_fire;
};

/// What became of a rule's deliveries to one of its targets.
struct DeliveryLedger {
  std::uint64_t begun = 0;
  std::uint64_t delivered = 0;
  std::uint64_t retried = 0;       // attempts after the first
  std::uint64_t given_up = 0;      // refused for good, or tried for as long as the policy says
  std::uint64_t unplayed = 0;      // delivered to what nothing here plays
  std::uint64_t not_sent = 0;      // no input could be made of the event
  std::uint64_t dead_letters = 0;  // of those given up, what the dead-letter queue took
  std::uint64_t lost_letters = 0;  // ... and what it did not
  std::string last_refusal;        // "AccessDenied: User: ..."
};

struct Bus {
  std::map<std::string, std::shared_ptr<Rule>> rules;
  std::map<RuleId, std::shared_ptr<Rule>> by_id;
  RuleSet matcher;                        // the enabled rules that have a pattern
  std::optional<RuleHeads> heads;         // of the same; made when an event needs them
  std::deque<std::string> latest_events;  // for "why did this rule not match"; bounded
  std::string description;
  Json policy;  // null: only its own account
  SimTime created{};
  std::map<std::string, std::string> tags;
};

/// How an event came to a bus. It goes over one other bus only (eb-bus-to-bus).
struct Origin {
  bool other_bus = false;
  const Replay* replay = nullptr;  // then only to the rules that it names
};

/// A fault: events of best-effort sources get lost.
struct Loss {
  std::string source;  // "" for all
  double share = 1;
  SimTime until;
};

class Events : public Model {
 public:
  explicit Events(Cloud& cloud_);

  /// "default" always exists; another only once created. Null: no such bus.
  Bus* find_bus(const Place& place, std::string_view name_or_arn);
  Bus& create_bus(const Place& place, std::string_view name);
  std::shared_ptr<Rule> find_rule(const Place& place, std::string_view bus, std::string_view name);
  /// A copy of the rule with `change` made becomes the rule: what is under way keeps the old one.
  void replace_rule(const std::shared_ptr<Rule>& rule);
  void remove_rule(const Rule& rule);
  /// A schedule counts from when the rule was enabled.
  void arm_schedule(const std::shared_ptr<Rule>& rule);

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Bus> buses;
  std::map<std::pair<Place, std::string>, Archive> archives;
  std::map<std::pair<Place, std::string>, Replay> replays;
  std::map<std::pair<Place, std::string>, Connection> connections;
  std::map<std::pair<Place, std::string>, ApiDestination> destinations;
  std::map<std::pair<Place, std::string>, Pace> destination_paces;
  std::map<std::string, Endpoint> apis;  // API Gateway's, by id; "" for all: physics
  std::set<std::string> unplayed;        // ARNs of targets that nothing here plays, once told
  std::map<Place, Pace> invocation_paces;
  /// By ARN of the rule and metric: how many since the minute began.
  std::map<std::pair<std::string, std::string>, std::int64_t> tallies;
  /// By ARN of the rule and of the target.
  std::map<std::pair<std::string, std::string>, DeliveryLedger> ledgers;
  std::vector<Loss> losses;
  Stream deliveries;

 private:
  RuleId next_rule_ = 1;
};

// ---- Rules, from the API and from CloudFormation ----
/// A member as text, "" where it is absent; an object where the API has JSON text is printed.
std::string text_at(const Json& input, const char* key);
ApiResult<std::shared_ptr<Rule>> read_rule(Events& events, const Place& place, const Json& input);
std::optional<ApiError> over_pattern_quota(const Rule& rule);
/// The targets of one call or template for `rule`, each checked; none is kept where one is wrong.
ApiResult<std::vector<Target>> read_targets(const Rule& rule, const Json& given);

/// "arn:...:event-bus/orders" and "orders" are "orders"; "" is "default".
std::string bus_name(std::string_view name_or_arn);
ApiError no_bus(std::string_view name);
/// `all` cut to Limit, from NextToken on; the answer holds it as `member`.
Json page_of(Json all, const Json& input, const char* member);

// ---- Operations ----
ApiResult<Json> cancel_replay(Events& events, const Request& request);
ApiResult<Json> create_api_destination(Events& events, const Request& request);
ApiResult<Json> create_archive(Events& events, const Request& request);
ApiResult<Json> create_connection(Events& events, const Request& request);
/// What is wrong with a bus that is to be created: `spec` as CreateEventBus and its template say.
std::optional<ApiError> check_new_bus(Events& events, const Place& place, const std::string& name,
                                      const Json& spec);
ApiResult<Json> create_event_bus(Events& events, const Request& request);
ApiResult<Json> deauthorize_connection(Events& events, const Request& request);
ApiResult<Json> delete_api_destination(Events& events, const Request& request);
ApiResult<Json> delete_archive(Events& events, const Request& request);
ApiResult<Json> delete_connection(Events& events, const Request& request);
ApiResult<Json> delete_event_bus(Events& events, const Request& request);
ApiResult<Json> delete_rule(Events& events, const Request& request);
ApiResult<Json> describe_api_destination(Events& events, const Request& request);
ApiResult<Json> describe_archive(Events& events, const Request& request);
ApiResult<Json> describe_connection(Events& events, const Request& request);
ApiResult<Json> describe_event_bus(Events& events, const Request& request);
ApiResult<Json> describe_replay(Events& events, const Request& request);
ApiResult<Json> describe_rule(Events& events, const Request& request);
ApiResult<Json> disable_rule(Events& events, const Request& request);
ApiResult<Json> enable_rule(Events& events, const Request& request);
ApiResult<Json> list_api_destinations(Events& events, const Request& request);
ApiResult<Json> list_archives(Events& events, const Request& request);
ApiResult<Json> list_connections(Events& events, const Request& request);
ApiResult<Json> list_event_buses(Events& events, const Request& request);
ApiResult<Json> list_replays(Events& events, const Request& request);
ApiResult<Json> list_rule_names_by_target(Events& events, const Request& request);
ApiResult<Json> list_rules(Events& events, const Request& request);
ApiResult<Json> list_tags_for_resource(Events& events, const Request& request);
ApiResult<Json> list_targets_by_rule(Events& events, const Request& request);
ApiResult<Json> put_events(Events& events, const Request& request);
ApiResult<Json> put_permission(Events& events, const Request& request);
ApiResult<Json> put_rule(Events& events, const Request& request);
ApiResult<Json> put_targets(Events& events, const Request& request);
ApiResult<Json> remove_permission(Events& events, const Request& request);
ApiResult<Json> remove_targets(Events& events, const Request& request);
ApiResult<Json> start_replay(Events& events, const Request& request);
ApiResult<Json> tag_resource(Events& events, const Request& request);
ApiResult<Json> test_event_pattern(Events& events, const Request& request);
ApiResult<Json> untag_resource(Events& events, const Request& request);
ApiResult<Json> update_api_destination(Events& events, const Request& request);
ApiResult<Json> update_archive(Events& events, const Request& request);
ApiResult<Json> update_connection(Events& events, const Request& request);
ApiResult<Json> update_event_bus(Events& events, const Request& request);

// ---- Routing ----
/// A target as people call it: by the resource that a stack made, else the last part of its ARN.
std::string target_name(Cloud& cloud, std::string_view arn);
void route(Model& model, const Event& event);
/// An event as text, at a bus: to its archives and its rules' targets.
void receive(Events& events, const Place& place, const std::string& bus,
             const std::shared_ptr<const std::string>& text, const Origin& origin);
/// One target of one rule: input, attempts, dead-letter queue.
Process<> deliver_to_target(Events& events, std::shared_ptr<const Rule> rule, std::size_t target,
                            std::shared_ptr<const std::string> event_text, SimTime ingested,
                            Origin origin);
/// To a bus of a rule's target: its policy asked, one hop only.
ApiResult<Json> forward(Events& events, const Rule& rule, const Target& target,
                        const std::shared_ptr<const std::string>& event_text, const Origin& origin);
void fire_schedule(Events& events, const std::shared_ptr<Rule>& rule);
/// What an archive's rule matched.
void archive_event(Events& events, const Rule& rule,
                   const std::shared_ptr<const std::string>& event_text);
/// CloudWatch metric of a rule in AWS/Events: one more of `metric`, at once.
void count(Events& events, const Rule& rule, const char* metric);
/// The same for what happens with every event: put once a minute, as AWS does.
void tally(Events& events, const Rule& rule, const char* metric);
/// Makes or replaces an archive and its rule.
ApiResult<Json> keep_archive(Events& events, Archive archive);
Process<ApiResult<Json>> deliver_to_destination(Events& events, Delivery delivery);
Process<ApiResult<Json>> deliver_to_api(Events& events, Delivery delivery);

std::vector<std::string> explain(Model& model, std::string_view subject);

}  // namespace opsim::events
