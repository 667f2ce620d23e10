// Creation policies, update policies, nested stacks.
#include "tests/models/cloudformation/stacks.hpp"

namespace opsim::tests {

namespace {

std::string group(const std::string& image, const std::string& policy) {
  return R"(
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        InstanceType: t3.micro
        ImageId: )" +
         image + R"(
        UserData: !Base64 'cfn-signal -e $? --stack app --resource Group'
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      AvailabilityZones: !GetAZs ''
      MinSize: '2'
      MaxSize: '4'
      DesiredCapacity: '2'
      LaunchTemplate: { LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber }
)" + policy;
}

constexpr const char* kTwoSignals =
    "    CreationPolicy: { ResourceSignal: { Count: 2, Timeout: PT15M } }\n";
constexpr const char* kRolling =
    "    UpdatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1, MinInstancesInService: 1, "
    "WaitOnResourceSignals: true, PauseTime: PT10M } }\n";

std::vector<std::string> instances(Stacks& world) {
  std::vector<std::string> ids;
  const Json groups = world.must("autoscaling", "DescribeAutoScalingGroups")["AutoScalingGroups"];
  if (groups.empty()) return ids;
  for (const Json& one : groups[0]["Instances"])
    if (one["LifecycleState"] == "InService") ids.push_back(one["InstanceId"].get<std::string>());
  std::ranges::sort(ids);
  return ids;
}

}  // namespace

TEST_SUITE("cloudformation: policies of resources") {
  // Template Reference, "CreationPolicy attribute": the resource is complete once it has received
  // the number of signals, and fails when the timeout comes first.
  TEST_CASE("a creation policy waits for signals, its timeout fails the resource") {
    Stacks world;
    CHECK(world.create("app", group("ami-00000001", kTwoSignals)) == "CREATE_COMPLETE");
    CHECK(world.resource_reason("app", "Group") == "");
    CHECK(instances(world).size() == 2);
    const std::string wait =
        "Resources:\n  Wait:\n    Type: AWS::CloudFormation::WaitCondition\n    CreationPolicy: { "
        "ResourceSignal: { Count: 2, Timeout: PT10M } }\n";
    world.must("cloudformation", "CreateStack", {{"StackName", "one"}, {"TemplateBody", wait}});
    world.run_for(2min);
    const Json signal{{"StackName", "one"},
                      {"LogicalResourceId", "Wait"},
                      {"UniqueId", "a"},
                      {"Status", "SUCCESS"}};
    world.must("cloudformation", "SignalResource", signal);
    world.run_for(2min);
    CHECK(world.stack("one")["StackStatus"] == "CREATE_IN_PROGRESS");
    world.must("cloudformation", "SignalResource", signal);
    CHECK(world.settle("one") == "CREATE_COMPLETE");
    CHECK(world.create("two", wait) == "ROLLBACK_COMPLETE");
    CHECK(world.resource_reason("two", "Wait") ==
          "Failed to receive 2 resource signal(s) within the specified duration");
  }

  TEST_CASE("a rolling update replaces a group's instances, one always in service") {
    Stacks world;
    CHECK(world.create("app", group("ami-00000001", kRolling)) == "CREATE_COMPLETE");
    world.run_for(10min);
    const auto before = instances(world);
    REQUIRE(before.size() == 2);
    world.must("cloudformation", "UpdateStack",
               {{"StackName", "app"}, {"TemplateBody", group("ami-00000002", kRolling)}});
    std::size_t fewest = 2;
    for (int i = 0; i < 60; ++i) {
      world.run_for(1min);
      fewest = std::min(fewest, instances(world).size());
    }
    CHECK(world.settle("app") == "UPDATE_COMPLETE");
    CHECK(fewest >= 1);
    world.run_for(10min);
    const auto after = instances(world);
    CHECK(after.size() == 2);
    for (const std::string& id : after) CHECK(std::ranges::find(before, id) == before.end());
  }

  TEST_CASE("without an update policy instances stay as they are") {
    Stacks world;
    world.create("app", group("ami-00000001", ""));
    world.run_for(10min);
    const auto before = instances(world);
    CHECK(world.update("app", group("ami-00000002", "")) == "UPDATE_COMPLETE");
    world.run_for(10min);
    CHECK(instances(world) == before);
  }
}

