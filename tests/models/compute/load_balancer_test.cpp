#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

constexpr std::string_view kWebTargets =
    "arn:aws:elasticloadbalancing:us-east-1:012345678901:targetgroup/web/0000000000000001";

/// A stand-in for Elastic Load Balancing: who is a target, and what was asked.
class Balancer : public Model {
 public:
  std::set<std::string> targets;
  std::set<std::string> drained;
  std::vector<std::string> calls;
  std::string delay = "300";
};

ApiResult<Json> change_targets(Balancer& balancer, const Request& request) {
  const bool in = request.operation == "RegisterTargets";
  std::string line = in ? "+" : "-";
  for (const Json& one : request.input.at("Targets")) {
    const std::string id = one.at("Id").get<std::string>();
    line += " " + id;
    if (in) balancer.targets.insert(id);
    if (!in && balancer.targets.erase(id) > 0) balancer.drained.insert(id);
  }
  balancer.calls.push_back(std::move(line));
  return Json::object();
}
ApiResult<Json> target_health(Balancer& balancer, const Request& request) {
  Json list = Json::array();
  for (const Json& one : request.input.at("Targets")) {
    const std::string id = one.at("Id").get<std::string>();
    list.push_back(
        {{"Target", {{"Id", id}}},
         {"TargetHealth", {{"State", balancer.drained.contains(id) ? "draining" : "unused"}}}});
  }
  return Json{{"TargetHealthDescriptions", list}};
}
ApiResult<Json> target_group_attributes(Balancer& balancer, const Request& /*request*/) {
  return Json{{"Attributes",
               {{{"Key", "deregistration_delay.timeout_seconds"}, {"Value", balancer.delay}}}}};
}
ApiResult<Json> target_groups(Balancer& /*balancer*/, const Request& request) {
  if (request.input.at("TargetGroupArns")[0] != kWebTargets)
    return ApiError{"TargetGroupNotFound", "One or more target groups not found"};
  return Json::object();
}
constexpr Operation kBalancing[] = {
    {.name = "DeregisterTargets", .now = &immediate<Balancer, change_targets>},
    {.name = "DescribeTargetGroupAttributes",
     .access = Access::read,
     .now = &immediate<Balancer, target_group_attributes>},
    {.name = "DescribeTargetGroups",
     .access = Access::read,
     .now = &immediate<Balancer, target_groups>},
    {.name = "DescribeTargetHealth",
     .access = Access::read,
     .now = &immediate<Balancer, target_health>},
    {.name = "RegisterTargets", .now = &immediate<Balancer, change_targets>},
};
const Service kBalancer{
    .name = "elbv2",
    .title = "stand-in",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Balancer>(); },
    .operations = kBalancing};
const Service* const kBalanced[] = {&kAutoScaling, &kEc2, &kListener, &kBalancer};

struct BalancedWorld : World {
  BalancedWorld() : World{Seed{1}, Level::everything, kBalanced} {}
  Balancer& balancer() { return *static_cast<Balancer*>(cloud.model("elbv2")); }
  void tell(std::string_view target, bool healthy, std::string_view reason = "Target.Timeout") {
    cloud.tell_target_health({kWebTargets, target, healthy, healthy ? "" : reason});
  }
  std::string life(std::string_view instance) {
    const Json all = group();
    for (const Json& one : all["Instances"])
      if (one["InstanceId"] == instance) return one["LifecycleState"].get<std::string>();
    return "gone";
  }
  std::string attachment() {
    const Json answer =
        autoscaling("DescribeLoadBalancerTargetGroups", {{"AutoScalingGroupName", "web-WebFleet"}});
    const Json& list = answer["LoadBalancerTargetGroups"];
    return list.empty() ? "none" : list[0]["State"].get<std::string>();
  }
};

const Json kBehind{{"TargetGroupARNs", {kWebTargets}}};
const Json kChecked{{"TargetGroupARNs", {kWebTargets}}, {"HealthCheckType", "ELB"}};

}  // namespace

