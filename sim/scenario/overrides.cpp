// --set KEY=VALUE
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "opsim/json.hpp"
#include "opsim/kernel/duration.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace opsim {

namespace {

void complain(ScenarioReading& reading, const std::string& key, std::string message) {
  reading.diagnostics.add("--set", {0, 0}, fmt::format("{}: {}", key, message));
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

/// "60 %", 3, yes, { from: 60 % }: as in the file. Nothing after a complaint.
std::optional<Json> value_as_in_file(ScenarioReading& reading, const std::string& key,
                                     const std::string& value) {
  try {
    return read_yaml("--set", value).root.to_json();
  } catch (const BadInput&) {
    complain(reading, key, fmt::format("cannot read {}", opsim::quoted(value)));
    return std::nullopt;
  }
}

/// The settings of `entry` with one of them, `path` below the name, set to `value`. The patched
/// settings stand at --set, not at a line.
void patch(PhysicsEntry& entry, std::span<const std::string_view> path, const Json& value) {
  Json values = entry.values.is_mapping() ? entry.values.to_json() : Json::object();
  Json* place = &values;
  for (const std::string_view part : path) {
    if (!place->is_object()) *place = Json::object();
    place = &(*place)[std::string{part}];
  }
  *place = value;
  entry.values = document_of("--set", values).root;
}

/// physics.WebFleet.disk.grows=12 %/h, in the scenario and wherever a choice says otherwise.
void set_physics(ScenarioReading& reading, const std::string& key, const std::string& text) {
  constexpr std::size_t deepest = 16;
  std::vector<std::string_view> path;
  for (const auto part : std::views::split(std::string_view{key}, '.'))
    path.emplace_back(part.begin(), part.end());
  if (path.size() < 3 || path.size() > deepest || std::ranges::find(path, "") != path.end())
    return complain(reading, key,
                    "expected physics.NAME.SETTING, as in physics.WebFleet.disk.from");
  const std::optional<Json> value = value_as_in_file(reading, key, text);
  if (!value) return;
  const std::span<const std::string_view> setting = std::span{path}.subspan(2);
  auto& physics = reading.scenario.physics;
  if (std::ranges::find(physics, path[1], &PhysicsEntry::name) == physics.end())
    physics.push_back({std::string{path[1]}, {}});
  for (PhysicsEntry& entry : physics)
    if (entry.name == path[1]) patch(entry, setting, *value);
  for (Choice& choice : reading.scenario.choices)
    for (PhysicsEntry& entry : choice.physics)
      if (entry.name == path[1]) patch(entry, setting, *value);
}

/// A parameter of every stack that has it, and of every choice that says otherwise.
bool set_parameter(ScenarioReading& reading, const std::string& key, const std::string& value) {
  bool known = false;
  const auto set = [&](StackPlan& plan) {
    if (plan.text->parameter(key) == nullptr) return;
    plan.settings.parameters[key] = value;
    known = true;
  };
  for (StackPlan& plan : reading.scenario.stacks) set(plan);
  for (Choice& choice : reading.scenario.choices) {
    for (StackPlan& plan : choice.stacks) set(plan);
    if (const auto own = choice.parameters.find(key); own != choice.parameters.end())
      own->second = value;
  }
  return known;
}

std::vector<std::string_view> known_keys(const Scenario& scenario) {
  std::vector<std::string_view> keys = {"clock.duration", "clock.seed", "clock.start", "timeline"};
  for (const StackPlan& plan : scenario.stacks)
    for (const TemplateParameter& parameter : plan.text->parameters())
      keys.push_back(parameter.name);
  return keys;
}

}  // namespace

void apply_override(ScenarioReading& reading, const std::string& key, const std::string& value) {
  if (key == "timeline" || key == "timeline+") {
    override_timeline(reading, key, value);
  } else if (key.starts_with("clock.")) {
    if (!set_clock(reading, key, value))
      complain(reading, key,
               fmt::format("cannot take {}; expected clock.duration=6h, clock.seed=7 or "
                           "clock.start=2026-03-02T09:00:00Z",
                           opsim::quoted(value)));
  } else if (key.starts_with("physics.")) {
    set_physics(reading, key, value);
  } else if (!set_parameter(reading, key, value) && !reading.names_unknown) {
    complain(reading, key,
             fmt::format("no stack has a parameter of that name{}; other keys are clock.… and "
                         "physics.NAME.…",
                         did_you_mean(key, known_keys(reading.scenario))));
  }
}

}  // namespace opsim
