// Load along a graph: amplification, saturation, shares of zones, storms.
#include "models/workload/flow.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/workload/graph.hpp"

namespace opsim::tests {
namespace {

using namespace workload;

Cell zone(std::string name, double members) {
  return {.zone = std::move(name), .gets = members, .serves = members};
}

/// M/M/c components in a row: each calls the next.
System chain(std::initializer_list<Work> works) {
  System system;
  for (const Work& work : works) {
    Component component;
    component.name = std::string(1, static_cast<char>('A' + system.components.size()));
    component.work = work;
    component.cells = {zone("a", 1)};
    if (system.components.size() + 1 < works.size())
      component.calls = {{.to = system.components.size() + 1}};
    system.order.push_back(system.components.size());
    system.components.push_back(std::move(component));
  }
  return system;
}

Work takes(double seconds, int servers = 1) {
  return {.takes = {seconds, seconds * seconds}, .servers = servers};
}

/// From rest: everything is solved anew.
std::vector<Flow> solved(System& system) {
  std::vector<Flow> flows;
  for (Component& component : system.components) component.touched = true;
  system.solve(flows);
  return flows;
}

/// Plays the system for so long, solving whenever something turns.
void play(System& system, std::vector<Flow>& flows, double seconds) {
  for (Component& component : system.components) component.touched = true;
  system.solve(flows);
  while (seconds > 0) {
    const double step = std::min(seconds, system.next_turn(flows).value_or(seconds));
    system.pass(flows, step);
    for (Component& component : system.components) component.touched = true;
    system.solve(flows);
    seconds -= step;
  }
}

TEST_SUITE("workload: flow") {
  TEST_CASE(
      "versions: their members' share of the requests meets them, and the answers are a mixture") {
    System system = chain({takes(.02, 50)});
    Component& web = system.components[0];
    web.demand = 10;
    web.users.timeout = 1;
    web.cells = {zone("a", 8), zone("a", 2)};
    web.cells[1].version = "web:2";
    web.cells[1].version_fails = web.cells[1].failing = .3;
    // One in ten of its requests waits for two seconds, the others are as fast as ever.
    web.cells[1].kinds = {{.9, {.02, .0004}}, {.1, {2, .01}}};
    web.cells[1].takes = {.218, .4};
    const std::vector<Flow> flows = solved(system);
    CHECK(flows[0].errors == doctest::Approx(.2 * .3));
    CHECK(flows[0].above(1) == doctest::Approx(.2 * .1).epsilon(.01));
    // What users get: an error, or an answer that they no longer wait for.
    CHECK(flows[0].user_errors == doctest::Approx(1 - (1 - .06) * (1 - .02)).epsilon(.01));
    // Where zones get equal shares, a version gets its members' part of its zone's.
    web.cells = {zone("a", 3), zone("a", 1), zone("b", 1)};
    web.cells[1].version = "web:2";
    web.cells[1].version_fails = web.cells[1].failing = 1;
    web.cross_zone = false;
    CHECK(solved(system)[0].errors == doctest::Approx(.5 / 4));
  }

  TEST_CASE("one station is M/M/c, and what waits for another adds its time") {
    System system = chain({takes(.1, 4), takes(.5, 8)});
    system.components[0].demand = 10;
    const std::vector<Flow> flows = solved(system);
    CHECK(flows[1].offered == doctest::Approx(10));
    const double below = steady_state({.arrivals = 10, .service = .5, .servers = 8}).sojourn;
    CHECK(flows[1].latency.mean == doctest::Approx(below));
    const double own = steady_state({.arrivals = 10, .service = .1, .servers = 4}).sojourn;
    CHECK(flows[0].latency.mean == doctest::Approx(own + below));
    CHECK(flows[0].errors == doctest::Approx(0));
    CHECK(flows[0].cells[0].utilisation == doctest::Approx(.25));
  }

  TEST_CASE(
      "V07 a failing database at the bottom of five layers that try three times gets 243 calls") {
    System system = chain({takes(.001, 100), takes(.001, 100), takes(.001, 100), takes(.001, 100),
                           takes(.001, 100), takes(.001, 1000)});
    system.components[0].demand = 1;
    for (std::size_t i = 0; i < 5; ++i) system.components[i].calls[0].retries.retries = 2;
    system.components[5].failing = 1;
    const std::vector<Flow> flows = solved(system);
    CHECK(flows[5].offered == doctest::Approx(243).epsilon(1e-3));
    CHECK(flows[0].errors == doctest::Approx(1));
    CHECK(flows[0].culprit == 1);
  }

  TEST_CASE("a soft dependency costs time and no errors; a cache takes its hits away") {
    System system = chain({takes(.01, 10), takes(.01, 10)});
    system.components[0].demand = 100;
    system.components[0].calls[0].hits = .9;
    system.components[0].calls[0].hard = false;
    system.components[1].failing = 1;
    const std::vector<Flow> flows = solved(system);
    CHECK(flows[1].offered == doctest::Approx(10));
    CHECK(flows[0].errors == doctest::Approx(0));
  }

  TEST_CASE("zones: with cross-zone balancing members share, without it zones do") {
    System system = chain({takes(.01, 1)});
    Component& component = system.components[0];
    component.demand = 60;
    component.cells = {zone("a", 1), zone("b", 2), zone("c", 3)};
    std::vector<Flow> flows = solved(system);
    CHECK(flows[0].cells[0].offered == doctest::Approx(10));
    CHECK(flows[0].cells[2].offered == doctest::Approx(30));
    component.cross_zone = false;
    flows = solved(system);
    CHECK(flows[0].cells[0].offered == doctest::Approx(20));
    CHECK(flows[0].cells[2].offered == doctest::Approx(20));
  }

  TEST_CASE(
      "grey failure: a third of the members is sent a third of the requests, and fails them") {
    System system = chain({takes(.01, 2)});
    Component& component = system.components[0];
    component.demand = 30;
    component.cells = {zone("a", 1), zone("b", 1), zone("c", 1)};
    component.cells[0].serves = 0;
    std::vector<Flow> flows = solved(system);
    CHECK(flows[0].errors == doctest::Approx(1.0 / 3));
    CHECK(flows[0].unserved == doctest::Approx(1.0 / 3));
    component.users.retries.retries = 1;
    flows = solved(system);
    CHECK(flows[0].user_errors == doctest::Approx(1.0 / 9).epsilon(1e-3));
    CHECK(flows[0].offered == doctest::Approx(30 * (1 + 1.0 / 3)).epsilon(1e-3));
  }

  TEST_CASE("a slow dependency holds the places of who waits for it") {
    System system = chain({takes(.01, 10), takes(.01, 1000)});
    system.components[0].demand = 100;
    system.components[0].work.in_flight = 50;
    CHECK(solved(system)[0].capacity == doctest::Approx(1000));
    system.components[1].slower = 100;  // a second: 50 places carry 50 requests a second
    const std::vector<Flow> flows = solved(system);
    CHECK(flows[0].capacity == doctest::Approx(50 / 1.01));
    CHECK(flows[0].cells[0].growth == doctest::Approx(100 - 50 / 1.01));
  }

  TEST_CASE("overload: the backlog grows to its bound, then the excess is refused") {
    System system = chain({takes(.1, 1)});
    system.components[0].demand = 20;
    system.components[0].work.queue = 100;
    std::vector<Flow> flows;
    play(system, flows, 5);
    CHECK(system.components[0].cells[0].backlog == doctest::Approx(50).epsilon(.01));
    // Five seconds of backlog, and the queue that chance makes of a load of 0.9: V11 has the same
    // nine.
    CHECK(flows[0].latency.mean == doctest::Approx(6).epsilon(.01));
    play(system, flows, 60);
    CHECK(system.components[0].cells[0].backlog == doctest::Approx(100));
    CHECK(flows[0].refused == doctest::Approx(.5));
    system.components[0].demand = 5;
    play(system, flows, 21);
    CHECK(system.components[0].cells[0].backlog == 0);
    CHECK(flows[0].refused == 0);
  }

  /// Capacity 10 a second; 9 come, 20 for ten seconds, then 9 again and less: V11.
  double errors_after_spike(const Call& users) {
    System system = chain({takes(.1, 1)});
    system.components[0].users = users;
    std::vector<Flow> flows;
    for (const auto& [rate, seconds] :
         {std::pair{7.0, 20.0}, {20.0, 10.0}, {7.0, 60.0}, {5.0, 60.0}, {4.0, 60.0}}) {
      system.components[0].demand = rate;
      play(system, flows, seconds);
    }
    return flows[0].user_errors;
  }

  TEST_CASE("V11 metastable: the spike is gone and with eager retries the storm stays") {
    CHECK(errors_after_spike({.timeout = 3}) == doctest::Approx(0).epsilon(.02));
    CHECK(errors_after_spike({.timeout = 3, .retries = {.retries = 3}}) > .9);
    // A retry budget of a tenth, or a breaker, lets it recover.
    CHECK(errors_after_spike({.timeout = 3, .retries = {.retries = 3, .deposit = .1}}) < .02);
    CHECK(errors_after_spike({.timeout = 3, .retries = {.retries = 3, .breaker = .1}}) < .02);
  }

  TEST_CASE("concurrency that is all there is refuses by Erlang B") {
    System system = chain({takes(.1, 10)});
    system.components[0].work.queue = 0;
    system.components[0].demand = 80;
    CHECK(solved(system)[0].refused == doctest::Approx(.1217).epsilon(1e-3));
  }

  TEST_CASE("load shedding keeps what is served fast") {
    System system = chain({takes(.1, 1)});
    system.components[0].demand = 50;
    system.components[0].work.sheds_above = .8;
    std::vector<Flow> flows;
    play(system, flows, 600);
    CHECK(flows[0].refused == doctest::Approx(1 - 8.0 / 50));
    CHECK(flows[0].latency.mean < 1);
  }
}

TEST_SUITE("workload: graph") {
  TEST_CASE("callers come before what they call; a round is told") {
    const Link links[] = {{0, 1}, {1, 2}, {0, 2, false}, {3, 2}};
    const ServiceGraph graph{4, links};
    const auto order = graph.order();
    REQUIRE(order);
    const auto at = [&](std::size_t which) { return std::ranges::find(*order, which); };
    for (const Link& link : links) CHECK(at(link.from) < at(link.to));
    CHECK(graph.round().empty());

    const Link circle[] = {{0, 1}, {1, 2}, {2, 1}};
    const ServiceGraph round{3, circle};
    CHECK_FALSE(round.order());
    CHECK(round.round() == std::vector<std::size_t>{1, 2});
  }

  TEST_CASE("blast radius and single points follow hard dependencies only") {
    const Link links[] = {{0, 1}, {1, 2}, {0, 3, false}, {4, 2}};
    const ServiceGraph graph{5, links};
    CHECK(graph.hurt_by(2) == std::vector<std::size_t>{0, 1, 2, 4});
    CHECK(graph.hurt_by(3) == std::vector<std::size_t>{3});
    CHECK(graph.needed_by(0) == std::vector<std::size_t>{0, 1, 2});
    const std::size_t places[] = {3, 1, 2, 1, 1};
    CHECK(graph.single_points(0, places) == std::vector<std::size_t>{1});
    CHECK(graph.single_points(4, places) == std::vector<std::size_t>{4});
  }

  TEST_CASE("minimal cuts: no cut contains a smaller one") {
    const std::size_t needed[] = {0, 1, 2};
    const std::vector<std::size_t> units[] = {{1, 2, 3}, {2, 1}, {2, 3, 3}};
    CHECK(minimal_cuts(needed, units) == std::vector<std::vector<std::size_t>>{{1, 2}, {2, 3}});
  }
}

}  // namespace
}  // namespace opsim::tests
