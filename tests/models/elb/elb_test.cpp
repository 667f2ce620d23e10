// Load balancers at the waists: calls, health, metrics, the journal.
#include <doctest/doctest.h>

#include "models/compute/service.hpp"
#include "models/elb/service.hpp"
#include "tests/models/elb/balanced_world.hpp"

namespace opsim::tests {

TEST_SUITE("elbv2: API") {
  TEST_CASE("names, ARNs and defaults are AWS's") {
    Balanced world;
    const Json group = world.group("web").at("TargetGroups")[0];
    CHECK(group.at("TargetGroupArn") ==
          "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0000000000000001");
    CHECK(group.at("HealthCheckIntervalSeconds") == 30);
    CHECK(group.at("HealthCheckTimeoutSeconds") == 6);
    CHECK(group.at("HealthyThresholdCount") == 5);
    CHECK(group.at("UnhealthyThresholdCount") == 2);
    CHECK(group.at("Matcher").at("HttpCode") == "200");
    CHECK(group.at("HealthCheckPath") == "/");
    const Json balancer = world.balancer("front").at("LoadBalancers")[0];
    CHECK(balancer.at("LoadBalancerArn") ==
          "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/front/"
          "0000000000000001");
    CHECK(balancer.at("DNSName") == "front-0000000001.us-east-1.elb.amazonaws.com");
    CHECK(balancer.at("State").at("Code") == "provisioning");
    world.run_for(4min);
    CHECK(world.must("elbv2", "DescribeLoadBalancers", {{"Names", {"front"}}})
              .at("LoadBalancers")[0]
              .at("State")
              .at("Code") == "active");
  }

  TEST_CASE("defaults follow the kind of the target group") {
    struct Row {
      Json input;
      int interval, timeout, healthy, unhealthy;
      const char* protocol;
    };
    const Row rows[] = {
        {{{"Protocol", "HTTP"}}, 30, 6, 5, 2, "HTTP"},
        {{{"Protocol", "HTTPS"}}, 30, 10, 5, 2, "HTTPS"},
        {{{"Protocol", "TCP"}}, 30, 10, 5, 2, "TCP"},
        {{{"Protocol", "TLS"}}, 30, 10, 5, 2, "TCP"},
        {{{"Protocol", "GENEVE"}}, 10, 5, 5, 2, "TCP"},
        {{{"TargetType", "lambda"}}, 35, 30, 5, 5, ""},
    };
    for (const Row& row : rows) {
      CAPTURE(row.input.dump());
      Balanced world;
      Json input = row.input;
      input["Name"] = "tg";
      if (!input.contains("TargetType")) input.update({{"Port", 80}, {"VpcId", "vpc-1"}});
      const Json made = world.must("elbv2", "CreateTargetGroup", input).at("TargetGroups")[0];
      CHECK(made.at("HealthCheckIntervalSeconds") == row.interval);
      CHECK(made.at("HealthCheckTimeoutSeconds") == row.timeout);
      CHECK(made.at("HealthyThresholdCount") == row.healthy);
      CHECK(made.at("UnhealthyThresholdCount") == row.unhealthy);
      if (*row.protocol != 0) CHECK(made.at("HealthCheckProtocol") == row.protocol);
      if (*row.protocol == 0) CHECK(made.at("HealthCheckEnabled") == false);
    }
  }

  TEST_CASE("what AWS refuses is refused in its words") {
    Balanced world;
    const std::string tg = world.group_arn("web");
    const std::string lb = world.balancer_arn("front");
    const Json forward = Json::array({{{"Type", "forward"}, {"TargetGroupArn", tg}}});
    world.must(
        "elbv2", "CreateListener",
        {{"LoadBalancerArn", lb}, {"Protocol", "HTTP"}, {"Port", 80}, {"DefaultActions", forward}});
    const Json tcp{{"Name", "tcp"}, {"Protocol", "TCP"}, {"Port", 80}, {"VpcId", "vpc-1"}};
    const std::string network = world.must("elbv2", "CreateTargetGroup", tcp)
                                    .at("TargetGroups")[0]
                                    .at("TargetGroupArn")
                                    .get<std::string>();
    struct Row {
      const char* operation;
      Json input;
      const char* code;
    };
    const Row rows[] = {
        {"CreateTargetGroup", {{"Name", "a b"}}, "ValidationError"},
        {"CreateTargetGroup", {{"Name", "x"}, {"Protocol", "HTTP"}}, "ValidationError"},
        {"CreateTargetGroup",
         {{"Name", "web"}, {"Protocol", "HTTP"}, {"Port", 81}, {"VpcId", "vpc-1"}},
         "DuplicateTargetGroupName"},
        {"CreateTargetGroup",
         {{"Name", "x"},
          {"Protocol", "HTTP"},
          {"Port", 81},
          {"VpcId", "vpc-1"},
          {"HealthCheckIntervalSeconds", 5},
          {"HealthCheckTimeoutSeconds", 6}},
         "ValidationError"},
        {"CreateTargetGroup",
         {{"Name", "x"},
          {"Protocol", "HTTP"},
          {"Port", 81},
          {"VpcId", "vpc-1"},
          {"Matcher", {{"HttpCode", "200-600"}}}},
         "ValidationError"},
        {"CreateTargetGroup",
         {{"Name", "x"},
          {"Protocol", "HTTP"},
          {"Port", 81},
          {"VpcId", "vpc-1"},
          {"HealthCheckProtocol", "TCP"}},
         "ValidationError"},
        {"CreateLoadBalancer", {{"Name", "one"}, {"Subnets", {"subnet-a"}}}, "ValidationError"},
        {"CreateLoadBalancer",
         {{"Name", "front"}, {"Scheme", "internal"}, {"Subnets", {"subnet-a", "subnet-b"}}},
         "DuplicateLoadBalancerName"},
        {"CreateListener",
         {{"LoadBalancerArn", lb},
          {"Protocol", "HTTP"},
          {"Port", 80},
          {"DefaultActions",
           {{{"Type", "fixed-response"}, {"FixedResponseConfig", {{"StatusCode", "503"}}}}}}},
         "DuplicateListener"},
        {"CreateListener",
         {{"LoadBalancerArn", lb}, {"Protocol", "TCP"}, {"Port", 81}, {"DefaultActions", forward}},
         "ValidationError"},
        {"CreateListener",
         {{"LoadBalancerArn", lb},
          {"Protocol", "HTTP"},
          {"Port", 81},
          {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", network}}}}},
         "IncompatibleProtocols"},
        {"CreateListener",
         {{"LoadBalancerArn", lb},
          {"Protocol", "HTTPS"},
          {"Port", 443},
          {"DefaultActions", forward}},
         "ValidationError"},
        {"DeleteTargetGroup", {{"TargetGroupArn", tg}}, "ResourceInUse"},
        {"DescribeTargetHealth", {{"TargetGroupArn", "arn:none"}}, "TargetGroupNotFound"},
        {"DescribeLoadBalancers", {{"Names", {"none"}}}, "LoadBalancerNotFound"},
        {"RegisterTargets",
         {{"TargetGroupArn", tg}, {"Targets", {{{"Id", "i-none"}}}}},
         "InvalidTarget"},
        {"ModifyTargetGroupAttributes",
         {{"TargetGroupArn", tg},
          {"Attributes", {{{"Key", "deregistration_delay.timeout_seconds"}, {"Value", "3601"}}}}},
         "ValidationError"},
        {"ModifyTargetGroupAttributes",
         {{"TargetGroupArn", tg},
          {"Attributes", {{{"Key", "proxy_protocol_v2.enabled"}, {"Value", "true"}}}}},
         "InvalidConfigurationRequest"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.operation);
      CAPTURE(row.input.dump());
      CHECK(world.refusal("elbv2", row.operation, row.input) == row.code);
    }
  }

  TEST_CASE("tags are added, told and removed") {
    Balanced world;
    const std::string tg = world.group_arn("web");
    world.must("elbv2", "AddTags",
               {{"ResourceArns", {tg}}, {"Tags", {{{"Key", "team"}, {"Value", "a"}}}}});
    const auto told = [&] {
      return world.must("elbv2", "DescribeTags", {{"ResourceArns", {tg}}})
          .at("TagDescriptions")[0]
          .at("Tags");
    };
    CHECK(told() == Json::array({{{"Key", "team"}, {"Value", "a"}}}));
    world.must("elbv2", "RemoveTags", {{"ResourceArns", {tg}}, {"TagKeys", {"team"}}});
    CHECK(told().empty());
  }
}

TEST_SUITE("elbv2: target health") {
  TEST_CASE("a new target must pass one check; its application must be up first") {
    Balanced world;
    const std::string tg = world.serving_group("web");
    const std::string id = world.run_instance();
    world.run_until_running(id);
    world.add_to(tg, id);
    CHECK(world.state(tg, id) == "initial Elb.RegistrationInProgress");
    world.run_for(5min);
    CHECK(world.state(tg, id) == "healthy");
  }

  TEST_CASE("what stands with a template is healthy at once") {
    Balanced world;
    const Standing stands = world.stand("web");
    CHECK(world.state(stands.group, stands.instances[0]) == "healthy");
    CHECK(world.state(stands.group, stands.instances[1]) == "healthy");
  }

  // cases/worked_examples.jsonl: elb-hc-001, connection_refused_s [30, 60]; validation.md V25.
  TEST_CASE(
      "V25, elb-hc-001: two refused checks 30 s apart: a dead target is found in 30 to 60 s") {
    Duration least = 10h;
    Duration most{};
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      Balanced world{Seed{seed}};
      const Standing stands = world.stand("web");
      world.run_for(10min);
      const SimTime broken = world.sim.now();
      world.cloud.change_quantity(stands.group, "answer " + stands.instances[0],
                                  {Change::How::to, 0});
      while (world.state_now(stands.group, stands.instances[0]) == "healthy") world.run_for(100ms);
      CHECK(world.state(stands.group, stands.instances[0]) ==
            "unhealthy Target.FailedHealthChecks");
      least = std::min(least, world.sim.now() - broken);
      most = std::max(most, world.sim.now() - broken);
    }
    CHECK(least >= 30s);
    CHECK(least < 35s);
    CHECK(most <= 60200ms);
    CHECK(most > 55s);
  }

  // cases/worked_examples.jsonl: elb-hc-001, hang_s [36, 66].
  TEST_CASE("elb-hc-001: a target that hangs takes the timeout of 6 s more: 36 to 66 s") {
    Duration least = 10h;
    Duration most{};
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      Balanced world{Seed{seed}};
      const Standing stands = world.stand("web");
      world.run_for(10min);
      const SimTime broken = world.sim.now();
      world.cloud.change_quantity(stands.group, "answer " + stands.instances[0],
                                  {Change::How::to, -1});
      while (world.state_now(stands.group, stands.instances[0]) == "healthy") world.run_for(100ms);
      CHECK(world.state(stands.group, stands.instances[0]) == "unhealthy Target.Timeout");
      least = std::min(least, world.sim.now() - broken);
      most = std::max(most, world.sim.now() - broken);
    }
    CHECK(least >= 36s);
    CHECK(least < 41s);
    CHECK(most <= 66200ms);
    CHECK(most > 61s);
  }

  TEST_CASE("five checks in a row bring a target back") {
    Balanced world;
    const Standing stands = world.stand("web");
    const std::string& id = stands.instances[0];
    world.cloud.change_quantity(stands.group, "answer " + id, {Change::How::to, 503});
    world.run_for(70s);
    CHECK(world.state(stands.group, id) == "unhealthy Target.ResponseCodeMismatch");
    const SimTime mended = world.sim.now();
    world.cloud.change_quantity(stands.group, "answer " + id, {Change::How::to, 200});
    while (world.state_now(stands.group, id) != "healthy") world.run_for(100ms);
    CHECK(world.sim.now() - mended > 120s);
    CHECK(world.sim.now() - mended < 151s);
  }

  TEST_CASE("what happens to an instance is noticed: stop, and a process that ends") {
    Balanced world;
    const Standing stands = world.stand("web");
    world.must("ec2", "StopInstances", {{"InstanceIds", {stands.instances[0]}}});
    world.run_for(4min);
    CHECK(world.state(stands.group, stands.instances[0]) == "unused Target.InvalidState");
    CHECK(world.state(stands.group, stands.instances[1]) == "healthy");
    world.must("ec2", "StartInstances", {{"InstanceIds", {stands.instances[0]}}});
    world.run_for(10min);
    CHECK(world.state(stands.group, stands.instances[0]) == "healthy");
  }

  // cases/worked_examples.jsonl: elb-drain-001.
  TEST_CASE("elb-drain-001: a deregistered target drains for 300 s by default, then it is unused") {
    Balanced world;
    const Standing stands = world.stand("web");
    const std::string& id = stands.instances[0];
    world.must("elbv2", "DeregisterTargets",
               {{"TargetGroupArn", stands.group}, {"Targets", {{{"Id", id}}}}});
    CHECK(world.state(stands.group, id) == "draining Target.DeregistrationInProgress");
    world.run_for(299s);
    CHECK(world.state(stands.group, id) == "draining Target.DeregistrationInProgress");
    world.run_for(1s);
    CHECK(world.state(stands.group, id) == "unused Target.NotRegistered");
    CHECK(world.shares(stands.balancer) == fmt::format("{} 1.000", stands.instances[1]));
  }

  TEST_CASE("a group in no rule, and a zone that is not enabled, are unused") {
    Balanced world;
    const std::string tg = world.group_arn("lonely");
    const std::string id = world.run_instance();
    world.run_for(5min);
    world.add_to(tg, id);
    CHECK(world.state(tg, id) == "unused Target.NotInUse");
    const std::string elsewhere = world.run_instance("us-east-1c");
    const std::string used = world.serving_group("web");
    world.run_for(5min);
    world.add_to(used, elsewhere);
    CHECK(world.state(used, elsewhere) == "unused Target.NotInUse");
    world.must("elbv2", "SetSubnets",
               {{"LoadBalancerArn", world.arn_of("web-lb")},
                {"Subnets", {"subnet-a", "subnet-b", "subnet-c"}}});
    world.run_for(1min);
    CHECK(world.state(used, elsewhere) == "healthy");
  }

  TEST_CASE("host counts are metrics, by zone too, and a group without healthy targets is down") {
    Balanced world;
    const Standing stands = world.stand("web");
    world.run_for(10min);
    CHECK(world.count("HealthyHostCount") == 2);
    CHECK(world.count("UnHealthyHostCount") == 0);
    CHECK(world.count("HealthyHostCount", "us-east-1a") == 1);
    world.cloud.change_quantity(stands.group, "answer", {Change::How::to, 0});
    world.run_for(10min);
    CHECK(world.count("HealthyHostCount") == 0);
    CHECK(world.count("UnHealthyHostCount") == 2);
    CHECK(world.cloud.health(stands.group) == Health::down);
    world.cloud.change_quantity(stands.group, "answer", {Change::How::to, 200});
    world.run_for(10min);
    CHECK(world.cloud.health(stands.group) == Health::ok);
    CHECK(world.count("HealthyHostCount") == 2);
  }

  TEST_CASE("an address belongs to what holds it; one that nothing holds is on premises") {
    Balanced world;
    const std::string tg = world
                               .must("elbv2", "CreateTargetGroup",
                                     {{"Name", "tasks"},
                                      {"Protocol", "HTTP"},
                                      {"Port", 8080},
                                      {"VpcId", "vpc-1"},
                                      {"TargetType", "ip"}})
                               .at("TargetGroups")[0]
                               .at("TargetGroupArn")
                               .get<std::string>();
    world.serve(tg, "tasks-lb");
    world.run_for(3min);  // it is provisioned
    Resource task;
    task.type = "AWS::ECS::Task";
    task.physical_id = "task-1";
    task.place = world.cloud.home();
    task.attributes = {{"PrivateIp", "10.0.1.7"}, {"AvailabilityZone", "us-east-1a"}};
    world.cloud.resources().add(task);
    CHECK(world.refusal("elbv2", "RegisterTargets",
                        {{"TargetGroupArn", tg}, {"Targets", {{{"Id", "8.8.8.8"}}}}}) ==
          "ValidationError");
    world.add_to(tg, "10.0.1.7");
    world.add_to(tg, "10.9.9.9");
    world.run_for(31s);
    CHECK(world.state(tg, "10.0.1.7") == "healthy");
    CHECK(world.state(tg, "10.9.9.9") == "healthy");
    world.cloud.set_health("task-1", Health::down, "crashed");
    world.run_for(61s);
    CHECK(world.state(tg, "10.0.1.7") == "unhealthy Target.ResponseCodeMismatch");
    CHECK(world.state(tg, "10.9.9.9") == "healthy");
  }
}

}  // namespace opsim::tests
