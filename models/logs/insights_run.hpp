#pragma once
/// A query of Logs Insights over log events. Pure.
#include "models/logs/insights_row.hpp"

namespace opsim::logs {

struct QueryResult {
  std::vector<std::vector<std::pair<std::string, std::string>>> rows;  // field and value
  std::size_t matched = 0;                                             // events after the filters
  bool gave_up = false;                                                // more work than QueryWork
};

/// The events of each of a query's sources, newest first.
using SourceEvents = std::vector<std::vector<QueriedEvent>>;

/// `events` newest first, which is the order of results that no `sort` orders. A source without
/// events is empty.
[[nodiscard]] QueryResult run_query(const InsightsQuery& query,
                                    const std::vector<QueriedEvent>& events, std::size_t limit,
                                    const SourceEvents& sources = {});

}  // namespace opsim::logs
