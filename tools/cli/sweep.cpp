#include "tools/cli/sweep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>

#include "models/catalog.hpp"
#include "tools/cli/lesson_table.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/scenario_options.hpp"
#include "tools/report/study.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::cli {

namespace {

constexpr Option kSweepOptions[] = {
    {"--seeds"},
    {"--first-seed"},
    {"--choice"},
    {"--threads"},
    {"--set", Takes::values},
    {"--also", Takes::values},
    {"--instead", Takes::values},
    {"--json", Takes::nothing},
};
constexpr Option kCompareOptions[] = {
    {"--seeds"},
    {"--first-seed"},
    {"--choices"},
    {"--threads"},
    {"--set", Takes::values},
    {"--also", Takes::values},
    {"--instead", Takes::values},
    {"--json", Takes::nothing},
};
constexpr std::size_t kSeeds = 200;

std::string headline(const Scenario& scenario, const Choice* choice, std::size_t seeds) {
  const std::string who = choice == nullptr ? "" : choice->name + " · ";
  return report::two_sided(scenario.title, fmt::format("{}{} seeds", who, seeds), 2);
}

/// "A,B" as names of choices, blanks around them apart; all where nothing is said.
std::vector<const Choice*> chosen(const Scenario& scenario, const Options& options) {
  const std::optional<std::string> written = options.value("--choices");
  std::vector<const Choice*> choices;
  if (!written) {
    choices = all_choices(scenario);
    std::ranges::stable_partition(choices, &Choice::recommended);
  } else {
    for (std::size_t from = 0; from <= written->size();) {
      const std::size_t to = std::min(written->find(',', from), written->size());
      std::string_view name = std::string_view{*written}.substr(from, to - from);
      while (name.starts_with(' ')) name.remove_prefix(1);
      while (name.ends_with(' ')) name.remove_suffix(1);
      choices.push_back(choice_named(scenario, name));
      from = to + 1;
    }
  }
  if (choices.size() < 2)
    throw Options::Usage{"comparing takes two choices or more; this scenario, or --choices, has " +
                         std::to_string(choices.size())};
  return choices;
}

void print_json(const Scenario& scenario, const std::vector<ChoiceOutcome>& outcomes,
                Streams& streams) {
  streams.out
      << report::sweep_json(scenario, outcomes).dump(2, ' ', false, Json::error_handler_t::replace)
      << '\n';
}

}  // namespace

std::vector<report::ChoiceOutcome> sweep_choices(const Scenario& scenario,
                                                 const std::vector<const Choice*>& choices,
                                                 const Options& options, Streams& streams) {
  const std::size_t seeds = options.number("--seeds", 1).value_or(kSeeds);
  Progress progress{seeds * choices.size(), streams.err, streams.terminal && isatty(2) != 0};
  std::vector<report::ChoiceOutcome> outcomes;
  for (const Choice* choice : choices)
    outcomes.push_back(
        {choice, sweep(scenario, catalog(),
                       {.first_seed = options.number("--first-seed").value_or(1),
                        .runs = seeds,
                        .threads = static_cast<unsigned>(options.number("--threads").value_or(0)),
                        .choice = choice,
                        .progress = [&](std::size_t) { progress.one_done(); }})});
  return outcomes;
}

int sweep_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, kSweepOptions};
  const std::string path = options.operand("a scenario file or its folder");
  const Scenario scenario = read_scenario(path, catalog(), overrides_of(options));
  const Choice* choice = choice_of(scenario, options);
  const std::vector<ChoiceOutcome> outcomes = sweep_choices(scenario, {choice}, options, streams);
  const SweepResult& result = outcomes.front().result;
  if (options.has("--json")) {
    print_json(scenario, outcomes, streams);
  } else {
    streams.out << headline(scenario, choice, result.runs) << '\n'
                << report::sweep_text(scenario, outcomes.front(), path);
  }
  return report::holds(scenario, result) ? kGoalsMet : kGoalMissed;
}

int compare_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, kCompareOptions};
  const std::string path = options.operand("a scenario file or its folder");
  const Scenario scenario = read_scenario(path, catalog(), overrides_of(options));
  const std::vector<const Choice*> choices = chosen(scenario, options);
  const std::vector<ChoiceOutcome> outcomes = sweep_choices(scenario, choices, options, streams);
  if (options.has("--json")) {
    print_json(scenario, outcomes, streams);
  } else {
    streams.out << headline(scenario, nullptr, outcomes.front().result.runs) << '\n'
                << report::compare_text(outcomes) << '\n'
                << first_difference_text(scenario, catalog(), *choices[0], *choices[1]);
  }
  return report::holds(scenario, outcomes.front().result) ? kGoalsMet : kGoalMissed;
}

}  // namespace opsim::cli
