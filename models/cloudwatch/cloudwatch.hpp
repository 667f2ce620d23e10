#pragma once
/// The state of CloudWatch: its alarms. Metrics themselves belong to the Cloud.
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "models/cloudwatch/alarm.hpp"
#include "models/cloudwatch/anomaly_detectors.hpp"
#include "models/cloudwatch/composite_book.hpp"
#include "models/cloudwatch/dashboards.hpp"
#include "models/cloudwatch/insight_rules.hpp"
#include "models/cloudwatch/insight_source.hpp"
#include "models/cloudwatch/metric_streams.hpp"
#include "models/cloudwatch/mute_book.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::cloudwatch {

class CloudWatch : public Model {
 public:
  explicit CloudWatch(Cloud& world) : cloud{world} {}

  using AlarmsByName = std::map<std::string, std::unique_ptr<Alarm>, std::less<>>;

  /// Null when there is none.
  [[nodiscard]] Alarm* find(const Place& place, std::string_view name);
  [[nodiscard]] AlarmsByName& alarms_of(const Place& place) { return alarms_[place]; }
  [[nodiscard]] const std::map<Place, AlarmsByName>& alarms() const { return alarms_; }

  /// "CloudWatch retains the history of an alarm even if you delete the alarm." (API
  /// DescribeAlarmHistory). At most kMostGone alarms' (ours).
  struct GoneHistory {
    std::string name;
    std::string_view type;  // "MetricAlarm", "CompositeAlarm"
    AlarmHistory history;
  };
  static constexpr std::size_t kMostGone = 1000;
  void keep_history(const Place& place, const std::string& name, std::string_view type,
                    const AlarmHistory& history);
  [[nodiscard]] const std::deque<GoneHistory>& gone(const Place& place) { return gone_[place]; }

  Alarm& create(AlarmSpec spec, Alarm::Origin origin);

  Cloud& cloud;
  AnomalyDetectors anomalies{cloud};
  CompositeBook composites{*this};
  MuteBook mutes{cloud};
  Dashboards dashboards;
  InsightRules insight_rules;
  MetricStreams metric_streams;
  BeyondMetrics beyond{*this};

 private:
  std::map<Place, AlarmsByName> alarms_;
  std::map<Place, std::deque<GoneHistory>> gone_;  // oldest first
};

}  // namespace opsim::cloudwatch
