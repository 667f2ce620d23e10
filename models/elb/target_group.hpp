#pragma once
/// A target group and its targets.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "models/elb/attributes.hpp"
#include "models/elb/health_check.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/health_track.hpp"

namespace opsim::elb {

/// Why a target of a group is not asked at all (state "unused").
enum class Unused : std::uint8_t { no, group, zone, stopped };

/// What DescribeTargetHealth says, without what follows from Unused.
enum class TargetState : std::uint8_t { initial, healthy, unhealthy, unhealthy_draining, draining };

/// The id and the port under which a target is registered: one instance may be there twice.
using TargetKey = std::pair<std::string, int>;

struct Target {
  std::string id;  // instance id, IP address, ARN of a function or of an Application Load Balancer
  int port = 0;
  std::string zone;           // where it is; "all" for an address outside the VPC, "" where unknown
  std::string zone_given;     // as RegisterTargets had it
  bool had_resource = false;  // something in the world was found behind it once
  bool stopped = false;       // its instance is stopped or terminated
  Unused unused = Unused::group;
  TargetState state = TargetState::initial;
  std::string reason;  // of the last failed check that decided
  std::string description;
  Answer answer = Answer::ok;       // what the next checks get
  std::optional<Answer> told = {};  // put on it from outside (quantity "answer")
  HealthTrack track{{}, {}, CheckedHealth::initial};
  SimTime registered{};
  SimTime first_check{};              // before it, the target is being registered
  std::optional<SimTime> slow_start;  // since when it warms up
  Ticket decision;                    // the check that will change its health
  Ticket verdict;                     // the result of such a check, on its way
  Ticket drained;                     // the end of its draining

  [[nodiscard]] bool is_used() const { return unused == Unused::no; }
  /// Registered, and not on its way out.
  [[nodiscard]] bool is_registered() const { return state != TargetState::draining; }
  [[nodiscard]] bool is_healthy() const { return is_used() && state == TargetState::healthy; }
};

struct TargetGroup {
  std::string arn;  // of a Classic Load Balancer's instances: a key of this model, no ARN
  std::string name;
  bool classic = false;   // the instances of a Classic Load Balancer, seen by no operation of v2
  std::string full_name;  // "targetgroup/web/0000000000000001": the dimension of metrics
  Place place;
  std::string protocol;  // "" for Lambda
  std::string protocol_version;
  int port = 0;
  std::string vpc;
  TargetType type = TargetType::instance;
  HealthCheckSpec check;
  Attributes attributes;
  std::map<std::string, std::string> tags;
  SimTime created{};
  std::map<TargetKey, Target> targets;
  std::set<std::string> load_balancers;  // ARNs of those whose rules name it
  std::optional<Answer> told = {};       // what all its targets answer, put on it from outside
  bool served = false;                   // it had a healthy target once
  struct Series {
    SourceId healthy;
    SourceId unhealthy;
    std::vector<SourceId> states = {};  // as kStateNames; of Application Load Balancers
  };
  std::map<std::string, Series> metrics;  // by load balancer's ARN and zone ("" for all)
};

/// What others call it: its ARN, or the Classic Load Balancer's name.
[[nodiscard]] inline const std::string& known_as(const TargetGroup& group) {
  return group.classic ? group.name : group.arn;
}
/// "10.0.1.7:8080"; an instance, a function and a load balancer by its id alone.
[[nodiscard]] std::string target_name(const TargetGroup& group, const Target& target);

}  // namespace opsim::elb
