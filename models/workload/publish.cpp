// The metrics that a workload feeds, under AWS's own names.
// AWS: ELB guide, load-balancer-cloudwatch-metrics (AWS/ApplicationELB, each minute, "reported only
// when requests are flowing"; the HTTPCode counts only where there is a nonzero value); CloudWatch
// guide, AppSignals-MetricsCollected (Latency, Fault, dimensions Environment and Service).
// SIMPLIFIED: a minute is sampled in its middle; counts are not rounded. Latency is told by 1,000
// samples a minute of eleven values, each as often as its share of the requests, so that p50, p90,
// p95, p99 and p99.9 hold. Readable a minute after the minute has ended: an estimate.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "models/workload/workload.hpp"

namespace opsim::workload {

namespace {

const Sampling kEachMinute{.every = 1min, .phase = 30s, .delay = 90s, .unit = "Count"};
constexpr double kMinute = 60;
/// Below this a count is nothing: one in a hundred minutes.
constexpr double kNothing = 0.01;

/// A part of all answers and the percentile that stands for it.
struct Stratum {
  int samples;  // of 1,000
  double percentile;
};
// So many that each divides a minute, and that p50, p90, p95, p99 and p99.9 lie within their own.
constexpr Stratum kStrata[] = {{200, .1}, {200, .3}, {200, .5}, {150, .68}, {120, .82}, {60, .9},
                               {40, .95}, {15, .98}, {10, .99}, {3, .996},  {2, .999}};

double requests(const Component& /*component*/, const Flow& flow, double each) {
  return flow.offered * kMinute * each;
}
double target_faults(const Component& /*component*/, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * (flow.broken + flow.dependency + flow.refused);
}
double balancer_faults(const Component& /*component*/, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * flow.unserved;
}
double faults(const Component& /*component*/, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * flow.errors;
}
double successes(const Component& /*component*/, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * (1 - flow.errors);
}
double throttles(const Component& /*component*/, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * flow.refused;
}
double own_errors(const Component& /*component*/, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * (flow.broken + flow.dependency);
}
double in_progress(const Component& /*component*/, const Flow& flow, double /*argument*/) {
  return flow.offered * (1 - flow.refused - flow.unserved) * flow.latency.mean;
}
double cpu(const Component& /*component*/, const Flow& flow, double /*argument*/) {
  return 100 * std::min(1.0, flow.utilisation);
}
double asked_members(const Component& component) {
  double targets = 0;
  for (const Cell& cell : component.cells) targets += cell.gets;
  return targets;
}
/// ALB guide, troubleshooting: "HTTP 503: the target groups for the load balancer have no
/// registered targets, or all of the registered targets are in an unused state".
double no_targets(const Component& component, const Flow& flow, double argument) {
  return asked_members(component) > 0 ? 0 : balancer_faults(component, flow, argument);
}
/// "HTTP 504: the load balancer failed to establish a connection to the target before the
/// connection timeout expired". SIMPLIFIED: also where a target refuses the connection, which is a
/// 502.
double no_answers(const Component& component, const Flow& flow, double argument) {
  return asked_members(component) > 0 ? balancer_faults(component, flow, argument) : 0;
}
double per_target(const Component& component, const Flow& flow, double /*argument*/) {
  const double targets = asked_members(component);
  return targets > 0 ? flow.offered * kMinute / targets : 0;
}

using Value = double (*)(const Component&, const Flow&, double);

struct Row {
  std::string_view name;
  Value value;
  std::string_view unit = "Count";
  bool only_when_some = false;
};
constexpr Row kBalancer[] = {{"RequestCount", requests},
                             {"HTTPCode_Target_2XX_Count", successes, "Count", true},
                             {"HTTPCode_Target_5XX_Count", target_faults, "Count", true},
                             {"HTTPCode_ELB_503_Count", no_targets, "Count", true},
                             {"HTTPCode_ELB_504_Count", no_answers, "Count", true},
                             {"HTTPCode_ELB_5XX_Count", balancer_faults, "Count", true}};
constexpr Row kTargets[] = {{"RequestCount", requests},
                            {"RequestCountPerTarget", per_target},
                            {"HTTPCode_Target_2XX_Count", successes, "Count", true},
                            {"HTTPCode_Target_5XX_Count", target_faults, "Count", true}};
double read_units(const Component& component, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * component.work.reads * (1 - flow.refused);
}
double write_units(const Component& component, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * (1 - component.work.reads) * (1 - flow.refused);
}
double throttled_reads(const Component& component, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * component.work.reads * flow.refused;
}
double throttled_writes(const Component& component, const Flow& flow, double /*argument*/) {
  return flow.offered * kMinute * (1 - component.work.reads) * flow.refused;
}
// DynamoDB Developer Guide, "DynamoDB metrics and dimensions".
constexpr Row kTable[] = {{"ConsumedReadCapacityUnits", read_units, "Count", true},
                          {"ConsumedWriteCapacityUnits", write_units, "Count", true},
                          {"ReadThrottleEvents", throttled_reads, "Count", true},
                          {"ThrottledRequests", throttles, "Count", true},
                          {"WriteThrottleEvents", throttled_writes, "Count", true}};
constexpr Row kSignals[] = {{"Fault", faults}};
// What developers write into their code, where they do.
constexpr Row kByHand[] = {{"Errors", faults}, {"Requests", requests}};
constexpr Row kFunction[] = {{"Invocations", successes, "Count", true},
                             {"Errors", own_errors},
                             {"Throttles", throttles},
                             {"ConcurrentExecutions", in_progress}};

struct Publisher {
  Workload& all;
  std::size_t number;

