#pragma once
/// A fleet of an Auto Scaling group behind a load balancer, a deployment group, and users.
#include "models/elb/service.hpp"
#include "models/workload/service.hpp"
#include "models/workload/workload.hpp"
#include "opsim/cloud/running_version.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/codedeploy/world.hpp"

namespace opsim::tests {

inline const Service* const kBalancedReleaseCatalog[] = {
    &kEc2, &kAutoScaling, &kElbV2, &kCloudWatch, &kLambda, &kCodeDeploy, &kWorkload};

/// Eight instances over two zones that serve s3://releases/web-1.zip; 400 requests a second, of
/// which an instance can answer 100.
struct BalancedFleet : Releases {
  explicit BalancedFleet(Json group = Json::object(), Json config = "CodeDeployDefault.HalfAtATime",
                         const std::string& versions = "{}")
      : Releases{kBalancedReleaseCatalog} {
    const std::string launch = make("AWS::EC2::LaunchTemplate", "Template",
                                    {{"LaunchTemplateData", {{"ImageId", "ami-12345678"}}}});
    make("AWS::AutoScaling::AutoScalingGroup", "Fleet",
         {{"AutoScalingGroupName", "fleet"},
          {"LaunchTemplate", {{"LaunchTemplateId", launch}, {"Version", "1"}}},
          {"AvailabilityZones", {"us-east-1a", "us-east-1b"}},
          {"MinSize", "8"},
          {"MaxSize", "12"}});
    targets = must("elbv2", "CreateTargetGroup",
                   {{"Name", "web"},
                    {"Protocol", "HTTP"},
                    {"Port", 80},
                    {"VpcId", "vpc-1"},
                    {"HealthCheckIntervalSeconds", 10},
                    {"HealthyThresholdCount", 2}})["TargetGroups"][0]["TargetGroupArn"]
                  .get<std::string>();
    must("elbv2", "ModifyTargetGroupAttributes",
         {{"TargetGroupArn", targets},
          {"Attributes", {{{"Key", "deregistration_delay.timeout_seconds"}, {"Value", "20"}}}}});
    const std::string balancer =
        must("elbv2", "CreateLoadBalancer",
             {{"Name", "web"},
              {"Subnets", {"subnet-a", "subnet-b"}}})["LoadBalancers"][0]["LoadBalancerArn"]
            .get<std::string>();
    must("elbv2", "CreateListener",
         {{"LoadBalancerArn", balancer},
          {"Protocol", "HTTP"},
          {"Port", 80},
          {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", targets}}}}});
    must("autoscaling", "AttachLoadBalancerTargetGroups",
         {{"AutoScalingGroupName", "fleet"}, {"TargetGroupARNs", {targets}}});
    group["autoScalingGroups"] = Json::array({"fleet"});
    group["loadBalancerInfo"] = {{"targetGroupInfoList", {{{"name", "web"}}}}};
    if (!group.contains("deploymentStyle"))
      group["deploymentStyle"] = {{"deploymentType", "IN_PLACE"},
                                  {"deploymentOption", "WITH_TRAFFIC_CONTROL"}};
    if (config.is_object()) {
      config["deploymentConfigName"] = "custom";
      must("codedeploy", "CreateDeploymentConfig", config);
    }
    group["deploymentConfigName"] = config.is_string() ? config : Json("custom");
    application("Server", group);
    stand();
    cloud.resources().add({.logical_id = "Live",
                           .type = "AWS::CodeDeploy::DeploymentGroup",
                           .physical_id = "live",
                           .place = cloud.home()});
    cloud.resources().add({.logical_id = "Balancer",
                           .type = "AWS::ElasticLoadBalancingV2::LoadBalancer",
                           .physical_id = balancer,
                           .arn = balancer,
                           .place = cloud.home()});
    read_workload(versions);
    run_for(5min);
  }
  /// The first revision, as if it had always been there.
  void stand() {
    run_for(5min);
    const std::string id = deploy(bundle("web-1.zip"));
    run_for(30min);
    REQUIRE(status(id) == "Succeeded");
  }
  void read_workload(const std::string& versions) {
    const Document document = read_yaml("scenario.yaml", fmt::format(R"(
Web:
  served by: Live
  behind: Balancer
  work: exponential(mean 20ms)
  demand: {{ rate: 400/s }}
  versions: {}
)",
                                                                     versions));
    kWorkload.sections[0].read(*cloud.model("workload"), cloud, document.root);
  }
  double errors() { return cloud.read_quantity("Web", "errors").value_or(-1); }
  double p99() {
    auto& all = static_cast<workload::Workload&>(*cloud.model("workload"));
    return workload::latency_of(all, 0, .99);
  }
  std::vector<std::string> healthy() {
    std::vector<std::string> found;
    const Json answer = must("elbv2", "DescribeTargetHealth", {{"TargetGroupArn", targets}});
    for (const Json& one : answer["TargetHealthDescriptions"])
      if (one["TargetHealth"]["State"] == "healthy")
        found.push_back(one["Target"]["Id"].get<std::string>());
    return found;
  }
  Json target(const std::string& id, const std::string& instance) {
    return must(
        "codedeploy", "GetDeploymentTarget",
        {{"deploymentId", id}, {"targetId", instance}})["deploymentTarget"]["instanceTarget"];
  }
  std::vector<std::string> target_ids(const std::string& id) {
    return must("codedeploy", "ListDeploymentTargets", {{"deploymentId", id}})["targetIds"]
        .get<std::vector<std::string>>();
  }
  /// "Install AfterInstall ...": the events that succeeded.
  std::string events_of(const Json& target) {
    std::string order;
    for (const Json& event : target["lifecycleEvents"])
      if (event["status"] == "Succeeded")
        order += event["lifecycleEventName"].get<std::string>() + " ";
    return order;
  }

  std::string targets;
};

}  // namespace opsim::tests
