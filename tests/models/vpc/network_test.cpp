// AWS: EC2 User Guide, "Elastic IP addresses"; VPC User Guide, "Network ACLs".
#include <doctest/doctest.h>

#include "models/compute/service.hpp"
#include "models/vpc/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kEc2AndVpc[] = {&kEc2, &kVpc};

}  // namespace

TEST_SUITE("vpc: addresses") {
  TEST_CASE("an address is allocated, associated, freed and released; five a Region") {
    SmallWorld world{kEc2AndVpc};
    const Json launched =
        world.must("ec2", "RunInstances", {{"ImageId", "ami-1"}, {"MinCount", 1}, {"MaxCount", 1}});
    const Json instance = launched["Instances"][0]["InstanceId"];
    const Json made = world.must("ec2", "AllocateAddress", {{"Domain", "vpc"}});
    const Json id = made["AllocationId"];
    const Json wanted{{"AllocationId", id}, {"InstanceId", instance}};
    const Json tied = world.must("ec2", "AssociateAddress", wanted);
    CHECK(world.refusal("ec2", "AssociateAddress", wanted) == "Resource.AlreadyAssociated");
    CHECK(world.refusal("ec2", "ReleaseAddress", {{"AllocationId", id}}) ==
          "InvalidIPAddress.InUse");
    CHECK(world.must("ec2", "DescribeAddresses")["Addresses"][0]["InstanceId"] == instance);
    world.must("ec2", "DisassociateAddress", {{"AssociationId", tied["AssociationId"]}});
    world.must("ec2", "ReleaseAddress", {{"AllocationId", id}});
    CHECK(world.refusal("ec2", "ReleaseAddress", {{"AllocationId", id}}) ==
          "InvalidAllocationID.NotFound");
    for (int i = 0; i < 5; ++i) world.must("ec2", "AllocateAddress");
    CHECK(world.refusal("ec2", "AllocateAddress") == "AddressLimitExceeded");
  }
}

TEST_SUITE("vpc: network ACLs") {
  TEST_CASE("a subnet has its VPC's default ACL until it is given another, and back") {
    SmallWorld world{kEc2AndVpc};
    const std::string vpc = world.make("AWS::EC2::VPC", "Vpc", {{"CidrBlock", "10.0.0.0/16"}});
    const std::string subnet =
        world.make("AWS::EC2::Subnet", "Subnet", {{"VpcId", vpc}, {"CidrBlock", "10.0.0.0/24"}});
    const Json of_subnet{{"Filters", {{{"Name", "association.subnet-id"}, {"Values", {subnet}}}}}};
    const Json before = world.must("ec2", "DescribeNetworkAcls", of_subnet)["NetworkAcls"][0];
    CHECK(before["IsDefault"] == true);
    CHECK(before["Entries"].size() == 4);  // 100 allows and * denies, both ways
    const Json association = before["Associations"][0]["NetworkAclAssociationId"];

    // as a drill cuts a zone off: an ACL without rules denies all
    const Json shut =
        world.must("ec2", "CreateNetworkAcl", {{"VpcId", vpc}})["NetworkAcl"]["NetworkAclId"];
    const Json moved = world.must("ec2", "ReplaceNetworkAclAssociation",
                                  {{"AssociationId", association}, {"NetworkAclId", shut}});
    const Json during = world.must("ec2", "DescribeNetworkAcls", of_subnet)["NetworkAcls"][0];
    CHECK(during["NetworkAclId"] == shut);
    CHECK(during["Entries"].size() == 2);
    CHECK(during["Entries"][0]["RuleAction"] == "deny");
    CHECK(world.refusal("ec2", "DeleteNetworkAcl", {{"NetworkAclId", shut}}) ==
          "DependencyViolation");

    world.must(
        "ec2", "ReplaceNetworkAclAssociation",
        {{"AssociationId", moved["NewAssociationId"]}, {"NetworkAclId", before["NetworkAclId"]}});
    world.must("ec2", "DeleteNetworkAcl", {{"NetworkAclId", shut}});
  }
  TEST_CASE("rules are numbered, once each, in each direction") {
    SmallWorld world{kEc2AndVpc};
    const Json acl =
        world.must("ec2", "CreateNetworkAcl", {{"VpcId", "vpc-1"}})["NetworkAcl"]["NetworkAclId"];
    const Json rule{{"NetworkAclId", acl},  {"RuleNumber", 100}, {"Protocol", "-1"},
                    {"RuleAction", "deny"}, {"Egress", false},   {"CidrBlock", "0.0.0.0/0"}};
    world.must("ec2", "CreateNetworkAclEntry", rule);
    CHECK(world.refusal("ec2", "CreateNetworkAclEntry", rule) == "NetworkAclEntryAlreadyExists");
    Json other = rule;
    other["Egress"] = true;
    CHECK(world.refusal("ec2", "ReplaceNetworkAclEntry", other) ==
          "InvalidNetworkAclEntry.NotFound");
    world.must("ec2", "CreateNetworkAclEntry", other);
    other["RuleNumber"] = 40'000;
    CHECK(world.refusal("ec2", "CreateNetworkAclEntry", other) == "InvalidParameterValue");
    world.must("ec2", "DeleteNetworkAclEntry",
               {{"NetworkAclId", acl}, {"RuleNumber", 100}, {"Egress", false}});
  }
}

