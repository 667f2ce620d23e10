// What many runs say of one number.
#include "opsim/study/statistics.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace opsim {
namespace {

using Values = std::vector<std::optional<double>>;

TEST_SUITE("study: statistics") {
  TEST_CASE("a percentile is a run that was played: nearest rank, the first among equals") {
    const Values values = {30.0, std::nullopt, 10.0, 20.0, 20.0};
    CHECK(run_at_percentile(values, 0.25) == 2);
    CHECK(run_at_percentile(values, 0.5) == 3);
    CHECK(run_at_percentile(values, 0.75) == 3);
    CHECK(run_at_percentile(values, 1) == 0);
    CHECK(run_at_percentile(values, 0) == 2);
    CHECK(run_at_percentile(Values{std::nullopt}, 0.5) == std::nullopt);
  }

  TEST_CASE("the 99.9th of a thousand is the 999th, though 0.999 is no exact fraction") {
    Values values;
    for (int i = 1; i <= 1000; ++i) values.emplace_back(i);
    CHECK(run_at_percentile(values, 0.999) == 998);
  }

  // Gosset's own: the sleep of ten patients under two drugs (Student 1908, Biometrika 6, p. 20):
  // mean difference 1.58, standard error 0.389, t(9) = 2.262 at 95 %.
  TEST_CASE("the paired difference of Student's sleep data") {
    const Values first = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
    const Values second = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    const PairedDifference found = paired_difference(first, second);
    CHECK(found.pairs == 10);
    CHECK(found.equal == 1);
    CHECK(std::abs(found.mean - 1.58) < 1e-9);
    CHECK(std::abs(found.low - 0.7001) < 0.0005);
    CHECK(std::abs(found.high - 2.4599) < 0.0005);
  }

  TEST_CASE("only seeds on which both were measured are pairs; one pair has no interval") {
    const PairedDifference found =
        paired_difference(Values{1.0, std::nullopt, 5.0}, Values{3.0, 4.0, std::nullopt});
    CHECK(found.pairs == 1);
    CHECK(found.mean == 2);
    CHECK(std::isinf(found.high));
    CHECK(paired_difference(Values{std::nullopt}, Values{1.0}).pairs == 0);
  }

  TEST_CASE("two regimes are told where runs lie far apart, and an outlier is none") {
    Values values;
    for (int i = 0; i < 96; ++i) values.emplace_back(150 + i % 20);
    for (int i = 0; i < 4; ++i) values.emplace_back(1800 + i);
    const std::optional<Regimes> found = regimes(values);
    REQUIRE(found);
    CHECK(found->low_runs == 96);
    CHECK(found->high_runs == 4);
    CHECK(found->high_median == 1801);
    values.resize(97);  // one run of the slow kind
    CHECK_FALSE(regimes(values));
    CHECK_FALSE(regimes(Values{1.0, 1.0, 2.0, 2.0}));  // neighbours: one page or two
    CHECK_FALSE(regimes(Values{0.0, 0.0, 5.0, 5.0}));  // no factor lies above nothing
  }
}

}  // namespace
}  // namespace opsim
