// Windows, automated backups, and the events of modifications.
// AWS: RDS User Guide, "Introduction to backups" (USER_WorkingWithAutomatedBackups), "Maintaining a
// DB instance", "Amazon RDS event categories and event messages" (USER_Events.Messages), "Managing
// capacity automatically with Amazon RDS storage autoscaling" (USER_PIOPS.Autoscaling).
#include "models/rds/windows.hpp"

#include "tests/models/rds/database_world.hpp"

namespace opsim::tests {

namespace {

std::string told(DatabaseWorld& world, const std::string& id = "db") {
  std::string text;
  const Json answer =
      world.must("rds", "DescribeEvents", {{"SourceIdentifier", id}, {"Duration", 20'160}});
  for (const Json& event : answer.at("Events"))
    text += (text.empty() ? "" : " ") + event["Message"].get<std::string>();
  return text;
}

Json snapshots(DatabaseWorld& world, const std::string& type) {
  return world.must("rds", "DescribeDBSnapshots", {{"SnapshotType", type}})["DBSnapshots"];
}

}  // namespace

TEST_SUITE("rds: windows and backups") {
  TEST_CASE("windows: read, refused, and when they begin next") {
    using rds::parse_daily;
    using rds::parse_weekly;
    using rds::Window;
    CHECK(parse_daily("03:00-03:30") == Window{180, 30});
    CHECK(parse_daily("23:45-00:30") == Window{1425, 45});
    CHECK(parse_weekly("Sun:23:45-Mon:00:15") == Window{6 * 1440 + 1425, 30});
    for (const char* text : {"3:00-03:30", "03:00-03:29", "24:00-24:30", "03:00", ""})
      CHECK_FALSE(parse_daily(text));
    for (const char* text : {"son:05:00-sun:06:00", "sun:05:00-sun:05:15", "05:00-06:00"})
      CHECK_FALSE(parse_weekly(text));
    const SimTime monday = *parse_iso8601("2026-03-02T09:00:00Z");
    CHECK(rds::next_begin({540, 30}, rds::kMinutesOfDay, monday) ==
          *parse_iso8601("2026-03-03T09:00:00Z"));
    CHECK(rds::next_begin({541, 30}, rds::kMinutesOfDay, monday) ==
          *parse_iso8601("2026-03-02T09:01:00Z"));
    CHECK(rds::next_begin(*parse_weekly("tue:04:00-tue:05:00"), rds::kMinutesOfWeek, monday) ==
          *parse_iso8601("2026-03-03T04:00:00Z"));
    CHECK(rds::overlap({300, 30}, *parse_weekly("sun:05:15-sun:06:15")));
    CHECK_FALSE(rds::overlap({300, 30}, *parse_weekly("sun:05:30-sun:06:30")));
  }

  TEST_CASE("what is wrong with a window or a retention period is refused") {
    DatabaseWorld world;
    world.make_database();
    const auto refused = [&](Json changes) {
      changes["DBInstanceIdentifier"] = "db";
      return world.refusal("rds", "ModifyDBInstance", changes);
    };
    CHECK(refused({{"BackupRetentionPeriod", 36}}) == "InvalidParameterValue");
    CHECK(refused({{"PreferredBackupWindow", "04:00"}}) == "InvalidParameterValue");
    CHECK(refused({{"PreferredMaintenanceWindow", "daily"}}) == "InvalidParameterValue");
    CHECK(refused({{"PreferredBackupWindow", "05:00-05:30"},
                   {"PreferredMaintenanceWindow", "sun:05:00-sun:06:00"}}) ==
          "InvalidParameterCombination");
    CHECK(refused({{"MaxAllocatedStorage", 1000}}) == "");
  }

  TEST_CASE("a change waits for the window that the template gives") {
    DatabaseWorld world;
    world.make_database({{"PreferredMaintenanceWindow", "Tue:04:00-Tue:05:00"}});
    CHECK(world.database()["PreferredMaintenanceWindow"] == "tue:04:00-tue:05:00");
    world.must("rds", "ModifyDBInstance",
               {{"DBInstanceIdentifier", "db"}, {"DBInstanceClass", "db.m6g.xlarge"}});
    world.run_for(18h);
    CHECK(world.database()["DBInstanceClass"] == "db.m6g.large");
    world.run_for(3h);
    CHECK(world.database()["DBInstanceClass"] == "db.m6g.xlarge");
    const std::string all = told(world);
    CHECK(all.find("Applying modification to database instance class.") != all.npos);
    CHECK(all.find("Finished applying modification to DB instance class.") != all.npos);
  }

  TEST_CASE("a backup a day in its window, of an available instance, kept as long as is said") {
    DatabaseWorld world;
    world.make_database({{"BackupRetentionPeriod", 2}, {"PreferredBackupWindow", "03:30-04:00"}});
    world.run_for(18h + 30min + 1s);  // 03:30 of the next day
    CHECK(world.status() == "backing-up");
    CHECK(world.cloud.health("db") == Health::ok);
    world.run_for(2h);
    CHECK(world.status() == "available");
    CHECK(told(world) == "Backing up DB instance. Finished DB instance backup.");
    const Json first = snapshots(world, "automated");
    REQUIRE(first.size() == 1);
    CHECK(first[0]["DBSnapshotIdentifier"] == "rds:db-2026-03-03-03-30");
    CHECK(first[0]["Status"] == "available");
    CHECK(snapshots(world, "manual").empty());
    CHECK(world.refusal("rds", "DeleteDBSnapshot",
                        {{"DBSnapshotIdentifier", "rds:db-2026-03-03-03-30"}}) ==
          "InvalidDBSnapshotState");
    world.run_for(24h * 4);
    CHECK(snapshots(world, "automated").size() == 2);
  }

  TEST_CASE("no backup without a retention period, none while it is stopped") {
    DatabaseWorld world;
    world.make_database({{"BackupRetentionPeriod", 0}});
    world.run_for(48h);
    CHECK(snapshots(world, "automated").empty());
    // "An outage occurs if you change the backup retention period from 0 to a nonzero value".
    world.must(
        "rds", "ModifyDBInstance",
        {{"DBInstanceIdentifier", "db"}, {"BackupRetentionPeriod", 7}, {"ApplyImmediately", true}});
    CHECK(world.cloud.health("db") == Health::down);
    world.until_ok("db");
    CHECK(told(world) == "Enabled automated backups.");
    world.must("rds", "StopDBInstance", {{"DBInstanceIdentifier", "db"}});
    world.run_for(48h);
    CHECK(snapshots(world, "automated").empty());
  }

  TEST_CASE("manual snapshots: a hundred, and their events") {
    DatabaseWorld world;
    world.make_database();
    for (int i = 0; i < 100; ++i)
      world.must("rds", "CreateDBSnapshot",
                 {{"DBInstanceIdentifier", "db"}, {"DBSnapshotIdentifier", fmt::format("s{}", i)}});
    CHECK(world.refusal("rds", "CreateDBSnapshot",
                        {{"DBInstanceIdentifier", "db"}, {"DBSnapshotIdentifier", "more"}}) ==
          "SnapshotQuotaExceeded");
    world.run_for(1h);
    world.must("rds", "DeleteDBSnapshot", {{"DBSnapshotIdentifier", "s7"}});
    CHECK(told(world, "s7") ==
          "Creating manual snapshot. Manual snapshot created. Deleted manual snapshot.");
  }

  TEST_CASE("conversions to Multi-AZ and storage have events of their own") {
    DatabaseWorld world;
    world.make_database();
    world.must("rds", "ModifyDBInstance",
               {{"DBInstanceIdentifier", "db"}, {"MultiAZ", true}, {"ApplyImmediately", true}});
    world.run_for(1h);
    CHECK(told(world) ==
          "Applying modification to convert to a Multi-AZ DB instance. Finished applying "
          "modification to convert to a Multi-AZ DB instance.");
    CHECK(world.cloud.health("db") == Health::ok);
  }

  TEST_CASE("autoscaling tells when it begins, when it is done, and when its limit is in the way") {
    DatabaseWorld world;
    world.make_database({{"MaxAllocatedStorage", 130}});
    world.run_for(6h);
    world.physics("{ storage: { from: 91 % } }");
    world.run_for(2h);
    CHECK(world.database()["AllocatedStorage"] == 110);
    std::string all = told(world);
    CHECK(all.find("Applying autoscaling-initiated modification to allocated storage. Finished "
                   "applying autoscaling-initiated modification to allocated storage. Storage size "
                   "110 GB is approaching the maximum storage threshold 130 GB.") != all.npos);
    world.run_for(6h);
    world.physics("{ storage: { from: 95 % } }");
    world.run_for(2h);
    CHECK(world.database()["AllocatedStorage"] == 130);  // 121 now, 133 the next time: to the limit
    world.run_for(6h);
    world.physics("{ storage: { from: 95 % } }");
    world.run_for(2h);
    all = told(world);
    CHECK(world.database()["AllocatedStorage"] == 130);
    CHECK(all.find("will reach or exceed the maximum storage threshold") != all.npos);
  }

  // User Guide, "Working with Amazon RDS event notification": by source type, ids and categories;
  // the topic's policy must let events.rds.amazonaws.com publish.
  TEST_CASE("subscriptions: events of some sources and categories go to a topic") {
    DatabaseWorld world;
    world.make_database({{"MultiAZ", true}});
    const std::string queue = world.make("AWS::SQS::Queue", "Queue", {{"QueueName", "told"}});
    const std::string topic = world.make("AWS::SNS::Topic", "Topic", {{"TopicName", "databases"}});
    const Json anybody{{"Version", "2012-10-17"},
                       {"Statement",
                        {{{"Effect", "Allow"},
                          {"Principal", {{"Service", "events.rds.amazonaws.com"}}},
                          {"Action", "sns:Publish"},
                          {"Resource", topic}}}}};
    world.make("AWS::SNS::TopicPolicy", "May",
               {{"Topics", Json::array({topic})}, {"PolicyDocument", anybody}});
    world.make("AWS::SNS::Subscription", "Follows",
               {{"TopicArn", topic},
                {"Protocol", "sqs"},
                {"Endpoint", "arn:aws:sqs:us-east-1:123456789012:told"},
                {"RawMessageDelivery", true}});
    const Json open{{"Version", "2012-10-17"},
                    {"Statement",
                     {{{"Effect", "Allow"},
                       {"Principal", "*"},
                       {"Action", "sqs:SendMessage"},
                       {"Resource", "*"}}}}};
    world.make("AWS::SQS::QueuePolicy", "Open",
               {{"Queues", Json::array({queue})}, {"PolicyDocument", open}});
    world.make("AWS::RDS::EventSubscription", "Failovers",
               {{"SubscriptionName", "failovers"},
                {"SnsTopicArn", topic},
                {"SourceType", "db-instance"},
                {"EventCategories", {"failover"}}});
    world.must("rds", "RebootDBInstance",
               {{"DBInstanceIdentifier", "db"}, {"ForceFailover", true}});
    world.run_for(10min);
    world.must("rds", "CreateDBSnapshot",
               {{"DBInstanceIdentifier", "db"}, {"DBSnapshotIdentifier", "s"}});
    world.run_for(1h);
    const Json got =
        world.must("sqs", "ReceiveMessage", {{"QueueUrl", queue}, {"MaxNumberOfMessages", 10}});
    REQUIRE(got.contains("Messages"));
    CHECK(got["Messages"].size() == 3);
    const Json first = Json::parse(got["Messages"][0]["Body"].get<std::string>());
    CHECK(first["Event Source"] == "db-instance");
    CHECK(first["Source ID"] == "db");
    CHECK(first["Event Message"] == "Multi-AZ instance failover started.");
    const auto refused = [&](Json subscription) {
      subscription["SnsTopicArn"] = topic;
      return world.refusal("rds", "CreateEventSubscription", subscription);
    };
    CHECK(refused({{"SubscriptionName", "failovers"}}) == "SubscriptionAlreadyExist");
    CHECK(refused({{"SubscriptionName", "x"}, {"SourceType", "disk"}}) == "InvalidParameterValue");
    CHECK(refused({{"SubscriptionName", "x"}, {"SourceIds", {"db"}}}) ==
          "InvalidParameterCombination");
    CHECK(world.refusal("rds", "DeleteEventSubscription", {{"SubscriptionName", "none"}}) ==
          "SubscriptionNotFound");
  }

  TEST_CASE("events of the last hour, unless more are asked for") {
    DatabaseWorld world;
    world.make_database();
    world.must("rds", "RebootDBInstance", {{"DBInstanceIdentifier", "db"}});
    world.run_for(2h);
    CHECK(world.must("rds", "DescribeEvents")["Events"].empty());
    CHECK(world.must("rds", "DescribeEvents", {{"Duration", 180}})["Events"].size() == 2);
    CHECK(world
              .must("rds", "DescribeEvents",
                    {{"Duration", 180}, {"EventCategories", {"failover"}}})["Events"]
              .empty());
  }
}

}  // namespace opsim::tests
