// The functions of metric math, and what each takes and gives.
// AWS: CloudWatch User Guide, "Functions supported for metric math" (using-metric-math).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "models/cloudwatch/math_expression.hpp"

namespace opsim::cloudwatch {
namespace {

// Sorted by name. {name, call, fewest arguments, most arguments}
constexpr MathFunction kFunctions[] = {
    {"ABS", MathCall::absolute, 1, 1},
    {"ANOMALY_DETECTION_BAND", MathCall::anomaly_detection_band, 1, 2},
    {"AVG", MathCall::average, 1, 1},
    {"CEIL", MathCall::ceiling, 1, 1},
    {"DATAPOINT_COUNT", MathCall::datapoint_count, 1, 1},
    {"DATE", MathCall::date, 1, 1},
    {"DAY", MathCall::day, 1, 1},
    {"DB_PERF_INSIGHTS", MathCall::database_insights, 1, 8},
    {"DIFF", MathCall::difference, 1, 1},
    {"DIFF_TIME", MathCall::difference_time, 1, 1},
    {"EPOCH", MathCall::epoch, 1, 1},
    {"FILL", MathCall::fill, 2, 2},
    {"FIRST", MathCall::first, 1, 1},
    {"FLOOR", MathCall::floor, 1, 1},
    {"HOUR", MathCall::hour, 1, 1},
    {"IF", MathCall::choose, 2, 3},
    {"INSIGHT_RULE_METRIC", MathCall::insight_rule_metric, 2, 2},
    {"LAMBDA", MathCall::lambda, 1, 8},
    {"LAST", MathCall::last, 1, 1},
    {"LOG", MathCall::log, 1, 1},
    {"LOG10", MathCall::log10, 1, 1},
    {"MAX", MathCall::maximum, 1, 1},
    {"METRICS", MathCall::metrics, 0, 1},
    {"METRIC_COUNT", MathCall::metric_count, 1, 1},
    {"MIN", MathCall::minimum, 1, 1},
    {"MINUTE", MathCall::minute, 1, 1},
    {"MONTH", MathCall::month, 1, 1},
    {"PERIOD", MathCall::period, 1, 1},
    {"RATE", MathCall::rate, 1, 1},
    {"REMOVE_EMPTY", MathCall::remove_empty, 1, 1},
    {"RUNNING_SUM", MathCall::running_sum, 1, 1},
    {"SEARCH", MathCall::search, 2, 3},
    {"SERVICE_QUOTA", MathCall::service_quota, 1, 1},
    {"SLICE", MathCall::slice, 2, 3},
    {"SORT", MathCall::sort, 3, 4},
    {"STDDEV", MathCall::deviation, 1, 1},
    {"SUM", MathCall::sum, 1, 1},
    {"TIME_SERIES", MathCall::time_series, 1, 1},
    {"YEAR", MathCall::year, 1, 1},
};
static_assert(std::ranges::is_sorted(kFunctions, {}, &MathFunction::name));

constexpr std::string_view kSortWords[] = {"AVG", "MAX", "MIN", "STDDEV", "SUM"};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t up = row[j];
      row[j] = std::min({up + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = up;
    }
  }
  return row.back();
}

using NodeKind = MathNode::Kind;

/// Walks the expression; the first complaint stands.
class TypeChecker {
 public:
  explicit TypeChecker(const MathTypes& types) : types_{types} {}

  std::variant<MathType, MathError> check(const MathNode& node) {
    const MathType type = of(node);
    if (error_) return *error_;
    return type;
  }

 private:
  MathType of(const MathNode& node);
  MathType of_list(const MathNode& node);
  MathType of_operands(const MathNode& node);
  MathType of_call(const MathNode& node);
  MathType of_choice(const MathNode& node);
  MathType of_fill(const MathNode& node);
  MathType of_sort(const MathNode& node);

  /// Argument i is of one of these types, else a complaint.
  MathType argument(const MathNode& call, std::size_t i, std::initializer_list<MathType> allowed);
  void all(const MathNode& call, MathType type) {
    for (std::size_t i = 0; i < call.parts.size(); ++i) argument(call, i, {type});
  }
  void fail(const MathNode& node, std::string message) {
    if (!error_) error_ = MathError{node.position, std::move(message)};
  }

