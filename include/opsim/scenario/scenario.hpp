#pragma once
/// A scenario file, read and checked once and played many times: what CloudFormation cannot say
/// (physics, people, a timeline, goals, choices) beside the stacks that it names.
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "opsim/cloud/service.hpp"
#include "opsim/document/read.hpp"
#include "opsim/goals/goal.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/scenario/stack.hpp"
#include "opsim/scenario/stack_keeper.hpp"
#include "opsim/scenario/template.hpp"

namespace opsim {

struct StackPlan {
  std::shared_ptr<const Template> text;
  StackSettings settings;
};

/// One line of `timeline:`: a fault, or an API call that somebody makes.
struct TimelineEntry {
  Distribution at;                    // since the start of the run
  std::optional<Distribution> again;  // and once more after each time: failures that come at random
  const Service* service = nullptr;
  const Fault* fault = nullptr;
  Node arguments;         // of the fault, or the input of the call
  std::string operation;  // "ssm:StartAutomationExecution" where there is no fault
  std::string text;       // as written, for the journal
  std::string source;     // "scenario.yaml:21"
  std::string luck;       // names its random stream: lines added above or below do not move it
};

/// Settings for one name under `physics:`.
struct PhysicsEntry {
  std::string name;
  Node values;
};

/// A top-level key that a model owns: `people:`.
struct SectionEntry {
  const Service* service;
  const Section* section;
  Node values;
};

/// A variant to compare. What it does not say is as the scenario says.
struct Choice {
  std::string name;
  std::string says;  // what one would say in favour of it; a lesson shows it
  bool recommended = false;
  std::set<std::string> disable;                  // logical ids left out of every stack
  std::map<std::string, std::string> parameters;  // of every stack that has them
  std::vector<PhysicsEntry> physics;              // after the scenario's own
  std::vector<StackPlan> stacks;                  // besides the scenario's own
  std::vector<SectionEntry> sections;             // after the scenario's own: who acts otherwise
  std::string source;
};

struct Scenario {
  std::string title;
  std::string lesson;     // "automation-first/q1", or ""
  std::string situation;  // what a lesson tells before it asks
  std::string question;
  std::string moral;         // the seed's own words on why
  double confidence = 0.95;  // share of seeds in which a goal must be met, for a lesson to hold
  SimTime start{};
  Duration duration{};
  Seed seed{1};
  Place home;
  std::vector<StackPlan> stacks;
  std::vector<PhysicsEntry> physics;
  std::vector<SectionEntry> sections;
  std::vector<TimelineEntry> timeline;
  std::vector<TemplateFile> template_files;  // that calls of the timeline and of stacks name
  std::vector<Goal> goals;
  std::vector<Choice> choices;
  std::string folder;  // of the file, ending in a slash, or "": places are told relative to it
  Document document;   // keeps every Node alive
  NotSimulated not_simulated;  // accepted as written, and not played

  /// Null for an unknown name.
  [[nodiscard]] const Choice* choice(std::string_view name) const;
  /// The recommended choice, or null where there are none.
  [[nodiscard]] const Choice* recommended() const;
};

/// The shape of a scenario file with the sections, faults and goals of this catalog: what the
/// reader checks and what `opsim schema` prints.
class ScenarioShape {
 public:
  explicit ScenarioShape(Catalog catalog);
  ~ScenarioShape();
  [[nodiscard]] const Shape& shape() const;
  /// The same, but what stands in a goal is not looked into: the reader names each goal it checks.
  [[nodiscard]] const Shape& shape_around_goals() const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

/// `path` is a scenario file, or a folder that holds scenario.yaml. Throws BadInput with all that
/// is wrong in it and in its stacks. `overrides` are --set KEY=VALUE: parameters of stacks, or a
/// path into the scenario (clock.duration).
Scenario read_scenario(const std::filesystem::path& path, Catalog catalog,
                       const std::vector<std::pair<std::string, std::string>>& overrides = {});

}  // namespace opsim
