#include "opsim/schedule.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace opsim::schedule {
namespace {

SimTime instant(std::string_view text) { return parse_iso8601(text).value(); }

/// The first times of an expression after `from`, in UTC.
std::vector<std::string> times(std::string_view text, std::string_view from, int count,
                               std::string_view zone = "UTC") {
  const Expression expression = parse(text).value();
  std::vector<std::string> found;
  SimTime at = instant(from);
  for (int i = 0; i < count; ++i) {
    const auto next = next_time(expression, TimeZone::find(zone).value(), instant(from), at);
    if (!next) break;
    found.push_back(iso8601(*next));
    at = *next;
  }
  return found;
}

using Times = std::vector<std::string>;

}  // namespace

TEST_SUITE("schedule expressions") {
  TEST_CASE("what no service takes is no expression") {
    for (const std::string_view text : {"",
                                        "rate",
                                        "rate(",
                                        "rate()",
                                        "rate(10)",
                                        "rate(1 minutes)",
                                        "rate(2 minute)",
                                        "rate(0 minutes)",
                                        "rate(-1 minutes)",
                                        "rate(1 week)",
                                        "rate(1  minute)",
                                        "rate(99999999999 days)",
                                        "rate(999999999 days)",
                                        "cron(* * * * *)",
                                        "cron(0 8 * * * *)",
                                        "cron(0 8 ? * ? *)",
                                        "cron(60 8 * * ? *)",
                                        "cron(0 24 * * ? *)",
                                        "cron(0 8 0 * ? *)",
                                        "cron(0 8 32 * ? *)",
                                        "cron(0 8 * 13 ? *)",
                                        "cron(0 8 ? * 8 *)",
                                        "cron(0 8 * * ? 1969)",
                                        "cron(0 8 * * ? 2200)",
                                        "cron(0 8 * * ? 2030-2026)",
                                        "cron(0 8 ? * 6#6 *)",
                                        "cron(0 8 ? * 3#1,6#3 *)",
                                        "cron(0, 8 * * ? *)",
                                        "cron(/5 8 * * ? *)",
                                        "cron(0/ 8 * * ? *)",
                                        "cron(0/99999999999 8 * * ? *)",
                                        "cron(0 8 W * ? *)",
                                        "cron(0 8 * NOT ? *)",
                                        "at(2026-03-02)",
                                        "at(2026-03-02T09:00:00Z)",
                                        "at(2026-03-02T09:00:00.5)",
                                        "at(2026-02-30T09:00:00)",
                                        "at()"}) {
      CAPTURE(text);
      CHECK_FALSE(parse(text).has_value());
    }
  }

  TEST_CASE("cron fields: lists, ranges, steps, names, L, W and #") {
    struct Row {
      std::string_view text, from;
      Times expected;
    };
    const Row rows[] = {
        {"cron(15 12 * * ? *)", "2026-03-02T12:15:00Z", {"2026-03-03T12:15:00Z"}},
        {"cron(0 18 ? * MON-FRI *)",
         "2026-03-06T12:00:00Z",
         {"2026-03-06T18:00:00Z", "2026-03-09T18:00:00Z"}},
        {"cron(0/30 20-2 ? * MON *)",  // over midnight, within Mondays
         "2026-03-02T02:00:00Z",
         {"2026-03-02T02:30:00Z", "2026-03-02T20:00:00Z"}},
        {"cron(0 8 ? * FRI-MON *)",
         "2026-03-05T00:00:00Z",
         {"2026-03-06T08:00:00Z", "2026-03-07T08:00:00Z", "2026-03-08T08:00:00Z",
          "2026-03-09T08:00:00Z", "2026-03-13T08:00:00Z"}},
        {"cron(1/25 8 * * ? *)",
         "2026-03-02T00:00:00Z",
         {"2026-03-02T08:01:00Z", "2026-03-02T08:26:00Z", "2026-03-02T08:51:00Z",
          "2026-03-03T08:01:00Z"}},
        {"cron(0 0 L * ? *)",
         "2026-02-01T00:00:00Z",
         {"2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"}},
        {"cron(0 0 29 2 ? *)", "2026-03-01T00:00:00Z", {"2028-02-29T00:00:00Z"}},
        {"cron(0 10 1W * ? *)", "2026-01-31T00:00:00Z", {"2026-02-02T10:00:00Z"}},  // a Sunday
        {"cron(0 10 3W * ? *)", "2026-05-01T00:00:00Z", {"2026-05-04T10:00:00Z"}},
        {"cron(0 10 ? * 6L *)", "2026-03-01T00:00:00Z", {"2026-03-27T10:00:00Z"}},
        {"cron(0 10 ? * 3#2 *)", "2026-03-01T00:00:00Z", {"2026-03-10T10:00:00Z"}},
        {"cron(0 10 ? * L *)", "2026-03-01T00:00:00Z", {"2026-03-07T10:00:00Z"}},
        {"cron(15 10 ? * 6L 2019-2022)", "2026-03-01T00:00:00Z", {}},
        {"cron(0 0 31 2 ? *)", "2026-03-01T00:00:00Z", {}},
    };
    for (const auto& [text, from, expected] : rows) {
      CAPTURE(text);
      const int count = expected.empty() ? 1 : static_cast<int>(expected.size());
      CHECK(times(text, from, count) == expected);
    }
  }

  TEST_CASE("a cron time that clocks jump over is skipped, one that they repeat comes once") {
    CHECK(times("cron(30 2 * * ? *)", "2026-03-07T00:00:00Z", 2, "America/Los_Angeles") ==
          Times{"2026-03-07T10:30:00Z", "2026-03-09T09:30:00Z"});
    CHECK(times("cron(30 1 * * ? *)", "2026-10-31T12:00:00Z", 2, "America/New_York") ==
          Times{"2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"});
    CHECK(times("cron(0/30 * * * ? *)", "2026-11-01T05:15:00Z", 3, "America/New_York") ==
          Times{"2026-11-01T05:30:00Z", "2026-11-01T07:00:00Z", "2026-11-01T07:30:00Z"});
    CHECK(times("cron(0 9 * * ? *)", "2026-03-28T00:00:00Z", 2, "Europe/Berlin") ==
          Times{"2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"});
  }

  TEST_CASE("a rate counts from its anchor; a day has 24 hours whatever clocks do") {
    CHECK(times("rate(1 day)", "2026-03-28T08:00:00Z", 2, "Europe/Berlin") ==
          Times{"2026-03-29T08:00:00Z", "2026-03-30T08:00:00Z"});
    const Expression hourly = parse("rate(1 hour)").value();
    CHECK(next_time(hourly, {}, instant("2026-01-02"), instant("2026-01-01")) ==
          instant("2026-01-02"));
  }

  TEST_CASE("a one-time schedule is told by a zone's clock and comes once") {
    CHECK(times("at(2026-07-01T09:00:00)", "2026-01-01T00:00:00Z", 2, "Europe/Berlin") ==
          Times{"2026-07-01T07:00:00Z"});
    CHECK(times("at(2025-07-01T09:00:00)", "2026-01-01T00:00:00Z", 1).empty());
  }

  TEST_CASE("Unix cron: five fields; a day of the month or of the week is enough where both say") {
    const auto next = [](std::string_view text, std::string_view after) {
      const auto cron = parse_unix_cron(text);
      REQUIRE(cron);
      return cron->next_after(instant(after)).value();
    };
    // 2026-03-02 is a Monday.
    CHECK(next("30 8 * * 1-5", "2026-03-06T09:00:00Z") == instant("2026-03-09T08:30:00Z"));
    CHECK(next("30  8 * * MON-FRI", "2026-03-06T09:00:00Z") == instant("2026-03-09T08:30:00Z"));
    CHECK(next("0 0 * * 7", "2026-03-02T00:00:00Z") == instant("2026-03-08T00:00:00Z"));
    CHECK(next("0 0 * * 0", "2026-03-02T00:00:00Z") == instant("2026-03-08T00:00:00Z"));
    CHECK(next("0 0 1 1,6,12 *", "2026-03-02T00:00:00Z") == instant("2026-06-01T00:00:00Z"));
    CHECK(next("0 0 13 * 5", "2026-03-02T00:00:00Z") == instant("2026-03-06T00:00:00Z"));
    CHECK(next("0 0 4 * 5", "2026-03-02T00:00:00Z") == instant("2026-03-04T00:00:00Z"));
    CHECK(next("*/15 * * * *", "2026-03-02T00:00:00Z") == instant("2026-03-02T00:15:00Z"));
    for (const char* wrong : {"", "* * * *", "* * * * * *", "60 * * * *", "* * * * 8", "* * L * *",
                              "* * ? * *", "* * 5-2 * *", "a b c d e"}) {
      CAPTURE(wrong);
      CHECK_FALSE(parse_unix_cron(wrong));
    }
  }

  TEST_CASE("the ends of simulated time are no trouble") {
    const Expression every = parse("cron(* * * * ? *)").value();
    const TimeZone berlin = TimeZone::find("Europe/Berlin").value();
    CHECK_FALSE(next_time(every, berlin, {}, SimTime::max()));
    CHECK(next_time(every, berlin, {}, SimTime::min() + 48h).has_value());
    CHECK_FALSE(next_time(parse("rate(1 day)").value(), berlin, {}, SimTime::max()));
  }
}

}  // namespace opsim::schedule
