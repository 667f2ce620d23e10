// Change Calendar: Systems Manager User Guide, "AWS Systems Manager Change Calendar".
#include <doctest/doctest.h>

#include "models/change_calendar/calendar.hpp"
#include "models/change_calendar/service.hpp"
#include "models/ssm/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

using change_calendar::read_calendar;

struct CalendarLog : Model {
  std::vector<Event> events;
};
constexpr Service kCalendarLog{
    .name = "log",
    .title = "What tests see of buses",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<CalendarLog>(); },
    .on_event =
        [](Model& model, const Event& event) {
          if (event.detail_type == "Calendar State Change")
            static_cast<CalendarLog&>(model).events.push_back(event);
        },
};
const Service* const kCalendarServices[] = {&kSsm, &kChangeCalendar, &kCalendarLog};

std::string calendar_text(const std::string& type, const std::string& event) {
  return "BEGIN:VCALENDAR\r\nPRODID:-//AWS//Change Calendar 1.0//EN\r\nVERSION:2.0\r\n"
         "X-CALENDAR-TYPE:" +
         type + "\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\n" + event +
         "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}
constexpr const char* kOneHour = "DTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z";

/// The world begins on Monday, 2 March 2026, at 09:00 UTC.
struct CalendarWorld : SmallWorld {
  CalendarWorld() : SmallWorld{kCalendarServices} {}
  void add(const std::string& name, const std::string& text) {
    must("ssm", "CreateDocument",
         {{"Name", name},
          {"DocumentType", "ChangeCalendar"},
          {"DocumentFormat", "TEXT"},
          {"Content", text}});
  }
  Json state(const Json& names, const std::string& at = "") {
    Json input{{"CalendarNames", names}};
    if (!at.empty()) input["AtTime"] = at;
    return must("ssm", "GetCalendarState", input);
  }
};

bool open_at(const std::string& event, const char* time) {
  const auto read = read_calendar(calendar_text("DEFAULT_OPEN", event));
  REQUIRE_MESSAGE(read.calendar.has_value(), read.wrong);
  return read.calendar->is_open(*parse_iso8601(time));
}

}  // namespace

