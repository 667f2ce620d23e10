// Many targets: rate control, maps, locations, quotas; what lists of executions show. The rows of
// worked_examples.jsonl about Automation are named beside the tables that hold them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "models/organizations/service.hpp"
#include "models/parameter_store/service.hpp"
#include "models/ssm/rate_control.hpp"
#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

constexpr std::string_view kAct = R"(schemaVersion: '0.3'
parameters: { InstanceId: { type: String }, Size: { type: String, default: small } }
mainSteps:
  - { name: act, action: 'aws:executeScript', inputs: { Runtime: python3.11, Script: s } }
)";

Json request_over(std::size_t count) {
  Json ids = Json::array();
  for (std::size_t i = 0; i < count; ++i) ids.push_back("i-" + std::to_string(i));
  return {{"DocumentName", "Doc"},
          {"TargetParameterName", "InstanceId"},
          {"Targets", {{{"Key", "ParameterValues"}, {"Values", ids}}}}};
}

std::string started_with(World& world, const Json& request) {
  const auto started = world.ask("StartAutomationExecution", request);
  REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
  return started->at("AutomationExecutionId").get<std::string>();
}

/// A call of AWS Organizations.
Json organize(World& world, std::string_view operation, const Json& input) {
  const OperationFound found = find_operation(world.cloud.catalog(), "organizations", operation);
  REQUIRE(found.row != nullptr);
  const Caller by{kHome, "arn:aws:iam::012345678901:user/admin", ""};
  const Request request{world.cloud, by, "organizations", found.row->name, input};
  const ApiResult<Json> answer = found.row->now(*world.cloud.model("organizations"), request);
  REQUIRE(answer);
  return *answer;
}

std::size_t running_children(World& world, const std::string& parent) {
  const Json steps = world.execution(parent)["StepExecutions"];
  return static_cast<std::size_t>(std::ranges::count_if(
      steps, [](const Json& step) { return step["StepStatus"] == "InProgress"; }));
}

/// One failing step, whatever its onFailure; what the execution comes to.
std::string overall(std::string_view on_failure, std::string_view critical) {
  World world;
  std::string yaml = "schemaVersion: '0.3'\nmainSteps:\n  - name: fails\n";
  yaml += "    action: aws:executeScript\n    inputs: { Runtime: python3.11, Script: s }\n";
  yaml += "    onFailure: " + std::string{on_failure} + "\n";
  if (!critical.empty()) yaml += "    isCritical: " + std::string{critical} + "\n";
  yaml += "  - { name: x, action: 'aws:sleep', inputs: { Duration: PT1S } }\n";
  world.document("Doc", yaml);
  world.physics("Doc/fails", "{ takes: 1s, succeeds: 0 % }");
  const std::string id = world.start("Doc");
  world.run_for(1h);
  return world.status(id);
}

}  // namespace

