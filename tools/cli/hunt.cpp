#include "tools/cli/hunt.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ranges>

#include "models/catalog.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/study/hunt.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/scenario_options.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::cli {

namespace {

constexpr Option kHuntOptions[] = {
    {"--at"},
    {"--choice"},
    {"--only"},
    {"--seeds"},
    {"--threads"},
    {"--set", Takes::values},
    {"--json", Takes::nothing},
};
constexpr std::size_t kSeedsOfAFailure = 3;

/// When each failure begins: a quarter into the run where nothing is said.
Duration moment_of(const Scenario& scenario, const Options& options) {
  const std::optional<std::string> text = options.value("--at");
  if (!text) return std::chrono::round<std::chrono::minutes>(scenario.duration / 4);
  const std::optional<Duration> at = parse_duration(*text);
  if (!at || *at < Duration{} || *at >= scenario.duration)
    throw Options::Usage{fmt::format("--at is {}; expected a time within the run, as in 90min",
                                     opsim::quoted(*text))};
  return *at;
}

/// "90min", which every option and file takes.
std::string written(Duration at) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(at).count();
  return seconds % 60 == 0 ? fmt::format("{}min", seconds / 60) : fmt::format("{}s", seconds);
}

std::vector<const HuntedFault*> worst_first(const HuntResult& result) {
  std::vector<const HuntedFault*> sorted;
  for (const HuntedFault& fault : result.faults)
    if (fault.broken_runs > 0) sorted.push_back(&fault);
  std::ranges::stable_sort(sorted, std::ranges::greater{}, &HuntedFault::broken_runs);
  return sorted;
}

std::string text_of(const HuntResult& result, const std::string& path, const std::string& choice,
                    Duration at) {
  const std::vector<const HuntedFault*> breaking = worst_first(result);
  std::string text;
  for (const std::string& goal : result.missed_anyway)
    text += report::two_sided(
        fmt::format("Some seeds miss \"{}\" with nothing going wrong; they are not counted.", goal),
        "", 2);
  for (const HuntedFault* fault : breaking)
    text += report::two_sided(fmt::format("  breaks  {}: {}, observed {}", fault->sentence,
                                          fault->first->goal, fault->first->observed),
                              fmt::format("{} of {} seeds", fault->broken_runs, result.runs), 10);
  std::size_t nothing = 0;
  for (const HuntedFault& fault : result.faults) {
    if (!fault.does_something && fault.broken_runs == 0) ++nothing;
    if (fault.does_something && fault.broken_runs == 0)
      text += report::two_sided(fmt::format("  holds   {}", fault.sentence), "", 10);
  }
  text += report::two_sided(
      fmt::format(
          "\n{} failures break a goal, {} do not, each alone at +{}; {} more of the catalog "
          "come to nothing here.",
          breaking.size(), result.faults.size() - breaking.size() - nothing, clock_text(at),
          nothing),
      "", 2);
  if (breaking.empty()) return text;
  const HuntedFault& first = *breaking.front();
  return text + report::two_sided(
                    fmt::format("Look at one: opsim run {}{} --seed {} --instead '{} {}'", path,
                                choice, first.first->seed, written(at), first.sentence),
                    "", 2);
}

Json json_of(const HuntResult& result, const Scenario& scenario, Duration at) {
  Json faults = Json::array();
  for (const HuntedFault& fault : result.faults) {
    Json one{{"fault", fault.sentence},
             {"did_something", fault.does_something},
             {"broken_runs", fault.broken_runs}};
    if (fault.first)
      one["first"] = {{"goal", fault.first->goal},
                      {"observed", fault.first->observed},
                      {"seed", fault.first->seed}};
    faults.push_back(std::move(one));
  }
  return {{"version", 1},
          {"scenario", scenario.title},
          {"at_seconds", std::chrono::duration<double>(at).count()},
          {"runs", result.runs},
          {"missed_anyway", result.missed_anyway},
          {"faults", std::move(faults)}};
}

}  // namespace

int hunt_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, kHuntOptions};
  const std::string path = options.operand("a scenario file or its folder");
  const Scenario scenario = read_scenario(path, catalog(), overrides_of(options));
  if (scenario.goals.empty()) throw Options::Usage{"a scenario without goals has none to break"};
  const Duration at = moment_of(scenario, options);
  const Choice* choice = choice_of(scenario, options);
  std::optional<Progress> progress;
  const HuntResult result =
      hunt(scenario, catalog(),
           {.at = at,
            .runs = options.number("--seeds", 1).value_or(kSeedsOfAFailure),
            .threads = static_cast<unsigned>(options.number("--threads").value_or(0)),
            .choice = choice,
            .only = options.value("--only").value_or(""),
            .progress = [&](std::size_t, std::size_t of) {
              if (!progress) progress.emplace(of, streams.err, streams.terminal && isatty(2) != 0);
              progress->one_done();
            }});
  progress.reset();
  if (options.has("--json")) {
    streams.out << json_of(result, scenario, at).dump(2, ' ', false, Json::error_handler_t::replace)
                << '\n';
  } else {
    const std::string who =
        choice == nullptr || choice->recommended ? "" : fmt::format(" --choice '{}'", choice->name);
    streams.out << report::two_sided("Which single failure breaks a goal? " + scenario.title,
                                     choice == nullptr ? "" : choice->name, 2)
                << '\n'
                << text_of(result, path, who, at);
  }
  return std::ranges::any_of(result.faults,
                             [](const HuntedFault& one) { return one.broken_runs > 0; })
             ? kGoalMissed
             : kGoalsMet;
}

}  // namespace opsim::cli
