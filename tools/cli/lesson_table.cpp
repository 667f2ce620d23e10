#include "tools/cli/lesson_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/kernel/duration.hpp"
#include "opsim/scenario/world.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::cli {

namespace {

double share_met(const GoalOutcome& goal, std::size_t runs) {
  return runs == 0 ? 0 : static_cast<double>(goal.met) / static_cast<double>(runs);
}

bool holds(const GoalOutcome& goal, std::size_t runs, double confidence) {
  return share_met(goal, runs) >= confidence;
}

std::string cell(const GoalOutcome& goal, std::size_t runs) {
  const Interval interval = wilson(goal.met, runs);
  return fmt::format("{:5.1f} % [{:.0f}, {:.0f}]", 100 * share_met(goal, runs), 100 * interval.low,
                     100 * interval.high);
}

/// As wide as its name needs, and two spaces from its neighbour.
std::size_t column_of(const ChoiceOutcome& outcome) {
  return std::max<std::size_t>(20, outcome.choice->name.size() + 2);
}

/// What a reader of the table may ignore: ids and times differ, the story does not.
std::string outline(const JournalEntry& entry) {
  return fmt::format("{} {}", to_string(entry.kind), report::entry_text(entry));
}

std::vector<const JournalEntry*> entries_up_to(Level level, const Journal& journal) {
  std::vector<const JournalEntry*> kept;
  for (const JournalEntry& entry : journal.entries())
    if (entry.level <= level && entry.kind != EntryKind::start) kept.push_back(&entry);
  return kept;
}

bool alike(const JournalEntry* one, const JournalEntry* other) {
  return one->at == other->at && outline(*one) == outline(*other);
}

}  // namespace

std::string report_choice(std::size_t number, const Choice& choice) {
  return report::two_sided(fmt::format("  {}  {}", number, choice.says), "", 5);
}

std::string table_text(const std::vector<ChoiceOutcome>& outcomes) {
  if (outcomes.empty()) return "";
  const std::size_t runs = outcomes.front().result.runs;
  std::string out = fmt::format("{:<46}", fmt::format("met in how many of {} seeds", runs));
  for (const ChoiceOutcome& outcome : outcomes)
    out += fmt::format("{:>{}}", outcome.choice->name, column_of(outcome));
  out += "\n";
  for (std::size_t i = 0; i < outcomes.front().result.goals.size(); ++i) {
    const GoalOutcome& goal = outcomes.front().result.goals[i];
    out += fmt::format("  {:<44}", fmt::format("{} {}", goal.name, goal.wanted));
    for (const ChoiceOutcome& outcome : outcomes)
      out += fmt::format("{:>{}}", cell(outcome.result.goals[i], runs), column_of(outcome));
    out += "\n";
  }
  return out;
}

std::optional<MissedGoal> worst_missed(const Scenario& scenario, const Choice& picked,
                                       const std::vector<ChoiceOutcome>& outcomes) {
  const auto outcome = std::ranges::find(outcomes, &picked, &ChoiceOutcome::choice);
  if (outcome == outcomes.end()) return std::nullopt;
  const auto& goals = outcome->result.goals;
  const auto worst = std::ranges::min_element(goals, {}, &GoalOutcome::met);
  if (worst == goals.end() || !worst->first_missed ||
      holds(*worst, outcome->result.runs, scenario.confidence))
    return std::nullopt;
  return MissedGoal{static_cast<std::size_t>(worst - goals.begin()), *worst->first_missed};
}

std::string consequence_text(const Scenario& scenario, const Choice& picked,
                             const std::vector<ChoiceOutcome>& outcomes) {
  const auto outcome = std::ranges::find(outcomes, &picked, &ChoiceOutcome::choice);
  if (outcome == outcomes.end()) return "";
  const auto& goals = outcome->result.goals;
  const auto worst = std::ranges::min_element(goals, {}, &GoalOutcome::met);
  if (worst == goals.end() || holds(*worst, outcome->result.runs, scenario.confidence))
    return fmt::format("'{}' meets every goal.\n", picked.name);
  const std::size_t missed = outcome->result.runs - worst->met;
  std::string text = fmt::format("'{}' misses \"{} {}\" in {} of {} runs", picked.name, worst->name,
                                 worst->wanted, missed, outcome->result.runs);
  if (worst->first_missed) {
    const std::uint64_t seed = *worst->first_missed;
    text +=
        fmt::format("; on seed {} it was {}.\nSee it happen: opsim run {} --choice '{}' --seed {}",
                    seed, worst->observed[seed - outcome->result.first_seed],
                    std::string{scenario.document.root.file()}, picked.name, seed);
  }
  return text + "\n";
}

std::string first_difference_text(const Scenario& scenario, Catalog catalog, const Choice& first,
                                  const Choice& second) {
  World one{scenario, catalog, {.seed = scenario.seed, .choice = &first}};
  World two{scenario, catalog, {.seed = scenario.seed, .choice = &second}};
  one.run();
  two.run();
  const auto tell = [&](auto at, auto end, const Choice& choice) {
    return at == end
               ? std::string{}
               : fmt::format("  {:<16} +{}  {}\n", choice.name,
                             clock_text((*at)->at - scenario.start), report::entry_text(**at));
  };
  // What goals are judged by tells most; where it is the same, the details.
  for (const Level level : {Level::goals, Level::story}) {
    const auto ones = entries_up_to(level, one.journal());
    const auto others = entries_up_to(level, two.journal());
    const auto [a, b] = std::ranges::mismatch(ones, others, alike);
    if (a == ones.end() && b == others.end()) continue;
    return fmt::format("First difference (seed {}):\n{}{}",
                       static_cast<std::uint64_t>(scenario.seed), tell(a, ones.end(), first),
                       tell(b, others.end(), second));
  }
  return "";
}

std::vector<std::string> what_does_not_hold(const Scenario& scenario,
                                            const std::vector<ChoiceOutcome>& outcomes) {
  std::vector<std::string> faults;
  if (scenario.recommended() == nullptr) faults.push_back("no choice is marked as recommended");
  for (const auto& [choice, result] : outcomes) {
    if (!result.diagnosis.empty()) faults.push_back(choice->name + ": " + result.diagnosis);
    bool all = true;
    for (const GoalOutcome& goal : result.goals) {
      const bool ok = holds(goal, result.runs, scenario.confidence);
      all = all && ok;
      if (choice->recommended && !ok)
        faults.push_back(
            fmt::format("'{}' should meet \"{} {}\" in at least {:g} % of the runs, "
                        "and did in {} of {}",
                        choice->name, goal.name, goal.wanted, 100 * scenario.confidence, goal.met,
                        result.runs));
    }
    if (!choice->recommended && all)
      faults.push_back(fmt::format("'{}' should miss a goal, and met them all", choice->name));
  }
  return faults;
}

}  // namespace opsim::cli
