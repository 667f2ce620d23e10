// Who gets which share: zones, weights, thresholds, rules.
#include <doctest/doctest.h>

#include "models/elb/rule_condition.hpp"
#include "tests/models/elb/balanced_world.hpp"

namespace opsim::tests {
namespace {

/// Twenty addresses in two zones, as in the guide's example.
struct Twenty : Balanced {
  std::string group;
  std::string lb;
  explicit Twenty(const Json& attributes) {
    Json targets = Json::array();
    for (int i = 1; i <= 10; ++i)
      for (const char zone : {'a', 'b'})
        targets.push_back({{"Id", fmt::format("10.0.{}.{}", zone - 'a', i)},
                           {"AvailabilityZone", fmt::format("us-east-1{}", zone)}});
    group = make("AWS::ElasticLoadBalancingV2::TargetGroup", "Group",
                 {{"Name", "tg"},
                  {"Protocol", "HTTP"},
                  {"Port", 80},
                  {"VpcId", "vpc-1"},
                  {"TargetType", "ip"},
                  {"Targets", targets},
                  {"TargetGroupAttributes", attributes}});
    lb = make("AWS::ElasticLoadBalancingV2::LoadBalancer", "Balancer",
              {{"Name", "lb"}, {"Subnets", {"subnet-a", "subnet-b"}}});
    make("AWS::ElasticLoadBalancingV2::Listener", "Listener",
         {{"LoadBalancerArn", lb},
          {"Protocol", "HTTP"},
          {"Port", 80},
          {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", group}}}}});
  }
  void fail(char zone, int how_many) {
    for (int i = 1; i <= how_many; ++i)
      cloud.change_quantity(group, fmt::format("answer 10.0.{}.{}:80", zone - 'a', i),
                            {opsim::Change::How::to, 500});
    run_for(2min);
  }
};
Json attribute(std::string_view key, std::string_view value) {
  return {{"Key", key}, {"Value", value}};
}
Json half(std::string_view cross_zone) {
  return Json::array(
      {attribute("target_group_health.dns_failover.minimum_healthy_targets.percentage", "50"),
       attribute("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
                 "50"),
       attribute("load_balancing.cross_zone.enabled", cross_zone)});
}

}  // namespace

TEST_SUITE("elbv2: routing") {
  // "Target group health", example: two zones of ten targets, 50 % for both actions, six fail in B.
  TEST_CASE("the guide's example, cross-zone off: B leaves DNS, A serves alone") {
    Twenty world{half("false")};
    world.fail('b', 6);
    const Json told = world.traffic({{"LoadBalancer", world.lb}});
    CHECK(told.at("Zones") == Json{{"us-east-1a", 1.0}});
    CHECK(told.at("Targets").size() == 10);
    CHECK(told.at("FailsOpen").empty());
    for (const Json& target : told.at("Targets"))
      CHECK(target.at("AvailabilityZone") == "us-east-1a");
  }
  TEST_CASE("the guide's example, cross-zone on: 14 healthy targets share alike") {
    Twenty world{half("true")};
    world.fail('b', 6);
    const Json told = world.traffic({{"LoadBalancer", world.lb}});
    CHECK(told.at("Zones").size() == 2);
    std::map<std::string, double> shares;
    for (const Json& target : told.at("Targets"))
      shares[target.at("Target").get<std::string>()] += target.at("Share").get<double>();
    CHECK(shares.size() == 14);
    for (const auto& [name, share] : shares) CHECK(share == doctest::Approx(1.0 / 14));
  }
  TEST_CASE("both zones fall short: all zones, and all targets of each") {
    Twenty world{half("false")};
    world.fail('a', 6);
    world.fail('b', 6);
    const Json told = world.traffic({{"LoadBalancer", world.lb}});
    CHECK(told.at("Zones").size() == 2);
    CHECK(told.at("Targets").size() == 20);
    CHECK(told.at("FailsOpen") == Json::array({world.group}));
    CHECK(told.at("Healthy") == false);
  }

  TEST_CASE("asked since a version, a balancer says so alone while no share has changed") {
    Balanced world;
    const Standing stands = world.stand("web");
    const auto ask = [&](const Json& since) {
      return world.traffic({{"LoadBalancer", stands.balancer}, {"Brief", true}, {"Since", since}});
    };
    Json version = ask(nullptr).at("Version");
    const auto changed = [&] {
      const Json told = ask(version);
      CHECK(told.contains("Same") != told.contains("Version"));
      if (told.contains("Version")) version = told.at("Version");
      return told.contains("Version");
    };
    CHECK_FALSE(changed());
    world.run_for(5min);
    CHECK_FALSE(changed());
    world.must("elbv2", "DeregisterTargets",
               {{"TargetGroupArn", stands.group}, {"Targets", {{{"Id", stands.instances[0]}}}}});
    CHECK(changed());
    CHECK_FALSE(changed());
    world.must("elbv2", "ModifyListener",
               {{"ListenerArn", stands.listener},
                {"DefaultActions",
                 {{{"Type", "forward"},
                   {"ForwardConfig",
                    {{"TargetGroups",
                      {{{"TargetGroupArn", stands.group}, {"Weight", 9}},
                       {{"TargetGroupArn", world.group_arn("other")}, {"Weight", 1}}}}}}}}}});
    CHECK(changed());
    CHECK_FALSE(changed());
  }
  TEST_CASE("what stands behind an address is looked at each time: such shares have no version") {
    Twenty world{half("true")};
    CHECK_FALSE(world.traffic({{"LoadBalancer", world.lb}, {"Brief", true}}).contains("Version"));
  }

  // cases/worked_examples.jsonl: elb-open-001.
  TEST_CASE("elb-open-001: no healthy target: requests go to all five") {
    Balanced world;
    const std::string group = world
                                  .must("elbv2", "CreateTargetGroup",
                                        {{"Name", "tg"},
                                         {"Protocol", "HTTP"},
                                         {"Port", 80},
                                         {"VpcId", "vpc-1"},
                                         {"TargetType", "ip"}})
                                  .at("TargetGroups")[0]
                                  .at("TargetGroupArn")
                                  .get<std::string>();
    const std::string lb = world.serve(group, "lb");
    world.run_for(3min);  // it is provisioned
    world.cloud.resources().add({.type = "AWS::ElasticLoadBalancingV2::TargetGroup",
                                 .physical_id = group,
                                 .arn = group,
                                 .place = world.cloud.home()});
    world.cloud.change_quantity(group, "answer", {opsim::Change::How::to, 0});
    CHECK(world.shares(lb) == "503 1.000");
    for (int i = 1; i <= 5; ++i) world.add_to(group, fmt::format("10.0.0.{}", i));
    world.run_for(2min);
    CHECK(world.state(group, "10.0.0.1") == "unhealthy Target.FailedHealthChecks");
    CHECK(world.shares(lb) ==
          "10.0.0.1:80 0.200, 10.0.0.2:80 0.200, 10.0.0.3:80 0.200, 10.0.0.4:80 0.200, "
          "10.0.0.5:80 0.200");
  }

  TEST_CASE("weights divide among groups; the empty one answers 503") {
    Balanced world;
    const Standing stands = world.stand("web");
    const std::string empty = world.group_arn("empty");
    world.must("elbv2", "ModifyListener",
               {{"ListenerArn", stands.listener},
                {"DefaultActions",
                 {{{"Type", "forward"},
                   {"ForwardConfig",
                    {{"TargetGroups",
                      {{{"TargetGroupArn", stands.group}, {"Weight", 9}},
                       {{"TargetGroupArn", empty}, {"Weight", 1}}}}}}}}}});
    CHECK(world.shares(stands.balancer) ==
          fmt::format("{} 0.450, {} 0.450, 503 0.100", stands.instances[0], stands.instances[1]));
    CHECK(world.refusal("elbv2", "DeleteTargetGroup", {{"TargetGroupArn", empty}}) ==
          "ResourceInUse");
  }

  TEST_CASE("the first rule by priority that holds decides") {
    Balanced world;
    const Standing stands = world.stand("web");
    const auto rule = [&](int priority, const Json& conditions, int status) {
      world.must("elbv2", "CreateRule",
                 {{"ListenerArn", stands.listener},
                  {"Priority", priority},
                  {"Conditions", conditions},
                  {"Actions",
                   {{{"Type", "fixed-response"},
                     {"FixedResponseConfig", {{"StatusCode", std::to_string(status)}}}}}}});
    };
    rule(20, {{{"Field", "path-pattern"}, {"Values", {"/img/*"}}}}, 201);
    rule(10,
         {{{"Field", "host-header"}, {"Values", {"*.example.com"}}},
          {{"Field", "path-pattern"}, {"Values", {"/img/?.png"}}}},
         202);
    rule(30,
         {{{"Field", "http-header"},
           {"HttpHeaderConfig", {{"HttpHeaderName", "User-Agent"}, {"Values", {"*bot*"}}}}}},
         203);
    rule(40,
         {{{"Field", "query-string"},
           {"QueryStringConfig", {{"Values", {{{"Key", "v"}, {"Value", "2*"}}}}}}}},
         204);
    rule(50, {{{"Field", "source-ip"}, {"SourceIpConfig", {{"Values", {"192.0.2.0/24"}}}}}}, 205);
    rule(
        60,
        {{{"Field", "http-request-method"}, {"HttpRequestMethodConfig", {{"Values", {"DELETE"}}}}}},
        206);
    CHECK(world.refusal("elbv2", "CreateRule",
                        {{"ListenerArn", stands.listener},
                         {"Priority", 60},
                         {"Conditions", {{{"Field", "path-pattern"}, {"Values", {"/x"}}}}},
                         {"Actions", {{{"Type", "forward"}, {"TargetGroupArn", stands.group}}}}}) ==
          "PriorityInUse");
    struct Row {
      Json request;
      const char* answer;
    };
    const Row rows[] = {
        {{{"Host", "www.EXAMPLE.com"}, {"Path", "/img/a.png"}}, "202 1.000"},
        {{{"Host", "www.example.com"}, {"Path", "/img/ab.png"}}, "201 1.000"},
        {{{"Path", "/IMG/a.png"}, {"Headers", {{"user-agent", "a BOT b"}}}}, "203 1.000"},
        {{{"QueryString", {{"v", "21"}}}}, "204 1.000"},
        {{{"SourceIp", "192.0.2.77"}}, "205 1.000"},
        {{{"Method", "DELETE"}}, "206 1.000"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.request.dump());
      CHECK(world.shares(stands.balancer, {{"Request", row.request}}) == row.answer);
    }
    CHECK(world.shares(stands.balancer, {{"Request", {{"Path", "/"}}}}) ==
          fmt::format("{} 0.500, {} 0.500", stands.instances[0], stands.instances[1]));
  }

  TEST_CASE("slow start: a new target's share grows linearly") {
    Balanced world;
    const Standing stands =
        world.stand("web", {{"TargetGroupAttributes",
                             Json::array({attribute("slow_start.duration_seconds", "100")})}});
    const std::string id = world.run_instance();
    world.run_for(5min);
    world.add_to(stands.group, id);
    while (world.state_now(stands.group, id) != "healthy") world.run_for(1ms);
    const auto share = [&] {
      double sum = 0;
      const Json told = world.traffic({{"LoadBalancer", stands.balancer}});
      for (const Json& target : told.at("Targets"))
        if (target.at("Target") == id) sum += target.at("Share").get<double>();
      return sum;
    };
    CHECK(share() < 0.01);
    world.run_for(50s);
    CHECK(share() == doctest::Approx(0.5 / 2.5).epsilon(0.01));
    world.run_for(50s);
    CHECK(share() == doctest::Approx(1.0 / 3).epsilon(0.01));
  }

  TEST_CASE("a zonal shift keeps traffic away from a zone, until nothing else is healthy") {
    Balanced world;
    const Standing stands = world.stand("web");
    world.cloud.change_quantity(stands.balancer, "shifted us-east-1a", {opsim::Change::How::to, 1});
    CHECK(world.shares(stands.balancer) == fmt::format("{} 1.000", stands.instances[1]));
    world.cloud.change_quantity(stands.group, "answer " + stands.instances[1],
                                {opsim::Change::How::to, 0});
    world.run_for(61s);
    CHECK(world.shares(stands.balancer) == fmt::format("{} 1.000", stands.instances[0]));
  }
}

TEST_SUITE("elbv2: rule conditions") {
  TEST_CASE("patterns") {
    struct Row {
      const char* pattern;
      const char* text;
      bool holds;
    };
    constexpr Row rows[] = {
        {"/img/*", "/img/a/b", true},
        {"/img/*", "/img", false},
        {"*.example.com", "a.example.com", true},
        {"a?c", "abc", true},
        {"a?c", "ac", false},
        {"*", "", true},
        {"*a*b*c", "xxaxxbxxc", true},
        {"*a*b*c", "xxaxxc", false},
        {"/x", "/X", false},
    };
    for (const Row& row : rows) {
      CAPTURE(row.pattern);
      CAPTURE(row.text);
      CHECK(elb::matches_pattern(row.pattern, row.text, false) == row.holds);
    }
    CHECK(elb::matches_pattern("/x", "/X", true));
    CHECK(elb::block_holds("10.0.0.0/8", "10.200.3.4"));
    CHECK_FALSE(elb::block_holds("10.0.0.0/9", "10.200.3.4"));
    CHECK(elb::block_holds("0.0.0.0/0", "1.2.3.4"));
    CHECK_FALSE(elb::block_holds("10.0.0.0/8", "not an address"));
  }
}

}  // namespace opsim::tests
