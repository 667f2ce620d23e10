#include "tools/cli/verbs.hpp"

#include <cstdlib>

#include "models/catalog.hpp"
#include "opsim/document/diagnostic.hpp"
#include "tools/cli/bench_fleet.hpp"
#include "tools/cli/bench_graph.hpp"
#include "tools/cli/bench_kernel.hpp"
#include "tools/cli/bench_refill.hpp"
#include "tools/cli/bench_states.hpp"
#include "tools/cli/bench_tracking.hpp"
#include "tools/cli/call.hpp"
#include "tools/cli/check.hpp"
#include "tools/cli/hunt.hpp"
#include "tools/cli/lesson.hpp"
#include "tools/cli/match.hpp"
#include "tools/cli/run.hpp"
#include "tools/cli/schema.hpp"
#include "tools/cli/services.hpp"
#include "tools/cli/sweep.hpp"
#include "tools/cli/why.hpp"

namespace opsim::cli {

namespace {

int run_match(Arguments arguments, Streams& streams) {
  return match_main(arguments, streams.in, streams.out, streams.err);
}

int run_bench(Arguments arguments, Streams& streams) {
  if (!arguments.empty() && arguments[0] == "match")
    return bench_match(arguments.subspan(1), streams.out, streams.err);
  if (!arguments.empty() && arguments[0] == "fleet")
    return bench_fleet(arguments.subspan(1), streams);
  if (!arguments.empty() && arguments[0] == "graph")
    return bench_graph(arguments.subspan(1), streams);
  if (!arguments.empty() && arguments[0] == "refill")
    return bench_refill(arguments.subspan(1), streams, catalog());
  if (!arguments.empty() && arguments[0] == "states")
    return bench_states(arguments.subspan(1), streams);
  if (!arguments.empty() && arguments[0] == "tracking")
    return bench_tracking(arguments.subspan(1), streams);
  return bench_kernel(arguments);
}

constexpr Verb kVerbs[] = {
    {"run",
     "PATH [--seed N] [--choice NAME|--all-choices] [--set KEY=VALUE] [--pace 60x]\n"
     "                 [--also '2h FAULT'] [--instead '2h FAULT']\n"
     "                 [--json] [--journal FILE] [--trace FILE] [--junit FILE]\n"
     "                 [--report FILE.html] [--review FILE.md] [--sqlite FILE.db]",
     "Plays a scenario: its timeline, incidents and goals.", run_main},
    {"why", "PATH WHAT [--seed N] [--choice NAME]",
     "Why something happened (page-1, an alarm, an instance), or why it did not.", why_main},
    {"check", "PATH…",
     "All errors of scenarios, templates, runbooks and patterns, and what is not simulated.",
     check_main},
    {"sweep", "PATH [--seeds N] [--first-seed N] [--choice NAME] [--set KEY=VALUE] [--json]",
     "How often the goals are met: many seeds, percentiles, the worst one.", sweep_main},
    {"compare", "PATH [--choices 'A,B'] [--seeds N] [--first-seed N] [--set KEY=VALUE] [--json]",
     "Choices side by side on the same luck, and by how much they differ.", compare_main},
    {"hunt",
     "PATH [--at 90min] [--only TEXT] [--choice NAME] [--seeds N] [--set KEY=VALUE] [--json]",
     "Which single failure breaks a goal? Each is played alone.", hunt_main},
    {"match", "--pattern FILE --event FILE | --batch FILE.jsonl",
     "Does this event pattern match this event, and field by field why.", run_match},
    {"call", "SERVICE:Operation JSON [--scenario PATH] [--at TIME] | --batch FILE.jsonl",
     "One API call, or a batch of them, against a simulated account.", call_main},
    {"lesson", "list | play ID | verify ID [--seeds N]",
     "Learn automation-first operations by playing the choices.", lesson_main},
    {"services", "[NAME]", "What is simulated, simplified and absent, by service.", services_main},
    {"schema", "", "JSON Schema of scenario files, for completion in an editor.", schema_main},
    {"bench",
     "hold|process|cancel --pending N --events M | match --rules FILE --events FILE\n"
     "                 | fleet [--instances N] [--days D] [--quiet]\n"
     "                 | graph [--components N] [--instances M] [--faults F] [--days D]\n"
     "                 | refill [--instances N] [--groups G] | states [--transitions N]\n"
     "                 | tracking [--days D]",
     "Measures the kernel, the pattern matcher, fleets, groups and state machines.", run_bench},
};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

}  // namespace opsim::cli
