// Health checks at work. Checkers count their checks (HealthTrack); the one next moment when one of
// them changes its opinion is scheduled, and nothing while all keep theirs.
// AWS: Route 53 Developer Guide, "How Amazon Route 53 determines whether a health check is
// healthy", "Monitoring health checks using CloudWatch". SIMPLIFIED: two checkers a Region (16 in
// all by default). Their first opinion is that it is healthy. A check's opinion counts as soon as
// its Region has it; Route 53 adds some seconds.
#include <fmt/format.h>

#include <algorithm>

#include "models/route53/route53.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::route53 {

namespace {

constexpr int kCheckersOfRegion = 2;
constexpr int kDeepestParent = 32;  // of calculated checks over calculated checks

void refresh_status(Route53& dns, HealthCheck& check, int depth);

/// HTTP: "a status code of 2xx or 3xx within two seconds after connecting"; TCP: a connection.
bool passes(const HealthCheckConfig& config, int answer) {
  return config.is_tcp() ? answer > 0 : answer >= 200 && answer < 400;
}

int answer_for(Route53& dns, const HealthCheck& check) {
  if (check.told) return *check.told;
  const HealthCheckConfig& config = check.config;
  return answer_at(dns, check.account, config.address.empty() ? config.domain : config.address);
}

void make_checkers(Route53& dns, HealthCheck& check) {
  check.checkers.clear();
  if (check.config.kind != CheckKind::endpoint) return;
  const std::uint64_t key = name_key("route53.checkers " + check.id);
  std::uint64_t number = 0;
  for (const std::string& region : check.config.regions) {
    for (int i = 0; i < kCheckersOfRegion; ++i, ++number) {
      const double phase = uniform_at(dns.sim().seed(), key, number);
      const Duration first{
          static_cast<std::int64_t>(phase * static_cast<double>(check.config.interval.count()))};
      const CheckThresholds thresholds{check.config.interval, check.config.failure_threshold,
                                       check.config.failure_threshold};
      Checker checker{region, fmt::format("198.51.100.{}", number + 1),
                      HealthTrack{thresholds, dns.sim().now() + first, CheckedHealth::healthy}};
      checker.track.set_passes(dns.sim().now(), check.answers);
      check.checkers.push_back(std::move(checker));
    }
  }
  check.healthy_checkers = static_cast<std::int64_t>(check.checkers.size());
  check.reported = ++check.counted;
}

void schedule(Route53& dns, HealthCheck& check);

/// Some checkers have changed their opinion; those that waited for an answer know a little later.
void settle(Route53& dns, HealthCheck& check) {
  const SimTime now = dns.sim().now();
  const std::int64_t before = healthy_checkers(check);
  for (Checker& checker : check.checkers) checker.track.settle(now);
  if (healthy_checkers(check) == before) return;
  const Duration takes = check.answers ? Duration{} : time_to_fail(check.config, check.hangs);
  const std::string id = check.id;
  const std::int64_t healthy = healthy_checkers(check);
  const std::uint64_t number = ++check.counted;
  dns.sim().after(takes, [&dns, id, healthy, number] {
    HealthCheck* still = dns.find_check(id);
    if (still == nullptr || number < still->reported) return;
    still->reported = number;
    still->healthy_checkers = healthy;
    refresh_status(dns, *still, 0);
  });
}

void schedule(Route53& dns, HealthCheck& check) {
  dns.sim().cancel(check.next);
  if (check.config.disabled) return;
  std::optional<SimTime> next;
  for (const Checker& checker : check.checkers)
    if (const auto decides = checker.track.next_decision())
      next = std::min(next.value_or(SimTime::max()), *decides);
  if (!next) return;
  check.next = dns.sim().at(*next, [&dns, &check] {
    settle(dns, check);
    schedule(dns, check);
  });
}

bool alarm_says(const HealthCheck& check) {
  if (check.alarm_state == "ALARM") return false;
  if (check.alarm_state == "OK") return true;
  if (check.config.without_data == WithoutData::last_known) return check.known_healthy;
  return check.config.without_data == WithoutData::healthy;
}

std::int64_t healthy_children(Route53& dns, const HealthCheck& check) {
  return std::ranges::count_if(check.config.children, [&](const std::string& id) {
    const HealthCheck* child = dns.find_check(id);
    return child != nullptr && child->healthy;
  });
}

bool judged(Route53& dns, const HealthCheck& check) {
  switch (check.config.kind) {
    case CheckKind::endpoint:
      return enough_checkers(check.healthy_checkers,
                             static_cast<std::int64_t>(check.checkers.size()));
    case CheckKind::calculated:
      return healthy_children(dns, check) >= check.config.health_threshold;
    case CheckKind::alarm: return alarm_says(check);
    case CheckKind::recovery_control: return check.control_on;
  }
  return true;
}

void publish(Route53& dns, const HealthCheck& check, std::optional<SourceId>& source,
             std::string_view name, std::string_view unit, double level) {
  Metrics& metrics = dns.cloud.metrics();
  if (!source) {
    const SeriesId series = metrics.intern({{check.account, "us-east-1"},
                                            "AWS/Route53",
                                            std::string{name},
                                            {{"HealthCheckId", check.id}}});
    source = metrics.publish(series, {.from = dns.sim().now(), .level = level},
                             {.every = std::chrono::minutes{1},
                              .delay = std::chrono::minutes{1},  // estimate
                              .unit = std::string{unit}});
    return;
  }
  if (metrics.waveform(*source).level == level) return;
  metrics.change(*source, {.from = dns.sim().now(), .level = level});
}

void update_metrics(Route53& dns, HealthCheck& check) {
  publish(dns, check, check.status, "HealthCheckStatus", "None", check.healthy ? 1 : 0);
  if (check.config.kind == CheckKind::endpoint) {
    const double share = 100.0 * static_cast<double>(check.healthy_checkers) /
                         static_cast<double>(check.checkers.size());
    publish(dns, check, check.percentage, "HealthCheckPercentageHealthy", "Percent", share);
  }
  if (check.config.kind == CheckKind::calculated)
    publish(dns, check, check.children_healthy, "ChildHealthCheckHealthyCount", "Count",
            static_cast<double>(healthy_children(dns, check)));
}

CauseId tell(Route53& dns, const HealthCheck& check) {
  const Resources& known = dns.cloud.resources();
  return dns.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = std::string{known.name_of(check.id)},
       .text = fmt::format("health check {}", check.healthy ? "healthy" : "unhealthy"),
       .source = std::string{known.source_of(check.id)},
       .detail = {{"act", "health check"},
                  {"health_check", check.id},
                  {"status", check.healthy ? "healthy" : "unhealthy"}}});
}