  const MathTypes& types_;
  std::optional<MathError> error_;
};

MathType TypeChecker::argument(const MathNode& call, std::size_t i,
                               std::initializer_list<MathType> allowed) {
  const MathType type = of(call.parts[i]);
  if (std::ranges::find(allowed, type) == allowed.end()) {
    std::string words;
    for (const MathType each : allowed) {
      words += fmt::format("{}{}", words.empty() ? "" : " or ", to_string(each));
    }
    fail(call.parts[i], fmt::format("argument {} of {} must be {}, not {}", i + 1,
                                    call.function->name, words, to_string(type)));
  }
  return type;
}

MathType TypeChecker::of(const MathNode& node) {
  switch (node.kind) {
    case NodeKind::number: return MathType::scalar;
    case NodeKind::text: return MathType::text;
    case NodeKind::word: return MathType::word;
    case NodeKind::list: return of_list(node);
    case NodeKind::call: return of_call(node);
    case NodeKind::reference: {
      const auto type = types_(node.text);
      if (!type)
        fail(node, fmt::format("there is no metric or expression with the Id {}", node.text));
      return type.value_or(MathType::series);
    }
    default: return of_operands(node);
  }
}

MathType TypeChecker::of_list(const MathNode& node) {
  if (node.parts.empty()) fail(node, "an array needs at least one time series");
  for (const MathNode& part : node.parts) {
    const MathType type = of(part);
    if (type == MathType::series || type == MathType::array) continue;
    fail(part, fmt::format("an array holds time series, not {}", to_string(type)));
  }
  return MathType::array;
}

MathType TypeChecker::of_operands(const MathNode& node) {
  MathType widest = MathType::scalar;
  for (const MathNode& part : node.parts) {
    const MathType type = of(part);
    if (type > MathType::array) fail(part, fmt::format("{} is no operand", to_string(type)));
    widest = std::max(widest, type);
  }
  return widest;
}

// IF(condition, trueValue, falseValue): each a scalar or a time series.
MathType TypeChecker::of_choice(const MathNode& node) {
  MathType widest = MathType::scalar;
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    widest = std::max(widest, argument(node, i, {MathType::scalar, MathType::series}));
  }
  return widest;
}

MathType TypeChecker::of_fill(const MathNode& node) {
  const MathType filled = argument(node, 0, {MathType::series, MathType::array});
  const MathNode& filler = node.parts[1];
  if (filler.kind != NodeKind::word) {
    argument(node, 1, {MathType::scalar, MathType::series});
  } else if (filler.text != "REPEAT" && filler.text != "LINEAR") {
    fail(filler,
         fmt::format("FILL takes a value, a time series, REPEAT or LINEAR, not {}", filler.text));
  }
  return filled;
}

MathType TypeChecker::of_sort(const MathNode& node) {
  argument(node, 0, {MathType::array});
  const auto is_word = [&](std::size_t i, std::span<const std::string_view> words) {
    return node.parts[i].kind == NodeKind::word &&
           std::ranges::find(words, node.parts[i].text) != words.end();
  };
  constexpr std::string_view kOrders[] = {"ASC", "DESC"};
  if (!is_word(1, kSortWords)) {
    fail(node.parts[1], "SORT is by AVG, MIN, MAX, SUM or STDDEV");
  }
  if (!is_word(2, kOrders)) fail(node.parts[2], "the order of SORT is ASC or DESC");
  if (node.parts.size() > 3) argument(node, 3, {MathType::scalar});
  return MathType::array;
}

