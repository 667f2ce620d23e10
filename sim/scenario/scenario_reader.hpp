#pragma once
#include <filesystem>

#include "opsim/scenario/scenario.hpp"

namespace opsim {

/// What every part of the reader needs. Complaints are collected; nothing is thrown in between.
struct ScenarioReading {
  Catalog catalog;
  std::filesystem::path folder;  // templates are relative to it
  Scenario& scenario;
  Diagnostics& diagnostics;
};

std::vector<StackPlan> read_stacks(ScenarioReading& reading, const Node& stacks);
std::vector<PhysicsEntry> read_physics(ScenarioReading& reading, const Node& physics);
void read_timeline(ScenarioReading& reading, const Node& timeline);
void read_choices(ScenarioReading& reading, const Node& choices);

/// Every logical id of every stack, choices' stacks too, with its type.
std::map<std::string, std::string> logical_ids(const Scenario& scenario);
/// Complains of physics whose names no stack has, or whose settings their type does not understand.
void check_physics(ScenarioReading& reading);

/// --set KEY=VALUE: clock.seed, clock.duration, clock.start, physics.NAME.setting, or a parameter
/// of a stack.
void apply_override(ScenarioReading& reading, const std::string& key, const std::string& value);

}  // namespace opsim