// "After you disable a health check, Route 53 considers the status to always be healthy. If you
// want to stop routing traffic, change the value of Inverted."
bool status_of(const HealthCheck& check) {
  return (check.config.disabled || check.known_healthy) != check.config.inverted;
}

/// Assigns the status of a check that stands.
void refresh_status(Route53& dns, HealthCheck& check, int depth) {
  check.known_healthy = judged(dns, check);
  const bool status = status_of(check);
  const bool changes = std::exchange(check.healthy, status) != status;
  update_metrics(dns, check);
  if (!changes || depth > kDeepestParent) return;
  const CauseScope because{dns.sim(), tell(dns, check)};
  for (auto& [id, other] : dns.checks)
    if (std::ranges::count(other.config.children, check.id) > 0)
      refresh_status(dns, other, depth + 1);
  answers_changed(dns);
}

/// What the checkers find from now on.
void look(Route53& dns, HealthCheck& check) {
  if (check.config.kind != CheckKind::endpoint) return;
  const int answer = answer_for(dns, check);
  const bool now_passes = passes(check.config, answer);
  if (now_passes == check.answers && (answer < 0) == check.hangs) return;
  settle(dns, check);
  check.answers = now_passes;
  check.hangs = answer < 0;
  for (Checker& checker : check.checkers) checker.track.set_passes(dns.sim().now(), now_passes);
  schedule(dns, check);
}

void read_alarm_state(Route53& dns, HealthCheck& check) {
  if (check.config.kind != CheckKind::alarm) return;
  const auto answer =
      dns.cloud.inspect({check.account, check.config.alarm_region}, "cloudwatch", "DescribeAlarms",
                        {{"AlarmNames", Json::array({check.config.alarm_name})}});
  if (!answer) return;
  const Json& alarms = input::member(*answer, "MetricAlarms");
  if (alarms.is_array() && !alarms.empty())
    check.alarm_state = input::text(alarms[0], "StateValue");
}

