#include "models/workload/flow.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "opsim/kernel/portable_math.hpp"

namespace opsim::workload {

namespace {

constexpr int kMostRounds = 60;
constexpr double kSettled = 1e-5;  // relative change
// A queue this full takes minutes to become as long as a steady one: nobody sees it longer.
constexpr double kAlmostFull = .98;
constexpr double kAnyRate = 1e12;
// Beside its backlog an overloaded server has the queue that chance makes.
constexpr double kOverfull = .9;

double gets_of(const Component& component) {
  double all = 0;
  for (const Cell& cell : component.cells) all += cell.gets;
  return all;
}

/// The share of a component's requests that go to a cell.
double share_of(const Component& component, const Cell& cell, double all) {
  if (all <= 0 || cell.gets <= 0) return 0;
  if (cell.share >= 0) return cell.share;
  if (component.cross_zone) return cell.gets / all;
  std::set<std::string_view> zones;
  double in_zone = 0;
  for (const Cell& one : component.cells) {
    if (one.gets > 0) zones.insert(one.zone);
    if (one.zone == cell.zone) in_zone += one.gets;
  }
  return cell.gets / in_zone / static_cast<double>(zones.size());
}

/// A member's servers are busy with its own work; its places are held for the whole request.
double capacity_of(const Work& work, double own, double others) {
  double capacity = own > 0 ? work.servers / own : kAnyRate;
  if (work.sheds_above > 0) capacity *= work.sheds_above;
  if (work.in_flight > 0 && own + others > 0)
    capacity = std::min(capacity, work.in_flight / (own + others));
  return capacity;
}

/// A place where nobody waits: concurrency that is all there is.
void serve_or_refuse(const Work& work, const Spread& own, const Spread& others, double serves,
                     CellFlow& flow) {
  const int servers = static_cast<int>(std::min(1e9, work.servers * serves));
  flow.refused = erlang_b(flow.offered * (own.mean + others.mean), servers);
  flow.latency = own + others;
}

void queue_up(const Component& component, const Spread& own, const Spread& others, const Cell& cell,
              CellFlow& flow) {
  const Work& work = component.work;
  const double of_member = std::min(flow.offered, flow.capacity) / cell.serves;
  const double most = work.queue * cell.serves;
  const double excess = flow.offered - flow.capacity;
  flow.growth = excess;
  if (cell.backlog <= 0 && excess <= 0) flow.growth = 0;
  const bool sheds = work.sheds_above > 0 || work.limit > 0;
  if (excess > 0 && (cell.backlog >= most * (1 - 1e-9) || sheds)) {
    flow.refused = excess / flow.offered;
    flow.growth = 0;
  }
  const double cv2 = own.mean > 0 ? own.variance / (own.mean * own.mean) : 0;
  // Servers beyond what places allow are idle.
  const double effective = flow.capacity / cell.serves * own.mean;
  const int servers = std::max(1, static_cast<int>(std::lround(std::min(effective, 1e9))));
  const bool piles_up = excess > 0 && !sheds;
  const double limit = (piles_up ? kOverfull : kAlmostFull) * servers / std::max(own.mean, 1e-12);
  const Station station{.arrivals = std::min(of_member, limit) * component.meets,
                        .service = own.mean,
                        .servers = servers,
                        .service_cv2 = cv2};
  Spread steady = sojourn_of(station);
  steady.mean = std::min(steady.mean, own.mean + work.queue / std::max(of_member, 1e-9));
  flow.latency = steady + others;
  if (cell.backlog > 0 && flow.capacity > 0) {
    const double each = 1 / flow.capacity;
    flow.latency = flow.latency + Spread{cell.backlog * each, cell.backlog * cv2 * each * each};
  }
}

CellFlow flow_of(const Component& component, const Cell& cell, double offered,
                 const Spread& others) {
  CellFlow flow{.offered = offered};
  if (component.picks) {  // a name: nobody works there, nobody waits
    flow.capacity = kAnyRate;
    flow.latency = others;
    return flow;
  }
  const double slower = component.slower * cell.slower;
  const Spread& takes = cell.takes.mean > 0 ? cell.takes : component.work.takes;
  const Spread own{takes.mean * slower, takes.variance * slower * slower};
  if (cell.serves <= 0) return flow;
  // Those that do not answer take their part of the requests with them.
  flow.offered *= std::min(1.0, cell.serves / std::max(cell.gets, cell.serves));
  flow.capacity = cell.serves * capacity_of(component.work, own.mean, others.mean);
  if (component.work.limit > 0) flow.capacity = std::min(flow.capacity, component.work.limit);
  flow.utilisation = flow.offered * own.mean / (cell.serves * component.work.servers);
  if (component.work.queue <= 0)
    serve_or_refuse(component.work, own, others, cell.serves, flow);
  else
    queue_up(component, own, others, cell, flow);
  return flow;
}

bool versions_differ(const Component& component) {
  return std::ranges::any_of(component.cells, [](const Cell& cell) {
    return cell.serves > 0 && (cell.takes.mean > 0 || cell.version_slower != 1);
  });
}

/// Each kind of request waits as long as any, and takes what it takes.
void add_answers(const Component& component, const Cell& cell, const CellFlow& flow, double share,
                 std::vector<Answers>& parts) {
  const double slower = component.slower * cell.slower;
  const bool own = cell.takes.mean > 0;
  const Spread& takes = own ? cell.takes : component.work.takes;
  std::vector<RequestKind> kinds = own ? cell.kinds : component.work.kinds;
  if (kinds.empty()) kinds.push_back({1, takes});
  const Spread wait{std::max(0.0, flow.latency.mean - takes.mean * slower),
                    std::max(0.0, flow.latency.variance - takes.variance * slower * slower)};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const Spread sojourn =
        Spread{kinds[i].takes.mean * slower, kinds[i].takes.variance * slower * slower} + wait;
    auto part = std::ranges::find_if(
        parts, [&](const Answers& one) { return one.version == cell.version && one.kind == i; });
    if (part == parts.end()) part = parts.insert(part, Answers{.version = cell.version, .kind = i});
    const double more = share * kinds[i].share;
    part->takes = mixed(part->share / (part->share + more), part->takes, sojourn);
    part->share += more;
  }
}

struct Dependencies {
  double success = 1;
  Spread takes = {};
  std::size_t culprit = 0;
  double calls = 0;  // that are made
  double moved = 0;  // relative change of the tries
};

/// A request goes to one of several: what happens to a share of them happens to that share only.
void add_picked(const Call& call, const Answered& one, double& worst, Dependencies& all) {
  const double before = all.calls;  // shares until now
  all.calls += call.times;
  if (all.calls > 0) all.takes = mixed(before / all.calls, all.takes, one.takes);
  const double lost = call.times * (1 - one.success);
  all.success -= lost;
  if (1 - lost >= worst) return;
  worst = 1 - lost;
  all.culprit = call.to;
}

/// What a request gets from all that it calls, one after the other.
Dependencies call_all(std::size_t self, const Component& component, std::span<const Flow> flows,
                      Flow& flow) {
  Dependencies all{.culprit = self};
  double worst = 1;
  std::vector<double>& tries = flow.tries;
  tries.resize(component.calls.size(), 1);
  flow.tries_due.resize(component.calls.size(), 1);
  for (std::size_t i = 0; i < component.calls.size(); ++i) {
    const Call& call = component.calls[i];
    const Flow& callee = flows[call.to];
    const Answered one = answered(call, callee);
    flow.tries_due[i] = one.tries;
    // Half way only: what is solved together must not swing. What backoff delays comes in time.
    const double change = call.delay_of_retries() > 0 ? 0 : (one.tries - tries[i]) / 2;
    all.moved = std::max(all.moved, std::abs(change) / tries[i]);
    tries[i] += change;
    if (component.picks) {
      add_picked(call, one, worst, all);
      continue;
    }
    const double misses = call.misses();
    all.takes = all.takes + one.takes.repeated(misses);
    all.calls += misses * tries[i];
    if (!call.hard) continue;
    if (misses <= 0) continue;
    const double success = one.success > 0 ? portable::pow(one.success, misses) : 0;
    all.success *= success;
    if (success < worst) {
      worst = success;
      all.culprit = call.to;
    }
  }
  return all;
}

/// Answers how much its tries still move.
double serve(std::size_t self, const Component& component, Flow& flow,
             std::span<const Flow> flows) {
  const Dependencies needs = call_all(self, component, flows, flow);
  const double all = gets_of(component);
  flow.cells.resize(component.cells.size());
  flow.capacity = flow.utilisation = flow.refused = flow.broken = 0;
  flow.parts.clear();
  const bool in_parts = versions_differ(component);
  double served = 0;  // share of the tries that some member works on
  Spread latency;
  for (std::size_t i = 0; i < component.cells.size(); ++i) {
    const Cell& cell = component.cells[i];
    const double share = share_of(component, cell, all);
    CellFlow& part = flow.cells[i];
    const Spread others =
        cell.network.mean > 0 ? needs.takes + cell.network.repeated(needs.calls) : needs.takes;
    part = flow_of(component, cell, flow.offered * share, others);
    part.latency = part.latency + cell.network;
    flow.capacity += part.capacity;
    if (share <= 0 || cell.serves <= 0) continue;
    const double reached = share * std::min(1.0, cell.serves / cell.gets);
    const double answered_here = reached * (1 - part.refused);
    flow.utilisation = std::max(flow.utilisation, part.utilisation);
    flow.refused += reached * part.refused;
    flow.broken += answered_here * (1 - (1 - cell.failing) * (1 - component.failing));
    if (in_parts && answered_here > 0)
      add_answers(component, cell, part, answered_here, flow.parts);
    if (answered_here > 0)
      latency = mixed(served / (served + answered_here), latency, part.latency);
    served += answered_here;
  }
  constexpr double rounding = 1e-12;  // shares of many members add up to nearly one
  flow.unserved = 1 - served - flow.refused;
  if (flow.unserved < rounding) {
    served += flow.unserved;
    flow.unserved = 0;
  }
  flow.dependency = (served - flow.broken) * (1 - needs.success);
  flow.culprit = needs.culprit;
  flow.errors = std::clamp(1 - (served - flow.broken) * needs.success, 0.0, 1.0);
  flow.latency = latency;
  for (Answers& one : flow.parts) one.share /= served;
  const Answered users = answered(component.users, flow);
  flow.user_errors = 1 - users.success;
  flow.user_tries_due = users.tries;
  if (component.users.delay_of_retries() <= 0)
    flow.user_tries += (users.tries - flow.user_tries) / 2;
  return needs.moved;
}

}  // namespace

