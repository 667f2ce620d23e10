#pragma once
/// The part of PromQL that PromQL alarms are simulated with: an instant query over gauges. Pure.
///
///   avg by (service) ({"http.server.active_requests", "@aws.region"=~"us-.*"}) > 20
///
/// AWS: CloudWatch User Guide, "PromQL querying" (CloudWatch-PromQL-Querying: Prometheus 3.0, names
/// in UTF-8, labels that begin with '@'), "PromQL alarms" (alarm-promql). The language: Prometheus
/// documentation, "Querying basics", "Operators", "Functions".
/// Absent    rate, increase and all that need single samples; histograms; topk, quantile, ...;
///           group_left, group_right, subqueries, @: a query with these is read and not run.
/// Bounds    10,000 characters (API AlarmPromQLCriteria), kMostNested levels, kMostTerms operators.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "opsim/cloud/metrics.hpp"

namespace opsim::cloudwatch {

/// Where and why a query is malformed.
struct PromError {
  std::size_t position = 0;  // characters before it
  std::string message;
};

struct PromMatcher {
  enum class How : std::uint8_t { equal, unequal, matches, matches_not };
  std::string label = {};
  How how = How::equal;
  std::string value = {};
  std::vector<std::string> choices = {};  // of a regular expression: a|b.*|..., '\0' for .*
};

struct PromNode {
  enum class Kind : std::uint8_t { number, selector, call, aggregate, binary, negate };
  Kind kind = Kind::number;
  std::string text = {};  // the function, the operator
  double number = 0;
  std::vector<PromMatcher> matchers = {};  // of a selector; its name is the label __name__
  Duration range{};                        // of a selector: [5m]
  Duration offset{};
  std::vector<std::string> labels = {};  // by, without, on, ignoring
  bool excludes = false;                 // without, ignoring
  bool as_bool = false;
  std::vector<PromNode> parts = {};
};

struct PromQuery {
  static constexpr std::size_t kLongest = 10'000;
  static constexpr std::size_t kMostNested = 50;
  static constexpr std::size_t kMostTerms = 500;
  static constexpr std::size_t kMostSeries = 500;  // "up to 500 unique time series"

  std::string text = {};
  PromNode root = {};
  std::string not_simulated = {};  // why it is not run, or ""

  static std::variant<PromQuery, PromError> parse(std::string_view text);
};

using PromLabels = std::vector<std::pair<std::string, std::string>>;  // sorted by label

struct PromSample {
  PromLabels labels = {};
  double value = 0;
  std::vector<SeriesId> sources = {};  // the metrics that it came of
};

struct PromResult {
  std::vector<PromSample> samples;  // by their labels
  bool partial = false;             // more than kMostSeries
  std::string failed = {};          // why there is no result, or ""
};

/// The instant vector of the query at that moment.
PromResult run_promql(const Metrics& metrics, const Place& place, const PromQuery& query,
                      SimTime at);

}  // namespace opsim::cloudwatch
