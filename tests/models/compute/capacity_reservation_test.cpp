// EC2 User Guide, "Reserve compute capacity with On-Demand Capacity Reservations"; API
// CreateCapacityReservation; EC2 Auto Scaling User Guide, "Use Capacity Reservations".
#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

std::string reserve(World& world, int count, const char* criteria = "open",
                    const char* zone = "us-east-1a") {
  return world
      .ec2("CreateCapacityReservation",
           {{"InstanceType", "m5.large"},
            {"InstancePlatform", "Linux/UNIX"},
            {"AvailabilityZone", zone},
            {"InstanceCount", count},
            {"InstanceMatchCriteria", criteria}})["CapacityReservation"]["CapacityReservationId"]
      .get<std::string>();
}
Json run_input(const char* zone = "us-east-1a") {
  return {{"ImageId", "ami-1"},
          {"InstanceType", "m5.large"},
          {"MinCount", 1},
          {"MaxCount", 1},
          {"Placement", {{"AvailabilityZone", zone}}}};
}
Json reservation(World& world, const std::string& id) {
  return world.ec2("DescribeCapacityReservations",
                   {{"CapacityReservationIds", {id}}})["CapacityReservations"][0];
}

}  // namespace

TEST_SUITE("ec2: capacity reservations") {
  TEST_CASE("open: instances that match run in it, those that run already as well") {
    World world;
    world.ec2("RunInstances", run_input());
    world.ec2("RunInstances", run_input("us-east-1b"));
    const std::string id = reserve(world, 2);
    CHECK(reservation(world, id)["AvailableInstanceCount"] == 1);
    const Json launched = world.ec2("RunInstances", run_input())["Instances"][0];
    CHECK(launched["CapacityReservationId"] == id);
    CHECK(reservation(world, id)["AvailableInstanceCount"] == 0);
    world.ec2("RunInstances", run_input());  // beyond it: On-Demand as ever
    world.run(5min);
    world.ec2("TerminateInstances", {{"InstanceIds", {launched["InstanceId"]}}});
    world.run(5min);
    CHECK(reservation(world, id)["AvailableInstanceCount"] == 1);
    CHECK(world.ec2("GetCapacityReservationUsage",
                    {{"CapacityReservationId", id}})["InstanceUsages"][0]["UsedInstanceCount"] ==
          1);
  }

  TEST_CASE("targeted: only launches that name it") {
    World world;
    const std::string id = reserve(world, 1, "targeted");
    world.ec2("RunInstances", run_input());
    CHECK(reservation(world, id)["AvailableInstanceCount"] == 1);
    Json targeted = run_input();
    targeted["CapacityReservationSpecification"] = {
        {"CapacityReservationTarget", {{"CapacityReservationId", id}}}};
    CHECK(world.ec2("RunInstances", targeted)["Instances"][0]["CapacityReservationId"] == id);
    CHECK(world.refusal("ec2", "RunInstances", targeted) == "ReservationCapacityExceeded");
  }

  TEST_CASE("what is reserved is there when a zone has no capacity") {
    World world;
    const std::string id = reserve(world, 1);
    world.fault("fail launches", "AWS::EC2::Instance", "{in: us-east-1a, of: m5.large, for: 1h}");
    CHECK(world.refusal("ec2", "RunInstances", run_input()) == "none");
    CHECK(world.refusal("ec2", "RunInstances", run_input()) == "InsufficientInstanceCapacity");
    CHECK(world.refusal("ec2", "CreateCapacityReservation",
                        {{"InstanceType", "m5.large"},
                         {"InstancePlatform", "Linux/UNIX"},
                         {"AvailabilityZone", "us-east-1a"},
                         {"InstanceCount", 1}}) == "InsufficientInstanceCapacity");
    // "none: the instance does not run in a Capacity Reservation even if one is available."
    Json none = run_input();
    none["CapacityReservationSpecification"] = {{"CapacityReservationPreference", "none"}};
    CHECK(world.refusal("ec2", "RunInstances", none) == "InsufficientInstanceCapacity");
  }

  TEST_CASE("it ends: by a call, or at its date; what runs goes on to run") {
    World world;
    const std::string id = reserve(world, 1);
    const std::string instance =
        world.ec2("RunInstances", run_input())["Instances"][0]["InstanceId"].get<std::string>();
    world.run(5min);
    world.ec2("CancelCapacityReservation", {{"CapacityReservationId", id}});
    CHECK(reservation(world, id)["State"] == "cancelled");
    CHECK(world.state(instance) == "running");
    CHECK(world.refusal("ec2", "CancelCapacityReservation", {{"CapacityReservationId", "cr-1"}}) ==
          "InvalidCapacityReservationId.NotFound");
    const std::string later = reserve(world, 1);
    world.ec2("ModifyCapacityReservation", {{"CapacityReservationId", later},
                                            {"EndDateType", "limited"},
                                            {"EndDate", "2026-03-02T10:00:00Z"},
                                            {"InstanceCount", 3}});
    CHECK(reservation(world, later)["TotalInstanceCount"] == 3);
    world.run(1h);
    CHECK(reservation(world, later)["State"] == "expired");
  }

  TEST_CASE("a group that wants reservations only launches nowhere else") {
    World world;
    reserve(world, 2, "open", "us-east-1a");
    world.fleet_of(1,
                   {{"AvailabilityZones", {"us-east-1a", "us-east-1b"}},
                    {"CapacityReservationSpecification",
                     {{"CapacityReservationPreference", "capacity-reservations-only"}}}},
                   {{"InstanceType", "m5.large"}});
    CHECK(world.group()["CapacityReservationSpecification"]["CapacityReservationPreference"] ==
          "capacity-reservations-only");
    world.autoscaling("UpdateAutoScalingGroup",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"MaxSize", 4}});
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 3}});
    world.run(10min);
    const Json instances = world.group()["Instances"];
    REQUIRE(instances.size() == 2);  // all that is reserved, and in its zone
    CHECK(instances[0]["AvailabilityZone"] == "us-east-1a");
    CHECK(instances[1]["AvailabilityZone"] == "us-east-1a");
  }
}

}  // namespace opsim::tests
