// Alerting on error budgets, against the tables of the SRE Workbook.
#include "sim/goals/burn_rate.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace opsim::tests {
namespace {

constexpr double kMinutes = 60;
constexpr double kHours = 3600;
constexpr double kDays = 86'400;
const ServiceLevel kThreeNines{};

ErrorHistory errors_for(double errors, double seconds) {
  ErrorHistory history;
  history.set(0, errors);
  history.set(seconds, 0);
  return history;
}

TEST_SUITE("goals: burn rates") {
  TEST_CASE("V14a target error rate over ten minutes") {
    const BurnAlert alert{.burn = 1, .windows = {10 * kMinutes}};
    CHECK(*fires_after(alert, kThreeNines, 1) == doctest::Approx(.6));
    // A firing costs ten minutes at the target's rate: 144 a day stay within the objective.
    CHECK(10 * kMinutes / kThreeNines.window == doctest::Approx(10.0 / 43'200));
    CHECK(kDays / (10 * kMinutes) == 144);
  }

  TEST_CASE("V14b increased alert window") {
    const BurnAlert alert{.burn = 1, .windows = {36 * kHours}};
    CHECK(*fires_after(alert, kThreeNines, 1) == doctest::Approx(129.6));
    const auto fired = firings(alert, kThreeNines, errors_for(1, 130), 40 * kHours);
    REQUIRE(fired.size() == 1);
    CHECK(fired[0].first == doctest::Approx(129.6));
    CHECK(fired[0].second == doctest::Approx(36 * kHours).epsilon(1e-4));
  }

  TEST_CASE("V14c incrementing alert duration") {
    const BurnAlert alert{.burn = 1, .windows = {kMinutes}, .lasting = kHours};
    for (const double errors : {1.0, .002}) {
      const auto fired = firings(alert, kThreeNines, errors_for(errors, 3 * kHours), 4 * kHours);
      REQUIRE(fired.size() == 1);
      CHECK(fired[0].first >= kHours);
      CHECK(fired[0].first < kHours + kMinutes);
    }
    CHECK(kHours / (kThreeNines.budget() * kThreeNines.window) == doctest::Approx(60 / 43.2));
    ErrorHistory spikes;
    for (int i = 0; i < 144; ++i) {
      spikes.set(i * 10 * kMinutes, 1);
      spikes.set(i * 10 * kMinutes + 5 * kMinutes, 0);
    }
    CHECK(firings(alert, kThreeNines, spikes, kDays).empty());
  }

  TEST_CASE("V14d alert on burn rate") {
    const BurnAlert alert{.burn = 36, .windows = {kHours}};
    const auto fired = firings(alert, kThreeNines, errors_for(1, 129.7), 3 * kHours);
    REQUIRE(fired.size() == 1);
    CHECK(fired[0].first == doctest::Approx(129.6));
    CHECK((fired[0].second - fired[0].first) / kMinutes == doctest::Approx(57.84).epsilon(1e-4));
    CHECK_FALSE(fires_after(alert, kThreeNines, .035));
    CHECK(kThreeNines.lasts(35) / kHours == doctest::Approx(20.57).epsilon(1e-3));
  }

  TEST_CASE("V14e burn rates and time to exhaustion") {
    CHECK(kThreeNines.lasts(1) == doctest::Approx(30 * kDays));
    CHECK(kThreeNines.lasts(2) == doctest::Approx(15 * kDays));
    CHECK(kThreeNines.lasts(10) == doctest::Approx(3 * kDays));
    CHECK(kThreeNines.lasts(1000) / kMinutes == doctest::Approx(43.2));
    CHECK(kThreeNines.burn_rate(.01) == doctest::Approx(10));
  }

  TEST_CASE("V14f recommended burn rates") {
    CHECK(kThreeNines.burn_that_spends(.02, kHours) == doctest::Approx(14.4));
    CHECK(kThreeNines.burn_that_spends(.05, 6 * kHours) == doctest::Approx(6));
    CHECK(kThreeNines.burn_that_spends(.10, 3 * kDays) == doctest::Approx(1));
  }

  TEST_CASE("V14g multiwindow: a short window ends the alert soon") {
    const ErrorHistory history = errors_for(.15, 10 * kMinutes);
    const auto at = [&](std::vector<double> windows) {
      const auto fired =
          firings({.burn = 14.4, .windows = std::move(windows)}, kThreeNines, history, 2 * kHours);
      REQUIRE(fired.size() == 1);
      return std::pair{fired[0].first / kMinutes, fired[0].second / kMinutes};
    };
    CHECK(at({kHours, 5 * kMinutes}).first == doctest::Approx(5.76));
    CHECK(at({kHours, 5 * kMinutes}).second == doctest::Approx(14.52));
    CHECK(at({kHours}).second == doctest::Approx(64.24));
    CHECK(at({5 * kMinutes}).first == doctest::Approx(.48));
  }

  TEST_CASE("V14h time to fire") {
    struct Row {
      double burn, window;
      double minutes[5];
    };
    constexpr Row rows[] = {{14.4, kHours, {.86, 1.73, 8.64, 17.3, 43.2}},
                            {6, 6 * kHours, {2.16, 4.32, 21.6, 43.2, 108}},
                            {1, 3 * kDays, {4.32, 8.64, 43.2, 86.4, 216}}};
    constexpr double errors[] = {1, .5, .1, .05, .02};
    for (const Row& row : rows)
      for (std::size_t i = 0; i < 5; ++i) {
        const BurnAlert alert{.burn = row.burn, .windows = {row.window}};
        const double after = *fires_after(alert, kThreeNines, errors[i]);
        CHECK(after / kMinutes == doctest::Approx(row.minutes[i]).epsilon(5e-3));
        const auto fired = firings(alert, kThreeNines, errors_for(errors[i], kDays), 2 * kDays);
        REQUIRE_FALSE(fired.empty());
        CHECK(fired[0].first == doctest::Approx(after));
      }
  }

  TEST_CASE("V14i three rules fire for a tenth of the budget in five minutes") {
    const double errors = .1 * kThreeNines.budget() * kThreeNines.window / (5 * kMinutes);
    const BurnAlert rules[] = {{.burn = 14.4, .windows = {kHours, 5 * kMinutes}},
                               {.burn = 6, .windows = {6 * kHours, 30 * kMinutes}},
                               {.burn = 1, .windows = {3 * kDays, 6 * kHours}}};
    std::size_t notifications = 0;
    for (const BurnAlert& rule : rules)
      notifications +=
          firings(rule, kThreeNines, errors_for(errors, 5 * kMinutes + 1), kDays).size();
    CHECK(notifications == 3);
  }

  TEST_CASE("V15 low traffic: one failure of ten requests an hour") {
    CHECK(kThreeNines.burn_rate(1) == doctest::Approx(1000));  // while it is all there is
    const double requests = 10 * 24 * 30;
    CHECK(kThreeNines.spent_by(1, requests) == doctest::Approx(.1389).epsilon(1e-3));
    CHECK(std::floor(requests * kThreeNines.budget()) == 7);
  }

  TEST_CASE("V16 extreme objectives") {
    const ServiceLevel low{.target = .9};
    const double burn = low.burn_that_spends(.02, kHours);
    CHECK_FALSE(fires_after({.burn = burn, .windows = {kHours}}, low, 1));
    CHECK(kHours / (low.budget() * low.window) == doctest::Approx(.01389).epsilon(1e-3));
    const ServiceLevel high{.target = .99999};
    CHECK(high.budget() * high.window == doctest::Approx(25.92));
    CHECK(high.budget() * high.window / .01 / kMinutes == doctest::Approx(43.2));
  }
}

}  // namespace
}  // namespace opsim::tests
