// Log alarms: running the query on its schedule, and what its results mean.
// AWS: CloudWatch User Guide, "Log alarms" (alarm-log).
// "The alarm remains in INSUFFICIENT_DATA until enough query executions complete to satisfy the
// M-out-of-N evaluation": here M of them, as one who watched had it (OK after the first result of
// one out of three). SIMPLIFIED: an execution that failed counts as missing once a later one did
// not; AWS lets some failures among the last N make it INSUFFICIENT_DATA. SIMPLIFIED: the managed
// scheduled query is not listed by CloudWatch Logs, and log lines do not go into messages.
// UNDOCUMENTED: the words for failures.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/cloudwatch.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr Duration kLook = std::chrono::seconds{1};
constexpr int kMostLooks = 3600;  // "queries time out after 60 minutes"

std::int64_t epoch_of(SimTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

Process<> run_log_query(Cloud& cloud, Place place, std::string alarm,
                        std::shared_ptr<const LogQuery> query) {
  LogRun run{.at = cloud.sim().now()};
  const Caller caller{place, query->role, ""};
  Json input{{"logGroupIdentifiers", query->groups},
             {"queryString", query->whole()},
             {"startTime", epoch_of(run.at - query->start_offset)},
             {"endTime", epoch_of(run.at - query->end_offset)}};
  const ApiResult<Json> started = co_await cloud.call(Caller{caller}, std::string{"logs"},
                                                      std::string{"StartQuery"}, std::move(input));
  if (started) run.id = opsim::input::text(*started, "queryId");
  if (!started) run.failed = fmt::format("{}: {}", started.error().code, started.error().message);
  for (int looks = 0; run.failed.empty(); ++looks) {
    co_await cloud.sim().sleep(kLook);
    Json which{{"queryId", run.id}};
    const ApiResult<Json> found = co_await cloud.call(
        Caller{caller}, std::string{"logs"}, std::string{"GetQueryResults"}, std::move(which));
    const std::string status = found ? opsim::input::text(*found, "status") : "Failed";
    if (status == "Complete") {
      run.read(*query, found->at("results"));
      break;
    }
    const bool waits = status == "Running" || status == "Scheduled";
    if (!found) run.failed = fmt::format("{}: {}", found.error().code, found.error().message);
    if (found && (!waits || looks == kMostLooks))
      run.failed = fmt::format("the query ended with the status {}", status);
  }
  auto* model = static_cast<CloudWatch*>(cloud.model("cloudwatch"));
  Alarm* asking = model == nullptr ? nullptr : model->find(place, alarm);
  if (asking != nullptr) asking->take_log_run(query, std::move(run));
}

/// Missing executions count as the alarm treats missing data; those that have not been do not.
Verdict decide(const AlarmRule& rule, const std::vector<std::optional<double>>& newest_first) {
  Verdict verdict;
  std::uint32_t missing = 0;
  for (const std::optional<double>& value : newest_first) {
    if (!value) ++missing;
    if (!value) continue;
    ++verdict.real;
    if (rule.threshold.breached_by(*value)) ++verdict.breaching;
  }
  if (newest_first.size() < rule.datapoints_to_alarm) return verdict;  // the state stays
  const bool fills =
      rule.treatment == Treatment::breaching || rule.treatment == Treatment::not_breaching;
  if (fills) verdict.filled = missing;
  const std::uint32_t against =
      verdict.breaching + (rule.treatment == Treatment::breaching ? missing : 0);
  if (against >= rule.datapoints_to_alarm) {
    verdict.state = AlarmState::alarm;
  } else if (verdict.real + verdict.filled > 0) {
    verdict.state = AlarmState::ok;
  } else if (rule.treatment == Treatment::missing) {
    verdict.state = AlarmState::insufficient_data;
  }
  return verdict;
}

AlarmPoint point_of_run(const AlarmRule& rule, SimTime at, std::optional<double> value) {
  AlarmPoint point{.start = at, .value = value};
  point.breaching = value && rule.threshold.breached_by(*value);
  return point;
}

/// "If a contributor disappears from query results, it transitions to OK": only those of the newest
/// execution are seen.
ContributorsView view_runs(const AlarmSpec& spec, const std::deque<LogRun>& runs,
                           const std::vector<SeriesId>& sources) {
  ContributorsView view;
  view.partial = runs.front().partial;
  for (const auto& [group, newest] : runs.front().groups) {
    ContributorView& contributor = view.all.emplace_back();
    contributor.group = group;
    contributor.sources = sources;
    std::vector<std::optional<double>> values;
    for (const LogRun& run : runs) {
      values.push_back(run.value_of(group));
      contributor.points.push_back(point_of_run(spec.rule, run.at, values.back()));
    }
    contributor.verdict = decide(spec.rule, values);
  }
  return view;
}

}  // namespace

