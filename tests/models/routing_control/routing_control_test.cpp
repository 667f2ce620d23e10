// AWS: ARC Developer Guide, "Routing control" and "Safety rules in routing control";
// route53-recovery-control-config API, NewAssertionRule, NewGatingRule, RuleConfig;
// route53-recovery-cluster API, UpdateRoutingControlStates.
#include "models/routing_control/routing_control.hpp"

#include "models/cloudwatch/service.hpp"
#include "models/compute/service.hpp"
#include "models/elb/service.hpp"
#include "models/route53/service.hpp"
#include "models/routing_control/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kSwitchboard[] = {&kEc2,     &kElbV2,           &kCloudWatch,
                                       &kRoute53, &kRecoveryControl, &kRecoveryCluster};

/// Three routing controls, east, west and reserve, all off.
struct Switchboard : SmallWorld {
  Switchboard() : SmallWorld{kSwitchboard} {
    cluster = make("AWS::Route53RecoveryControl::Cluster", "Cluster", {{"Name", "main"}});
    panel = make("AWS::Route53RecoveryControl::ControlPanel", "Panel",
                 {{"ClusterArn", cluster}, {"Name", "shop"}});
    for (const char* name : {"east", "west", "reserve"})
      control[name] = make("AWS::Route53RecoveryControl::RoutingControl", name,
                           {{"ClusterArn", cluster}, {"ControlPanelArn", panel}, {"Name", name}});
  }
  std::string cluster;
  std::string panel;
  std::map<std::string, std::string> control;

  std::vector<std::string> all() const {
    return {control.at("east"), control.at("west"), control.at("reserve")};
  }
  std::string assertion(const Json& config, int wait_ms = 0) {
    return make("AWS::Route53RecoveryControl::SafetyRule", "Rule",
                {{"ControlPanelArn", panel},
                 {"Name", "rule"},
                 {"RuleConfig", config},
                 {"AssertionRule", {{"AssertedControls", all()}, {"WaitPeriodMs", wait_ms}}}});
  }
  /// "east on, west off": in one transaction; "" or the code of the refusal.
  std::string set(const std::vector<std::pair<std::string, bool>>& states,
                  Json more = Json::object()) {
    for (const auto& [name, on] : states)
      more["UpdateRoutingControlStateEntries"].push_back(
          {{"RoutingControlArn", control.at(name)}, {"RoutingControlState", on ? "On" : "Off"}});
    // An endpoint of the data plane answers within milliseconds; the waits below are ours.
    const ApiResult<Json> answer =
        finish(cloud.call({cloud.home(), user().principal, "", true}, "route53-recovery-cluster",
                          "UpdateRoutingControlStates", std::move(more)));
    return answer ? "" : answer.error().code;
  }
  bool is_on(const std::string& name) {
    return must("route53-recovery-cluster", "GetRoutingControlState",
                {{"RoutingControlArn", control.at(name)}})["RoutingControlState"] == "On";
  }
};

Json rule(const char* type, int threshold, bool inverted = false) {
  return {{"Type", type}, {"Threshold", threshold}, {"Inverted", inverted}};
}

