// Automation that starts itself, with every service in the world: it ends in a diagnosis that names
// what goes round, in bounded time.
#include <doctest/doctest.h>

#include <chrono>
#include <optional>

#include "models/catalog.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/scenario/world.hpp"

namespace opsim {
namespace {

const Place kLoopHome{"012345678901", "us-east-1"};

class LoopWorld {
 public:
  LoopWorld()
      : world_{catalog(), kLoopHome, *parse_iso8601("2026-03-02T09:00:00Z"), Seed{1},
               Level::story} {}

  Json call(std::string service, std::string operation, Json input) {
    std::optional<ApiResult<Json>> answer;
    static constexpr auto ask = [](World& in, std::string at, std::string what, Json with,
                                   std::optional<ApiResult<Json>>& out) -> Process<> {
      ApiResult<Json> given =
          co_await in.cloud().call(in.user(), std::move(at), std::move(what), std::move(with));
      out = std::move(given);
    };
    world_.sim().spawn(
        ask(world_, std::move(service), std::move(operation), std::move(input), answer));
    while (!answer && world_.sim().run_one()) {
    }
    REQUIRE(answer.has_value());
    if (answer->has_error()) FAIL(answer->error().code, ": ", answer->error().message);
    return answer->value();
  }
  void document(const std::string& name, const std::string& step) {
    call("ssm", "CreateDocument",
         {{"Name", name},
          {"DocumentType", "Automation"},
          {"DocumentFormat", "YAML"},
          {"Content", "schemaVersion: '0.3'\nmainSteps:\n" + step}});
  }
  /// A year of virtual time, or until the run is given up. A loop left alone would write for ever.
  const std::string& diagnosis_after_a_year() {
    world_.run_until(world_.sim().now() + std::chrono::hours{24 * 365});
    CHECK(world_.journal().entries().size() < 1'000'000);
    return world_.diagnosis();
  }
  Journal& journal() { return world_.journal(); }

 private:
  World world_;
};

bool tells(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

TEST_SUITE("loops") {
  TEST_CASE("a runbook that starts itself by a call ends in a diagnosis that names it") {
    LoopWorld world;
    world.document("Again",
                   "  - { name: again, action: 'aws:executeAwsApi', inputs: { Service: ssm, "
                   "Api: StartAutomationExecution, DocumentName: Again } }\n");
    world.call("ssm", "StartAutomationExecution", {{"DocumentName", "Again"}});
    const std::string& diagnosis = world.diagnosis_after_a_year();
    CAPTURE(diagnosis);
    CHECK(tells(diagnosis, "feeds itself"));
    CHECK(tells(diagnosis, "Again"));
  }
  TEST_CASE("a runbook that runs itself as a step fails where nesting ends") {
    LoopWorld world;
    world.document("Nested",
                   "  - { name: again, action: 'aws:executeAutomation', "
                   "inputs: { DocumentName: Nested } }\n");
    const Json started =
        world.call("ssm", "StartAutomationExecution", {{"DocumentName", "Nested"}});
    CHECK(world.diagnosis_after_a_year().empty());
    const Json view = world.call("ssm", "GetAutomationExecution", started);
    CHECK(view["AutomationExecution"]["AutomationExecutionStatus"] == "Failed");
    CHECK(tells(view["AutomationExecution"]["FailureMessage"].get<std::string>(),
                "automations may be nested 5 deep"));
  }
  TEST_CASE("a rule that triggers itself through PutEvents ends in a diagnosis that names both") {
    LoopWorld world;
    world.document("Echo",
                   "  - { name: put, action: 'aws:executeAwsApi', inputs: { Service: events, "
                   "Api: PutEvents, Entries: [{ Source: my.loop, DetailType: again, "
                   "Detail: '{}' }] } }\n");
    world.call("events", "PutRule",
               {{"Name", "OnAgain"}, {"EventPattern", R"({"source":["my.loop"]})"}});
    world.call("events", "PutTargets",
               {{"Rule", "OnAgain"},
                {"Targets",
                 {{{"Id", "1"},
                   {"Arn", "arn:aws:ssm:us-east-1:012345678901:automation-definition/Echo"},
                   {"RoleArn", "arn:aws:iam::012345678901:role/Events"},
                   {"Input", "{}"}}}}});
    world.call("events", "PutEvents",
               {{"Entries", {{{"Source", "my.loop"}, {"DetailType", "again"}, {"Detail", "{}"}}}}});
    const std::string& diagnosis = world.diagnosis_after_a_year();
    CAPTURE(diagnosis);
    CHECK(tells(diagnosis, "feeds itself"));
    CHECK(tells(diagnosis, "OnAgain"));
    CHECK(tells(diagnosis, "Echo"));
  }
  TEST_CASE("a step that leads back to itself is stopped by the execution") {
    LoopWorld world;
    world.document(
        "Back",
        "  - { name: a, action: 'aws:sleep', inputs: { Duration: PT1S } }\n"
        "  - { name: b, action: 'aws:branch', inputs: { Choices: [{ NextStep: a, Variable: x, "
        "StringEquals: x }] } }\n");
    world.call("ssm", "StartAutomationExecution", {{"DocumentName", "Back"}});
    (void)world.diagnosis_after_a_year();
    const Json list = world.call("ssm", "DescribeAutomationExecutions", Json::object());
    const Json& last = list["AutomationExecutionMetadataList"][0];
    const bool told = tells(world.journal().diagnosis(), "Back") ||
                      tells(last.value("FailureMessage", ""), "leads back to itself");
    CHECK(told);
  }
}

}  // namespace
}  // namespace opsim
