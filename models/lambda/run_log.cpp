// SIMPLIFIED: one log stream for each version and day, where AWS has one for each execution
// environment; all lines of a run carry the time of its end.
#include "models/lambda/run_log.hpp"

#include <fmt/format.h>

#include <cmath>

namespace opsim::lambda {

namespace {

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::vector<std::string> lines_of(const RunLog& log) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("START RequestId: {} Version: {}\n", log.request_id, log.version));
  if (!log.output.empty()) lines.push_back(log.output + "\n");
  if (!log.failure.empty()) lines.push_back("[ERROR] " + log.failure + "\n");
  lines.push_back(fmt::format("END RequestId: {}\n", log.request_id));
  std::string report = fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {:.0f} ms\tMemory Size: {} "
      "MB\tMax Memory Used: {:.0f} MB\t",
      log.request_id, milliseconds(log.takes), std::ceil(milliseconds(log.takes + log.init)),
      log.memory_mb, log.used_mb);
  if (log.init > Duration{})
    report += fmt::format("Init Duration: {:.2f} ms\t", milliseconds(log.init));
  lines.push_back(report + "\n");
  return lines;
}

}  // namespace

std::string text_of(const RunLog& log) {
  std::string text;
  for (const std::string& line : lines_of(log)) text += line;
  return text;
}

void write_log(Cloud& cloud, const Place& place, const std::string& function, const RunLog& log,
               std::string& stream) {
  const std::string group = fmt::format("/aws/lambda/{}", function);
  const Resource* stands = cloud.resources().find(group);
  if (stands == nullptr || stands->type != "AWS::Logs::LogGroup") return;
  const SimTime now = cloud.sim().now();
  const std::string day = iso8601(now).substr(0, 10);
  std::string wanted = fmt::format("{}/{}/{}/[{}]{:016x}", day.substr(0, 4), day.substr(5, 2),
                                   day.substr(8, 2), log.version, name_key(function));
  // Both calls happen now and in this order.
  const Caller caller{place, "lambda.amazonaws.com", "", true};
  if (stream != wanted)
    cloud.call_later(caller, "logs", "CreateLogStream",
                     {{"logGroupName", group}, {"logStreamName", wanted}});
  stream = std::move(wanted);
  Json events = Json::array();
  const auto at = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
  for (const std::string& line : lines_of(log))
    events.push_back({{"timestamp", at}, {"message", line}});
  cloud.call_later(
      caller, "logs", "PutLogEvents",
      {{"logGroupName", group}, {"logStreamName", stream}, {"logEvents", std::move(events)}});
}

std::string log_result(const std::string& log) {
  constexpr std::size_t kMost = 4'096;
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string_view tail{log};
  if (tail.size() > kMost) tail.remove_prefix(tail.size() - kMost);
  std::string made;
  for (std::size_t i = 0; i < tail.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < tail.size() ? static_cast<unsigned char>(tail[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      made += i + k <= tail.size() ? kDigits[bits >> (18 - 6 * k) & 63U] : '=';
  }
  return made;
}

}  // namespace opsim::lambda
