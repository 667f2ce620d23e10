// From trails to CloudWatch Logs, where metric filters wait for them.
// AWS: CloudTrail User Guide, send-cloudtrail-events-to-cloudwatch-logs: to the stream
// ACCOUNT_CloudTrail_REGION; "typically delivers logs within an average of about 5 minutes of an
// API call" (how-cloudtrail-works). SIMPLIFIED: what comes within 5 minutes of the first is
// delivered together; records over 256 KB are not left out.
#include <fmt/format.h>

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

Process<> write(CloudTrail& trail, Arn group, std::string stream, Json events) {
  const Place place = group.place();
  const std::string name = group_name(group);
  Json input{{"logGroupName", name}, {"logStreamName", stream}};
  Json with_events = input;
  with_events["logEvents"] = std::move(events);
  Json again = with_events;
  Caller first{place, std::string{kPrincipal}, ""};
  const ApiResult<Json> put =
      co_await trail.cloud.call(std::move(first), "logs", "PutLogEvents", std::move(with_events));
  if (put || put.error().code != "ResourceNotFoundException") co_return;
  Caller second{place, std::string{kPrincipal}, ""};
  const ApiResult<Json> made =
      co_await trail.cloud.call(std::move(second), "logs", "CreateLogStream", std::move(input));
  if (!made) co_return;
  Caller third{place, std::string{kPrincipal}, ""};
  co_await trail.cloud.call(std::move(third), "logs", "PutLogEvents", std::move(again));
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
  if (group && !events.empty())
    trail.cloud.sim().spawn(write(trail, *group, stream_name(one), std::move(events)));
}

}  // namespace

void deliver_to_logs(CloudTrail& trail, const Record& record) {
  for (auto& [key, one] : trail.trails) {
    if (one.log_group.empty() || !one.logging || !covers(one, record.caller.place)) continue;
    // What the delivery itself calls would follow it for ever.
    if (record.caller.principal == kPrincipal || one.pending.size() >= kMostPending) continue;
    one.pending.push_back(record);
    if (one.pending.size() == 1)
      trail.cloud.sim().after(kToLogs, [&trail, place = key] { flush(trail, place); });
  }
}

}  // namespace opsim::cloudtrail
