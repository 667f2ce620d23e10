#pragma once
/// Experiments: templates that run, with what became of each action.
///
/// AWS: FIS User Guide, "Experiments" (experiments), "View your experiments", "Stop conditions",
/// "Safety levers"; API Reference, ExperimentState, ExperimentActionState.
#include <map>
#include <memory>
#include <set>
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

/// Why an experiment failed. AWS: User Guide, "Troubleshooting" (error codes); API,
/// ExperimentError.
struct Failure {
  std::string reason;
  std::string code;      // "InvalidTarget", "AuthorizationFailure", ...
  std::string location;  // of the template: the name of an action or a target
  std::string account;
  [[nodiscard]] bool any() const { return !reason.empty(); }
};

/// AWS: API Reference, ExperimentReport.
struct Report {
  std::string status;  // "" where none is configured; pending, running, completed, failed, ...
  std::string reason;
  std::vector<std::string> arns;  // of the objects in S3
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
  Failure failure;  // the first one, of an action or of the targets
  Report report;
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

/// A physical quantity that actions hold: by whom, in the order in which they began.
struct Hold {
  double original = 0;
  std::uint64_t last = 0;
  std::map<std::uint64_t, double> values;
};

class Fis : public Model {
 public:
  explicit Fis(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::string, ExperimentTemplate> templates;             // by id
  std::map<std::string, std::unique_ptr<Experiment>> experiments;  // by id
  std::map<std::pair<Place, std::string>, std::string> tokens;     // clientToken to experiment
  std::map<Place, std::string> levers;                             // reason, where engaged
  std::set<std::string> log_destinations;                          // configured before
  std::map<std::pair<std::string, std::string>, Hold> holds;       // by resource and quantity

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

/// Finds all targets of the experiment, or tells why it cannot run.
[[nodiscard]] Failure resolve_targets(Fis& fis, Experiment& experiment);

// ---- experiment_report.cpp ----

/// Writes the report once the time after the experiment is over, where one is configured.
Process<> write_report(Fis& fis, Experiment& experiment);

// ---- views.cpp ----

[[nodiscard]] Json template_json(const ExperimentTemplate& one);
[[nodiscard]] Json template_summary(const ExperimentTemplate& one);
[[nodiscard]] Json experiment_json(const Experiment& one);
[[nodiscard]] Json experiment_summary(const Experiment& one);

}  // namespace opsim::fis
