#pragma once
/// One row of a query of Logs Insights: a log event, or what `stats` made of many.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/logs/insights_query.hpp"

namespace opsim::logs {

/// A log event as a query sees it. Borrows the texts.
struct QueriedEvent {
  SimTime at{};
  SimTime ingested{};
  std::string_view message = {};
  std::string_view stream = {};
  std::string_view log = {};  // @log: "123456789012:/aws/lambda/checkout"
  std::string_view pointer = {};
};

class InsightsRow {
 public:
  InsightsRow() = default;
  explicit InsightsRow(const QueriedEvent& event) : event_{&event} {}

  /// What the query made, else a field of the event: @timestamp, @message, ..., one that Lambda
  /// writes, one of a JSON message (CWL_AnalyzeLogData-discoverable-fields).
  [[nodiscard]] InsightsValue field(std::string_view name) const;
  void set(const std::string& name, InsightsValue value) { made_[name] = std::move(value); }
  [[nodiscard]] const QueriedEvent* event() const { return event_; }
  /// From now on `own`.x is its own field x, and `other`.x that of `row`, which may be null.
  void join(const std::string& own, const std::string& other,
            std::shared_ptr<const InsightsRow> row);

 private:
  [[nodiscard]] const Json& document() const;

  const QueriedEvent* event_ = nullptr;
  std::string own_;  // its alias in a join
  std::vector<std::pair<std::string, std::shared_ptr<const InsightsRow>>> joined_;
  std::map<std::string, InsightsValue, std::less<>> made_;
  mutable std::optional<Json> document_;  // of the message, once asked for
};

/// How much a query may do before it is given up: about a second of work.
struct QueryWork {
  static constexpr std::size_t kMost = 50'000'000;
  std::size_t done = 0;
  [[nodiscard]] bool exhausted() const { return done > kMost; }
};

/// What an aggregate function of the expression came to, for a row of `stats`.
using AggregateOf = const InsightsValue* (*)(const void* of, const QueryNode& call);

[[nodiscard]] InsightsValue evaluate(const QueryNode& node, const InsightsRow& row, QueryWork& work,
                                     AggregateOf aggregate = nullptr, const void* of = nullptr);
/// A function that is no aggregate, of values already known.
[[nodiscard]] InsightsValue call_function(const QueryNode& call,
                                          const std::vector<InsightsValue>& arguments,
                                          const InsightsRow& row);
/// The begin of the period of `text` ("5m", "1h", "1mo") that holds `time`; nothing where there is
/// no such period.
[[nodiscard]] std::optional<SimTime> floor_to(SimTime time, std::string_view text);
[[nodiscard]] std::optional<SimTime> ceil_to(SimTime time, std::string_view text);

}  // namespace opsim::logs