TEST_SUITE("change calendar") {
  TEST_CASE("ssm-cal-001, ssm-cal-002: events close an open calendar and open a closed one") {
    CalendarWorld world;
    world.add("Open", calendar_text("DEFAULT_OPEN", kOneHour));
    world.add("Closed", calendar_text("DEFAULT_CLOSED", kOneHour));
    struct Row {
      const char* name;
      const char* at;
      const char* state;
    };
    constexpr Row rows[] = {
        {"Open", "2026-03-02T09:59:59Z", "OPEN"},     {"Open", "2026-03-02T10:00:00Z", "CLOSED"},
        {"Open", "2026-03-02T10:59:59Z", "CLOSED"},   {"Open", "2026-03-02T11:00:00Z", "OPEN"},
        {"Closed", "2026-03-02T09:59:59Z", "CLOSED"}, {"Closed", "2026-03-02T10:30:00Z", "OPEN"},
    };
    for (const auto& [name, at, state] : rows) {
      CAPTURE(name);
      CAPTURE(at);
      CHECK(world.state({name}, at)["State"] == state);
    }
    CHECK(world.state({"Open"}, "2026-03-02T09:00:00Z")["NextTransitionTime"] ==
          "2026-03-02T10:00:00Z");
    CHECK(world.state({"Open"}, "2026-03-02T10:30:00Z")["NextTransitionTime"] ==
          "2026-03-02T11:00:00Z");
    CHECK_FALSE(world.state({"Open"}, "2026-03-03T10:30:00Z").contains("NextTransitionTime"));
  }
  TEST_CASE("of several calendars one that is closed closes all") {
    CalendarWorld world;
    world.add("Always", calendar_text("DEFAULT_OPEN", "DTSTART:20200101T000000Z\r\nDURATION:PT1H"));
    world.add("Hours", calendar_text("DEFAULT_CLOSED", kOneHour));
    CHECK(world.state({"Always", "Hours"})["State"] == "CLOSED");
    CHECK(world.state({"Always", "Hours"})["NextTransitionTime"] == "2026-03-02T10:00:00Z");
    CHECK(world.state({"Always"})["State"] == "OPEN");
    CHECK(world.state({"Always", "arn:aws:ssm:us-east-1:123456789012:document/Hours"},
                      "2026-03-02T10:10:00Z")["State"] == "OPEN");
  }
  TEST_CASE("a change of state is told on the bus when it happens") {
    CalendarWorld world;
    world.add("Freeze", calendar_text("DEFAULT_OPEN",
                                      std::string{kOneHour} + "\r\nRRULE:FREQ=DAILY;COUNT=2"));
    world.run_for(72h);
    const auto& events = static_cast<CalendarLog*>(world.cloud.model("log"))->events;
    REQUIRE(events.size() == 4);
    CHECK(events[0].detail == Json{{"state", "CLOSED"},
                                   {"atTime", "2026-03-02T10:00:00Z"},
                                   {"nextTransitionTime", "2026-03-02T11:00:00Z"}});
    CHECK(events[1].detail["state"] == "OPEN");
    CHECK(events[1].resources[0] == "arn:aws:ssm:us-east-1:123456789012:document/Freeze");
    CHECK(events[3].detail == Json{{"state", "OPEN"}, {"atTime", "2026-03-03T11:00:00Z"}});
  }
  TEST_CASE("recurrence") {
    constexpr const char* nightly =
        "DTSTART;TZID=Europe/Paris:20260301T220000\r\nDURATION:PT8H\r\nRRULE:FREQ=DAILY";
    CHECK_FALSE(open_at(nightly, "2026-03-02T21:30:00Z"));  // 22:30 in winter
    CHECK(open_at(nightly, "2026-03-02T20:30:00Z"));
    CHECK_FALSE(open_at(nightly, "2026-07-02T20:30:00Z"));  // 22:30 in summer
    constexpr const char* weekend =
        "DTSTART:20260307T000000Z\r\nDURATION:P1D\r\nRRULE:FREQ=WEEKLY;BYDAY=SA,SU";
    CHECK_FALSE(open_at(weekend, "2026-03-08T12:00:00Z"));
    CHECK_FALSE(open_at(weekend, "2026-03-14T12:00:00Z"));
    CHECK(open_at(weekend, "2026-03-09T00:00:00Z"));
    constexpr const char* patch_day =
        "DTSTART:20260310T180000Z\r\nDURATION:PT2H\r\nRRULE:FREQ=MONTHLY;BYDAY=2TU";
    CHECK_FALSE(open_at(patch_day, "2026-04-14T19:00:00Z"));
    CHECK(open_at(patch_day, "2026-04-07T19:00:00Z"));
    constexpr const char* every_other =
        "DTSTART:20260302T000000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL="
        "20260331T000000Z";
    CHECK_FALSE(open_at(every_other, "2026-03-16T00:30:00Z"));
    CHECK(open_at(every_other, "2026-03-09T00:30:00Z"));
    CHECK(open_at(every_other, "2026-04-13T00:30:00Z"));
    constexpr const char* holiday =
        "DTSTART;VALUE=DATE:20251225\r\nRRULE:FREQ=YEARLY\r\nEXDATE:20261225";
    CHECK(open_at(holiday, "2026-12-25T12:00:00Z"));
    CHECK_FALSE(open_at(holiday, "2027-12-25T12:00:00Z"));
    CHECK(open_at(holiday, "2027-12-26T00:00:00Z"));
  }
  TEST_CASE("what is no calendar is refused") {
    CalendarWorld world;
    CHECK(world.refusal("ssm", "CreateDocument",
                        {{"Name", "Bad"}, {"DocumentType", "ChangeCalendar"}, {"Content", "x"}}) ==
          "InvalidDocumentContent");
    CHECK(world.refusal("ssm", "GetCalendarState", {{"CalendarNames", {"None"}}}) ==
          "InvalidDocument");
    CHECK(world.refusal("ssm", "GetCalendarState", {{"CalendarNames", {"AWS-RunShellScript"}}}) ==
          "InvalidDocumentType");
    CHECK(world.refusal("ssm", "GetCalendarState") == "ValidationException");
    CHECK(read_calendar("x").wrong == "a calendar begins with BEGIN:VCALENDAR");
    for (const char* event : {"DTSTART:soon", "DTSTART;TZID=Mars/Base:20260302T100000", "SUMMARY:y",
                              "DTSTART:20260302T100000Z\r\nRRULE:FREQ=SOMETIMES",
                              "DTSTART:20260302T100000Z\r\nDTEND:20260302T090000Z"})
      CHECK_FALSE(read_calendar(calendar_text("DEFAULT_OPEN", event)).calendar.has_value());
  }
}
}  // namespace opsim::tests
