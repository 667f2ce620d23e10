#pragma once
/// A world of EC2 and load balancers for tests: groups that serve, instances behind them.
#include <map>
#include <string>
#include <vector>

#include "models/compute/service.hpp"
#include "models/elb/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kBalancedServices[] = {&kEc2, &kElbV2};

struct Standing {
  std::string group;
  std::string balancer;
  std::string listener;
  std::vector<std::string> instances;
};

struct Balanced : SmallWorld {
  explicit Balanced(Seed seed = Seed{1}) : SmallWorld{kBalancedServices, seed} {}

  Json group(const std::string& name) {
    return must("elbv2", "CreateTargetGroup",
                {{"Name", name}, {"Protocol", "HTTP"}, {"Port", 80}, {"VpcId", "vpc-1"}});
  }
  std::string group_arn(const std::string& name) {
    return group(name).at("TargetGroups")[0].at("TargetGroupArn").get<std::string>();
  }
  Json balancer(const std::string& name) {
    return must("elbv2", "CreateLoadBalancer",
                {{"Name", name}, {"Subnets", {"subnet-a", "subnet-b"}}});
  }
  std::string balancer_arn(const std::string& name) {
    return balancer(name).at("LoadBalancers")[0].at("LoadBalancerArn").get<std::string>();
  }
  std::string arn_of(const std::string& balancer_name) {
    return must("elbv2", "DescribeLoadBalancers", {{"Names", {balancer_name}}})
        .at("LoadBalancers")[0]
        .at("LoadBalancerArn")
        .get<std::string>();
  }
  /// A load balancer that forwards everything to the group; its ARN.
  std::string serve(const std::string& group, const std::string& name) {
    const std::string lb = balancer_arn(name);
    must("elbv2", "CreateListener",
         {{"LoadBalancerArn", lb},
          {"Protocol", "HTTP"},
          {"Port", 80},
          {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", group}}}}});
    return lb;
  }
  std::string serving_group(const std::string& name) {
    const std::string arn = group_arn(name);
    serve(arn, name + "-lb");
    return arn;
  }
  std::string run_instance(const std::string& zone = "us-east-1a") {
    return must("ec2", "RunInstances",
                {{"ImageId", "ami-1"},
                 {"MinCount", 1},
                 {"MaxCount", 1},
                 {"Placement", {{"AvailabilityZone", zone}}}})
        .at("Instances")[0]
        .at("InstanceId")
        .get<std::string>();
  }
  void run_until_running(const std::string& id) {
    while (cloud.read_quantity(id, "running").value_or(0) < 1) run_for(1s);
  }
  void add_to(const std::string& group, const std::string& id) {
    must("elbv2", "RegisterTargets", {{"TargetGroupArn", group}, {"Targets", {{{"Id", id}}}}});
  }

  /// As a template would make it: two zones, one instance in each.
  Standing stand(const std::string& name, const Json& more = Json::object()) {
    Standing made;
    Json targets = Json::array();
    for (const std::string_view zone : {"us-east-1a", "us-east-1b"}) {
      made.instances.push_back(make("AWS::EC2::Instance", fmt::format("Server{}", zone.back()),
                                    {{"ImageId", "ami-1"}, {"AvailabilityZone", zone}}));
      targets.push_back({{"Id", made.instances.back()}});
    }
    Json properties{{"Name", name},
                    {"Protocol", "HTTP"},
                    {"Port", 80},
                    {"VpcId", "vpc-1"},
                    {"Targets", targets}};
    properties.update(more);
    made.group = make("AWS::ElasticLoadBalancingV2::TargetGroup", "Group", properties);
    made.balancer = make("AWS::ElasticLoadBalancingV2::LoadBalancer", "Balancer",
                         {{"Name", name}, {"Subnets", {"subnet-a", "subnet-b"}}});
    made.listener =
        make("AWS::ElasticLoadBalancingV2::Listener", "Listener",
             {{"LoadBalancerArn", made.balancer},
              {"Protocol", "HTTP"},
              {"Port", 80},
              {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", made.group}}}}});
    return made;
  }

  /// "unhealthy Target.Timeout"
  std::string state(const std::string& group, const std::string& id) {
    return said(must("elbv2", "DescribeTargetHealth",
                     {{"TargetGroupArn", group}, {"Targets", {{{"Id", id}}}}}));
  }
  /// The state alone, without a call that takes time.
  std::string state_now(const std::string& group, const std::string& id) {
    const auto answer = cloud.inspect(cloud.home(), "elbv2", "DescribeTargetHealth",
                                      {{"TargetGroupArn", group}, {"Targets", {{{"Id", id}}}}});
    REQUIRE(answer.has_value());
    return answer->at("TargetHealthDescriptions")[0]
        .at("TargetHealth")
        .at("State")
        .get<std::string>();
  }
  static std::string said(const Json& answer) {
    const Json& health = answer.at("TargetHealthDescriptions")[0].at("TargetHealth");
    std::string text = health.at("State").get<std::string>();
    if (health.contains("Reason")) text += " " + health.at("Reason").get<std::string>();
    return text;
  }
  Json traffic(const Json& input) {
    const auto answer = cloud.inspect(cloud.home(), "elbv2", "InspectTraffic", input);
    REQUIRE(answer.has_value());
    return *answer;
  }
  /// "i-00000000 0.500, i-00000001 0.500", then what nobody serves and what is answered.
  std::string shares(const std::string& balancer, Json input = Json::object()) {
    input["LoadBalancer"] = balancer;
    const Json told = traffic(input);
    std::map<std::string, double> by_target;
    for (const Json& target : told.at("Targets"))
      by_target[target.at("Target").get<std::string>()] += target.at("Share").get<double>();
    std::string text;
    const auto add = [&](const std::string& name, double share) {
      text += fmt::format("{}{} {:.3f}", text.empty() ? "" : ", ", name, share);
    };
    for (const auto& [name, share] : by_target) add(name, share);
    for (const auto& [code, share] : told.at("Answered").items()) add(code, share.get<double>());
    if (told.at("Unserved").get<double>() > 0) add("503", told.at("Unserved").get<double>());
    return text;
  }
  /// The newest datapoint of a host count of the one load balancer.
  double count(const std::string& metric, const std::string& zone = {}) {
    for (const SeriesId id : cloud.metrics().list({.metric_name = metric})) {
      const SeriesKey key = cloud.metrics().key(id);
      if (key.dimensions.size() != (zone.empty() ? 2U : 3U)) continue;
      bool meant = zone.empty();
      for (const auto& [name, value] : key.dimensions) meant |= value == zone;
      if (!meant) continue;
      const Window window{sim.now() - 3min, sim.now() - 1min, sim.now()};
      const Summary summary = cloud.metrics().summary(id, window);
      return summary.highest;
    }
    return -1;
  }
};

}  // namespace opsim::tests
