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

  // "Availability and Beyond", "Availability with redundancy": two subsystems of 99 % make 99.99 %;
  // with 99.5 % and two spares 99.9999875 %, 3.94 s a year; with ten spares more than 25 nines.
  TEST_CASE("spares: a whole fails when one more fails than there are spares") {
    const double two[] = {.99, .99};
    CHECK(std::abs(in_parallel(two) - .9999) < 1e-12);
    CHECK(down_with_spares(.99, 2, 1) == doctest::Approx(1e-4));
    const double three = down_with_spares(.995, 3, 2);
    CHECK(std::abs(three - 1.25e-7) < 1e-12);
    CHECK(std::abs(three * 365 * 86'400 - 3.94) < .005);
    CHECK(down_with_spares(.995, 11, 10) < 1e-25);
    CHECK(down_with_spares(.995, 11, 10) > 1e-26);
    // "At three spares and beyond, the result is fractions of a second": down a year.
    CHECK(down_with_spares(.995, 4, 3) * 365 * 86'400 < 1);
    // Ten of twelve needed: C(12, 3) ways to lose three dominate, as equation 7 approximates.
    CHECK(down_with_spares(.999, 12, 2) == doctest::Approx(220 * 1e-9).epsilon(.01));
    // The same of four or more, each by itself: 1 less the chance that at most two fail.
    CHECK(down_with_spares(.9, 12, 2) == doctest::Approx(1 - at_most(2, 12, .1)));
  }

  // The same page: ten instances needed at peak; a zone more is a spare, whatever its instances.
  TEST_CASE("three zones of five carry what two zones of ten do, with fifteen instead of twenty") {
    for (const auto& [zones, each] : {std::pair{2, 10}, {3, 5}}) CHECK((zones - 1) * each == 10);
    CHECK(down_with_spares(.999, 3, 1) < 3.01 * down_with_spares(.999, 2, 1));
  }

  // S3 User Guide, "Data durability": "if you store 10,000,000 objects with Amazon S3, you can on
  // average expect to incur a loss of a single object once every 10,000 years".
  TEST_CASE("eleven nines of durability") {
    CHECK(1 / (1e7 * 1e-11) == doctest::Approx(10'000));
    CHECK(at_most(0, 10'000'000, 1e-11) == doctest::Approx(std::exp(-1e-4)));
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
