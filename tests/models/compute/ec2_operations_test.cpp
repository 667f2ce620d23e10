#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

Json run_two(World& world) {
  return world.ec2(
      "RunInstances",
      {{"ImageId", "ami-1"},
       {"MinCount", 1},
       {"MaxCount", 2},
       {"InstanceType", "m5.large"},
       {"TagSpecifications",
        {{{"ResourceType", "instance"}, {"Tags", {{{"Key", "Name"}, {"Value", "web"}}}}}}}});
}

}  // namespace

TEST_SUITE("ec2: operations") {
  TEST_CASE("refuse with EC2's codes") {
    World world;
    world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}});
    struct Row {
      std::string_view operation;
      Json input;
      std::string_view code;
    };
    const Row rows[] = {
        {"DescribeInstances",
         {{"InstanceIds", {"i-0123456789abcdef0"}}},
         "InvalidInstanceID.NotFound"},
        {"DescribeInstances", {{"InstanceIds", {"web"}}}, "InvalidInstanceID.Malformed"},
        {"StopInstances", Json::object(), "MissingParameter"},
        {"StopInstances", {{"InstanceIds", {"i-00000001"}}, {"DryRun", true}}, "DryRunOperation"},
        {"RunInstances", {{"MinCount", 1}, {"MaxCount", 1}}, "MissingParameter"},
        {"RunInstances",
         {{"ImageId", "a"}, {"MinCount", 2}, {"MaxCount", 1}},
         "InvalidParameterValue"},
        {"RunInstances",
         {{"MinCount", 1}, {"MaxCount", 1}, {"LaunchTemplate", {{"LaunchTemplateId", "lt-1"}}}},
         "InvalidLaunchTemplateId.NotFound"},
        {"DescribeInstances",
         {{"Filters", {{{"Name", "nme"}, {"Values", {"x"}}}}}},
         "InvalidParameterValue"},
        {"CreateTags",
         {{"Resources", {"i-00000009"}}, {"Tags", Json::array()}},
         "InvalidInstanceID.NotFound"},
        {"CreateTags",
         {{"Resources", {"i-00000001"}}, {"Tags", {{{"Key", "aws:x"}, {"Value", "y"}}}}},
         "InvalidParameterValue"},
        {"ModifyInstanceAttribute",
         {{"InstanceId", "i-00000001"}, {"InstanceType", {{"Value", "m5.large"}}}},
         "IncorrectInstanceState"},
        {"CreateImage", {{"InstanceId", "i-00000001"}}, "InvalidAMIName.Malformed"},
        {"RequestSpotInstances", {{"InstanceCount", 1}}, "NotSimulated"},
    };
    for (const auto& [operation, input, code] : rows) {
      CAPTURE(operation);
      CAPTURE(input.dump());
      CHECK(world.refusal("ec2", operation, input) == code);
    }
    const auto missing =
        world.ask("ec2", "DescribeInstances", {{"InstanceIds", {"i-0123456789abcdef0"}}});
    CHECK(missing.error().message == "The instance ID 'i-0123456789abcdef0' does not exist");
  }

  TEST_CASE("RunInstances answers with pending instances and their tags") {
    World world;
    const Json answer = run_two(world);
    REQUIRE(answer["Instances"].size() == 2);
    const Json& one = answer["Instances"][1];
    CHECK(one["InstanceId"] == "i-00000002");
    CHECK(one["State"] == Json{{"Code", 0}, {"Name", "pending"}});
    CHECK(one["InstanceType"] == "m5.large");
    CHECK(one["Tags"][0] == Json{{"Key", "Name"}, {"Value", "web"}});
  }

  TEST_CASE("wrong states are refused, needless changes are not") {
    World world;
    run_two(world);
    const Json one{{"InstanceIds", {"i-00000001"}}};
    CHECK(world.refusal("ec2", "StopInstances", one) == "IncorrectInstanceState");  // pending
    world.run(2min);
    const Json already = world.ec2("StartInstances", one)["StartingInstances"][0];
    CHECK(already["PreviousState"]["Name"] == "running");
    CHECK(already["CurrentState"]["Name"] == "running");
    const Json stopping = world.ec2("StopInstances", one)["StoppingInstances"][0];
    CHECK(stopping["CurrentState"] == Json{{"Code", 64}, {"Name", "stopping"}});
    CHECK(world.refusal("ec2", "StartInstances", one) == "IncorrectInstanceState");
    world.ec2("TerminateInstances", one);
    world.ec2("TerminateInstances", one);
    CHECK(world.refusal("ec2", "RebootInstances", one) == "IncorrectInstanceState");
  }

  TEST_CASE("a user's stop says so") {
    World world;
    run_two(world);
    world.run(2min);
    world.ec2("StopInstances", {{"InstanceIds", {"i-00000001"}}});
    const Json instance = world.ec2(
        "DescribeInstances", {{"InstanceIds", {"i-00000001"}}})["Reservations"][0]["Instances"][0];
    CHECK(instance["StateTransitionReason"] == "User initiated (2026-03-02 09:02:00 GMT)");
  }

  TEST_CASE("instances are found by filters, a page at a time, in their own Region only") {
    World world;
    run_two(world);
    const auto found = [&](const Json& input) {
      return world.ec2("DescribeInstances", input)["Reservations"].size();
    };
    const auto by = [](const char* name, const char* value) {
      return Json{{"Filters", {{{"Name", name}, {"Values", {value}}}}}};
    };
    CHECK(found(by("tag:Name", "web")) == 2);
    CHECK(found(by("tag-key", "Nam?")) == 2);
    CHECK(found(by("instance-state-name", "running")) == 0);
    CHECK(found(by("instance-id", "i-00000002")) == 1);
    CHECK(found(by("instance-type", "m5.*")) == 2);
    const Json page = world.ec2("DescribeInstances", {{"MaxResults", 1}});
    CHECK(page["Reservations"].size() == 1);
    CHECK(found({{"MaxResults", 1}, {"NextToken", page["NextToken"]}}) == 1);
    const Place elsewhere{kHome.account, "eu-west-1"};
    CHECK((*world.cloud.inspect(elsewhere, "ec2", "DescribeInstances",
                                Json::object()))["Reservations"]
              .empty());
  }

  TEST_CASE("status tells of running instances, of all when asked") {
    World world;
    run_two(world);
    const auto listed = [&](const Json& input) {
      return world.ec2("DescribeInstanceStatus", input)["InstanceStatuses"].size();
    };
    CHECK(listed(Json::object()) == 0);
    CHECK(listed({{"IncludeAllInstances", true}}) == 2);
    world.run(10min);
    CHECK(listed(Json::object()) == 2);
    CHECK(listed({{"Filters", {{{"Name", "instance-status.status"}, {"Values", {"ok"}}}}}}) == 2);
  }

  TEST_CASE("tags are set, replaced, found and removed") {
    World world;
    run_two(world);
    const Json both{{"Resources", {"i-00000001", "i-00000002"}}};
    Json set = both;
    set["Tags"] = {{{"Key", "Name"}, {"Value", "db"}}, {{"Key", "Stage"}, {"Value", "prod"}}};
    world.ec2("CreateTags", set);
    CHECK(world.instance("i-00000001").tags.at("Name") == "db");
    CHECK(world.cloud.resources().find("i-00000001")->tags.at("Stage") == "prod");
    const Json tags = world.ec2("DescribeTags",
                                {{"Filters", {{{"Name", "key"}, {"Values", {"Stage"}}}}}})["Tags"];
    CHECK(tags.size() == 2);
    Json gone = both;
    gone["Tags"] = {{{"Key", "Name"}, {"Value", "web"}}};  // has another value by now: stays
    world.ec2("DeleteTags", gone);
    CHECK(world.instance("i-00000001").tags.contains("Name"));
    gone["Tags"] = {{{"Key", "Name"}}};
    world.ec2("DeleteTags", gone);
    CHECK_FALSE(world.instance("i-00000001").tags.contains("Name"));
  }

  TEST_CASE("launch templates keep their versions") {
    World world;
    const Json made =
        world.ec2("CreateLaunchTemplate",
                  {{"LaunchTemplateName", "web"},
                   {"LaunchTemplateData", {{"ImageId", "ami-1"}, {"InstanceType", "t3.small"}}}});
    const Json id = made["LaunchTemplate"]["LaunchTemplateId"];
    world.ec2("CreateLaunchTemplateVersion", {{"LaunchTemplateId", id},
                                              {"SourceVersion", "1"},
                                              {"LaunchTemplateData", {{"ImageId", "ami-2"}}}});
    const auto image_of = [&](const Json& version) {
      const Json launched =
          world.ec2("RunInstances",
                    {{"MinCount", 1},
                     {"MaxCount", 1},
                     {"LaunchTemplate", {{"LaunchTemplateName", "web"}, {"Version", version}}}});
      return launched["Instances"][0]["ImageId"].get<std::string>() + " " +
             launched["Instances"][0]["InstanceType"].get<std::string>();
    };
    CHECK(image_of("1") == "ami-1 t3.small");
    CHECK(image_of(2) == "ami-2 t3.small");
    CHECK(image_of("$Latest") == "ami-2 t3.small");
    CHECK(image_of("$Default") == "ami-1 t3.small");
    CHECK(world
              .ec2("DescribeLaunchTemplateVersions",
                   {{"LaunchTemplateId", id}})["LaunchTemplateVersions"]
              .size() == 2);
    CHECK(world.refusal("ec2", "CreateLaunchTemplate", {{"LaunchTemplateName", "web"}}) ==
          "InvalidLaunchTemplateName.AlreadyExistsException");
  }

  TEST_CASE("each instance has its root volume") {
    World world;
    run_two(world);
    const Json volumes = world.ec2(
        "DescribeVolumes",
        {{"Filters", {{{"Name", "attachment.instance-id"}, {"Values", {"i-00000002"}}}}}});
    REQUIRE(volumes["Volumes"].size() == 1);
    CHECK(volumes["Volumes"][0]["VolumeId"] == "vol-00000002");
    CHECK(volumes["Volumes"][0]["Size"] == 8);
  }

  TEST_CASE("a stopped instance may change its type") {
    World world;
    run_two(world);
    world.run(2min);
    world.ec2("StopInstances", {{"InstanceIds", {"i-00000001"}}});
    world.run(10min);
    world.ec2("ModifyInstanceAttribute",
              {{"InstanceId", "i-00000001"}, {"InstanceType", {{"Value", "m5.xlarge"}}}});
    const Json type = world.ec2("DescribeInstanceAttribute",
                                {{"InstanceId", "i-00000001"}, {"Attribute", "instanceType"}});
    CHECK(type["InstanceType"]["Value"] == "m5.xlarge");
    CHECK(world.instance("i-00000002").spec->instance_type == "m5.large");
  }
}