TEST_SUITE("autoscaling: load balancers") {
  TEST_CASE("what stands is registered at once; newcomers before they are in service") {
    BalancedWorld world;
    world.fleet_of(2, kBehind);
    world.run(1s);
    CHECK(world.balancer().calls == std::vector<std::string>{"+ i-00000001 i-00000002"});
    CHECK(world.attachment() == "InService");
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 3}});
    while (world.life("i-00000003") != "InService") {
      CHECK(world.balancer().calls.size() <= 2);
      world.run(10ms);
    }
    CHECK(world.balancer().targets.contains("i-00000003"));
  }

  TEST_CASE("a member drains for the deregistration delay, then its hooks run, then it ends") {
    BalancedWorld world;
    world.fleet_of(2, kBehind);
    world.run(1min);
    world.autoscaling("PutLifecycleHook",
                      {{"AutoScalingGroupName", "web-WebFleet"},
                       {"LifecycleHookName", "drain"},
                       {"LifecycleTransition", "autoscaling:EC2_INSTANCE_TERMINATING"}});
    world.autoscaling("TerminateInstanceInAutoScalingGroup",
                      {{"InstanceId", "i-00000001"}, {"ShouldDecrementDesiredCapacity", false}});
    world.run(299s);
    CHECK(world.life("i-00000001") == "Terminating");
    CHECK(world.state("i-00000001") == "running");
    CHECK(world.balancer().calls.back() == "+ i-00000003");
    world.run(3s);
    CHECK(world.life("i-00000001") == "Terminating:Wait");
    world.autoscaling("CompleteLifecycleAction", {{"AutoScalingGroupName", "web-WebFleet"},
                                                  {"LifecycleHookName", "drain"},
                                                  {"InstanceId", "i-00000001"},
                                                  {"LifecycleActionResult", "CONTINUE"}});
    world.run(5min);
    CHECK(world.life("i-00000001") == "gone");
  }

  TEST_CASE("Standby and detaching drain, too") {
    BalancedWorld world;
    world.balancer().delay = "60";
    world.fleet_of(3, kBehind);
    world.run(1min);
    const Json one{{"AutoScalingGroupName", "web-WebFleet"},
                   {"InstanceIds", {"i-00000001"}},
                   {"ShouldDecrementDesiredCapacity", false}};
    world.autoscaling("EnterStandby", one);
    world.run(30s);
    CHECK(world.life("i-00000001") == "EnteringStandby");
    world.run(31s);
    CHECK(world.life("i-00000001") == "Standby");
    CHECK_FALSE(world.balancer().targets.contains("i-00000001"));
    world.autoscaling("ExitStandby",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"InstanceIds", {"i-00000001"}}});
    world.run(5s);
    CHECK(world.life("i-00000001") == "InService");
    CHECK(world.balancer().targets.contains("i-00000001"));
    world.autoscaling("DetachInstances", one);
    world.run(30s);
    CHECK(world.life("i-00000001") == "Detaching");
    world.run(31s);
    CHECK(world.life("i-00000001") == "gone");
  }

  TEST_CASE("a member that a load balancer finds unhealthy is replaced, where ELB is asked") {
    for (const bool asked : {true, false}) {
      BalancedWorld world;
      world.fleet_of(2, asked ? kChecked : kBehind);
      world.run(10min);
      world.tell("i-00000001", false);
      CHECK(world.life("i-00000001") == "InService");  // until the next periodic check
      world.run(61s);
      CHECK(world.life("i-00000001") == (asked ? "Terminating" : "InService"));
    }
  }

  TEST_CASE("one that recovers in time, or was never checked, stays") {
    BalancedWorld world;
    world.fleet_of(2, kChecked);
    world.run(10min);
    world.tell("i-00000001", false);
    world.tell("i-00000001", true);
    world.tell("i-00000002", false, "Elb.InitialHealthChecking");
    world.run(5min);
    CHECK(world.life("i-00000001") == "InService");
    CHECK(world.life("i-00000002") == "InService");
  }

  TEST_CASE("the grace period begins in service") {
    BalancedWorld world;
    Json group = kChecked;
    group["HealthCheckGracePeriod"] = 300;
    world.fleet_of(1, group);
    world.run(1min);
    world.tell("i-00000001", false);
    world.run(3min);
    CHECK(world.life("i-00000001") == "InService");
    world.run(3min);
    CHECK(world.life("i-00000001") == "Terminating");
  }

  TEST_CASE(
      "Adding, Added, InService, Removing: nothing is replaced before one target is healthy") {
    BalancedWorld world;
    world.fleet_of(2, {{"HealthCheckType", "EC2,ELB"}});
    world.run(1min);
    const Json attached{{"AutoScalingGroupName", "web-WebFleet"},
                        {"TargetGroupARNs", {kWebTargets}}};
    world.autoscaling("AttachLoadBalancerTargetGroups", attached);
    CHECK(world.attachment() == "Adding");
    world.run(1s);
    CHECK(world.attachment() == "Added");
    CHECK(world.balancer().targets.size() == 2);
    world.tell("i-00000001", false);
    world.tell("i-00000002", false);
    world.run(10min);
    CHECK(world.attachment() == "Added");
    CHECK(world.life("i-00000001") == "InService");
    world.tell("i-00000002", true);
    CHECK(world.attachment() == "InService");
    world.run(61s);
    CHECK(world.life("i-00000001") == "Terminating");
    world.autoscaling("DetachLoadBalancerTargetGroups", attached);
    CHECK(world.attachment() == "Removing");
    world.run(301s);
    CHECK(world.attachment() == "none");
    CHECK(world.balancer().targets.empty());
    CHECK(world.state("i-00000002") == "running");  // "the instances remain running"
  }

  TEST_CASE("without AddToLoadBalancer instances launch, and nobody registers them") {
    BalancedWorld world;
    world.fleet_of(1, kBehind);
    world.run(1min);
    const Json process{{"AutoScalingGroupName", "web-WebFleet"},
                       {"ScalingProcesses", {"AddToLoadBalancer"}}};
    world.autoscaling("SuspendProcesses", process);
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 2}});
    world.run(5min);
    CHECK(world.life("i-00000002") == "InService");
    CHECK(world.balancer().targets.size() == 1);
    world.autoscaling("ResumeProcesses", process);
    world.run(5min);
    CHECK(world.balancer().targets.size() == 1);  // "it does not add [those] launched while [...]"
  }

  TEST_CASE("what makes no sense is refused") {
    BalancedWorld world;
    world.fleet_of(1);
    const auto refused = [&](std::string_view operation, const std::string& arn) {
      return world.refusal("autoscaling", operation,
                           {{"AutoScalingGroupName", "web-WebFleet"}, {"TargetGroupARNs", {arn}}});
    };
    CHECK(refused("AttachLoadBalancerTargetGroups", "arn:of:nothing") == "ValidationError");
    CHECK(refused("DetachLoadBalancerTargetGroups", std::string{kWebTargets}) == "ValidationError");
    CHECK(refused("AttachLoadBalancerTargetGroups", std::string{kWebTargets}) == "none");
    const Json sources =
        world.autoscaling("DescribeTrafficSources", {{"AutoScalingGroupName", "web-WebFleet"}});
    CHECK(sources["TrafficSources"][0]["Type"] == "elbv2");
  }
}

}  // namespace opsim::tests