MathType TypeChecker::of_call(const MathNode& node) {
  constexpr MathType kS = MathType::scalar;
  constexpr MathType kTs = MathType::series;
  constexpr MathType kArray = MathType::array;
  switch (node.function->call) {
    case MathCall::choose: return of_choice(node);
    case MathCall::fill: return of_fill(node);
    case MathCall::sort: return of_sort(node);
    case MathCall::average:
    case MathCall::datapoint_count:
    case MathCall::deviation:
    case MathCall::maximum:
    case MathCall::minimum:
    case MathCall::sum: return argument(node, 0, {kTs, kArray}) == kTs ? kS : kTs;
    case MathCall::date:
    case MathCall::day:
    case MathCall::epoch:
    case MathCall::hour:
    case MathCall::minute:
    case MathCall::month:
    case MathCall::year:
    case MathCall::service_quota: argument(node, 0, {kTs}); return kTs;
    case MathCall::period:
      if (node.parts[0].kind != NodeKind::reference) {
        fail(node.parts[0], "PERIOD takes the Id of a metric");
      }
      argument(node, 0, {kTs});
      return kS;
    case MathCall::metric_count: argument(node, 0, {kArray}); return kS;
    case MathCall::first:
    case MathCall::last: argument(node, 0, {kArray}); return kTs;
    case MathCall::remove_empty: argument(node, 0, {kArray}); return kArray;
    case MathCall::slice:
      argument(node, 0, {kArray});
      for (std::size_t i = 1; i < node.parts.size(); ++i) argument(node, i, {kS});
      return kArray;
    case MathCall::time_series: argument(node, 0, {kS}); return kTs;
    case MathCall::anomaly_detection_band:
      argument(node, 0, {kTs});
      if (node.parts.size() > 1) argument(node, 1, {kS});
      return kArray;
    case MathCall::metrics: all(node, MathType::text); return kArray;
    case MathCall::search:
      argument(node, 0, {MathType::text});
      argument(node, 1, {MathType::text});
      if (node.parts.size() > 2) argument(node, 2, {kS});
      return kArray;
    case MathCall::insight_rule_metric: all(node, MathType::text); return kTs;
    case MathCall::database_insights:
    case MathCall::lambda: return kArray;
    default: return argument(node, 0, {kTs, kArray});
  }
}

template <class Test>
bool any_node(const MathNode& node, const Test& test) {
  if (test(node)) return true;
  return std::ranges::any_of(node.parts,
                             [&](const MathNode& part) { return any_node(part, test); });
}

}  // namespace

std::string_view to_string(MathType type) {
  constexpr std::array<std::string_view, 5> kWords = {
      "a scalar", "a time series", "an array of time series", "a text", "a keyword"};
  return kWords.at(static_cast<std::size_t>(type));
}

const MathFunction* find_math_function(std::string_view name) {
  const auto row = std::ranges::lower_bound(kFunctions, name, {}, &MathFunction::name);
  return row != std::end(kFunctions) && row->name == name ? row : nullptr;
}

std::string_view nearest_math_function(std::string_view name) {
  std::string upper{name};
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  std::string_view best;
  std::size_t least = upper.size() / 2 + 1;
  for (const MathFunction& row : kFunctions) {
    const std::size_t far = distance(upper, row.name);
    if (far >= least) continue;
    least = far;
    best = row.name;
  }
  return best;
}

std::variant<MathType, MathError> type_of(const MathNode& node, const MathTypes& types) {
  return TypeChecker{types}.check(node);
}

bool calls(const MathNode& node, MathCall call) {
  return any_node(node, [call](const MathNode& each) {
    return each.kind == NodeKind::call && each.function->call == call;
  });
}

bool depends_on_time(const MathNode& node) {
  for (const MathCall call :
       {MathCall::date, MathCall::day, MathCall::epoch, MathCall::hour, MathCall::minute,
        MathCall::month, MathCall::year, MathCall::anomaly_detection_band, MathCall::search,
        MathCall::insight_rule_metric}) {
    if (calls(node, call)) return true;
  }
  return false;
}

std::string_view not_simulated(const MathNode& node) {
  for (const MathCall call :
       {MathCall::database_insights, MathCall::lambda, MathCall::service_quota}) {
    if (!calls(node, call)) continue;
    return std::ranges::find(kFunctions, call, &MathFunction::call)->name;
  }
  return {};
}

void each_reference(const MathNode& node, const std::function<void(const MathNode&)>& visit) {
  if (node.kind == NodeKind::reference) visit(node);
  for (const MathNode& part : node.parts) each_reference(part, visit);
}

}  // namespace opsim::cloudwatch
