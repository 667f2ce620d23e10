#pragma once
/// Predictive scaling: capacity ahead of a load that comes back every day and every week.
///
/// AWS: EC2 Auto Scaling User Guide, "How predictive scaling works": from up to 14 days of hourly
/// data, at least 24 hours, it forecasts the next 48 hours, anew every 6 hours; "at the beginning
/// of each hour" it scales out where the forecast asks for more, and never in. API
/// PredictiveScalingConfiguration, GetPredictiveScalingForecast.
/// UNDOCUMENTED: the model ("machine learning"). ESTIMATE: an hour is like the mean of the same
/// hour of the same weekday, up to two weeks back; while there is no week of data, like the mean of
/// the same hour of the days there are. Capacity is load times the capacity that a unit of load has
/// needed so far.
#include <map>
#include <optional>
#include <string>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim::compute {

struct PredictiveScaling {
  double target = 0;
  Json load;                                  // GetMetricData's queries, of an hour each
  Json scaling;                               // the same
  Json capacity;                              // the same, or null: what the group has in service
  Json specification;                         // MetricSpecifications[0], as given
  bool scales = false;                        // Mode is ForecastAndScale
  Duration buffer = std::chrono::minutes{5};  // SchedulingBufferTime
  bool raises_max = false;                    // MaxCapacityBreachBehavior is IncreaseMaxCapacity
  std::int64_t max_buffer = 0;                // MaxCapacityBuffer, per cent of the forecast
};

/// Hours are counted since 1970, in UTC.
using Hour = std::int64_t;
[[nodiscard]] Hour hour_of(SimTime time);
[[nodiscard]] SimTime start_of(Hour hour);

/// What was measured in an hour.
struct LoadHour {
  double load = 0;
  /// "actualCapacityUnits * scalingMetricValue / targetUtilization" (inferred required capacity).
  std::optional<double> needed;
};
using LoadHistory = std::map<Hour, LoadHour>;

struct ForecastHour {
  double load = 0;
  std::int64_t capacity = 0;
};

/// What a policy remembers.
struct PredictiveMemory {
  LoadHistory history;
  std::map<Hour, ForecastHour> forecast;  // of the past, too, as it was forecast last
  std::optional<SimTime> updated;
  Hour gathered = 0;  // hours before this one have been looked at
  Ticket update;
  Ticket hour;
};

// ---- predictive_forecast.cpp: pure -----------------------------------------------------------

inline constexpr int kForecastHours = 48;
inline constexpr int kLeastHours = 24;
inline constexpr int kMostHours = 14 * 24;

/// Of `count` hours from `first` on; nothing before there are 24 hours of data.
[[nodiscard]] std::map<Hour, ForecastHour> forecast(const LoadHistory& history, Hour first,
                                                    int count);
/// The largest size that a forecast allows its group: 40 becomes 55 for a forecast of 50 with a
/// buffer of 10 per cent.
[[nodiscard]] std::int64_t raised_maximum(std::int64_t maximum, std::int64_t capacity,
                                          std::int64_t buffer_percent);

// ---- predictive_spec.cpp: pure ---------------------------------------------------------------

[[nodiscard]] ApiResult<PredictiveScaling> read_predictive_scaling(const Json& configuration,
                                                                   const std::string& group);
/// PredictiveScalingConfiguration with the defaults that AWS fills in.
[[nodiscard]] Json predictive_json(const Json& configuration);

}  // namespace opsim::compute
