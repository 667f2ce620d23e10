#pragma once
/// What a run writes: START, its output, END and REPORT.
///
/// AWS: Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs"
/// (monitoring-cloudwatchlogs).
#include <string>

#include "opsim/cloud/cloud.hpp"

namespace opsim::lambda {

struct RunLog {
  std::string request_id{};
  std::string version{};
  std::string output{};
  std::string failure{};
  Duration init{};
  Duration takes{};
  std::int64_t memory_mb = 0;
  double used_mb = 0;
};

[[nodiscard]] std::string text_of(const RunLog& log);
/// Into the log group /aws/lambda/NAME where a stack has made one: what nobody reads costs nothing.
/// `stream` is the log stream that was made last.
void write_log(Cloud& cloud, const Place& place, const std::string& function, const RunLog& log,
               std::string& stream);
/// The last 4 KB in base64, as LogResult has them.
[[nodiscard]] std::string log_result(const std::string& log);

}  // namespace opsim::lambda
