// Who hears of a change: EventBridge, topics, queues, functions.
// AWS: S3 User Guide, "Amazon S3 Event Notifications", "Event message structure", "EventBridge
// event message structure".
#include <fmt/format.h>

#include <algorithm>

#include "models/s3/s3.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::s3 {

namespace {

/// "Amazon S3 event notifications are typically delivered in seconds but can sometimes take a
/// minute or longer." The shape is an estimate.
constexpr std::string_view kUsuallyTold = "lognormal(p50 1s, p99 10s)";

/// "s3:ObjectCreated:*" takes "ObjectCreated:Put".
bool takes(const Notification& row, const ObjectChange& change) {
  if (!change.key.starts_with(row.prefix) || !change.key.ends_with(row.suffix)) return false;
  return std::ranges::any_of(row.events, [&](std::string_view pattern) {
    if (pattern.starts_with("s3:")) pattern.remove_prefix(3);
    if (pattern.ends_with('*'))
      return change.event.starts_with(pattern.substr(0, pattern.size() - 1));
    return change.event == pattern;
  });
}

std::string sequencer(const S3& s3) { return fmt::format("{:018X}", s3.sequence); }

Json record_of(const S3& s3, const Bucket& bucket, const Notification& row,
               const ObjectChange& change, const std::string& request_id) {
  Json object{{"key", change.key}, {"sequencer", sequencer(s3)}};
  if (!change.version.delete_marker && change.event.starts_with("ObjectCreated")) {
    object["size"] = change.version.size_bytes;
    object["eTag"] = change.version.etag;
  }
  if (bucket.versioning != Versioning::never) object["versionId"] = change.version.version_id;
  const std::string now =
      iso8601(std::chrono::floor<std::chrono::milliseconds>(s3.cloud.sim().now()));
  return {{"Records",
           {{{"eventVersion", "2.1"},
             {"eventSource", "aws:s3"},
             {"awsRegion", bucket.place.region},
             {"eventTime", now},
             {"eventName", change.event},
             {"userIdentity", {{"principalId", "AWS:" + change.requester}}},
             {"requestParameters", {{"sourceIPAddress", "192.0.2.1"}}},
             {"responseElements", {{"x-amz-request-id", request_id}, {"x-amz-id-2", request_id}}},
             {"s3",
              {{"s3SchemaVersion", "1.0"},
               {"configurationId", row.id},
               {"bucket",
                {{"name", bucket.name},
                 {"ownerIdentity", {{"principalId", bucket.place.account}}},
                 {"arn", bucket.arn()}}},
               {"object", std::move(object)}}}}}}};
}

/// The event for EventBridge; nothing where it has none of this kind (replication).
std::optional<Event> event_of(const S3& s3, const Bucket& bucket, const ObjectChange& change,
                              const std::string& request_id) {
  const bool created = change.event.starts_with("ObjectCreated");
  if (!created && !change.event.starts_with("ObjectRemoved")) return std::nullopt;
  Json object{{"key", change.key}, {"sequencer", sequencer(s3)}};
  if (created) {
    object["size"] = change.version.size_bytes;
    object["etag"] = change.version.etag;
  }
  if (bucket.versioning != Versioning::never) object["version-id"] = change.version.version_id;
  Json detail{{"version", "0"},
              {"bucket", {{"name", bucket.name}}},
              {"object", std::move(object)},
              {"request-id", request_id},
              {"requester", change.requester},
              {"source-ip-address", "192.0.2.1"},
              {"reason", change.reason}};
  if (!created)
    detail["deletion-type"] = change.event.ends_with("DeleteMarkerCreated")
                                  ? "Delete Marker Created"
                                  : "Permanently Deleted";
  return Event{
      .source = "aws.s3",
      .detail_type = created ? "Object Created" : "Object Deleted",
      .place = bucket.place,
      .resources = {bucket.arn()},
      .detail = std::move(detail),
      .line = fmt::format("{} {} {}", bucket.name, change.key, created ? "created" : "deleted")};
}

Process<> send(S3& s3, Delivery delivery) {
  Process<ApiResult<Json>> handing = s3.cloud.deliver(std::move(delivery));
  co_await std::move(handing);
}

/// One filter of a row: {Key: {FilterRules: [...]}} or {S3Key: {Rules: [...]}}.
void read_filter(Notification& row, const Json& filter) {
  const Json& ours = input::member(input::member(filter, "Key"), "FilterRules");
  const Json& theirs = input::member(input::member(filter, "S3Key"), "Rules");
  const Json& rules = ours.is_array() ? ours : theirs;
  if (!rules.is_array()) return;
  for (const Json& rule : rules) {
    const std::string name = input::text(rule, "Name");
    (name == "suffix" || name == "Suffix" ? row.suffix : row.prefix) = input::text(rule, "Value");
  }
}

struct Destination {
  std::string_view api_list;      // NotificationConfiguration of the API
  std::string_view api_target;    //
  std::string_view stack_list;    // of CloudFormation
  std::string_view stack_target;  //
  std::string_view service;       // of the ARN
};
constexpr Destination kDestinations[] = {
    {"LambdaFunctionConfigurations", "LambdaFunctionArn", "LambdaConfigurations", "Function",
     "lambda"},
    {"QueueConfigurations", "QueueArn", "QueueConfigurations", "Queue", "sqs"},
    {"TopicConfigurations", "TopicArn", "TopicConfigurations", "Topic", "sns"},
};

void read_rows(Bucket& bucket, const Json& rows, std::string_view target_member) {
  if (!rows.is_array()) return;
  for (const Json& one : rows) {
    Notification row{.id = input::text(one, "Id"),
                     .target = input::text(one, target_member),
                     .events = input::texts(one, "Events"),
                     .prefix = {},
                     .suffix = {}};
    if (row.target.empty()) continue;
    if (row.events.empty()) row.events = input::texts(one, "Event");
    if (row.id.empty()) row.id = fmt::format("notification-{}", bucket.notifications.size() + 1);
    read_filter(row, input::member(one, "Filter"));
    bucket.notifications.push_back(std::move(row));
  }
}

}  // namespace

