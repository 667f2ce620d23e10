#include "tools/report/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "opsim/kernel/duration.hpp"
#include "opsim/study/statistics.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

constexpr std::size_t kMetColumn = 24;
constexpr std::size_t kValueColumn = 15;

/// Padded by what a terminal shows, not by bytes.
std::string padded(std::string text, std::size_t width) {
  const std::size_t shown = columns(text);
  return shown < width ? text.append(width - shown, ' ') : text + " ";
}

std::string goal_text(const GoalOutcome& goal) {
  return fmt::format("{} {}", goal.name, goal.wanted);
}

/// A value to three digits: nobody reads more of a percentile.
std::string said(const GoalOutcome& goal, double value) {
  if (value == 0 || !std::isfinite(value)) return goal.say(value);
  const double scale = std::pow(10, 2 - std::floor(std::log10(std::abs(value))));
  return goal.say(std::round(value * scale) / scale);
}

/// `p` counts from the best run to the worst.
std::optional<std::size_t> run_at(const GoalOutcome& goal, double p) {
  return run_at_percentile(goal.values, goal.more_is_better ? 1 - p : p);
}

std::string value_at(const GoalOutcome& goal, double p) {
  const std::optional<std::size_t> run = run_at(goal, p);
  return run ? said(goal, *goal.values[*run]) : "-";
}

std::string worst_text(const GoalOutcome& goal, std::uint64_t first_seed) {
  const std::optional<std::size_t> run = run_at(goal, 1);
  return run ? fmt::format("{} ({})", said(goal, *goal.values[*run]), first_seed + *run) : "-";
}

std::string regimes_text(const GoalOutcome& goal, std::uint64_t first_seed,
                         const std::string& command) {
  const std::optional<Regimes> found = regimes(goal.values);
  if (!found) return "";
  const std::size_t worst = run_at(goal, 1).value_or(0);
  return two_sided(
      fmt::format(
          "Two regimes in {}: {} runs about {}, {} runs about {}. Look at one: {} --seed {}",
          goal.name, found->low_runs, said(goal, found->low_median), found->high_runs,
          said(goal, found->high_median), command, first_seed + worst),
      "", 2);
}

std::string command_of(const ChoiceOutcome& outcome, const std::string& path) {
  return outcome.choice == nullptr || outcome.choice->recommended
             ? fmt::format("opsim run {}", path)
             : fmt::format("opsim run {} --choice '{}'", path, outcome.choice->name);
}

std::string closing(const Scenario& scenario, const ChoiceOutcome& outcome,
                    const std::string& path) {
  const SweepResult& result = outcome.result;
  std::string text = fmt::format("Every goal met in {} of {} runs, {}.\n", result.all_met,
                                 result.runs, share_text(result.all_met, result.runs));
  if (!result.diagnosis.empty()) text += two_sided("Stopped: " + result.diagnosis, "", 2);
  for (const GoalOutcome& goal : result.goals) {
    if (!goal.first_missed) continue;
    text += two_sided(
        fmt::format("First missed: {} on seed {}. Look at it: {} --seed {}", goal_text(goal),
                    *goal.first_missed, command_of(outcome, path), *goal.first_missed),
        "", 2);
    break;
  }
  if (!holds(scenario, result))
    text += fmt::format("Asked: each goal in at least {:g} % of the runs.\n",
                        100 * scenario.confidence);
  return text;
}

std::string choice_name(const ChoiceOutcome& outcome) {
  return outcome.choice == nullptr ? "as written" : outcome.choice->name;
}

/// As wide as its name needs, and two spaces from its neighbour.
std::size_t column_of(const ChoiceOutcome& outcome) {
  return std::max(kMetColumn, columns(choice_name(outcome)) + 2);
}

std::string line_of(std::string_view what, std::span<const ChoiceOutcome> outcomes,
                    std::size_t first_column, const auto& cell) {
  std::string line = padded(fmt::format("    {}", what), first_column + 2);
  for (const ChoiceOutcome& outcome : outcomes) line += padded(cell(outcome), column_of(outcome));
  while (line.ends_with(' ')) line.pop_back();
  return line + "\n";
}

std::string signed_text(const GoalOutcome& goal, double value) {
  const std::string size = said(goal, std::abs(value));
  return value < 0 ? "-" + size : "+" + size;
}

std::string difference_text(const GoalOutcome& first, const GoalOutcome& other,
                            std::string_view first_name, std::string_view other_name) {
  const PairedDifference found = paired_difference(first.values, other.values);
  if (found.pairs < 2 || other.say == nullptr) return "";
  if (found.equal == found.pairs)
    return fmt::format("  {}: no difference on any of {} seeds\n", other.name, found.pairs);
  const bool sure = found.low > 0 || found.high < 0;
  const bool worse = (found.mean > 0) != other.more_is_better;
  const std::string verdict =
      sure ? fmt::format("'{}' is {} than '{}'", other_name, worse ? "worse" : "better", first_name)
           : "not told apart";
  const std::string equal = found.equal == 0 ? "" : fmt::format(", equal on {}", found.equal);
  return two_sided(fmt::format("  {}: {} on average [{}, {}] over {} seeds{}: {}", other.name,
                               signed_text(other, found.mean), signed_text(other, found.low),
                               signed_text(other, found.high), found.pairs, equal, verdict),
                   "", 4);
}

