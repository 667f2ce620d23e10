// What an Application Load Balancer in front of a fleet counts.
// AWS: ALB User Guide, "CloudWatch metrics for your Application Load Balancer", "Troubleshoot your
// Application Load Balancers" (HTTP 503, HTTP 504).
#include "models/compute/service.hpp"
#include "models/elb/service.hpp"
#include "models/workload/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kFrontedServices[] = {&kEc2, &kAutoScaling, &kElbV2, &kWorkload};

/// Two instances in two zones behind a load balancer, 10 requests a second.
struct FrontedShop : SmallWorld {
  FrontedShop() : SmallWorld{kFrontedServices} {
    const std::string group =
        make("AWS::ElasticLoadBalancingV2::TargetGroup", "Targets",
             {{"Name", "shop"},
              {"Protocol", "HTTP"},
              {"Port", 80},
              {"VpcId", "vpc-1"},
              {"TargetGroupAttributes",
               {{{"Key", "deregistration_delay.timeout_seconds"}, {"Value", "0"}}}}});
    balancer = make("AWS::ElasticLoadBalancingV2::LoadBalancer", "Balancer",
                    {{"Name", "shop"}, {"Subnets", {"subnet-a", "subnet-b"}}});
    make("AWS::ElasticLoadBalancingV2::Listener", "Listener",
         {{"LoadBalancerArn", balancer},
          {"Protocol", "HTTP"},
          {"Port", 80},
          {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", group}}}}});
    const std::string launch = make("AWS::EC2::LaunchTemplate", "Template",
                                    {{"LaunchTemplateData", {{"ImageId", "ami-12345678"}}}});
    make("AWS::AutoScaling::AutoScalingGroup", "ShopFleet",
         {{"AutoScalingGroupName", "fleet"},
          {"LaunchTemplate", {{"LaunchTemplateId", launch}, {"Version", "1"}}},
          {"AvailabilityZones", {"us-east-1a", "us-east-1b"}},
          {"MinSize", "0"},
          {"DesiredCapacity", "2"},
          {"MaxSize", "4"},
          {"TargetGroupARNs", Json::array({group})}});
    const Document document = read_yaml("scenario.yaml", R"(
Storefront:
  served by: ShopFleet
  behind: [Balancer, Targets]
  servers: 2
  work: exponential(mean 20ms)
  demand: { rate: 10/s, timeout: 3s }
)");
    kWorkload.sections[0].read(*cloud.model("workload"), cloud, document.root);
    run_for(10min);
  }
  /// The sum of the last five minutes.
  double sum(const std::string& name) {
    const std::string full = balancer.substr(balancer.find("app/"));
    const auto series =
        cloud.metrics().find({cloud.home(), "AWS/ApplicationELB", name, {{"LoadBalancer", full}}});
    if (!series) return -1;
    const SimTime now = std::chrono::floor<std::chrono::minutes>(sim.now());
    return cloud.metrics()
        .statistic(*series, *Statistic::parse("Sum"), {now - 5min, now, now + 1h})
        .value_or(0);
  }
  std::string balancer;
};

}  // namespace

TEST_SUITE("workload: a load balancer's own answers") {
  TEST_CASE("without a target it answers 503") {
    FrontedShop world;
    CHECK(world.sum("RequestCount") == doctest::Approx(3'000).epsilon(.1));
    CHECK(world.sum("HTTPCode_ELB_5XX_Count") == 0);
    world.must("autoscaling", "SetDesiredCapacity",
               {{"AutoScalingGroupName", "fleet"}, {"DesiredCapacity", 0}});
    world.run_for(20min);
    CHECK(world.sum("HTTPCode_ELB_503_Count") == doctest::Approx(3'000).epsilon(.1));
    CHECK(world.sum("HTTPCode_ELB_503_Count") ==
          doctest::Approx(world.sum("HTTPCode_ELB_5XX_Count")).epsilon(.1));
    CHECK(world.sum("HTTPCode_ELB_504_Count") == 0);
    CHECK(world.sum("HTTPCode_Target_5XX_Count") == 0);
  }
}

}  // namespace opsim::tests
