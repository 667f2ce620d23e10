// What a configuration asks for -> the metrics that the agent publishes.
//
// SIMPLIFIED: one file system, the root ("/", xfs): each path that a configuration lists shows the
// one disk that physics knows. Busy CPU time is 80 % user and 20 % system. Swap is empty.
#include "models/compute/agent_config.hpp"

#include <algorithm>
#include <span>

#include "models/compute/input.hpp"

namespace opsim::compute {

namespace {

constexpr std::size_t kMostMetrics = 500;  // of one configuration; more is a mistake

/// One measurement of one plugin. Sorted by plugin and measurement.
struct Measurement {
  std::string_view plugin;
  std::string_view name;  // without the plugin's prefix
  std::string_view unit;
  Reading reading;
  Form form;
  double share = 1;
};
constexpr Measurement kMeasurements[] = {
    {"cpu", "usage_active", "Percent", Reading::cpu, Form::percent},
    {"cpu", "usage_idle", "Percent", Reading::cpu, Form::rest_percent},
    {"cpu", "usage_iowait", "Percent", Reading::nothing, Form::percent},
    {"cpu", "usage_steal", "Percent", Reading::nothing, Form::percent},
    {"cpu", "usage_system", "Percent", Reading::cpu, Form::percent, 0.2},
    {"cpu", "usage_user", "Percent", Reading::cpu, Form::percent, 0.8},
    {"disk", "free", "Bytes", Reading::disk, Form::rest_bytes},
    {"disk", "total", "Bytes", Reading::disk, Form::all_bytes},
    {"disk", "used", "Bytes", Reading::disk, Form::bytes},
    {"disk", "used_percent", "Percent", Reading::disk, Form::percent},
    {"mem", "available", "Bytes", Reading::memory, Form::rest_bytes},
    {"mem", "available_percent", "Percent", Reading::memory, Form::rest_percent},
    {"mem", "free", "Bytes", Reading::memory, Form::rest_bytes},
    {"mem", "total", "Bytes", Reading::memory, Form::all_bytes},
    {"mem", "used", "Bytes", Reading::memory, Form::bytes},
    {"mem", "used_percent", "Percent", Reading::memory, Form::percent},
    {"procstat", "pid_count", "Count", Reading::process, Form::count},
    {"swap", "free", "Bytes", Reading::nothing, Form::bytes},
    {"swap", "used", "Bytes", Reading::nothing, Form::bytes},
    {"swap", "used_percent", "Percent", Reading::nothing, Form::percent},
};

/// `measurement` is written with or without its plugin's prefix: "used_percent" and
/// "disk_used_percent" are one.
const Measurement* find_measurement(std::string_view plugin, std::string_view written) {
  if (written.starts_with(plugin) && written.substr(plugin.size()).starts_with('_'))
    written.remove_prefix(plugin.size() + 1);
  const auto found = std::ranges::find_if(
      kMeasurements, [&](const Measurement& m) { return m.plugin == plugin && m.name == written; });
  return found == std::end(kMeasurements) ? nullptr : found;
}

/// "On Linux servers, the full name of pid_count is procstat_lookup_pid_count" (Metrics collected).
std::string published_name(const Measurement& m) {
  const std::string_view prefix = m.plugin == "procstat" ? "procstat_lookup" : m.plugin;
  return std::string{prefix} + "_" + std::string{m.name};
}

struct Section {
  std::string_view plugin;
  const Json& values;
  Duration every;
};

Duration interval_of(const Json& values, Duration otherwise) {
  const auto seconds = integer_of(values, "metrics_collection_interval");
  if (!seconds || *seconds < 1 || *seconds > 172'800) return otherwise;  // documented maximum
  return std::chrono::seconds{*seconds};
}

/// The sets of dimensions under which a plugin reports: one for each path, each CPU, each process.
std::vector<AgentMetric> instances_of(const Section& section) {
  std::vector<AgentMetric> found;
  const auto add = [&](Dimensions dimensions, std::string process = {}) {
    AgentMetric metric;
    metric.every = section.every;
    metric.dimensions = std::move(dimensions);
    metric.process = std::move(process);
    found.push_back(std::move(metric));
  };
  if (section.plugin == "disk") {
    for (std::string path : texts_of(section.values, "resources")) {
      if (path == "*") path = "/";
      add({{"path", path}, {"fstype", "xfs"}});
      found.back().names_device = !boolean_of(section.values, "drop_device").value_or(false);
    }
    if (found.empty()) {
      add({{"path", "/"}, {"fstype", "xfs"}});
      found.back().names_device = !boolean_of(section.values, "drop_device").value_or(false);
    }
  } else if (section.plugin == "cpu") {
    if (boolean_of(section.values, "totalcpu").value_or(true)) add({{"cpu", "cpu-total"}});
    // SIMPLIFIED: one CPU stands for all that "*" lists; they are equally busy.
    if (!texts_of(section.values, "resources").empty()) add({{"cpu", "cpu0"}});
  } else if (section.plugin == "procstat") {
    for (const std::string_view by : {"exe", "pattern", "pid_file"})
      if (const std::string what = text_of(section.values, by); !what.empty())
        add({{std::string{by}, what}, {"pid_finder", "native"}}, what);
  } else {
    add({});
  }
  return found;
}

void add_section(const Section& section, AgentConfig& config) {
  const Json& own = member(section.values, "append_dimensions");
  for (const Json& written : member(section.values, "measurement")) {
    const std::string name = written.is_object() ? text_of(written, "name") : text_of(written);
    const Measurement* known = find_measurement(section.plugin, name);
    if (known == nullptr) {
      config.not_simulated.push_back(std::string{section.plugin} + " " + name);
      continue;
    }
    for (AgentMetric metric : instances_of(section)) {
      if (config.metrics.size() == kMostMetrics) return;
      const std::string renamed = written.is_object() ? text_of(written, "rename") : "";
      const std::string unit = written.is_object() ? text_of(written, "unit") : "";
      metric.name = renamed.empty() ? published_name(*known) : renamed;
      metric.unit = unit.empty() ? std::string{known->unit} : unit;
      metric.reading = known->reading;
      metric.form = known->form;
      metric.share = known->share;
      if (own.is_object())
        for (const auto& [key, value] : own.items())
          metric.dimensions.emplace_back(key, text_of(value));
      config.metrics.push_back(std::move(metric));
    }
  }
}

/// "${aws:InstanceId}" and, where nothing resolved its escape, "${!aws:InstanceId}".
std::string appended_dimension(std::string_view placeholder) {
  const auto colon = placeholder.find("aws:");
  if (colon == std::string_view::npos) return {};
  std::string_view name = placeholder.substr(colon + 4);
  return std::string{name.substr(0, name.find('}'))};
}

void read_dimensions(const Json& metrics, AgentConfig& config) {
  constexpr std::string_view kKnown[] = {"InstanceId", "ImageId", "InstanceType",
                                         "AutoScalingGroupName"};
  const Json& append = member(metrics, "append_dimensions");
  if (append.is_object())
    for (const auto& [key, value] : append.items())
      if (std::ranges::count(kKnown, key) > 0 && appended_dimension(text_of(value)) == key)
        config.append.push_back(key);
  const Json& aggregation = member(metrics, "aggregation_dimensions");
  if (!aggregation.is_array()) return;
  for (const Json& set : aggregation) {
    std::vector<std::string> names;
    for (const Json& name : set) names.push_back(text_of(name));
    config.aggregation.push_back(std::move(names));
  }
}

void read_plugin(std::string_view plugin, const Json& values, Duration every, AgentConfig& config) {
  const bool known =
      std::ranges::any_of(kMeasurements, [&](const Measurement& m) { return m.plugin == plugin; });
  if (!known) {
    config.not_simulated.emplace_back(plugin);
    return;
  }
  // procstat is a list of sections; the others are one.
  const auto add = [&](const Json& one) {
    add_section({plugin, one, interval_of(one, every)}, config);
  };
  if (values.is_array()) {
    for (const Json& one : values) add(one);
  } else {
    add(values);
  }
}

}  // namespace

std::optional<AgentConfig> parse_agent_config(const Json& file) {
  const Json& metrics = member(file, "metrics");
  const Json& collected = member(metrics, "metrics_collected");
  if (!collected.is_object()) return std::nullopt;
  AgentConfig config;
  if (const std::string name = text_of(metrics, "namespace"); !name.empty())
    config.metric_namespace = name;
  // Default 60 seconds (CloudWatch-Agent-Configuration-File-Details).
  const Duration every = interval_of(member(file, "agent"), std::chrono::minutes{1});
  read_dimensions(metrics, config);
  for (const auto& [plugin, values] : collected.items()) read_plugin(plugin, values, every, config);
  return config;
}

AgentConfig baked_in_agent(Duration every, const std::vector<std::string>& metrics) {
  Json collected = Json::object();
  for (const std::string& name : metrics) {
    if (name == "disk")
      collected["disk"] = {{"measurement", {"used_percent"}}, {"resources", {"/"}}};
    if (name == "memory") collected["mem"] = {{"measurement", {"used_percent"}}};
    if (name == "cpu") collected["cpu"] = {{"measurement", {"usage_active", "usage_idle"}}};
  }
  AgentConfig config = *parse_agent_config({{"metrics", {{"metrics_collected", collected}}}});
  for (AgentMetric& metric : config.metrics) metric.every = every;
  config.append = {"AutoScalingGroupName", "ImageId", "InstanceId", "InstanceType"};
  config.aggregation = {{"InstanceId"}};
  return config;
}

}  // namespace opsim::compute
