#pragma once
/// What a PromQL alarm is told to do, and how its contributors breach and recover.
///
/// AWS: CloudWatch User Guide, "PromQL alarms" (alarm-promql), alarm-limits; API
/// AlarmPromQLCriteria, PutMetricAlarm (EvaluationCriteria, EvaluationInterval).
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/cloudwatch/alarm_contributors.hpp"
#include "models/cloudwatch/promql.hpp"
#include "opsim/cloud/api.hpp"

namespace opsim::cloudwatch {

struct PromCriteria {
  PromQuery query;
  std::optional<std::int64_t> pending_seconds;  // as they were given
  std::optional<std::int64_t> recovery_seconds;
  Duration interval{};

  [[nodiscard]] Duration pending() const {
    return std::chrono::seconds{pending_seconds.value_or(0)};
  }
  [[nodiscard]] Duration recovery() const {
    return std::chrono::seconds{recovery_seconds.value_or(0)};
  }
  /// EvaluationCriteria.
  [[nodiscard]] Json to_json() const;
  [[nodiscard]] std::int64_t interval_seconds() const;
};

/// PutMetricAlarm's input with EvaluationCriteria, and the same of templates.
ApiResult<AlarmSpec> read_promql_spec(const Place& place, const Json& members,
                                      std::string_view name);
void describe_promql_members(const AlarmSpec& spec, Json& json);

/// Since when each time series has been breaching or recovering.
class PromBook {
 public:
  /// `found` are the breaching series now. In the view: labels and values by turns as groups, and a
  /// verdict of ALARM or OK for each that is, or was until now, followed.
  ContributorsView take(const PromCriteria& criteria, const PromResult& found, SimTime now);
  void clear() { tracks_.clear(); }

 private:
  struct Track {
    SimTime breaching_since{};
    bool alarm = false;
    std::optional<SimTime> absent_since = {};
  };
  std::map<std::vector<std::string>, Track> tracks_;
};

}  // namespace opsim::cloudwatch
