// Classic Load Balancers at the waists.
#include <doctest/doctest.h>

#include "tests/models/elb/balanced_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kClassicServices[] = {&kEc2, &kElbV2, &kElbClassic};

struct ClassicWorld : SmallWorld {
  ClassicWorld() : SmallWorld{kClassicServices} {}
  std::vector<std::string> instances;
  void stand(const Json& more = Json::object()) {
    for (const std::string_view zone : {"us-east-1a", "us-east-1b"})
      instances.push_back(make("AWS::EC2::Instance", fmt::format("Server{}", zone.back()),
                               {{"ImageId", "ami-1"}, {"AvailabilityZone", zone}}));
    Json properties{
        {"LoadBalancerName", "web"},
        {"AvailabilityZones", {"us-east-1a", "us-east-1b"}},
        {"Listeners",
         {{{"LoadBalancerPort", "80"}, {"InstancePort", "8080"}, {"Protocol", "HTTP"}}}},
        {"HealthCheck",
         {{"Target", "HTTP:8080/"},
          {"Interval", "10"},
          {"Timeout", "5"},
          {"UnhealthyThreshold", "3"},
          {"HealthyThreshold", "2"}}},
        {"Instances", instances}};
    properties.update(more);
    make("AWS::ElasticLoadBalancing::LoadBalancer", "Balancer", properties);
  }
  std::string state(const std::string& id) {
    const Json told = must("elb", "DescribeInstanceHealth", {{"LoadBalancerName", "web"}});
    for (const Json& one : told.at("InstanceStates"))
      if (one.at("InstanceId") == id)
        return fmt::format("{} {}", one.at("State").get<std::string>(),
                           one.at("ReasonCode").get<std::string>());
    return "not registered";
  }
  std::size_t receiving() {
    const auto told = cloud.inspect(cloud.home(), "elbv2", "InspectTraffic",
                                    {{"LoadBalancer", "classic/us-east-1/123456789012/web"}});
    REQUIRE(told.has_value());
    return told->at("Targets").size();
  }
};

}  // namespace

TEST_SUITE("elb: classic") {
  TEST_CASE("instances go out of service and come back as the health check says") {
    ClassicWorld world;
    world.stand();
    CHECK(world.state(world.instances[0]) == "InService N/A");
    CHECK(world.receiving() == 2);
    world.must("ec2", "RebootInstances", {{"InstanceIds", {world.instances[0]}}});
    world.run_for(40s);
    CHECK(world.state(world.instances[0]) == "OutOfService Instance");
    CHECK(world.receiving() == 1);
    world.run_for(15min);
    CHECK(world.state(world.instances[0]) == "InService N/A");
  }
  TEST_CASE("without a healthy instance nobody is served: it does not fail open") {
    ClassicWorld world;
    world.stand();
    world.must("ec2", "StopInstances", {{"InstanceIds", world.instances}});
    world.run_for(5min);
    CHECK(world.receiving() == 0);
    CHECK(world.cloud.health("web") == Health::down);
  }
  TEST_CASE("connection draining, deregistration, deletion") {
    ClassicWorld world;
    world.stand({{"ConnectionDrainingPolicy", {{"Enabled", true}, {"Timeout", 60}}}});
    world.must(
        "elb", "DeregisterInstancesFromLoadBalancer",
        {{"LoadBalancerName", "web"}, {"Instances", {{{"InstanceId", world.instances[0]}}}}});
    CHECK(world.receiving() == 1);
    world.run_for(30s);
    CHECK(world.state(world.instances[0]) == "InService N/A");
    world.must("elb", "DeleteLoadBalancer", {{"LoadBalancerName", "web"}});
    CHECK(world.refusal("elb", "DescribeInstanceHealth", {{"LoadBalancerName", "web"}}) ==
          "LoadBalancerNotFound");
    world.run_for(10min);
    CHECK(world.must("elbv2", "DescribeLoadBalancers").at("LoadBalancers").empty());
  }
}

}  // namespace opsim::tests
