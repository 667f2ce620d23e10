// Any bytes: the first line a log message, the rest a query of Logs Insights. Nothing may crash,
// hang or bloat; what is malformed is told with a place; what runs twice answers the same twice.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/logs/insights_run.hpp"

namespace {

using namespace opsim;
using namespace opsim::logs;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t newline = std::min(input.find('\n'), input.size());
  const std::string_view message = input.substr(0, newline);
  const std::string_view text = input.substr(std::min(newline + 1, input.size()));
  const auto query = parse_query(text);
  if (const auto* error = std::get_if<QueryError>(&query)) {
    require(error->position <= text.size() && !error->message.empty());
    return 0;
  }
  std::vector<QueriedEvent> events;
  for (int i = 0; i < 4; ++i)
    events.push_back({.at = SimTime{} + i * 1min,
                      .ingested = SimTime{},
                      .message = i % 2 == 0 ? message : R"({"a": 1, "b": [{"c": "x"}]})",
                      .stream = "s",
                      .log = "1:/aws/lambda/f",
                      .pointer = "p"});
  const SourceEvents sources(std::get<InsightsQuery>(query).sources.size(), events);
  const QueryResult first = run_query(std::get<InsightsQuery>(query), events, 100, sources);
  const QueryResult again = run_query(std::get<InsightsQuery>(query), events, 100, sources);
  require(first.rows == again.rows && first.matched == again.matched);
  require(first.rows.size() <= 100);
  if (sources.empty()) require(first.matched <= events.size());
  return 0;
}
