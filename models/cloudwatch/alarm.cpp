// CloudWatch metric alarm.
// AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html,
// alarm-actions.html; API PutMetricAlarm, SetAlarmState.
#include "models/cloudwatch/alarm.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/alarm_actions.hpp"
#include "models/cloudwatch/alarm_event.hpp"
#include "models/cloudwatch/cloudwatch.hpp"
#include "models/cloudwatch/connected_source.hpp"
#include "opsim/document/json_line.hpp"

namespace opsim::cloudwatch {
namespace {

// Evaluations tried ahead after a change: fewer where changes come so often that they void what was
// foreseen, more the longer nothing changes.
constexpr std::size_t kPatience = 32;
constexpr std::size_t kMostPatience = 2048;

/// An expression may need no metric: TIME_SERIES(1). It then stands on one without data.
std::vector<SeriesId> interned(Cloud& cloud, const AlarmSpec& spec) {
  std::vector<SeriesId> ids;
  for (SeriesKey& key : spec.inputs()) ids.push_back(cloud.metrics().intern(std::move(key)));
  if (ids.empty()) ids.push_back(cloud.metrics().intern(spec.series()));
  return ids;
}

}  // namespace

Alarm::Handler::Handler(Alarm& of, void (Alarm::*with)()) : alarm{of}, react{with} {
  run = [](Callback& self, Simulation&) {
    auto& handler = static_cast<Handler&>(self);
    (handler.alarm.*handler.react)();
  };
}

Alarm::Alarm(Cloud& cloud, AlarmSpec spec, Origin origin)
    : cloud_{cloud},
      spec_{std::make_shared<const AlarmSpec>(std::move(spec))},
      inputs_{interned(cloud, *spec_)},
      origin_{origin},
      configured_{cloud.sim().now()},
      created_{configured_},
      patience_{kPatience},
      line_{cloud, inputs_.front()} {
  // "The alarm state is immediately set to INSUFFICIENT_DATA. For PromQL alarms, the alarm state is
  // instead immediately set to OK. The alarm is then evaluated."
  StateRecord first;
  if (spec_->promql) first.state = AlarmState::ok;
  first.updated = first.transitioned = configured_;
  first.spec = spec_;
  state_ = std::make_shared<const StateRecord>(std::move(first));
  if (spec_->warm_up && origin == Origin::created) warm_until_ = created_ + spec_->warm_up->length;
  watch();
}

Alarm::~Alarm() {
  Simulation& sim = cloud_.sim();
  for (const Ticket ticket : {foresee_ticket_, evaluation_ticket_, scaling_ticket_}) {
    sim.cancel(ticket);
  }
  unwatch();
}

void Alarm::unwatch() {
  for (const WatchId watch : watches_) cloud_.metrics().unwatch(watch);
  watches_.clear();
}

void Alarm::watch() {
  line_.look(*spec_);
  if (!spec_->not_simulated.empty()) return;
  if (spec_->logs) return foresee_log_run();
  if (spec_->promql) return foresee_promql();
  for (const SeriesId input : inputs_) {
    watches_.push_back(cloud_.metrics().watch(
        input, [this](const MetricChange& change) { on_metric_change(change); }));
  }
  on_foresee();
}

AlarmEvaluator Alarm::evaluator() const {
  auto* model = static_cast<CloudWatch*>(cloud_.model("cloudwatch"));
  return {cloud_.metrics(), inputs_, *spec_, model == nullptr ? nullptr : &model->beyond};
}

Evaluation Alarm::evaluate_at(SimTime at) const {
  return spec_->logs || spec_->promql ? state_->evaluation : evaluator().evaluation_at(at);
}

// ---- Handlers: what the alarm reacts to. Each runs to its end; none waits. ----

void Alarm::on_metric_change(const MetricChange& change) {
  const bool is_late = change.since + spec_->window.period <= cloud_.sim().now();
  if (change.put != nullptr && !is_late) line_.put(*spec_, *change.put);
  Simulation& sim = cloud_.sim();
  if (sim.pending(foresee_ticket_)) sim.cancel(foresee_ticket_);
  // Once for all changes of this instant, with the cause of the last.
  foresee_ticket_ = sim.at(sim.now(), foresee_);
}

void Alarm::on_foresee() {
  Simulation& sim = cloud_.sim();
  // Where not even one evaluation comes between two changes, there is nothing to foresee: after
  // some such changes, evaluations come when they are due.
  const bool too_soon = foreseen_ && sim.now() < next_evaluation(spec_->window, *foreseen_);
  const bool in_vain = too_soon || sim.pending(evaluation_ticket_);
  const std::size_t least = too_soon ? 0 : 1;
  patience_ = std::clamp(in_vain ? patience_ / 2 : patience_, least, kPatience);
  foreseen_ = sim.now();
  foresee(patience_);
  line_.look(*spec_);
}

/// "Evaluation begins as soon as enough data fills its evaluation window", or, where the whole
/// warm-up is waited for, when it ends. It never starts anew.
bool Alarm::warms_up() {
  if (!warm_until_) return false;
  const SimTime now = cloud_.sim().now();
  bool over = now >= *warm_until_;
  if (spec_->logs) {
    over = over || (!spec_->warm_up->whole && log_runs_.size() >= spec_->rule.evaluation_periods);
  } else if (!over && !spec_->warm_up->whole) {
    const SimTime end = newest_end(spec_->window, now);
    const auto points = evaluator().points(end, spec_->rule.evaluation_periods, now);
    over = std::ranges::all_of(points, [](const AlarmPoint& point) { return !!point.value; });
  }
  if (over) warm_until_.reset();
  return !over;
}

std::string_view Alarm::evaluation_state() const noexcept {
  if (warm_until_) return "IN_WARM_UP";
  if (!state_->trouble.empty()) return state_->trouble;
  return state_->partial ? "PARTIAL_DATA" : "";
}

void Alarm::on_evaluation() {
  if (spec_->logs) {
    ask_logs();
    return foresee_log_run();
  }
  if (spec_->promql) {
    evaluate_promql();
    return foresee_promql();
  }
  if (warms_up()) return foresee(patience_);
  if (spec_->has_contributors) {
    evaluate_contributors();
    return foresee(patience_);
  }
  if (connected_source(*spec_) != nullptr) {
    ask_connected_source();
    return foresee(patience_);
  }
  const SimTime now = cloud_.sim().now();
  const AlarmEvaluator evaluator = this->evaluator();
  const Verdict verdict = evaluator.verdict_at(now);
  if (verdict.state && *verdict.state != state_->state) {
    StateRecord next{.state = *verdict.state,
                     .how = StateRecord::How::evaluated,
                     .updated = now,
                     .transitioned = now,
                     .spec = spec_,
                     .evaluation = evaluator.evaluation_at(now)};
    patience_ = kPatience;
    transition_to(std::move(next));
  } else {
    patience_ = std::clamp<std::size_t>(2 * patience_, 1, kMostPatience);
  }
  foresee(patience_);
}

/// Schedules the one evaluation that matters next. One that is due at this very instant stays: it
/// sees only what was readable before now.
void Alarm::foresee(std::size_t patience) {
  if (spec_->logs) return foresee_log_run();
  if (spec_->promql) return foresee_promql();
  Simulation& sim = cloud_.sim();
  if (sim.pending(evaluation_ticket_)) {
    if (evaluation_due_ == sim.now()) return;
    sim.cancel(evaluation_ticket_);
  }
  // A band is learnt as time goes: its future is not tried.
  if (spec_->band_side != BandSide::none) patience = std::min<std::size_t>(patience, 1);
  // New metrics may match a query at any time: each evaluation looks for itself.
  if (spec_->insights() != nullptr || connected_source(*spec_) != nullptr || warm_until_ ||
      spec_->reads_rules()) {
    patience = 0;
  }
  const auto next = evaluator().next_look(state_->state, sim.now(), patience);
  if (!next) return;
  evaluation_due_ = *next;
  evaluation_ticket_ = sim.at(*next, evaluation_);
}

// "Auto Scaling actions: the alarm continues to invoke the action once per minute while it remains
// in the new state." (alarm-actions)
void Alarm::on_scaling_minute() {
  run_scaling_actions(cloud_, *this);
  scaling_ticket_ = cloud_.sim().after(std::chrono::minutes{1}, scaling_);
}

// ---- Transition: the only place that assigns state_. ----

void Alarm::transition_to(StateRecord next) {
  const std::shared_ptr<const StateRecord> previous = std::move(state_);
  state_ = std::make_shared<const StateRecord>(std::move(next));
  history_.add(
      {.at = state_->updated, .type = HistoryItem::Type::state, .from = previous, .to = state_});
  cloud_.sim().cancel(scaling_ticket_);

  const bool first = previous->how == StateRecord::How::created;
  const bool settled =
      first && state_->how == StateRecord::How::evaluated && state_->state == AlarmState::ok;
  const CauseScope from{cloud_.sim(), cause_of(*state_)};
  if (state_->state != AlarmState::alarm) line_.reset();
  if (settled && origin_ == Origin::stood_before) {
    const CauseScope because{cloud_.sim(), write_journal(*previous, Level::everything)};
    tell_composites(News::no);
    return line_.look(*spec_);
  }
  const CauseScope because{cloud_.sim(),
                           write_journal(*previous, settled ? Level::story : Level::goals)};
  cloud_.emit(
      state_change_event(*previous, *state_, mute_detail(cloud_, spec_->place, spec_->name)));
  run_actions(*previous);
  tell_composites(News::yes);
  line_.look(*spec_);
}

void Alarm::tell_composites(News news) {
  auto* model = static_cast<CloudWatch*>(cloud_.model("cloudwatch"));
  if (model != nullptr) model->composites.child_changed(spec_->place, spec_->name, news);
}

/// An alarm comes of the sample that crossed its line; anything else of what its metric did last.
CauseId Alarm::cause_of(const StateRecord& next) const {
  if (next.how != StateRecord::How::evaluated) return cloud_.sim().cause();
  if (next.state == AlarmState::alarm && line_.crossed()) return *line_.crossed();
  CauseId cause = CauseId::none;  // the newest of all inputs
  if (spec_->has_contributors) return cloud_.sim().cause();
  for (const SeriesId input : inputs_) {
    cause = std::max(cause, cloud_.metrics().latest_cause(input, cloud_.sim().now()));
  }
  return cause == CauseId::none ? cloud_.sim().cause() : cause;
}

CauseId Alarm::write_journal(const StateRecord& previous, Level level) {
  if (!cloud_.journal().keeps(level)) return cloud_.journal().link();
  return cloud_.journal().write({.kind = EntryKind::alarm,
                                 .level = level,
                                 .subject = spec_->name,
                                 .text = state_->story(),
                                 .source = std::string{cloud_.resources().source_of(spec_->name)},
                                 .detail = json_object("previous", to_string(previous.state),
                                                       "state", to_string(state_->state))});
}

void Alarm::run_actions(const StateRecord& previous) {
  if (!spec_->actions_enabled) return;
  run_state_actions(cloud_, *this, previous);
  if (has_scaling_action(*spec_, state_->state)) {
    scaling_ticket_ = cloud_.sim().after(std::chrono::minutes{1}, scaling_);
  }
}

// ---- Requests ----

void Alarm::update(AlarmSpec spec) {
  unwatch();
  Simulation& sim = cloud_.sim();
  sim.cancel(evaluation_ticket_);
  sim.cancel(foresee_ticket_);
  const std::shared_ptr<const AlarmSpec> before = spec_;
  spec_ = std::make_shared<const AlarmSpec>(std::move(spec));
  inputs_ = interned(cloud_, *spec_);
  configured_ = sim.now();
  if (spec_->logs) forget_log_runs(*before);
  if (!spec_->has_contributors) contributors_.clear();
  if (!spec_->promql || !before->promql || spec_->promql->query.text != before->promql->query.text)
    prom_book_.clear();
  if (warm_until_) {
    warm_until_.reset();
    if (spec_->warm_up) warm_until_ = created_ + spec_->warm_up->length;
  }
  line_.follow(inputs_.front());
  if (!spec_->actions_enabled) sim.cancel(scaling_ticket_);
  watch();
}

void Alarm::enable_actions(bool enabled) {
  if (spec_->actions_enabled == enabled) return;
  AlarmSpec spec = *spec_;
  spec.actions_enabled = enabled;
  spec_ = std::make_shared<const AlarmSpec>(std::move(spec));
  line_.look(*spec_);  // it keeps a pointer to the spec
  if (!enabled) cloud_.sim().cancel(scaling_ticket_);
}

// "SetAlarmState temporarily sets the state. The alarm returns to its actual state quickly, often
// within seconds." Actions run when the state differs.
void Alarm::set_state(AlarmState state, std::string reason, std::string reason_data) {
  const SimTime now = cloud_.sim().now();
  const bool same = state == state_->state;
  StateRecord next{.state = state,
                   .how = StateRecord::How::set,
                   .updated = now,
                   .transitioned = same ? state_->transitioned : now,
                   .spec = spec_,
                   .said = std::move(reason),
                   .said_data = std::move(reason_data)};
  if (same) {
    state_ = std::make_shared<const StateRecord>(std::move(next));
  } else {
    transition_to(std::move(next));
  }
  // The next evaluation is later than now, also where one was due at this instant.
  cloud_.sim().cancel(evaluation_ticket_);
  if (spec_->not_simulated.empty()) foresee(kPatience);
}

}  // namespace opsim::cloudwatch
