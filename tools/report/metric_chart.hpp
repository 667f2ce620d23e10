#pragma once
#include <string>

#include "tools/report/lanes.hpp"
#include "tools/report/watched_metrics.hpp"

namespace opsim::report {

/// One metric over the run with its alarm's threshold; where the alarm stood in ALARM is shaded.
std::string metric_svg(const WatchedMetric& metric, const std::vector<Lane>& lanes,
                       const TimeAxis& axis);

}  // namespace opsim::report