TEST_SUITE("vpc: routes and gateways") {
  TEST_CASE("a route is made once, replaced, and leads nowhere once its gateway is gone") {
    SmallWorld world{kEc2AndVpc};
    const std::string vpc = world.make("AWS::EC2::VPC", "Vpc", {{"CidrBlock", "10.0.0.0/16"}});
    const std::string subnet =
        world.make("AWS::EC2::Subnet", "Subnet", {{"VpcId", vpc}, {"CidrBlock", "10.0.0.0/24"}});
    const std::string igw = world.make("AWS::EC2::InternetGateway", "Gate", Json::object());
    world.make("AWS::EC2::VPCGatewayAttachment", "Attach",
               {{"VpcId", vpc}, {"InternetGatewayId", igw}});
    const std::string table = world.make("AWS::EC2::RouteTable", "Table", {{"VpcId", vpc}});
    world.make("AWS::EC2::SubnetRouteTableAssociation", "Use",
               {{"RouteTableId", table}, {"SubnetId", subnet}});
    const Json route{
        {"RouteTableId", table}, {"DestinationCidrBlock", "0.0.0.0/0"}, {"GatewayId", igw}};
    world.make("AWS::EC2::Route", "Out", route);
    CHECK(world.refusal("ec2", "CreateRoute", route) == "RouteAlreadyExists");

    const auto told = [&] {
      return world.must(
          "ec2", "DescribeRouteTables",
          {{"Filters",
            {{{"Name", "association.subnet-id"}, {"Values", {subnet}}}}}})["RouteTables"][0];
    };
    CHECK(told()["Routes"][0]["GatewayId"] == "local");
    CHECK(told()["Routes"][1]["State"] == "active");
    CHECK(world.refusal("ec2", "DeleteInternetGateway", {{"InternetGatewayId", igw}}) ==
          "DependencyViolation");
    world.must("ec2", "DetachInternetGateway", {{"InternetGatewayId", igw}, {"VpcId", vpc}});
    world.must("ec2", "DeleteInternetGateway", {{"InternetGatewayId", igw}});
    CHECK(told()["Routes"][1]["State"] == "blackhole");

    const Json nat = world.must("ec2", "CreateNatGateway",
                                {{"SubnetId", subnet}, {"ConnectivityType", "private"}});
    Json through = route;
    through.erase("GatewayId");
    through["NatGatewayId"] = nat["NatGateway"]["NatGatewayId"];
    world.must("ec2", "ReplaceRoute", through);
    CHECK(told()["Routes"][1]["NatGatewayId"] == nat["NatGateway"]["NatGatewayId"]);
    world.must("ec2", "DeleteRoute",
               {{"RouteTableId", table}, {"DestinationCidrBlock", "0.0.0.0/0"}});
    CHECK(world.refusal("ec2", "ReplaceRoute", through) == "InvalidRoute.NotFound");
    CHECK(world.refusal("ec2", "DeleteRouteTable", {{"RouteTableId", table}}) ==
          "DependencyViolation");
  }
  TEST_CASE("a flow log of the same destination exists once; endpoints are found by service") {
    SmallWorld world{kEc2AndVpc};
    const Json log{{"ResourceIds", {"vpc-1"}},
                   {"ResourceType", "VPC"},
                   {"TrafficType", "REJECT"},
                   {"LogGroupName", "flows"}};
    CHECK(world.must("ec2", "CreateFlowLogs", log)["FlowLogIds"].size() == 1);
    CHECK(world.must("ec2", "CreateFlowLogs", log)["Unsuccessful"][0]["Error"]["Code"] ==
          "FlowLogAlreadyExists");
    const Json told = world.must("ec2", "DescribeFlowLogs",
                                 {{"Filter", {{{"Name", "resource-id"}, {"Values", {"vpc-1"}}}}}});
    CHECK(told["FlowLogs"][0]["TrafficType"] == "REJECT");
    world.must("ec2", "CreateVpcEndpoint",
               {{"VpcId", "vpc-1"}, {"ServiceName", "com.amazonaws.us-east-1.s3"}});
    const Json found =
        world.must("ec2", "DescribeVpcEndpoints",
                   {{"Filters", {{{"Name", "service-name"}, {"Values", {"*.s3"}}}}}});
    CHECK(found["VpcEndpoints"].size() == 1);
  }
}

}  // namespace opsim::tests
