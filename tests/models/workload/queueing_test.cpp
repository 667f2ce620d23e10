// Queues in a steady state, against published tables and every request played by itself.
#include "models/workload/queueing.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/workload/request_queue.hpp"

namespace opsim::tests {
namespace {

using workload::erlang_b;
using workload::erlang_c;
using workload::Spread;
using workload::Station;
using workload::steady_state;
using workload::SteadyState;

doctest::Approx near(double value, double within) { return doctest::Approx(value).epsilon(within); }

TEST_SUITE("workload: quantile curves") {
  TEST_CASE("a quantile that is read off a curve is the quantile") {
    workload::QuantileCurves curves;
    for (const double variance : {3.0, 1.0, .4, .03, 1e-3})
      for (const double p : {.1, .5, .9, .99, .999})
        for (const double mean : {.02, 1.7}) {
          const workload::Spread spread{mean, variance * mean * mean};
          CAPTURE(variance);
          CAPTURE(p);
          CHECK(curves.quantile(spread, p) == doctest::Approx(spread.quantile(p)).epsilon(1e-6));
        }
  }
  // Chernoff's bound cuts off tails that nobody sees, no others.
  TEST_CASE("what is cut off is nothing") {
    const workload::Spread spread{.02, .0004};  // exponential
    CHECK(spread.above(.4) == doctest::Approx(std::exp(-20.0)));
    CHECK(spread.above(2) == 0);
  }
}

TEST_SUITE("workload: queues") {
  TEST_CASE("V01 M/M/c table") {
    struct Row {
      double arrivals;
      int servers;
      double load, waits, wait, sojourn, waiting, present;
    };
    constexpr Row rows[] = {
        {0.8, 1, .8, .800000, 4.000000, 5.000000, 3.200000, 4.000000},
        {0.9, 1, .9, .900000, 9.000000, 10.000000, 8.100000, 9.000000},
        {1.6, 2, .8, .711111, 1.777778, 2.777778, 2.844444, 4.444444},
        {2, 3, .667, .444444, .444444, 1.444444, .888889, 2.888889},
        {4, 5, .8, .554113, .554113, 1.554113, 2.216450, 6.216450},
        {9, 10, .9, .668732, .668732, 1.668732, 6.018584, 15.018584},
        {90, 100, .9, .216940, .021694, 1.021694, 1.952464, 91.952464},
    };
    for (const Row& row : rows) {
      CAPTURE(row.servers);
      const SteadyState state = steady_state({.arrivals = row.arrivals, .servers = row.servers});
      CHECK(std::abs(state.utilisation - row.load) < 5e-4);
      CHECK(std::abs(state.waits - row.waits) < 5.1e-7);
      CHECK(std::abs(state.wait - row.wait) < 5.1e-7);
      CHECK(std::abs(state.sojourn - row.sojourn) < 5.1e-7);
      CHECK(std::abs(state.waiting - row.waiting) < 5.1e-7);
      CHECK(std::abs(state.present - row.present) < 5.1e-7);
      CHECK(state.present == near(row.arrivals * state.sojourn, 1e-12));  // Little
    }
  }

  TEST_CASE("V01 M/M/1 percentiles of the sojourn at a load of 0.8") {
    const Spread sojourn = workload::sojourn_of({.arrivals = 0.8});
    CHECK(std::abs(sojourn.quantile(.5) - 3.466) < 5e-4);
    CHECK(std::abs(sojourn.quantile(.95) - 14.979) < 5e-4);
    CHECK(std::abs(sojourn.quantile(.99) - 23.026) < 5e-4);
    CHECK(sojourn.above(23.026) == near(.01, 1e-4));
  }

  TEST_CASE("V01 M/M/c request by request: 20 runs hold the closed form in their 99 % interval") {
    constexpr Station stations[] = {{.arrivals = 0.8, .servers = 1}, {.arrivals = 4, .servers = 5}};
    for (const Station& station : stations) {
      CAPTURE(station.servers);
      std::vector<double> waits;
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const QueueRun run = run_queue(
            station.arrivals, station.servers, 20'000,
            [](Stream& luck) { return exponential(luck, 1); }, Stream{Seed{seed}, "V01"});
        // Little's law holds in each run, up to who is there at its ends.
        CHECK(run.mean_waiting == near(run.arrivals * run.mean_wait, 1e-9));
        waits.push_back(run.mean_wait);
      }
      CHECK(estimate_of(waits).holds(steady_state(station).wait));
    }
  }

