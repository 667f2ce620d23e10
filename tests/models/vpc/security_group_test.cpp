// AWS: VPC User Guide, "Security groups", "Security group rules"; EC2 API reference, "Error codes".
#include <doctest/doctest.h>

#include "models/compute/service.hpp"
#include "models/vpc/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kNetwork[] = {&kEc2, &kVpc};

Json ssh_from(const std::string& group, const std::string& block) {
  return {{"GroupId", group},
          {"IpPermissions",
           {{{"IpProtocol", "tcp"},
             {"FromPort", 22},
             {"ToPort", 22},
             {"IpRanges", {{{"CidrIp", block}}}}}}}};
}

struct Network : SmallWorld {
  Network() : SmallWorld{kNetwork} {
    vpc = make("AWS::EC2::VPC", "Vpc", {{"CidrBlock", "10.0.0.0/16"}});
    web = must("ec2", "CreateSecurityGroup",
               {{"GroupName", "web"}, {"Description", "of the web"}, {"VpcId", vpc}})
              .at("GroupId")
              .get<std::string>();
  }
  Json group(const std::string& id) {
    return must("ec2", "DescribeSecurityGroups", {{"GroupIds", {id}}})["SecurityGroups"][0];
  }
  std::string vpc;
  std::string web;
};

}  // namespace

