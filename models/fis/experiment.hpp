#pragma once
/// Experiments: templates that run, with what became of each action.
///
/// AWS: FIS User Guide, "Experiments" (experiments), "View your experiments", "Stop conditions",
/// "Safety levers"; API Reference, ExperimentState, ExperimentActionState.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/fis/effect.hpp"
#include "models/fis/experiment_template.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::fis {

struct ActionState {
  std::string status = "pending";  // running, completed, cancelled, stopping, stopped, failed, ...
  std::string reason = "Initial state";
  std::optional<SimTime> began;
  std::optional<SimTime> ended;
  std::unique_ptr<ActionRun> run;  // while it runs, and after
};

struct Experiment {
  std::string id;  // "EXP00000001"
  std::string arn;
  std::string template_id;
  std::string name;  // what people call the template
  Place place;
  TemplateSpec spec;  // as it was when the experiment started
  std::map<std::string, TargetAccount> accounts;
  bool skips_all = false;  // actionsMode skip-all: targets are looked up, no action runs
  Texts tags;
  std::string source;
  std::string status = "pending";
  std::string reason = "Experiment is pending.";
  std::string failure;  // of an action or of the targets
  SimTime created{};
  std::optional<SimTime> began;
  std::optional<SimTime> ended;
  std::map<std::string, ActionState> actions;
  std::map<std::string, std::vector<Resolved>> targets;
  bool stopping = false;
  std::string stop_reason;
  std::vector<std::string> records;  // of its log, as JSON
  Signal changed;                    // an action ended, or it is to stop

  explicit Experiment(Simulation& sim) : changed{sim} {}
  [[nodiscard]] bool is_over() const { return ended.has_value(); }
};

class Fis : public Model {
 public:
  explicit Fis(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::string, ExperimentTemplate> templates;             // by id
  std::map<std::string, std::unique_ptr<Experiment>> experiments;  // by id
  std::map<std::pair<Place, std::string>, std::string> tokens;     // clientToken to experiment
  std::map<Place, std::string> levers;                             // reason, where engaged

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] ExperimentTemplate* find_template(const Place& place, std::string_view id);
  [[nodiscard]] Experiment* find_experiment(const Place& place, std::string_view id);
  /// Alarms that went to ALARM stop the experiments that name them.
  void on_event(const Event& event);
};

// ---- experiment.cpp ----

struct StartOptions {
  bool skips_all = false;
  Texts tags;
};
Experiment& start_experiment(Fis& fis, const ExperimentTemplate& from, const StartOptions& options);
/// "stopping" now, "stopped" once the post actions are done.
void stop_experiment(Fis& fis, Experiment& experiment, std::string reason);
/// The state, its event and its line in the journal, which is answered.
CauseId set_state(Fis& fis, Experiment& experiment, std::string status, std::string reason);

// ---- action_run.cpp ----

/// Runs one action to its end and tells the experiment.
Process<> run_action(Fis& fis, Experiment& experiment, std::string name);

// ---- resolve.cpp ----

/// Finds all targets of the experiment; "" or why it cannot run.
[[nodiscard]] std::string resolve_targets(Fis& fis, Experiment& experiment);

// ---- views.cpp ----

[[nodiscard]] Json template_json(const ExperimentTemplate& one);
[[nodiscard]] Json template_summary(const ExperimentTemplate& one);
[[nodiscard]] Json experiment_json(const Experiment& one);
[[nodiscard]] Json experiment_summary(const Experiment& one);

}  // namespace opsim::fis
