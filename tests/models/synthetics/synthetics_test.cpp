// AWS: CloudWatch User Guide, CloudWatch_Synthetics_Canaries_metrics,
// monitoring-events-eventbridge; Synthetics API Reference.
#include "models/synthetics/synthetics.hpp"
#include "models/synthetics/service.hpp"
#include "tests/models/front_end/browser_world.hpp"

namespace opsim::tests {
namespace {

/// Keeps what reaches a bus.
struct Seen : Model {
  std::vector<Event> events;
};
const Service kListener{
    .name = "listener",
    .title = "Listener",
    .make = [](Cloud& /*cloud*/) -> std::unique_ptr<Model> { return std::make_unique<Seen>(); },
    .on_event = [](Model& model,
                   const Event& event) { static_cast<Seen&>(model).events.push_back(event); },
};
const Service* const kCanaryServices[] = {&kWorkload, &kFrontEnd, &kSynthetics, &kListener};

constexpr const char* kBuys = R"(
const synthetics = require('Synthetics');
exports.handler = async () => {
  const page = await synthetics.getPage();
  await synthetics.executeStep('open', async () => page.goto('https://shop.example.com/'));
  await synthetics.executeStep("pay", async () => page.click('#pay'));
};)";

Json canary(const char* name, const char* script, const char* rate = "rate(5 minutes)") {
  return {{"Name", name},
          {"ArtifactS3Location", "s3://results"},
          {"ExecutionRoleArn", "arn:aws:iam::123456789012:role/canary"},
          {"RuntimeVersion", "syn-nodejs-puppeteer-9.1"},
          {"Code", {{"Handler", "index.handler"}, {"Script", script}}},
          {"Schedule", {{"Expression", rate}}}};
}

struct CanaryWorld : BrowserWorld {
  CanaryWorld() : BrowserWorld{kCanaryServices} {}
  void stand(Json properties) {
    properties["StartCanaryAfterCreation"] = true;
    make("AWS::Synthetics::Canary", "Canary", properties);
  }
  std::optional<double> of(const char* metric, std::string_view statistic,
                           const std::string& step = {}) {
    Dimensions dimensions{{"CanaryName", "buys"}};
    if (!step.empty()) dimensions.emplace_back("StepName", step);
    return all_of("CloudWatchSynthetics", metric, std::move(dimensions), statistic);
  }
  std::vector<Event>& events() { return static_cast<Seen&>(*cloud.model("listener")).events; }
};

}  // namespace

