#include "opsim/study/hunt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <mutex>
#include <thread>

#include "opsim/scenario/what_if.hpp"
#include "opsim/scenario/world.hpp"

namespace opsim {

namespace {

using Verdicts = std::vector<Verdict>;

/// Whether anything but a remark came of the faults of a run.
bool came_of_faults(const Journal& journal) {
  std::vector<CauseId> faults;
  for (const JournalEntry& entry : journal.entries()) {
    const auto caused = [&](CauseId fault) { return journal.caused_by(entry.id, fault); };
    if (entry.kind != EntryKind::note && entry.kind != EntryKind::end &&
        std::ranges::any_of(faults, caused))
      return true;
    if (entry.kind == EntryKind::fault) faults.push_back(entry.id);
  }
  return false;
}

std::vector<Verdicts> without_failure(const Scenario& scenario, Catalog catalog,
                                      const HuntSettings& settings) {
  Scenario calm = scenario;
  std::erase_if(calm.timeline, [](const TimelineEntry& entry) { return entry.fault != nullptr; });
  std::vector<Verdicts> verdicts;
  for (std::size_t i = 0; i < settings.runs; ++i) {
    World world{calm,
                catalog,
                {.seed = static_cast<Seed>(settings.first_seed + i), .choice = settings.choice}};
    world.run();
    verdicts.push_back(world.verdicts());
  }
  return verdicts;
}

std::optional<BrokenGoal> broken(const Verdicts& with, const Verdicts& without,
                                 std::uint64_t seed) {
  for (std::size_t i = 0; i < with.size(); ++i)
    if (!with[i].met && without[i].met)
      return BrokenGoal{fmt::format("{} {}", with[i].name, with[i].wanted), with[i].observed, seed};
  return std::nullopt;
}

HuntedFault try_fault(const Scenario& scenario, Catalog catalog, const HuntSettings& settings,
                      const std::vector<Verdicts>& calm, const std::string& sentence) {
  const Scenario changed = with_fault_alone(scenario, catalog, settings.at, sentence);
  HuntedFault tried{.sentence = sentence, .first = {}};
  for (std::size_t i = 0; i < settings.runs; ++i) {
    const std::uint64_t seed = settings.first_seed + i;
    World world{changed,
                catalog,
                {.seed = static_cast<Seed>(seed), .choice = settings.choice, .keep = Level::story}};
    world.run();
    if (i == 0) tried.does_something = came_of_faults(world.journal());
    const std::optional<BrokenGoal> goal = broken(world.verdicts(), calm[i], seed);
    if (goal) ++tried.broken_runs;
    if (goal && !tried.first) tried.first = goal;
    if (!tried.does_something && !goal) break;
  }
  return tried;
}

std::vector<std::string> missed_in(const std::vector<Verdicts>& runs) {
  std::vector<std::string> missed;
  for (const Verdicts& verdicts : runs)
    for (const Verdict& verdict : verdicts) {
      const std::string goal = fmt::format("{} {}", verdict.name, verdict.wanted);
      if (!verdict.met && std::ranges::find(missed, goal) == missed.end()) missed.push_back(goal);
    }
  return missed;
}

}  // namespace

HuntResult hunt(const Scenario& scenario, Catalog catalog, const HuntSettings& settings) {
  const std::vector<Verdicts> calm = without_failure(scenario, catalog, settings);
  std::vector<std::string> sentences = possible_faults(scenario, catalog);
  std::erase_if(sentences,
                [&](const std::string& one) { return one.find(settings.only) == one.npos; });
  HuntResult result{.runs = settings.runs,
                    .faults = std::vector<HuntedFault>(sentences.size()),
                    .missed_anyway = missed_in(calm)};
  std::vector<std::exception_ptr> failures(sentences.size());
  boost::asio::thread_pool pool{settings.threads == 0 ? std::thread::hardware_concurrency()
                                                      : settings.threads};
  std::mutex telling;
  std::size_t done = 0;
  for (std::size_t i = 0; i < sentences.size(); ++i)
    boost::asio::post(pool, [&, i] {
      try {
        result.faults[i] = try_fault(scenario, catalog, settings, calm, sentences[i]);
      } catch (...) {
        failures[i] = std::current_exception();
      }
      const std::scoped_lock lock{telling};
      ++done;
      if (settings.progress) settings.progress(done, sentences.size());
    });
  pool.join();
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
  return result;
}

}  // namespace opsim