namespace {

constexpr const char* kApi = R"(
Parameters: { Live: { Type: String, Default: '1' } }
Resources:
  Api:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: api
      Runtime: python3.12
      Handler: a.b
      Role: arn:aws:iam::123456789012:role/r
      Code: { ZipFile: x }
  One: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Api, Description: one } }
  Two:
    Type: AWS::Lambda::Version
    DependsOn: One
    Properties: { FunctionName: !Ref Api, Description: two }
  Pain:
    Type: AWS::CloudWatch::Alarm
    Properties: { AlarmName: pain, Namespace: N, MetricName: M, Statistic: Sum, Period: 60,
      EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold, Threshold: 1,
      TreatMissingData: notBreaching }
  App:
    Type: AWS::CodeDeploy::Application
    Properties: { ApplicationName: app, ComputePlatform: Lambda }
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref App
      DeploymentGroupName: live
      DeploymentConfigName: CodeDeployDefault.LambdaCanary10Percent5Minutes
      ServiceRoleArn: arn:aws:iam::123456789012:role/deploy
      DeploymentStyle: { DeploymentType: BLUE_GREEN, DeploymentOption: WITH_TRAFFIC_CONTROL }
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: pain }] }
      AutoRollbackConfiguration: { Enabled: true, Events: [DEPLOYMENT_STOP_ON_ALARM] }
  Alias:
    Type: AWS::Lambda::Alias
    DependsOn: [One, Two, Group]
    Properties: { FunctionName: !Ref Api, FunctionVersion: !Ref Live, Name: live }
    UpdatePolicy:
      CodeDeployLambdaAliasUpdate: { ApplicationName: !Ref App, DeploymentGroupName: !Ref Group }
)";

Json live_alias(Stacks& world) {
  return world.must("lambda", "GetAlias", {{"FunctionName", "api"}, {"Name", "live"}});
}

}  // namespace

TEST_SUITE("cloudformation: an alias moved by CodeDeploy") {
  TEST_CASE("the update takes as long as the canary, and is undone by its alarm") {
    for (const bool painful : {false, true}) {
      CAPTURE(painful);
      Stacks world;
      CHECK(world.create("api", kApi) == "CREATE_COMPLETE");
      const Json live{{"ParameterKey", "Live"}, {"ParameterValue", "2"}};
      world.must("cloudformation", "UpdateStack",
                 {{"StackName", "api"},
                  {"UsePreviousTemplate", true},
                  {"Parameters", Json::array({live})}});
      world.run_for(3min);
      // A tenth of the traffic for five minutes: the stack waits.
      CHECK(world.stack("api")["StackStatus"] == "UPDATE_IN_PROGRESS");
      CHECK(live_alias(world)["RoutingConfig"]["AdditionalVersionWeights"]["2"] == 0.1);
      if (painful)
        world.must("cloudwatch", "SetAlarmState",
                   {{"AlarmName", "pain"}, {"StateValue", "ALARM"}, {"StateReason", "it hurts"}});
      CHECK(world.settle("api") == (painful ? "UPDATE_ROLLBACK_COMPLETE" : "UPDATE_COMPLETE"));
      CHECK(live_alias(world)["FunctionVersion"] == (painful ? "1" : "2"));
      if (painful)
        CHECK(world.resource_reason("api", "Alias").find("was stopped") != std::string::npos);
    }
  }
}

TEST_SUITE("cloudformation: nested stacks") {
  TEST_CASE("live with the stack that nests them") {
    Stacks world;
    world.must("s3", "CreateBucket", {{"Bucket", "templates"}});
    const std::string inner =
        "Parameters: { Value: { Type: String } }\nResources: { P: { Type: AWS::SSM::Parameter, "
        "Properties: { Name: /inner, Type: String, Value: !Ref Value } } }\nOutputs: { Name: { "
        "Value: "
        "!Ref P } }\n";
    world.must("s3", "PutObject",
               {{"Bucket", "templates"}, {"Key", "inner.yaml"}, {"Body", inner}});
    const auto outer = [](const std::string& value) {
      return "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties: { "
             "TemplateURL: 'https://templates.s3.amazonaws.com/inner.yaml', Parameters: { Value: " +
             value + " } }\nOutputs: { Name: { Value: !GetAtt Inner.Outputs.Name } }\n";
    };
    const auto value = [&] {
      return world.must("ssm", "GetParameter", {{"Name", "/inner"}})["Parameter"]["Value"];
    };
    CHECK(world.create("outer", outer("a")) == "CREATE_COMPLETE");
    CHECK(world.stack("outer")["Outputs"][0]["OutputValue"] == "/inner");
    CHECK(value() == "a");
    const Json nested = world.stack(world.physical_id("outer", "Inner"));
    CHECK(nested["ParentId"] == world.stack("outer")["StackId"]);
    CHECK(world.update("outer", outer("b")) == "UPDATE_COMPLETE");
    CHECK(value() == "b");
    const auto id = world.stack("outer")["StackId"].get<std::string>();
    world.must("cloudformation", "DeleteStack", {{"StackName", id}});
    CHECK(world.settle(id) == "DELETE_COMPLETE");
    CHECK(world.refusal("ssm", "GetParameter", {{"Name", "/inner"}}) == "ParameterNotFound");
  }
}

}  // namespace opsim::tests
