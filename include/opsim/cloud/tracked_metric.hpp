#pragma once
/// Target tracking, as EC2 Auto Scaling and Application Auto Scaling share it: the metric that is
/// tracked, the alarms that watch it, and the capacity that they ask for. Pure.
///
/// AWS: EC2 Auto Scaling User Guide, "Target tracking scaling policies"; Application Auto Scaling
/// User Guide, "Target tracking scaling policies"; API CustomizedMetricSpecification,
/// TargetTrackingMetricDataQuery.
#include <cstdint>
#include <optional>
#include <string>

#include "opsim/cloud/api.hpp"

namespace opsim {

/// The capacity at which a metric that falls as capacity rises is at its target. "If adding 1.5
/// instances [...] we round up and add two; if removing 1.5 [...] we remove just one": both are up.
[[nodiscard]] std::int64_t tracked_capacity(double target, double metric, std::int64_t capacity);

/// CustomizedMetricSpecification as PutMetricAlarm's members; errors have the code ValidationError.
[[nodiscard]] ApiResult<Json> customized_metric(const Json& specification);
/// "app/NAME/ID/targetgroup/NAME/ID" (a ResourceLabel) as the dimensions LoadBalancer and
/// TargetGroup of an alarm.
[[nodiscard]] std::optional<Json> load_balancer_dimensions(const std::string& label);

struct TrackingAlarm {
  std::string name;
  std::string policy;  // ARN
  bool high = false;   // else the alarm below the target
  int periods = 0;
  double threshold = 0;
};
/// What PutMetricAlarm is asked for one of a policy's alarms on `metric`.
[[nodiscard]] Json tracking_alarm(const Json& metric, const TrackingAlarm& alarm);

}  // namespace opsim
