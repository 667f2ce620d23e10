// From trails to CloudWatch Logs, where metric filters wait for them.
// AWS: CloudTrail User Guide, send-cloudtrail-events-to-cloudwatch-logs: to the stream
// ACCOUNT_CloudTrail_REGION; "typically delivers logs within an average of about 5 minutes of an
// API call" (how-cloudtrail-works). SIMPLIFIED: what comes within 5 minutes of the first is
// delivered together; records over 256 KB are not left out.
#include <fmt/format.h>

#include <utility>

#include "models/cloudtrail/cloudtrail.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr Duration kToLogs = 5min;
constexpr std::size_t kMostPending = 1000;  // also keeps a batch within PutLogEvents' bounds
constexpr std::string_view kPrincipal = "cloudtrail.amazonaws.com";

std::string stream_name(const Trail& trail) {
  return fmt::format("{}_CloudTrail_{}", trail.place.account, trail.place.region);
}

/// "arn:aws:logs:us-east-1:123456789012:log-group:audit:*" is "audit".
std::string group_name(const Arn& arn) {
  std::string name = arn.resource;
  if (name.starts_with("log-group:")) name.erase(0, 10);
  if (name.ends_with(":*")) name.resize(name.size() - 2);
  return name;
}

Process<> write(CloudTrail& trail, Arn group, std::string stream, Json events, bool fresh) {
  const Place place = group.place();
  Json input{{"logGroupName", group_name(group)}, {"logStreamName", stream}};
  if (fresh) {
    Json named = input;
    Caller maker{place, std::string{kPrincipal}, ""};
    co_await trail.cloud.call(std::move(maker), "logs", "CreateLogStream", std::move(named));
  }
  input["logEvents"] = std::move(events);
  Caller writer{place, std::string{kPrincipal}, ""};
  co_await trail.cloud.call(std::move(writer), "logs", "PutLogEvents", std::move(input));
}

void flush(CloudTrail& trail, const std::pair<Place, std::string>& key) {
  const auto found = trail.trails.find(key);
  if (found == trail.trails.end()) return;
  Trail& one = found->second;
  const std::optional<Arn> group = Arn::parse(one.log_group);
  Json events = Json::array();
  for (const Record& record : one.pending)
    events.push_back(
        {{"timestamp",
          std::chrono::floor<std::chrono::milliseconds>(record.at.time_since_epoch()).count()},
         {"message", record_json(record).dump(-1, ' ', false, Json::error_handler_t::replace)}});
  one.pending.clear();
  if (!group || events.empty()) return;
  const bool fresh = !std::exchange(one.has_stream, true);
  trail.cloud.sim().spawn(write(trail, *group, stream_name(one), std::move(events), fresh));
}

}  // namespace

void deliver_to_logs(CloudTrail& trail, const Record& record) {
  for (auto& [key, one] : trail.trails) {
    // The record of a StopLogging is the last that is delivered.
    const bool stops = record.operation == "StopLogging" && record.at - one.stopped < 1min;
    const bool logs = one.logging || stops;
    if (one.log_group.empty() || !logs || !covers(trail.cloud, one, record.caller.place)) continue;
    // What the delivery itself calls would follow it for ever.
    if (record.caller.principal == kPrincipal || one.pending.size() >= kMostPending) continue;
    one.pending.push_back(record);
    if (one.pending.size() == 1)
      trail.cloud.sim().after(kToLogs, [&trail, place = key] { flush(trail, place); });
  }
}

}  // namespace opsim::cloudtrail
