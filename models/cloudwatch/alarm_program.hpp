#pragma once
/// PutMetricAlarm's Metrics where they are more than one metric: expressions, bands.
#include <optional>
#include <string>
#include <vector>

#include "models/cloudwatch/metric_program.hpp"

namespace opsim::cloudwatch {

struct AlarmProgram {
  MetricProgram program{};
  std::size_t watched = 0;        // the query whose result the alarm watches
  std::size_t band = 0;           // the one whose limits it watches against, where it has a band
  bool has_contributors = false;  // the query watched gives several time series
  std::optional<std::int64_t> period_seconds{};
};

/// `band_id` is ThresholdMetricId, or "".
ApiResult<AlarmProgram> read_alarm_program(const Place& place,
                                           const std::vector<const Json*>& queries,
                                           const std::string& band_id);

}  // namespace opsim::cloudwatch
