#include "tools/cli/run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iostream>

#include "models/catalog.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/scenario/world.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/pace.hpp"
#include "tools/cli/scenario_options.hpp"
#include "tools/report/exports.hpp"
#include "tools/report/summary.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::cli {

namespace {

using report::Ink;

constexpr Option kRunOptions[] = {
    {"--seed"},
    {"--choice"},
    {"--all-choices", Takes::nothing},
    {"--set", Takes::values},
    {"--also", Takes::values},
    {"--instead", Takes::values},
    {"--pace"},
    {"--json", Takes::nothing},
    {"--journal"},
    {"--trace"},
    {"--junit"},
    {"--report"},
    {"--review"},
    {"--sqlite"},
};

/// A run with what is asked of it, and what came of it.
struct Played {
  const Choice* choice;
  std::unique_ptr<World> world;
  std::vector<Incident> incidents;
  std::vector<Verdict> verdicts;
  Duration wall;

  [[nodiscard]] bool met() const {
    return !world->ended_early() && std::ranges::all_of(verdicts, &Verdict::met);
  }
};

std::vector<const Choice*> choices_of(const Scenario& scenario, const Options& options) {
  if (options.has("--all-choices") && !scenario.choices.empty()) return all_choices(scenario);
  return {choice_of(scenario, options)};
}

Played play(const Scenario& scenario, const Choice* choice, Seed seed, const Options& options) {
  const bool wants_all =
      options.has("--journal") || options.has("--trace") || options.has("--sqlite");
  const auto begun = std::chrono::steady_clock::now();
  Played played{.choice = choice,
                .world = std::make_unique<World>(
                    scenario, catalog(),
                    RunSettings{.seed = seed,
                                .choice = choice,
                                .keep = wants_all ? Level::everything : Level::story}),
                .incidents = {},
                .verdicts = {},
                .wall = {}};
  if (const auto pace = options.value("--pace")) {
    run_paced(*played.world, *pace, std::cerr);
  } else {
    played.world->run();
  }
  played.incidents = played.world->incidents();
  played.verdicts = played.world->verdicts();
  played.wall = std::chrono::steady_clock::now() - begun;
  return played;
}

std::string headline(const Scenario& scenario, const Played& played, Seed seed, bool terminal) {
  const std::string choice = played.choice == nullptr ? "" : played.choice->name + " · ";
  std::string right = fmt::format("{}seed {} · {}", choice, static_cast<std::uint64_t>(seed),
                                  human(scenario.duration));
  // How long it took differs from run to run: it is told to people, never to a pipe.
  if (terminal) right += fmt::format(" in {}", human(played.wall));
  return report::two_sided(scenario.title, right, 2);
}

std::string closing(const Played& played, const std::string& path) {
  const std::size_t missed =
      static_cast<std::size_t>(std::ranges::count(played.verdicts, false, &Verdict::met));
  const std::string choice = played.choice == nullptr || played.choice->recommended
                                 ? ""
                                 : fmt::format(" --choice '{}'", played.choice->name);
  if (missed == 0)
    return played.verdicts.empty()
               ? "No goals were set.\n"
               : fmt::format("{} met. How often? opsim sweep {}{}\n",
                             played.verdicts.size() == 1
                                 ? "The goal is"
                                 : fmt::format("All {} goals", played.verdicts.size()),
                             path, choice);
  std::string text = fmt::format("{} {} missed", missed, missed == 1 ? "goal" : "goals");
  for (const Verdict& verdict : played.verdicts) {
    if (verdict.met) continue;
    text += fmt::format(": {} {}, observed {}", verdict.name, verdict.wanted, verdict.observed);
    const std::string what = verdict.because.empty() ? "incident 1" : verdict.because.front();
    text += fmt::format(".\nWhy: opsim why {}{} {}\n", path, choice,
                        what.find(' ') == what.npos ? what : fmt::format("'{}'", what));
    break;
  }
  return text;
}

void print(const Scenario& scenario, const Played& played, Seed seed, const std::string& path,
           Streams& streams) {
  const Ink ink = Ink::for_terminal(streams.terminal);
  World& world = *played.world;
  streams.out << headline(scenario, played, seed, streams.terminal) << '\n'
              << report::timeline_text(world.journal(), scenario.start, ink) << '\n';
  if (world.ended_early()) {
    streams.out << report::two_sided(
        fmt::format("Stopped at +{}: {}", clock_text(world.sim().now() - scenario.start),
                    world.diagnosis()),
        "", 2);
    return;
  }
  const std::string incidents =
      report::incidents_text(played.incidents, world.journal(), scenario.start, ink);
  if (!incidents.empty()) streams.out << incidents << '\n';
  streams.out << report::goals_text(played.verdicts, ink) << '\n' << closing(played, path);
}

/// "out.json" for one choice; "out-people-only.json" where there are several.
std::string file_for(std::string path, const Played& played, bool several) {
  if (!several || played.choice == nullptr) return path;
  std::string name = played.choice->name;
  std::ranges::replace(name, ' ', '-');
  const auto dot = path.rfind('.');
  return dot == path.npos ? path + "-" + name : path.insert(dot, "-" + name);
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary};
  file << text;
  if (!file.flush()) throw Options::Usage{fmt::format("cannot write {}", path)};
}

void write_exports(const Scenario& scenario, const Played& played, const Options& options,
                   bool several) {
  const report::RunFacts facts{scenario, played.choice, *played.world, played.incidents,
                               played.verdicts};
  if (const auto path = options.value("--journal"))
    write_file(file_for(*path, played, several),
               report::journal_lines(played.world->journal(), scenario.start));
  if (const auto path = options.value("--trace"))
    write_file(file_for(*path, played, several), report::trace_json(facts));
  if (const auto path = options.value("--junit"))
    write_file(file_for(*path, played, several), report::junit_xml(facts));
  if (const auto path = options.value("--report"))
    write_file(file_for(*path, played, several), report::html_report(facts));
  if (const auto path = options.value("--review"))
    write_file(file_for(*path, played, several), report::review_markdown(facts));
  if (const auto path = options.value("--sqlite"))
    write_file(file_for(*path, played, several), report::sqlite_database(facts));
}

/// One document, also of several runs.
std::string json_text(Json& runs, bool several, bool met) {
  constexpr auto replace = Json::error_handler_t::replace;
  if (!several) return runs.at(0).dump(2, ' ', false, replace) + "\n";
  const Json version = runs.at(0).at("version");
  const Json all{{"version", version}, {"met", met}, {"runs", std::move(runs)}};
  return all.dump(2, ' ', false, replace) + "\n";
}

}  // namespace

int run_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, kRunOptions};
  const std::string path = options.operand("a scenario file or its folder");
  const Scenario scenario = read_scenario(path, catalog(), overrides_of(options));
  const Seed seed =
      options.has("--seed") ? static_cast<Seed>(*options.number("--seed")) : scenario.seed;

  bool met = true;
  Json runs = Json::array();
  const std::vector<const Choice*> choices = choices_of(scenario, options);
  for (const Choice* choice : choices) {
    const Played played = play(scenario, choice, seed, options);
    met = met && played.met();
    if (options.has("--json")) {
      runs.push_back(
          report::run_json({scenario, choice, *played.world, played.incidents, played.verdicts}));
    } else {
      if (choice != choices.front()) streams.out << '\n';
      print(scenario, played, seed, path, streams);
    }
    write_exports(scenario, played, options, choices.size() > 1);
  }
  if (options.has("--json")) streams.out << json_text(runs, options.has("--all-choices"), met);
  return met ? kGoalsMet : kGoalMissed;
}

}  // namespace opsim::cli