Answered answered(const Call& call, const Flow& flow) {
  const Spread& latency = flow.latency;
  // What a cut network swallows is never answered: it fails, once the caller has waited for it.
  const double slow = std::isinf(call.timeout) ? 0 : flow.above(call.timeout);
  const double late = call.cut > 0 ? 1 - (1 - slow) * (1 - call.cut) : slow;
  const double failing = 1 - (1 - flow.errors) * (1 - late);
  const Tried made = tried(call.retries, failing);
  Spread one = latency;
  if (late > 1e-9 && !std::isinf(call.timeout)) {
    one.mean = std::min(one.mean, call.timeout);
    one.variance = std::min(one.variance, call.timeout * call.timeout / 4);
    one = mixed(late, {call.timeout, 0}, one);
  }
  const double again = made.calls - 1;
  Spread takes = one.repeated(made.calls);
  takes.mean += again * call.backoff;
  return {.success = made.success, .tries = made.calls, .takes = takes};
}

namespace {

/// Rates from the users down, with the tries of the last round.
void flow_down(const System& system, std::vector<Flow>& flows) {
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const Component& component = system.components[i];
    flows[i].tries.resize(component.calls.size(), 1);
    flows[i].slope = component.slope * flows[i].user_tries;
    flows[i].offered = component.demand * flows[i].user_tries;
  }
  for (const std::size_t caller : system.order) {
    const Flow& from = flows[caller];
    const double reached = 1 - from.unserved - from.refused;
    const std::vector<Call>& calls = system.components[caller].calls;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const double each = calls[i].misses() * from.tries[i] * reached * (1 - calls[i].cut);
      flows[calls[i].to].offered += from.offered * each;
      flows[calls[i].to].slope += from.slope * each;
    }
  }
}

