#include "models/compute/volume.hpp"

#include <array>

#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

struct Volumes : World {
  std::string instance;
  explicit Volumes(const Json& mappings = Json::array()) {
    const Json input{{"ImageId", "ami-12345678"},
                     {"InstanceType", "m6i.large"},
                     {"MinCount", 1},
                     {"MaxCount", 1},
                     {"Placement", {{"AvailabilityZone", "us-east-1a"}}},
                     {"BlockDeviceMappings", mappings}};
    physics("AWS::EC2::Instance", "{ launches in: 20s, boots in: 10s }");
    instance = ec2("RunInstances", input)["Instances"][0]["InstanceId"].get<std::string>();
    run(1min);
  }
  std::string create(Json input) {
    if (!input.contains("AvailabilityZone")) input["AvailabilityZone"] = "us-east-1a";
    return ec2("CreateVolume", input)["VolumeId"].get<std::string>();
  }
  Json volume(const std::string& id) {
    return ec2("DescribeVolumes", {{"VolumeIds", {id}}})["Volumes"][0];
  }
  std::string attach(const std::string& id, const std::string& device = "/dev/sdf") {
    return ec2("AttachVolume",
               {{"VolumeId", id}, {"InstanceId", instance}, {"Device", device}})["State"]
        .get<std::string>();
  }
  std::vector<std::string> told_of(std::string_view detail_type) {
    std::vector<std::string> lines;
    for (const Event& event : events(detail_type))
      lines.push_back(event.detail["event"].get<std::string>() + " " +
                      event.detail["result"].get<std::string>());
    return lines;
  }
};

}  // namespace

