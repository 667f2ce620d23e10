#pragma once
/// The scheduled query of CloudWatch Logs that a log alarm watches, and what its runs gave. Pure.
///
/// AWS: CloudWatch User Guide, "Log alarms" (alarm-log); API ScheduledQueryConfiguration.
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/schedule.hpp"

namespace opsim::cloudwatch {

/// "statistic_func_expression [by field1, field2, ...] [| sort asc|desc]"
struct Aggregation {
  static constexpr std::size_t kMostFields = 5;

  std::string text;                  // as written
  std::string function = {};         // "avg(latency)"
  std::vector<std::string> by = {};  // the fields that make contributors
  std::string order = {};            // "asc", "desc", or "": by the fields' own values
};
/// A complaint where the text is none.
std::variant<Aggregation, std::string> read_aggregation(std::string_view text);

struct LogQuery {
  static constexpr std::size_t kMostContributors = 500;  // "returned per query execution"

  std::string text;                 // QueryString
  std::vector<std::string> groups;  // names or ARNs
  std::string role;                 // ScheduledQueryRoleARN
  Aggregation aggregation;
  std::string schedule_text;  // "rate(5 minutes)"
  schedule::Expression schedule;
  Duration start_offset{};
  Duration end_offset{};
  std::string arn;  // of the managed scheduled query

  /// What the scheduled query runs: the query with the aggregation at its end.
  [[nodiscard]] std::string whole() const;
  /// The metrics IncomingLogEvents of its log groups.
  [[nodiscard]] std::vector<SeriesKey> incoming(const Place& place) const;
  /// ScheduledQueryConfiguration.
  [[nodiscard]] Json to_json() const;
  /// "When you update the query, aggregation expression, schedule, or log groups of a Log Alarm,
  /// the alarm transitions to INSUFFICIENT_DATA."
  [[nodiscard]] bool same_results(const LogQuery& other) const;
};

/// One execution of it.
struct LogRun {
  SimTime at{};
  std::string id = {};      // of the query
  std::string failed = {};  // in the words of the error, or ""
  std::optional<double> value = {};
  std::vector<std::pair<std::vector<std::string>, double>> groups = {};  // in their order
  bool partial = false;

  /// `results` are GetQueryResults'.
  void read(const LogQuery& query, const Json& results);
  [[nodiscard]] std::optional<double> value_of(const std::vector<std::string>& group) const;
};

}  // namespace opsim::cloudwatch