/// How far a solution is from what it was before, relative; errors as they are.
double distance(const Flow& now, double errors, double latency, double tries) {
  return std::max({std::abs(now.errors - errors), std::abs(now.user_tries - tries) / tries,
                   std::abs(now.latency.mean - latency) / std::max(latency, 1e-9)});
}

}  // namespace

void System::solve(std::vector<Flow>& flows) {
  flows.resize(components.size());
  std::vector<bool> moves(components.size());  // in this round or the last
  for (std::size_t i = 0; i < components.size(); ++i)
    moves[i] = std::exchange(components[i].touched, false);
  for (int round = 0; round < kMostRounds; ++round) {
    flow_down(*this, flows);
    bool any = false;
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      Flow& flow = flows[*at];
      const Component& component = components[*at];
      const double change = std::abs(flow.offered - flow.served_at);
      const bool follows =
          std::ranges::any_of(component.calls, [&](const Call& call) { return moves[call.to]; });
      if (!moves[*at] && !follows && change <= kSettled * flow.offered) continue;
      const double errors = flow.errors;
      const double latency = flow.latency.mean;
      const double tries = flow.user_tries;
      flow.served_at = flow.offered;
      flow.news = true;
      const double retries = serve(*at, component, flow, flows);
      moves[*at] = std::max(retries, distance(flow, errors, latency, tries)) > kSettled;
      any = any || moves[*at];
    }
    if (!any) return;
  }
}

}  // namespace opsim::workload