TEST_SUITE("ssm: targets and rate control") {
  TEST_CASE("MaxErrors: that many may fail; one more stops the sending") {
    struct Row {
      std::string_view id, max_errors;
      std::size_t targets, stops_on_error;
    };
    constexpr Row rows[] = {
        {"ssm-err-001", "3", 50, 4},   {"ssm-err-002", "0", 50, 1},   {"ssm-err-004", "1", 10, 2},
        {"ssm-err-005", "10%", 50, 6}, {"ssm-err-006", "10%", 50, 6}, {"ssm-err-010", "10%", 9, 1},
        {"ssm-err-012", "50%", 7, 4},
    };
    for (const Row& row : rows) {
      CAPTURE(row.id);
      const auto limit = ssm::RateLimit::parse(row.max_errors);
      REQUIRE(limit);
      CHECK(ssm::errors_allowed(*limit, row.targets) + 1 == row.stops_on_error);
    }
    // ssm-conc-002: 10 % of 50 are five in flight.
    CHECK(ssm::concurrency_of(*ssm::RateLimit::parse("10%"), 50) == 5);
    CHECK(ssm::concurrency_of(*ssm::RateLimit::parse("1%"), 50) == 1);
  }
  TEST_CASE("errors one at a time: the parent stops on that error, and runs no further target") {
    for (const auto& [max_errors, failed] : {std::pair{"3", 4}, {"0", 1}, {"10%", 6}}) {
      CAPTURE(max_errors);
      World world{Seed{1}, Level::goals};
      world.document("Doc", kAct);
      world.physics("Doc/act", "{ takes: 10s, succeeds: 0 % }");
      Json request = request_over(50);
      request["MaxConcurrency"] = "1";
      request["MaxErrors"] = max_errors;
      const std::string id = started_with(world, request);
      world.run_for(24h);
      CHECK(world.execution(id)["ProgressCounters"]["FailedSteps"] == failed);
      CHECK(world.status(id) == "Failed");
    }
  }
  TEST_CASE("isCritical and onFailure decide what a failure means") {
    CHECK(overall("Abort", "") == "Failed");         // ssm-crit-001
    CHECK(overall("Continue", "") == "Success");     // ssm-crit-002
    CHECK(overall("Continue", "true") == "Failed");  // ssm-crit-003
    CHECK(overall("step:x", "false") == "Success");  // ssm-crit-004
    CHECK(overall("step:x", "") == "Failed");        // ssm-crit-005
  }
  TEST_CASE("one execution starts, then two, then four, up to MaxConcurrency; then one for one") {
    World world{Seed{1}, Level::goals};
    world.document("Doc", kAct);
    world.physics("Doc/act", "{ takes: 5min }");
    Json request = request_over(30);
    request["MaxConcurrency"] = "5";
    const std::string id = started_with(world, request);
    std::size_t wave = 0;
    for (const std::size_t wanted : {1, 2, 4, 5}) {
      world.run_for(wave++ == 0 ? 150s : 5min + 12s);
      CHECK(running_children(world, id) == wanted);
    }
    std::size_t most = 0;
    while (world.status(id) == "InProgress") {
      most = std::max(most, running_children(world, id));
      world.run_for(1min);
    }
    CHECK(most == 5);
    CHECK(world.status(id) == "Success");
    CHECK(world.execution(id)["MaxConcurrency"] == "5");
  }
  TEST_CASE("TargetMaps: each map is one execution with its own parameters") {
    World world;
    world.document("Doc", kAct);
    const Json maps = Json::array(
        {Json{{"InstanceId", {"i-1"}}, {"Size", {"large"}}}, Json{{"InstanceId", {"i-2"}}}});
    const std::string id = started_with(world, {{"DocumentName", "Doc"}, {"TargetMaps", maps}});
    world.run_for(1h);
    CHECK(world.status(id) == "Success");
    const Json children =
        *world.ask("DescribeAutomationExecutions",
                   {{"Filters", {{{"Key", "ParentExecutionId"}, {"Values", {id}}}}}});
    REQUIRE(children["AutomationExecutionMetadataList"].size() == 2);
    const Json first = world.execution(
        children["AutomationExecutionMetadataList"][1]["AutomationExecutionId"].get<std::string>());
    CHECK(first["Parameters"] == Json{{"InstanceId", {"i-1"}}, {"Size", {"large"}}});
    const auto both = world.ask(
        "StartAutomationExecution",
        {{"DocumentName", "Doc"}, {"TargetMaps", maps}, {"Targets", request_over(1)["Targets"]}});
    CHECK(both.error().code == "InvalidTarget");
  }
  TEST_CASE("TargetLocations: one execution for each account and Region, in the role named there") {
    World world;
    world.document("Doc", kAct);
    Json request{{"DocumentName", "Doc"}, {"Parameters", {{"InstanceId", {"i-1"}}}}};
    request["TargetLocations"] = Json::array({Json{{"Accounts", {"012345678901", "123456789012"}},
                                                   {"Regions", {"eu-west-1", "us-east-1"}},
                                                   {"ExecutionRoleName", "Remediation"},
                                                   {"TargetLocationMaxConcurrency", "2"}}});
    const std::string id = started_with(world, request);
    world.run_for(1h);
    const Json view = world.execution(id);
    CHECK(view["AutomationExecutionStatus"] == "Success");
    REQUIRE(view["StepExecutions"].size() == 4);
    const Json& third = view["StepExecutions"][2];
    CHECK(third["Action"] == "aws:executeAutomation");
    CHECK(third["StepStatus"] == "Success");
    CHECK(third["TargetLocation"]["Accounts"][0] == "123456789012");
    CHECK(third["TargetLocation"]["Regions"][0] == "eu-west-1");
    const ssm::Execution* child =
        world.ssm().find_execution(third["Outputs"]["ExecutionId"][0].get<std::string>());
    REQUIRE(child != nullptr);
    CHECK(child->place == Place{"123456789012", "eu-west-1"});
    CHECK(child->worker.principal == "arn:aws:iam::123456789012:role/Remediation");
  }
  TEST_CASE("targets may be all instances of the Region, or those that have a tag") {
    World world;
    world.document("Doc", kAct);
    world.add_instance("i-1", {.tags = {{"Fleet", "web"}}});
    world.add_instance("i-2", {.tags = {{"Fleet", "shop"}}});
    world.add_instance("i-3");
    world.add_instance("i-4", {.state = "terminated"});
    const auto found = [&](const char* key, const char* value) {
      const Json targets = Json::array({Json{{"Key", key}, {"Values", {value}}}});
      const std::string id = started_with(
          world,
          {{"DocumentName", "Doc"}, {"TargetParameterName", "InstanceId"}, {"Targets", targets}});
      world.run_for(1h);
      std::string names;
      const Json view = world.execution(id);
      for (const Json& step : view["StepExecutions"])
        names += step["StepName"].get<std::string>() + " ";
      return names;
    };
    CHECK(found("AWS::EC2::Instance", "*") == "i-1 i-2 i-3 ");
    CHECK(found("InstanceIds", "*") == "i-1 i-2 i-3 ");
    CHECK(found("tag-key", "Fleet") == "i-1 i-2 ");
  }
  TEST_CASE("a command is sent to the members of a resource group that there is") {
    World world;
    const Json group = Json::array({Json{{"Key", "resource-groups:Name"}, {"Values", {"None"}}}});
    const auto sent = world.ask("SendCommand", {{"DocumentName", "AWS-RunShellScript"},
                                                {"Parameters", {{"commands", {"date"}}}},
                                                {"Targets", group}});
    REQUIRE(!sent);
    CHECK(sent.error().message.find("the resource group None does not exist") == 0);
  }
  TEST_CASE("TargetLocations: units stand for their accounts, less those that are excluded") {
    static const Service* const services[] = {&kSsm, &kParameterStore, &kFakeEc2, &kOrganizations};
    World world{Seed{1}, Level::everything, services};
    world.document("Doc", kAct);
    const auto root =
        organize(world, "ListRoots", Json::object())["Roots"][0]["Id"].get<std::string>();
    const auto unit = [&](const std::string& parent, const char* name) {
      const Json made =
          organize(world, "CreateOrganizationalUnit", {{"ParentId", parent}, {"Name", name}});
      return made["OrganizationalUnit"]["Id"].get<std::string>();
    };
    const auto account = [&](const std::string& parent, const char* name) {
      const Json made = organize(world, "CreateAccount", {{"AccountName", name}, {"Email", name}});
      const auto id = made["CreateAccountStatus"]["AccountId"].get<std::string>();
      organize(world, "MoveAccount",
               {{"AccountId", id}, {"SourceParentId", root}, {"DestinationParentId", parent}});
      return id;
    };
    const std::string shops = unit(root, "shops");
    const std::string tests = unit(shops, "tests");
    const std::string a = account(shops, "a");
    const std::string b = account(shops, "b");
    const std::string c = account(tests, "c");
    const auto accounts = [&](Json location) {
      location["Accounts"] = Json::array({shops});
      const std::string id = started_with(world, {{"DocumentName", "Doc"},
                                                  {"Parameters", {{"InstanceId", {"i-1"}}}},
                                                  {"TargetLocations", Json::array({location})}});
      world.run_for(1h);
      std::vector<std::string> found;
      const Json view = world.execution(id);
      for (const Json& step : view["StepExecutions"])
        found.push_back(step["TargetLocation"]["Accounts"][0].get<std::string>());
      std::ranges::sort(found);
      return found;
    };
    CHECK(accounts(Json::object()) == std::vector{a, b});
    CHECK(accounts({{"IncludeChildOrganizationUnits", true}}) == std::vector{a, b, c});
    CHECK(accounts({{"IncludeChildOrganizationUnits", true}, {"ExcludeAccounts", {tests, a}}}) ==
          std::vector{b});
  }
  TEST_CASE("TargetLocations: what a location says of its targets comes first") {
    World world;
    world.document("Doc", kAct);
    const auto by_value = [](const char* id) {
      return Json::array({Json{{"Key", "ParameterValues"}, {"Values", {id}}}});
    };
    Json request{{"DocumentName", "Doc"},
                 {"TargetParameterName", "InstanceId"},
                 {"Targets", by_value("i-1")},
                 {"MaxConcurrency", "3"}};
    request["TargetLocations"] =
        Json::array({Json{{"Regions", {"us-east-1"}}}, Json{{"Regions", {"eu-west-1"}},
                                                            {"Targets", by_value("i-2")},
                                                            {"TargetsMaxConcurrency", "1"}}});
    const std::string id = started_with(world, request);
    world.run_for(1h);
    const Json view = world.execution(id);
    REQUIRE(view["StepExecutions"].size() == 2);
    const auto at = [&](std::size_t step) {
      const ssm::Execution* child = world.ssm().find_execution(
          view["StepExecutions"][step]["Outputs"]["ExecutionId"][0].get<std::string>());
      REQUIRE(child != nullptr);
      const ssm::SpreadGroup& group = child->spread->groups[0];
      return fmt::format("{} {:.0f}", group.items[0].target, group.max_concurrency.value);
    };
    CHECK(at(0) == "i-1 3");
    CHECK(at(1) == "i-2 1");
    request["TargetLocations"][0]["TargetsMaxErrors"] = "some";
    CHECK(world.ask("StartAutomationExecution", request).error().code == "ValidationException");
  }
  TEST_CASE("what cannot be a rate is refused as AWS refuses it") {
    World world;
    world.document("Doc", kAct);
    Json request = request_over(3);
    request["MaxConcurrency"] = "0";
    const auto refused = world.ask("StartAutomationExecution", request);
    CHECK(refused.error().code == "ValidationException");
    CHECK(refused.error().message.find("Value '0' at 'maxConcurrency'") != std::string::npos);
  }
  TEST_CASE("beyond the queue, starting is refused") {
    World world{Seed{1}, Level::goals};
    world.document("Doc",
                   "schemaVersion: '0.3'\nmainSteps:\n"
                   "  - { name: pause, action: 'aws:pause', inputs: {} }\n");
    for (int i = 0; i < 1100; ++i) world.start("Doc");
    const auto refused = world.ask("StartAutomationExecution", {{"DocumentName", "Doc"}});
    REQUIRE(!refused);
    CHECK(refused.error().code == "AutomationExecutionLimitExceededException");
  }
  TEST_CASE("lists of executions come in pages, and filters choose") {
    World world{Seed{1}, Level::goals};
    world.document("Doc", kAct);
    std::vector<std::string> ids;
    for (int i = 0; i < 7; ++i) {
      ids.push_back(world.start("Doc", {{"InstanceId", {"i-1"}}}));
      world.run_for(10min);
    }
    Json request{{"MaxResults", 3}};
    std::vector<std::string> seen;
    for (int page = 0; page < 3; ++page) {
      const auto answer = world.ask("DescribeAutomationExecutions", request);
      REQUIRE(answer);
      for (const Json& one : answer->at("AutomationExecutionMetadataList"))
        seen.push_back(one.at("AutomationExecutionId").get<std::string>());
      CHECK(answer->contains("NextToken") == (page < 2));
      if (page < 2) request["NextToken"] = answer->at("NextToken");
    }
    std::ranges::reverse(seen);
    CHECK(seen == ids);
    const Json early =
        Json::array({Json{{"Key", "StartTimeBefore"}, {"Values", {"2026-03-02T09:15:00Z"}}}});
    CHECK(world.ask("DescribeAutomationExecutions", {{"Filters", early}})
              ->at("AutomationExecutionMetadataList")
              .size() == 2);
    const Json unknown = Json::array({Json{{"Key", "Status"}, {"Values", {"Failed"}}}});
    CHECK(world.ask("DescribeAutomationExecutions", {{"Filters", unknown}}).error().code ==
          "InvalidFilterKey");
    CHECK(world.ask("DescribeAutomationExecutions", {{"NextToken", "x"}}).error().code ==
          "InvalidNextToken");
    const Json worked = Json::array({Json{{"Key", "StepExecutionStatus"}, {"Values", {"Failed"}}}});
    CHECK(world
              .ask("DescribeAutomationStepExecutions",
                   {{"AutomationExecutionId", ids[0]}, {"Filters", worked}})
              ->at("StepExecutions")
              .empty());
  }
  TEST_CASE("only approvers approve; physics of the step plays them") {
    World world;
    constexpr std::string_view ask = R"(schemaVersion: '0.3'
mainSteps:
  - { name: ask, action: 'aws:approve', inputs: { Approvers: [ana], Message: now? } }
)";
    world.document("Doc", ask);
    const std::string id = world.start("Doc");
    world.run_for(1min);
    const Json approve{{"AutomationExecutionId", id}, {"SignalType", "Approve"}};
    CHECK(world.ask("SendAutomationSignal", approve, "arn:aws:iam::012345678901:user/eve")
              .error()
              .code == "AccessDeniedException");
    REQUIRE(world.ask("SendAutomationSignal", approve));
    world.run_for(1min);
    CHECK(world.status(id) == "Success");

    world.document("Played", ask);
    world.physics("Played/ask", "{ takes: 20min, succeeds: 0 % }");
    const std::string played = world.start("Played");
    world.run_for(19min);
    CHECK(world.status(played) == "Waiting");
    world.run_for(2min);
    CHECK(world.status(played) == "Failed");
    CHECK(world.step(played, "ask")["FailureMessage"] == "rejected by ana");
  }
}

}  // namespace opsim::tests
