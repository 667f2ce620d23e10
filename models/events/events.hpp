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

#include "models/events/input_transformer.hpp"
#include "models/events/matcher.hpp"
#include "models/events/schedule.hpp"
#include "opsim/cloud/cloud.hpp"

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
  std::string description;
  std::string role_arn;
  std::string pattern_text;
  std::optional<Pattern> pattern;
  std::string schedule_text;
  std::optional<Schedule> schedule;
  std::vector<Target> targets;  // in the order in which they were put
  std::string managed_by;
  std::uint64_t matched = 0;
  Ticket next_fire;
};

struct Bus {
  std::map<std::string, std::shared_ptr<Rule>> rules;
  std::map<RuleId, std::shared_ptr<Rule>> by_id;
  RuleSet matcher;                        // the enabled rules that have a pattern
  std::deque<std::string> latest_events;  // for "why did this rule not match"; bounded
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
  Stream deliveries;

 private:
  RuleId next_rule_ = 1;
};

// ---- Rules, from the API and from CloudFormation ----
/// A member as text, "" where it is absent; an object where the API has JSON text is printed.
std::string text_at(const Json& input, const char* key);
ApiResult<std::shared_ptr<Rule>> read_rule(Events& events, const Place& place, const Json& input);
ApiResult<Target> read_target(const Json& input);

// ---- Operations ----
ApiResult<Json> create_event_bus(Events& events, const Request& request);
ApiResult<Json> delete_rule(Events& events, const Request& request);
ApiResult<Json> describe_event_bus(Events& events, const Request& request);
ApiResult<Json> describe_rule(Events& events, const Request& request);
ApiResult<Json> disable_rule(Events& events, const Request& request);
ApiResult<Json> enable_rule(Events& events, const Request& request);
ApiResult<Json> list_event_buses(Events& events, const Request& request);
ApiResult<Json> list_rule_names_by_target(Events& events, const Request& request);
ApiResult<Json> list_rules(Events& events, const Request& request);
ApiResult<Json> list_targets_by_rule(Events& events, const Request& request);
ApiResult<Json> put_events(Events& events, const Request& request);
ApiResult<Json> put_rule(Events& events, const Request& request);
ApiResult<Json> put_targets(Events& events, const Request& request);
ApiResult<Json> remove_targets(Events& events, const Request& request);
ApiResult<Json> test_event_pattern(Events& events, const Request& request);

// ---- Routing ----
void route(Model& model, const Event& event);
/// One target of one rule: input, attempts, dead-letter queue.
Process<> deliver_to_target(Events& events, std::shared_ptr<const Rule> rule, std::size_t target,
                            std::shared_ptr<const std::string> event_text, SimTime ingested);
void fire_schedule(Events& events, const std::shared_ptr<Rule>& rule);

std::vector<std::string> explain(Model& model, std::string_view subject);

}  // namespace opsim::events
