#pragma once
/// `stats` of Logs Insights: rows into groups, groups into rows.
#include "models/logs/insights_row.hpp"

namespace opsim::logs {

/// AWS: CWL_QuerySyntax-Stats. Groups come in the order in which their first row did.
[[nodiscard]] std::vector<InsightsRow> run_stats(const QueryCommand& stats,
                                                 const std::vector<InsightsRow>& rows,
                                                 QueryWork& work);

}  // namespace opsim::logs