TEST_SUITE("ec2: resource types") {
  TEST_CASE("give what Ref and Fn::GetAtt promise") {
    World world;
    const std::string vpc = world.stand("AWS::EC2::VPC", "Vpc", {{"CidrBlock", "10.0.0.0/16"}});
    CHECK(vpc == "vpc-00000001");
    const std::string options = world.stand("AWS::EC2::DHCPOptions", "Options", {{"VpcId", vpc}});
    CHECK(world.cloud.resources().find(options)->attributes["DhcpOptionsId"] == options);
    const std::string id = world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}});
    const Json& attributes = world.cloud.resources().find(id)->attributes;
    CHECK(attributes["AvailabilityZone"] == "us-east-1a");
    CHECK(attributes["PrivateIp"] == "172.31.0.4");
    CHECK(attributes["PrivateDnsName"] == "ip-172-31-0-4.ec2.internal");
  }

  TEST_CASE("subnets without a zone take the zones in turn") {
    World world;
    std::vector<std::string> zones;
    for (const char* name : {"A", "B", "C", "D"}) {
      const std::string id = world.stand("AWS::EC2::Subnet", name, {{"VpcId", "vpc-1"}});
      zones.push_back(
          world.cloud.resources().find(id)->attributes["AvailabilityZone"].get<std::string>());
    }
    CHECK(zones ==
          std::vector<std::string>{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1a"});
  }
}

TEST_SUITE("ec2: protection") {
  // EC2 User Guide, "Change instance termination protection", "Enable stop protection".
  TEST_CASE("a protected instance may not be terminated or stopped until the attribute says so") {
    World world;
    const auto run = [&](const char* zone, bool keep) {
      return world
          .ec2("RunInstances", {{"ImageId", "ami-1"},
                                {"MinCount", 1},
                                {"MaxCount", 1},
                                {"Placement", {{"AvailabilityZone", zone}}},
                                {"DisableApiStop", keep},
                                {"DisableApiTermination", keep}})["Instances"][0]["InstanceId"]
          .get<std::string>();
    };
    const std::string kept = run("us-east-1a", true);
    const std::string beside = run("us-east-1a", false);
    const std::string elsewhere = run("us-east-1b", false);
    world.run(5min);
    const auto stopped = world.ask("ec2", "StopInstances", {{"InstanceIds", {kept}}});
    REQUIRE(!stopped);
    CHECK(stopped.error().code == "OperationNotPermitted");
    const auto ended =
        world.ask("ec2", "TerminateInstances", {{"InstanceIds", {kept, beside, elsewhere}}});
    REQUIRE(!ended);
    CHECK(ended.error().message == "The instance '" + kept +
                                       "' may not be terminated. Modify its "
                                       "'disableApiTermination' instance attribute and try again.");
    world.run(5min);
    CHECK(world.state(kept) == "running");
    CHECK(world.state(beside) == "running");
    CHECK(world.state(elsewhere) == "terminated");
    CHECK(world.ec2("DescribeInstanceAttribute",
                    {{"InstanceId", kept},
                     {"Attribute", "disableApiTermination"}})["DisableApiTermination"]["Value"] ==
          true);
    world.ec2("ModifyInstanceAttribute",
              {{"InstanceId", kept}, {"DisableApiTermination", {{"Value", false}}}});
    world.ec2("TerminateInstances", {{"InstanceIds", {kept}}});
    world.run(5min);
    CHECK(world.state(kept) == "terminated");
  }
}

}  // namespace opsim::tests
