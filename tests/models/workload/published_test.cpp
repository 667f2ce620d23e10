// Published results, played through the workload of a world: not the formulas, what a scenario
// says.
#include <cmath>

#include "tests/models/workload/shop_world.hpp"

namespace opsim::tests {

namespace {

doctest::Approx about(double value, double within) {
  return doctest::Approx(value).epsilon(within);
}

/// One component with what it is asked; its flow after a minute.
workload::Flow played(const std::string& settings) {
  ShopWorld world{fmt::format("Storefront: {{ {} }}\n", settings), 1};
  world.run_for(10min);
  return world.storefront();
}

/// Mean sojourn of a closed loop of one exponential server, state by state: the machine repairman.
double repairman(int clients, double thinks, double service) {
  double present = 0;
  double sojourn = 0;
  for (int n = 1; n <= clients; ++n) {
    sojourn = service * (1 + present);
    present = n / (thinks + sojourn) * sojourn;
  }
  return sojourn;
}

}  // namespace

TEST_SUITE("workload: published results, played") {
  // M. Brooker, "Surprising Economics of Load-Balanced Systems" (brooker.co.za, 2020-08-06): at a
  // load of 0.8 of each server, more servers behind one queue answer faster; nearly as fast as when
  // alone. Erlang C gives the mean sojourns.
  TEST_CASE("more servers at the same load wait less") {
    for (const auto& [servers, sojourn] :
         {std::pair{1, 5.0}, {2, 2.777778}, {5, 1.554113}, {10, 1.204590}, {100, 1.000982}}) {
      CAPTURE(servers);
      const workload::Flow flow =
          played(fmt::format("servers: {}, work: exponential(mean 1s), demand: {{ rate: {}/s }}",
                             servers, .8 * servers));
      CHECK(flow.latency.mean == about(sojourn, 2e-3));
    }
  }

  // M. Brooker, "Open and Closed, Omission and Collapse" (brooker.co.za, 2023-05-10), with the
  // parameters of mbrooker/simulator_example omission @bbfe394: exponential work of 0.1 s at a load
  // of 0.8, open, and closed with 1 and with 10 clients whose think time makes up for it.
  TEST_CASE(
      "open and closed loops at one load: who waits for an answer asks less when it is slow") {
    const std::string work = "servers: 1, work: exponential(mean 100ms), demand: ";
    CHECK(played(work + "{ rate: 8/s }").latency.mean == about(.5, 2e-3));
    for (const int clients : {1, 2, 10, 50}) {
      CAPTURE(clients);
      const double thinks = .2 * .1 + (clients - 1) * .1 / .8;
      const workload::Flow flow = played(work + fmt::format("{{ clients: {}, think: {}us }}",
                                                            clients, std::llround(thinks * 1e6)));
      const double exact = repairman(clients, thinks, .1);
      CHECK(flow.latency.mean == about(exact, .01));
      CHECK(flow.offered == about(clients / (thinks + exact), .01));
    }
    CHECK(repairman(1, .02, .1) == about(.1, 1e-12));  // a single client never waits
  }

  // The same post: rare slow requests (one in a thousand takes 10 s) cost an open loop ten times
  // the wait; a closed loop of one client hardly sees them ("coordinated omission").
  TEST_CASE("a closed loop hides what rare slow requests cost") {
    const std::string work =
        "servers: 1, work: { 99.9 %: exponential(mean 100ms), 0.1 %: exponential(mean 10s) }, "
        "demand: ";
    const double mean = .999 * .1 + .001 * 10;
    CHECK(mean == about(.1099, 1e-9));
    const double rate = .8 / mean;
    CHECK(played(work + fmt::format("{{ rate: {}/s }}", rate)).latency.mean ==
          about(mean + 4.003, .01));
    CHECK(played(work + "{ clients: 1, think: 22ms }").latency.mean == about(mean, .01));
  }

  // SRE Book, "Addressing Cascading Failures": three layers that each make four attempts send
  // 64 to the bottom; "Handling Overload": a retry budget of 10 % holds the growth of load to 1.1.
  TEST_CASE("layers multiply their attempts; a budget holds them to a tenth") {
    for (const bool budget : {false, true}) {
      CAPTURE(budget);
      const std::string retries = budget ? "retries: 3, retry budget: 10 %" : "retries: 3";
      const std::string text = fmt::format(
          "Front: {{ servers: 100000, work: 1ms, demand: {{ rate: 100/s }},"
          " needs: {{ Middle: {{ {0} }} }} }}\n"
          "Middle: {{ servers: 100000, work: 1ms, needs: {{ Back: {{ {0} }} }} }}\n"
          "Back: {{ servers: 100000, work: 1ms, needs: {{ Store: {{ {0} }} }} }}\n"
          "Store: {{ servers: 100000, work: 1ms }}\n",
          retries);
      ShopWorld world{text, 1};
      world.fault("fail requests", "{on: Store}");
      world.run_for(1min);
      const double grown = world.workload().flows.at(3).offered / 100;
      CHECK(grown == about(budget ? 1.1 * 1.1 * 1.1 : 64, .01));
    }
  }

  // M. Brooker, "Simple Simulations for System Builders" (brooker.co.za, 2022-04-11) and
  // mbrooker/simulator_example simple_collapse_sim @bbfe394: 40 requests a second, 5 s of a spike,
  // a timeout of 3 s, three tries. Without backoff the system stays collapsed after the spike; with
  // backoff and jitter (10 s and twice as long each time, on average) it recovers.
  // SIMPLIFIED here: a server that carries 100 a second, not one that slows with its load.
  TEST_CASE("backoff lets a system recover that eager retries keep down") {
    for (const bool backoff : {false, true}) {
      CAPTURE(backoff);
      ShopWorld world{
          fmt::format("Storefront: {{ servers: 100, work: exponential(mean 1s), demand: "
                      "{{ rate: 40/s, timeout: 3s, retries: 2{} }} }}\n",
                      backoff ? ", backoff: 10s" : ""),
          1};
      world.run_for(1min);
      const double healthy = world.storefront().user_errors;
      CHECK(healthy < .01);
      world.fault("spike demand", "{on: Storefront, by: 400 %, for: 5s}");
      world.run_for(5s);
      CHECK(world.storefront().user_errors > .5);
      world.run_for(60s);
      if (backoff)
        CHECK(world.storefront().user_errors < .01);
      else
        CHECK(world.storefront().user_errors > .9);
    }
  }

  // "What is Backoff For?" (brooker.co.za, 2022-08-11): where new clients keep coming, backoff only
  // defers work: an overload that lasts gets its retries in the end.
  TEST_CASE("backoff does not lessen an overload that lasts") {
    const auto tries = [](std::string_view backoff, Duration after) {
      ShopWorld world{fmt::format("Storefront: {{ servers: 100, work: exponential(mean 1s), queue: "
                                  "500, demand: {{ rate: 150/s, timeout: 3s, retries: 2{} }} }}\n",
                                  backoff),
                      1};
      world.run_for(after - 1min);
      return world.storefront().offered / 150;
    };
    CHECK(tries("", 5min) > 2.5);
    CHECK(tries(", backoff: 300s", 75s) < 2);
    CHECK(tries(", backoff: 300s", 1h) == about(tries("", 1h), .02));
  }

  // Amazon Builders' Library, "Using load shedding to avoid overload": goodput stays at capacity
  // where excess work is refused; where it is queued beyond the clients' timeout it falls to
  // nothing.
  TEST_CASE("shedding keeps the goodput that queueing loses") {
    const auto goodput = [](std::string_view sheds) {
      ShopWorld world{fmt::format("Storefront: {{ servers: 10, work: exponential(mean 100ms), {}"
                                  "demand: {{ rate: 150/s, timeout: 1s }} }}\n",
                                  sheds),
                      1};
      world.run_for(10min);
      return 150 * (1 - world.storefront().user_errors);
    };
    CHECK(goodput("sheds above: 95 %, ") > 85);
    CHECK(goodput("") < 5);
  }
}

}  // namespace opsim::tests
