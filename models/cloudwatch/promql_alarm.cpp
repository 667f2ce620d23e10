// How a PromQL alarm evaluates.
// AWS: CloudWatch User Guide, alarm-promql: "If the contributor continues breaching for the
// duration specified by PendingPeriod, the contributor transitions to ALARM state"; "if the
// contributor remains absent for the duration specified by RecoveryPeriod, the contributor
// transitions back to OK state"; these are Prometheus' `for` and `keep_firing_for`. UNDOCUMENTED:
// the reasons of contributors; that the clock of evaluations stands on whole intervals since 1970;
// a query that fails (EVALUATION_ERROR) leaves the state as it is.
#include "models/cloudwatch/promql_alarm.hpp"

#include <fmt/format.h>

#include "models/cloudwatch/cloudwatch.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::cloudwatch {
namespace {

/// Labels and values by turns.
std::vector<std::string> group_of_labels(const PromLabels& labels) {
  std::vector<std::string> group;
  for (const auto& [label, value] : labels) {
    group.push_back(label);
    group.push_back(value);
  }
  return group;
}

void word_contributor(const PromCriteria& criteria, ContributorChange& change) {
  if (change.state == AlarmState::alarm) {
    change.story = criteria.pending() == Duration{}
                       ? "its query returned it"
                       : fmt::format("its query returned it for {}", human(criteria.pending()));
    change.contributor.reason =
        fmt::format("Breaching for at least {} seconds.", criteria.pending_seconds.value_or(0));
  } else {
    change.story =
        criteria.recovery() == Duration{}
            ? "its query no longer returns it"
            : fmt::format("its query has not returned it for {}", human(criteria.recovery()));
    change.contributor.reason = fmt::format("Not breaching for at least {} seconds.",
                                            criteria.recovery_seconds.value_or(0));
  }
}

}  // namespace

ContributorsView PromBook::take(const PromCriteria& criteria, const PromResult& found,
                                SimTime now) {
  ContributorsView view;
  view.partial = found.partial;
  std::map<std::vector<std::string>, const PromSample*> breaching;
  for (const PromSample& sample : found.samples) {
    std::vector<std::string> group = group_of_labels(sample.labels);
    tracks_.try_emplace(group, Track{.breaching_since = now});
    breaching.emplace(std::move(group), &sample);
  }
  for (auto track = tracks_.begin(); track != tracks_.end();) {
    auto& [group, state] = *track;
    const auto present = breaching.find(group);
    bool over = false;  // it need not be followed any longer
    if (present != breaching.end()) {
      state.absent_since.reset();
      state.alarm = state.alarm || now - state.breaching_since >= criteria.pending();
    } else if (!state.alarm) {
      over = true;
    } else {
      if (!state.absent_since) state.absent_since = now;
      over = now - *state.absent_since >= criteria.recovery();
      state.alarm = !over;
    }
    ContributorView& contributor = view.all.emplace_back();
    contributor.group = group;
    if (present != breaching.end()) contributor.sources = present->second->sources;
    contributor.verdict.state = state.alarm ? AlarmState::alarm : AlarmState::ok;
    track = over ? tracks_.erase(track) : std::next(track);
  }
  return view;
}

// ---- The alarm ---------------------------------------------------------------------------------

void Alarm::foresee_promql() {
  Simulation& sim = cloud_.sim();
  if (sim.pending(evaluation_ticket_)) return;
  const Duration interval = spec_->promql->interval;
  evaluation_due_ = sim.now() - sim.now().time_since_epoch() % interval + interval;
  evaluation_ticket_ = sim.at(evaluation_due_, evaluation_);
}

void Alarm::evaluate_promql() {
  const SimTime now = cloud_.sim().now();
  const PromCriteria& criteria = *spec_->promql;
  const PromResult found = run_promql(cloud_.metrics(), spec_->place, criteria.query, now);
  StateRecord next{.state = state_->state,
                   .how = StateRecord::How::evaluated,
                   .updated = now,
                   .transitioned = now,
                   .spec = spec_};
  if (!found.failed.empty()) {
    next.trouble = "EVALUATION_ERROR";
    next.said = fmt::format("The query failed: {}", found.failed);
    if (next.said != state_->said) reword(std::move(next));
    return;
  }
  const ContributorsView view = prom_book_.take(criteria, found, now);
  CauseId because = cloud_.sim().cause();
  for (ContributorChange& change : contributors_.take(*spec_, view, now)) {
    word_contributor(criteria, change);
    because = tell_contributor(change);
  }
  const std::size_t alarms = contributors_.in_alarm().size();
  next.partial = view.partial;
  next.state = alarms == 0 ? AlarmState::ok : AlarmState::alarm;
  next.said = contributors_.reason(*spec_, view);
  next.contributors_act = true;
  const CauseScope from{cloud_.sim(), because};
  if (next.state != state_->state) return transition_to(std::move(next));
  const bool fresh = state_->how == StateRecord::How::created && alarms == 0;
  const bool same = next.said == state_->said && next.partial == state_->partial;
  if (fresh || (same && state_->trouble.empty())) return;
  reword(std::move(next));
}

}  // namespace opsim::cloudwatch