  void add(std::string_view space, const Dimensions& dimensions, const Row& row, int samples = 1) {
    Live& live = all.lives[number];
    Metrics& metrics = all.cloud.metrics();
    Sampling sampling = kEachMinute;
    sampling.unit = row.unit;
    sampling.every /= samples;
    const SeriesId series =
        metrics.intern({live.place, std::string{space}, std::string{row.name}, dimensions});
    const SourceId source = metrics.publish(series, {.from = all.cloud.sim().now()}, sampling,
                                            all.system.components[number].name);
    metrics.stop(source);
    live.metrics.push_back(
        {.source = source, .value = row.value, .only_when_some = row.only_when_some});
  }
  void add(std::string_view space, const Dimensions& dimensions, std::span<const Row> rows) {
    for (const Row& row : rows) add(space, dimensions, row);
  }
  void add_latency(std::string_view space, const Dimensions& dimensions, std::string_view name,
                   std::string_view unit) {
    Live& live = all.lives[number];
    for (const Stratum& stratum : kStrata) {
      add(space, dimensions, Row{name, nullptr, unit}, stratum.samples);
      live.metrics.back().argument = stratum.percentile;
      live.metrics.back().in_a_second = unit == "Milliseconds" ? 1000 : 1;
    }
  }
};

/// "app/shop/50dc6c495c0c9188" of an ARN: what follows its first slash word.
std::string dimension_of(std::string_view arn, std::string_view word) {
  const auto at = arn.find(word);
  if (at == arn.npos) return std::string{arn};
  return std::string{word == "loadbalancer/" ? arn.substr(at + word.size()) : arn.substr(at)};
}

/// "Resource: metrics for a version or alias of a function" (monitoring-metrics-types): "api:live".
Dimensions dimensions_of_alias(std::string_view arn) {
  constexpr std::string_view kBefore = ":function:";
  const auto at = arn.find(kBefore);
  const std::string_view resource = at == arn.npos ? arn : arn.substr(at + kBefore.size());
  return {{"FunctionName", std::string{resource.substr(0, resource.find(':'))}},
          {"Resource", std::string{resource}}};
}

void change(Workload& all, Publication& what, const Waveform& wave, bool silent) {
  Metrics& metrics = all.cloud.metrics();
  if (silent) {
    if (metrics.reports(what.source)) metrics.stop(what.source);
    what.level = -1;
    return;
  }
  const double slack = 1e-3 * std::max(1e-9, std::abs(wave.level));
  const bool same = what.level >= 0 && std::abs(wave.level - what.level) <= slack &&
                    std::abs(wave.slope_per_second - what.slope) <= slack / 3600;
  if (same && wave.slope_per_second == 0) return;
  what.level = wave.level;
  what.slope = wave.slope_per_second;
  metrics.change(what.source, wave);
}

void publish_count(Workload& all, const Component& component, const Flow& flow, Publication& what) {
  const double level = what.value(component, flow, 1);
  const bool is_rate = what.value != cpu && what.value != in_progress;
  const double relative = flow.offered > 0 ? flow.slope / flow.offered : 0;
  // A count that comes by chance varies by its root (Poisson); uniform noise of that variance.
  const double noise = is_rate ? std::min(level, std::sqrt(3 * std::max(0.0, level))) : 0;
  change(all, what,
         {.from = all.cloud.sim().now(),
          .level = level,
          .slope_per_second = level * relative,
          .lowest = 0,
          .highest = what.value == cpu ? 100 : 1e300,
          .noise = noise},
         what.only_when_some && level < kNothing);
}

/// The latencies of one component: several metrics ask for the same percentiles.
struct Latencies {
  Workload& all;
  std::size_t number;
  std::array<double, std::size(kStrata)> known = {};  // 0: not asked yet

