// Rows of ../shared/cases about schedules, EventBridge and Scheduler, through the public API.
#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "models/events/service.hpp"
#include "models/scheduler/service.hpp"
#include "models/sqs/service.hpp"
#include "opsim/schedule.hpp"
#include "tests/models/small_world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

const Service* const kScheduleServices[] = {&kEvents, &kScheduler, &kSqs};

std::vector<Json> schedule_rows(const std::string& file) {
  std::vector<Json> found;
  const auto folder = shared_folder();
  if (!folder) return found;
  std::ifstream in{*folder / "cases" / file};
  for (std::string line; std::getline(in, line);) found.push_back(Json::parse(line));
  return found;
}

Json rule_input(const Json& expression) {
  return {{"Name", "r"}, {"ScheduleExpression", expression}};
}
Json schedule_input(const Json& expression) {
  return {{"Name", "s"},
          {"ScheduleExpression", expression},
          {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
          {"Target",
           {{"Arn", "arn:aws:sqs:us-east-1:123456789012:q"},
            {"RoleArn", "arn:aws:iam::123456789012:role/r"}}}};
}

ApiResult<Json> put(SmallWorld& world, const std::string& api, const Json& expression) {
  if (api == "events.put_rule") return world.call("events", "PutRule", rule_input(expression));
  return world.call("scheduler", "CreateSchedule", schedule_input(expression));
}

std::string expression_of(const Json& row) {
  const Json& given = row.at("given");
  if (given.contains("expr")) return given.at("expr").get<std::string>();
  if (given.contains("cron")) return "cron(" + given.at("cron").get<std::string>() + ")";
  const auto field = [&](const char* name) { return given.value(name, ""); };
  if (given.contains("day_of_month")) return "cron(0 0 " + field("day_of_month") + " * ? *)";
  if (given.contains("day_of_week")) return "cron(0 0 ? * " + field("day_of_week") + " *)";
  if (field("field") == "minutes") return "cron(" + field("value") + " * * * ? *)";
  if (field("field") == "day-of-week") return "cron(0 0 ? * " + field("value") + " *)";
  return {};
}

/// The first times in March 2026, a month that begins on a Sunday.
std::vector<std::string> march_times(const std::string& expression, std::size_t count,
                                     std::string_view from = "2026-03-01") {
  const auto read = schedule::parse(expression);
  std::vector<std::string> times;
  SimTime at = *parse_iso8601(from) - Duration{1};
  while (read && times.size() < count) {
    const auto next = schedule::next_time(*read, {}, at, at);
    if (!next) break;
    times.push_back(iso8601(*next));
    at = *next;
  }
  return times;
}

using Times = std::vector<std::string>;

}  // namespace

