// JUnit XML as CI systems read it: a test case a goal.
#include <fmt/format.h>

#include <algorithm>

#include "tools/report/exports.hpp"
#include "tools/report/markup.hpp"

namespace opsim::report {

namespace {

std::string test_case(const RunFacts& run, const Verdict& verdict) {
  const std::string head =
      fmt::format("    <testcase classname=\"{}\" name=\"{} {}\"",
                  escaped(run.scenario.lesson.empty() ? "opsim" : run.scenario.lesson),
                  escaped(verdict.name), escaped(verdict.wanted));
  if (verdict.met) return head + "/>\n";
  return head + fmt::format(
                    ">\n      <failure message=\"observed {}\">{}</failure>\n"
                    "    </testcase>\n",
                    escaped(verdict.observed), escaped(verdict.source));
}

}  // namespace

std::string junit_xml(const RunFacts& run) {
  const auto missed = std::ranges::count(run.verdicts, false, &Verdict::met);
  const std::string early = run.world.ended_early()
                                ? fmt::format(
                                      "    <testcase classname=\"opsim\" name=\"ran to the end\">\n"
                                      "      <error message=\"{}\"/>\n    </testcase>\n",
                                      escaped(run.world.diagnosis()))
                                : "";
  std::string cases;
  for (const Verdict& verdict : run.verdicts) cases += test_case(run, verdict);
  const std::string name = run.choice == nullptr
                               ? run.scenario.title
                               : fmt::format("{} [{}]", run.scenario.title, run.choice->name);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}{}"
      "  </testsuite>\n</testsuites>\n",
      escaped(name), run.verdicts.size() + (early.empty() ? 0U : 1U), missed, early.empty() ? 0 : 1,
      early, cases);
}

}  // namespace opsim::report
