// What becomes of log events that are accepted.
// AWS: CloudWatch Logs User Guide, "CloudWatch metrics" (CloudWatch-Logs-Monitoring-CloudWatch-
// Metrics): IncomingLogEvents, IncomingBytes by LogGroupName; ForwardedLogEvents, ForwardedBytes,
// DeliveryErrors by LogGroupName, DestinationType and FilterName.
#include <algorithm>

#include "models/logs/logs.hpp"

namespace opsim::logs {
namespace {

void keep(LogStream& stream, const LogGroup& group, const std::vector<LogEvent>& events,
          SimTime now) {
  for (const LogEvent& event : events) {
    const auto after =
        std::upper_bound(stream.events.begin(), stream.events.end(), event.at,
                         [](SimTime at, const LogEvent& other) { return at < other.at; });
    stream.events.insert(after, event);
  }
  while (!stream.events.empty() && (stream.events.size() > LogGroup::kKeptEvents ||
                                    !group.keeps(stream.events.front().at, now))) {
    stream.events.pop_front();
  }
  if (!events.empty()) stream.last_ingestion = now;
}

std::string destination_type(const std::string& arn) {
  const auto read = Arn::parse(arn);
  if (read && read->service == "lambda") return "Lambda";
  if (read && read->service == "firehose") return "Kinesis Firehose";
  return "Kinesis Data Stream";
}

}  // namespace

void count_logs(Logs& logs, const LogGroup& group, const char* metric, double value,
                const SubscriptionFilter* filter) {
  Dimensions dimensions{{"LogGroupName", group.name}};
  if (filter != nullptr) {
    dimensions.emplace_back("DestinationType", destination_type(filter->destination));
    dimensions.emplace_back("FilterName", filter->name);
  }
  Metrics& metrics = logs.cloud.metrics();
  const SeriesId series = metrics.intern({group.place, "AWS/Logs", metric, std::move(dimensions)});
  const bool bytes = std::string_view{metric}.ends_with("Bytes");
  metrics.put(series, {.timestamp = logs.cloud.sim().now(),
                       .values = {{value, 1}},
                       .unit = bytes ? "Bytes" : "None"});
}

void take_events(Logs& logs, LogGroup& group, LogStream& stream,
                 const std::vector<LogEvent>& events) {
  if (events.empty()) return;
  keep(stream, group, events, logs.cloud.sim().now());
  double bytes = 0;
  for (const LogEvent& event : events) bytes += static_cast<double>(event.message.size());
  count_logs(logs, group, "IncomingLogEvents", static_cast<double>(events.size()));
  count_logs(logs, group, "IncomingBytes", bytes);
  feed_metrics(logs, group, events);
  feed_subscriptions(logs, group, stream.name, events);
}

}  // namespace opsim::logs