  double at(double percentile) {
    const auto* const stratum = std::ranges::find(kStrata, percentile, &Stratum::percentile);
    if (stratum == std::end(kStrata)) return latency_of(all, number, percentile);
    double& one = known[static_cast<std::size_t>(stratum - std::begin(kStrata))];
    if (one == 0) one = latency_of(all, number, percentile);
    return one;
  }
};

void publish_latency(Latencies& latencies, Publication& what) {
  Workload& all = latencies.all;
  const Flow& flow = all.flows[latencies.number];
  const double answers = flow.offered * kMinute * (1 - flow.unserved - flow.refused);
  if (answers < kNothing) return change(all, what, {}, true);
  const double level = latencies.at(what.argument) * what.in_a_second;
  change(all, what, {.from = all.cloud.sim().now(), .level = level, .lowest = 0}, false);
}

/// By how many per cent points a member's load differs before its metrics are told. Instances
/// report with a noise of two points either way (estimate): in a large group three are hardly seen.
double notch_of(const Live& live) {
  constexpr std::size_t large = 50;
  return live.servers.size() > large ? 3 : 1;
}

/// A zone of a group whose members all get requests and answer them has one load. Whether it is
/// another than they know is added to `due`.
bool tell_at_once(Live& live, const Component& component, const Flow& flow, std::size_t cell,
                  std::vector<std::size_t>& due) {
  const Cell& one = component.cells[cell];
  double members = live.members[cell];
  if (members <= 0) return true;                            // nobody to tell
  for (std::size_t i = 0; i < component.cells.size(); ++i)  // another version in the same zone
    if (i != cell && live.members[i] > 0 && component.cells[i].zone == one.zone) members = 0;
  if (members <= 0 || one.gets < members || one.serves < members) {
    // From here on one by one, beginning with what was told of all.
    if (const double told = std::exchange(live.told_cpu[cell], -1); told >= 0)
      for (auto& [id, server] : live.servers)
        if (server.cell == cell && server.cpu >= 0) server.cpu = told;
    return false;
  }
  const double load = 100 * std::min(1.0, flow.cells[cell].utilisation);
  if (live.told_cpu[cell] >= 0 && std::abs(load - live.told_cpu[cell]) < notch_of(live))
    return true;
  if (live.told_cpu[cell] < 0)
    for (auto& [id, server] : live.servers)
      if (server.cell == cell) server.cpu = load;
  live.told_cpu[cell] = load;
  due.push_back(cell);
  return true;
}

/// Zones of one load in one call, which goes through the group's members once.
void write_loads(Workload& all, const Live& live, const Component& component,
                 std::vector<std::size_t> due) {
  while (!due.empty()) {
    const double load = live.told_cpu[due.front()];
    std::string quantity = "cpu";
    std::erase_if(due, [&](std::size_t cell) {
      if (live.told_cpu[cell] != load) return false;
      quantity.append(" ").append(component.cells[cell].zone);
      return true;
    });
    all.cloud.change_quantity(live.resource, quantity, {Change::How::to, load});
  }
}

void tell_zones(Workload& all, std::size_t number, std::vector<bool>& told) {
  Live& live = all.lives[number];
  const Component& component = all.system.components[number];
  live.told_cpu.resize(component.cells.size(), -1);
  if (live.members.size() != component.cells.size()) return;
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < component.cells.size(); ++i)
    told[i] = i < all.flows[number].cells.size() && !component.cells[i].zone.empty() &&
              tell_at_once(live, component, all.flows[number], i, due);
  write_loads(all, live, component, std::move(due));
}

/// Whoever waited for a database that answers nobody gives up within a minute (an estimate): a
/// database that is out of connections would else never have one again.
void let_go_of(Workload& all, std::size_t number, const std::string& id, Server& server) {
  if (all.lives[number].type != "AWS::RDS::DBInstance" || server.connected <= 0) return;
  server.connected = 0;
  all.cloud.sim().after(1min, [&all, number, id] {
    const auto found = all.lives[number].servers.find(id);
    if (found == all.lives[number].servers.end() || found->second.connected > 0) return;
    all.cloud.change_quantity(id, "connections", {Change::How::to, 0});
  });
}

/// The load of each member, as its own metrics show it. Written when it is another number.
void tell_members(Workload& all, std::size_t number) {
  Live& live = all.lives[number];
  const Flow& flow = all.flows[number];
  const double members = static_cast<double>(std::max<std::size_t>(1, live.servers.size()));
  const double held = in_progress(all.system.components[number], flow, 0) / members;
  std::vector<bool> told(all.system.components[number].cells.size());
  if (live.type == "AWS::AutoScaling::AutoScalingGroup") tell_zones(all, number, told);
  if (!told.empty() && std::ranges::all_of(told, std::identity{})) return;
  for (auto& [id, server] : live.servers) {
    if (server.cell < told.size() && told[server.cell]) continue;
    if (!server.serves) let_go_of(all, number, id, server);
    if (!server.serves || server.has_no_cpu || server.cell >= flow.cells.size()) continue;
    const double load = server.gets ? 100 * std::min(1.0, flow.cells[server.cell].utilisation) : 0;
    if (server.cpu >= 0 && std::abs(load - server.cpu) < notch_of(live)) continue;
    server.cpu = load;
    server.has_no_cpu = !all.cloud.change_quantity(id, "cpu", {Change::How::to, load});
    if (server.has_no_cpu || live.type != "AWS::RDS::DBInstance") continue;
    server.connected = std::round(held);
    all.cloud.change_quantity(id, "connections", {Change::How::to, server.connected});
  }
}

/// Whether the metrics of a component can only be what they were told last.
bool is_told(Live& live, const Component& component, const Flow& flow) {
  if (!flow.parts.empty() || live.is_heavy || flow.slope != 0) {
    live.published.clear();
    return false;
  }
  std::vector<double> now{flow.offered,      flow.unserved,
                          flow.refused,      flow.broken,
                          flow.dependency,   flow.errors,
                          flow.latency.mean, flow.latency.variance,
                          flow.utilisation,  per_target(component, flow, 0)};
  if (now == live.published) return true;
  live.published = std::move(now);
  return false;
}

void publish_metrics(Workload& all, std::size_t number) {
  const Component& component = all.system.components[number];
  const Flow& flow = all.flows[number];
  if (is_told(all.lives[number], component, flow)) return;
  Latencies latencies{.all = all, .number = number};
  for (Publication& what : all.lives[number].metrics) {
    if (what.value == nullptr)
      publish_latency(latencies, what);
    else
      publish_count(all, component, flow, what);
  }
}

}  // namespace

