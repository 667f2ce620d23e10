#pragma once
/// Load balancers, their listeners and rules.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/elb/attributes.hpp"
#include "models/elb/rule_condition.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::elb {

/// What the last action of a rule does with a request.
struct Routing {
  std::vector<std::pair<std::string, std::int64_t>> forward;  // target group ARN and weight
  bool sticky_groups = false;                                 // TargetGroupStickinessConfig
  int answers = 0;  // status of fixed-response or redirect; 0: forwards
};

struct Rule {
  std::string arn;
  int priority = 0;  // from 1; the default rule stands apart
  Json conditions = Json::array();
  Json actions = Json::array();
  Json transforms = Json::array();
  std::vector<RuleCondition> parsed;
  Routing routing;
  std::map<std::string, std::string> tags;
};

struct Listener {
  std::string arn;
  std::string load_balancer;  // ARN
  std::string protocol;
  int port = 0;
  Json certificates = Json::array();
  std::string ssl_policy;
  Json alpn = Json::array();
  Rule otherwise;             // the default rule
  std::map<int, Rule> rules;  // by priority
  Json attributes = Json::array();
  std::map<std::string, std::string> tags;
};

struct Zone {
  std::string name;
  std::string subnet;
  bool shifted_away = false;  // a zonal shift moves traffic away from it
};

struct LoadBalancer {
  std::string arn;
  std::string name;
  std::string full_name;  // "app/web/0000000000000001": the dimension of metrics
  std::string dns_name;
  Place place;
  std::string type = "application";  // "network", "gateway"; "classic" for the older service
  std::string scheme = "internet-facing";
  std::string ip_address_type = "ipv4";
  std::string vpc;
  std::vector<Zone> zones;  // sorted by name
  std::vector<std::string> security_groups;
  Attributes attributes;
  std::map<std::string, std::string> tags;
  SimTime created{};
  SimTime active_at{};
  std::set<std::string> listeners;  // ARNs

  [[nodiscard]] bool is_application() const { return type == "application"; }
  [[nodiscard]] bool is_classic() const { return type == "classic"; }
  [[nodiscard]] const Zone* find_zone(std::string_view name) const;
};

}  // namespace opsim::elb
