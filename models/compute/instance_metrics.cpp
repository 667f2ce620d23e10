// The metrics of namespace AWS/EC2.
// AWS: EC2 User Guide, "List the available CloudWatch metrics for your instances"
// (viewing_metrics_with_cloudwatch): CPUUtilization each five minutes, each minute with detailed
// monitoring; StatusCheckFailed and its two parts each minute, 0 or 1, at no charge. Dimensions
// InstanceId and AutoScalingGroupName.
// NetworkIn and NetworkOut, "the number of bytes [...] in the period", where the physics says what
// an instance receives and sends.
// SIMPLIFIED: not by ImageId, InstanceType or over all instances; no packets, no disk metrics.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/compute/fleet.hpp"

namespace opsim::compute {

namespace {

constexpr double kCpuNoise = 2;         // per cent, an estimate
constexpr double kTrafficNoise = 0.05;  // of the level, an estimate

/// How long after its minute a datapoint of EC2 can be read: lognormal(p50 60 s, p99 240 s), an
/// estimate. One draw a Region.
Duration publishing_delay(Fleet& fleet, const Instance& instance) {
  const auto known = fleet.publishing_delays.find(instance.place.region);
  if (known != fleet.publishing_delays.end()) return known->second;
  static const Distribution kDelay = *Distribution::parse("lognormal(p50 60s, p99 4min)");
  Stream stream{fleet.sim().seed(), fmt::format("ec2.publishing.{}", instance.place.region)};
  return fleet.publishing_delays[instance.place.region] =
             std::chrono::milliseconds{std::llround(kDelay.quantile(stream.uniform()) * 1000)};
}

/// EC2 publishes what is of one instance under its id and, in a group, under the group's name.
enum class Under : std::uint8_t { instance, group };

SeriesId series_of(Fleet& fleet, const Instance& instance, std::string_view name, Under under) {
  Metrics& metrics = fleet.cloud.metrics();
  if (under == Under::instance)
    return metrics.intern(
        {instance.place, "AWS/EC2", std::string{name}, {{"InstanceId", instance.id}}});
  auto group = fleet.group_series.find(PlaceAndName{instance.place, instance.group});
  if (group == fleet.group_series.end())
    group = fleet.group_series.try_emplace({instance.place, instance.group}).first;
  auto& known = group->second;
  if (const auto found = known.find(name); found != known.end()) return found->second;
  return known[std::string{name}] = metrics.intern({instance.place,
                                                    "AWS/EC2",
                                                    std::string{name},
                                                    {{"AutoScalingGroupName", instance.group}}});
}

SourceId publish(Fleet& fleet, const Instance& instance, std::string_view name, Under under,
                 const Waveform& waveform, const Sampling& sampling) {
  return fleet.cloud.metrics().publish(series_of(fleet, instance, name, under), waveform, sampling,
                                       instance.id);
}

constexpr std::array<std::string_view, 3> kCheckNames{
    "StatusCheckFailed", "StatusCheckFailed_Instance", "StatusCheckFailed_System"};
Waveform check_waveform(Fleet& fleet, const Instance& instance, std::size_t which) {
  const bool system = instance.checks.system == CheckStatus::impaired;
  const bool own = instance.checks.instance == CheckStatus::impaired;
  const std::array<bool, 3> failed{system || own, own, system};
  return {.from = fleet.now(), .level = failed[which] ? 1.0 : 0.0, .lowest = 0, .highest = 1};
}

Waveform scaled(const Waveform& wave, double factor, double offset) {
  const double ends[] = {wave.lowest * factor + offset, wave.highest * factor + offset};
  return {.from = wave.from,
          .level = wave.level * factor + offset,
          .slope_per_second = wave.slope_per_second * factor,
          .lowest = std::min(ends[0], ends[1]),
          .highest = std::max(ends[0], ends[1]),
          .noise = wave.noise * std::abs(factor)};
}

Duration monitored_every(const Instance& instance) {
  return instance.spec->detailed_monitoring ? 1min : 5min;
}

/// What a sample is over: the bytes of its period.
Waveform traffic_wave(Fleet& fleet, const Instance& instance, double bytes_per_second) {
  const double seconds = std::chrono::duration<double>(monitored_every(instance)).count();
  const double level = bytes_per_second * seconds;
  return {.from = fleet.now(),
          .level = level,
          .lowest = 0,
          .highest = std::max(level * 2, 1.0),
          .noise = level * kTrafficNoise};
}

/// The reading in per cent, or as a count.
Waveform reading_of(Fleet& fleet, const Instance& instance, const Publication& what) {
  const double noise = instance.settings->cpu_noise.value_or(kCpuNoise);
  switch (what.reading) {
    case Reading::disk: return instance.disk.waveform();
    case Reading::memory: return instance.memory.waveform();
    case Reading::cpu:
      return {.from = fleet.now(),
              .level = granted_cpu(instance),
              .lowest = 0,
              .highest = 100,
              .noise = noise};
    case Reading::process: {
      const bool runs =
          what.process < instance.processes.size() && instance.processes[what.process].runs;
      return {.from = fleet.now(), .level = runs ? 1.0 : 0.0, .lowest = 0, .highest = 1};
    }
    case Reading::network_in: return traffic_wave(fleet, instance, instance.network_in);
    case Reading::network_out: return traffic_wave(fleet, instance, instance.network_out);
    case Reading::nothing: break;
  }
  return {.from = fleet.now(), .level = 0, .lowest = 0, .highest = 100};
}

}  // namespace

Waveform waveform_of(Fleet& fleet, const Instance& instance, const Publication& what) {
  const Waveform wave = reading_of(fleet, instance, what);
  const double bytes =
      what.reading == Reading::memory ? memory_bytes(instance) : disk_bytes(instance);
  switch (what.form) {
    case Form::percent:
    case Form::count: return scaled(wave, what.share, 0);
    case Form::rest_percent: return scaled(wave, -what.share, 100);
    case Form::bytes: return scaled(wave, bytes / 100, 0);
    case Form::rest_bytes: return scaled(wave, -bytes / 100, bytes);
    case Form::all_bytes: break;
  }
  return {.from = fleet.now(), .level = bytes, .lowest = bytes, .highest = bytes};
}

void update_metrics(Fleet& fleet, Instance& instance, Reading reading) {
  Metrics& metrics = fleet.cloud.metrics();
  if (instance.agent_runs)
    for (const Publication& what : instance.agent_metrics)
      if (what.reading == reading) metrics.change(what.source, waveform_of(fleet, instance, what));
  if (instance.state != InstanceState::running) return;
  for (const Publication& what : instance.ec2_metrics)
    if (what.reading == reading) metrics.change(what.source, waveform_of(fleet, instance, what));
}

void publish_check_metrics(Fleet& fleet, Instance& instance) {
  Metrics& metrics = fleet.cloud.metrics();
  std::vector<SourceId>& sources = instance.check_metrics;
  if (!sources.empty()) {
    for (std::size_t i = 0; i < sources.size(); ++i)
      metrics.change(sources[i], check_waveform(fleet, instance, i % kCheckNames.size()));
    return;
  }
  const Sampling sampling{
      .every = 1min,
      .phase = instance.checks.phase,
      .delay = until_minute_ends(instance.checks.phase) + publishing_delay(fleet, instance),
      .unit = "Count"};
  for (const Under under : {Under::instance, Under::group}) {
    if (under == Under::group && instance.group.empty()) continue;
    for (std::size_t i = 0; i < kCheckNames.size(); ++i)
      sources.push_back(publish(fleet, instance, kCheckNames[i], under,
                                check_waveform(fleet, instance, i), sampling));
  }
}

namespace {

Sampling ec2_sampling(Fleet& fleet, const Instance& instance) {
  const Duration every = monitored_every(instance);
  const double at = draw_once(fleet, instance, "monitoring");
  const Duration phase{static_cast<std::int64_t>(at * static_cast<double>(every.count()))};
  return {.every = every,
          .phase = phase,
          .delay = until_minute_ends(phase) + publishing_delay(fleet, instance),
          .unit = "Percent"};
}

void publish_traffic(Fleet& fleet, Instance& instance, Under under, std::string_view name,
                     Reading reading) {
  Publication what{.reading = reading, .form = Form::count};
  Sampling sampling = ec2_sampling(fleet, instance);
  sampling.unit = "Bytes";
  what.source = publish(fleet, instance, name, under, waveform_of(fleet, instance, what), sampling);
  instance.ec2_metrics.push_back(what);
}

void publish_own(Fleet& fleet, Instance& instance, Under under) {
  Publication what{.reading = Reading::cpu};
  what.source = publish(fleet, instance, "CPUUtilization", under,
                        waveform_of(fleet, instance, what), ec2_sampling(fleet, instance));
  instance.ec2_metrics.push_back(what);
  if (instance.settings->network_in)
    publish_traffic(fleet, instance, under, "NetworkIn", Reading::network_in);
  if (instance.settings->network_out)
    publish_traffic(fleet, instance, under, "NetworkOut", Reading::network_out);
}

}  // namespace

void publish_ec2_metrics(Fleet& fleet, Instance& instance) {
  for (const Publication& what : instance.ec2_metrics)
    fleet.cloud.metrics().change(what.source, waveform_of(fleet, instance, what));
  if (instance.ec2_metrics.empty()) publish_own(fleet, instance, Under::instance);
}

void publish_group_metrics(Fleet& fleet, Instance& instance) {
  if (instance.state != InstanceState::running || instance.reports_to_group) return;
  instance.reports_to_group = true;
  publish_own(fleet, instance, Under::group);
}

void stop_metrics(Fleet& fleet, Instance& instance) {
  end_credits(fleet, instance);
  Metrics& metrics = fleet.cloud.metrics();
  for (const SourceId source : instance.check_metrics) metrics.stop(source);
  for (const Publication& what : instance.ec2_metrics) metrics.stop(what.source);
}

}  // namespace opsim::compute
