#pragma once
/// Evaluates a metric math expression over time series.
#include <string_view>
#include <variant>

#include "models/cloudwatch/math_series.hpp"

namespace opsim::cloudwatch {

/// Where an expression takes its series from.
class MathInputs {
 public:
  virtual ~MathInputs() = default;
  /// The result of the metric or expression with this Id, which exists.
  virtual std::variant<MathValue, MathError> referenced(std::string_view id) = 0;
  /// METRICS(): every metric whose Id contains the text, in the order of the request.
  virtual std::vector<MathSeries> metrics(std::string_view containing) = 0;
  virtual std::variant<MathValue, MathError> search(const MathNode& call,
                                                    std::optional<double> period) = 0;
  /// ANOMALY_DETECTION_BAND: the upper limit, then the lower one.
  virtual std::variant<MathValue, MathError> band(const MathNode& call, double width) = 0;
  /// INSIGHT_RULE_METRIC.
  virtual std::variant<MathValue, MathError> rule(const MathNode& call) {
    return MathError{call.position, "there are no rules of Contributor Insights"};
  }
};

/// Datapoints computed for one request; more is refused (estimate).
constexpr std::size_t kMostMathWork = 20'000'000;

/// Borrows all it is given. `work` counts the datapoints computed so far, over all expressions.
class MathEvaluator {
 public:
  MathEvaluator(const MathGrid& grid, MathInputs& inputs, std::size_t& work)
      : grid_{grid}, inputs_{inputs}, work_{work} {}

  /// `node` has passed type_of().
  std::variant<MathValue, MathError> evaluate(const MathNode& node);

 private:
  MathValue value(const MathNode& node);
  MathValue call(const MathNode& node);
  MathValue operands(const MathNode& node);
  MathValue list(const MathNode& node);
  MathValue fill(const MathNode& node);
  MathValue choose(const MathNode& node);
  MathValue sort(const MathNode& node);
  MathValue slice(const MathNode& node);
  MathValue reduced(const MathNode& node);
  MathValue constant(std::optional<double> scalar);
  std::optional<double> scalar(const MathNode& node) { return value(node).scalar; }
  MathSeries joined(MathOperator op, const MathSeries& left, const MathSeries& right);
  MathValue taken(std::variant<MathValue, MathError> result);
  [[nodiscard]] MathSeries empty_series() const;
  void fail(const MathNode& node, std::string message) {
    if (!error_) error_ = MathError{node.position, std::move(message)};
  }
  void spend(const MathNode& node, const MathValue& value);

  const MathGrid& grid_;
  MathInputs& inputs_;
  std::size_t& work_;
  std::optional<MathError> error_;
};

}  // namespace opsim::cloudwatch
