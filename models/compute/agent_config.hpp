#pragma once
/// The CloudWatch agent's configuration file: what it measures, and under which names and
/// dimensions it publishes that.
/// AWS: CloudWatch User Guide, "Manually create or edit the CloudWatch agent configuration file"
/// (CloudWatch-Agent-Configuration-File-Details) and "Metrics collected by the CloudWatch agent".
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/metrics.hpp"
#include "opsim/json.hpp"

namespace opsim::compute {

/// What of an instance a metric shows.
enum class Reading : std::uint8_t { disk, memory, cpu, process, network_in, network_out, nothing };
/// How it shows it: per cent in use, per cent left, bytes in use, bytes left, bytes in all.
enum class Form : std::uint8_t { percent, rest_percent, bytes, rest_bytes, all_bytes, count };

struct AgentMetric {
  std::string name;  // "disk_used_percent"
  std::string unit;  // "Percent"
  Reading reading = Reading::nothing;
  Form form = Form::percent;
  double share = 1;           // of the reading: user time is a part of busy time
  std::string process;        // of Reading::process
  Dimensions dimensions;      // its own: path, fstype; what it appends comes on top
  bool names_device = false;  // gets "device", which is known once the instance type is
  Duration every = std::chrono::minutes{1};
};

struct AgentConfig {
  std::string metric_namespace = "CWAgent";
  /// Which of InstanceId, ImageId, InstanceType, AutoScalingGroupName it appends. Without any it
  /// adds "host" instead.
  std::vector<std::string> append;
  std::vector<std::vector<std::string>> aggregation;  // further series with these dimensions only
  std::vector<AgentMetric> metrics;
  std::vector<std::string> not_simulated;  // "netstat", "disk inodes_free"
};

/// The configuration as a JSON value: {"agent": ..., "metrics": {"metrics_collected": ...}}.
/// Nothing when it collects no metrics.
[[nodiscard]] std::optional<AgentConfig> parse_agent_config(const Json& config);

/// Looks for a configuration inside a script (a here-document) or a parameter's text.
[[nodiscard]] std::optional<AgentConfig> agent_config_in_script(std::string_view text);
/// Looks for one among the files that cfn-init writes: a text or a JSON value at any depth.
[[nodiscard]] std::optional<AgentConfig> agent_config_in_metadata(const Json& metadata);

/// The parameter in `amazon-cloudwatch-agent-ctl -a fetch-config ... -c ssm:NAME`, or "".
[[nodiscard]] std::string agent_parameter_in_script(std::string_view script);
[[nodiscard]] std::string agent_parameter_in_metadata(const Json& metadata);

/// The agent that an image brings along, as a scenario names it: `agent: { every: 60s, metrics:
/// [disk, memory], ... }`. With the dimensions that the agent's own wizard sets up.
[[nodiscard]] AgentConfig baked_in_agent(Duration every, const std::vector<std::string>& metrics);

}  // namespace opsim::compute