TEST_SUITE("cases: schedules") {
  TEST_CASE("every row of schedules.jsonl is taken or refused as AWS does") {
    const auto rows = schedule_rows("schedules.jsonl");
    if (rows.empty()) MESSAGE("no shared cases here");
    for (const Json& row : rows) {
      CAPTURE(row.dump());
      SmallWorld world{kScheduleServices};
      const std::string api = row.at("api").get<std::string>();
      const auto answer = put(world, api, row.at("expr"));
      CHECK(answer.has_value() == row.at("valid").get<bool>());
      if (answer) continue;
      CHECK(answer.error().code == "ValidationException");
      if (row.contains("message"))
        CHECK(answer.error().message == row.at("message").get<std::string>());
      if (api == "scheduler.create_schedule")
        CHECK(answer.error().message ==
              "Invalid Schedule Expression " + row.at("expr").get<std::string>() + ".");
    }
  }

  // Rows eb-rate-, eb-cron- and eb-sched-.
  TEST_CASE("worked examples say which expressions are valid") {
    for (const Json& row : schedule_rows("worked_examples.jsonl")) {
      const std::string id = row.at("id").get<std::string>();
      const std::string service = row.at("service").get<std::string>();
      if (service != "eventbridge" && service != "scheduler") continue;
      const std::string expression = expression_of(row);
      if (expression.empty()) continue;
      CAPTURE(id);
      SmallWorld world{kScheduleServices};
      const std::string api =
          service == "scheduler" ? "scheduler.create_schedule" : "events.put_rule";
      CHECK(put(world, api, expression).has_value() == row.at("expect").value("valid", true));
    }
  }

  TEST_CASE("worked examples: what they mean") {
    struct Row {
      std::string_view id;
      std::string expression;
      Times expected;
    };
    const Row rows[] = {
        {"eb-cron-001", "cron(0 10 * * ? *)", {"2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"}},
        {"eb-cron-002", "cron(15 12 * * ? *)", {"2026-03-01T12:15:00Z", "2026-03-02T12:15:00Z"}},
        {"eb-cron-004", "cron(0 8 1 * ? *)", {"2026-03-01T08:00:00Z", "2026-04-01T08:00:00Z"}},
        {"eb-cron-006",
         "cron(0/10 * ? * MON-FRI *)",
         {"2026-03-02T00:00:00Z", "2026-03-02T00:10:00Z"}},
        {"eb-cron-007",
         "cron(0/5 8-17 ? * MON-FRI *)",
         {"2026-03-02T08:00:00Z", "2026-03-02T08:05:00Z"}},
        {"eb-cron-008",
         "cron(0/30 20-2 ? * MON-FRI *)",
         {"2026-03-02T00:00:00Z", "2026-03-02T00:30:00Z", "2026-03-02T01:00:00Z",
          "2026-03-02T01:30:00Z", "2026-03-02T02:00:00Z", "2026-03-02T02:30:00Z",
          "2026-03-02T20:00:00Z"}},
        {"eb-cron-010", "cron(5,35 14 * * ? *)", {"2026-03-01T14:05:00Z", "2026-03-01T14:35:00Z"}},
        {"eb-cron-012",
         "cron(1/10 * * * ? *)",
         {"2026-03-01T00:01:00Z", "2026-03-01T00:11:00Z", "2026-03-01T00:21:00Z",
          "2026-03-01T00:31:00Z", "2026-03-01T00:41:00Z", "2026-03-01T00:51:00Z",
          "2026-03-01T01:01:00Z"}},
        {"eb-cron-013", "cron(0 0 ? * 3#2 *)", {"2026-03-10T00:00:00Z", "2026-04-14T00:00:00Z"}},
        {"eb-cron-016", "cron(0 0 3W * ? *)", {"2026-03-03T00:00:00Z", "2026-04-03T00:00:00Z"}},
    };
    for (const auto& [id, expression, expected] : rows) {
      CAPTURE(id);
      CHECK(march_times(expression, expected.size()) == expected);
    }
    CAPTURE("eb-cron-011");
    CHECK(march_times("cron(15 10 ? * 6L 2019-2022)", 9).empty());
    CHECK(march_times("cron(15 10 ? * 6L 2019-2022)", 1, "2022-03-01") ==
          Times{"2022-03-25T10:15:00Z"});
  }

  TEST_CASE("eb-sched-002: within the flexible window after the hour") {
    SmallWorld world{kScheduleServices};
    world.make("AWS::SQS::Queue", "Q", {{"QueueName", "q"}});
    Json input = schedule_input("rate(1 hour)");
    input["FlexibleTimeWindow"] = {{"Mode", "FLEXIBLE"}, {"MaximumWindowInMinutes", 15}};
    input["StartDate"] = "2026-03-02T10:00:00Z";
    world.must("scheduler", "CreateSchedule", input);
    world.sim.run_until(*parse_iso8601("2026-03-04T10:30:00Z"));
    int fired = 0;
    for (const JournalEntry& entry : world.journal.entries()) {
      if (entry.kind != EntryKind::rule) continue;
      const auto hour = *parse_iso8601("2026-03-02T10:00:00Z") + fired++ * 1h;
      CHECK(entry.at >= hour);
      CHECK(entry.at < hour + 15min);
    }
    CHECK(fired == 49);
  }

  TEST_CASE("eb-sched-003: a time that spring skips is not invoked") {
    SmallWorld world{kScheduleServices};
    world.make("AWS::SQS::Queue", "Q", {{"QueueName", "q"}});
    Json input = schedule_input("cron(30 2 * * ? *)");
    input["ScheduleExpressionTimezone"] = "America/Los_Angeles";
    world.must("scheduler", "CreateSchedule", input);
    world.sim.run_until(*parse_iso8601("2026-03-10T00:00:00Z"));
    Times fired;
    for (const JournalEntry& entry : world.journal.entries())
      if (entry.kind == EntryKind::rule) fired.push_back(iso8601(entry.at));
    CHECK(fired == Times{"2026-03-02T10:30:00Z", "2026-03-03T10:30:00Z", "2026-03-04T10:30:00Z",
                         "2026-03-05T10:30:00Z", "2026-03-06T10:30:00Z", "2026-03-07T10:30:00Z",
                         "2026-03-09T09:30:00Z"});
  }
}

}  // namespace opsim::tests
