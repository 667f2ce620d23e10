#pragma once
/// A query of CloudWatch Logs Insights, as written. Pure.
///
///   fields @timestamp, @message | filter level = "ERROR" | stats count(*) by bin(5m) | sort ...
///
/// AWS: CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax"
/// (CWL_QuerySyntax and the pages of its commands, CWL_QuerySyntax-operations-functions).
/// Bounds  10,000 characters (API StartQuery, queryString), kMostNested levels, kMostTerms
///         joined by operators, kMostCommands.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/logs/insights_value.hpp"
#include "models/logs/regex.hpp"

namespace opsim::logs {

/// Where and why a query is malformed.
struct QueryError {
  std::size_t position = 0;  // characters before it
  std::string message;
};

struct QueryNode {
  enum class Kind : std::uint8_t {
    constant,
    field,
    period,     // 5m
    regex,      // /.../
    call,       // text(parts...)
    list,       // [parts...]
    subquery,   // of `in`: the source of the query whose number is `value`
    negate,     // -a
    calculate,  // a text b: + - * / % ^
    compare,    // a text b: = != < <= > >= like in
    both,
    either,
    none  // not a
  };
  Kind kind = Kind::constant;
  std::string text = {};  // the operator, the function in lower case, the field
  bool negated = false;   // not like, not in
  InsightsValue value = {};
  std::shared_ptr<const Regex> regex = {};
  std::vector<QueryNode> parts = {};
};

/// An expression and the name of its column.
struct QueryColumn {
  std::string name;
  QueryNode expression;
};

struct QueryCommand {
  enum class Kind : std::uint8_t {
    addtotals,
    dedup,
    display,
    fields,
    filter,
    join,
    limit,
    parse,
    pattern,
    sort,
    stats,
    unnest
  };
  Kind kind = Kind::fields;
  std::vector<QueryColumn> columns = {};    // of fields, display, dedup, pattern, unnest, stats
  std::vector<QueryColumn> by = {};         // of stats
  std::vector<bool> descending = {};        // of sort, for each column
  QueryNode condition = {};                 // of filter; the text that parse reads
  std::vector<std::string> literals = {};   // of parse by glob: what stands between the stars
  std::vector<std::string> names = {};      // what parse makes
  std::shared_ptr<const Regex> regex = {};  // of parse by regular expression
  std::size_t limit = 0;
  // Of join: `names` are the aliases, `columns` equal `by`, field by field.
  std::size_t source = 0;  // of the query's
  bool outer = false;      // type=left: rows without a match stay
  // Of addtotals: `columns` are summed, all where there are none; `names` is the row total's name.
  bool row_totals = true;
  bool column_totals = false;
};

/// (SOURCE 'log group' | commands): what a join or a subquery reads.
struct QuerySource {
  std::string group;
  std::vector<QueryCommand> commands;
};

struct InsightsQuery {
  static constexpr std::size_t kLongest = 10'000;
  static constexpr std::size_t kMostNested = 50;
  static constexpr std::size_t kMostTerms = 500;
  static constexpr std::size_t kMostCommands = 100;
  static constexpr std::size_t kMostSources = 10;

  std::vector<QueryCommand> commands;
  std::vector<QuerySource> sources = {};
};

[[nodiscard]] std::variant<InsightsQuery, QueryError> parse_query(std::string_view text);

/// Whether a function of that name exists and takes so many arguments; "" or why not.
[[nodiscard]] std::string complaint_of_call(std::string_view function, std::size_t arguments);
[[nodiscard]] bool is_aggregate(std::string_view function);

}  // namespace opsim::logs
