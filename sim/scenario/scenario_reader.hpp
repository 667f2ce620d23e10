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
  /// A template could not be read, which was told: what names its resources is not complained of.
  bool names_unknown = false;
};

std::vector<StackPlan> read_stacks(ScenarioReading& reading, const Node& stacks);
std::vector<PhysicsEntry> read_physics(ScenarioReading& reading, const Node& physics);
/// As the AWS CLI does with "file://templates/v2.yaml": what the file holds stands in its place.
/// Templates among them are read and checked, once. The node itself where no text names a file.
Node with_files(ScenarioReading& reading, const Node& input);
void read_timeline(ScenarioReading& reading, const Node& timeline);
/// The keys of a mapping that models own.
std::vector<SectionEntry> read_sections(ScenarioReading& reading, const Node& parts);
void read_choices(ScenarioReading& reading, const Node& choices);

/// The longest run: estimate of what anybody compares; a sum of times stays far from its limit.
inline constexpr Duration kLongestRun = std::chrono::hours{24 * 3660};

/// Every logical id of every stack, choices' stacks too, with its type.
std::map<std::string, std::string> logical_ids(const Scenario& scenario);
/// True for a logical id of some stack, and for the id of an instance that will be launched.
bool is_resource_name(const ScenarioReading& reading, std::string_view name);
/// Complains of parameters that no stack has, of two recommended choices, of stacks of one name.
void check_choices(ScenarioReading& reading, const Node& choices);
/// Complains of physics whose names no stack has, or whose settings their type does not understand.
void check_physics(ScenarioReading& reading);

/// One line of a timeline, or a list of them: added to the scenario's ("timeline+"), or in place of
/// its faults ("timeline").
void override_timeline(ScenarioReading& reading, const std::string& key, const std::string& value);

/// --set KEY=VALUE: clock.seed, clock.duration, clock.start, physics.NAME.setting, a parameter
/// of a stack, or the timeline.
void apply_override(ScenarioReading& reading, const std::string& key, const std::string& value);

}  // namespace opsim
