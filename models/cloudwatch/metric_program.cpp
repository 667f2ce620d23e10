// Reading MetricDataQuery structures.
#include "models/cloudwatch/metric_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/insights_run.hpp"
#include "models/cloudwatch/metric_query.hpp"
#include "models/cloudwatch/metric_search.hpp"
#include "models/cloudwatch/units.hpp"

namespace opsim::cloudwatch {
namespace {

using Problem = std::optional<ApiError>;
constexpr double kLongestPeriod = 86'400.0 * 7;

bool is_query_id(const std::string& id) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (id.empty() || id[0] < 'a' || id[0] > 'z') return false;
  return std::ranges::all_of(
      id, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Problem check_period(std::int64_t period, const std::string& name) {
  if (is_period(period)) return {};
  return validation_error(
      fmt::format("The value {} for parameter {} is invalid: 1, 5, 10, 20, 30 or a multiple of 60.",
                  period, name));
}

Problem read_metric_stat(const Json& members, const std::string& where, const Place& place,
                         ProgramQuery& query) {
  Input stat{members};
  stat.require("Metric");
  stat.require("Period");
  const std::string name = stat.required_text("Stat");
  const std::int64_t period = stat.integer("Period", 1).value_or(60);
  query.unit = stat.choice("Unit", kUnits).value_or("");
  if (Problem problem = stat.error()) return problem;
  Input metric{*stat.find("Metric")};
  query.key = {place, metric.text("Namespace", 255).value_or(""),
               metric.text("MetricName", 255).value_or(""), metric.dimensions("Dimensions")};
  if (Problem problem = metric.error()) return problem;
  const auto statistic = Statistic::parse(name);
  if (!statistic) {
    return validation_error(fmt::format(
        "The value {} for parameter {}.MetricStat.Stat is not supported.", name, where));
  }
  if (Problem problem = check_period(period, where + ".MetricStat.Period")) return problem;
  query.statistic = *statistic;
  query.period = std::chrono::seconds{period};
  return {};
}

/// UNDOCUMENTED: the wording. A period is needed: nothing else says how long a bucket is.
Problem read_insights(ProgramQuery& query) {
  std::variant<InsightsQuery, MathError> parsed = InsightsQuery::parse(query.expression);
  if (const auto* error = std::get_if<MathError>(&parsed)) {
    return expression_error(query.id, *error);
  }
  if (!query.period) {
    return validation_error(
        fmt::format("Period must not be null for the Metrics Insights query '{}'.", query.id));
  }
  query.insights = std::move(std::get<InsightsQuery>(parsed));
  query.type = query.insights->group_by.empty() ? MathType::series : MathType::array;
  return {};
}

Problem read_expression(Input& input, const std::string& where, ProgramQuery& query) {
  query.expression = input.required_text("Expression", kLongestExpression);
  const auto period = input.integer("Period", 1);
  if (Problem problem = input.error()) return problem;
  if (period) {
    if (Problem problem = check_period(*period, where + ".Period")) return problem;
    query.period = std::chrono::seconds{*period};
  }
  if (InsightsQuery::begins(query.expression)) return read_insights(query);
  std::variant<MathNode, MathError> parsed = parse_math(query.expression);
  if (const auto* error = std::get_if<MathError>(&parsed)) {
    return expression_error(query.id, *error);
  }
  query.math = std::move(std::get<MathNode>(parsed));
  return {};
}

Problem read_program_query(const Json& members, const std::string& where, const Place& home,
                           ProgramQuery& query) {
  Input input{members};
  query.id = input.required_text("Id");
  query.label = input.text("Label");
  query.gave_return_data = input.has("ReturnData");
  query.return_data = input.boolean("ReturnData").value_or(true);
  Place place = home;
  if (const auto account = input.text("AccountId", 255)) place.account = *account;
  if (Problem problem = input.error()) return problem;
  if (!is_query_id(query.id)) {
    return validation_error(
        fmt::format("The value {} for parameter {}.Id is not matching the expected pattern "
                    "^[a-z][a-zA-Z0-9_]*$.",
                    query.id, where));
  }
  const Json* stat = input.find("MetricStat");
  if (input.has("Expression") == (stat != nullptr)) {
    return validation_error(
        stat != nullptr
            ? fmt::format("{0}.MetricStat and {0}.Expression are mutually exclusive.", where)
            : fmt::format("Either {0}.MetricStat or {0}.Expression must be specified.", where));
  }
  if (stat == nullptr) return read_expression(input, where, query);
  return read_metric_stat(*stat, where, place, query);
}

/// Finds the type of each expression after those that it names.
class Linker {
 public:
  explicit Linker(MetricProgram& program)
      : program_{program}, marks_(program.queries.size(), Mark::fresh) {}

  Problem link() {
    for (std::size_t i = 0; i < program_.queries.size(); ++i) visit(i);
    return problem_;
  }

 private:
  enum class Mark : std::uint8_t { fresh, open, done };

  void visit(std::size_t i) {
    ProgramQuery& query = program_.queries[i];
    if (problem_ || marks_[i] == Mark::done || !query.math) return;
    marks_[i] = Mark::open;
    each_reference(*query.math, [&](const MathNode& node) { follow(query, node); });
    if (!problem_) check(query);
    marks_[i] = Mark::done;
  }

  void follow(const ProgramQuery& from, const MathNode& node) {
    const auto found = program_.by_id.find(node.text);
    if (problem_ || found == program_.by_id.end()) return;
    if (marks_[found->second] == Mark::open) {
      problem_ = expression_error(from.id,
                                  {node.position, fmt::format("{} depends on itself", node.text)});
      return;
    }
    visit(found->second);
  }

  void check(ProgramQuery& query) {
    const auto type = type_of(*query.math, [this](std::string_view id) -> std::optional<MathType> {
      const ProgramQuery* named = program_.find(id);
      return named == nullptr ? std::nullopt : std::optional{named->type};
    });
    if (const auto* error = std::get_if<MathError>(&type)) {
      problem_ = expression_error(query.id, *error);
      return;
    }
    query.type = std::get<MathType>(type);
    check_calls(query, *query.math);
  }

  void check_calls(const ProgramQuery& query, const MathNode& node) {
    for (const MathNode& part : node.parts) check_calls(query, part);
    if (problem_ || node.kind != MathNode::Kind::call) return;
    std::optional<MathError> error;
    if (node.function->call == MathCall::search) error = check_search(node);
    if (node.function->call == MathCall::period) {
      const ProgramQuery* of = program_.find(node.parts[0].text);
      if (!of->is_metric()) error = {node.position, "PERIOD takes a metric, not an expression"};
    }
    if (error) problem_ = expression_error(query.id, *error);
  }

  static std::optional<MathError> check_search(const MathNode& node) {
    const auto parsed = MetricSearch::parse(node.parts[0].text);
    if (const auto* what = std::get_if<std::string>(&parsed)) {
      return MathError{node.position, *what};
    }
    if (!Statistic::parse(node.parts[1].text)) {
      return MathError{node.parts[1].position,
                       fmt::format("{} is not a statistic", node.parts[1].text)};
    }
    if (node.parts.size() < 3) return {};
    const MathNode& period = node.parts[2];
    const bool whole = period.kind == MathNode::Kind::number && period.number >= 1 &&
                       period.number <= kLongestPeriod &&
                       is_period(static_cast<std::int64_t>(period.number));
    if (whole) return {};
    return MathError{period.position, "the period is 1, 5, 10, 20, 30 or a multiple of 60"};
  }

  MetricProgram& program_;
  std::vector<Mark> marks_;
  Problem problem_;
};

void note_not_simulated(MetricProgram& program) {
  for (const ProgramQuery& query : program.queries) {
    if (query.is_metric()) continue;
    if (query.insights) {
      if (query.insights->tag().empty()) continue;
      program.not_simulated =
          fmt::format("tags of resources on metrics ({}) are not simulated", query.insights->tag());
    } else if (const std::string_view name = not_simulated(*query.math); !name.empty()) {
      program.not_simulated = fmt::format("{} is not simulated", name);
    }
  }
}

void search_periods(const MathNode& node, std::int64_t& step) {
  if (node.kind == MathNode::Kind::call && node.function->call == MathCall::search &&
      node.parts.size() > 2) {
    step = std::gcd(step, static_cast<std::int64_t>(node.parts[2].number));
  }
  for (const MathNode& part : node.parts) search_periods(part, step);
}

}  // namespace

const ProgramQuery* MetricProgram::find(std::string_view id) const {
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : &queries[found->second];
}

ApiError expression_error(std::string_view id, const MathError& error) {
  return validation_error(fmt::format("Error in expression '{}': {}", id, error.text()));
}

ApiResult<MetricProgram> read_metric_program(const Place& place,
                                             const std::vector<const Json*>& queries,
                                             std::string_view where) {
  MetricProgram program;
  program.place = place;
  program.queries.reserve(queries.size());
  for (const Json* members : queries) {
    ProgramQuery& query = program.queries.emplace_back();
    const std::size_t number = program.queries.size();
    const std::string name = fmt::format("{}.member.{}", where, number);
    if (Problem problem = read_program_query(*members, name, place, query)) return *problem;
    if (!program.by_id.emplace(query.id, number - 1).second) {
      return validation_error(
          fmt::format("The values for parameter id in {} are not unique.", where));
    }
  }
  if (Problem problem = Linker{program}.link()) return *problem;
  note_not_simulated(program);
  return program;
}

Duration grid_step(const MetricProgram& program) {
  std::int64_t step = 0;
  for (const ProgramQuery& query : program.queries) {
    if (query.period) {
      const Duration period =
          query.insights ? std::max(*query.period, kInsightsShortest) : *query.period;
      step = std::gcd(step, period / std::chrono::seconds{1});
    }
    if (query.math) search_periods(*query.math, step);
  }
  return std::chrono::seconds{step == 0 ? 60 : step};
}

}  // namespace opsim::cloudwatch
