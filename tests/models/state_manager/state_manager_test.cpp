// Associations: Systems Manager User Guide, State Manager.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "models/change_calendar/service.hpp"
#include "models/compliance/service.hpp"
#include "models/state_manager/association.hpp"
#include "models/state_manager/service.hpp"
#include "tests/models/ssm/world.hpp"

namespace opsim::tests {
namespace {

using state_manager::AssociationSchedule;

const Service* const kAssociationServices[] = {&kSsm, &kStateManager, &kCompliance,
                                               &kChangeCalendar, &kFakeEc2};

struct Fleet : World {
  Fleet() : World{Seed{1}, Level::everything, kAssociationServices} {
    for (const char* id : {"i-1", "i-2"}) add_instance(id, {.tags = {{"Fleet", "web"}}});
    physics("AWS-RunShellScript", "{ takes: 5s }");
  }
  ApiResult<Json> call(std::string_view name, const Json& input) {
    const OperationFound found = find_operation(kAssociationServices, "ssm", name);
    REQUIRE(found.row != nullptr);
    const Caller caller{kHome, "arn:aws:iam::012345678901:user/ana", ""};
    return found.row->now(*cloud.model(found.table->name),
                          {cloud, caller, "ssm", found.row->name, input});
  }
  std::string associate(Json more = Json::object()) {
    Json input{{"Name", "AWS-RunShellScript"},
               {"Parameters", {{"commands", {"date"}}}},
               {"Targets", {{{"Key", "tag:Fleet"}, {"Values", {"web"}}}}}};
    input.update(more);
    const auto made = call("CreateAssociation", input);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
    return made->at("AssociationDescription")["AssociationId"].get<std::string>();
  }
  Json describe(const std::string& id) {
    return call("DescribeAssociation", {{"AssociationId", id}})->at("AssociationDescription");
  }
  /// Times of its runs, the oldest first: "03-02T09:00".
  std::vector<std::string> runs(const std::string& id) {
    std::vector<std::string> times;
    const auto all = call("DescribeAssociationExecutions", {{"AssociationId", id}});
    for (const Json& one : all->at("AssociationExecutions"))
      times.insert(times.begin(), one["CreatedTime"].get<std::string>().substr(5, 11));
    return times;
  }
};
using Times = std::vector<std::string>;

bool accepted(std::string_view text) { return AssociationSchedule::parse(text, 0).has_value(); }

}  // namespace

TEST_SUITE("state manager: schedules") {
  TEST_CASE("ssm-assoc-002, 004, 005: rates from 30 minutes to 31 days; crons with 0 seconds") {
    struct Row {
      const char* text;
      bool valid;
    };
    constexpr Row rows[] = {
        {"rate(29 minutes)", false},       {"rate(30 minutes)", true},
        {"rate(30 days)", true},           {"rate(31 days)", false},
        {"rate(1 hours)", false},          {"rate(1 hour)", true},
        {"cron(0 */30 * * * ? *)", true},  {"cron(30 */30 * * * ? *)", false},
        {"cron(0/30 * * * ? *)", true},    {"cron(0/15 * * * ? *)", false},
        {"cron(0 0/8 * * ? *)", true},     {"cron(15 13 ? * * *)", true},
        {"cron(0 2 ? * SUN *)", true},     {"cron(0 0 2 ? * SUN *)", true},
        {"cron(0 2 ? * THU#2 *)", true},   {"cron(0 2 L * ? *)", true},
        {"at(2026-03-05T10:00:00)", true}, {"every day", false},
    };
    for (const auto& [text, valid] : rows) {
      CAPTURE(text);
      CHECK(accepted(text) == valid);
    }
  }
  TEST_CASE("a day that has passed when it is made does not come back by its offset") {
    // reference-cron-and-rate-expressions: yesterday and two days is not tomorrow.
    const auto schedule = AssociationSchedule::parse("cron(0 0 ? * SUN *)", 2);
    REQUIRE(schedule.has_value());
    const SimTime monday = *parse_iso8601("2026-03-02T09:00:00Z");
    CHECK(iso8601(*schedule->next(monday, monday)) == "2026-03-10T00:00:00Z");
  }
  TEST_CASE("ssm-assoc-006: the second Thursday and three days are a Sunday") {
    const auto schedule = AssociationSchedule::parse("cron(0 0 ? * THU#2 *)", 3);
    REQUIRE(schedule.has_value());
    const auto next = schedule->next(kStart, kStart);
    REQUIRE(next.has_value());
    CHECK(iso8601(*next) == "2026-03-15T00:00:00Z");  // Thursday the 12th
    CHECK(iso8601(*schedule->next(kStart, *next)) == "2026-04-12T00:00:00Z");
  }
}

TEST_SUITE("state manager") {
  TEST_CASE("an association runs when it is made, then by its schedule") {
    Fleet world;
    const std::string id = world.associate({{"ScheduleExpression", "rate(30 minutes)"}});
    world.run_for(61min);
    CHECK(world.runs(id) == Times{"03-02T09:00", "03-02T09:30", "03-02T10:00"});
    const Json view = world.describe(id);
    CHECK(view["Overview"]["Status"] == "Success");
    CHECK(view["Overview"]["AssociationStatusAggregatedCount"] == Json{{"Success", 2}});
    CHECK(view.contains("LastSuccessfulExecutionDate"));
  }
  TEST_CASE("ApplyOnlyAtCronInterval waits for the cron") {
    Fleet world;
    const std::string id = world.associate(
        {{"ScheduleExpression", "cron(0 12 ? * * *)"}, {"ApplyOnlyAtCronInterval", true}});
    world.run_for(2h);
    CHECK(world.runs(id).empty());
    world.run_for(2h);
    CHECK(world.runs(id) == Times{"03-02T12:00"});
  }
  TEST_CASE("an association without a schedule runs once, again when it is updated or asked to") {
    Fleet world;
    const std::string id = world.associate();
    world.run_for(24h);
    CHECK(world.runs(id).size() == 1);
    REQUIRE(world.call("StartAssociationsOnce", {{"AssociationIds", {id}}}).has_value());
    world.run_for(1h);
    CHECK(world.runs(id).size() == 2);
    const auto updated = world.call("UpdateAssociation",
                                    {{"AssociationId", id}, {"Parameters", {{"commands", "ls"}}}});
    REQUIRE(updated.has_value());
    CHECK(updated->at("AssociationDescription")["AssociationVersion"] == "2");
    world.run_for(1h);
    CHECK(world.runs(id).size() == 3);
  }
  TEST_CASE("a new instance of the target runs it once it is online, and only there") {
    Fleet world;
    const std::string id = world.associate();
    world.run_for(10min);
    world.add_instance("i-3", {.tags = {{"Fleet", "web"}}});
    world.add_instance("i-4");
    for (const char* instance : {"i-3", "i-4"}) {
      Event event;
      event.source = "aws.ec2";
      event.detail_type = "EC2 Instance State-change Notification";
      event.place = kHome;
      event.detail = {{"instance-id", instance}, {"state", "running"}};
      world.cloud.emit(std::move(event));
    }
    world.run_for(10min);
    const auto all = world.call("DescribeAssociationExecutions", {{"AssociationId", id}});
    const Json& newest = all->at("AssociationExecutions")[0];
    CHECK(all->at("AssociationExecutions").size() == 2);
    CHECK(newest["ResourceCountByStatus"] == R"({"Success":1})");
    const auto targets =
        world.call("DescribeAssociationExecutionTargets",
                   {{"AssociationId", id}, {"ExecutionId", newest["ExecutionId"]}});
    CHECK(targets->at("AssociationExecutionTargets")[0]["ResourceId"] == "i-3");
  }
  TEST_CASE("a new instance does not run a runbook that is associated") {
    // "doesn't apply if the association uses an Automation runbook"
    Fleet world;
    const std::string id = world.associate({{"Name", "AWS-StopEC2Instance"},
                                            {"Parameters", Json::object()},
                                            {"AutomationTargetParameterName", "InstanceId"}});
    world.run_for(10min);
    CHECK(world.ec2().instances["i-1"].state == "stopped");
    world.add_instance("i-3", {.tags = {{"Fleet", "web"}}});
    Event event;
    event.source = "aws.ec2";
    event.detail_type = "EC2 Instance State-change Notification";
    event.place = kHome;
    event.detail = {{"instance-id", "i-3"}, {"state", "running"}};
    world.cloud.emit(std::move(event));
    world.run_for(10min);
    CHECK(world.runs(id).size() == 1);
    CHECK(world.ec2().instances["i-3"].state == "running");
  }
  TEST_CASE("instances that are offline when the interval starts are skipped") {
    Fleet world;
    world.ec2().instances["i-2"].state = "stopped";
    // The guide's own form of all instances.
    const std::string id =
        world.associate({{"ScheduleExpression", "rate(1 hour)"},
                         {"Targets", {{{"Key", "instanceids"}, {"Values", {"*"}}}}}});
    world.run_for(30min);
    const auto newest = [&] {
      return world.call("DescribeAssociationExecutions", {{"AssociationId", id}})
          ->at("AssociationExecutions")[0];
    };
    CHECK(newest()["Status"] == "Success");
    CHECK(newest()["ResourceCountByStatus"] == R"({"Success":1})");
    world.ec2().instances["i-2"].state = "running";
    world.run_for(1h);
    CHECK(newest()["ResourceCountByStatus"] == R"({"Success":2})");
    for (const char* const one : {"i-1", "i-2"}) world.ec2().instances[one].state = "stopped";
    world.run_for(1h);
    CHECK(newest()["Status"] == "Skipped");
  }
  TEST_CASE("ssm-err-006: 10 % of 50 stops at the sixth error, and the next interval tries again") {
    Fleet world;
    for (int i = 3; i <= 50; ++i)
      world.add_instance(fmt::format("i-{}", i), {.tags = {{"Fleet", "web"}}});
    world.physics("AWS-RunShellScript", "{ takes: 5s, succeeds: 0 % }");
    const std::string id = world.associate(
        {{"ScheduleExpression", "rate(1 hour)"}, {"MaxErrors", "10%"}, {"MaxConcurrency", "1"}});
    world.run_for(2h - 1s);
    const auto all = world.call("DescribeAssociationExecutions", {{"AssociationId", id}});
    REQUIRE(all->at("AssociationExecutions").size() == 2);
    const Json counts = Json::parse(
        all->at("AssociationExecutions")[0]["ResourceCountByStatus"].get<std::string>());
    CHECK(counts["Failed"] == 50);  // six that ran, and 44 that were given up
    int ran = 0;
    for (const auto& [key, command] : world.ssm().commands)
      ran += static_cast<int>(command->errors);
    CHECK(ran == 12);
  }
  // API Reference, UpdateAssociation: "You must specify the latest association version in the
  // service"; DescribeAssociation: "$LATEST", or the version to retrieve.
  TEST_CASE("each update is a version, and an update of an old one is refused") {
    Fleet world;
    const std::string id = world.associate({{"ScheduleExpression", "rate(1 hour)"}});
    const auto update = [&](const char* version, const char* schedule) {
      return world.call("UpdateAssociation", {{"AssociationId", id},
                                              {"AssociationVersion", version},
                                              {"ScheduleExpression", schedule}});
    };
    CHECK(update("1", "rate(2 hours)").has_value());
    CHECK(update("1", "rate(3 hours)").error().code == "InvalidAssociationVersion");
    CHECK(update("$LATEST", "rate(3 hours)").has_value());
    const auto listed = world.call("ListAssociationVersions", {{"AssociationId", id}});
    const Json versions = listed->at("AssociationVersions");
    REQUIRE(versions.size() == 3);
    CHECK(versions[0]["AssociationVersion"].get<std::string>() == "3");
    CHECK(versions[2]["ScheduleExpression"].get<std::string>() == "rate(1 hour)");
    const auto second =
        world.call("DescribeAssociation", {{"AssociationId", id}, {"AssociationVersion", "2"}});
    CHECK(second->at("AssociationDescription")["ScheduleExpression"].get<std::string>() ==
          "rate(2 hours)");
    CHECK(world.call("DescribeAssociation", {{"AssociationId", id}, {"AssociationVersion", "9"}})
              .error()
              .code == "InvalidAssociationVersion");
  }

  TEST_CASE("several associations at once, each for itself") {
    Fleet world;
    const Json good{{"Name", "AWS-RunShellScript"},
                    {"Parameters", {{"commands", {"date"}}}},
                    {"Targets", {{{"Key", "tag:Fleet"}, {"Values", {"web"}}}}}};
    Json bad = good;
    bad["ScheduleExpression"] = "rate(5 minutes)";
    const auto made = world.call("CreateAssociationBatch", {{"Entries", {good, bad}}});
    REQUIRE(made->at("Successful").size() == 1);
    REQUIRE(made->at("Failed").size() == 1);
    CHECK(made->at("Failed")[0]["Fault"].get<std::string>() == "Client");
  }

  TEST_CASE("what applies to an instance, and how it went there") {
    Fleet world;
    const std::string id = world.associate({{"AssociationName", "keep"}});
    world.run_for(10min);
    const auto effective =
        world.call("DescribeEffectiveInstanceAssociations", {{"InstanceId", "i-1"}});
    REQUIRE(effective->at("Associations").size() == 1);
    CHECK(effective->at("Associations")[0]["AssociationId"].get<std::string>() == id);
    const auto statuses = world.call("DescribeInstanceAssociationsStatus", {{"InstanceId", "i-1"}});
    REQUIRE(statuses->at("InstanceAssociationStatusInfos").size() == 1);
    const Json one = statuses->at("InstanceAssociationStatusInfos")[0];
    CHECK(one["Status"].get<std::string>() == "Success");
    CHECK(one["AssociationName"].get<std::string>() == "keep");
    CHECK(one["ExecutionSummary"].get<std::string>().starts_with(
        "1 out of 1 plugin processed, 1 success"));
    CHECK(world.call("DescribeEffectiveInstanceAssociations", {{"InstanceId", "i-9"}})
              ->at("Associations")
              .empty());
  }

  TEST_CASE("compliance follows the last run, and its change is told") {
    Fleet world;
    const std::string id =
        world.associate({{"ScheduleExpression", "rate(1 hour)"}, {"ComplianceSeverity", "HIGH"}});
    world.run_for(30min);
    const auto items = [&] {
      return world.call("ListComplianceItems", {{"ResourceIds", {"i-1"}}})->at("ComplianceItems");
    };
    CHECK(items()[0]["Status"] == "COMPLIANT");
    CHECK(items()[0]["Severity"] == "HIGH");
    world.physics("AWS-RunShellScript", "{ takes: 5s, succeeds: 0 % }");
    world.run_for(1h);
    CHECK(items()[0]["Status"] == "NON_COMPLIANT");
    std::vector<std::string> told;
    for (const Event& event : world.ec2().events)
      if (event.detail_type == "Configuration Compliance State Change" &&
          event.detail["resource-id"] == "i-1")
        told.push_back(event.detail["compliance-status"].get<std::string>());
    CHECK(told == std::vector<std::string>{"compliant", "non_compliant"});
  }
  TEST_CASE("a closed calendar skips the run") {
    Fleet world;
    REQUIRE(world
                .call("CreateDocument", {{"Name", "Freeze"},
                                         {"DocumentType", "ChangeCalendar"},
                                         {"Content",
                                          "BEGIN:VCALENDAR\nX-CALENDAR-TYPE:DEFAULT_"
                                          "CLOSED\nEND:VCALENDAR"}})
                .has_value());
    const std::string id = world.associate({{"CalendarNames", {"Freeze"}}});
    world.run_for(1h);
    CHECK(world.runs(id).empty());
  }
  TEST_CASE("what cannot be meant is refused") {
    Fleet world;
    const auto refusal = [&](Json more) {
      Json input{{"Name", "AWS-RunShellScript"}};
      input.update(more);
      const auto answer = world.call("CreateAssociation", input);
      return answer ? "" : answer.error().code;
    };
    CHECK(refusal({{"Name", "Nothing"}}) == "InvalidDocument");
    CHECK(refusal({{"ScheduleExpression", "rate(5 minutes)"}}) == "InvalidSchedule");
    CHECK(refusal({{"ScheduleExpression", "cron(0 0 ? * THU#2 *)"}, {"ScheduleOffset", 3}}) ==
          "ValidationException");  // needs ApplyOnlyAtCronInterval
    CHECK(refusal({{"ScheduleExpression", "cron(0 0 ? * THU#2 *)"},
                   {"ScheduleOffset", 7},
                   {"ApplyOnlyAtCronInterval", true}}) == "ValidationException");
    CHECK(refusal({{"ScheduleExpression", "rate(1 day)"}, {"ApplyOnlyAtCronInterval", true}}) ==
          "ValidationException");
    CHECK(refusal({{"MaxErrors", "many"}}) == "ValidationException");
    CHECK(refusal({{"ComplianceSeverity", "UGLY"}}) == "ValidationException");
    CHECK(world.call("DescribeAssociation", {{"AssociationId", "x"}}).error().code ==
          "AssociationDoesNotExist");
    const std::string id = world.associate();
    REQUIRE(world.call("DeleteAssociation", {{"AssociationId", id}}).has_value());
    CHECK(world.call("DescribeAssociation", {{"AssociationId", id}}).error().code ==
          "AssociationDoesNotExist");
  }
}
}  // namespace opsim::tests
