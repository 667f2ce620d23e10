// AWS: Elastic Disaster Recovery User Guide, point in time policy; API Reference, StartRecovery,
// Job, JobLog, RecoveryInstance. EventBridge reference, events-ref-drs.
#include <doctest/doctest.h>

#include "models/backup/service.hpp"
#include "models/compute/service.hpp"
#include "models/data_stores/service.hpp"
#include "models/elastic_disaster_recovery/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kServices[] = {&kEc2, &kBackup, &kElasticDisasterRecovery, &kDataStores};

/// A server with a replica that is always 2 s behind; snapshot one minute, conversion three.
struct ReplicaWorld : SmallWorld {
  ReplicaWorld() : SmallWorld{kServices} {
    instance = make("AWS::EC2::Instance", "OrderServer",
                    {{"ImageId", "ami-1"}, {"InstanceType", "m6i.2xlarge"}});
    run_for(20min);
    const Document servers = read_yaml(
        "t.yaml",
        "{ Replica: { of: OrderServer, lag: 2s, snapshot takes: 1min, converts in: 3min } }");
    kElasticDisasterRecovery.sections[0].read(*cloud.model("drs"), cloud, servers.root);
    const Document stores =
        read_yaml("t.yaml", "{ Orders: { on: OrderServer, writes: 20/s, starts in: 30s } }");
    kDataStores.sections[0].read(*cloud.model("data"), cloud, stores.root);
    server = cloud.resources().find("Replica")->physical_id;
  }
  void terminate() {
    must("ec2", "TerminateInstances", {{"InstanceIds", Json::array({instance})}});
  }
  Json recover(Json more = Json::object()) {
    Json input{{"sourceServers", Json::array({{{"sourceServerID", server}}})}};
    input.update(more);
    return must("drs", "StartRecovery", input)["job"];
  }
  std::vector<std::string> log(const std::string& job) {
    std::vector<std::string> events;
    const Json told = must("drs", "DescribeJobLogItems", {{"jobID", job}});
    for (const Json& item : told["items"]) events.push_back(item["event"].get<std::string>());
    return events;
  }
  /// What the store says of its loss and its return.
  std::vector<std::string> story() const {
    std::vector<std::string> lines;
    for (const JournalEntry& entry : journal.entries())
      if (entry.kind == EntryKind::resource && entry.subject == "Orders")
        lines.push_back(entry.text);
    return lines;
  }
  std::string instance;
  std::string server;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_SUITE("elastic disaster recovery") {
  TEST_CASE("a recovery takes a snapshot of the latest data, converts it and launches it") {
    ReplicaWorld world;
    world.terminate();
    const Json job = world.recover();
    CHECK(job["initiatedBy"] == "START_RECOVERY");
    CHECK(job["status"] == "PENDING");
    world.run_for(3min);
    const std::string id = job["jobID"].get<std::string>();
    CHECK(world.log(id) ==
          Lines{"JOB_START", "SNAPSHOT_START", "SNAPSHOT_END", "CONVERSION_START"});
    world.run_for(20min);
    CHECK(world.log(id) == Lines{"JOB_START", "SNAPSHOT_START", "SNAPSHOT_END", "CONVERSION_START",
                                 "CONVERSION_END", "LAUNCH_START", "JOB_END"});
    const Json done = world.must("drs", "DescribeJobs")["items"][0];
    CHECK(done["status"] == "COMPLETED");
    CHECK(done["participatingServers"][0]["launchStatus"] == "LAUNCHED");
    const Json made = world.must("drs", "DescribeRecoveryInstances")["items"][0];
    CHECK(made["ec2InstanceState"] == "RUNNING");
    CHECK(made["isDrill"] == false);
    const Json server = world.must("drs", "DescribeSourceServers")["items"][0];
    CHECK(server["lastLaunchResult"] == "SUCCEEDED");
    CHECK(server["dataReplicationInfo"]["dataReplicationState"] == "STALLED");
    // The instance is one of EC2's, of its source's type.
    const Json told = world.must("ec2", "DescribeInstances",
                                 {{"InstanceIds", Json::array({made["ec2InstanceID"]})}});
    CHECK(told["Reservations"][0]["Instances"][0]["InstanceType"] == "m6i.2xlarge");
    const Lines events = world.told({EntryKind::event});
    CHECK(std::ranges::any_of(events, [](const std::string& line) {
      return line.find("Replica RECOVERY_LAUNCH_SUCCEEDED") != std::string::npos;
    }));
  }

  TEST_CASE("what was written after the copy is gone: seconds of a replica") {
    ReplicaWorld world;
    world.terminate();
    CHECK(world.cloud.health("Orders") == Health::down);
    world.recover();
    world.run_for(30min);
    CHECK(world.cloud.health("Orders") == Health::ok);
    const Lines story = world.story();
    REQUIRE(story.size() == 2);
    CHECK(story[0] == "OrderServer is terminated, and its disks go with it");
    CHECK(story[1].find("without the last 2 s: 40 writes") != std::string::npos);
  }

  TEST_CASE("of a recovery snapshot: no snapshot is taken, and what came after it is gone") {
    ReplicaWorld world;
    world.run_for(24h * 2);  // 2 March, 09:20, and two days
    const Json snapshots =
        world.must("drs", "DescribeRecoverySnapshots",
                   {{"sourceServerID", world.server}, {"order", "DESC"}})["items"];
    // Every 10 minutes of the last hour, every hour of the last day, every day of the last week.
    CHECK(snapshots.size() >= 6 + 23 + 6);
    const std::string newest = snapshots[0]["snapshotID"].get<std::string>();
    world.terminate();
    const Json part{{"sourceServerID", world.server}, {"recoverySnapshotID", newest}};
    const Json job = world.recover({{"sourceServers", Json::array({part})}});
    world.run_for(30min);
    CHECK(world.log(job["jobID"].get<std::string>())[1] == "CONVERSION_START");
    CHECK(world.story().back().find("without the last 2 s") == std::string::npos);
    CHECK(world.refusal(
              "drs", "StartRecovery",
              {{"sourceServers", Json::array({{{"sourceServerID", world.server},
                                               {"recoverySnapshotID", "pit-00000000"}}})}}) ==
          "ValidationException");
  }

  TEST_CASE("a drill launches beside the server, and nothing is taken over") {
    ReplicaWorld world;
    world.recover({{"isDrill", true}});
    CHECK(world.refusal("drs", "StartRecovery",
                        {{"sourceServers", Json::array({{{"sourceServerID", world.server}}})}}) ==
          "ConflictException");
    world.run_for(30min);
    const Json made = world.must("drs", "DescribeRecoveryInstances")["items"][0];
    CHECK(made["isDrill"] == true);
    const Lines events = world.told({EntryKind::event});
    CHECK(std::ranges::any_of(events, [](const std::string& line) {
      return line.find("Replica RECOVERY_LAUNCH_SUCCEEDED") != std::string::npos;
    }));
    world.terminate();
    world.run_for(10min);
    CHECK(world.cloud.health("Orders") == Health::down);
    world.must("drs", "TerminateRecoveryInstances",
               {{"recoveryInstanceIDs", Json::array({made["recoveryInstanceID"]})}});
    world.run_for(10min);
    CHECK(world.must("drs", "DescribeRecoveryInstances")["items"].empty());
  }

  TEST_CASE("launch settings: an instance that is not to be started is stopped") {
    ReplicaWorld world;
    world.must("drs", "UpdateLaunchConfiguration",
               {{"sourceServerID", world.server}, {"launchDisposition", "STOPPED"}});
    CHECK(world.must("drs", "GetLaunchConfiguration",
                     {{"sourceServerID", world.server}})["launchDisposition"] == "STOPPED");
    world.recover();
    world.run_for(30min);
    CHECK(world.must("drs", "DescribeRecoveryInstances")["items"][0]["ec2InstanceState"] ==
          "STOPPED");
  }

  TEST_CASE("an image is as old as it is; a recovery point is as old as its job") {
    for (const bool by_image : {true, false}) {
      ReplicaWorld world;
      std::string copy;
      if (by_image) {
        copy = world
                   .must("ec2", "CreateImage",
                         {{"InstanceId", world.instance},
                          {"Name", "nightly"},
                          {"NoReboot", true}})["ImageId"]
                   .get<std::string>();
      } else {
        world.make("AWS::Backup::BackupVault", "Vault", {{"BackupVaultName", "vault"}});
        world.must(
            "backup", "StartBackupJob",
            {{"BackupVaultName", "vault"},
             {"ResourceArn", "arn:aws:ec2:us-east-1:123456789012:instance/" + world.instance},
             {"IamRoleArn", "r"}});
      }
      world.run_for(24h);
      world.terminate();
      if (by_image) {
        world.must(
            "ec2", "RunInstances",
            {{"ImageId", copy}, {"InstanceType", "m6i.2xlarge"}, {"MinCount", 1}, {"MaxCount", 1}});
      } else {
        const Json points = world.must("backup", "ListRecoveryPointsByBackupVault",
                                       {{"BackupVaultName", "vault"}})["RecoveryPoints"];
        REQUIRE(points.size() == 1);
        world.must("backup", "StartRestoreJob",
                   {{"RecoveryPointArn", points[0]["RecoveryPointArn"]},
                    {"IamRoleArn", "r"},
                    {"Metadata", Json::object()}});
      }
      world.run_for(12h);
      CAPTURE(by_image);
      CHECK(world.story().back().find("without the last 1 d") != std::string::npos);
    }
  }

  TEST_CASE("an account without source servers is not initialized") {
    SmallWorld world{kServices};
    CHECK(world.refusal("drs", "DescribeSourceServers") == "UninitializedAccountException");
    CHECK(world.refusal("drs", "StartRecovery", {{"sourceServers", Json::array()}}) ==
          "UninitializedAccountException");
  }
}

}  // namespace opsim::tests
