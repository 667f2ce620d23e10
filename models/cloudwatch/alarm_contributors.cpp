// Contributors of alarms, and how such an alarm evaluates.
// AWS: as the header says. "If fewer than 100 contributors are in ALARM, the StateReason will be
// '95 out of 150 time series evaluated to ALARM'; if more, '100+ time series evaluated to ALARM'"
// (alarm-limits). As observed on AWS: "2 time series evaluated to OK", "No time series were
// returned by the query. Treat missing data is configured as [NonBreaching].", and that an empty
// result is treated as the alarm treats missing data. SIMPLIFIED: the User Guide
// (alarms-and-missing-data) has it go to INSUFFICIENT_DATA whatever the treatment; what was
// observed is followed.
#include "models/cloudwatch/alarm_contributors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "models/cloudwatch/alarm_actions.hpp"
#include "models/cloudwatch/alarm_record.hpp"
#include "models/cloudwatch/cloudwatch.hpp"
#include "models/cloudwatch/contributor_actions.hpp"

namespace opsim::cloudwatch {
namespace {

/// 16 hexadecimal digits, as AWS's look; here FNV-1a over labels and values.
std::string contributor_id(const std::vector<std::pair<std::string, std::string>>& attributes) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    hash = (hash ^ 0xffU) * 1099511628211ULL;
  };
  for (const auto& [label, value] : attributes) {
    mix(label);
    mix(value);
  }
  return fmt::format("{:016x}", hash);
}

AlarmContributor contributor_of(const AlarmSpec& spec, const std::vector<std::string>& group) {
  AlarmContributor contributor;
  if (spec.promql) {  // labels and values by turns
    for (std::size_t i = 0; i + 1 < group.size(); i += 2)
      contributor.attributes.emplace_back(group[i], group[i + 1]);
    contributor.id = contributor_id(contributor.attributes);
    return contributor;
  }
  const std::vector<std::string>& labels = spec.contributor_labels();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    contributor.attributes.emplace_back(labels[i], group[i]);
  }
  contributor.id = contributor_id(contributor.attributes);
  return contributor;
}

std::string story_of(const AlarmSpec& spec, const ContributorView& view) {
  StateRecord record;
  record.how = StateRecord::How::evaluated;
  record.spec = std::make_shared<const AlarmSpec>(spec);
  record.evaluation.verdict = view.verdict;
  record.evaluation.points = view.points;
  return record.datapoints_story();
}

}  // namespace

Json AlarmContributor::attributes_json() const {
  Json json = Json::object();
  for (const auto& [label, value] : attributes) json[label] = value;
  return json;
}

std::string AlarmContributor::words() const {
  std::vector<std::string> values;
  for (const auto& [label, value] : attributes) values.push_back(value);
  return fmt::format("{}", fmt::join(values, " "));
}

ContributorsView view_contributors(const Metrics& metrics, const AlarmSpec& spec, SimTime at) {
  const std::uint32_t range = evaluation_range(spec.window);
  const Duration period = spec.window.period;
  const SimTime end = newest_end(spec.window, at);
  const InsightsFrame frame{.grid = {end - range * period, period, range},
                            .period = period,
                            .by = at,
                            .history = kInsightsAlarmHistory};
  InsightsResult found = run_insights(metrics, *spec.insights(), spec.program->place, frame);
  ContributorsView view;
  view.partial = found.too_many_metrics || found.too_many_series || found.too_much_work;
  for (InsightsSeries& each : found.series) {
    ContributorView& contributor = view.all.emplace_back();
    contributor.group = std::move(each.group);
    contributor.sources = std::move(each.sources);
    std::vector<AlarmPoint> points;
    std::vector<std::optional<double>> values;
    for (std::size_t k = range; k-- > 0;) {
      AlarmPoint& point = points.emplace_back();
      point.start = frame.grid.at(k);
      point.value = each.series.points[k];
      point.breaching = point.value && spec.rule.threshold.breached_by(*point.value);
      values.push_back(point.value);
    }
    contributor.verdict = evaluate(spec.rule, values);
    contributor.points = counted_points(points, contributor.verdict);
  }
  return view;
}

// "Each time series (contributor) can only be in ALARM or OK state, never in INSUFFICIENT_DATA. A
// time series only exists when data is present"; one that vanishes goes to OK whatever the
// treatment of missing data.
std::vector<ContributorChange> ContributorBook::take(const AlarmSpec& spec,
                                                     const ContributorsView& view, SimTime now) {
  std::vector<ContributorChange> changes;
  std::set<std::vector<std::string>> still;
  more_ = false;
  for (const ContributorView& each : view.all) {
    const auto known = in_alarm_.find(each.group);
    const bool was = known != in_alarm_.end();
    bool alarm = each.verdict.state ? *each.verdict.state == AlarmState::alarm : was;
    if (alarm && still.size() == kMost) {
      more_ = true;
      alarm = false;
    }
    if (alarm) still.insert(each.group);
    if (alarm == was) continue;
    ContributorChange& change = changes.emplace_back();
    change.contributor = was ? known->second : contributor_of(spec, each.group);
    change.contributor.transitioned = now;
    change.contributor.reason = contributor_reason(spec, alarm, each.points);
    change.contributor.held = false;
    change.state = alarm ? AlarmState::alarm : AlarmState::ok;
    change.sources = each.sources;
    change.story = story_of(spec, each);
    if (alarm) in_alarm_[each.group] = change.contributor;
    if (was) in_alarm_.erase(known);
  }
  for (auto gone = in_alarm_.begin(); gone != in_alarm_.end();) {
    if (still.contains(gone->first)) {
      ++gone;
      continue;
    }
    ContributorChange& change = changes.emplace_back();
    change.contributor = std::move(gone->second);
    change.contributor.transitioned = now;
    change.contributor.reason = "No data was returned for this contributor";
    change.story = "the query no longer returns it";
    gone = in_alarm_.erase(gone);
  }
  return changes;
}

