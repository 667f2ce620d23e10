// Evaluating metric math.
// AWS: CloudWatch User Guide, "Using metric math" (using-metric-math).
#include "models/cloudwatch/math_evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace opsim::cloudwatch {
namespace {

using NodeKind = MathNode::Kind;
using Point = std::optional<double>;

MathValue scalar_value(Point number) { return {.type = MathType::scalar, .scalar = number}; }
MathValue series_value(MathSeries series) {
  MathValue value;
  value.series.push_back(std::move(series));
  return value;
}

Point combined(MathOperator op, Point left, Point right) {
  if (!left && !right) return std::nullopt;
  return apply(op, left.value_or(0), right.value_or(0));
}

/// "Missing values in a time series are treated as 0": where only the other side has a value. A
/// scalar that no datapoint gave a value leaves nothing.
void apply_scalar(MathOperator op, MathSeries& series, Point scalar, bool scalar_is_left) {
  for (Point& point : series.points) {
    if (!point) continue;
    point = !scalar          ? std::nullopt
            : scalar_is_left ? apply(op, *scalar, *point)
                             : apply(op, *point, *scalar);
  }
}

MathCall sort_call(std::string_view word) { return find_math_function(word)->call; }

/// A count that SLICE or SORT takes: 0 for anything below, many for anything above.
std::size_t index_of(Point number) {
  if (!number || !(*number > 0)) return 0;
  return *number > 1e6 ? 1'000'000 : static_cast<std::size_t>(*number);
}

}  // namespace

std::variant<MathValue, MathError> MathEvaluator::evaluate(const MathNode& node) {
  error_.reset();
  MathValue result = value(node);
  if (error_) return *error_;
  return result;
}

MathValue MathEvaluator::value(const MathNode& node) {
  if (error_) return {};
  MathValue found;
  switch (node.kind) {
    case NodeKind::number: return scalar_value(node.number);
    case NodeKind::reference: found = taken(inputs_.referenced(node.text)); break;
    case NodeKind::list: found = list(node); break;
    case NodeKind::call: found = call(node); break;
    case NodeKind::negate:
    case NodeKind::binary: found = operands(node); break;
    default: break;  // texts and keywords are read by their functions
  }
  spend(node, found);
  return error_ ? MathValue{} : found;
}

void MathEvaluator::spend(const MathNode& node, const MathValue& value) {
  work_ += 1 + value.series.size() * (grid_.count + 1);
  if (work_ > kMostMathWork) {
    fail(node, fmt::format("more than {} datapoints would have to be computed", kMostMathWork));
  }
}

MathValue MathEvaluator::taken(std::variant<MathValue, MathError> result) {
  if (auto* value = std::get_if<MathValue>(&result)) return std::move(*value);
  if (!error_) error_ = std::get<MathError>(result);
  return {};
}

MathSeries MathEvaluator::empty_series() const {
  MathSeries series;
  series.period = grid_.step;
  series.points.resize(grid_.count);
  return series;
}

/// Arrays within arrays are one: [METRICS("4xx"), METRICS("5xx")].
MathValue MathEvaluator::list(const MathNode& node) {
  MathValue found{.type = MathType::array};
  for (const MathNode& part : node.parts) {
    MathValue each = value(part);
    std::ranges::move(each.series, std::back_inserter(found.series));
  }
  return found;
}

MathSeries MathEvaluator::joined(MathOperator op, const MathSeries& left, const MathSeries& right) {
  MathSeries result = empty_series();
  const MathSeries& finer = left.stride <= right.stride ? left : right;
  const std::size_t apart =
      left.first > right.first ? left.first - right.first : right.first - left.first;
  result.label = left.label;
  result.period = finer.period;
  result.stride = std::gcd(std::gcd(left.stride, right.stride), apart);
  result.first = std::min(left.first, right.first) % result.stride;
  for (std::size_t i = 0; i < grid_.count; ++i) {
    result.points[i] = combined(op, left.points[i], right.points[i]);
  }
  return result;
}

