// The CloudWatch agent on an instance: which series it feeds, and while it can.
// AWS: CloudWatch User Guide, "CloudWatch-Agent-Configuration-File-Details": append_dimensions,
// aggregation_dimensions, "host" without append_dimensions; metrics_collection_interval 60 s,
// force_flush_interval 60 s: a sample is sent up to a minute after it was taken.
// SIMPLIFIED: each instance's flush has one offset, drawn once. An aggregated series gets the
// samples themselves, not a statistic set of each minute.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/fleet.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kProcess = "amazon-cloudwatch-agent";

/// The configuration that an SSM parameter holds, read once a place.
const AgentConfig* config_in_parameter(Fleet& fleet, const Place& place, const std::string& name) {
  const auto [found, fresh] = fleet.agent_parameters.try_emplace({place, name});
  if (fresh) {
    const ApiResult<Json> answer =
        fleet.cloud.inspect(place, "ssm", "GetParameter", {{"Name", name}});
    if (answer)
      found->second = agent_config_in_script(text_of(member(*answer, "Parameter"), "Value"));
  }
  return found->second ? &*found->second : nullptr;
}

const AgentConfig* config_of(Fleet& fleet, const Instance& instance) {
  if (instance.settings->agent) return &*instance.settings->agent;
  if (instance.spec->agent) return &*instance.spec->agent;
  const std::string& parameter = instance.spec->agent_parameter;
  if (parameter.empty()) return nullptr;
  return config_in_parameter(fleet, instance.place, parameter);
}

std::string_view appended_value(const Instance& instance, std::string_view name) {
  if (name == "InstanceId") return instance.id;
  if (name == "ImageId") return instance.spec->image_id;
  if (name == "InstanceType") return instance.spec->instance_type;
  return instance.group;
}

std::string host_name(const Instance& instance) {
  std::string dashed = instance.private_ip;
  std::ranges::replace(dashed, '.', '-');
  return "ip-" + dashed;
}

/// What the agent appends to every metric of this instance. What it does not know it leaves out.
Dimensions appended(const AgentConfig& config, const Instance& instance) {
  if (config.append.empty()) return {{"host", host_name(instance)}};
  Dimensions dimensions;
  for (const std::string& name : config.append)
    if (const std::string_view value = appended_value(instance, name); !value.empty())
      dimensions.emplace_back(name, value);
  return dimensions;
}

/// The dimensions of one aggregation, or nothing where the metric lacks one of them.
std::optional<Dimensions> aggregated(const Dimensions& all, const std::vector<std::string>& names) {
  Dimensions chosen;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(all, name, &Dimensions::value_type::first);
    if (found == all.end()) return std::nullopt;
    chosen.push_back(*found);
  }
  return chosen;
}

struct Agent {
  Fleet& fleet;
  Instance& instance;
  const AgentConfig& config;
  Dimensions appended_dimensions;
  double phase = 0;  // of its interval
  Duration flush{};
};

void publish_one(const Agent& agent, const AgentMetric& metric, Publication what,
                 Dimensions dimensions) {
  Instance& instance = agent.instance;
  const Duration phase{
      static_cast<std::int64_t>(agent.phase * static_cast<double>(metric.every.count()))};
  // Up to a minute of collection and up to a minute in the agent's buffer.
  const Sampling sampling{.every = metric.every,
                          .phase = phase,
                          .delay = until_minute_ends(phase) + agent.flush,
                          .unit = metric.unit};
  Metrics& metrics = agent.fleet.cloud.metrics();
  const SeriesId series = metrics.intern(
      {instance.place, agent.config.metric_namespace, metric.name, std::move(dimensions)});
  what.source =
      metrics.publish(series, waveform_of(agent.fleet, instance, what), sampling, instance.id);
  instance.agent_metrics.push_back(what);
}

void publish_metric(const Agent& agent, const AgentMetric& metric) {
  Instance& instance = agent.instance;
  Publication what{.reading = metric.reading, .form = metric.form, .share = metric.share};
  if (metric.reading == Reading::process) {
    if (find_process(instance, metric.process) == nullptr)
      instance.processes.push_back({metric.process, true, false});
    const RunningProcess* process = find_process(instance, metric.process);
    what.process = static_cast<std::uint16_t>(process - instance.processes.data());
  }
  Dimensions all = metric.dimensions;
  if (metric.names_device) all.emplace_back("device", root_device(instance.spec->instance_type));
  for (const auto& dimension : agent.appended_dimensions) all.push_back(dimension);
  for (const std::vector<std::string>& names : agent.config.aggregation) {
    auto chosen = aggregated(all, names);
    if (chosen && chosen->size() < all.size()) publish_one(agent, metric, what, *std::move(chosen));
  }
  publish_one(agent, metric, what, std::move(all));
}

void begin_to_publish(Fleet& fleet, Instance& instance, const AgentConfig& config) {
  const double flush = draw_once(fleet, instance, "agent-flush");
  const Agent agent{.fleet = fleet,
                    .instance = instance,
                    .config = config,
                    .appended_dimensions = appended(config, instance),
                    .phase = draw_once(fleet, instance, "agent-phase"),
                    .flush = Duration{static_cast<std::int64_t>(flush * 60e9)}};
  instance.agent_metrics.reserve(config.metrics.size() * (1 + config.aggregation.size()));
  for (const AgentMetric& metric : config.metrics) publish_metric(agent, metric);
}

}  // namespace

void refresh_agent(Fleet& fleet, Instance& instance) {
  const RunningProcess* process = find_process(instance, kProcess);
  const bool can = instance.is_reachable() && (process == nullptr || process->runs);
  if (can == instance.agent_runs) return;
  instance.agent_runs = can;
  Metrics& metrics = fleet.cloud.metrics();
  if (!can) {
    for (const Publication& what : instance.agent_metrics) metrics.stop(what.source);
    return;
  }
  if (instance.agent_metrics.empty()) {
    if (const AgentConfig* config = config_of(fleet, instance))
      begin_to_publish(fleet, instance, *config);
    return;
  }
  for (const Publication& what : instance.agent_metrics)
    metrics.change(what.source, waveform_of(fleet, instance, what));
}

}  // namespace opsim::compute