void read_notifications(Bucket& bucket, const Json& configuration) {
  bucket.notifications.clear();
  const Json& bridge = input::member(configuration, "EventBridgeConfiguration");
  bucket.tells_event_bridge =
      bridge.is_object() && input::boolean(bridge, "EventBridgeEnabled").value_or(true);
  for (const Destination& kind : kDestinations) {
    read_rows(bucket, input::member(configuration, kind.api_list), kind.api_target);
    if (kind.stack_list != kind.api_list)
      read_rows(bucket, input::member(configuration, kind.stack_list), kind.stack_target);
    else
      read_rows(bucket, input::member(configuration, kind.stack_list), kind.stack_target);
  }
}

Json notifications_of(const Bucket& bucket) {
  Json all = Json::object();
  if (bucket.tells_event_bridge) all["EventBridgeConfiguration"] = Json::object();
  for (const Notification& row : bucket.notifications)
    for (const Destination& kind : kDestinations) {
      if (row.target.find(fmt::format(":{}:", kind.service)) == row.target.npos) continue;
      Json rules = Json::array();
      if (!row.prefix.empty()) rules.push_back({{"Name", "Prefix"}, {"Value", row.prefix}});
      if (!row.suffix.empty()) rules.push_back({{"Name", "Suffix"}, {"Value", row.suffix}});
      Json one{{"Id", row.id}, {"Events", row.events}};
      one[std::string{kind.api_target}] = row.target;
      if (!rules.empty()) one["Filter"] = {{"Key", {{"FilterRules", rules}}}};
      all[std::string{kind.api_list}].push_back(std::move(one));
    }
  return all;
}

void notify(S3& s3, const Bucket& bucket, const ObjectChange& change) {
  static const Distribution kDelay = *Distribution::parse(kUsuallyTold);
  Cloud& cloud = s3.cloud;
  const bool anybody = std::ranges::any_of(
      bucket.notifications, [&](const Notification& row) { return takes(row, change); });
  if (!bucket.tells_event_bridge && !anybody) return;
  const std::string request_id = fmt::format("{:016X}", s3.sequence);
  Stream& luck = cloud.sim().random(fmt::format("s3 {} notifications", bucket.name));
  if (bucket.tells_event_bridge)
    if (auto event = event_of(s3, bucket, change, request_id))
      cloud.sim().after(kDelay.sample_duration(luck),
                        [&cloud, event = *std::move(event)] { cloud.emit(event); });
  for (const Notification& row : bucket.notifications) {
    if (!takes(row, change)) continue;
    const std::optional<Arn> target = Arn::parse(row.target);
    if (!target) continue;
    Delivery delivery{{bucket.place, "s3.amazonaws.com", ""},
                      *target,
                      record_of(s3, bucket, row, change, request_id).dump(),
                      {},
                      bucket.arn()};
    cloud.sim().after(kDelay.sample_duration(luck), [&s3, delivery = std::move(delivery)] {
      s3.cloud.sim().spawn(send(s3, delivery));
    });
  }
}

}  // namespace opsim::s3