TEST_SUITE("ec2: volumes") {
  TEST_CASE("V19: gp2's burst bucket, the guide's table (cases/validation.md)") {
    struct Row {
      std::int64_t gib;
      double baseline;
      double burst;
      double refill;
    };
    const Row rows[] = {{1, 100, 1862, 54'000},
                        {33, 100, 1862, 54'000},
                        {100, 300, 2000, 18'000},
                        {334, 1002, 2703, 5389},
                        {750, 2250, 7200, 2400}};
    for (const Row& row : rows) {
      CAPTURE(row.gib);
      const compute::VolumeShape shape{.type = "gp2", .gib = row.gib, .iops = {}, .throughput = {}};
      CHECK(compute::baseline_iops(shape) == row.baseline);
      CHECK(std::round(*compute::burst_seconds(shape)) == row.burst);
      CHECK(std::round(*compute::refill_seconds(shape)) == row.refill);
    }
    CHECK_FALSE(compute::bursts({.type = "gp2", .gib = 1000, .iops = {}, .throughput = {}}));
    CHECK_FALSE(compute::bursts({.type = "gp3", .gib = 100, .iops = 3000, .throughput = 125}));
  }

  TEST_CASE("the bucket in time: 2,000 s at 3,000 IOPS, then the baseline, then it fills again") {
    Volumes world;
    const std::string id = world.create({{"Size", 100}, {"VolumeType", "gp2"}});
    world.run(1min);
    world.attach(id);
    world.run(1min);
    const auto iops = [&] { return *world.cloud.read_quantity(id, "iops"); };
    const auto ask = [&](double many) {
      world.cloud.change_quantity(id, "iops", {.how = Change::How::to, .value = many});
    };
    const auto balance = [&] {
      const auto series =
          world.cloud.metrics().find({kHome, "AWS/EBS", "BurstBalance", {{"VolumeId", id}}});
      REQUIRE(series.has_value());
      const SimTime now = world.sim.now();
      return *world.cloud.metrics().statistic(*series, *Statistic::parse("Minimum"),
                                              {now - 5min, now, now + 1h});
    };
    ask(4000);
    CHECK(iops() == 3000);
    world.run(1999s);
    CHECK(iops() == 3000);
    world.run(2s);
    CHECK(iops() == 300);
    world.run(10min);
    CHECK(balance() == doctest::Approx(0));
    ask(0);
    world.run(9000s);
    CHECK(balance() < 50);
    CHECK(balance() > 45);
    ask(300);
    world.run(10min);
    CHECK(balance() == doctest::Approx(50).epsilon(0.001));
    ask(1e5);
    CHECK(iops() == 3000);
  }

  TEST_CASE("are created, attached, detached and deleted, with states and events") {
    Volumes world;
    const Json made = world.ec2("CreateVolume", {{"AvailabilityZone", "us-east-1a"}, {"Size", 20}});
    CHECK(made["State"] == "creating");
    CHECK(made["VolumeType"] == "gp2");
    CHECK(made["Iops"] == 100);
    const std::string id = made["VolumeId"].get<std::string>();
    world.run(1min);
    CHECK(world.volume(id)["State"] == "available");
    CHECK(world.attach(id) == "attaching");
    CHECK(world.volume(id)["State"] == "in-use");
    world.run(1min);
    CHECK(world.volume(id)["Attachments"][0]["State"] == "attached");
    const Json of = world.ec2("DescribeInstances")["Reservations"][0]["Instances"][0];
    REQUIRE(of["BlockDeviceMappings"].size() == 2);
    CHECK(of["BlockDeviceMappings"][1]["Ebs"]["VolumeId"] == id);
    CHECK(world.refusal("ec2", "DeleteVolume", {{"VolumeId", id}}) == "VolumeInUse");
    CHECK(world.ec2("DetachVolume", {{"VolumeId", id}})["State"] == "detaching");
    world.run(1min);
    CHECK(world.volume(id)["State"] == "available");
    CHECK(world.volume(id)["Attachments"].empty());
    world.ec2("DeleteVolume", {{"VolumeId", id}});
    CHECK(world.volume(id)["State"] == "deleting");
    world.run(1min);
    CHECK(world.refusal("ec2", "DescribeVolumes", {{"VolumeIds", {id}}}) ==
          "InvalidVolume.NotFound");
    CHECK(world.told_of("EBS Volume Notification") ==
          std::vector<std::string>{"createVolume available", "deleteVolume deleted"});
  }

  TEST_CASE("several of an instance; those that go with it, and those that stay") {
    const Json mappings =
        Json::array({{{"DeviceName", "/dev/xvda"}, {"Ebs", {{"VolumeSize", 30}}}},
                     {{"DeviceName", "/dev/sdf"},
                      {"Ebs",
                       {{"VolumeSize", 100},
                        {"VolumeType", "gp3"},
                        {"Iops", 6000},
                        {"DeleteOnTermination", true}}}},
                     {{"DeviceName", "/dev/sdg"}, {"Ebs", {{"VolumeSize", 200}}}}});
    Volumes world{mappings};
    const auto all = [&](const Json& input = Json::object()) {
      return world.ec2("DescribeVolumes", input)["Volumes"];
    };
    REQUIRE(all().size() == 3);
    const Json filters{{"Filters", {{{"Name", "size"}, {"Values", {"100"}}}}}};
    REQUIRE(all(filters).size() == 1);
    CHECK(all(filters)[0]["Iops"] == 6000);
    CHECK(all(filters)[0]["Throughput"] == 125);
    world.ec2("TerminateInstances", {{"InstanceIds", {world.instance}}});
    world.run(10min);
    REQUIRE(all().size() == 1);
    CHECK(all()[0]["Size"] == 200);
    CHECK(all()[0]["State"] == "available");
  }

  TEST_CASE("a bigger root volume helps once its file system has grown") {
    Volumes world;
    const std::string root = "vol-" + world.instance.substr(2);
    const auto disk = [&] { return *world.cloud.read_quantity(world.instance, "disk"); };
    world.cloud.change_quantity(world.instance, "disk", {.how = Change::How::to, .value = 80});
    const Json change =
        world.ec2("ModifyVolume", {{"VolumeId", root}, {"Size", 16}})["VolumeModification"];
    CHECK(change["ModificationState"] == "modifying");
    CHECK(change["OriginalSize"] == 8);
    CHECK(change["TargetSize"] == 16);
    CHECK(world.refusal("ec2", "ModifyVolume", {{"VolumeId", root}, {"Size", 20}}) ==
          "IncorrectModificationState");
    world.run(1min);
    CHECK(world.volume(root)["Size"] == 16);
    CHECK(disk() == doctest::Approx(80));
    world.cloud.change_quantity(world.instance, "filesystem",
                                {.how = Change::How::to, .value = 99});
    CHECK(disk() == doctest::Approx(40));
    CHECK(*world.cloud.read_quantity(world.instance, "filesystem") == doctest::Approx(16));
    world.run(1h);
    CHECK(world.told_of("EBS Volume Notification") ==
          std::vector<std::string>{"modifyVolume optimizing", "modifyVolume completed"});
    world.ec2("ModifyVolume", {{"VolumeId", root}, {"Size", 32}});
    world.run(1h);
    world.ec2("RebootInstances", {{"InstanceIds", {world.instance}}});
    world.run(30min);
    CHECK(disk() == doctest::Approx(20));
  }

  TEST_CASE("four modifications in a day") {
    Volumes world;
    const std::string id = world.create({{"Size", 1}});
    for (int i = 0; i < 4; ++i) {
      world.run(1h);
      world.ec2("ModifyVolume", {{"VolumeId", id}, {"Size", 2 + i}});
    }
    world.run(1h);
    CHECK(world.refusal("ec2", "ModifyVolume", {{"VolumeId", id}, {"Size", 9}}) ==
          "VolumeModificationRateExceeded");
    world.run(21h);
    CHECK(world.refusal("ec2", "ModifyVolume", {{"VolumeId", id}, {"Size", 9}}) == "none");
  }

  TEST_CASE("snapshots complete, and volumes come of them") {
    Volumes world;
    const std::string id = world.create({{"Size", 50}, {"Encrypted", true}});
    world.run(1min);
    const Json begun = world.ec2("CreateSnapshot", {{"VolumeId", id}, {"Description", "nightly"}});
    CHECK(begun["State"] == "pending");
    const std::string snapshot = begun["SnapshotId"].get<std::string>();
    CHECK(world.refusal("ec2", "CreateVolume",
                        {{"AvailabilityZone", "us-east-1b"}, {"SnapshotId", snapshot}}) ==
          "IncorrectState");
    world.run(10min);
    const Json told = world.ec2("DescribeSnapshots", {{"SnapshotIds", {snapshot}}})["Snapshots"][0];
    CHECK(told["State"] == "completed");
    CHECK(told["Progress"] == "100%");
    const std::vector<Event> events = world.events("EBS Snapshot Notification");
    REQUIRE(events.size() == 1);
    CHECK(events[0].detail["snapshot_id"] == "arn:aws:ec2:us-east-1::snapshot/" + snapshot);
    CHECK(events[0].detail["source"] == "arn:aws:ec2:us-east-1::volume/" + id);
    CHECK(world.refusal(
              "ec2", "CreateVolume",
              {{"AvailabilityZone", "us-east-1b"}, {"SnapshotId", snapshot}, {"Size", 10}}) ==
          "InvalidParameterValue");
    const Json copy =
        world.ec2("CreateVolume", {{"AvailabilityZone", "us-east-1b"}, {"SnapshotId", snapshot}});
    CHECK(copy["Size"] == 50);
    CHECK(copy["Encrypted"] == true);
    world.ec2("DeleteSnapshot", {{"SnapshotId", snapshot}});
    CHECK(world.refusal("ec2", "DescribeSnapshots", {{"SnapshotIds", {snapshot}}}) ==
          "InvalidSnapshot.NotFound");
  }

  TEST_CASE("of a template: they stand, attached") {
    Volumes world;
    const std::string id =
        world.stand("AWS::EC2::Volume", "Data",
                    {{"AvailabilityZone", "us-east-1a"}, {"Size", "40"}, {"VolumeType", "gp3"}});
    world.stand("AWS::EC2::VolumeAttachment", "DataAt",
                {{"VolumeId", id}, {"InstanceId", world.instance}, {"Device", "/dev/sdh"}});
    CHECK(world.volume(id)["State"] == "in-use");
    CHECK(world.volume(id)["Iops"] == 3000);
    CHECK(world.volume(id)["Attachments"][0]["Device"] == "/dev/sdh");
  }

  TEST_CASE("are refused when they cannot be meant") {
    Volumes world;
    const auto refused = [&](Json input) {
      if (!input.contains("AvailabilityZone")) input["AvailabilityZone"] = "us-east-1a";
      return world.refusal("ec2", "CreateVolume", input);
    };
    CHECK(refused({{"AvailabilityZone", "eu-west-9a"}, {"Size", 1}}) == "InvalidZone.NotFound");
    CHECK(refused(Json::object()) == "MissingParameter");
    CHECK(refused({{"Size", 0}}) == "InvalidParameterValue");
    CHECK(refused({{"Size", 20'000}}) == "InvalidParameterValue");
    CHECK(refused({{"Size", 20'000}, {"VolumeType", "gp3"}}) == "none");
    CHECK(refused({{"Size", 10}, {"VolumeType", "gp9"}}) == "InvalidParameterValue");
    CHECK(refused({{"Size", 10}, {"Iops", 500}}) == "InvalidParameterCombination");
    CHECK(refused({{"Size", 10}, {"VolumeType", "io1"}}) == "MissingParameter");
    CHECK(refused({{"Size", 10}, {"VolumeType", "io1"}, {"Iops", 501}}) == "InvalidParameterValue");
    CHECK(refused({{"Size", 10}, {"VolumeType", "io1"}, {"Iops", 500}}) == "none");
    CHECK(refused({{"Size", 1}, {"VolumeType", "gp3"}, {"Iops", 3000}}) == "none");
    CHECK(refused({{"Size", 10}, {"VolumeType", "gp3"}, {"Throughput", 1000}}) ==
          "InvalidParameterValue");
    CHECK(refused({{"Size", 10}, {"VolumeType", "gp3"}, {"Iops", 4000}, {"Throughput", 1000}}) ==
          "none");
    const std::string elsewhere = world.create({{"Size", 1}, {"AvailabilityZone", "us-east-1b"}});
    const std::string here = world.create({{"Size", 1}});
    const auto attach = [&](const std::string& id, const char* device) {
      return world.refusal("ec2", "AttachVolume",
                           {{"VolumeId", id}, {"InstanceId", world.instance}, {"Device", device}});
    };
    CHECK(attach(here, "/dev/sdf") == "IncorrectState");  // it is being created
    world.run(1min);
    CHECK(attach(elsewhere, "/dev/sdf") == "InvalidVolume.ZoneMismatch");
    CHECK(attach(here, "sdf") == "InvalidParameterValue");
    CHECK(attach(here, "/dev/xvda") == "InvalidParameterValue");
    CHECK(attach(here, "/dev/sdf") == "none");
    CHECK(attach(here, "/dev/sdg") == "VolumeInUse");
    CHECK(world.refusal("ec2", "DetachVolume", {{"VolumeId", "vol-" + world.instance.substr(2)}}) ==
          "OperationNotPermitted");
    CHECK(world.refusal("ec2", "ModifyVolume", {{"VolumeId", here}, {"Size", 0}}) ==
          "InvalidParameterValue");
    CHECK(world.refusal("ec2", "DetachVolume", {{"VolumeId", elsewhere}}) == "IncorrectState");
  }
}

}  // namespace opsim::tests
