#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

std::string stand_instance(World& world, std::string_view physics) {
  const std::string id = world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}});
  world.physics("Web", physics);
  return id;
}

double disk(World& world, const std::string& id) { return *world.cloud.read_quantity(id, "disk"); }

}  // namespace

TEST_SUITE("ec2: disks") {
  TEST_CASE("fill as physics say, and nothing is scheduled until they cross a limit") {
    World world;
    const std::string id = stand_instance(world, "disk: {from: 60 %, grows: 8 %/h}");
    world.run(1s);
    const auto before = world.sim.callbacks_run();
    world.run(3h + 44min);
    CHECK(world.sim.callbacks_run() == before);
    CHECK(disk(world, id) == doctest::Approx(60 + 8 * 3.7336).epsilon(0.001));
    CHECK(world.cloud.health(id) == Health::ok);
  }

  TEST_CASE("are in danger at 90 %, and full at 100 % takes the instance down") {
    World world;
    const std::string id = stand_instance(world, "disk: {from: 60 %, grows: 10 %/h}");
    world.run(2h + 59min);
    CHECK(world.cloud.health(id) == Health::ok);
    world.run(2min);
    CHECK(world.cloud.health(id) == Health::in_danger);
    CHECK(world.last(EntryKind::health, "Web")->text == "in danger: disk at 90.0 %");
    CHECK(world.last(EntryKind::health, "Web")->at == kStart + 3h);
    world.run(1h);
    CHECK(world.cloud.health(id) == Health::down);
    CHECK(world.last(EntryKind::health, "Web")->text == "down: disk full");
    CHECK(world.last(EntryKind::health, "Web")->cause == CauseId::none);  // its ordinary growth
  }

  TEST_CASE("a surge makes them cross sooner, and is the cause of it") {
    World world;
    const std::string id = stand_instance(world, "disk: {from: 60 %, grows: 8 %/h}");
    world.run(2h);
    const CauseId surge = world.fault("surge disk growth", "Web", "{to: 40 %/h, for: 10min}");
    world.run(10min);
    // 60 + 8 x 2 = 76, and 40 an hour for ten minutes.
    CHECK(disk(world, id) == doctest::Approx(76 + 40.0 / 6));
    world.run(1h);
    CHECK(disk(world, id) == doctest::Approx(76 + 40.0 / 6 + 8));
    CHECK(world.cloud.health(id) == Health::in_danger);
    CHECK(world.journal.caused_by(world.last(EntryKind::health, "Web")->id, surge));
  }

  TEST_CASE("what a script frees restores health, and the script is why") {
    World world;
    const std::string id = stand_instance(world, "disk: {from: 60 %, grows: 8 %/h}");
    world.fault("fill disk", "Web", "to: 97 %");
    CHECK(world.cloud.health(id) == Health::in_danger);
    const CauseId script = world.journal.write(
        {.kind = EntryKind::command, .level = Level::story, .subject = "clean", .text = "ran"});
    {
      const CauseScope because{world.sim, script};
      CHECK(world.cloud.change_quantity(id, "disk", {Change::How::by, -40}));
    }
    CHECK(disk(world, id) == doctest::Approx(57));
    const JournalEntry* well = world.last(EntryKind::health, "Web");
    CHECK(well->text == "ok: disk at 57.0 %");
    CHECK(well->cause == script);
    SUBCASE("what it grows from there on is nobody's doing") {
      world.run(6h);
      CHECK(world.cloud.health(id) == Health::down);
      CHECK(world.last(EntryKind::health, "Web")->cause == CauseId::none);
    }
  }

  TEST_CASE("growth may be in bytes of the disk's size") {
    World world;
    const std::string id =
        stand_instance(world, "disk: {from: 50 %, grows: 10 GB/h, size: 100 GB, danger: 70 %}");
    world.run(2h + 1s);
    CHECK(disk(world, id) == doctest::Approx(70).epsilon(0.001));
    CHECK(world.cloud.health(id) == Health::in_danger);
  }

  TEST_CASE("stand still while the instance is stopped") {
    World world;
    const std::string id = stand_instance(world, "disk: {from: 60 %, grows: 10 %/h}");
    world.run(1h);
    world.ec2("StopInstances", {{"InstanceIds", {id}}});
    const double then = disk(world, id);
    world.run(5h);
    CHECK(disk(world, id) == doctest::Approx(then));
  }

  TEST_CASE("levels may be drawn, one for each instance") {
    World world;
    world.fleet_of(3);
    world.physics("WebFleet", "disk: {from: 'uniform(50 %, 70 %)'}");
    std::vector<double> levels;
    for (const std::string& id : world.cloud.members("WebFleet")) levels.push_back(disk(world, id));
    REQUIRE(levels.size() == 3);
    CHECK(levels[0] != levels[1]);
    for (const double level : levels) {
      CHECK(level >= 50);
      CHECK(level <= 70);
    }
  }
}

