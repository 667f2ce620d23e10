#include "opsim/kernel/duration.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace opsim;

TEST_SUITE("kernel: duration") {
  TEST_CASE("what people write") {
    struct Row {
      std::string_view text;
      Duration expected;
    };
    constexpr Row rows[] = {
        {"90s", 90s},          {"1.5 s", 1500ms},
        {"5min", 5min},        {"2h 30min", 150min},
        {"2h30min", 150min},   {"1 min 30 s", 90s},
        {"3 d", 72h},          {"1w", 168h},
        {"250ms", 250ms},      {"10us", 10us},
        {"7ns", 7ns},          {"0s", 0s},
        {"5m", 5min},          {" 5 s ", 5s},
        {"0.1 ms", 100us},     {"1.0000000005 s", 1s + 1ns},
        {"0.5d 0.5h", 750min}, {"106751 d", 24h * 106751},
    };
    for (const auto& [text, expected] : rows) {
      CAPTURE(std::string{text});
      CHECK(parse_duration(text) == expected);
    }
  }

  TEST_CASE("what is not a duration") {
    for (const std::string_view text : {"",
                                        " ",
                                        "5",
                                        "s",
                                        "5 parsecs",
                                        "5 S",

                                        "-5s",
                                        "+5s",
                                        "1e3 s",
                                        "1..5s",
                                        ".5s",
                                        "5.s",
                                        "5s 2h",
                                        "5s 5s",
                                        "5 s,",
                                        "1,5 s",
                                        "s5",
                                        "5s5",
                                        "five s",
                                        "106752 d",
                                        "99999999999999999999s",
                                        "1000000000000 w",
                                        "5\ts",
                                        "0x5s",
                                        "nan s",
                                        "infs"}) {
      CAPTURE(std::string{text});
      CHECK(parse_duration(text) == std::nullopt);
    }
  }

  TEST_CASE("ISO 8601 durations") {
    struct Row {
      std::string_view text;
      Duration expected;
    };
    constexpr Row rows[] = {
        {"PT15M", 15min},  {"P1D", 24h}, {"P1DT12H", 36h}, {"PT0.5S", 500ms}, {"PT1H30M5S", 5405s},
        {"P2W", 24h * 14}, {"PT0S", 0s}, {"PT36H", 36h},   {"PT1.5H", 90min},
    };
    for (const auto& [text, expected] : rows) {
      CAPTURE(std::string{text});
      CHECK(parse_iso8601_duration(text) == expected);
    }
    for (const std::string_view text :
         {"",         "P",     "PT",    "15M",    "P15M",
          "P1Y",      "P1M",   "PT15",  "PT5M1H", "P1DT",
          "PT1.5H5M", "-PT5M", "PT-5M", "pt5m",   "PT5m",
          "PTT5M",    "P1H",   "PT1D",  "PT5M ",  "PT99999999999999999999S"}) {
      CAPTURE(std::string{text});
      CHECK(parse_iso8601_duration(text) == std::nullopt);
    }
  }

  TEST_CASE("as people say it") {
    struct Row {
      Duration duration;
      std::string_view text;
    };
    constexpr Row rows[] = {
        {0s, "0 s"},
        {161s, "2 min 41 s"},
        {37s, "37 s"},
        {1400us, "1.4 ms"},
        {6h, "6 h"},
        {31min, "31 min"},
        {24h, "1 d"},
        {74h, "3 d 2 h"},
        {90min, "1 h 30 min"},
        {3h + 7min + 29s, "3 h 7 min"},
        {3h + 7min + 30s, "3 h 8 min"},
        {59s + 600ms, "1 min"},
        {59min + 59s + 600ms, "1 h"},
        {23h + 59min + 40s, "1 d"},
        {1500ms, "1.5 s"},
        {9960ms, "10 s"},
        {12400ms, "12 s"},
        {999'999us, "1 s"},
        {250ms, "250 ms"},
        {7ns, "7 ns"},
        {1250ns, "1.3 us"},
        {999'960ns, "1 ms"},
        {-161s, "-2 min 41 s"},
        {24h * 400, "400 d"},
    };
    for (const auto& [duration, text] : rows) CHECK(human(duration) == text);
    CHECK(human(Duration::max()) == "106752 d");
    CHECK(human(Duration::min()) == "-106752 d");
  }

  TEST_CASE("as a clock shows it") {
    CHECK(clock_text(0s) == "0:00:00");
    CHECK(clock_text(2h + 51min) == "2:51:00");
    CHECK(clock_text(59s + 999ms) == "0:00:59");
    CHECK(clock_text(75h + 3s) == "75:00:03");
    CHECK(clock_text(100h - 1s) == "99:59:59");
    CHECK(clock_text(100h) == "4d 4:00:00");  // from here on nobody counts in hours
    CHECK(clock_text(-101h) == "-4d 5:00:00");
    CHECK(clock_text(-90s) == "-0:01:30");
  }
}
