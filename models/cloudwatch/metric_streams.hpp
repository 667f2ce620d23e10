#pragma once
/// Metric streams: what would be sent to Amazon Data Firehose, and whether it is being sent.
/// Nothing leaves the world: no delivery stream is simulated.
///
/// AWS: CloudWatch User Guide, "Use metric streams" (CloudWatch-Metric-Streams); API
/// PutMetricStream, MetricStreamEntry.
#include <map>
#include <string>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/place.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::cloudwatch {

struct StreamFilter {
  std::string metric_namespace;
  std::vector<std::string> metric_names;  // empty: all of the namespace
};

struct MetricStream {
  static constexpr std::size_t kMostFilters = 1000;
  static constexpr std::size_t kMostNames = 999;  // of one filter

  std::string name;
  std::string firehose;
  std::string role;
  std::string format;  // "json", "opentelemetry1.0", "opentelemetry0.7"
  std::vector<StreamFilter> include;
  std::vector<StreamFilter> exclude;
  Json statistics;  // StatisticsConfigurations, or null
  bool linked_accounts = false;
  bool running = true;
  SimTime created{};
  SimTime updated{};
};

/// PutMetricStream's input or AWS::CloudWatch::MetricStream's properties; `name` replaces a missing
/// Name.
ApiResult<MetricStream> read_metric_stream(const Json& members, std::string_view name = {});

using MetricStreams = std::map<Place, std::map<std::string, MetricStream>>;

}  // namespace opsim::cloudwatch