/// Of a routing control that nobody knows nothing is known: healthy.
void read_control_state(Route53& dns, HealthCheck& check) {
  if (check.config.kind != CheckKind::recovery_control) return;
  const auto answer = dns.cloud.inspect(
      {check.account, "us-east-1"}, "route53-recovery-cluster", "GetRoutingControlState",
      {{"RoutingControlArn", input::text(check.config.given, "RoutingControlArn")}});
  check.control_on = !answer || input::text(*answer, "RoutingControlState") == "On";
}

ApiResult<void> check_children(Route53& dns, const HealthCheckConfig& config,
                               std::string_view self) {
  for (const std::string& child : config.children) {
    if (child == self) return invalid_input("A health check cannot be its own child");
    if (dns.find_check(child) == nullptr)
      return invalid_input(fmt::format("No health check exists with the ID {}", child));
  }
  return {};
}

}  // namespace

// "If you send a CreateHealthCheck request with the same CallerReference and settings as a previous
// request, and if the health check doesn't exist, Amazon Route 53 creates the health check."
ApiResult<HealthCheck*> add_check(Route53& dns, const std::string& account, const Json& given,
                                  std::string caller_reference) {
  ApiResult<HealthCheckConfig> config = read_config(given, nullptr);
  if (!config) return config.error();
  if (auto known = check_children(dns, *config, {}); !known) return known.error();
  for (auto& [id, other] : dns.checks) {
    if (caller_reference.empty() || other.account != account) continue;
    if (other.caller_reference != caller_reference) continue;
    if (other.config.given == config->given) return &other;
    return ApiError{"HealthCheckAlreadyExists",
                    "A health check with the same caller reference exists with other settings",
                    409};
  }
  const std::string id = dns.cloud.next_uuid("route53.healthcheck");
  HealthCheck& check = dns.checks[id];
  check.id = id;
  check.account = account;
  check.caller_reference = std::move(caller_reference);
  check.config = *std::move(config);
  make_checkers(dns, check);
  read_alarm_state(dns, check);
  read_control_state(dns, check);
  check.known_healthy = judged(dns, check);
  check.healthy = status_of(check);  // the first is no change
  refresh_status(dns, check, 0);
  look_again_soon(dns);
  return &check;
}

ApiResult<void> update_check(Route53& dns, HealthCheck& check, const Json& given) {
  ApiResult<HealthCheckConfig> config = read_config(given, &check.config);
  if (!config) return config.error();
  if (auto known = check_children(dns, *config, check.id); !known) return known.error();
  const bool asks_anew = config->failure_threshold != check.config.failure_threshold ||
                         config->regions != check.config.regions ||
                         config->disabled != check.config.disabled;
  check.config = *std::move(config);
  ++check.version;
  if (asks_anew) make_checkers(dns, check);
  read_alarm_state(dns, check);
  look(dns, check);
  schedule(dns, check);
  refresh_status(dns, check, 0);
  return {};
}

void remove_check(Route53& dns, HealthCheck& check) {
  dns.sim().cancel(check.next);
  for (const auto& source : {check.status, check.percentage, check.children_healthy})
    if (source) dns.cloud.metrics().stop(*source);
  const std::string id = check.id;
  dns.cloud.resources().remove(id);
  dns.checks.erase(id);
}

void look_again_soon(Route53& dns) {
  if (dns.looks_again) return;
  dns.looks_again = true;
  dns.sim().after(Duration{}, [&dns] {
    dns.looks_again = false;
    for (auto& [id, check] : dns.checks) look(dns, check);
    answers_changed(dns);
  });
}

void control_changed(Route53& dns, HealthCheck& check, bool on) {
  if (check.config.kind != CheckKind::recovery_control) return;
  check.control_on = on;
  refresh_status(dns, check, 0);
}

void alarm_changed(Route53& dns, std::string_view region, std::string_view name,
                   const std::string& state) {
  for (auto& [id, check] : dns.checks) {
    if (check.config.kind != CheckKind::alarm || check.config.disabled) continue;
    if (check.config.alarm_name != name || check.config.alarm_region != region) continue;
    check.alarm_state = state;
    refresh_status(dns, check, 0);
  }
}

}  // namespace opsim::route53
