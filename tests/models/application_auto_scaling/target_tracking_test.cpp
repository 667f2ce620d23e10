#include "tests/models/application_auto_scaling/world.hpp"

namespace opsim::tests {

TEST_SUITE("application auto scaling: target tracking") {
  TEST_CASE("makes two alarms as ECS accounts show them, and deletes them with the policy") {
    ScalingWorld world;
    const Json put = world.track_cpu(75);
    world.run_for(1s);
    const Json alarms = world.alarms();
    REQUIRE(alarms.size() == 2);
    const Json& high = alarms[0];
    CHECK(high["AlarmName"].get<std::string>().starts_with(
        "TargetTracking-service/shop/web-AlarmHigh-"));
    CHECK(high["Namespace"] == "AWS/ECS");
    CHECK(high["MetricName"] == "CPUUtilization");
    CHECK(high["Statistic"] == "Average");
    CHECK(high["Threshold"] == 75.0);
    CHECK(high["EvaluationPeriods"] == 3);
    CHECK(high["Period"] == 60);
    CHECK(high["AlarmActions"] == Json::array({put["PolicyARN"]}));
    CHECK(put["PolicyARN"].get<std::string>().ends_with(
        ":resource/ecs/service/shop/web:policyName/cpu"));
    CHECK(alarms[1]["Threshold"] == 67.5);
    CHECK(alarms[1]["EvaluationPeriods"] == 15);
    CHECK(put["Alarms"][0]["AlarmName"] == high["AlarmName"]);
    world.must("application-autoscaling", "DeleteScalingPolicy",
               ScalingWorld::target({{"PolicyName", "cpu"}}));
    world.run_for(1s);
    CHECK(world.alarms().empty());
  }

  TEST_CASE("scales out to what brings the metric to its target, and in after its cooldown") {
    ScalingWorld world{4, 2, 20};
    const Json put = world.track_cpu(50, {{"ScaleOutCooldown", 60}, {"ScaleInCooldown", 120}});
    const Json& policy = put["PolicyARN"];
    const Json& high = put["Alarms"][0]["AlarmName"];
    const Json& low = put["Alarms"][1]["AlarmName"];
    world.alarm(policy, 80, 50, high);
    CHECK(world.desired() == 7);  // 4 x 80 / 50 = 6.4
    // While new tasks start, the same metric asks for the same.
    world.run_for(20s);
    world.alarm(policy, 80, 50, high);
    CHECK(world.desired() == 7);
    world.run_for(5min);
    world.alarm(policy, 20, 45, low);
    CHECK(world.desired() == 3);  // 7 x 20 / 50 = 2.8
    world.run_for(30s);
    world.alarm(policy, 5, 45, low);
    CHECK(world.desired() == 3);
    world.run_for(6min);
    world.alarm(policy, 5, 45, low);
    CHECK(world.desired() == 2);  // the minimum
  }

  TEST_CASE("scales out if any policy wants it, in only if all do") {
    ScalingWorld world{6, 1, 20};
    const Json cpu = world.track_cpu(50);
    const Json memory = world.put_tracking(
        "memory", {{"TargetValue", 60},
                   {"PredefinedMetricSpecification",
                    {{"PredefinedMetricType", "ECSServiceAverageMemoryUtilization"}}}});
    const Json& cpu_low = cpu["Alarms"][1]["AlarmName"];
    const Json& memory_low = memory["Alarms"][1]["AlarmName"];
    world.alarm(cpu["PolicyARN"], 20, 45, cpu_low);
    CHECK(world.desired() == 6);
    world.alarm(memory["PolicyARN"], 30, 54, memory_low);
    CHECK(world.desired() == 3);  // 6 x 20 / 50 = 2.4 and 6 x 30 / 60 = 3: the larger
  }

  TEST_CASE("DisableScaleIn leaves out the lower alarm") {
    ScalingWorld world;
    const Json put = world.track_cpu(50, {{"DisableScaleIn", true}});
    CHECK(put["Alarms"].size() == 1);
  }

  TEST_CASE("a metric may be tracked once, by a policy of its own") {
    ScalingWorld world;
    world.track_cpu(50);
    Json same{{"TargetValue", 70},
              {"PredefinedMetricSpecification",
               {{"PredefinedMetricType", "ECSServiceAverageCPUUtilization"}}}};
    CHECK(world.refusal("application-autoscaling", "PutScalingPolicy",
                        ScalingWorld::target({{"PolicyName", "again"},
                                              {"PolicyType", "TargetTrackingScaling"},
                                              {"TargetTrackingScalingPolicyConfiguration",
                                               same}})) == "ValidationException");
  }

  TEST_CASE("scale-in is off while the service deploys, scale-out is not") {
    // ECS Developer Guide, service-auto-scaling.
    ScalingWorld world{4};
    const Json put = world.track_cpu(50);
    world.must("ecs", "UpdateService",
               {{"cluster", "shop"}, {"service", "web"}, {"forceNewDeployment", true}});
    world.alarm(put["PolicyARN"], 10, 45, put["Alarms"][1]["AlarmName"]);
    CHECK(world.desired() == 4);
    CHECK(world.activities(true)[0]["NotScaledReasons"][0]["Code"] ==
          "TargetServicePutResourceAsUnscalable");
    world.alarm(put["PolicyARN"], 100, 50, put["Alarms"][0]["AlarmName"]);
    CHECK(world.desired() == 8);
  }

  TEST_CASE("a table's alarms are on the units of a minute, and follow what is scaled") {
    // Accounts show 210 and 150 for 70 per cent of 5 units: 5 x 0.7 x 60, 5 x 0.5 x 60.
    ScalingWorld world;
    world.must("dynamodb", "CreateTable",
               {{"TableName", "orders"},
                {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
                {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                {"ProvisionedThroughput", {{"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 5}}}});
    world.run_for(2min);
    Json named{{"ServiceNamespace", "dynamodb"},
               {"ResourceId", "table/orders"},
               {"ScalableDimension", "dynamodb:table:WriteCapacityUnits"},
               {"MinCapacity", 5},
               {"MaxCapacity", 100}};
    world.must("application-autoscaling", "RegisterScalableTarget", named);
    named["PolicyName"] = "writes";
    named["PolicyType"] = "TargetTrackingScaling";
    named["TargetTrackingScalingPolicyConfiguration"] = {
        {"TargetValue", 70},
        {"PredefinedMetricSpecification",
         {{"PredefinedMetricType", "DynamoDBWriteCapacityUtilization"}}}};
    const Json put = world.must("application-autoscaling", "PutScalingPolicy", named);
    world.run_for(1s);
    CHECK(world.alarms()[0]["Threshold"] == 210.0);
    CHECK(world.alarms()[0]["EvaluationPeriods"] == 2);
    CHECK(world.alarms()[1]["Threshold"] == 150.0);
    CHECK(world.alarms()[1]["EvaluationPeriods"] == 15);
    // 840 units in a minute are 14 a second: 20 units at 70 per cent.
    world.alarm(put["PolicyARN"], 840, 210, put["Alarms"][0]["AlarmName"]);
    world.run_for(5min);
    const Json table = world.must("dynamodb", "DescribeTable", {{"TableName", "orders"}})["Table"];
    CHECK(table["ProvisionedThroughput"]["WriteCapacityUnits"] == 20);
    CHECK(table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5);
    CHECK(world.alarms()[0]["Threshold"] == 840.0);
  }
}

}  // namespace opsim::tests
