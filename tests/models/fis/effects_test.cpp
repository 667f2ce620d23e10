// What actions do to what they aim at, beyond instances: volumes, caches, pods, launches, logs.
#include "models/elasticache/service.hpp"
#include "models/kinesis/service.hpp"
#include "tests/models/fis/world.hpp"

namespace opsim::tests {
namespace {

const Service* const kEffects[] = {&kEc2,         &kAutoScaling, &kCloudWatch,
                                   &kElastiCache, &kFis,         &kKinesis};

struct Effects : SmallWorld {
  Effects() : SmallWorld{kEffects, Seed{1}} {}
  std::string start(const Json& members) {
    const std::string id =
        must("fis", "CreateExperimentTemplate", members)["experimentTemplate"]["id"]
            .get<std::string>();
    return must("fis", "StartExperiment", {{"experimentTemplateId", id}})["experiment"]["id"]
        .get<std::string>();
  }
  std::string status(const std::string& id) {
    return must("fis", "GetExperiment", {{"id", id}})["experiment"]["state"]["status"]
        .get<std::string>();
  }
  Json described(const std::string& group) {
    return must("elasticache", "DescribeReplicationGroups",
                {{"ReplicationGroupId", group}})["ReplicationGroups"][0];
  }
};

Json one_action(std::string id, Json parameters, std::string key, Json target) {
  return {{"description", "a test"},
          {"roleArn", "arn:aws:iam::123456789012:role/fis"},
          {"stopConditions", {{{"source", "none"}}}},
          {"targets", {{"them", std::move(target)}}},
          {"actions",
           {{"act",
             {{"actionId", std::move(id)},
              {"parameters", std::move(parameters)},
              {"targets", {{std::move(key), "them"}}}}}}}};
}

Json by_arn(std::string type, std::string arn) {
  return {{"resourceType", std::move(type)},
          {"resourceArns", Json::array({std::move(arn)})},
          {"selectionMode", "ALL"}};
}

TEST_SUITE("fis: what actions do") {
  // fis-actions-reference: aws:ebs:pause-volume-io; "Fault testing on Amazon EBS":
  // VolumeStalledIOCheck is 1 while I/O is paused, the attached EBS status check fails.
  TEST_CASE("a paused volume does no I/O: its instance waits for it, until the action ends") {
    Effects world;
    const Json made = world.must("ec2", "RunInstances",
                                 {{"ImageId", "ami-12345678"}, {"MinCount", 1}, {"MaxCount", 1}});
    world.run_for(10min);
    const std::string instance = made["Instances"][0]["InstanceId"].get<std::string>();
    const Json volumes = world.must("ec2", "DescribeVolumes", Json::object());
    const std::string volume = volumes["Volumes"][0]["VolumeId"].get<std::string>();
    const std::string id = world.start(one_action(
        "aws:ebs:pause-volume-io", {{"duration", "PT5M"}}, "Volumes",
        by_arn("aws:ec2:ebs-volume", "arn:aws:ec2:us-east-1:123456789012:volume/" + volume)));
    world.run_for(2min);
    CHECK(world.cloud.health(instance) == Health::down);
    CHECK(world.cloud.read_quantity(volume, "io") == 0);
    CHECK(world.cloud.read_quantity(volume, "iops") == 0);
    const Json status = world.must("ec2", "DescribeInstanceStatus", Json::object());
    CHECK(status["InstanceStatuses"][0]["AttachedEbsStatus"]["Status"] == "impaired");
    CHECK(status["InstanceStatuses"][0]["InstanceStatus"]["Status"] == "ok");
    world.run_for(5min);
    CHECK(world.cloud.health(instance) == Health::ok);
    CHECK(world.cloud.read_quantity(volume, "io") == 1);
    CHECK(world.status(id) == "completed");
  }

  TEST_CASE("the latency of a volume shows in its own metrics") {
    Effects world;
    world.must("ec2", "RunInstances",
               {{"ImageId", "ami-12345678"}, {"MinCount", 1}, {"MaxCount", 1}});
    world.run_for(10min);
    const std::string volume =
        world.must("ec2", "DescribeVolumes", Json::object())["Volumes"][0]["VolumeId"]
            .get<std::string>();
    world.start(one_action(
        "aws:ebs:volume-io-latency", {{"duration", "PT5M"}, {"readIOLatencyMilliseconds", "250"}},
        "Volumes",
        by_arn("aws:ec2:ebs-volume", "arn:aws:ec2:us-east-1:123456789012:volume/" + volume)));
    world.run_for(1min);
    CHECK(world.cloud.read_quantity(volume, "read latency") == 250);
    CHECK(world.cloud.read_quantity(volume, "write latency") == 100);  // the documented default
    world.run_for(10min);
    CHECK(world.cloud.read_quantity(volume, "read latency") == 0);
  }

  // aws:elasticache:replicationgroup-interrupt-az-power: "nodes in the zone are unavailable; a
  // replica is promoted; replacements are blocked until the action ends".
  TEST_CASE("a zone's power: its cache nodes are gone, a replica is promoted, and they come back") {
    Effects world;
    world.must("elasticache", "CreateReplicationGroup",
               {{"ReplicationGroupId", "orders"},
                {"ReplicationGroupDescription", "orders"},
                {"NumCacheClusters", 3},
                {"AutomaticFailoverEnabled", true}});
    world.run_for(1h);
    const auto primary = [&] {
      const Json orders = world.described("orders");
      for (const Json& node : orders["NodeGroups"][0]["NodeGroupMembers"])
        if (node["CurrentRole"] == "primary")
          return node["PreferredAvailabilityZone"].get<std::string>();
      return std::string{};
    };
    const std::string zone = primary();
    Json target = by_arn("aws:elasticache:replicationgroup",
                         world.described("orders")["ARN"].get<std::string>());
    target["parameters"] = {{"availabilityZoneIdentifier", zone}};
    world.start(one_action("aws:elasticache:replicationgroup-interrupt-az-power",
                           {{"duration", "PT30M"}}, "ReplicationGroups", target));
    world.run_for(8s);
    CHECK(world.cloud.health("orders") == Health::down);  // its primary has no power
    world.run_for(5min);
    CHECK(primary() != zone);
    CHECK(world.cloud.health("orders") == Health::in_danger);  // a node short
    world.run_for(1h);
    CHECK(world.cloud.health("orders") == Health::ok);
  }

  // fis-actions-reference, Kinesis: ProvisionedThroughputExceededException for GetRecords,
  // GetShardIterator, PutRecord and PutRecords; ExpiredIteratorException for GetRecords alone.
  TEST_CASE("calls to a stream are throttled, or its iterators expire, while the action lasts") {
    Effects world;
    world.make("AWS::Kinesis::Stream", "Orders", {{"Name", "orders"}, {"ShardCount", 1}});
    const auto put = [&] {
      return world.refusal("kinesis", "PutRecord",
                           {{"StreamName", "orders"}, {"PartitionKey", "a"}, {"Data", "x"}});
    };
    const std::string shard =
        world
            .must("kinesis", "DescribeStream",
                  {{"StreamName", "orders"}})["StreamDescription"]["Shards"][0]["ShardId"]
            .get<std::string>();
    const Json asks{
        {"StreamName", "orders"}, {"ShardId", shard}, {"ShardIteratorType", "TRIM_HORIZON"}};
    const Json iterator{
        {"ShardIterator", world.must("kinesis", "GetShardIterator", asks)["ShardIterator"]}};
    const Json target =
        by_arn("aws:kinesis:stream", "arn:aws:kinesis:us-east-1:123456789012:stream/orders");
    const Json all{{"duration", "PT5M"}, {"percentage", "100"}};
    world.start(one_action("aws:kinesis:stream-provisioned-throughput-exception", all,
                           "KinesisStreams", target));
    world.run_for(1min);
    constexpr std::string_view slow = "ProvisionedThroughputExceededException";
    CHECK(put() == slow);
    CHECK(world.refusal("kinesis", "GetShardIterator", asks) == slow);
    CHECK(world.refusal("kinesis", "GetRecords", iterator) == slow);
    CHECK(world.refusal("kinesis", "DescribeStream", {{"StreamName", "orders"}}).empty());
    world.run_for(6min);
    CHECK(put().empty());
    world.start(
        one_action("aws:kinesis:stream-expired-iterator-exception", all, "KinesisStreams", target));
    world.run_for(1min);
    CHECK(world.refusal("kinesis", "GetRecords", iterator) == "ExpiredIteratorException");
    CHECK(put().empty());
    world.run_for(6min);
    CHECK(world.refusal("kinesis", "GetRecords", iterator).empty());
  }

  // aws:ec2:api-insufficient-instance-capacity-error: RunInstances and StartInstances of the roles.
  TEST_CASE(
      "a role's requests for capacity are refused in the zones that are named; others' are not") {
    Effects world;
    const std::string role = "arn:aws:iam::123456789012:role/deployer";
    world.cloud.resources().add({.logical_id = "deployer",
                                 .type = "AWS::IAM::Role",
                                 .physical_id = "deployer",
                                 .arn = role,
                                 .place = world.cloud.home()});
    world.start(one_action("aws:ec2:api-insufficient-instance-capacity-error",
                           {{"duration", "PT30M"},
                            {"availabilityZoneIdentifiers", "us-east-1a"},
                            {"percentage", "100"}},
                           "Roles", by_arn("aws:iam:role", role)));
    world.run_for(1min);
    const auto run = [&](const std::string& principal, const char* zone) {
      const ApiResult<Json> answer = world.finish(
          world.cloud.call({world.cloud.home(), principal, "", true}, "ec2", "RunInstances",
                           {{"ImageId", "ami-12345678"},
                            {"MinCount", 1},
                            {"MaxCount", 1},
                            {"Placement", {{"AvailabilityZone", zone}}}}));
      return answer ? std::string{} : answer.error().code;
    };
    CHECK(run(role, "us-east-1a") == "InsufficientInstanceCapacity");
    CHECK(run(role, "us-east-1b").empty());
    CHECK(run("arn:aws:iam::123456789012:role/other", "us-east-1a").empty());
    world.run_for(1h);
    CHECK(run(role, "us-east-1a").empty());
  }

  // aws:ec2:asg-insufficient-instance-capacity-error: percentage of the launches; "supports Zone
  // IDs (e.g. use1-az1, use1-az2) and Zone names".
  TEST_CASE("launches of a group are refused in the zones that are named, a share of them") {
    Effects world;
    world.must(
        "ec2", "CreateLaunchTemplate",
        {{"LaunchTemplateName", "web"},
         {"LaunchTemplateData", {{"ImageId", "ami-12345678"}, {"InstanceType", "m5.large"}}}});
    world.must("autoscaling", "CreateAutoScalingGroup",
               {{"AutoScalingGroupName", "web"},
                {"MinSize", 0},
                {"MaxSize", 200},
                {"DesiredCapacity", 0},
                {"AvailabilityZones", Json::array({"us-east-1a"})},
                {"LaunchTemplate", {{"LaunchTemplateName", "web"}}}});
    const Json group = world.must("autoscaling", "DescribeAutoScalingGroups",
                                  Json::object())["AutoScalingGroups"][0];
    world.start(one_action(
        "aws:ec2:asg-insufficient-instance-capacity-error",
        {{"duration", "PT30M"}, {"availabilityZoneIdentifiers", "use1-az1"}, {"percentage", "100"}},
        "AutoScalingGroups",
        by_arn("aws:ec2:autoscaling-group", group["AutoScalingGroupARN"].get<std::string>())));
    world.run_for(1min);
    world.must("autoscaling", "SetDesiredCapacity",
               {{"AutoScalingGroupName", "web"}, {"DesiredCapacity", 2}});
    world.run_for(10min);
    const auto size = [&] {
      return world
          .must("autoscaling", "DescribeAutoScalingGroups",
                Json::object())["AutoScalingGroups"][0]["Instances"]
          .size();
    };
    CHECK(size() == 0);
    world.run_for(1h);
    CHECK(size() == 2);
  }
}

}  // namespace
}  // namespace opsim::tests
