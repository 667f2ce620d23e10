#pragma once
/// The state of CloudWatch Logs: log groups, their streams, and what reads along.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/logs/filter_pattern.hpp"
#include "models/logs/insights_store.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::logs {

struct LogEvent {
  SimTime at{};
  SimTime ingested{};
  std::string message;
  std::string id = {};
};

struct LogStream {
  std::string name;
  SimTime created{};
  std::deque<LogEvent> events;  // by time; those of one time in the order in which they came
  std::optional<SimTime> last_ingestion;
};

/// One metric that a filter makes of matching messages.
struct MetricTransformation {
  std::string metric_namespace;
  std::string metric_name;
  std::string value;  // "1", "$.bytes", "$bytes"
  std::optional<double> default_value;
  std::string unit = "None";
  std::map<std::string, std::string> dimensions;  // name to selector
};

struct MetricFilter {
  std::string name;
  FilterPattern pattern;
  MetricTransformation transformation;
  SimTime created{};
  /// The latest minutes with events: whether one matched, or the default value stands for them.
  std::map<SimTime, bool> minutes = {};
};

struct SubscriptionFilter {
  std::string name;
  FilterPattern pattern;
  std::string destination;  // ARN
  std::string role;
  std::string distribution;
  SimTime created{};
};

struct LogGroup {
  static constexpr std::size_t kKeptEvents = 100'000;  // a stream

  std::string name;
  std::string arn;  // without ":*"
  Place place;
  SimTime created{};
  std::optional<std::int64_t> retention_days;
  std::string log_class = "STANDARD";
  std::map<std::string, LogStream, std::less<>> streams;
  std::map<std::string, MetricFilter, std::less<>> metric_filters;
  std::map<std::string, SubscriptionFilter, std::less<>> subscriptions;
  std::map<std::string, std::string> tags;

  /// Whether an event of that time is still kept at `now`.
  [[nodiscard]] bool keeps(SimTime at, SimTime now) const;
};

struct ResourcePolicy {
  std::string text;
  SimTime changed{};
};

class Logs : public Model {
 public:
  explicit Logs(Cloud& world) : cloud{world} {}
  using Groups = std::map<std::string, LogGroup, std::less<>>;
  Cloud& cloud;
  std::map<Place, Groups> groups;
  std::map<Place, QueryStore> queries;
  std::map<Place, std::map<std::string, ResourcePolicy>> resource_policies;
  /// By type and name, as DescribeAccountPolicies shows them.
  std::map<Place, std::map<std::pair<std::string, std::string>, Json>> account_policies;

  [[nodiscard]] LogGroup* find(const Place& place, std::string_view name_or_arn);
  LogGroup& create(const Place& place, const std::string& name);
};

// ---- errors: logs.cpp ----
ApiError invalid_parameter(std::string message);
ApiError no_such_group();
ApiError no_such_stream();
/// Milliseconds since 1970, as the API counts.
[[nodiscard]] std::int64_t milliseconds(SimTime time);
[[nodiscard]] std::optional<SimTime> time_member(const Json& input, std::string_view name);
/// The group that logGroupName or logGroupIdentifier names.
[[nodiscard]] ApiResult<LogGroup*> named_group(Logs& logs, const Request& request);

// ---- ingestion.cpp ----
/// Events that were accepted: kept, counted in AWS/Logs, and handed to what reads along.
void take_events(Logs& logs, LogGroup& group, LogStream& stream,
                 const std::vector<LogEvent>& events);
/// A datapoint of the group in AWS/Logs.
void count_logs(Logs& logs, const LogGroup& group, const char* metric, double value,
                const SubscriptionFilter* filter = nullptr);

// ---- metric_filters.cpp, subscription_filters.cpp: what reads along ----
void feed_metrics(Logs& logs, LogGroup& group, const std::vector<LogEvent>& events);
void feed_subscriptions(Logs& logs, LogGroup& group, const std::string& stream,
                        const std::vector<LogEvent>& events);
/// Members as in the API and in templates, which differ in their first letter only.
[[nodiscard]] ApiResult<MetricFilter> read_metric_filter(const Json& members);
[[nodiscard]] ApiResult<SubscriptionFilter> read_subscription_filter(const Json& members);

}  // namespace opsim::logs
