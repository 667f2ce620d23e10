#pragma once
/// One run of a scenario: the wired models, played to the end.
#include <memory>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/goals/goal.hpp"
#include "opsim/journal/incident.hpp"
#include "opsim/scenario/scenario.hpp"

namespace opsim {

struct RunSettings {
  Seed seed{1};
  const Choice* choice = nullptr;
  /// At least the story is kept where there are goals: their verdicts never depend on this.
  Level keep = Level::story;
};

/// Owns the kernel, then the journal, then the cloud, so that models go first.
class World {
 public:
  /// An empty world: what `opsim call` starts with.
  World(Catalog catalog, Place home, SimTime start, Seed seed, Level keep);
  /// Lays the scenario out: stacks stand, physics applies, the timeline waits. Throws BadInput
  /// where a stack cannot stand or physics names what is not there.
  World(const Scenario& scenario, Catalog catalog, const RunSettings& settings);
  ~World();

  /// To the end of the scenario, or until the journal gives up (diagnosis()).
  void run();
  void run_until(SimTime time);
  [[nodiscard]] bool ended_early() const { return !journal_.diagnosis().empty(); }
  [[nodiscard]] const std::string& diagnosis() const { return journal_.diagnosis(); }

  [[nodiscard]] Simulation& sim() { return sim_; }
  [[nodiscard]] Journal& journal() { return journal_; }
  [[nodiscard]] Cloud& cloud() { return cloud_; }
  [[nodiscard]] SimTime end() const { return end_; }
  /// Who types at the console.
  [[nodiscard]] Caller user() const;

  [[nodiscard]] std::vector<Incident> incidents() const;
  [[nodiscard]] std::vector<Verdict> verdicts();

 private:
  void schedule(const TimelineEntry& entry);
  void begin(const TimelineEntry& entry);
  void begin_again(const TimelineEntry& entry);
  void begin_fault(const TimelineEntry& entry);

  Simulation sim_;
  Journal journal_;
  Cloud cloud_;
  const Scenario* scenario_ = nullptr;
  SimTime end_;
};

}  // namespace opsim