void begin_publishing(Workload& all, std::size_t number) {
  const Live& live = all.lives[number];
  const std::string& name = all.system.components[number].name;
  Publisher publisher{all, number};
  const Dimensions service{{"Environment", "opsim"}, {"Service", name}};
  publisher.add("ApplicationSignals", service, kSignals);
  if (live.has_users || live.objective)
    publisher.add_latency("ApplicationSignals", service, "Latency", "Milliseconds");
  if (!live.instrumented.empty()) {
    publisher.add(live.instrumented, {{"Service", name}}, kByHand);
    publisher.add_latency(live.instrumented, {{"Service", name}}, "Latency", "Milliseconds");
  }
  const std::string balancer = dimension_of(live.balancer, "loadbalancer/");
  const std::string group = dimension_of(live.target_group, "targetgroup/");
  if (!live.balancer.empty()) {
    const Dimensions front{{"LoadBalancer", balancer}};
    publisher.add("AWS/ApplicationELB", front, kBalancer);
    publisher.add_latency("AWS/ApplicationELB", front, "TargetResponseTime", "Seconds");
  }
  if (!live.target_group.empty()) {
    Dimensions targets{{"TargetGroup", group}};
    publisher.add("AWS/ApplicationELB", targets, Row{"RequestCountPerTarget", per_target});
    if (!live.balancer.empty()) {
      targets.emplace_back("LoadBalancer", balancer);
      publisher.add("AWS/ApplicationELB", targets, kTargets);
      publisher.add_latency("AWS/ApplicationELB", targets, "TargetResponseTime", "Seconds");
    }
  }
  if (live.type == "AWS::DynamoDB::Table") {
    publisher.add("AWS/DynamoDB", {{"TableName", live.resource}}, kTable);
    take_table(all, number);
  }
  if (live.type == "AWS::Lambda::Function")
    publisher.add("AWS/Lambda", {{"FunctionName", live.resource}}, kFunction);
  if (live.type == "AWS::Lambda::Alias")
    publisher.add("AWS/Lambda", dimensions_of_alias(live.resource), kFunction);
}

void publish(Workload& all, std::size_t number) {
  publish_metrics(all, number);
  tell_members(all, number);
}

}  // namespace opsim::workload
