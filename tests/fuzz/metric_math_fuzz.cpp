// Any bytes: the first line a SEARCH query, the rest a metric math expression. Nothing may crash,
// hang or bloat, and what is evaluated twice gives the same twice.
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -I.
// -DJSON_USE_IMPLICIT_CONVERSIONS=0
//   tests/fuzz/metric_math_fuzz.cpp models/cloudwatch/{math_*,metric_search}.cpp -lfmt
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/cloudwatch/math_evaluation.hpp"
#include "models/cloudwatch/metric_search.hpp"

namespace {

using namespace opsim::cloudwatch;

void require(bool holds) {
  if (!holds) std::abort();
}

/// m1 has every datapoint, m2 gaps, m3 one in four; a is an array of them.
class Inputs : public MathInputs {
 public:
  explicit Inputs(const MathGrid& grid) : grid_{grid} {}

  static std::optional<MathType> type(std::string_view id) {
    if (id == "a") return MathType::array;
    return id == "m1" || id == "m2" || id == "m3" ? std::optional{MathType::series} : std::nullopt;
  }
  std::variant<MathValue, MathError> referenced(std::string_view id) override {
    MathValue value;
    if (id == "a") {
      value.type = MathType::array;
      value.series = metrics("");
    } else {
      value.series.push_back(series(static_cast<std::size_t>(id[1] - '0')));
    }
    return value;
  }
  std::vector<MathSeries> metrics(std::string_view containing) override {
    std::vector<MathSeries> found;
    if (containing.size() < 3) found = {series(1), series(2), series(3)};
    return found;
  }
  std::variant<MathValue, MathError> search(const MathNode& call,
                                            std::optional<double> /*period*/) override {
    MetricSearch::parse(call.parts[0].text);
    return MathValue{.type = MathType::array, .scalar = {}, .series = metrics("")};
  }
  std::variant<MathValue, MathError> band(const MathNode& call, double /*width*/) override {
    return MathError{call.position, "no bands here"};
  }

 private:
  [[nodiscard]] MathSeries series(std::size_t number) const {
    MathSeries made{.label = "m", .points = {}};
    made.stride = number == 3 ? 4 : 1;
    made.points.resize(grid_.count);
    for (std::size_t i = 0; i < grid_.count; i += made.stride) {
      if (number != 2 || i % 3 != 0) made.points[i] = static_cast<double>(i) - 3.5;
    }
    return made;
  }
  const MathGrid& grid_;
};

bool same(const MathValue& a, const MathValue& b) {
  if (a.type != b.type || a.scalar != b.scalar || a.series.size() != b.series.size()) return false;
  for (std::size_t i = 0; i < a.series.size(); ++i) {
    if (a.series[i].points != b.series[i].points) return false;
  }
  return true;
}

void check_expression(std::string_view text) {
  const std::variant<MathNode, MathError> parsed = parse_math(text);
  if (const auto* error = std::get_if<MathError>(&parsed)) {
    require(error->position <= text.size() && !error->text().empty());
    return;
  }
  const auto& node = std::get<MathNode>(parsed);
  const std::variant<MathType, MathError> type = type_of(node, &Inputs::type);
  if (std::holds_alternative<MathError>(type)) return;
  const MathGrid grid{.count = 12};
  Inputs inputs{grid};
  std::size_t work = 0;
  const auto first = MathEvaluator{grid, inputs, work}.evaluate(node);
  const auto again = MathEvaluator{grid, inputs, work}.evaluate(node);
  const auto* value = std::get_if<MathValue>(&first);
  const auto* twin = std::get_if<MathValue>(&again);
  if (value == nullptr || twin == nullptr) return;
  require(same(*value, *twin));
  if (std::get<MathType>(type) > MathType::array || !not_simulated(node).empty()) return;
  require(value->type == std::get<MathType>(type));
  for (const MathSeries& series : value->series) require(series.points.size() == grid.count);
}

void check_search(std::string_view text) {
  const auto parsed = MetricSearch::parse(text);
  const auto* search = std::get_if<MetricSearch>(&parsed);
  if (search == nullptr) return;
  (void)search->matches(
      {{"012345678901", "us-east-1"}, "AWS/EC2", "CPUUtilization", {{"InstanceId", "i-1"}}});
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t newline = std::min(input.find('\n'), input.size());
  check_search(input.substr(0, newline));
  check_expression(input.substr(std::min(newline + 1, input.size())));
  return 0;
}
