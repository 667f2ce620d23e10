// AWS's own documents, against the models of the services that they call: what each page says it
// is for has happened.
// Systems Manager Automation runbook reference, the page of each document.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/catalog.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/scenario/world.hpp"

namespace opsim::tests {

namespace {

class DocumentsWorld {
 public:
  DocumentsWorld() {
    call("iam", "CreateInstanceProfile", {{"InstanceProfileName", "ManagedInstanceProfile"}});
    const Json launched = call("ec2", "RunInstances",
                               {{"ImageId", "ami-12345678"},
                                {"InstanceType", "m5.large"},
                                {"MinCount", 1},
                                {"MaxCount", 1},
                                {"IamInstanceProfile", {{"Name", "ManagedInstanceProfile"}}}});
    const Json& instance = launched.at("Instances")[0];
    instance_ = instance.at("InstanceId").get<std::string>();
    volume_ = instance.at("BlockDeviceMappings")[0].at("Ebs").at("VolumeId").get<std::string>();
    run_for(std::chrono::minutes{5});
  }
  void run_for(Duration duration) { world_.run_until(world_.sim().now() + duration); }
  [[nodiscard]] const std::string& instance() const { return instance_; }
  [[nodiscard]] const std::string& volume() const { return volume_; }

  Json call(std::string service, std::string operation, Json input) {
    std::optional<ApiResult<Json>> answer;
    static constexpr auto ask = [](World& in, std::string to, std::string what, Json with,
                                   std::optional<ApiResult<Json>>& out) -> Process<> {
      Process<ApiResult<Json>> calling =
          in.cloud().call(in.user(), std::move(to), std::move(what), std::move(with));
      ApiResult<Json> given = co_await std::move(calling);
      out = std::move(given);
    };
    world_.sim().spawn(
        ask(world_, std::move(service), std::move(operation), std::move(input), answer));
    while (!answer && world_.sim().run_one()) {
    }
    REQUIRE(answer.has_value());
    return *answer ? **answer : Json{{"code", answer->error().code}};
  }
  /// Runs a document; how it ended, and why where it failed.
  std::string play(const std::string& document, const Json& parameters) {
    const Json started = call("ssm", "StartAutomationExecution",
                              {{"DocumentName", document}, {"Parameters", parameters}});
    if (!started.contains("AutomationExecutionId")) return started.dump();
    run_for(std::chrono::hours{4});
    ended_ = call("ssm", "GetAutomationExecution", started).at("AutomationExecution");
    const std::string status = ended_.at("AutomationExecutionStatus").get<std::string>();
    return status == "Success" ? status : status + ": " + ended_.value("FailureMessage", "");
  }
  /// The execution that ended last.
  [[nodiscard]] const Json& ended() const { return ended_; }

