// API InstanceRequirements, GetInstanceTypesFromInstanceRequirements, DescribeInstanceTypes; EC2
// Auto Scaling User Guide, "Create a mixed instances group using attribute-based instance type
// selection".
#include <algorithm>

#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

std::vector<std::string> types_for(World& world, Json requirements) {
  const Json answer = world.ec2("GetInstanceTypesFromInstanceRequirements",
                                {{"ArchitectureTypes", {"x86_64"}},
                                 {"VirtualizationTypes", {"hvm"}},
                                 {"InstanceRequirements", std::move(requirements)}});
  std::vector<std::string> names;
  for (const Json& one : answer["InstanceTypes"])
    names.push_back(one["InstanceType"].get<std::string>());
  return names;
}
Json needs(int vcpus, int most, int memory) {
  return {{"VCpuCount", {{"Min", vcpus}, {"Max", most}}}, {"MemoryMiB", {{"Min", memory}}}};
}

}  // namespace

TEST_SUITE("ec2: instance types") {
  TEST_CASE("what a type has") {
    World world;
    const Json answer =
        world.ec2("DescribeInstanceTypes", {{"InstanceTypes", {"m5.large", "t3.micro"}}});
    REQUIRE(answer["InstanceTypes"].size() == 2);
    const Json& micro = answer["InstanceTypes"][0];
    CHECK(micro["InstanceType"] == "t3.micro");
    CHECK(micro["VCpuInfo"]["DefaultVCpus"] == 2);
    CHECK(micro["MemoryInfo"]["SizeInMiB"] == 1024);
    CHECK(micro["BurstablePerformanceSupported"] == true);
    CHECK(answer["InstanceTypes"][1]["MemoryInfo"]["SizeInMiB"] == 8192);
    CHECK(world.refusal("ec2", "DescribeInstanceTypes", {{"InstanceTypes", {"z9.huge"}}}) ==
          "InvalidInstanceType");
  }

  TEST_CASE("by attributes: burstable ones are excluded unless asked for") {
    World world;
    const auto plain = types_for(world, needs(2, 2, 8000));
    CHECK(std::ranges::count(plain, "m5.large") == 1);
    CHECK(std::ranges::count(plain, "t3.large") == 0);
    CHECK(std::ranges::count(plain, "c5.large") == 0);   // 4 GiB
    CHECK(std::ranges::count(plain, "m5.xlarge") == 0);  // 4 vCPUs
    CHECK(std::ranges::count(plain, "m6g.large") == 0);  // arm64
    Json burst = needs(2, 2, 8000);
    burst["BurstablePerformance"] = "required";
    CHECK(types_for(world, burst) == std::vector<std::string>{"t3.large", "t3a.large"});
    Json allowed = needs(2, 4, 0);
    allowed["AllowedInstanceTypes"] = {"r5*"};
    CHECK(types_for(world, allowed) == std::vector<std::string>{"r5.large", "r5.xlarge"});
    CHECK(world.refusal("ec2", "GetInstanceTypesFromInstanceRequirements",
                        {{"InstanceRequirements", {{"VCpuCount", {{"Min", 2}}}}}}) ==
          "InvalidParameterValue");
  }

  TEST_CASE("a group launches a type that fits; desired capacity may be counted in vCPUs") {
    World world;
    const std::string id = world.stand("AWS::EC2::LaunchTemplate", "Template",
                                       {{"LaunchTemplateData", {{"ImageId", "ami-1"}}}});
    Json group{{"AutoScalingGroupName", "g"},
               {"MinSize", 0},
               {"MaxSize", 100},
               {"DesiredCapacity", 8},
               {"DesiredCapacityType", "vcpu"},
               {"AvailabilityZones", {"us-east-1a"}}};
    Json overrides = Json::array();
    overrides.push_back(Json{{"InstanceRequirements", needs(4, 4, 16000)}});
    group["MixedInstancesPolicy"] = {
        {"LaunchTemplate",
         {{"LaunchTemplateSpecification", {{"LaunchTemplateId", id}, {"Version", "1"}}},
          {"Overrides", overrides}}}};
    world.autoscaling("CreateAutoScalingGroup", group);
    world.run(10min);
    const Json made = world.group("g");
    CHECK(made["DesiredCapacityType"] == "vcpu");
    REQUIRE(made["Instances"].size() == 2);  // two of four vCPUs
    CHECK(made["Instances"][0]["InstanceType"] == "m5.xlarge");
    CHECK(made["Instances"][0]["WeightedCapacity"] == "4");
  }
}

}  // namespace opsim::tests
