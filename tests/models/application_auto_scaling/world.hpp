#pragma once
/// A service of containers that scales, with CloudWatch beside it.
#include "models/application_auto_scaling/service.hpp"
#include "models/cloudwatch/service.hpp"
#include "models/dynamodb/service.hpp"
#include "models/ecs/service.hpp"
#include "models/lambda/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kApplicationScalingServices[] = {&kApplicationAutoScaling, &kEcs,
                                                             &kCloudWatch, &kDynamoDb, &kLambda};

struct ScalingWorld : SmallWorld {
  explicit ScalingWorld(int desired = 4, int lowest = 1, int highest = 20)
      : SmallWorld{kApplicationScalingServices} {
    make("AWS::ECS::Cluster", "Cluster", {{"ClusterName", "shop"}});
    Json container{{"Name", "app"}, {"Image", "web:1"}};
    Json definition{{"Family", "web"},         {"RequiresCompatibilities", {"FARGATE"}},
                    {"NetworkMode", "awsvpc"}, {"Cpu", "256"},
                    {"Memory", "512"},         {"ContainerDefinitions", Json::array({container})}};
    Json network{{"AwsvpcConfiguration", {{"Subnets", Json::array()}}}};
    service_arn = make("AWS::ECS::Service", "Web",
                       {{"ServiceName", "web"},
                        {"Cluster", "shop"},
                        {"DesiredCount", desired},
                        {"TaskDefinition", make("AWS::ECS::TaskDefinition", "Task", definition)},
                        {"NetworkConfiguration", network}});
    must("application-autoscaling", "RegisterScalableTarget",
         target({{"MinCapacity", lowest}, {"MaxCapacity", highest}}));
    run_for(1min);
  }

  /// The three members that name the service, and more.
  static Json target(Json more = Json::object()) {
    more["ServiceNamespace"] = "ecs";
    more["ResourceId"] = "service/shop/web";
    more["ScalableDimension"] = "ecs:service:DesiredCount";
    return more;
  }
  /// A step scaling policy of steps from 0 above the threshold; its ARN.
  std::string put_steps(std::string_view name, Json configuration) {
    return must("application-autoscaling", "PutScalingPolicy",
                target({{"PolicyName", name},
                        {"PolicyType", "StepScaling"},
                        {"StepScalingPolicyConfiguration", std::move(configuration)}}))["PolicyARN"]
        .get<std::string>();
  }
  Json put_tracking(std::string_view name, Json configuration) {
    return must("application-autoscaling", "PutScalingPolicy",
                target({{"PolicyName", name},
                        {"PolicyType", "TargetTrackingScaling"},
                        {"TargetTrackingScalingPolicyConfiguration", std::move(configuration)}}));
  }
  Json track_cpu(double to, Json more = Json::object()) {
    more["TargetValue"] = to;
    more["PredefinedMetricSpecification"] = {
        {"PredefinedMetricType", "ECSServiceAverageCPUUtilization"}};
    return put_tracking("cpu", std::move(more));
  }
  /// As an alarm runs its action: each minute while it is in ALARM.
  void alarm(const Json& policy, double metric, double threshold, const Json& name = "high") {
    const Json told{{"AlarmName", name}, {"MetricValue", metric}, {"Threshold", threshold}};
    const auto answer = deliver(policy.get<std::string>(), "{}", told);
    if (!answer) FAIL_CHECK(answer.error().message);
    run_for(1s);
  }
  std::int64_t desired() {
    const Json asked{{"cluster", "shop"}, {"services", Json::array({"web"})}};
    const auto found = cloud.inspect(cloud.home(), "ecs", "DescribeServices", asked);
    REQUIRE(found.has_value());
    return (*found)["services"][0]["desiredCount"].get<std::int64_t>();
  }
  Json activities(bool idle = false) {
    return must(
        "application-autoscaling", "DescribeScalingActivities",
        {{"ServiceNamespace", "ecs"}, {"IncludeNotScaledActivities", idle}})["ScalingActivities"];
  }
  Json alarms() {
    const auto answer = cloud.inspect(cloud.home(), "cloudwatch", "DescribeAlarms", Json::object());
    REQUIRE(answer.has_value());
    return (*answer)["MetricAlarms"];
  }

  std::string service_arn;
};

}  // namespace opsim::tests