 private:
  World world_{catalog(), Place{"123456789012", "us-east-1"},
               *parse_iso8601("2026-03-02T09:00:00Z"), Seed{1}, Level::nothing};
  std::string instance_;
  std::string volume_;
  Json ended_;
};

}  // namespace

TEST_SUITE("AWS's own documents") {
  TEST_CASE("each stands, is Amazon's and can be described") {
    DocumentsWorld world;
    const Json list = world.call("ssm", "ListDocuments",
                                 {{"Filters", {{{"Key", "Owner"}, {"Values", {"Amazon"}}}}}});
    CHECK(list.at("DocumentIdentifiers").size() >= 80);
    for (const Json& one : list.at("DocumentIdentifiers")) {
      CAPTURE(one.dump());
      CHECK(one.at("Owner") == "Amazon");
      const Json described = world.call("ssm", "DescribeDocument", {{"Name", one.at("Name")}});
      CHECK(described.at("Document").at("Status") == "Active");
    }
  }
  TEST_CASE("AWS-CreateSnapshot: a completed snapshot of the volume, and its Payload") {
    DocumentsWorld world;
    CHECK(world.play("AWS-CreateSnapshot", {{"VolumeId", {world.volume()}}}) == "Success");
    const Json snapshots = world.call("ec2", "DescribeSnapshots", Json::object()).at("Snapshots");
    REQUIRE(snapshots.size() == 1);
    CHECK(snapshots[0].at("State") == "completed");
    CHECK(world.ended().at("Outputs").contains("createSnapshot.Payload"));
  }
  TEST_CASE(
      "AWS-ResizeInstance: the instance has the type, and runs; a second time it only checks") {
    DocumentsWorld world;
    const Json parameters{{"InstanceId", {world.instance()}}, {"InstanceType", {"m5.xlarge"}}};
    CHECK(world.play("AWS-ResizeInstance", parameters) == "Success");
    const Json instance = world.call("ec2", "DescribeInstances", Json::object())
                              .at("Reservations")[0]
                              .at("Instances")[0];
    CHECK(instance.at("InstanceType") == "m5.xlarge");
    CHECK(instance.at("State").at("Name") == "running");
    CHECK(world.play("AWS-ResizeInstance", parameters) == "Success");
    CHECK(world.ended().at("StepExecutions")[1].at("StepStatus") == "Pending");
  }
  TEST_CASE("AWS-UpdateLinuxAmi: a list of one instance is the instance of createImage") {
    DocumentsWorld world;
    CHECK(world.play("AWS-UpdateLinuxAmi", {{"SourceAmiId", {"ami-12345678"}}}) == "Success");
    const Json images = world.call("ec2", "DescribeImages", {{"Owners", {"self"}}}).at("Images");
    REQUIRE(images.size() == 1);
    CHECK(images[0].at("State") == "available");
    CHECK(images[0].at("Name").get<std::string>().starts_with("UpdateLinuxAmi_from_ami-12345678"));
  }
  TEST_CASE("AWS-PatchInstanceWithRollback: a snapshot, then the patches") {
    DocumentsWorld world;
    CHECK(world.play("AWS-PatchInstanceWithRollback", {{"InstanceId", {world.instance()}}}) ==
          "Success");
    CHECK(world.call("ec2", "DescribeSnapshots", Json::object()).at("Snapshots").size() == 1);
  }
  TEST_CASE("AWS-DisableS3BucketPublicReadWrite: the bucket blocks public access") {
    DocumentsWorld world;
    world.call("s3", "CreateBucket", {{"Bucket", "made-up-files"}});
    CHECK(world.play("AWS-DisableS3BucketPublicReadWrite", {{"S3BucketName", {"made-up-files"}}}) ==
          "Success");
    const Json block = world.call("s3", "GetPublicAccessBlock", {{"Bucket", "made-up-files"}});
    CHECK(block.at("PublicAccessBlockConfiguration").at("RestrictPublicBuckets") == true);
  }
  TEST_CASE("AWS-StopRdsInstance and AWS-StartRdsInstance wait for the state") {
    DocumentsWorld world;
    world.call("rds", "CreateDBInstance",
               {{"DBInstanceIdentifier", "orders"},
                {"DBInstanceClass", "db.m6g.large"},
                {"Engine", "mysql"},
                {"AllocatedStorage", 20}});
    world.run_for(std::chrono::hours{1});
    const auto status = [&] {
      return world.call("rds", "DescribeDBInstances", Json::object())
          .at("DBInstances")[0]
          .at("DBInstanceStatus")
          .get<std::string>();
    };
    CHECK(world.play("AWS-StopRdsInstance", {{"InstanceId", {"orders"}}}) == "Success");
    CHECK(status() == "stopped");
    CHECK(world.play("AWS-StartRdsInstance", {{"InstanceId", {"orders"}}}) == "Success");
    CHECK(status() == "available");
  }
  TEST_CASE("AWSConfigRemediation-EnableKeyRotation proves what it did") {
    DocumentsWorld world;
    const Json key = world.call("kms", "CreateKey", Json::object()).at("KeyMetadata");
    CHECK(world.play("AWSConfigRemediation-EnableKeyRotation", {{"KeyId", {key.at("KeyId")}}}) ==
          "Success");
  }
  TEST_CASE(
      "AWS-DisablePublicAccessForSecurityGroup closes the ports to everybody, and only them") {
    DocumentsWorld world;
    const Json id = world
                        .call("ec2", "CreateSecurityGroup",
                              {{"GroupName", "web"}, {"Description", "x"}, {"VpcId", "vpc-1"}})
                        .at("GroupId");
    for (const int port : {22, 443})
      world.call("ec2", "AuthorizeSecurityGroupIngress",
                 {{"GroupId", id},
                  {"IpProtocol", "tcp"},
                  {"FromPort", port},
                  {"ToPort", port},
                  {"CidrIp", "0.0.0.0/0"}});
    CHECK(world.play("AWS-DisablePublicAccessForSecurityGroup", {{"GroupId", {id}}}) == "Success");
    const auto permissions = [&] {
      return world.call("ec2", "DescribeSecurityGroups", {{"GroupIds", {id}}})
          .at("SecurityGroups")[0]
          .at("IpPermissions");
    };
    REQUIRE(permissions().size() == 1);
    CHECK(permissions()[0].at("FromPort") == 443);
    CHECK(world.play("AWS-CloseSecurityGroup", {{"SecurityGroupId", {id}}}) == "Success");
    CHECK(permissions().empty());
  }
  TEST_CASE("AWS-ReleaseElasticIP releases an address that nothing uses") {
    DocumentsWorld world;
    const Json made = world.call("ec2", "AllocateAddress", Json::object());
    CHECK(world.play("AWS-ReleaseElasticIP", {{"AllocationId", {made.at("AllocationId")}}}) ==
          "Success");
    CHECK(world.call("ec2", "DescribeAddresses", Json::object()).at("Addresses").empty());
  }
  TEST_CASE("an assume role that is no ARN of a role is refused") {
    // automation-troubleshooting, "Malformed Assume Role"
    DocumentsWorld world;
    const Json started = world.call(
        "ssm", "StartAutomationExecution",
        {{"DocumentName", "AWS-StopEC2Instance"},
         {"Parameters",
          {{"InstanceId", {world.instance()}}, {"AutomationAssumeRole", {"AutomationRole"}}}}});
    CHECK(started.at("code") == "InvalidAutomationExecutionParametersException");
  }
}

}  // namespace opsim::tests
