#include "models/compute/settings.hpp"

#include <algorithm>
#include <array>

#include "opsim/document/quantity.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::compute {

namespace {

std::optional<std::string> text_at(const Node& values, std::string_view key) {
  const std::optional<Node> value = values.find(key);
  return value ? value->as_text() : std::nullopt;
}

std::optional<double> percent_at(const Node& values, std::string_view key) {
  const auto text = text_at(values, key);
  return text ? parse_percent(*text) : std::nullopt;
}

std::optional<Distribution> distribution_at(const Node& values, std::string_view key) {
  const auto text = text_at(values, key);
  return text ? Distribution::parse(*text).value : std::nullopt;
}

std::optional<double> bytes_per_second_at(const Node& values, std::string_view key) {
  const auto text = text_at(values, key);
  const auto rate = text ? parse_rate(*text) : std::nullopt;
  if (!rate) return std::nullopt;
  return rate->per_second() * bytes_of_unit(rate->unit);
}

TankSettings read_tank(const Node& values) {
  TankSettings tank;
  tank.from = distribution_at(values, "from");
  tank.danger = percent_at(values, "danger");
  tank.full = percent_at(values, "full");
  if (const auto text = text_at(values, "size"))
    if (const auto size = parse_quantity(*text))
      tank.size_bytes = size->value * bytes_of_unit(size->unit);
  if (const auto text = text_at(values, "grows")) {
    if (const auto rate = parse_rate(*text)) {
      const double bytes = bytes_of_unit(rate->unit);
      if (bytes > 0) {
        tank.bytes_per_second = rate->per_second() * bytes;
      } else {
        tank.percent_per_second = rate->per_second();
      }
    }
  }
  return tank;
}

std::vector<std::string> texts_at(const Node& values, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto list = values.find(key))
    for (const Node& item : list->items()) texts.push_back(item.as_text().value_or(""));
  return texts;
}

AgentConfig read_agent(const Node& values) {
  const auto every = text_at(values, "every");
  std::vector<std::string> metrics = texts_at(values, "metrics");
  if (metrics.empty()) metrics = {"disk", "memory"};
  AgentConfig agent = baked_in_agent(
      (every ? parse_duration(*every) : std::nullopt).value_or(std::chrono::minutes{1}), metrics);
  if (const auto name = text_at(values, "namespace")) agent.metric_namespace = *name;
  if (values.contains("dimensions")) agent.append = texts_at(values, "dimensions");
  if (const auto sets = values.find("aggregation")) {
    agent.aggregation.clear();
    for (const Node& set : sets->items()) {
      std::vector<std::string> names;
      for (const Node& name : set.items()) names.push_back(name.as_text().value_or(""));
      agent.aggregation.push_back(std::move(names));
    }
  }
  return agent;
}

void read_software(const Node& values, InstanceSettings& settings) {
  if (const auto every = text_at(values, "new every"))
    settings.software_every = parse_duration(*every);
  const auto bad = values.find("bad");
  if (!bad) return;
  if (const auto one = bad->as_integer()) settings.bad_software.push_back(*one);
  for (const Node& one : bad->items())
    settings.bad_software.push_back(one.as_integer().value_or(0));
}

template <class T>
void take(std::optional<T>& under, const std::optional<T>& over) {
  if (over) under = over;
}

TankSettings merged(TankSettings tank, const TankSettings& over) {
  take(tank.from, over.from);
  if (over.percent_per_second || over.bytes_per_second) {
    tank.percent_per_second = over.percent_per_second;
    tank.bytes_per_second = over.bytes_per_second;
  }
  take(tank.danger, over.danger);
  take(tank.full, over.full);
  take(tank.size_bytes, over.size_bytes);
  return tank;
}

}  // namespace

double bytes_of_unit(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, double>, 9> kUnits{{{"B", 1},
                                                                       {"KB", 1e3},
                                                                       {"MB", 1e6},
                                                                       {"GB", 1e9},
                                                                       {"TB", 1e12},
                                                                       {"KiB", 1024},
                                                                       {"MiB", 1048576},
                                                                       {"GiB", 1073741824},
                                                                       {"TiB", 1099511627776}}};
  for (const auto& [name, bytes] : kUnits)
    if (name == unit) return bytes;
  return 0;
}

InstanceSettings read_settings(const Node& values) {
  InstanceSettings settings;
  if (const auto disk = values.find("disk")) settings.disk = read_tank(*disk);
  if (const auto memory = values.find("memory")) {
    settings.memory = read_tank(*memory);
    settings.memory_of = text_at(*memory, "process").value_or("");
  }
  if (const auto cpu = values.find("cpu")) {
    settings.cpu_level = percent_at(*cpu, "level");
    settings.cpu_noise = percent_at(*cpu, "noise");
  }
  if (const auto network = values.find("network")) {
    settings.network_in = bytes_per_second_at(*network, "in");
    settings.network_out = bytes_per_second_at(*network, "out");
  }
  if (const auto processes = values.find("processes"))
    for (const auto& [name, runs, at] : processes->entries())
      settings.processes.push_back({std::string{name}, runs.as_text() != "stopped"});
  settings.launches_in = distribution_at(values, "launches in");
  settings.boots_in = distribution_at(values, "boots in");
  if (const auto agent = values.find("agent")) settings.agent = read_agent(*agent);
  settings.installs_in = distribution_at(values, "installs in");
  if (const auto software = values.find("software")) read_software(*software, settings);
  return settings;
}

InstanceSettings merged(const InstanceSettings& under, const InstanceSettings& over) {
  InstanceSettings result = under;
  result.disk = merged(under.disk, over.disk);
  result.memory = merged(under.memory, over.memory);
  if (!over.memory_of.empty()) result.memory_of = over.memory_of;
  take(result.cpu_level, over.cpu_level);
  take(result.cpu_noise, over.cpu_noise);
  take(result.network_in, over.network_in);
  take(result.network_out, over.network_out);
  for (const ProcessSettings& process : over.processes) {
    std::erase_if(result.processes, [&](const auto& old) { return old.name == process.name; });
    result.processes.push_back(process);
  }
  take(result.launches_in, over.launches_in);
  take(result.boots_in, over.boots_in);
  take(result.agent, over.agent);
  take(result.installs_in, over.installs_in);
  take(result.software_every, over.software_every);
  if (!over.bad_software.empty()) result.bad_software = over.bad_software;
  return result;
}

}  // namespace opsim::compute
