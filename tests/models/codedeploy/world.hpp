#pragma once
/// Instances and functions that are deployed to, and alarms.
#include "models/cloudwatch/service.hpp"
#include "models/codedeploy/codedeploy.hpp"
#include "models/codedeploy/service.hpp"
#include "models/compute/service.hpp"
#include "models/lambda/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kReleaseCatalog[] = {&kEc2, &kAutoScaling, &kCloudWatch, &kLambda,
                                                 &kCodeDeploy};

struct Releases : SmallWorld {
  explicit Releases(Seed seed = Seed{1}) : SmallWorld{kReleaseCatalog, seed} {}
  explicit Releases(Catalog catalog) : SmallWorld{catalog} {}

  std::vector<std::string> instances(int count) {
    const Json made =
        must("ec2", "RunInstances",
             {{"ImageId", "ami-12345678"},
              {"MinCount", count},
              {"MaxCount", count},
              {"TagSpecifications",
               {{{"ResourceType", "instance"}, {"Tags", {{{"Key", "App"}, {"Value", "web"}}}}}}}});
    run_for(10min);
    std::vector<std::string> ids;
    for (const Json& one : made["Instances"]) ids.push_back(one["InstanceId"].get<std::string>());
    return ids;
  }
  void application(const char* platform, Json group) {
    must("codedeploy", "CreateApplication",
         {{"applicationName", "Web"}, {"computePlatform", platform}});
    group.update({{"applicationName", "Web"},
                  {"deploymentGroupName", "live"},
                  {"serviceRoleArn", "arn:aws:iam::123456789012:role/deploy"}});
    must("codedeploy", "CreateDeploymentGroup", group);
  }
  /// Instances tagged App=web, with a configuration.
  void fleet_group(Json config, Json more = Json::object()) {
    more["ec2TagFilters"] = {{{"Key", "App"}, {"Value", "web"}, {"Type", "KEY_AND_VALUE"}}};
    more["deploymentConfigName"] = config.is_string() ? config : Json("custom");
    if (!config.is_string()) {
      config["deploymentConfigName"] = "custom";
      must("codedeploy", "CreateDeploymentConfig", config);
    }
    application("Server", std::move(more));
  }
  static Json bundle(const std::string& key) {
    return {{"revisionType", "S3"},
            {"s3Location", {{"bucket", "releases"}, {"key", key}, {"bundleType", "zip"}}}};
  }
  static Json hosts(const char* type, int value) {
    return {{"minimumHealthyHosts", {{"type", type}, {"value", value}}}};
  }
  /// Says what a lifecycle event, or a revision, does.
  void physics(const std::string& part, double succeeds) {
    auto& model = static_cast<codedeploy::CodeDeploy&>(*cloud.model("codedeploy"));
    model.physics["Web/" + part] = {
        .takes = {}, .succeeds = succeeds, .hangs = 0, .fails_with = ""};
  }
  std::string deploy(const Json& revision) {
    return must("codedeploy", "CreateDeployment",
                {{"applicationName", "Web"},
                 {"deploymentGroupName", "live"},
                 {"revision", revision}})["deploymentId"]
        .get<std::string>();
  }
  Json get(const std::string& id) {
    return must("codedeploy", "GetDeployment", {{"deploymentId", id}})["deploymentInfo"];
  }
  std::string status(const std::string& id) { return get(id)["status"].get<std::string>(); }
  std::string error(const std::string& id) {
    const Json found = get(id);
    return found.contains("errorInformation") ? found["errorInformation"]["code"].get<std::string>()
                                              : "";
  }
  void alarm(const std::string& name) {
    must("cloudwatch", "PutMetricAlarm",
         {{"AlarmName", name},
          {"Namespace", "Test"},
          {"MetricName", "Pain"},
          {"Statistic", "Maximum"},
          {"Period", 60},
          {"EvaluationPeriods", 1},
          {"Threshold", 1},
          {"ComparisonOperator", "GreaterThanThreshold"}});
  }
  void ring(const std::string& name) {
    must("cloudwatch", "SetAlarmState",
         {{"AlarmName", name}, {"StateValue", "ALARM"}, {"StateReason", "it hurts"}});
  }
};

}  // namespace opsim::tests