TEST_SUITE("arc: routing control") {
  TEST_CASE("a new routing control is off; a health check follows it, and records follow that") {
    Switchboard world;
    const std::string zone =
        world.make("AWS::Route53::HostedZone", "Zone", {{"Name", "example.com"}});
    for (const char* name : {"east", "west"}) {
      const std::string check = world.make(
          "AWS::Route53::HealthCheck", std::string{name} + "Check",
          {{"HealthCheckConfig",
            {{"Type", "RECOVERY_CONTROL"}, {"RoutingControlArn", world.control.at(name)}}}});
      world.make("AWS::Route53::RecordSet", std::string{name} + "Record",
                 {{"HostedZoneId", zone},
                  {"Type", "A"},
                  {"TTL", 60},
                  {"Name", "shop.example.com"},
                  {"SetIdentifier", name},
                  {"HealthCheckId", check},
                  {"Failover", std::string{name} == "east" ? "PRIMARY" : "SECONDARY"},
                  {"ResourceRecords",
                   Json::array({std::string{name} == "east" ? "192.0.2.1" : "192.0.2.2"})}});
    }
    const auto answer = [&] {
      const auto told = world.cloud.inspect(world.cloud.home(), "route53", "InspectResolution",
                                            {{"Name", "shop.example.com"}, {"Type", "A"}});
      REQUIRE(told.has_value());
      REQUIRE(told->at("Answers").size() == 1);
      return told->at("Answers")[0]["Data"].get<std::string>();
    };
    CHECK_FALSE(world.is_on("east"));
    CHECK(world.set({{"east", true}}) == "");
    world.run_for(1s);
    CHECK(answer() == "192.0.2.1");
    CHECK(world.set({{"east", false}, {"west", true}}) == "");
    world.run_for(1s);
    CHECK(answer() == "192.0.2.2");
    CHECK(world
              .must("route53-recovery-control-config", "ListAssociatedRoute53HealthChecks",
                    {{"RoutingControlArn", world.control.at("east")}})["HealthCheckIds"]
              .size() == 1);
  }

  // arc-rule-002: ATLEAST 2 of 3, a request that leaves two on is allowed; one that leaves one is
  // not.
  TEST_CASE("arc-rule-002: an assertion rule holds after the change, or nothing changes") {
    Switchboard world;
    CHECK(world.set({{"east", true}, {"west", true}, {"reserve", true}}) == "");
    world.assertion(rule("ATLEAST", 2));
    CHECK(world.set({{"east", false}}) == "");
    CHECK(world.set({{"west", false}}) == "ConflictException");
    CHECK(world.is_on("west"));
    // One transaction: judged by what comes of all of it, and all of it or nothing happens.
    CHECK(world.set({{"west", false}, {"east", true}}) == "");
    CHECK(world.set({{"east", false}, {"west", false}}) == "ConflictException");
    CHECK(world.is_on("east"));
  }

  TEST_CASE("arc-rule-003 and arc-rule-004: OR is ATLEAST 1, AND is ATLEAST all of them") {
    using routing_control::holds;
    using routing_control::RuleConfig;
    for (std::size_t on = 0; on <= 3; ++on) {
      CAPTURE(on);
      CHECK(holds({"OR", 0, false}, on, 3) == holds({"ATLEAST", 1, false}, on, 3));
      CHECK(holds({"AND", 0, false}, on, 3) == holds({"ATLEAST", 3, false}, on, 3));
      // "Inverted: logical negation of the rule."
      CHECK(holds({"ATLEAST", 2, true}, on, 3) != holds({"ATLEAST", 2, false}, on, 3));
    }
    Switchboard world;
    world.assertion(rule("OR", 0));
    CHECK(world.set({{"east", true}}) == "");
    CHECK(world.set({{"east", false}}) == "ConflictException");
  }

  // NewGatingRule: "a gating rule lets you configure a gating routing control as an overall on/off
  // switch for a group of routing controls".
  TEST_CASE("arc-rule-005: while the gate is off, its target controls cannot be changed") {
    Switchboard world;
    world.make(
        "AWS::Route53RecoveryControl::SafetyRule", "Gate",
        {{"ControlPanelArn", world.panel},
         {"Name", "gate"},
         {"RuleConfig", rule("ATLEAST", 1)},
         {"GatingRule",
          {{"GatingControls", Json::array({world.control.at("reserve")})},
           {"TargetControls", Json::array({world.control.at("east"), world.control.at("west")})},
           {"WaitPeriodMs", 0}}}});
    CHECK(world.set({{"east", true}}) == "ConflictException");
    CHECK(world.set({{"reserve", true}, {"east", true}}) == "ConflictException");
    CHECK(world.set({{"reserve", true}}) == "");
    CHECK(world.set({{"east", true}}) == "");
    CHECK(world.set({{"reserve", false}}) == "");
    CHECK(world.set({{"east", false}}) == "ConflictException");
  }

  TEST_CASE("arc-rule-006: during the wait period after a change, further changes fail") {
    Switchboard world;
    world.assertion(rule("ATLEAST", 1), 5'000);
    CHECK(world.set({{"east", true}}) == "");
    world.run_for(2s);
    CHECK(world.set({{"west", true}}) == "ConflictException");
    world.run_for(3s);
    CHECK(world.set({{"west", true}}) == "");
    // "The wait period is 5000 ms by default."
    const Json rules = world.must("route53-recovery-control-config", "ListSafetyRules",
                                  {{"ControlPanelArn", world.panel}})["SafetyRules"];
    CHECK(rules[0]["ASSERTION"]["WaitPeriodMs"] == 5'000);
  }

  // UpdateRoutingControlState, SafetyRulesToOverride: "the ARNs of the safety rules that you want
  // to override when you're updating routing control states" (breaking glass).
  TEST_CASE("a safety rule can be overridden by name") {
    Switchboard world;
    CHECK(world.set({{"east", true}}) == "");
    const std::string atleast = world.assertion(rule("ATLEAST", 1));
    CHECK(world.set({{"east", false}}) == "ConflictException");
    CHECK(world.set({{"east", false}}, {{"SafetyRulesToOverride", Json::array({atleast})}}) == "");
    CHECK_FALSE(world.is_on("east"));
    CHECK(world.set({{"east", false}}, {{"SafetyRulesToOverride", Json::array({"arn:none"})}}) ==
          "ResourceNotFoundException");
  }

  TEST_CASE("what the configuration API refuses") {
    Switchboard world;
    const char* const api = "route53-recovery-control-config";
    const auto refused = [&](const Json& members) {
      return world.refusal(api, "CreateSafetyRule", members);
    };
    const auto asserting = [&](const Json& config, const std::vector<std::string>& controls) {
      return Json{{"AssertionRule",
                   {{"Name", "r"},
                    {"ControlPanelArn", world.panel},
                    {"AssertedControls", controls},
                    {"RuleConfig", config}}}};
    };
    CHECK(refused(asserting(rule("ATLEAST", 4), world.all())) == "ValidationException");
    CHECK(refused(asserting(rule("SOME", 1), world.all())) == "ValidationException");
    CHECK(refused(asserting(rule("OR", 0), {"arn:none"})) == "ResourceNotFoundException");
    CHECK(refused(Json::object()) == "ValidationException");
    CHECK(refused(asserting(rule("AND", 0), world.all())) == "");
    CHECK(world.refusal(api, "DeleteControlPanel", {{"ControlPanelArn", world.panel}}) ==
          "ConflictException");
    CHECK(world.refusal(api, "DeleteRoutingControl",
                        {{"RoutingControlArn", world.control.at("east")}}) == "ConflictException");
    CHECK(world.refusal(api, "CreateRoutingControl",
                        {{"ClusterArn", world.cluster},
                         {"ControlPanelArn", world.panel},
                         {"RoutingControlName", "east"}}) == "ConflictException");
    CHECK(world.refusal("route53-recovery-cluster", "UpdateRoutingControlState",
                        {{"RoutingControlArn", world.control.at("east")},
                         {"RoutingControlState", "on"}}) == "ValidationException");
  }
}

}  // namespace
}  // namespace opsim::tests