MathValue MathEvaluator::operands(const MathNode& node) {
  const bool negate = node.kind == NodeKind::negate;
  const MathOperator op = negate ? MathOperator::subtract : node.op;
  MathValue left = negate ? scalar_value(0) : value(node.parts[0]);
  MathValue right = value(node.parts.back());
  if (error_) return {};
  if (left.type == MathType::scalar && right.type == MathType::scalar) {
    const bool known = left.scalar && right.scalar;
    return scalar_value(known ? apply(op, *left.scalar, *right.scalar) : std::nullopt);
  }
  if (left.type == MathType::scalar || right.type == MathType::scalar) {
    const bool scalar_is_left = left.type == MathType::scalar;
    MathValue& many = scalar_is_left ? right : left;
    const Point number = scalar_is_left ? left.scalar : right.scalar;
    for (MathSeries& each : many.series) apply_scalar(op, each, number, scalar_is_left);
    return std::move(many);
  }
  const bool arrays = left.type == MathType::array && right.type == MathType::array;
  if (arrays && left.series.size() != right.series.size()) {
    fail(node, fmt::format("the arrays have {} and {} time series; they must have as many",
                           left.series.size(), right.series.size()));
    return {};
  }
  MathValue result{.type = std::max(left.type, right.type)};
  const std::size_t count = left.type == MathType::array ? left.series.size() : right.series.size();
  for (std::size_t i = 0; i < count; ++i) {
    const MathSeries& a = left.series[left.type == MathType::array ? i : 0];
    const MathSeries& b = right.series[right.type == MathType::array ? i : 0];
    result.series.push_back(joined(op, a, b));
    if (left.type != MathType::array) result.series.back().label = b.label;
  }
  return result;
}

MathValue MathEvaluator::constant(std::optional<double> number) {
  MathSeries series = empty_series();
  std::ranges::fill(series.points, number);
  return series_value(std::move(series));
}

MathValue MathEvaluator::reduced(const MathNode& node) {
  const MathValue argument = value(node.parts[0]);
  const MathCall call = node.function->call;
  if (argument.type == MathType::array) return series_value(combine(call, grid_, argument.series));
  return scalar_value(argument.series.empty() ? Point{} : reduce(call, argument.series[0]));
}

MathValue MathEvaluator::fill(const MathNode& node) {
  MathValue filled = value(node.parts[0]);
  const MathNode& filler = node.parts[1];
  const MathValue with = filler.kind == NodeKind::word ? MathValue{} : value(filler);
  if (error_) return {};
  for (MathSeries& series : filled.series) {
    if (filler.kind == NodeKind::word) {
      filler.text == "REPEAT" ? fill_repeating(series) : fill_between(series);
      continue;
    }
    for (std::size_t i = series.first; i < series.points.size(); i += series.stride) {
      if (series.points[i]) continue;
      series.points[i] = with.type == MathType::scalar ? with.scalar : with.series[0].points[i];
    }
  }
  return filled;
}

// IF, for each datapoint of the condition: "has the value of metric2, if TRUE; of metric3, if
// FALSE; 0, if TRUE and the datapoint does not exist in metric2; is dropped, if FALSE and it does
// not exist in metric3 or if metric3 is omitted".
MathValue MathEvaluator::choose(const MathNode& node) {
  const MathValue condition = value(node.parts[0]);
  const MathValue chosen = value(node.parts[1]);
  const bool has_other = node.parts.size() > 2;
  const MathValue other = has_other ? value(node.parts[2]) : MathValue{};
  if (error_) return {};
  const auto point_of = [](const MathValue& value, std::size_t i) {
    return value.type == MathType::scalar ? value.scalar : value.series[0].points[i];
  };
  const bool scalars = condition.type == MathType::scalar && chosen.type == MathType::scalar &&
                       (!has_other || other.type == MathType::scalar);
  if (condition.type == MathType::scalar) {
    if (!condition.scalar) return scalars ? scalar_value({}) : series_value(empty_series());
    const MathValue* taken = *condition.scalar != 0 ? &chosen : has_other ? &other : nullptr;
    if (taken == nullptr) return scalars ? scalar_value({}) : series_value(empty_series());
    return scalars || taken->type == MathType::series ? *taken : constant(taken->scalar);
  }
  MathSeries result = condition.series[0];
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    if (!result.points[i]) continue;
    if (*result.points[i] != 0) {
      result.points[i] = point_of(chosen, i).value_or(0);
    } else {
      result.points[i] = has_other ? point_of(other, i) : Point{};
    }
  }
  return series_value(std::move(result));
}

