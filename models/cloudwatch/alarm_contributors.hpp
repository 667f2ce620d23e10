#pragma once
/// The contributors of an alarm on a Metrics Insights query with GROUP BY, or on logs with a by
/// clause: each time series that the query returns has a state of its own, OK or ALARM.
///
/// AWS: CloudWatch User Guide, "Create a CloudWatch alarm based on a Metrics Insights query"
/// (Create_Metrics_Insights_Alarm), "Acting on alarm changes", alarm-limits; API AlarmContributor.
#include <map>
#include <string>
#include <vector>

#include "models/cloudwatch/alarm_evaluation.hpp"

namespace opsim::cloudwatch {

/// One time series as an evaluation saw it.
struct ContributorView {
  std::vector<std::string> group;  // the values of GROUP BY's labels
  std::vector<SeriesId> sources;
  Verdict verdict{};
  std::vector<AlarmPoint> points;  // those that counted, newest first
};

struct ContributorsView {
  std::vector<ContributorView> all;  // in the order of the query
  bool partial = false;              // EvaluationState PARTIAL_DATA
};

ContributorsView view_contributors(const Metrics& metrics, const AlarmSpec& spec, SimTime at);

/// One that is in ALARM, or has just left it.
struct AlarmContributor {
  std::string id;  // of its attributes alone: the same in every alarm, for ever
  std::vector<std::pair<std::string, std::string>> attributes;  // label and value
  std::string reason;
  SimTime transitioned{};
  bool held = false;  // muted when it should have acted

  [[nodiscard]] Json attributes_json() const;
  /// "i-0000000000000002", "web eu": its values.
  [[nodiscard]] std::string words() const;
};

struct ContributorChange {
  AlarmContributor contributor;
  AlarmState state = AlarmState::ok;
  std::vector<SeriesId> sources;  // empty for one that is gone
  std::string story;              // "2 of 2 datapoints above 90 (90.3, 91.1)"
};

class ContributorBook {
 public:
  /// "Alarms evaluating multiple time series will limit the number of contributors in ALARM to
  /// 100" (alarm-limits).
  static constexpr std::size_t kMost = 100;

  /// What changed, in the order of the query; those that are gone come last.
  std::vector<ContributorChange> take(const AlarmSpec& spec, const ContributorsView& view,
                                      SimTime now);
  /// "95 out of 150 time series evaluated to ALARM".
  [[nodiscard]] std::string reason(const AlarmSpec& spec, const ContributorsView& view) const;
  /// Those in ALARM, by their values.
  [[nodiscard]] const std::map<std::vector<std::string>, AlarmContributor>& in_alarm() const {
    return in_alarm_;
  }
  void hold(const std::string& id);
  /// Those whose actions were held back; they no longer are.
  std::vector<AlarmContributor> release();
  void clear() { in_alarm_.clear(); }

 private:
  std::map<std::vector<std::string>, AlarmContributor> in_alarm_;
  bool more_ = false;  // than kMost are in ALARM
};

/// What an empty result means: TreatMissingData decides; nothing where the state stays.
std::optional<AlarmState> state_without_series(Treatment treatment);
/// "No time series were returned by the query. Treat missing data is configured as [Missing]."
std::string reason_without_series(Treatment treatment);

}  // namespace opsim::cloudwatch
