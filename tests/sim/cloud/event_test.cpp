// Waist 2: events and deliveries.
#include "opsim/cloud/event_line.hpp"
#include "tests/sim/cloud/toy.hpp"

namespace opsim::tests {
namespace {

Event thing_changed() {
  return {.source = "aws.toy",
          .detail_type = "Thing Changed",
          .place = {"123456789012", "us-east-1"},
          .resources = {"arn:aws:toy:us-east-1:123456789012:box/1"},
          .detail = {{"state", "full"}}};
}

}  // namespace

TEST_SUITE("cloud: events and deliveries") {
  // EventBridge User Guide, "Events": the members that every event has.
  TEST_CASE("an event has EventBridge's envelope") {
    ToyWorld world;
    world.run_for(90s);
    const std::string id = world.cloud.emit(thing_changed());
    REQUIRE(world.witness().events.size() == 1);
    const Json expected{{"version", "0"},
                        {"id", id},
                        {"detail-type", "Thing Changed"},
                        {"source", "aws.toy"},
                        {"account", "123456789012"},
                        {"time", "2026-03-02T09:01:30Z"},
                        {"region", "us-east-1"},
                        {"resources", {"arn:aws:toy:us-east-1:123456789012:box/1"}},
                        {"detail", {{"state", "full"}}}};
    CHECK(world.witness().events[0].to_json() == expected);
    CHECK(world.witness().events[0].bus == "default");
  }

  TEST_CASE("an event without detail and resources has them empty") {
    ToyWorld world;
    world.cloud.emit({.source = "aws.toy", .detail_type = "Nothing"});
    const Json event = world.witness().events.at(0).to_json();
    CHECK(event.at("detail") == Json::object());
    CHECK(event.at("resources") == Json::array());
  }

  TEST_CASE("an event as one line is its envelope, printed") {
    ToyWorld world;
    Event event = thing_changed();
    event.resources.emplace_back("a \"quoted\" name, \xc3\xa9");
    event.detail["nested"] = {{"list", {1, 2.5, nullptr}}, {"text", "line\nbreak"}};
    event.place.account = "";
    world.cloud.emit(event);
    world.cloud.emit({.source = "aws.toy", .detail_type = "Nothing"});
    for (const Event& told : world.witness().events)
      CHECK(event_line(told) == told.to_json().dump());
  }

  TEST_CASE("time is stamped unless it is set; a fraction of a second is not told") {
    ToyWorld world;
    world.run_for(1500ms);
    world.cloud.emit(thing_changed());
    Event earlier = thing_changed();
    earlier.time = *parse_iso8601("2026-03-01T00:00:00Z");
    world.cloud.emit(earlier);
    // EventBridge User Guide, "Event structure": "2017-12-22T18:43:48Z", whole seconds.
    CHECK(world.witness().events[0].to_json().at("time") == "2026-03-02T09:00:01Z");
    CHECK(world.witness().events[1].to_json().at("time") == "2026-03-01T00:00:00Z");
  }

  TEST_CASE("ids are different and the same on every run") {
    std::vector<std::string> ids;
    for (int run = 0; run < 2; ++run) {
      ToyWorld world{Seed{static_cast<std::uint64_t>(run)}};
      ids.push_back(world.cloud.emit(thing_changed()));
      ids.push_back(world.cloud.emit(thing_changed()));
    }
    CHECK(ids[0] != ids[1]);
    CHECK(ids[0] == ids[2]);
    CHECK(ids[1] == ids[3]);
  }

  TEST_CASE("an event is a journal entry, the cause of what its hooks do, at every level") {
    for (const Level keep : {Level::goals, Level::everything}) {
      Simulation sim;
      Journal journal{sim, keep};
      Cloud cloud{sim, journal, kToyCatalog, {"123456789012", "us-east-1"}};
      const CauseId why = journal.write(
          {.kind = EntryKind::fault, .level = Level::goals, .subject = "box", .text = "breaks"});
      CauseId then{};
      {
        const CauseScope because{sim, why};
        cloud.emit(thing_changed());
        // The cause is back where it was: what follows beside the event is not caused by it.
        then = journal.write(
            {.kind = EntryKind::note, .level = Level::goals, .subject = "box", .text = "after"});
      }
      CHECK(journal.cause_of(then) == why);
      CHECK(journal.entries().size() == (keep == Level::everything ? 3U : 2U));
      if (keep != Level::everything) continue;
      const JournalEntry& event = journal.entries()[1];
      CHECK(event.kind == EntryKind::event);
      CHECK(event.subject == "aws.toy");
      CHECK(event.text == "Thing Changed");
      CHECK(event.cause == why);
    }
  }

  TEST_CASE("a delivery reaches the target whose service and resource prefix fit") {
    ToyWorld world;
    CHECK(world.deliver("arn:aws:toy:us-east-1:123456789012:box/7", "hello").has_value());
    CHECK(world.toy().delivered == std::vector<std::string>{"box/7: hello"});
  }

  TEST_CASE("a delivery to what takes none is refused by name") {
    for (const char* target : {"arn:aws:toy:us-east-1:123456789012:shelf/7",
                               "arn:aws:kinesis:us-east-1:123456789012:stream/s"}) {
      ToyWorld world;
      const ApiResult<Json> answer = world.deliver(target, "hello");
      REQUIRE(answer.has_error());
      CHECK(answer.error().code == "NotSimulated");
      CHECK(answer.error().message == fmt::format("nothing here takes deliveries at {}", target));
    }
  }
}

}  // namespace opsim::tests
