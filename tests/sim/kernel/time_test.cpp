#include "opsim/kernel/time.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace opsim;

namespace {
constexpr SimTime at(int year, unsigned month, unsigned day, Duration time = 0s) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) /
                               static_cast<int>(day)} +
         time;
}
}  // namespace

TEST_SUITE("kernel: time") {
  TEST_CASE("ISO 8601: written with a fraction only where there is one") {
    CHECK(iso8601(at(2026, 3, 2, 9h)) == "2026-03-02T09:00:00Z");
    CHECK(iso8601(at(2026, 3, 2, 9h + 123ms)) == "2026-03-02T09:00:00.123Z");
    CHECK(iso8601(at(2026, 3, 2, 9h + 1us)) == "2026-03-02T09:00:00.000001Z");
    CHECK(iso8601(at(2026, 3, 2, 9h + 1ns)) == "2026-03-02T09:00:00.000000001Z");
    CHECK(iso8601(at(1969, 12, 31, 23h + 500ms)) == "1969-12-31T23:00:00.500Z");
    CHECK(iso8601(SimTime{}) == "1970-01-01T00:00:00Z");
    CHECK(iso8601(SimTime::max()) == "2262-04-11T23:47:16.854775807Z");
    CHECK(iso8601(SimTime::min()) == "1677-09-21T00:12:43.145224192Z");
  }

  TEST_CASE("ISO 8601: read") {
    struct Row {
      std::string_view text;
      SimTime expected;
    };
    constexpr Row rows[] = {
        {"2026-03-02", at(2026, 3, 2)},
        {"2026-03-02T09:00", at(2026, 3, 2, 9h)},
        {"2026-03-02T09:00:00Z", at(2026, 3, 2, 9h)},
        {"2026-03-02T09:00:00", at(2026, 3, 2, 9h)},
        {"2026-03-02T09:00:00.25Z", at(2026, 3, 2, 9h + 250ms)},
        {"2026-03-02T09:00:00.123456789Z", at(2026, 3, 2, 9h + 123456789ns)},
        {"2026-03-02T09:00:00+01:00", at(2026, 3, 2, 8h)},
        {"2026-03-02T09:00:00-0530", at(2026, 3, 2, 14h + 30min)},
        {"2024-02-29T00:00:00Z", at(2024, 2, 29)},
        {"1999-12-31T23:59:59Z", at(1999, 12, 31, 24h - 1s)},
    };
    for (const auto& [text, expected] : rows) {
      CAPTURE(std::string{text});
      CHECK(parse_iso8601(text) == expected);
    }
  }

  TEST_CASE("ISO 8601: what it is not") {
    for (const std::string_view text : {"",
                                        "2026",
                                        "2026-3-2",
                                        "2026-13-01",
                                        "2026-02-29",
                                        "2026-03-32",
                                        "2026-03-02T",
                                        "2026-03-02T9:00",
                                        "2026-03-02T24:00",
                                        "2026-03-02T09:60",
                                        "2026-03-02T09:00:60Z",
                                        "2026-03-02T09:00:00.",
                                        "2026-03-02T09:00:00.Z",
                                        "2026-03-02T09:00:00.1234567890Z",
                                        "2026-03-02T09:00:00ZZ",
                                        "2026-03-02T09:00:00+1",
                                        "2026-03-02T09:00:00+25:00",
                                        "2026-03-02 09:00:00",
                                        " 2026-03-02",
                                        "2026-03-02 ",
                                        "1600-01-01",
                                        "2262-01-01",
                                        "20260302",
                                        "2026-03-02T09:00:00+01:00x",
                                        "2026/03/02",
                                        "+2026-03-02"}) {
      CAPTURE(std::string{text});
      CHECK(parse_iso8601(text) == std::nullopt);
    }
  }
}
