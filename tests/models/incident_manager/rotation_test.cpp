#include "models/incident_manager/rotation.hpp"

#include <doctest/doctest.h>

namespace opsim::tests {
namespace {

using incident_manager::Rotation;

SimTime at(const char* text) { return *parse_iso8601(text); }

Rotation rotation(Json recurrence, std::vector<std::string> contacts = {"a", "b", "c"}) {
  Json input{{"Name", "team"}, {"ContactIds", contacts}, {"StartTime", "2026-03-02T00:00:00Z"}};
  input["Recurrence"] = std::move(recurrence);
  const auto read = incident_manager::read_rotation(input, {});
  REQUIRE(read.has_value());
  return *read;
}

struct Row {
  const char* when;
  std::vector<std::string> on_call;
};

void check(const Rotation& who, const std::vector<Row>& rows) {
  for (const auto& [when, expected] : rows) {
    CAPTURE(when);
    CHECK(incident_manager::on_call(who, at(when)) == expected);
  }
}

}  // namespace

TEST_SUITE("incident manager: rotations") {
  TEST_CASE("a weekly rotation hands off on its weekday, in shift order") {
    // 2026-03-02 is a Monday.
    const Rotation weekly =
        rotation({{"WeeklySettings", {{{"DayOfWeek", "MON"}, {"HandOffTime", "09:00"}}}},
                  {"NumberOfOnCalls", 1},
                  {"RecurrenceMultiplier", 1}});
    check(weekly, {{"2026-03-01T23:59:00Z", {}},  // before it begins
                   {"2026-03-02T08:59:00Z", {"a"}},
                   {"2026-03-02T09:00:00Z", {"b"}},
                   {"2026-03-09T08:59:59Z", {"b"}},
                   {"2026-03-09T09:00:00Z", {"c"}},
                   {"2026-03-16T09:00:00Z", {"a"}}});
  }

  TEST_CASE("a daily rotation may hand off several times a day, or every few days") {
    const Rotation twice = rotation({{"DailySettings", {"08:00", "20:00"}}});
    check(twice, {{"2026-03-02T07:00:00Z", {"a"}},
                  {"2026-03-02T08:00:00Z", {"b"}},
                  {"2026-03-02T20:00:00Z", {"c"}},
                  {"2026-03-03T08:00:00Z", {"a"}}});
    const Json hand_off{{"HourOfDay", 8}, {"MinuteOfHour", 30}};  // as the API writes it
    const Rotation every_third =
        rotation({{"DailySettings", Json::array({hand_off})}, {"RecurrenceMultiplier", 3}});
    check(every_third, {{"2026-03-02T08:29:00Z", {"a"}},
                        {"2026-03-02T08:30:00Z", {"b"}},
                        {"2026-03-05T08:29:00Z", {"b"}},
                        {"2026-03-05T08:30:00Z", {"c"}}});
  }

  TEST_CASE("a monthly rotation on the 31st hands off on the last day of a short month") {
    const Rotation monthly =
        rotation({{"MonthlySettings", {{{"DayOfMonth", 31}, {"HandOffTime", "00:00"}}}}});
    check(monthly, {{"2026-03-30T23:00:00Z", {"a"}},
                    {"2026-03-31T00:00:00Z", {"b"}},
                    {"2026-04-29T23:00:00Z", {"b"}},
                    {"2026-04-30T00:00:00Z", {"c"}},
                    {"2026-05-31T00:00:00Z", {"a"}}});
  }

  TEST_CASE("several contacts may be on call at once") {
    const Rotation pairs =
        rotation({{"DailySettings", {"08:00"}}, {"NumberOfOnCalls", 2}}, {"a", "b", "c", "d"});
    check(pairs, {{"2026-03-02T07:00:00Z", {"a", "b"}},
                  {"2026-03-02T09:00:00Z", {"c", "d"}},
                  {"2026-03-03T09:00:00Z", {"a", "b"}}});
  }

  TEST_CASE("outside of its coverage nobody is on call") {
    const Rotation office =
        rotation({{"DailySettings", {"00:00"}},
                  {"ShiftCoverages",
                   {{{"DayOfWeek", "MON"},
                     {"CoverageTimes", {{{"StartTime", "09:00"}, {"EndTime", "17:00"}}}}}}}});
    check(office, {{"2026-03-02T08:59:00Z", {}},
                   {"2026-03-02T09:00:00Z", {"a"}},
                   {"2026-03-02T17:00:00Z", {}},
                   {"2026-03-03T12:00:00Z", {}}});
  }

  TEST_CASE("shifts are listed from hand-off to hand-off") {
    const Rotation daily = rotation({{"DailySettings", {"08:00"}}});
    const auto listed = incident_manager::shifts(daily, at("2026-03-02T00:00:00Z"),
                                                 at("2026-03-04T00:00:00Z"), 100);
    REQUIRE(listed.size() == 3);
    CHECK(listed[1].from == at("2026-03-02T08:00:00Z"));
    CHECK(listed[1].to == at("2026-03-03T08:00:00Z"));
    CHECK(listed[1].contacts == std::vector<std::string>{"b"});
    CHECK(listed[2].to == at("2026-03-04T00:00:00Z"));
  }

  TEST_CASE("a rotation that cannot be is refused") {
    const Json rows[] = {
        {{"Name", "x"}, {"ContactIds", {"a"}}},  // no recurrence
        {{"Name", "x"},
         {"ContactIds", Json::array()},
         {"Recurrence", {{"DailySettings", {"08:00"}}}}},
        {{"Name", "x"}, {"ContactIds", {"a"}}, {"Recurrence", {{"DailySettings", {"8 am"}}}}},
        {{"Name", "x"},
         {"ContactIds", {"a"}},
         {"Recurrence", {{"DailySettings", {"08:00"}}, {"NumberOfOnCalls", 2}}}},
        {{"Name", "x"},
         {"ContactIds", {"a"}},
         {"Recurrence", {{"DailySettings", {"08:00"}}, {"RecurrenceMultiplier", 0}}}},
    };
    for (const Json& row : rows) {
      CAPTURE(row.dump());
      const auto read = incident_manager::read_rotation(row, {});
      REQUIRE(read.has_error());
      CHECK(read.error().code == "ValidationException");
    }
  }
}

}  // namespace opsim::tests
