// Statements of the guides of Application and Network Load Balancers, one by one.
// AWS: ALB User Guide, "Health checks for Application Load Balancer target groups", "Target groups
// for your Application Load Balancers", "Listener rules", "Quotas"; NLB User Guide, "Health checks
// for Network Load Balancer target groups"; ELB API, TargetHealth, Matcher, CreateLoadBalancer.
#include "tests/models/elb/balanced_world.hpp"

namespace opsim::tests {

namespace {

std::string make_group(Balanced& world, const std::string& name, Json members) {
  members.update({{"Name", name}, {"Port", 80}, {"VpcId", "vpc-1"}});
  return world.must("elbv2", "CreateTargetGroup", members)
      .at("TargetGroups")[0]
      .at("TargetGroupArn")
      .get<std::string>();
}

Json described_group(Balanced& world, const std::string& arn) {
  return world.must("elbv2", "DescribeTargetGroups", {{"TargetGroupArns", {arn}}})
      .at("TargetGroups")[0];
}

std::string change_refused(Balanced& world, const std::string& arn,
                           const std::map<std::string, std::string>& attributes) {
  Json list = Json::array();
  for (const auto& [key, value] : attributes) list.push_back({{"Key", key}, {"Value", value}});
  return world.refusal("elbv2", "ModifyTargetGroupAttributes",
                       {{"TargetGroupArn", arn}, {"Attributes", list}});
}

/// What an answer of its targets is to a group behind a Network Load Balancer.
std::string reason_at_network(Json check, int answer) {
  Balanced world;
  const std::string id = world.make("AWS::EC2::Instance", "Server",
                                    {{"ImageId", "ami-1"}, {"AvailabilityZone", "us-east-1a"}});
  Json properties{{"Name", "tcp"},
                  {"Protocol", "TCP"},
                  {"Port", 80},
                  {"VpcId", "vpc-1"},
                  {"Targets", {{{"Id", id}}}}};
  properties.update(check);
  const std::string group =
      world.make("AWS::ElasticLoadBalancingV2::TargetGroup", "Group", properties);
  const std::string balancer =
      world.make("AWS::ElasticLoadBalancingV2::LoadBalancer", "Balancer",
                 {{"Name", "net"}, {"Type", "network"}, {"Subnets", {"subnet-a", "subnet-b"}}});
  world.make("AWS::ElasticLoadBalancingV2::Listener", "Listener",
             {{"LoadBalancerArn", balancer},
              {"Protocol", "TCP"},
              {"Port", 80},
              {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", group}}}}});
  world.cloud.change_quantity(group, "answer", {Change::How::to, static_cast<double>(answer)});
  world.run_for(5min);
  return world.state(group, id);
}

Json rule(const std::string& listener, int priority, Json condition, const Json& actions) {
  return {{"ListenerArn", listener},
          {"Priority", priority},
          {"Conditions", Json::array({std::move(condition)})},
          {"Actions", actions}};
}

}  // namespace

TEST_SUITE("elbv2: the guides") {
  // API, Matcher: "for Application Load Balancers ... 0 to 99; the default value is 12".
  TEST_CASE("gRPC: a path and a code of its own, HTTP codes are refused, and the reverse") {
    Balanced world;
    const std::string grpc =
        make_group(world, "grpc", {{"Protocol", "HTTP"}, {"ProtocolVersion", "GRPC"}});
    const Json made = described_group(world, grpc);
    CHECK(made.at("HealthCheckPath") == "/AWS.ALB/healthcheck");
    CHECK(made.at("Matcher") == Json({{"GrpcCode", "12"}}));
    CHECK(world.refusal("elbv2", "ModifyTargetGroup",
                        {{"TargetGroupArn", grpc}, {"Matcher", {{"HttpCode", "200"}}}}) ==
          "InvalidConfigurationRequest");
    CHECK(world.refusal("elbv2", "ModifyTargetGroup",
                        {{"TargetGroupArn", grpc}, {"Matcher", {{"GrpcCode", "100"}}}}) ==
          "ValidationError");
    CHECK(world.refusal("elbv2", "ModifyTargetGroup",
                        {{"TargetGroupArn", grpc}, {"Matcher", {{"GrpcCode", "0,12"}}}}) == "");
    const std::string http = world.group_arn("http");
    CHECK(world.refusal("elbv2", "ModifyTargetGroup",
                        {{"TargetGroupArn", http}, {"Matcher", {{"GrpcCode", "0"}}}}) ==
          "InvalidConfigurationRequest");
  }

  // API, TargetHealth: ResponseCodeMismatch and Timeout "apply only to Application Load Balancers
  // and Gateway Load Balancers".
  TEST_CASE("a Network Load Balancer has one word for every failed check") {
    const Json http{{"HealthCheckProtocol", "HTTP"}};
    CHECK(reason_at_network(http, 503) == "unhealthy Target.FailedHealthChecks");
    CHECK(reason_at_network(http, -1) == "unhealthy Target.FailedHealthChecks");
    CHECK(reason_at_network(http, 302) == "healthy");            // 200-399
    CHECK(reason_at_network(Json::object(), 503) == "healthy");  // TCP asks for a connection
    CHECK(reason_at_network(Json::object(), 0) == "unhealthy Target.FailedHealthChecks");
  }

  TEST_CASE("while a load balancer is provisioned its targets are being registered") {
    Balanced world;
    const std::string id = world.run_instance();
    world.run_until_running(id);
    const std::string tg = world.serving_group("web");
    world.add_to(tg, id);
    world.run_for(2min);  // provisioning takes three
    CHECK(world.state(tg, id) == "initial Elb.RegistrationInProgress");
    world.run_for(3min);
    CHECK(world.state(tg, id) == "healthy");
  }

  // "You can't enable both slow start mode and least outstanding requests"; "automatic target
  // weights: only weighted random"; "the threshold for DNS failover must be greater than or equal
  // to the threshold for routing failover".
  TEST_CASE("attributes that do not go together are refused") {
    Balanced world;
    const std::string tg = world.group_arn("web");
    const std::string algorithm = "load_balancing.algorithm.type";
    const std::string refused = "InvalidConfigurationRequest";
    CHECK(change_refused(world, tg,
                         {{algorithm, "least_outstanding_requests"},
                          {"slow_start.duration_seconds", "30"}}) == refused);
    CHECK(change_refused(world, tg, {{"load_balancing.algorithm.anomaly_mitigation", "on"}}) ==
          refused);
    CHECK(change_refused(world, tg,
                         {{"load_balancing.algorithm.anomaly_mitigation", "on"},
                          {algorithm, "weighted_random"}}) == "");
    CHECK(change_refused(world, tg,
                         {{"stickiness.enabled", "true"}, {"stickiness.type", "app_cookie"}}) ==
          refused);
    CHECK(change_refused(world, tg, {{"stickiness.type", "source_ip"}}) == "ValidationError");
    const std::string dns = "target_group_health.dns_failover.minimum_healthy_targets.count";
    const std::string routing =
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count";
    CHECK(change_refused(world, tg, {{dns, "2"}, {routing, "3"}}) == refused);
    CHECK(change_refused(world, tg, {{dns, "3"}, {routing, "2"}}) == "");
    CHECK(change_refused(world, tg, {{dns, "off"}}) == "");
  }

  TEST_CASE("what is created again with the same settings is the same") {
    Balanced world;
    const std::string lb = world.balancer_arn("front");
    CHECK(world.balancer_arn("front") == lb);
    const Json input{
        {"LoadBalancerArn", lb},
        {"Protocol", "HTTP"},
        {"Port", 80},
        {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", world.group_arn("web")}}}}};
    const Json first = world.must("elbv2", "CreateListener", input);
    CHECK(world.must("elbv2", "CreateListener", input) == first);
  }

  // Quotas: rules per load balancer 100, not counting default rules; condition values per rule 5;
  // condition wildcards per rule 6.
  TEST_CASE("rules: a hundred a load balancer over all listeners, five values, six wildcards") {
    Balanced world;
    const std::string lb = world.balancer_arn("front");
    const Json actions = Json::array(
        {{{"Type", "fixed-response"}, {"FixedResponseConfig", {{"StatusCode", "404"}}}}});
    std::vector<std::string> listeners;
    for (const int port : {80, 81})
      listeners.push_back(world
                              .must("elbv2", "CreateListener",
                                    {{"LoadBalancerArn", lb},
                                     {"Protocol", "HTTP"},
                                     {"Port", port},
                                     {"DefaultActions", actions}})
                              .at("Listeners")[0]
                              .at("ListenerArn")
                              .get<std::string>());
    const auto path = [](Json values) {
      return Json({{"Field", "path-pattern"}, {"Values", std::move(values)}});
    };
    CHECK(world.refusal("elbv2", "CreateRule",
                        rule(listeners[0], 1, path({"/a", "/b", "/c", "/d", "/e", "/f"}),
                             actions)) == "ValidationError");
    CHECK(world.refusal("elbv2", "CreateRule",
                        rule(listeners[0], 1, path({"/*/*/*", "/*/*/*", "/?"}), actions)) ==
          "ValidationError");
    for (int i = 1; i <= 100; ++i)
      world.must("elbv2", "CreateRule",
                 rule(listeners[static_cast<std::size_t>(i % 2)], i, path({"/*"}), actions));
    CHECK(world.refusal("elbv2", "CreateRule", rule(listeners[0], 999, path({"/x"}), actions)) ==
          "TooManyRules");
    CHECK(world.refusal("elbv2", "CreateRule", rule(listeners[0], 2, path({"/x"}), actions)) ==
          "PriorityInUse");
    CHECK(world.refusal("elbv2", "CreateRule", rule("arn:none", 1, path({"/x"}), actions)) ==
          "ListenerNotFound");
    CHECK(world.refusal("elbv2", "DeleteRule", {{"RuleArn", "arn:none"}}) == "RuleNotFound");
  }

  TEST_CASE("conditions may be regular expressions") {
    Balanced world;
    const std::string lb = world.balancer_arn("front");
    const auto answer = [](const char* code) {
      return Json::array(
          {{{"Type", "fixed-response"}, {"FixedResponseConfig", {{"StatusCode", code}}}}});
    };
    const std::string listener = world
                                     .must("elbv2", "CreateListener",
                                           {{"LoadBalancerArn", lb},
                                            {"Protocol", "HTTP"},
                                            {"Port", 80},
                                            {"DefaultActions", answer("404")}})
                                     .at("Listeners")[0]
                                     .at("ListenerArn")
                                     .get<std::string>();
    const auto condition = [](const char* expression) {
      return Json(
          {{"Field", "path-pattern"}, {"PathPatternConfig", {{"RegexValues", {expression}}}}});
    };
    CHECK(world.refusal("elbv2", "CreateRule", rule(listener, 1, condition("("), answer("200"))) ==
          "ValidationError");
    world.must("elbv2", "CreateRule", rule(listener, 1, condition("^/v[12]/"), answer("200")));
    const auto code_at = [&](const char* path) {
      return world
          .must("elbv2", "InspectTraffic",
                {{"ListenerArn", listener}, {"Request", {{"Path", path}}}})
          .at("Answered")
          .begin()
          .key();
    };
    CHECK(code_at("/v1/orders") == "200");
    CHECK(code_at("/v3/orders") == "404");
  }

  // API, AdministrativeOverride; "ZonalShiftedHostCount: the number of targets that are considered
  // disabled due to zonal shift".
  TEST_CASE("targets in a shifted zone say so, where the load balancer takes part in shifts") {
    Balanced world;
    const Standing stands = world.stand("web");
    const auto said = [&](const std::string& id) {
      const Json answer =
          world.must("elbv2", "DescribeTargetHealth",
                     {{"TargetGroupArn", stands.group}, {"Targets", {{{"Id", id}}}}});
      const Json& one = answer.at("TargetHealthDescriptions")[0];
      return one.contains("AdministrativeOverride")
                 ? one["AdministrativeOverride"]["State"].get<std::string>()
                 : std::string{"-"};
    };
    CHECK(said(stands.instances[0]) == "-");
    world.must("elbv2", "ModifyLoadBalancerAttributes",
               {{"LoadBalancerArn", stands.balancer},
                {"Attributes", {{{"Key", "zonal_shift.config.enabled"}, {"Value", "true"}}}}});
    CHECK(said(stands.instances[0]) == "no_override");
    world.cloud.change_quantity(stands.balancer, "shifted us-east-1a", {Change::How::to, 1});
    CHECK(said(stands.instances[0]) == "zonal_shift_active");
    CHECK(said(stands.instances[1]) == "no_override");
    world.run_for(5min);
    CHECK(world.count("ZonalShiftedHostCount") == 1);
    CHECK(world.count("ZonalShiftedHostCount", "us-east-1a") == 1);
    world.must(
        "elbv2", "ModifyTargetGroupAttributes",
        {{"TargetGroupArn", stands.group},
         {"Attributes", {{{"Key", "load_balancing.cross_zone.enabled"}, {"Value", "false"}}}}});
    CHECK(said(stands.instances[0]) == "zonal_shift_delegated_to_dns");
  }

  // "HealthyStateDNS: the number of zones that meet the DNS healthy state requirements."
  TEST_CASE("target group health is told by metrics: how many zones meet what is required") {
    Balanced world;
    const Standing stands = world.stand(
        "web", {{"TargetGroupAttributes",
                 {{{"Key", "load_balancing.cross_zone.enabled"}, {"Value", "false"}}}}});
    world.run_for(10min);
    CHECK(world.count("HealthyStateDNS") == 2);
    CHECK(world.count("UnhealthyStateRouting") == 0);
    world.cloud.change_quantity(stands.group, "answer " + stands.instances[0],
                                {Change::How::to, 503});
    world.run_for(10min);
    CHECK(world.count("HealthyStateDNS") == 1);
    CHECK(world.count("UnhealthyStateDNS") == 1);
    CHECK(world.count("UnhealthyStateRouting") == 1);
    CHECK(world.count("HealthyStateRouting", "us-east-1a") == 0);
    CHECK(world.count("HealthyStateRouting", "us-east-1b") == 1);
  }
}

}  // namespace opsim::tests
