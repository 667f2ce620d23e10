#pragma once
/// What must be true of a run, and whether it was. Goals read the journal's kinds and typed details
/// and the incidents made of them; they know no service.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/document/shape.hpp"
#include "opsim/journal/incident.hpp"
#include "opsim/journal/journal.hpp"

namespace opsim {

class Cloud;
struct GoalKind;

/// One line of `goals:`, checked against its kind's shape.
struct Goal {
  const GoalKind* kind = nullptr;
  Node settings;
  std::string source;  // "scenario.yaml:29"
};

/// What a goal may look at.
struct Evidence {
  Cloud& cloud;
  const Journal& journal;
  std::span<const Incident> incidents;
  SimTime start;
  SimTime end;
};

struct Verdict {
  bool met = false;
  std::string name{};      // "recovery time of WebFleet"
  std::string wanted{};    // "at most 15 min"
  std::string observed{};  // "2 min 41 s"
  std::string source{};
  /// What was measured, for sweeps: seconds, a count, or a share from 0 to 1. Nothing when there
  /// was nothing to measure.
  std::optional<double> value{};
  /// The entries that missed it ("page-1"), for `opsim why`.
  std::vector<std::string> because{};
  /// How `value` is said ("2 min 41 s"), and whether a high one is a good one: for many runs at
  /// once.
  std::string (*say)(double) = nullptr;
  bool more_is_better = false;
};

struct GoalKind {
  std::string_view name;  // as in a scenario: "recovery time"
  const Shape* shape;
  Verdict (*judge)(const Goal&, const Evidence&);
  /// What is wrong with settings that their shape lets pass ("say at most or at least"), or "".
  std::string (*complaint)(const Node& settings);
  /// `of` names a resource of a stack, a group or a member of one.
  bool of_resource = false;
};

/// All kinds, sorted by name.
std::span<const GoalKind> goal_kinds();
const GoalKind* find_goal_kind(std::string_view name);

std::vector<Verdict> judge(std::span<const Goal> goals, const Evidence& evidence);

}  // namespace opsim
