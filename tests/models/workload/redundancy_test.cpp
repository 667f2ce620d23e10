// Availability arithmetic as the Reliability Pillar and the Builders' Library print it.
#include "models/workload/redundancy.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace opsim::tests {
namespace {

using namespace workload;

TEST_SUITE("workload: redundancy") {
  TEST_CASE("V29 Serial dependencies") {
    const double three[] = {.9999, .9999, .9999};
    CHECK(std::abs(in_series(three) - .9997) < 5e-8);
    // As printed, of a year of 365.25 days: 52 min 37 s and 2 h 37 m 47 s.
    CHECK(std::abs(downtime_a_year(.9999) / 60 - 52.56) < 1e-6);
    CHECK(std::abs(downtime_a_year(in_series(three)) / 60 - 157.7) < .05);
    CHECK(std::abs(from_failures(150 * 24, 1) - .99972) < 5e-6);
    struct Row {
      double availability;
      double minutes;
    };
    constexpr Row rows[] = {{.99, 3 * 1440 + 15 * 60},
                            {.999, 8 * 60 + 45},
                            {.9995, 4 * 60 + 22},
                            {.9999, 52},
                            {.99999, 5}};
    for (const auto& [availability, minutes] : rows) {
      CAPTURE(availability);
      const double exact = downtime_a_year(availability) / 60;
      CHECK(exact >= minutes);
      CHECK(exact < minutes + (availability == .99 ? 60 : 1));
    }
    const double two[] = {.999, .999};
    CHECK(std::abs(in_parallel(two) - .999999) < 1e-12);
  }

  TEST_CASE("V33 EBS failure rate: the documented maximum is a mean") {
    CHECK(1000 * .002 == doctest::Approx(2));
    CHECK(std::abs(at_most(0, 1000, .002) - .135) < 5e-4);
    CHECK(std::abs(at_most(5, 1000, .002) - .984) < 1e-3);
    CHECK(at_most(4, 1000, .002) - at_most(3, 1000, .002) > .08);  // a year with four is ordinary
    CHECK(100'000 * .00001 == doctest::Approx(1));                 // io2
  }

  TEST_CASE("V31 Shuffle sharding") {
    CHECK(1.0 / (8.0 / 2) == .25);  // four fixed shards of two
    CHECK(shards(8, 2) == 28);
    CHECK(.25 / (1 / shards(8, 2)) == doctest::Approx(7));
    CHECK(std::abs(overlap(8, 2, 0) - .5357) < 5e-5);
    CHECK(std::abs(overlap(8, 2, 1) - .4286) < 5e-5);
    CHECK(std::abs(overlap(8, 2, 2) - .0357) < 5e-5);
    CHECK(std::round(shards(2048, 4)) == 730'862'190'080);
  }
}

}  // namespace
}  // namespace opsim::tests
