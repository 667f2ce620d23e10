// What the drills of a run were worth, and how ready it was: Gremlin's score of its experiments,
// and the points of AWS Resilience Hub for what the run showed.
#include <fmt/format.h>

#include <algorithm>

#include "tools/report/drill_score.hpp"
#include "tools/report/review.hpp"
#include "tools/report/timeline.hpp"

namespace opsim::report {

namespace {

struct Drill {
  const Resource* experiment;
  std::vector<DrillOutcome> runs;
  std::optional<SimTime> passed_at;  // the last time
};

/// An experiment that stopped itself has found something: the drill failed, and did its work.
std::vector<Drill> drills_of(const Reviewed& review) {
  std::vector<Drill> drills;
  for (const Resource* one :
       review.run.world.cloud().resources().of_type("AWS::FIS::ExperimentTemplate")) {
    Drill drill{one, {}, {}};
    for (const JournalEntry* entry : review.story) {
      if (entry->kind != EntryKind::resource || detail_text(*entry, "act") != "experiment" ||
          entry->source != review.place(one->source))
        continue;
      const std::string status = detail_text(*entry, "status");
      if (status == "completed") {
        drill.runs.push_back(DrillOutcome::passed);
        drill.passed_at = entry->at;
      }
      if (status == "stopped" || status == "failed") drill.runs.push_back(DrillOutcome::failed);
    }
    drills.push_back(std::move(drill));
  }
  return drills;
}

// ---- Readiness --------------------------------------------------------------------------------

/// "The recommended tests must have run successfully in the last 30 days."
constexpr Duration kTestsLast = std::chrono::hours{24 * 30};

/// Resilience Hub recommends from a catalogue; a run shows what was wanted: an alarm and a
/// procedure for the worst of each trouble.
Coverage alarms_of(const Reviewed& review) {
  Coverage coverage{.recommended = review.troubles.size()};
  for (const Trouble& trouble : review.troubles)
    coverage.implemented += review.noticed_by(*trouble.worst) != nullptr;
  return coverage;
}

Coverage procedures_of(const Reviewed& review) {
  Coverage coverage{.recommended = review.troubles.size()};
  for (const Trouble& trouble : review.troubles)
    coverage.implemented += trouble.worst->resolved_by == ResolvedBy::automation;
  return coverage;
}

Coverage tests_of(const Reviewed& review) {
  const std::vector<Drill> drills = drills_of(review);
  Coverage coverage{.recommended = std::max<std::size_t>(1, drills.size())};
  const SimTime end = review.run.world.end();
  for (const Drill& drill : drills)
    coverage.implemented += drill.passed_at && end - *drill.passed_at <= kTestsLast;
  return coverage;
}

/// The policy: goals on how soon it recovers and how much is lost.
Coverage policy_of(const Reviewed& review) {
  Coverage coverage;
  for (const Verdict& verdict : review.run.verdicts) {
    if (!verdict.name.starts_with("recovery ") && !verdict.name.starts_with("data lost")) continue;
    ++coverage.recommended;
    coverage.implemented += verdict.met;
  }
  return coverage;
}

std::string readiness_row(std::string_view part, std::string_view none, const Coverage& coverage,
                          double scored, int possible) {
  const std::string has = coverage.recommended == 0
                              ? std::string{none}
                              : fmt::format("{} of {}", coverage.implemented, coverage.recommended);
  return fmt::format("| {} | {} | {} of {} |\n", part, has, points(scored), possible);
}

}  // namespace

std::string drills_section(const Reviewed& review) {
  const std::vector<Drill> drills = drills_of(review);
  if (drills.empty()) return "";
  std::string out = "| Experiment | Runs | Passed | Score |\n|---|---|---|---|\n";
  std::vector<double> scores;
  for (const Drill& drill : drills) {
    constexpr DrillOutcome never[] = {DrillOutcome::not_run};
    scores.push_back(drill.runs.empty() ? category_score(never) : category_score(drill.runs));
    out += fmt::format("| {}{} | {} | {} | {:.0f} |\n", drill.experiment->logical_id,
                       in_source(review.place(drill.experiment->source)), drill.runs.size(),
                       std::ranges::count(drill.runs, DrillOutcome::passed), scores.back());
  }
  return out + fmt::format(
                   "\nAll of them: {:.0f} of 100. A run that passed counts 100, one that "
                   "stopped or failed 50, an experiment that never ran 0.\n",
                   mean_score(scores));
}

std::string readiness_section(const Reviewed& review) {
  const Coverage policy = policy_of(review);
  const Coverage alarms = alarms_of(review);
  const Coverage procedures = procedures_of(review);
  const Coverage tests = tests_of(review);
  // Without a target there is nothing to comply with.
  const double compliance = policy.recommended == 0 ? 0 : share_of(policy);
  const ResiliencyScore score = resiliency_score(compliance, alarms, procedures, tests);
  std::string out = "| What counts | Here | Points |\n|---|---|---|\n";
  out += readiness_row("Recovery goals that were met", "no recovery goal is set", policy,
                       score.compliance, 40);
  out += readiness_row("Troubles that an alarm noticed", "nothing went wrong", alarms, score.alarms,
                       20);
  out += readiness_row("Troubles that automation ended, without people", "nothing went wrong",
                       procedures, score.sops, 20);
  out += readiness_row("Experiments that passed within 30 days", "", tests, score.tests, 20);
  return out +
         fmt::format(
             "\n{} of 100, by the weights of AWS Resilience Hub. It counts what is configured; "
             "this counts what worked.\n",
             points(score.total()));
}

}  // namespace opsim::report
