#include "models/fis/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/fis/actions.hpp"
#include "models/fis/experiment_log.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::fis {

namespace {

/// From StartExperiment until the targets are resolved and the first action begins (estimate).
constexpr Duration kInitiating = std::chrono::seconds{5};
/// "The first time that you run an experiment that is configured to use a destination that hasn't
/// been used previously for logging, we delay the experiment ..., which takes about 15 seconds."
constexpr Duration kNewDestination = std::chrono::seconds{15};

/// What EventBridge hears of (monitoring-eventbridge): pending and cancelled are not in its list.
bool is_told(std::string_view status) { return status != "pending" && status != "cancelled"; }

bool is_done(const ActionState& state) {
  return state.status == "completed" || state.status == "skipped";
}
bool is_running(const ActionState& state) {
  return state.began.has_value() && !state.ended.has_value();
}

bool is_ready(const Experiment& experiment, const std::string& name) {
  const ActionState& state = experiment.actions.at(name);
  if (state.status != "pending") return false;
  return std::ranges::all_of(
      experiment.spec.actions.at(name).after,
      [&](const std::string& before) { return is_done(experiment.actions.at(before)); });
}

void halt_actions(Experiment& experiment) {
  for (auto& [name, state] : experiment.actions) {
    if (state.status == "pending") {
      state.status = "cancelled";
      state.reason = "Action was cancelled.";
    } else if (is_running(state)) {
      state.status = "stopping";
      state.run->halted = true;
      state.run->halt.notify_all();
    }
  }
}

/// The codes of "Troubleshooting AWS FIS". UNDOCUMENTED: which failure has which.
std::string failure_code(std::string_view reason) {
  for (const std::string_view denied : {"AccessDenied", "UnauthorizedOperation", "NotAuthorized"})
    if (reason.find(denied) != reason.npos) return "AuthorizationFailure";
  for (const std::string_view gone : {"does not exist", "NotFound", "No container instances"})
    if (reason.find(gone) != reason.npos) return "InvalidTarget";
  const bool answered = reason.find(": ") != reason.npos;  // "Code: message" of a call
  return answered ? "DependentServiceFailure" : "ConfigurationFailure";
}

/// "If an action fails, the experiment fails": what runs is stopped, what waits does not begin.
/// "When multiple actions fail, the first failed action is returned as the experiment error."
void notice_failures(Experiment& experiment) {
  for (const auto& [name, state] : experiment.actions)
    if (state.status == "failed" && !experiment.failure.any()) {
      experiment.failure = {fmt::format("Action {} failed: {}", name, state.reason),
                            failure_code(state.reason), name, experiment.place.account};
      halt_actions(experiment);
    }
}

Process<> run_actions(Fis& fis, Experiment& experiment) {
  while (true) {
    if (!experiment.stopping && !experiment.failure.any())
      for (const auto& [name, spec] : experiment.spec.actions)
        if (is_ready(experiment, name)) {
          experiment.actions.at(name).status = "initiating";
          fis.sim().spawn(run_action(fis, experiment, name));
        }
    const bool any = std::ranges::any_of(experiment.actions, [](const auto& one) {
      return one.second.status == "initiating" || is_running(one.second);
    });
    if (!any) co_return;
    co_await experiment.changed.wait();
    notice_failures(experiment);
  }
}

void end_experiment(Fis& fis, Experiment& experiment) {
  if (experiment.failure.any())
    set_state(fis, experiment, "failed", experiment.failure.reason);
  else if (experiment.stopping)
    set_state(fis, experiment, "stopped", experiment.stop_reason);
  else
    set_state(fis, experiment, "completed", "Experiment completed.");
  log_experiment_end(fis, experiment);
  fis.sim().spawn(write_report(fis, experiment));
}

Process<> play(Fis& fis, Experiment& experiment) {
  const bool new_destination = is_new_log_destination(fis, experiment);
  co_await fis.sim().sleep(kInitiating + (new_destination ? kNewDestination : Duration{}));
  if (!experiment.stopping) {
    const SimTime began = fis.sim().now();
    experiment.failure = resolve_targets(fis, experiment);
    log_targets(fis, experiment, began);
    if (!experiment.failure.any()) {
      set_state(fis, experiment, "running", "Experiment is running.");
      Process<> actions = run_actions(fis, experiment);
      co_await actions;
    }
  }
  end_experiment(fis, experiment);
}

std::string alarm_state(Fis& fis, const std::string& alarm) {
  const auto parsed = Arn::parse(alarm);
  if (!parsed) return {};
  const auto answer = fis.cloud.inspect(
      parsed->place(), "cloudwatch", "DescribeAlarms",
      {{"AlarmNames", Json::array({parsed->resource.substr(std::string{"alarm:"}.size())})},
       {"AlarmTypes", Json::array({"MetricAlarm", "CompositeAlarm"})}});
  if (!answer) return {};
  for (const char* kind : {"MetricAlarms", "CompositeAlarms"})
    for (const Json& found : input::member(*answer, kind)) return input::text(found, "StateValue");
  return {};
}

/// UNDOCUMENTED: an alarm that is in ALARM already stops the experiment at once.
void look_at_alarms(Fis& fis, Experiment& experiment) {
  for (const std::string& alarm : experiment.spec.stop_alarms)
    if (alarm_state(fis, alarm) == "ALARM")
      return stop_experiment(fis, experiment, "Experiment halted by stop condition.");
}

}  // namespace

