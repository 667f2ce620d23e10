#include "opsim/document/quantity.hpp"

#include <doctest/doctest.h>

using namespace opsim;

TEST_SUITE("document: quantities") {
  TEST_CASE("percentages") {
    CHECK(parse_percent("60 %") == 60.0);
    CHECK(parse_percent("60%") == 60.0);
    CHECK(parse_percent("99.95 %") == 99.95);
    CHECK(parse_percent("-5 %") == -5.0);
    for (const std::string_view bad :
         {"60", "60 pc", "%", "", "6 0 %", "60 %%", "1e2 %", "60 %/h"}) {
      CAPTURE(bad);
      CHECK_FALSE(parse_percent(bad));
    }
  }

  TEST_CASE("amounts with a unit") {
    CHECK(parse_quantity("2 GB") == Quantity{2, "GB"});
    CHECK(parse_quantity(" 1.5GiB ") == Quantity{1.5, "GiB"});
    CHECK(parse_quantity("40") == Quantity{40, ""});
    CHECK(parse_quantity("8 %") == Quantity{8, "%"});
    for (const std::string_view bad :
         {"", "GB", "2 G B", "2/GB", "1.", ".5 GB", "inf", "nan", "--1", "2 GB3"}) {
      CAPTURE(bad);
      CHECK_FALSE(parse_quantity(bad));
    }
  }

  TEST_CASE("rates") {
    CHECK(parse_rate("8 %/h") == Rate{8, "%", 1h});
    CHECK(parse_rate("40/s") == Rate{40, "", 1s});
    CHECK(parse_rate("2 GB / d") == Rate{2, "GB", 24h});
    CHECK(parse_rate("3 per 5min") == Rate{3, "", 5min});
    CHECK(parse_rate("0.5 requests per min") == Rate{0.5, "requests", 1min});
    CHECK(parse_rate("600/min")->per_second() == 10.0);
    for (const std::string_view bad :
         {"", "40", "40/", "/s", "40/x", "40/0s", "40/s/s", "x/s", "40 per"}) {
      CAPTURE(bad);
      CHECK_FALSE(parse_rate(bad));
    }
  }
}