TEST_SUITE("vpc: security groups") {
  TEST_CASE("a new group lets nothing in and everything out; the default one its own members in") {
    Network world;
    const Json made = world.group(world.web);
    CHECK(made["IpPermissions"].empty());
    CHECK(made["IpPermissionsEgress"][0]["IpRanges"][0]["CidrIp"] == "0.0.0.0/0");
    const Json own = world.must("ec2", "DescribeSecurityGroups",
                                {{"Filters",
                                  {{{"Name", "group-name"}, {"Values", {"default"}}},
                                   {{"Name", "vpc-id"}, {"Values", {world.vpc}}}}}});
    REQUIRE(own["SecurityGroups"].size() == 1);
    const Json& first = own["SecurityGroups"][0];
    CHECK(first["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == first["GroupId"]);
    CHECK(world.refusal("ec2", "DeleteSecurityGroup", {{"GroupId", first["GroupId"]}}) ==
          "CannotDelete");
  }
  TEST_CASE("a rule is added once, found by filters and taken away") {
    Network world;
    const Json rule = ssh_from(world.web, "0.0.0.0/0");
    const Json added = world.must("ec2", "AuthorizeSecurityGroupIngress", rule);
    CHECK(added["SecurityGroupRules"][0]["CidrIpv4"] == "0.0.0.0/0");
    const auto again = world.call("ec2", "AuthorizeSecurityGroupIngress", rule);
    REQUIRE(again.has_error());
    CHECK(again.error().code == "InvalidPermission.Duplicate");
    CHECK(again.error().message ==
          "the specified rule \"peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW\" already "
          "exists");
    const Json open =
        world.must("ec2", "DescribeSecurityGroups",
                   {{"Filters", {{{"Name", "ip-permission.cidr"}, {"Values", {"0.0.0.0/0"}}}}}});
    CHECK(open["SecurityGroups"].size() == 1);
    // as AWS-DisablePublicAccessForSecurityGroup names it
    world.must("ec2", "RevokeSecurityGroupIngress",
               {{"GroupId", world.web},
                {"IpProtocol", "tcp"},
                {"FromPort", 22},
                {"ToPort", 22},
                {"CidrIp", "0.0.0.0/0"}});
    CHECK(world.group(world.web)["IpPermissions"].empty());
    CHECK(world.refusal("ec2", "RevokeSecurityGroupIngress", rule) == "InvalidPermission.NotFound");
  }
  TEST_CASE("peers of the same ports are one permission; one call is all or nothing") {
    Network world;
    Json both = ssh_from(world.web, "10.0.0.0/8");
    both["IpPermissions"][0]["IpRanges"].push_back({{"CidrIp", "192.168.0.0/16"}});
    world.must("ec2", "AuthorizeSecurityGroupIngress", both);
    CHECK(world.group(world.web)["IpPermissions"].size() == 1);
    CHECK(world.group(world.web)["IpPermissions"][0]["IpRanges"].size() == 2);
    Json more = ssh_from(world.web, "172.16.0.0/12");
    more["IpPermissions"][0]["IpRanges"].push_back({{"CidrIp", "10.0.0.0/8"}});
    CHECK(world.refusal("ec2", "AuthorizeSecurityGroupIngress", more) ==
          "InvalidPermission.Duplicate");
    CHECK(world.group(world.web)["IpPermissions"][0]["IpRanges"].size() == 2);
  }
  TEST_CASE("what cannot be is refused") {
    Network world;
    CHECK(world.refusal("ec2", "AuthorizeSecurityGroupIngress", ssh_from(world.web, "10.0.0/8")) ==
          "InvalidParameterValue");
    CHECK(world.refusal("ec2", "AuthorizeSecurityGroupIngress", ssh_from("sg-0", "10.0.0.0/8")) ==
          "InvalidGroup.NotFound");
    CHECK(world.refusal("ec2", "CreateSecurityGroup",
                        {{"GroupName", "web"}, {"Description", "x"}, {"VpcId", world.vpc}}) ==
          "InvalidGroup.Duplicate");
    CHECK(world.refusal("ec2", "CreateSecurityGroup", {{"GroupName", "x"}}) == "MissingParameter");
  }
  TEST_CASE("a group that an instance or a rule names is in use; an instance can be isolated") {
    Network world;
    const std::string isolated =
        world
            .must("ec2", "CreateSecurityGroup",
                  {{"GroupName", "isolated"}, {"Description", "x"}, {"VpcId", world.vpc}})
            .at("GroupId")
            .get<std::string>();
    const Json launched = world.must("ec2", "RunInstances",
                                     {{"ImageId", "ami-1"},
                                      {"MinCount", 1},
                                      {"MaxCount", 1},
                                      {"SecurityGroupIds", {world.web}}});
    const Json id = launched["Instances"][0]["InstanceId"];
    CHECK(world.refusal("ec2", "DeleteSecurityGroup", {{"GroupId", world.web}}) ==
          "DependencyViolation");
    world.must("ec2", "ModifyInstanceAttribute", {{"InstanceId", id}, {"Groups", {isolated}}});
    const Json instance = world.must("ec2", "DescribeInstances")["Reservations"][0]["Instances"][0];
    CHECK(instance["SecurityGroups"][0]["GroupId"] == isolated);
    CHECK(instance["SecurityGroups"][0]["GroupName"] == "isolated");
    world.must("ec2", "DeleteSecurityGroup", {{"GroupId", world.web}});
  }
  TEST_CASE("templates: rules within a group, beside it, and tags by CreateTags") {
    Network world;
    const std::string group =
        world.make("AWS::EC2::SecurityGroup", "Db",
                   {{"GroupDescription", "of the database"},
                    {"VpcId", world.vpc},
                    {"SecurityGroupIngress",
                     {{{"IpProtocol", "tcp"},
                       {"FromPort", 5432},
                       {"ToPort", 5432},
                       {"SourceSecurityGroupId", world.web}}}},
                    {"SecurityGroupEgress", {{{"IpProtocol", "-1"}, {"CidrIp", "10.0.0.0/16"}}}}});
    CHECK(world.group(group)["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == world.web);
    CHECK(world.group(group)["IpPermissionsEgress"][0]["IpRanges"][0]["CidrIp"] == "10.0.0.0/16");
    world.make("AWS::EC2::SecurityGroupIngress", "More",
               {{"GroupId", group},
                {"IpProtocol", "icmp"},
                {"FromPort", -1},
                {"ToPort", -1},
                {"CidrIp", "10.0.0.0/16"}});
    CHECK(world.group(group)["IpPermissions"].size() == 2);
    world.must("ec2", "CreateTags",
               {{"Resources", {group}}, {"Tags", {{{"Key", "Team"}, {"Value", "data"}}}}});
    const Json tagged = world.must("ec2", "DescribeSecurityGroups",
                                   {{"Filters", {{{"Name", "tag:Team"}, {"Values", {"da*"}}}}}});
    CHECK(tagged["SecurityGroups"][0]["GroupId"] == group);
  }
}

}  // namespace opsim::tests
