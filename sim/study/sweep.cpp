#include "opsim/study/sweep.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cmath>
#include <mutex>
#include <thread>

#include "opsim/scenario/world.hpp"

namespace opsim {

namespace {

struct RunOutcome {
  std::vector<Verdict> verdicts;
  std::string diagnosis;
};

RunOutcome play(const Scenario& scenario, Catalog catalog, Seed seed, const Choice* choice) {
  World world{scenario, catalog, {.seed = seed, .choice = choice, .keep = Level::story}};
  world.run();
  return {world.verdicts(), world.diagnosis()};
}

void count(SweepResult& result, const RunOutcome& run, std::uint64_t seed) {
  bool all_met = run.diagnosis.empty();
  for (std::size_t i = 0; i < run.verdicts.size(); ++i) {
    const Verdict& verdict = run.verdicts[i];
    GoalOutcome& goal = result.goals[i];
    goal.name = verdict.name;
    goal.wanted = verdict.wanted;
    goal.observed.push_back(verdict.observed);
    goal.values.push_back(verdict.value);
    if (verdict.value) {
      goal.say = verdict.say;
      goal.more_is_better = verdict.more_is_better;
    }
    if (verdict.met) {
      ++goal.met;
    } else {
      all_met = false;
      if (!goal.first_missed) goal.first_missed = seed;
    }
  }
  if (all_met) ++result.all_met;
  if (result.diagnosis.empty()) result.diagnosis = run.diagnosis;
}

}  // namespace

SweepResult sweep(const Scenario& scenario, Catalog catalog, const SweepSettings& settings) {
  std::vector<RunOutcome> runs(settings.runs);
  std::vector<std::exception_ptr> failures(settings.runs);
  boost::asio::thread_pool pool{settings.threads == 0 ? std::thread::hardware_concurrency()
                                                      : settings.threads};
  std::mutex telling;
  std::size_t done = 0;
  for (std::size_t i = 0; i < settings.runs; ++i) {
    boost::asio::post(pool, [&, i] {
      try {
        runs[i] =
            play(scenario, catalog, static_cast<Seed>(settings.first_seed + i), settings.choice);
      } catch (...) {
        failures[i] = std::current_exception();
      }
      if (!settings.progress) return;
      const std::scoped_lock lock{telling};
      settings.progress(++done);
    });
  }
  pool.join();
  // That of the first seed, whichever thread came first.
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);

  SweepResult result{
      .first_seed = settings.first_seed, .runs = settings.runs, .goals = {}, .diagnosis = {}};
  result.goals.resize(scenario.goals.size());
  for (std::size_t i = 0; i < runs.size(); ++i) count(result, runs[i], settings.first_seed + i);
  return result;
}

Interval wilson(std::size_t successes, std::size_t trials) {
  if (trials == 0) return {0, 1};
  constexpr double z = 1.959963984540054;
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double centre = p + z * z / (2 * n);
  const double spread = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (centre - spread) / scale), std::min(1.0, (centre + spread) / scale)};
}

}  // namespace opsim
