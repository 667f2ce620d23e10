// Health, quantities and groups.
#include "tests/sim/cloud/toy.hpp"

namespace opsim::tests {
namespace {

struct Shelf : ToyWorld {
  Shelf() {
    cloud.resources().add(
        {.logical_id = "Shelf", .type = "AWS::Toy::Shelf", .physical_id = "shelf-1"});
    for (const char* id : {"box-1", "box-2"})
      cloud.resources().add(
          {.type = "AWS::Toy::Box", .physical_id = id, .owner = "shelf-1", .source = "t.yaml:7"});
    toy().members = {"box-1", "box-2"};
  }
};

}  // namespace

TEST_SUITE("cloud: physics") {
  TEST_CASE("health is news only when it changes") {
    struct Row {
      Health health;
      bool news;
    };
    constexpr Row rows[] = {
        {Health::ok, false},  {Health::in_danger, true}, {Health::in_danger, false},
        {Health::down, true}, {Health::down, false},     {Health::in_danger, true},
        {Health::ok, true},   {Health::ok, false},
    };
    Shelf world;
    std::size_t told = 0;
    for (const auto& [health, news] : rows) {
      world.cloud.set_health("box-1", health, "why");
      told += news ? 1 : 0;
      CHECK(world.journal.entries().size() == told);
      CHECK(world.cloud.health("box-1") == health);
      CHECK(world.cloud.unhealthy().size() == (health == Health::ok ? 0U : 1U));
    }
  }

  TEST_CASE("a health entry says what, why, before, of which group and from which line") {
    Shelf world;
    world.cloud.set_health("box-1", Health::in_danger, "91 % full");
    world.cloud.set_health("box-1", Health::down, "full");
    const JournalEntry& entry = world.journal.entries()[1];
    CHECK(entry.kind == EntryKind::health);
    CHECK(entry.level == Level::goals);
    CHECK(entry.subject == "box-1");
    CHECK(entry.text == "down: full");
    CHECK(entry.source == "t.yaml:7");
    CHECK(
        entry.detail ==
        Json{{"health", "down"}, {"before", "in danger"}, {"resource", "box-1"}, {"of", "Shelf"}});
  }

  TEST_CASE("every model is told of it, and of what load balancers think") {
    Shelf world;
    world.cloud.set_health("box-1", Health::down, "full");
    world.cloud.set_health("box-1", Health::down, "full");
    world.cloud.tell_target_health({"tg", "box-1", false, "Target.Timeout"});
    world.cloud.tell_target_health({"tg", "box-1", true, ""});
    CHECK(world.witness().felt == std::vector<std::string>{"box-1 is down",
                                                           "box-1 of tg Target.Timeout",
                                                           "box-1 of tg serves"});
  }

  TEST_CASE("a thing that no stack made and nobody owns has health too") {
    Shelf world;
    world.cloud.set_health("the weather", Health::down, "rain");
    CHECK(world.cloud.health("the weather") == Health::down);
    CHECK(world.journal.entries()[0].detail.at("of") == "");
  }

  TEST_CASE("quantities are read and changed by the resource's own model") {
    Shelf world;
    CHECK(world.cloud.read_quantity("box-1", "level") == 60.0);
    CHECK(world.cloud.change_quantity("box-1", "level", {Change::How::by, -41}));
    CHECK(world.cloud.read_quantity("box-1", "level") == 19.0);
    CHECK(world.cloud.change_quantity("box-1", "level", {Change::How::to, 5}));
    CHECK(world.cloud.read_quantity("box-1", "level") == 5.0);
  }

  TEST_CASE("a quantity may have a part; unknown ones answer nothing") {
    Shelf world;
    CHECK(world.cloud.read_quantity("box-1", "lid left") == 1.0);
    CHECK(world.cloud.read_quantity("box-1", "lid right") == 0.0);
    CHECK(!world.cloud.read_quantity("box-1", "weight"));
    CHECK(!world.cloud.read_quantity("shelf-1", "level"));
    CHECK(!world.cloud.read_quantity("nobody", "level"));
    CHECK(!world.cloud.read_quantity("box-2", "level"));           // its model has no value
    CHECK(!world.cloud.change_quantity("box-1", "lid left", {}));  // only read
    CHECK(!world.cloud.change_quantity("nobody", "level", {}));
  }

  TEST_CASE("members: of a group its members, of anything else itself") {
    Shelf world;
    using Names = std::vector<std::string>;
    CHECK(world.cloud.members("Shelf") == Names{"box-1", "box-2"});
    CHECK(world.cloud.members("shelf-1") == Names{"box-1", "box-2"});
    CHECK(world.cloud.members("box-2") == Names{"box-2"});
    CHECK(world.cloud.members("nobody").empty());
    CHECK(world.cloud.members("").empty());
  }
}

}  // namespace opsim::tests