  TEST_CASE("V02 Erlang C, call centre") {
    const Station centre{.arrivals = 360.0 / 1800, .service = 240, .servers = 55};
    const SteadyState state = steady_state(centre);
    CHECK(centre.arrivals * centre.service == near(48, 1e-12));
    CHECK(std::abs(state.utilisation - .8727) < 5e-5);
    CHECK(std::abs(state.waits - .2387) < 5e-5);
    CHECK(std::abs(state.wait - 8.18) < 5e-3);
    CHECK(std::abs(1 - workload::waits_longer(centre, 15) - .8459) < 5e-5);
  }

  TEST_CASE("V04 Erlang B: what a concurrency limit rejects") {
    CHECK(std::abs(erlang_b(10, 14) - .0568) < 5e-5);
    CHECK(std::abs(erlang_b(8, 10) - .1217) < 5.1e-5);
    CHECK(std::abs(erlang_b(90, 100) - .0270) < 5.1e-5);
    CHECK(erlang_b(5, 0) == 1);
    CHECK(erlang_b(0, 5) == 0);
  }

  TEST_CASE("beyond 2,000 servers the approximation goes on where the sum ends") {
    for (const double load : {.95, .98, .995}) {
      CAPTURE(load);
      CHECK(erlang_c(2001 * load, 2001) == near(erlang_c(2000 * load, 2000), .03));
      CHECK(std::abs(erlang_b(2001 * load, 2001) - erlang_b(2000 * load, 2000)) < 1e-3);
    }
    CHECK(erlang_b(2e6, 100'000) == near(.95, 1e-3));
  }

  TEST_CASE("V05 Pollaczek-Khinchine") {
    CHECK(steady_state({.arrivals = .8, .service_cv2 = 0}).wait == near(2, 1e-12));
    CHECK(steady_state({.arrivals = .8, .service_cv2 = 1}).wait == near(4, 1e-12));
    CHECK(steady_state({.arrivals = .8, .service_cv2 = 4}).wait == near(10, 1e-12));
  }

  TEST_CASE("V05 rare slow jobs cost ten times the wait") {
    const Spread usual{.1, .1 * .1};
    const Spread slow{10, 10 * 10};
    const Spread service = workload::mixed(.999, usual, slow);
    CHECK(service.mean == near(.1099, 1e-9));
    const double cv2 = service.variance / (service.mean * service.mean);
    const SteadyState bimodal =
        steady_state({.arrivals = .8 / service.mean, .service = service.mean, .service_cv2 = cv2});
    CHECK(std::abs(bimodal.wait - 4.003) < 5e-4);
    CHECK(steady_state({.arrivals = 8, .service = .1}).wait == near(.4, 1e-9));
  }

  TEST_CASE("V05 rare slow jobs, request by request") {
    std::vector<double> waits;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
      waits.push_back(run_queue(
                          .8 / .1099, 1, 100'000,
                          [](Stream& luck) {
                            const bool slow = luck.chance(.001);
                            return exponential(luck, slow ? 10 : .1);
                          },
                          Stream{Seed{seed}, "V05"})
                          .mean_wait);
    CHECK(estimate_of(waits).holds(4.003));
  }

  TEST_CASE("a server that cannot keep up has no steady state") {
    const SteadyState state = steady_state({.arrivals = 3, .servers = 2});
    CHECK(state.utilisation == 1.5);
    CHECK(std::isinf(state.wait));
    CHECK(steady_state({.arrivals = 1, .servers = 0}).utilisation > 1e300);
    CHECK(steady_state({.arrivals = 0, .service = 3}).sojourn == 3);
  }
}

}  // namespace
}  // namespace opsim::tests