// ---- The alarm ---------------------------------------------------------------------------------

void Alarm::foresee_log_run() {
  Simulation& sim = cloud_.sim();
  if (sim.pending(evaluation_ticket_)) return;
  // The first execution is one rate after the alarm was put.
  const auto next = schedule::next_time(spec_->logs->schedule, TimeZone{}, configured_, sim.now());
  if (!next) return;
  evaluation_due_ = *next;
  evaluation_ticket_ = sim.at(*next, evaluation_);
}

void Alarm::ask_logs() {
  cloud_.sim().spawn(run_log_query(cloud_, spec_->place, spec_->name, spec_->logs));
}

void Alarm::take_log_run(const std::shared_ptr<const LogQuery>& query, LogRun run) {
  if (!spec_->logs || !spec_->logs->same_results(*query)) return;  // it was changed meanwhile
  log_runs_.push_front(std::move(run));
  while (log_runs_.size() > spec_->rule.evaluation_periods) log_runs_.pop_back();
  if (warms_up()) return;
  if (!log_runs_.front().failed.empty()) return take_failed_run(log_runs_.front());
  if (spec_->has_contributors) {
    if (log_runs_.size() < spec_->rule.datapoints_to_alarm) return;
    return settle_contributors(view_runs(*spec_, log_runs_, inputs_));
  }
  const SimTime now = cloud_.sim().now();
  StateRecord next{.state = state_->state,
                   .how = StateRecord::How::evaluated,
                   .updated = now,
                   .transitioned = now,
                   .spec = spec_};
  std::vector<std::optional<double>> values;
  for (const LogRun& each : log_runs_) {
    values.push_back(each.value);
    next.results.push_back(each.id);
    next.evaluation.points.push_back(point_of_run(spec_->rule, each.at, each.value));
  }
  next.evaluation.at = now;
  next.evaluation.verdict = decide(spec_->rule, values);
  const std::optional<AlarmState> state = next.evaluation.verdict.state;
  if (!state) return;
  next.state = *state;
  if (*state != state_->state) return transition_to(std::move(next));
  if (!state_->trouble.empty()) reword(std::move(next));
}

/// "EVALUATION_ERROR: insufficient permissions, an invalid query, or when all query results have
/// failed; EVALUATION_FAILURE: when some (but not all) query results failed. The alarm transitions
/// to INSUFFICIENT_DATA."
void Alarm::take_failed_run(const LogRun& run) {
  const bool all = std::ranges::none_of(log_runs_, &std::string::empty, &LogRun::failed);
  const SimTime now = cloud_.sim().now();
  StateRecord next{.state = AlarmState::insufficient_data,
                   .how = StateRecord::How::evaluated,
                   .updated = now,
                   .transitioned = now,
                   .spec = spec_};
  next.trouble = all ? "EVALUATION_ERROR" : "EVALUATION_FAILURE";
  next.said = fmt::format("The scheduled query failed: {}", run.failed);
  if (next.state != state_->state) return transition_to(std::move(next));
  if (next.said != state_->said || next.trouble != state_->trouble) reword(std::move(next));
}

/// "Changes to the threshold or M-out-of-N values do not trigger this reset."
void Alarm::forget_log_runs(const AlarmSpec& before) {
  if (before.logs && spec_->logs->same_results(*before.logs)) {
    while (log_runs_.size() > spec_->rule.evaluation_periods) log_runs_.pop_back();
    return;
  }
  log_runs_.clear();
  contributors_.clear();
  if (state_->state == AlarmState::insufficient_data) return;
  const SimTime now = cloud_.sim().now();
  StateRecord next{.state = AlarmState::insufficient_data,
                   .how = StateRecord::How::evaluated,
                   .updated = now,
                   .transitioned = now,
                   .spec = spec_};
  next.evaluation.at = now;
  transition_to(std::move(next));
}

}  // namespace opsim::cloudwatch
