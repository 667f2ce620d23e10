// AWS: RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling",
// "Amazon RDS DB instance running out of storage".
#include <doctest/doctest.h>

#include "tests/models/rds/database_world.hpp"

namespace opsim::tests {

TEST_SUITE("rds: storage") {
  TEST_CASE("storage fills: low at 10 % free, then full, and nobody is served") {
    DatabaseWorld world;
    world.make_database();
    world.physics("{ storage: { from: 80 %, grows: 5 %/h } }");
    world.run_for(1h + 59min);
    CHECK(world.cloud.health("db") == Health::ok);
    world.run_for(2min);
    CHECK(world.cloud.health("db") == Health::in_danger);
    CHECK(world.messages().find("is low at 10% of the provisioned storage") != std::string::npos);
    world.run_for(2h);
    CHECK(world.status() == "storage-full");
    CHECK(world.cloud.health("db") == Health::down);
  }

  TEST_CASE("more storage, and it serves again") {
    DatabaseWorld world;
    world.make_database();
    world.physics("{ storage: { from: 100 % } }");
    CHECK(world.status() == "storage-full");
    CHECK(world.refusal("rds", "ModifyDBInstance",
                        {{"DBInstanceIdentifier", "db"}, {"AllocatedStorage", 105}}) ==
          "InvalidParameterCombination");  // at least 10 % more
    world.must(
        "rds", "ModifyDBInstance",
        {{"DBInstanceIdentifier", "db"}, {"AllocatedStorage", 150}, {"ApplyImmediately", true}});
    CHECK(world.status() == "modifying");
    while (world.status() == "modifying") world.run_for(10s);
    CHECK(world.status() == "storage-optimization");  // for hours, and fully operational
    CHECK(world.cloud.health("db") == Health::ok);
    CHECK(world.database()["AllocatedStorage"] == 150);
    world.run_for(24h);
    CHECK(world.status() == "available");
  }

  TEST_CASE("a failover while storage is widened does not lose the new size") {
    DatabaseWorld world;
    world.make_database({{"MultiAZ", true}});
    world.must(
        "rds", "ModifyDBInstance",
        {{"DBInstanceIdentifier", "db"}, {"AllocatedStorage", 150}, {"ApplyImmediately", true}});
    world.fault("fail database", "{ on: db }", "db");
    world.run_for(1h);
    CHECK(world.database()["AllocatedStorage"] == 150);
    CHECK(world.cloud.health("db") == Health::ok);
    world.must("rds", "RebootDBInstance", {{"DBInstanceIdentifier", "db"}});
  }

  TEST_CASE("autoscaling: less than 10 % free for five minutes, six hours after the last change") {
    struct Row {
      int most;      // MaxAllocatedStorage
      int expected;  // GiB, three hours after it was low
    };
    const Row rows[] = {{200, 110}, {115, 115}, {110, 100}, {0, 100}};
    for (const auto& [most, expected] : rows) {
      CAPTURE(most);
      DatabaseWorld world;
      world.make_database(most == 0 ? Json::object() : Json{{"MaxAllocatedStorage", most}});
      world.run_for(6h);
      world.physics("{ storage: { from: 91 % } }");
      world.run_for(4min);
      CHECK(world.database()["AllocatedStorage"] == 100);
      world.run_for(3h);
      CHECK(world.database()["AllocatedStorage"] == expected);
    }
  }

  TEST_CASE("not within six hours: what fills meanwhile is full") {
    DatabaseWorld world;
    world.make_database({{"MaxAllocatedStorage", 1000}});
    world.physics("{ storage: { from: 91 %, grows: 3 %/h } }");
    world.run_for(4h);
    CHECK(world.status() == "storage-full");
    world.run_for(4h);
    CHECK(world.database()["AllocatedStorage"].get<int>() > 110);
    CHECK(world.cloud.health("db") == Health::ok);
  }

  TEST_CASE("FreeStorageSpace is the line that fills") {
    DatabaseWorld world;
    world.make_database();
    world.physics("{ storage: { from: 50 %, grows: 1 %/h } }");
    world.run_for(10h);
    const auto series = world.cloud.metrics().find(
        {world.cloud.home(), "AWS/RDS", "FreeStorageSpace", {{"DBInstanceIdentifier", "db"}}});
    REQUIRE(series.has_value());
    const SimTime now = world.sim.now();
    const auto free = world.cloud.metrics().statistic(*series, *Statistic::parse("Minimum"),
                                                      {now - 5min, now, now});
    REQUIRE(free.has_value());
    CHECK(*free / 1073741824.0 == doctest::Approx(40).epsilon(0.01));
  }

  TEST_CASE("quantities: read and changed by scripts and people") {
    DatabaseWorld world;
    world.make_database();
    CHECK(world.cloud.read_quantity("db", "storage") == doctest::Approx(30));
    world.cloud.change_quantity("db", "storage", {Change::How::by, 40});
    CHECK(world.cloud.read_quantity("db", "storage") == doctest::Approx(70));
    world.cloud.change_quantity("db", "connections", {Change::How::to, 1'000});
    CHECK(world.cloud.health("db") == Health::down);
    world.cloud.change_quantity("db", "connections", {Change::How::to, 10});
    CHECK(world.cloud.health("db") == Health::ok);
  }
}

}  // namespace opsim::tests