TEST_SUITE("synthetics") {
  TEST_CASE("a canary runs by its rate, and its metrics are those of its runs and steps") {
    CanaryWorld world;
    world.stand(canary("buys", kBuys));
    world.run_for(30min);
    CHECK(world.of("SuccessPercent", "SampleCount") == 6);  // every 5 minutes, the first at once
    CHECK(world.of("SuccessPercent", "Average") == 100);
    CHECK(world.of("Failed", "Sum") == 0);
    CHECK(world.of("Duration", "Average") == 8'000);  // 3 s until the browser stands, 2 s and 3 s
    CHECK(world.of("SuccessPercent", "SampleCount", "pay") == 6);
    CHECK(world.of("Duration", "Average", "pay") == 3'000);
    CHECK(world.of("Duration", "Average", "basket") == std::nullopt);  // not in the script
    CHECK(world.cloud.read_quantity("buys", "spent") == doctest::Approx(6 * 0.0012));
  }

  TEST_CASE("a step that breaks in the browser fails the run and ends it; the journal names it") {
    CanaryWorld world;
    world.stand(canary("buys", kBuys));
    world.break_step("{ on: Shop, named: open }");
    world.run_for(11min);
    CHECK(world.of("SuccessPercent", "Average") == 0);
    CHECK(world.of("Failed", "Sum") == world.of("Failed", "SampleCount"));
    CHECK(world.of("SuccessPercent", "SampleCount", "pay") == std::nullopt);  // never reached
    const JournalEntry& told = world.entry_about("buys/open", EntryKind::step);
    CHECK(detail_text(told, "status") == "FAILED");
    const Json runs = world.must("synthetics", "GetCanaryRuns", {{"Name", "buys"}});
    const Json status = runs.at("CanaryRuns").at(0).at("Status");
    CHECK(status.at("State") == "FAILED");
    CHECK(status.at("StateReasonCode") == "CANARY_FAILURE");
  }

  TEST_CASE("what breaks for a share of the users breaks for that share of the runs") {
    CanaryWorld world;
    world.stand(canary("buys", kBuys, "rate(1 minute)"));
    world.break_step("{ on: Shop, named: pay, by: 20 % }");
    world.run_for(10h);
    CHECK(world.of("SuccessPercent", "Average").value() == doctest::Approx(80).epsilon(0.07));
  }

  TEST_CASE("one that only opens the page passes while paying is broken for everybody") {
    CanaryWorld world;
    world.stand(canary("buys", "await page.goto('https://shop.example.com/')"));
    world.break_step("{ on: Shop, named: pay }");
    world.run_for(20min);
    CHECK(world.of("SuccessPercent", "Average") == 100);
  }

  TEST_CASE("why it did not notice: the steps that its script leaves out") {
    CanaryWorld world;
    world.stand(canary("buys", kBuys));
    world.break_step("{ on: Shop, named: basket }");
    world.run_for(10min);
    const auto lines = kSynthetics.explain(*world.cloud.model("synthetics"), "Shop");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0] == "Canary buys: 0 of its 2 runs failed; its script leaves out basket.");
  }

  TEST_CASE("a canary of no front end of this world passes") {
    CanaryWorld world;
    world.stand(canary("buys", "await page.goto('https://elsewhere.example.com/')"));
    world.break_step("{ on: Shop, named: open }");
    world.run_for(20min);
    CHECK(world.of("SuccessPercent", "Average") == 100);
  }

  // monitoring-events-eventbridge: the members of both events.
  TEST_CASE("events: a status change at the start, a result after each run") {
    CanaryWorld world;
    world.stand(canary("buys", kBuys));
    world.break_step("{ on: Shop, named: pay }");
    world.run_for(2min);
    REQUIRE(world.events().size() == 2);
    const Event& began = world.events().at(0);
    CHECK(began.detail_type == "Synthetics Canary Status Change");
    CHECK(began.detail.at("current-state") == "RUNNING");
    CHECK(began.detail.at("previous-state") == "READY");
    const Event& failed = world.events().at(1);
    CHECK(failed.source == "aws.synthetics");
    CHECK(failed.detail_type == "Synthetics Canary TestRun Failure");
    CHECK(failed.detail.at("canary-name") == "buys");
    CHECK(failed.detail.at("test-run-status") == "FAILED");
    CHECK(failed.detail.at("canary-run-timeline").contains("completed"));
  }

  TEST_CASE("without StartCanaryAfterCreation a canary stands and never runs") {
    CanaryWorld world;
    world.make("AWS::Synthetics::Canary", "Canary", canary("buys", kBuys));
    world.run_for(20min);
    CHECK(world.of("SuccessPercent", "SampleCount") == std::nullopt);
    CHECK(world.must("synthetics", "GetCanary", {{"Name", "buys"}})
              .at("Canary")
              .at("Status")
              .at("State") == "READY");
    world.must("synthetics", "StartCanary", {{"Name", "buys"}});
    world.run_for(20min);
    CHECK(world.of("SuccessPercent", "SampleCount") == 4);
    world.must("synthetics", "StopCanary", {{"Name", "buys"}});
    world.run_for(20min);
    CHECK(world.of("SuccessPercent", "SampleCount") == 4);
    world.must("synthetics", "DeleteCanary", {{"Name", "buys"}});
    CHECK(world.refusal("synthetics", "GetCanary", {{"Name", "buys"}}) ==
          "ResourceNotFoundException");
  }

  TEST_CASE("rate(0 minute) runs once; DurationInSeconds ends it") {
    CanaryWorld world;
    world.stand(canary("buys", kBuys, "rate(0 minute)"));
    world.run_for(30min);
    CHECK(world.of("SuccessPercent", "SampleCount") == 1);
    CanaryWorld other;
    Json some = canary("buys", kBuys, "rate(5 minutes)");
    some["Schedule"]["DurationInSeconds"] = 900;
    other.stand(some);
    other.run_for(2h);
    CHECK(other.of("SuccessPercent", "SampleCount") == 3);
  }

  TEST_CASE("what is refused") {
    CanaryWorld world;
    const auto refused = [&](Json input) {
      return world.refusal("synthetics", "CreateCanary", std::move(input));
    };
    CHECK(refused(canary("Buys", kBuys)) == "ValidationException");  // capitals
    CHECK(refused(canary("buys", kBuys, "rate(2 hours)")) == "ValidationException");
    CHECK(refused(canary("buys", kBuys, "at(2026-03-02T10:00:00)")) == "ValidationException");
    CHECK(refused(canary("buys", kBuys)) == "");
    CHECK(refused(canary("buys", kBuys)) == "ConflictException");
    CHECK(world.refusal("synthetics", "StopCanary", {{"Name", "buys"}}) == "ConflictException");
  }

  TEST_CASE("the steps of a script, in Node.js and in Python, in order") {
    const auto steps = [](const char* text) {
      return synthetics::read_script({{"Code", {{"Script", text}}}}).steps;
    };
    CHECK(steps(kBuys) == std::vector<std::string>{"open", "pay"});
    CHECK(steps("executor.execute_step( \"log in\", log_in)\nexecutor.execute_step('pay')") ==
          std::vector<std::string>{"log in", "pay"});
    CHECK(steps("synthetics.executeStep(name, f)").empty());  // a variable: not known
  }
}

}  // namespace opsim::tests
