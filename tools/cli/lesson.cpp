#include "tools/cli/lesson.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <ostream>

#include "models/catalog.hpp"
#include "opsim/scenario/world.hpp"
#include "tools/cli/lesson_files.hpp"
#include "tools/cli/lesson_table.hpp"
#include "tools/cli/scenario_options.hpp"
#include "tools/cli/sweep.hpp"
#include "tools/cli/why.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::cli {

namespace {

constexpr Option kLessonOptions[] = {{"--seeds"}, {"--scenarios"}, {"--threads"}, {"--first-seed"}};
int list(const Options& options, Streams& streams) {
  for (const LessonFile& lesson : find_lessons(options.value("--scenarios")))
    streams.out << fmt::format("{:<24} {}\n", lesson.id, lesson.title);
  streams.out << "\nPlay one: opsim lesson play ID\n";
  return kGoalsMet;
}

const Choice* ask_for_choice(const std::vector<const Choice*>& shown, Streams& streams) {
  streams.out << fmt::format("\nWhich one? [1-{}] ", shown.size()) << std::flush;
  std::string answer;
  while (std::getline(streams.in, answer)) {
    for (std::size_t i = 0; i < shown.size(); ++i)
      if (answer == std::to_string(i + 1)) return shown[i];
    streams.out << fmt::format("A number from 1 to {}, please: ", shown.size()) << std::flush;
  }
  streams.out << '\n';
  return nullptr;
}

/// In an order that tells nothing: drawn by the lesson's name, the same at every playing.
std::vector<const Choice*> shuffled(const Scenario& scenario) {
  std::vector<const Choice*> shown;
  for (const Choice& choice : scenario.choices) shown.push_back(&choice);
  Stream stream{Seed{1}, "lesson.order." + scenario.lesson};
  for (std::size_t i = shown.size(); i > 1; --i) std::swap(shown[i - 1], shown[stream.below(i)]);
  return shown;
}

/// The first choice that is not recommended.
const Choice* tempting(const Scenario& scenario) {
  const auto found = std::ranges::find(scenario.choices, false, &Choice::recommended);
  return found == scenario.choices.end() ? nullptr : &*found;
}

/// What the first run that missed the picked choice's worst goal tells of it.
void tell_mechanism(const Scenario& scenario, const Choice& picked,
                    const std::vector<ChoiceOutcome>& outcomes, Streams& streams) {
  const std::optional<MissedGoal> missed = worst_missed(scenario, picked, outcomes);
  if (!missed) return;
  World world{scenario,
              catalog(),
              {.seed = Seed{missed->seed}, .choice = &picked, .keep = Level::everything}};
  world.run();
  const std::vector<Verdict> verdicts = world.verdicts();
  if (missed->goal >= verdicts.size() || verdicts[missed->goal].because.empty()) return;
  tell_why(world, verdicts[missed->goal].because.front(), scenario.start, streams.out);
  streams.out << '\n';
}

int play(const Options& options, Streams& streams) {
  const Scenario scenario = read_scenario(
      lesson_folder(options.operands().at(1), options.value("--scenarios")), catalog());
  for (const std::string& paragraph : {fmt::format("{}: {}", scenario.lesson, scenario.title),
                                       scenario.situation, scenario.question})
    streams.out << report::two_sided(paragraph, "", 0) << '\n';
  const std::vector<const Choice*> shown = shuffled(scenario);
  for (std::size_t i = 0; i < shown.size(); ++i) streams.out << report_choice(i + 1, *shown[i]);
  const Choice* picked = ask_for_choice(shown, streams);

  const std::vector<ChoiceOutcome> outcomes =
      sweep_choices(scenario, all_choices(scenario), options, streams);
  streams.out << '\n';
  if (picked != nullptr) streams.out << fmt::format("You took '{}'.\n\n", picked->name);
  streams.out << table_text(outcomes) << '\n';
  if (picked != nullptr) {
    streams.out << consequence_text(scenario, *picked, outcomes) << '\n';
    tell_mechanism(scenario, *picked, outcomes, streams);
  }
  const bool tempted = picked != nullptr && !picked->recommended;
  if (const Choice* other = tempted ? picked : tempting(scenario);
      other != nullptr && scenario.recommended() != nullptr)
    streams.out << first_difference_text(scenario, catalog(), *scenario.recommended(), *other)
                << '\n';
  streams.out << report::two_sided(scenario.moral, "", 0);
  return kGoalsMet;
}

int verify(const Options& options, Streams& streams) {
  const Scenario scenario = read_scenario(
      lesson_folder(options.operands().at(1), options.value("--scenarios")), catalog());
  const std::vector<ChoiceOutcome> outcomes =
      sweep_choices(scenario, all_choices(scenario), options, streams);
  streams.out << table_text(outcomes) << '\n';
  const std::vector<std::string> faults = what_does_not_hold(scenario, outcomes);
  for (const std::string& fault : faults) streams.out << fault << '\n';
  streams.out << (faults.empty() ? fmt::format("{} holds.\n", scenario.lesson)
                                 : fmt::format("{} does not hold.\n", scenario.lesson));
  return faults.empty() ? kGoalsMet : kGoalMissed;
}

}  // namespace

int lesson_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, kLessonOptions};
  const auto& words = options.operands();
  const std::string what = words.empty() ? "" : words[0];
  if (what == "list" && words.size() == 1) return list(options, streams);
  if (what == "play" && words.size() == 2) return play(options, streams);
  if (what == "verify" && words.size() == 2) return verify(options, streams);
  throw Options::Usage{
      "expected list, play ID or verify ID; an ID is for example automation-first/q1"};
}

}  // namespace opsim::cli
