// `opsim why RULE`: what became of what it matched.
#include "tests/models/events/buses.hpp"

namespace opsim::tests {
namespace {

std::vector<std::string> why(Buses& world, const std::string& rule) {
  return events::explain(*world.cloud.model("events"), rule);
}

}  // namespace

TEST_SUITE("events: why a rule") {
  TEST_CASE("matched, retried and delivered in the end") {
    Buses world;
    world.rule_to("r", "default", kFunction);
    world.flaky().failures_left = 2;
    world.put();
    world.run_for(10min);
    CHECK(why(world, "r") == std::vector<std::string>{"Rule r matched 1 time.",
                                                      "  to f: 1 delivered; 2 retries. The last "
                                                      "refusal: ServiceException: down"});
  }

  TEST_CASE("refused, and dropped or dead-lettered") {
    Buses world;
    world.flaky().failures_left = 100;
    world.flaky().status = 403;
    world.flaky().code = "AccessDeniedException";
    world.rule("r", "default",
               Json::array({{{"Id", "1"},
                             {"Arn", kFunction},
                             {"DeadLetterConfig", {{"Arn", world.queue("dead")}}}},
                            {{"Id", "2"}, {"Arn", kFunction + "2"}}}));
    world.put();
    world.run_for(1min);
    const auto lines = why(world, "r");
    REQUIRE(lines.size() == 3);
    CHECK(
        lines[1].ends_with("1 refused or given up; 1 dead-lettered to dead. The last refusal: "
                           "AccessDeniedException: down"));
    CHECK(lines[2].find("1 refused or given up; 1 dropped: the target has no dead-letter queue") !=
          std::string::npos);
  }

  TEST_CASE(
      "what waits for another attempt is still under way; an event without input is not sent") {
    Buses world;
    world.flaky().failures_left = 1'000;
    world.rule("r", "default", Json::array({{{"Id", "1"}, {"Arn", kFunction}}}));
    world.rule("s", "default",
               Json::array({{{"Id", "1"}, {"Arn", kFunction}, {"InputPath", "$.detail.gone"}}}));
    world.put();
    world.run_for(1min);
    CHECK(why(world, "r")[1].find("1 still under way at the end; ") != std::string::npos);
    CHECK(why(world, "s")[1].ends_with(
        "1 not sent, since no input could be made of the event. The last refusal: the event has "
        "nothing at $.detail.gone"));
  }
}

}  // namespace opsim::tests
