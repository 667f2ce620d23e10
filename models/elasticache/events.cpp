// What ElastiCache tells: its events, and the messages that it sends to a group's topic.
// AWS: ElastiCache API Reference, DescribeEvents, TestFailover (the events of a failover, in their
// order); User Guide, "Amazon SNS monitoring of ElastiCache events".
#include <fmt/format.h>

#include <algorithm>

#include "models/elasticache/elasticache.hpp"

namespace opsim::elasticache {

namespace {

constexpr std::size_t kMostEvents = 1'000;
/// "By default, only the events occurring within the last hour are returned"; 14 days are kept.
constexpr std::int64_t kUsualMinutes = 60;
constexpr std::int64_t kMostMinutes = 14 * 24 * 60;

void publish_message(ElastiCache& caches, const Group& group, const Told& told) {
  if (group.topic.empty() || told.topic_word.empty()) return;
  const Caller caller{.place = group.place,
                      .principal = "elasticache.amazonaws.com",
                      .invoked_by = "elasticache.amazonaws.com"};
  const Json message{{fmt::format("ElastiCache:{}", told.topic_word), told.source}};
  caches.cloud.call_later(caller, "sns", "Publish",
                          {{"TopicArn", group.topic},
                           {"Subject", "Amazon ElastiCache notification"},
                           {"Message", message.dump()}});
}

}  // namespace

void tell(ElastiCache& caches, const Group& group, const Told& told) {
  caches.events.push_back({.place = group.place,
                           .at = caches.cloud.sim().now(),
                           .type = std::string{told.type},
                           .source = told.source,
                           .message = told.message});
  if (caches.events.size() > kMostEvents) caches.events.erase(caches.events.begin());
  publish_message(caches, group, told);
}

void tell_failover(ElastiCache& caches, const Group& group, const std::string& from,
                   const std::string& to) {
  const std::string done =
      fmt::format("Failover from primary node {} to replica node {} completed", from, to);
  tell(caches, group, {"cache-cluster", to, done, "FailoverComplete"});
  tell(caches, group, {"replication-group", group.id, done});
  tell(caches, group, {"cache-cluster", from, "Recovering cache nodes 0001"});
  tell(caches, group, {"cache-cluster", from, "Finished recovery for cache nodes 0001"});
}

ApiResult<Json> describe_events(ElastiCache& caches, const Request& request) {
  const std::string source = input::text(request.input, "SourceIdentifier");
  const std::string type = input::text(request.input, "SourceType");
  const std::int64_t minutes = input::integer(request.input, "Duration").value_or(kUsualMinutes);
  const SimTime now = caches.cloud.sim().now();
  const SimTime from =
      input::time(request.input, "StartTime")
          .value_or(now - std::chrono::minutes{std::clamp<std::int64_t>(minutes, 0, kMostMinutes)});
  Json list = Json::array();
  for (const CacheEvent& event : caches.events)
    if (event.place == request.place() && event.at >= from &&
        (source.empty() || source == event.source) && (type.empty() || type == event.type))
      list.push_back({{"SourceIdentifier", event.source},
                      {"SourceType", event.type},
                      {"Message", event.message},
                      {"Date", iso8601(event.at)}});
  return Json{{"Events", std::move(list)}};
}

}  // namespace opsim::elasticache
