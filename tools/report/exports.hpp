#pragma once
/// What programs read of a run. Every export is a function of the run alone: same seed, same bytes.
#include <span>
#include <string>

#include "opsim/json.hpp"
#include "opsim/scenario/world.hpp"

namespace opsim::report {

struct RunFacts {
  const Scenario& scenario;
  const Choice* choice;
  World& world;
  std::span<const Incident> incidents;
  std::span<const Verdict> verdicts;
};

/// Everything that the text says, and more. `version` grows when a member changes its meaning.
Json run_json(const RunFacts& run);
Json entry_json(const JournalEntry& entry, SimTime start);
/// One entry a line.
std::string journal_lines(const Journal& journal, SimTime start);
/// Trace events for Perfetto or chrome://tracing, a track a component.
std::string trace_json(const RunFacts& run);
/// An SQLite database: tables run, goals, incidents, and entries with their causes.
std::string sqlite_database(const RunFacts& run);
/// A test case a goal.
std::string junit_xml(const RunFacts& run);
/// One page: verdicts, incidents with their split, the run at one look, what the alarms watched.
std::string html_report(const RunFacts& run);
/// A post-incident review in Markdown: what happened, why, what was missing, what to do about it.
std::string review_markdown(const RunFacts& run);

}  // namespace opsim::report