TEST_SUITE("ec2: memory and processes") {
  TEST_CASE("a leak ends with its process killed, which frees the memory") {
    World world;
    const std::string id =
        stand_instance(world, "{memory: {from: 40 %, process: java}, processes: {java: running}}");
    world.fault("leak memory", "Web", "at: 60 %/h");
    world.run(55min);
    CHECK(world.cloud.health(id) == Health::in_danger);
    world.run(10min);
    CHECK(world.cloud.health(id) == Health::down);
    CHECK(world.last(EntryKind::health, "Web")->text == "down: java does not run");
    CHECK(world.cloud.read_quantity(id, "process java") == 0);
    CHECK(*world.cloud.read_quantity(id, "memory") == doctest::Approx(40));
    world.run(1h);  // what is dead does not leak
    CHECK(*world.cloud.read_quantity(id, "memory") == doctest::Approx(40));
  }

  TEST_CASE("with no process to kill the instance hangs until it reboots") {
    World world;
    const std::string id = stand_instance(world, "memory: {from: 40 %}");
    world.fault("leak memory", "Web", "{at: 60 %/h, for: 61min}");
    world.run(65min);
    CHECK(world.last(EntryKind::health, "Web")->text == "down: out of memory");
    CHECK(world.instance(id).checks.instance == compute::CheckStatus::impaired);
    world.ec2("RebootInstances", {{"InstanceIds", {id}}});
    world.run(15min);
    CHECK(world.cloud.health(id) == Health::ok);
    CHECK(*world.cloud.read_quantity(id, "memory") == doctest::Approx(40));
  }

  TEST_CASE("the instance is down while a process that should run does not") {
    World world;
    const std::string id = stand_instance(world, "processes: {nginx: running, debug: stopped}");
    CHECK(world.cloud.health(id) == Health::ok);
    world.fault("kill process", "Web", "named: nginx");
    CHECK(world.cloud.health(id) == Health::down);
    CHECK(world.cloud.read_quantity(id, "process nginx") == 0);
    CHECK(world.cloud.change_quantity(id, "process nginx", {Change::How::to, 1}));
    CHECK(world.cloud.health(id) == Health::ok);
    CHECK(world.last(EntryKind::health, "Web")->text == "ok: its processes run");
  }

  TEST_CASE("a full disk is worse than a stopped process; both must be put right") {
    World world;
    const std::string id = stand_instance(world, "processes: {nginx: running}");
    world.fault("kill process", "Web", "named: nginx");
    world.fault("fill disk", "Web", "{}");
    world.cloud.change_quantity(id, "process nginx", {Change::How::to, 1});
    CHECK(world.cloud.health(id) == Health::down);
    world.cloud.change_quantity(id, "disk", {Change::How::to, 20});
    CHECK(world.cloud.health(id) == Health::ok);
  }
}

}  // namespace opsim::tests
