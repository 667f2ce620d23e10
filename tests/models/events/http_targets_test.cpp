// API Gateway as a target, and targets that nothing here plays.
// EventBridge User Guide, eb-api-gateway-target: "EventBridge retries responses sent with a 5xx or
// 429 HTTP status code for up to 24 hours"; "does not retry other 4xx HTTP errors"; 5 seconds'
// timeout.
#include "tests/models/events/buses.hpp"

namespace opsim::tests {
namespace {

const std::string kApi = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/prod/POST/orders";

struct Apis : Buses {
  /// A rule to the API, which behaves so; what `why` says of it ten minutes after one event.
  std::string told(events::Endpoint behaves) {
    static_cast<events::Events&>(*cloud.model("events")).apis["a1b2c3"] = std::move(behaves);
    rule_to("r", "default", kApi);
    put();
    run_for(10min);
    return events::explain(*cloud.model("events"), "r").at(1);
  }
};

}  // namespace

TEST_SUITE("events: API Gateway as a target") {
  TEST_CASE("an API takes events") { CHECK(Apis{}.told({}) == "  to orders: 1 delivered"); }

  TEST_CASE("5xx and 429 are tried again, other errors are not") {
    for (const int status : {500, 503, 429}) {
      const std::string told = Apis{}.told({.success_share = 0, .failure_status = status});
      CHECK_MESSAGE(told.find("1 still under way at the end; ") != std::string::npos, told);
    }
    for (const int status : {400, 403, 409}) {
      const std::string told = Apis{}.told({.success_share = 0, .failure_status = status});
      CHECK_MESSAGE(told.find(fmt::format("API a1b2c3 answered {}.", status)) != std::string::npos,
                    told);
      CHECK(told.find("retr") == std::string::npos);
    }
  }

  TEST_CASE("an answer after more than five seconds is a timeout, and tried again") {
    events::Endpoint slow;
    slow.answers_in = *Distribution::parse("6s");
    const std::string told = Apis{}.told(std::move(slow));
    CHECK(told.find("RequestTimeout: The endpoint did not answer within 5 seconds.") !=
          std::string::npos);
    CHECK(told.find("still under way") != std::string::npos);
  }

  TEST_CASE("what nothing here plays takes what it is given, and a note says so once") {
    Buses world;
    world.rule("r", "default",
               Json::array({{{"Id", "1"},
                             {"Arn", "arn:aws:glue:us-east-1:123456789012:workflow/w"},
                             {"RoleArn", "arn:aws:iam::123456789012:role/r"}}}));
    world.put();
    world.put();
    world.run_for(1min);
    const auto notes = world.told({EntryKind::note});
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].find("is not played here: nothing comes of it") != std::string::npos);
    CHECK(events::explain(*world.cloud.model("events"), "r")
              .at(1)
              .ends_with("2 delivered; 2 of them to what is not played here"));
  }
}

}  // namespace opsim::tests
