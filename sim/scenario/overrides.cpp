// --set KEY=VALUE
#include <fmt/format.h>

#include <algorithm>

#include "opsim/json.hpp"
#include "opsim/kernel/duration.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace opsim {

namespace {

void complain(ScenarioReading& reading, const std::string& key, std::string message) {
  reading.diagnostics.add("--set", {1, 1}, fmt::format("{}: {}", key, message));
}

bool set_clock(ScenarioReading& reading, const std::string& key, const std::string& value) {
  Scenario& scenario = reading.scenario;
  if (key == "clock.duration") {
    const auto duration = parse_duration(value);
    if (duration) scenario.duration = *duration;
    return duration.has_value();
  }
  if (key == "clock.start") {
    const auto start = parse_iso8601(value);
    if (start) scenario.start = *start;
    return start.has_value();
  }
  const bool digits = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
  if (key != "clock.seed" || !digits || value.size() > 18) return false;
  scenario.seed = static_cast<Seed>(std::stoull(value));
  return true;
}

/// physics.WebFleet.disk.grows=12 %/h. The patched settings stand at --set, not at a line.
void set_physics(ScenarioReading& reading, std::string_view path, const std::string& value) {
  const auto dot = path.find('.');
  const std::string name{path.substr(0, dot)};
  Json* place = nullptr;
  Json values = Json::object();
  PhysicsEntry* entry = nullptr;
  for (PhysicsEntry& known : reading.scenario.physics)
    if (known.name == name) entry = &known;
  if (entry == nullptr) entry = &reading.scenario.physics.emplace_back(PhysicsEntry{name, {}});
  if (entry->values.is_mapping()) values = entry->values.to_json();
  place = &values;
  for (std::size_t at = dot; at < path.size();) {
    const std::size_t next = std::min(path.find('.', at + 1), path.size());
    if (!place->is_object()) *place = Json::object();
    place = &(*place)[std::string{path.substr(at + 1, next - at - 1)}];
    at = next;
  }
  *place = value;
  entry->values = document_of("--set", values).root;
}

bool set_parameter(ScenarioReading& reading, const std::string& key, const std::string& value) {
  bool known = false;
  const auto set = [&](StackPlan& plan) {
    if (plan.text->parameter(key) == nullptr) return;
    plan.settings.parameters[key] = value;
    known = true;
  };
  for (StackPlan& plan : reading.scenario.stacks) set(plan);
  for (Choice& choice : reading.scenario.choices)
    for (StackPlan& plan : choice.stacks) set(plan);
  return known;
}

}  // namespace

void apply_override(ScenarioReading& reading, const std::string& key, const std::string& value) {
  if (key.starts_with("clock.")) {
    if (!set_clock(reading, key, value))
      complain(reading, key,
               fmt::format("cannot take {}; expected clock.duration=6h, clock.seed=7 or "
                           "clock.start=2026-03-02T09:00:00Z",
                           opsim::quoted(value)));
  } else if (key.starts_with("physics.")) {
    set_physics(reading, std::string_view{key}.substr(8), value);
  } else if (!set_parameter(reading, key, value)) {
    complain(reading, key,
             "no stack has a parameter of that name; other keys are clock.… and physics.NAME.…");
  }
}

}  // namespace opsim
