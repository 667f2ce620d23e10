#pragma once
/// The words of a Logs Insights query.
#include <string>
#include <string_view>
#include <vector>

#include "models/logs/insights_query.hpp"

namespace opsim::logs {

struct QueryToken {
  enum class Kind : std::uint8_t { end, name, number, period, regex, sign, string };
  Kind kind = Kind::end;
  std::string text = {};
  std::size_t begin = 0;  // where it stands in the query
  std::size_t end = 0;
  bool quoted = false;  // a name in backticks: no keyword
};

/// All of them, the last one an `end`. A comment runs from # to the end of its line.
[[nodiscard]] std::variant<std::vector<QueryToken>, QueryError> tokens_of(std::string_view query);

}  // namespace opsim::logs
