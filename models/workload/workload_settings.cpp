// One component's settings, from a scenario or from the physics of a choice, which says only what
// is to be otherwise.
#include "models/workload/workload_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "opsim/document/quantity.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/portable_math.hpp"

namespace opsim::workload {

namespace {

std::string word_at(const Node& node, std::string_view key) {
  const std::optional<Node> found = node.find(key);
  return std::string{found ? found->spelling() : ""};
}
// Each takes what is written at `key`, and leaves `value` as it is where nothing is.
void take_part(const Node& node, std::string_view key, double& value) {
  if (const auto part = parse_percent(word_at(node, key))) value = *part / 100;
}
void take_count(const Node& node, std::string_view key, double& value) {
  if (const auto found = node.find(key)) value = found->as_number().value_or(value);
}
void take_count(const Node& node, std::string_view key, int& value) {
  double count = value;
  take_count(node, key, count);
  value = static_cast<int>(count);
}
void take_seconds(const Node& node, std::string_view key, double& value) {
  if (const auto duration = parse_duration(word_at(node, key)))
    value = std::chrono::duration<double>(*duration).count();
}
void take_rate(const Node& node, std::string_view key, double& value) {
  if (const auto rate = parse_rate(word_at(node, key))) value = rate->per_second();
}

/// Shares of samples that lie above a quantile; steps grow finer towards the upper tail.
std::vector<double> upper_tails() {
  constexpr int kSteps = 4000;
  constexpr double kReach = 27;  // up to the quantile 1 - 2e-12
  constexpr double kStep = kReach / kSteps;
  std::vector<double> tails;
  tails.reserve(kSteps);
  for (int i = 0; i < kSteps; ++i) tails.push_back(portable::exp(-(i + .5) * kStep));
  return tails;
}

/// The two moments of a distribution from its quantiles.
Spread spread_of(const Distribution& takes) {
  static const std::vector<double> kTails = upper_tails();
  double weight = 0;
  double sum = 0;
  double squares = 0;
  for (const double above : kTails) {
    const double value = takes.quantile(1 - above);
    weight += above;
    sum += above * value;
    squares += above * value * value;
  }
  const double mean = sum / weight;
  return {takes.mean(), std::max(0.0, squares / weight - mean * mean)};
}

void take_patience(const Node& text, Call& call) {
  take_seconds(text, "timeout", call.timeout);
  take_seconds(text, "backoff", call.backoff);
  take_count(text, "retries", call.retries.retries);
  for (const auto& [key, limit] : {std::pair{"retry budget", &call.retries.deposit},
                                   {"stops retrying above", &call.retries.breaker}}) {
    if (!text.contains(key)) continue;
    limit->emplace();
    take_part(text, key, **limit);
  }
}

void take_demand(const Node& text, Component& component, Live& live) {
  Demand& demand = live.demand;
  live.has_users = true;
  take_rate(text, "rate", demand.rate);
  take_part(text, "by day", demand.swing);
  take_count(text, "peak hour", demand.peak_hour);
  take_part(text, "on weekends", demand.weekend);
  take_count(text, "clients", demand.clients);
  take_seconds(text, "think", demand.thinks);
  demand.thinks = std::max(1e-3, demand.thinks);
  if (text.contains("trace")) demand.trace.clear();
  for (const Node& point : text.find("trace").value_or(Node{}).items()) {
    std::pair<double, double>& added = demand.trace.emplace_back();
    take_seconds(point, "at", added.first);
    take_rate(point, "rate", added.second);
  }
  std::ranges::stable_sort(demand.trace, {}, &std::pair<double, double>::first);
  take_patience(text, component.users);
  if (demand.clients > 0) demand.rate = demand.clients / demand.thinks;
}

/// `99.9 %: exponential(mean 100ms)`, or one distribution for all.
Mixture read_mixture(const Node& text, Diagnostics& diagnostics) {
  const Node written = text.find("work").value_or(Node{});
  Mixture mixture;
  double all = 0;
  for (const auto& [share, takes, at] : written.entries()) {
    const auto part = parse_percent(share);
    const auto parsed = Distribution::parse(takes.spelling());
    if (!part || *part <= 0 || !parsed) {
      diagnostics.add(takes.complaint(
          fmt::format("work: \"{}\" is no share; write for example 99.9 %", share)));
      continue;
    }
    all += *part / 100;
    mixture.emplace_back(*part / 100, *parsed);
  }
  if (!mixture.empty() && std::abs(all - 1) > 1e-6)
    diagnostics.add(written.complaint(fmt::format("work: shares add up to {:g} %", all * 100)));
  if (!mixture.empty()) return mixture;
  const auto one = Distribution::parse(written.is_mapping() ? "" : written.spelling());
  return {{1.0, one ? *one : *Distribution::parse("exponential(mean 50ms)")}};
}

void take_objective(const Node& text, Live& live) {
  const auto written = text.find("objective");
  if (!live.objective && (written || live.has_users)) live.objective.emplace();
  if (!written) return;
  take_part(*written, "errors", live.objective->errors);
  take_part(*written, "percentile", live.objective->percentile);
  if (!written->contains("latency")) return;
  live.objective->latency.emplace();
  take_seconds(*written, "latency", *live.objective->latency);
}

double read_leak(const Node& text) {
  const auto leak = text.find("leaks");
  const auto rate = leak ? parse_rate(leak->spelling()) : std::nullopt;
  return rate ? rate->per_second() * 3600 : 0;
}

std::vector<RequestKind> kinds_of(const Mixture& takes) {
  std::vector<RequestKind> kinds;
  for (const auto& [share, part] : takes) kinds.push_back({share, spread_of(part)});
  return kinds;
}

/// The two moments of all kinds together.
Spread spread_of(const std::vector<RequestKind>& kinds) {
  Spread spread;
  double before = 0;
  for (const auto& [share, takes] : kinds) {
    before += share;
    spread = mixed((before - share) / before, spread, takes);
  }
  return spread;
}

void take_versions(const Node& text, Live& live, Diagnostics& diagnostics) {
  for (const auto& [name, of, at] : text.find("versions").value_or(Node{}).entries()) {
    Version& version = live.versions[std::string{name}];
    take_part(of, "errors", version.failing);
    if (of.contains("leaks")) version.leaks = read_leak(of);
    if (const auto fails = of.find("fails checks"))
      version.fails_checks = fails->as_boolean().value_or(false);
    if (!of.contains("work")) continue;
    version.kinds = kinds_of(read_mixture(of, diagnostics));
    version.spread = spread_of(version.kinds);
  }
}

}  // namespace

void take_settings(const Node& text, Component& component, Live& live, Diagnostics& diagnostics) {
  Work& work = component.work;
  if (text.contains("work") || live.takes.empty()) {
    live.takes = read_mixture(text, diagnostics);
    work.kinds = kinds_of(live.takes);
    work.takes = spread_of(work.kinds);
  }
  take_versions(text, live, diagnostics);
  take_count(text, "servers", work.servers);
  take_count(text, "in flight", work.in_flight);
  take_count(text, "queue", work.queue);
  take_part(text, "reads", work.reads);
  take_part(text, "sheds above", work.sheds_above);
  if (const auto cross = text.find("cross zone"))
    component.cross_zone = cross->as_boolean().value_or(true);
  double notices = std::chrono::duration<double>(live.notices).count();
  take_seconds(text, "notices within", notices);
  live.notices = Duration{std::llround(notices * 1e9)};
  if (const auto by_hand = text.find("instrumented")) live.instrumented = by_hand->spelling();
  if (const auto demand = text.find("demand")) take_demand(*demand, component, live);
  take_objective(text, live);
}

void take_call(const Node& text, Call& call) {
  take_count(text, "calls", call.times);
  if (const auto kind = text.find("kind")) call.hard = kind->spelling() == "hard";
  take_part(text, "hits", call.hits);
  take_count(text, "objects", call.objects);
  take_count(text, "skew", call.skew);
  take_seconds(text, "warms in", call.warms_in);
  take_patience(text, call);
}

}  // namespace opsim::workload
