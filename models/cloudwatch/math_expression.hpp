#pragma once
/// A metric math expression as written: its parts, where they stand and of which kind they are.
///
/// AWS: CloudWatch User Guide, "Using metric math" (using-metric-math); API MetricDataQuery.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace opsim::cloudwatch {

/// S, TS and TS[] of the documentation, and what only stands as an argument: 'text', REPEAT.
enum class MathType : std::uint8_t { scalar, series, array, text, word };
/// "a scalar", "a time series", ...
[[nodiscard]] std::string_view to_string(MathType type);

enum class MathOperator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  equal,
  not_equal,
  less_or_equal,
  greater_or_equal,
  less,
  greater,
  logical_and,
  logical_or
};

enum class MathCall : std::uint8_t {
  absolute,
  anomaly_detection_band,
  average,
  ceiling,
  datapoint_count,
  date,
  day,
  database_insights,
  difference,
  difference_time,
  epoch,
  fill,
  first,
  floor,
  hour,
  choose,
  insight_rule_metric,
  lambda,
  last,
  log,
  log10,
  maximum,
  metrics,
  metric_count,
  minimum,
  minute,
  month,
  period,
  rate,
  remove_empty,
  running_sum,
  search,
  service_quota,
  slice,
  sort,
  deviation,
  sum,
  time_series,
  year
};

/// One row of the table of functions.
struct MathFunction {
  std::string_view name;
  MathCall call;
  std::uint8_t least;  // arguments
  std::uint8_t most;
};

struct MathNode {
  enum class Kind : std::uint8_t { number, reference, text, word, list, call, negate, binary };
  Kind kind = Kind::number;
  MathOperator op = MathOperator::add;
  const MathFunction* function = nullptr;  // of a call
  std::size_t position = 0;                // of its first character, from 0
  double number = 0;
  std::string text;  // of a reference, a text, a word
  std::vector<MathNode> parts;
};

struct MathError {
  std::size_t position = 0;
  std::string message;
  /// "at character 5: ..."
  [[nodiscard]] std::string text() const;
};

constexpr std::size_t kLongestExpression = 2048;  // AWS: API MetricDataQuery, Expression
constexpr std::size_t kDeepestExpression = 64;    // brackets in brackets (estimate)

std::variant<MathNode, MathError> parse_math(std::string_view text);

/// The types of the Ids that an expression may name; nothing for one that does not exist.
using MathTypes = std::function<std::optional<MathType>(std::string_view id)>;
/// Checks every argument against what its function takes.
std::variant<MathType, MathError> type_of(const MathNode& node, const MathTypes& types);

[[nodiscard]] bool calls(const MathNode& node, MathCall call);
/// Whether equal data give different results at different times: HOUR(m1), anomaly bands.
[[nodiscard]] bool depends_on_time(const MathNode& node);
/// The first function that is known and not simulated, or "".
[[nodiscard]] std::string_view not_simulated(const MathNode& node);
/// Calls `visit` with every Id that the expression names, in order.
void each_reference(const MathNode& node, const std::function<void(const MathNode&)>& visit);

/// Null when there is no such function. Names are in upper case.
[[nodiscard]] const MathFunction* find_math_function(std::string_view name);
/// The nearest known name, or "".
[[nodiscard]] std::string_view nearest_math_function(std::string_view name);

}  // namespace opsim::cloudwatch
