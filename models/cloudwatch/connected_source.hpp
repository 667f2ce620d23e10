#pragma once
/// A Lambda function as the data source of an alarm: LAMBDA("name", "argument", ...).
///
/// AWS: CloudWatch User Guide, "Query metrics from other data sources" (MultiDataSourceQuerying),
/// "Custom connector" (the request and the answer), alarm-limits ("Limits that apply to alarms
/// based on connected data sources").
#include <optional>
#include <string>
#include <vector>

#include "models/cloudwatch/alarm_spec.hpp"
#include "opsim/cloud/api.hpp"

namespace opsim::cloudwatch {

/// The timestamps that one evaluation expects, one period apart, on any minute.
struct ExpectedTimes {
  SimTime end{};  // of the newest period
  Duration period = std::chrono::minutes{1};
  std::size_t count = 0;
  /// Of the newest period first.
  [[nodiscard]] SimTime at(std::size_t age) const {
    return end - static_cast<std::int64_t>(age + 1) * period;
  }
};

/// {"EventType": "GetMetricData", "GetMetricDataRequest": {"StartTime", "EndTime", "Period",
/// "Arguments"}}: what the function is given.
Json source_request(const ExpectedTimes& times, const MathNode& lambda);

/// The datapoints that align with the expected timestamps, newest first; "any data points returned
/// by the Lambda function that don't align with the expected timestamps are dropped". Nothing where
/// the answer is none of the documented shape: the alarm then goes to INSUFFICIENT_DATA.
std::optional<std::vector<std::optional<double>>> aligned(const ExpectedTimes& times,
                                                          const Json& answer);

/// The LAMBDA(...) that the alarm watches, or null.
const MathNode* connected_source(const AlarmSpec& spec);

}  // namespace opsim::cloudwatch