std::string ContributorBook::reason(const AlarmSpec& spec, const ContributorsView& view) const {
  const std::string_view they = spec.logs ? "contributors" : "time series";
  // "95 time series evaluated to ALARM" (alarm-limits, PromQL); of none undocumented.
  if (spec.promql && !more_) return fmt::format("{} {} evaluated to ALARM", in_alarm_.size(), they);
  if (in_alarm_.empty()) return fmt::format("{} {} evaluated to OK", view.all.size(), they);
  if (more_) return fmt::format("{}+ {} evaluated to ALARM", kMost, they);
  return fmt::format("{} out of {} {} evaluated to ALARM", in_alarm_.size(), view.all.size(), they);
}

void ContributorBook::hold(const std::string& id) {
  for (auto& [group, contributor] : in_alarm_) {
    if (contributor.id == id) contributor.held = true;
  }
}

std::vector<AlarmContributor> ContributorBook::release() {
  std::vector<AlarmContributor> released;
  for (auto& [group, contributor] : in_alarm_) {
    if (contributor.held) released.push_back(contributor);
    contributor.held = false;
  }
  return released;
}

std::optional<AlarmState> state_without_series(Treatment treatment) {
  switch (treatment) {
    case Treatment::breaching: return AlarmState::alarm;
    case Treatment::not_breaching: return AlarmState::ok;
    case Treatment::ignore: return std::nullopt;
    default: return AlarmState::insufficient_data;
  }
}

std::string reason_without_series(Treatment treatment) {
  constexpr std::string_view kWords[] = {"Missing", "Ignore", "Breaching", "NonBreaching"};
  return fmt::format(
      "No time series were returned by the query. Treat missing data is configured as [{}].",
      kWords[static_cast<std::size_t>(treatment)]);
}

// ---- The alarm ---------------------------------------------------------------------------------

/// "The alarm activates when any contributor enters the ALARM state."
void Alarm::evaluate_contributors() {
  const SimTime now = cloud_.sim().now();
  settle_contributors(view_contributors(cloud_.metrics(), *spec_, now));
}

void Alarm::settle_contributors(const ContributorsView& view) {
  const SimTime now = cloud_.sim().now();
  CauseId because = cloud_.sim().cause();
  for (ContributorChange& change : contributors_.take(*spec_, view, now)) {
    // As the guide's example has it, a log alarm's contributors give the reason of the alarm.
    if (spec_->logs) change.contributor.reason = contributors_.reason(*spec_, view);
    because = tell_contributor(change);
  }
  const Treatment treatment = spec_->rule.treatment;
  StateRecord next{.state = state_->state,
                   .how = StateRecord::How::evaluated,
                   .updated = now,
                   .transitioned = now,
                   .spec = spec_};
  next.partial = view.partial;
  if (view.all.empty()) {
    next.state = state_without_series(treatment).value_or(state_->state);
    next.said = reason_without_series(treatment);
  } else {
    next.state = contributors_.in_alarm().empty() ? AlarmState::ok : AlarmState::alarm;
    next.said = contributors_.reason(*spec_, view);
    next.contributors_act = true;
  }
  const CauseScope from{cloud_.sim(), because};
  if (next.state != state_->state) return transition_to(std::move(next));
  if (next.said == state_->said && next.partial == state_->partial && state_->trouble.empty()) {
    return;
  }
  reword(std::move(next));
}

/// As observed on AWS: a new reason alone is a StateUpdate in the history, no event and no action.
void Alarm::reword(StateRecord next) {
  next.transitioned = state_->transitioned;
  const SimTime now = next.updated;
  const std::shared_ptr<const StateRecord> previous = std::move(state_);
  state_ = std::make_shared<const StateRecord>(std::move(next));
  history_.add({.at = now, .type = HistoryItem::Type::state, .from = previous, .to = state_});
}

/// The cause of what follows: the entry in the journal, which comes of the newest change of the
/// metrics behind the contributor.
CauseId Alarm::tell_contributor(const ContributorChange& change) {
  CauseId cause = CauseId::none;
  for (const SeriesId source : change.sources) {
    cause = std::max(cause, cloud_.metrics().latest_cause(source, cloud_.sim().now()));
  }
  const CauseScope from{cloud_.sim(), cause == CauseId::none ? cloud_.sim().cause() : cause};
  const bool alarm = change.state == AlarmState::alarm;
  const CauseId entry = cloud_.journal().write(
      {.kind = EntryKind::alarm,
       .level = Level::goals,
       .subject = fmt::format("{} [{}]", spec_->name, change.contributor.words()),
       .text = change.story,
       .source = std::string{cloud_.resources().source_of(spec_->name)},
       .detail = {{"previous", alarm ? "OK" : "ALARM"},
                  {"state", to_string(change.state)},
                  {"contributor", change.contributor.id}}});
  const CauseScope because{cloud_.sim(), entry};
  history_.add(contributor_history(change, cloud_.sim().now()));
  cloud_.emit(contributor_event(*spec_, change, mute_detail(cloud_, spec_->place, spec_->name)));
  if (spec_->actions_enabled && !act_contributor(cloud_, *this, change)) {
    contributors_.hold(change.contributor.id);
  }
  return entry;
}

void Alarm::run_held_contributors() {
  for (const AlarmContributor& contributor : contributors_.release()) {
    ContributorChange change;
    change.contributor = contributor;
    change.state = AlarmState::alarm;
    if (spec_->actions_enabled) act_contributor(cloud_, *this, change, AfterMute::yes);
  }
}

}  // namespace opsim::cloudwatch