Json goal_json(const GoalOutcome& goal, const SweepResult& result) {
  const Interval interval = wilson(goal.met, result.runs);
  Json json{{"goal", goal.name},
            {"wanted", goal.wanted},
            {"met", goal.met},
            {"met_interval_95", {interval.low, interval.high}},
            {"values", Json::array()},
            {"observed", goal.observed},
            {"more_is_better", goal.more_is_better}};
  for (const std::optional<double>& value : goal.values)
    json["values"].push_back(value ? Json(*value) : Json{});
  constexpr std::array kPercentiles = {std::pair{"p50", 0.5}, std::pair{"p95", 0.95},
                                       std::pair{"p99", 0.99}, std::pair{"worst", 1.0}};
  for (const auto& [name, p] : kPercentiles)
    if (const std::optional<std::size_t> run = run_at(goal, p))
      json[name] = {{"value", *goal.values[*run]}, {"seed", result.first_seed + *run}};
  return json;
}

}  // namespace

std::string share_text(std::size_t met, std::size_t runs) {
  const Interval interval = wilson(met, runs);
  const double share = runs == 0 ? 0 : static_cast<double>(met) / static_cast<double>(runs);
  return fmt::format("{:.1f} % [{:.1f}, {:.1f}]", 100 * share, 100 * interval.low,
                     100 * interval.high);
}

bool holds(const Scenario& scenario, const SweepResult& result) {
  return result.diagnosis.empty() &&
         std::ranges::all_of(result.goals, [&](const GoalOutcome& goal) {
           return static_cast<double>(goal.met) >=
                  scenario.confidence * static_cast<double>(result.runs);
         });
}

std::string sweep_text(const Scenario& scenario, const ChoiceOutcome& outcome,
                       const std::string& path) {
  const SweepResult& result = outcome.result;
  std::string text = "    " + padded("met", kMetColumn);
  for (const char* head : {"p50", "p95", "p99"}) text += padded(head, kValueColumn);
  text += "worst (seed)\n";
  for (const GoalOutcome& goal : result.goals) {
    text += fmt::format("  {}\n    {}", goal_text(goal),
                        padded(share_text(goal.met, result.runs), kMetColumn));
    for (const double p : {0.5, 0.95, 0.99}) text += padded(value_at(goal, p), kValueColumn);
    text += worst_text(goal, result.first_seed) + "\n";
  }
  text += "\n";
  for (const GoalOutcome& goal : result.goals)
    text += regimes_text(goal, result.first_seed, command_of(outcome, path));
  return text + closing(scenario, outcome, path);
}

std::string compare_text(std::span<const ChoiceOutcome> outcomes) {
  const SweepResult& first = outcomes.front().result;
  const std::size_t width = 14;
  std::string text = padded("", width + 2);
  for (const ChoiceOutcome& outcome : outcomes)
    text += padded(choice_name(outcome), column_of(outcome));
  while (text.ends_with(' ')) text.pop_back();
  text += "\n";
  for (std::size_t i = 0; i < first.goals.size(); ++i) {
    text += fmt::format("  {}\n", goal_text(first.goals[i]));
    const auto goal = [i](const ChoiceOutcome& outcome) -> const GoalOutcome& {
      return outcome.result.goals[i];
    };
    text += line_of("met", outcomes, width, [&](const ChoiceOutcome& outcome) {
      return share_text(goal(outcome).met, outcome.result.runs);
    });
    for (const auto& [name, p] : {std::pair{"p50", 0.5}, std::pair{"p95", 0.95}})
      text += line_of(name, outcomes, width,
                      [&](const ChoiceOutcome& outcome) { return value_at(goal(outcome), p); });
    text += line_of("worst", outcomes, width, [&](const ChoiceOutcome& outcome) {
      return worst_text(goal(outcome), outcome.result.first_seed);
    });
  }
  for (const ChoiceOutcome& other : outcomes.subspan(1)) {
    text += fmt::format("\n'{}' against '{}', seed by seed (95 %):\n", choice_name(other),
                        choice_name(outcomes.front()));
    for (std::size_t i = 0; i < first.goals.size(); ++i)
      text += difference_text(first.goals[i], other.result.goals[i], choice_name(outcomes.front()),
                              choice_name(other));
  }
  return text;
}

Json sweep_json(const Scenario& scenario, std::span<const ChoiceOutcome> outcomes) {
  Json json{{"version", 1},
            {"scenario", scenario.title},
            {"confidence", scenario.confidence},
            {"sweeps", Json::array()}};
  for (const ChoiceOutcome& outcome : outcomes) {
    const SweepResult& result = outcome.result;
    Json goals = Json::array();
    for (const GoalOutcome& goal : result.goals) goals.push_back(goal_json(goal, result));
    json["sweeps"].push_back(
        {{"choice", outcome.choice == nullptr ? Json{} : Json(outcome.choice->name)},
         {"first_seed", result.first_seed},
         {"runs", result.runs},
         {"all_met", result.all_met},
         {"holds", holds(scenario, result)},
         {"ended_early", result.diagnosis.empty() ? Json{} : Json(result.diagnosis)},
         {"goals", std::move(goals)}});
  }
  return json;
}

}  // namespace opsim::report
