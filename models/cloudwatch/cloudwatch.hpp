#pragma once
/// The state of CloudWatch: its alarms. Metrics themselves belong to the Cloud.
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "models/cloudwatch/alarm.hpp"
#include "models/cloudwatch/anomaly_detectors.hpp"
#include "models/cloudwatch/composite_book.hpp"
#include "models/cloudwatch/dashboards.hpp"
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

  Alarm& create(AlarmSpec spec, Alarm::Origin origin);

  Cloud& cloud;
  AnomalyDetectors anomalies{cloud};
  CompositeBook composites{*this};
  MuteBook mutes{cloud};
  Dashboards dashboards;

 private:
  std::map<Place, AlarmsByName> alarms_;
};

}  // namespace opsim::cloudwatch
