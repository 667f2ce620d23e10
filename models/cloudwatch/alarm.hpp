#pragma once
/// One metric or log alarm: its state, and the one evaluation that could change it next.
///
/// It does not poll. It foresees when its next evaluation could say something new and schedules
/// that one; a change of its metric makes it foresee anew.
#include <deque>
#include <memory>
#include <vector>

#include "models/cloudwatch/alarm_contributors.hpp"
#include "models/cloudwatch/alarm_history.hpp"
#include "models/cloudwatch/alarm_record.hpp"
#include "models/cloudwatch/alarm_spec.hpp"
#include "models/cloudwatch/line_watch.hpp"
#include "models/cloudwatch/log_query.hpp"
#include "models/cloudwatch/promql_alarm.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::cloudwatch {

enum class News : bool;  // composite_alarm.hpp

class Alarm {
 public:
  /// `stood_before`: the alarm is part of a system that ran before the scenario begins, so that
  /// finding all in order at first is no news.
  enum class Origin : std::uint8_t { created, stood_before };

  Alarm(Cloud& cloud, AlarmSpec spec, Origin origin);
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  [[nodiscard]] const AlarmSpec& spec() const noexcept { return *spec_; }
  [[nodiscard]] const StateRecord& state() const noexcept { return *state_; }
  [[nodiscard]] const AlarmHistory& history() const noexcept { return history_; }
  [[nodiscard]] SimTime configured() const noexcept { return configured_; }
  [[nodiscard]] const ContributorBook& contributors() const noexcept { return contributors_; }
  /// "PARTIAL_DATA", "IN_WARM_UP", "EVALUATION_ERROR", "EVALUATION_FAILURE", or "".
  [[nodiscard]] std::string_view evaluation_state() const noexcept;
  [[nodiscard]] SeriesId series() const noexcept { return inputs_.front(); }
  /// The rules applied to its metrics as they are now.
  [[nodiscard]] AlarmEvaluator evaluator() const;
  /// What an evaluation would say now, for explanations.
  [[nodiscard]] Evaluation evaluate_at(SimTime at) const;

  /// PutMetricAlarm on an alarm that exists: the state stays, all else is replaced.
  void update(AlarmSpec spec);
  void enable_actions(bool enabled);
  /// SetAlarmState: holds until the next evaluation.
  void set_state(AlarmState state, std::string reason, std::string reason_data);
  void remember(HistoryItem item) { history_.add(std::move(item)); }
  /// The end of a mute window: contributors that were held back and still are in ALARM act.
  void run_held_contributors();
  /// What the Lambda function of a connected data source answered to the evaluation at `asked`.
  void take_source(SimTime asked, const ApiResult<Json>& answer);
  /// What an execution of a log alarm's query gave.
  void take_log_run(const std::shared_ptr<const LogQuery>& query, LogRun run);

 private:
  struct Handler : Callback {
    Handler(Alarm& of, void (Alarm::*with)());
    Alarm& alarm;
    void (Alarm::*react)();
  };
  void on_metric_change(const MetricChange& change);
  void on_foresee();
  void on_evaluation();
  void on_scaling_minute();
  void foresee(std::size_t patience);
  bool warms_up();
  void evaluate_contributors();
  void settle_contributors(const ContributorsView& view);
  void ask_connected_source();
  void ask_logs();
  void take_failed_run(const LogRun& run);
  void forget_log_runs(const AlarmSpec& before);
  void foresee_log_run();
  void evaluate_promql();
  void foresee_promql();
  void reword(StateRecord next);
  CauseId tell_contributor(const ContributorChange& change);
  void transition_to(StateRecord next);
  [[nodiscard]] CauseId cause_of(const StateRecord& next) const;
  CauseId write_journal(const StateRecord& next, Level level);
  void run_actions(const StateRecord& previous);
  void tell_composites(News news);
  void watch();
  void unwatch();

  Cloud& cloud_;
  std::shared_ptr<const AlarmSpec> spec_;
  std::shared_ptr<const StateRecord> state_;
  std::vector<SeriesId> inputs_;  // of spec_->inputs(); never empty
  std::vector<WatchId> watches_;
  Origin origin_;
  SimTime configured_;
  SimTime created_;
  std::optional<SimTime> warm_until_;  // while it warms up
  Handler foresee_{*this, &Alarm::on_foresee};
  Handler evaluation_{*this, &Alarm::on_evaluation};
  Handler scaling_{*this, &Alarm::on_scaling_minute};
  Ticket foresee_ticket_;
  Ticket evaluation_ticket_;
  Ticket scaling_ticket_;
  std::optional<SimTime> foreseen_;  // when a change made it look ahead last
  SimTime evaluation_due_{};
  std::size_t patience_;
  LineWatch line_;
  ContributorBook contributors_;
  PromBook prom_book_;
  std::deque<LogRun> log_runs_;  // newest first; at most as many as it evaluates
  AlarmHistory history_;
};

}  // namespace opsim::cloudwatch
