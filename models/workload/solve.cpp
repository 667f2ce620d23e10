// When the workloads are solved, and what follows.
#include <algorithm>
#include <cmath>
#include <utility>

#include "models/workload/workload.hpp"

namespace opsim::workload {

namespace {

constexpr double kForeverSeconds = 1e9;

double seconds_between(SimTime from, SimTime to) {
  return std::chrono::duration<double>(to - from).count();
}

/// Demand as it is now; closed loops ask as often as their answers come.
std::optional<SimTime> take_demand(Workload& all) {
  const SimTime now = all.cloud.sim().now();
  std::optional<SimTime> next;
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    Live& live = all.lives[i];
    if (!live.has_users) continue;
    const Stretch stretch = stretch_at(live.demand, now, all.cloud.sim().start());
    Component& component = all.system.components[i];
    component.touched =
        component.touched || component.demand != stretch.rate || component.slope != stretch.slope;
    component.demand = stretch.rate;
    component.slope = stretch.slope;
    if (stretch.until && (!next || *stretch.until < *next)) next = stretch.until;
  }
  return next;
}

/// How many of the requests before it one of a few clients finds: all but its own.
void meet_others(Workload& all, std::size_t number, double answer) {
  Component& component = all.system.components[number];
  const Demand& demand = all.lives[number].demand;
  const Spread& takes = component.work.takes;
  double members = 0;
  for (const Cell& cell : component.cells) members += cell.serves;
  const double own = takes.mean * component.slower;
  if (members <= 0 || own <= 0 || component.work.queue <= 0) return;
  const Station each{.arrivals = component.demand / members * component.meets,
                     .service = own,
                     .servers = component.work.servers,
                     .service_cv2 = takes.variance / (takes.mean * takes.mean)};
  const double here = steady_state(each).sojourn;
  const double elsewhere = demand.thinks + (std::isinf(here) ? 0 : std::max(0.0, answer - here));
  component.meets =
      met_by_clients(each, members, std::floor(demand.factor * demand.clients), elsewhere);
}

/// "Interactive response time law": N users who think Z seconds ask N / (Z + R) times a second
/// (P. Denning, J. Buzen 1978). R follows from the rate, so some rounds find both.
void close_loops(Workload& all) {
  bool any = false;
  for (int round = 0; round < 30; ++round) {
    double moved = 0;
    for (std::size_t i = 0; i < all.lives.size(); ++i) {
      const Demand& demand = all.lives[i].demand;
      if (demand.clients <= 0) continue;
      any = true;
      double& rate = all.system.components[i].demand;
      const double answer = answered(all.system.components[i].users, all.flows[i]).takes.mean;
      meet_others(all, i, answer);
      const double wanted = demand.factor * demand.clients / (demand.thinks + answer);
      moved = std::max(moved, std::abs(wanted - rate) / std::max(wanted, 1e-9));
      rate += (wanted - rate) / 2;
      all.system.components[i].touched = true;
    }
    if (!any || moved < 1e-3) return;
    all.system.solve(all.flows);
  }
}

/// Who the members of components are now, where that may be others.
void look_again(Workload& all) {
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    const std::vector<std::string> newcomers = std::exchange(all.lives[i].newcomers, {});
    if (std::exchange(all.lives[i].looks_again, false)) {
      look_at_members(all, i);
      continue;
    }
    for (const std::string& one : newcomers) look_at_member(all, i, one);
  }
}

}  // namespace

void Workload::changed() {
  if (waits_for_solution) return;
  waits_for_solution = true;
  cloud.sim().after(Duration{}, [this] { solve_now(*this); });
}

void count(Workload& all) {
  const SimTime now = all.cloud.sim().now();
  const double seconds = seconds_between(all.since, now);
  // Twice the middle of what is counted, since the demand's line began: others look in between.
  const double middle =
      seconds_between(all.line_since, all.since) + seconds_between(all.line_since, now);
  all.since = now;
  if (seconds <= 0 || all.flows.empty()) return;
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    Component& component = all.system.components[i];
    if (!all.lives[i].has_users) {  // what others call: objectives are on these, too
      const double calls =
          all.flows[i].offered * seconds + all.flows[i].slope * seconds * middle / 2;
      all.lives[i].counted.requests += calls;
      all.lives[i].counted.failed += calls * all.flows[i].errors;
      continue;
    }
    const double requests = component.demand * seconds + component.slope * seconds * middle / 2;
    Counted& counted = all.lives[i].counted;
    counted.requests += requests;
    counted.failed += requests * all.flows[i].user_errors;
    if (all.lives[i].health == Health::down) counted.hurt_seconds += seconds;
  }
  all.system.pass(all.flows, seconds);
  fill_caches(all, seconds);
}

void solve_now(Workload& all) {
  Simulation& sim = all.cloud.sim();
  all.waits_for_solution = false;
  count(all);
  look_again(all);
  ask_balancers(all);
  ask_functions(all);
  ask_names(all);
  apply_borders(all);
  look_at_member_caches(all);
  take_warmth(all);
  const std::optional<SimTime> bends = take_demand(all);
  all.line_since = sim.now();
  all.system.solve(all.flows);
  close_loops(all);
  if (!std::exchange(all.structure_told, true)) {
    tell_structure(all);
    tell_played(all);
  }
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    if (!std::exchange(all.flows[i].news, false)) continue;
    publish(all, i);
    tell_users(all, i);
  }
  publish_caches(all);
  sim.cancel(all.turn);
  all.turn = {};
  std::optional<double> turns = all.system.next_turn(all.flows);
  if (const auto warmer = next_warmth(all)) turns = std::min(turns.value_or(*warmer), *warmer);
  if (turns && *turns < kForeverSeconds)
    all.turn = sim.after(Duration{static_cast<Duration::rep>(std::ceil(*turns * 1e9))},
                         [&all] { all.changed(); });
  sim.cancel(all.bend);
  all.bend = {};
  if (!bends) return;
  const CauseScope nobody{sim, CauseId::none};  // the season is nobody's doing
  all.bend = sim.at(*bends, [&all] { all.changed(); });
}

}  // namespace opsim::workload