// SORT(array, function, order[, limit]). UNDOCUMENTED: series without data come last.
MathValue MathEvaluator::sort(const MathNode& node) {
  MathValue array = value(node.parts[0]);
  const std::size_t limit =
      node.parts.size() > 3 ? index_of(scalar(node.parts[3])) : array.series.size();
  if (error_) return {};
  const MathCall by = sort_call(node.parts[1].text);
  const bool descending = node.parts[2].text == "DESC";
  std::vector<std::pair<Point, MathSeries>> keyed;
  for (MathSeries& series : array.series) {
    const Point key = reduce(by, series);
    keyed.emplace_back(key, std::move(series));
  }
  std::ranges::stable_sort(keyed, [descending](const auto& a, const auto& b) {
    if (!a.first || !b.first) return a.first.has_value() && !b.first.has_value();
    return descending ? *a.first > *b.first : *a.first < *b.first;
  });
  array.series.clear();
  for (auto& [key, series] : keyed) {
    if (array.series.size() == limit) break;
    array.series.push_back(std::move(series));
  }
  return array;
}

// "The two scalars define the start (inclusive) and end (exclusive) of the array to return."
MathValue MathEvaluator::slice(const MathNode& node) {
  MathValue array = value(node.parts[0]);
  const std::size_t begin = std::min(index_of(scalar(node.parts[1])), array.series.size());
  const std::size_t end = node.parts.size() > 2
                              ? std::min(index_of(scalar(node.parts[2])), array.series.size())
                              : array.series.size();
  if (error_) return {};
  const auto at = [&](std::size_t i) {
    return array.series.begin() + static_cast<std::ptrdiff_t>(i);
  };
  array.series.erase(at(std::max(begin, end)), array.series.end());
  array.series.erase(array.series.begin(), at(begin));
  return array;
}

MathValue MathEvaluator::call(const MathNode& node) {
  const MathCall call = node.function->call;
  switch (call) {
    case MathCall::choose: return choose(node);
    case MathCall::fill: return fill(node);
    case MathCall::sort: return sort(node);
    case MathCall::slice: return slice(node);
    case MathCall::average:
    case MathCall::datapoint_count:
    case MathCall::deviation:
    case MathCall::maximum:
    case MathCall::minimum:
    case MathCall::sum: return reduced(node);
    case MathCall::database_insights:
    case MathCall::lambda:
    case MathCall::service_quota:
      fail(node, fmt::format("{} is not simulated", node.function->name));
      return {};
    case MathCall::insight_rule_metric: return taken(inputs_.rule(node));
    case MathCall::time_series: return constant(scalar(node.parts[0]));
    case MathCall::metrics:
      return {.type = MathType::array,
              .scalar = {},
              .series = inputs_.metrics(node.parts.empty() ? "" : node.parts[0].text)};
    case MathCall::search:
      return taken(inputs_.search(node, node.parts.size() > 2 ? scalar(node.parts[2]) : Point{}));
    case MathCall::anomaly_detection_band:  // "the default of 2 is used"
      return taken(
          inputs_.band(node, node.parts.size() > 1 ? scalar(node.parts[1]).value_or(2) : 2));
    default: break;
  }
  if (node.parts.empty()) return {};
  MathValue argument = value(node.parts[0]);
  if (error_) return {};
  switch (call) {
    case MathCall::metric_count: return scalar_value(static_cast<double>(argument.series.size()));
    case MathCall::period:
      return scalar_value(std::chrono::duration<double>(argument.series[0].period).count());
    case MathCall::first:
    case MathCall::last:
      if (argument.series.empty()) return series_value(empty_series());
      return series_value(
          std::move(call == MathCall::first ? argument.series.front() : argument.series.back()));
    case MathCall::remove_empty:
      std::erase_if(argument.series, [](const MathSeries& series) {
        return std::ranges::none_of(series.points, &Point::has_value);
      });
      return argument;
    case MathCall::date:
    case MathCall::day:
    case MathCall::epoch:
    case MathCall::hour:
    case MathCall::minute:
    case MathCall::month:
    case MathCall::year: replace_with_clock(call, grid_, argument.series[0]); return argument;
    default:
      for (MathSeries& series : argument.series) transform(call, grid_, series);
      return argument;
  }
}

}  // namespace opsim::cloudwatch