CauseId set_state(Fis& fis, Experiment& experiment, std::string status, std::string reason) {
  const std::string old_status = std::exchange(experiment.status, std::move(status));
  const std::string old_reason = std::exchange(experiment.reason, std::move(reason));
  const SimTime now = fis.sim().now();
  if (experiment.status == "initiating") experiment.began = now;
  const bool over = experiment.status == "completed" || experiment.status == "stopped" ||
                    experiment.status == "failed" || experiment.status == "cancelled";
  if (over) {
    experiment.ended = now;
    for (auto& [name, state] : experiment.actions)
      if (state.status == "pending") state.status = "cancelled";
  }
  if (!is_told(experiment.status)) return CauseId::none;
  // "completed: Experiment completed." would say it twice.
  const bool says_why = experiment.status != "completed" && (over || experiment.stopping);
  const std::string why = says_why ? ": " + experiment.reason : "";
  const CauseId entry = fis.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = experiment.name,
       .text = fmt::format("experiment {} {}{}", experiment.id, experiment.status, why),
       .source = experiment.source,
       .detail = {
           {"act", "experiment"}, {"experiment", experiment.id}, {"status", experiment.status}}});
  const CauseScope because{fis.sim(), entry};
  fis.cloud.emit(
      {.source = "aws.fis",
       .detail_type = "FIS Experiment State Change",
       .place = experiment.place,
       .resources = {experiment.arn},
       .detail = {{"experiment-id", experiment.id},
                  {"experiment-template-id", experiment.template_id},
                  {"new-state", {{"status", experiment.status}, {"reason", experiment.reason}}},
                  {"old-state", {{"status", old_status}, {"reason", old_reason}}}},
       .line = fmt::format("experiment {} ({}): {}", experiment.name, experiment.id,
                           over ? experiment.reason : experiment.status)});
  return entry;
}

Experiment& start_experiment(Fis& fis, const ExperimentTemplate& from,
                             const StartOptions& options) {
  auto made = std::make_unique<Experiment>(fis.sim());
  Experiment& experiment = *made;
  experiment.id = fis.cloud.next_id("EXP");
  experiment.place = from.place;
  experiment.arn = arn(from.place, "fis", "experiment/" + experiment.id);
  experiment.template_id = from.id;
  const auto tag = from.spec.tags.find("Name");
  experiment.name = tag != from.spec.tags.end() && !tag->second.empty()
                        ? tag->second
                        : std::string{fis.cloud.resources().name_of(from.id)};
  experiment.spec = from.spec;
  experiment.accounts = from.accounts;
  experiment.skips_all = options.skips_all;
  experiment.tags = options.tags;
  experiment.source = from.source;
  experiment.created = fis.sim().now();
  for (const auto& [name, spec] : experiment.spec.actions) experiment.actions[name];
  const Json& wanted = experiment.spec.report_configuration;
  const bool reports = wanted.is_object() && !wanted.empty();
  if (reports) experiment.report = {"pending", "Experiment has not ended.", {}};
  fis.experiments[experiment.id] = std::move(made);
  // "Engaged: new experiments are cancelled" (safety-lever).
  if (const auto lever = fis.levers.find(from.place); lever != fis.levers.end()) {
    set_state(fis, experiment, "cancelled", "Experiment cancelled: the safety lever is engaged.");
    if (reports) experiment.report = {"cancelled", "Experiment was cancelled.", {}};
    return experiment;
  }
  set_state(fis, experiment, "initiating", "Experiment is initiating.");
  log_experiment_start(fis, experiment);
  fis.sim().spawn(play(fis, experiment));
  look_at_alarms(fis, experiment);
  return experiment;
}

void stop_experiment(Fis& fis, Experiment& experiment, std::string reason) {
  if (experiment.is_over() || experiment.stopping) return;
  experiment.stopping = true;
  experiment.stop_reason = std::move(reason);
  // What comes back now does so because the experiment was stopped.
  const CauseScope because{fis.sim(),
                           set_state(fis, experiment, "stopping", experiment.stop_reason)};
  halt_actions(experiment);
  experiment.changed.notify_all();
}

ExperimentTemplate* Fis::find_template(const Place& place, std::string_view id) {
  const auto found = templates.find(std::string{id});
  return found == templates.end() || found->second.place != place ? nullptr : &found->second;
}

Experiment* Fis::find_experiment(const Place& place, std::string_view id) {
  const auto found = experiments.find(std::string{id});
  return found == experiments.end() || found->second->place != place ? nullptr
                                                                     : found->second.get();
}

void Fis::on_event(const Event& event) {
  if (event.source != "aws.cloudwatch" || event.detail_type != "CloudWatch Alarm State Change" ||
      event.resources.empty())
    return;
  const std::string& alarm = event.resources.front();
  for (const auto& [id, experiment] : experiments) {
    if (experiment->is_over() || experiment->stopping) continue;
    const auto& watched = experiment->spec.stop_alarms;
    if (std::ranges::find(watched, alarm) != watched.end() && alarm_state(*this, alarm) == "ALARM")
      stop_experiment(*this, *experiment, "Experiment halted by stop condition.");
  }
}

}  // namespace opsim::fis
