#pragma once
/// Queries of CloudTrail Lake: a subset of its SQL over event records. Pure.
/// AWS: CloudTrail User Guide, query-limitations ("CloudTrail Lake SQL constraints"): one SELECT;
/// the name in FROM is the id of an event data store. Subset  SELECT [DISTINCT] * | columns |
/// COUNT(*) [AS name] FROM id [WHERE ...] [GROUP BY columns]
///         [ORDER BY column [ASC|DESC]] [LIMIT n]; AND, OR, NOT, = != <> < <= > >=, LIKE, IN,
///         BETWEEN, IS [NOT] NULL; columns as in records, dotted (userIdentity.arn), and
///         element_at(map, 'key').
/// Times   eventTime is 'YYYY-MM-DD hh:mm:ss.000'; literals may have a T, a Z, or no fraction.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"

namespace opsim::cloudtrail {

/// A column of a record, below it for dots and element_at: {"userIdentity", "arn"}.
struct Column {
  std::vector<std::string> path;
  std::string shown;  // its name in an answer
};

struct Condition {
  enum class Kind { all, any, none, compare, like, in, is_null } kind = Kind::all;
  std::vector<Condition> parts = {};  // of all, any, none
  Column column = {};
  std::string sign = {};                 // of compare
  std::vector<std::string> values = {};  // literals, as texts
};

struct Select {
  bool distinct = false;
  bool everything = false;  // *
  bool counts = false;      // COUNT(*)
  std::string count_name = "_col0";
  std::size_t count_at = 0;  // its place among the columns
  std::vector<Column> columns;
  std::string store;  // as FROM names it
  std::optional<Condition> where;
  std::vector<Column> group_by;
  std::string order_by;                // the name of a column of the answer, or "" where ...
  std::optional<Column> order_column;  // ... it is one of the records
  bool descending = false;
  std::optional<std::size_t> limit;
};

/// What is wrong is refused as AWS refuses it, InvalidQueryStatementException; what AWS's SQL has
/// beyond this subset (functions, joins, HAVING, ...), as NotSimulated.
ApiResult<Select> parse_select(std::string_view text);

/// Whether a record holds the condition.
[[nodiscard]] bool holds(const Select& select, const Json& record);
/// The rows of the answer, each a list of one-member objects as GetQueryResults has them.
[[nodiscard]] Json run_select(const Select& select, std::span<const Json> records);

}  // namespace opsim::cloudtrail
