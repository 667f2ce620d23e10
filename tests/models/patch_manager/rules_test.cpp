#include "models/patch_manager/rules.hpp"

#include "models/patch_manager/patch_now.hpp"

#include <doctest/doctest.h>

namespace opsim::tests {

namespace {

using namespace patch_manager;
using namespace std::chrono_literals;

SimTime day(int number) {
  return *parse_iso8601("2026-03-01T00:00:00Z") + std::chrono::days{number};
}

SimTime midnight(const std::string& date) { return *parse_iso8601(date + "T00:00:00Z"); }

Patch patch(std::string id, std::string classification, std::string severity) {
  Patch made;
  made.id = std::move(id);
  made.classification = std::move(classification);
  made.severity = std::move(severity);
  made.released = day(1);
  return made;
}

Baseline security_after(int days) {
  Baseline baseline;
  PatchRule rule;
  rule.filters = {{"CLASSIFICATION", {"Security"}}, {"SEVERITY", {"Critical", "Important"}}};
  rule.approve_after_days = days;
  rule.compliance_level = "HIGH";
  baseline.rules = {rule};
  return baseline;
}

}  // namespace

TEST_SUITE("patch manager: baselines") {
  // User Guide, "About patch baselines": auto-approval delay; all filters of a rule must hold.
  TEST_CASE("a patch is approved so many days after its release, where every filter lets it pass") {
    const Baseline baseline = security_after(7);
    const Patch kernel = patch("kernel", "Security", "Critical");
    CHECK_FALSE(approves(baseline, kernel, day(1)));
    CHECK_FALSE(approves(baseline, kernel, day(8) - 1s));
    CHECK(approves(baseline, kernel, day(8)));
    CHECK(level_of(baseline, kernel, day(8)) == "HIGH");
    CHECK_FALSE(approves(baseline, patch("vim", "Security", "Low"), day(30)));
    CHECK_FALSE(approves(baseline, patch("vim", "Bugfix", "Critical"), day(30)));
  }

  TEST_CASE("what is listed is approved at once; what is rejected is not, whatever else holds") {
    Baseline baseline = security_after(7);
    baseline.approved = {"openssl*", "kernel"};
    baseline.rejected = {"kernel"};
    CHECK(approves(baseline, patch("openssl-3.0", "Bugfix", "Low"), day(1)));
    CHECK_FALSE(approves(baseline, patch("openssl-3.0", "Bugfix", "Low"), day(0)));  // not out yet
    CHECK_FALSE(approves(baseline, patch("kernel", "Security", "Critical"), day(30)));
  }

  // Worked examples ssm-patch-001 and -003: seven days after its release, across a leap day too.
  TEST_CASE("ssm-patch-: the day on which a patch is approved by itself") {
    struct Row {
      const char* id;
      const char* released;
      const char* approved;
    };
    constexpr Row rows[] = {{"ssm-patch-001", "2024-03-01", "2024-03-08"},
                            {"ssm-patch-003", "2024-02-22", "2024-02-29"}};
    for (const Row& row : rows) {
      CAPTURE(row.id);
      Patch kernel = patch("kernel", "Security", "Critical");
      kernel.released = midnight(row.released);
      CHECK_FALSE(approves(security_after(7), kernel, midnight(row.approved) - 1s));
      CHECK(approves(security_after(7), kernel, midnight(row.approved)));
    }
  }

  // API Reference, PatchRule: "If a patch is released at 2025-11-09T18:00:00Z and ApproveAfterDays
  // is set to 7, the patch will be approved after 2025-11-16T18:00:00Z."
  TEST_CASE("days of waiting are counted from the hour of the release") {
    Patch kernel = patch("kernel", "Security", "Critical");
    kernel.released = *parse_iso8601("2025-11-09T18:00:00Z");
    CHECK_FALSE(approves(security_after(7), kernel, *parse_iso8601("2025-11-16T17:59:59Z")));
    CHECK(approves(security_after(7), kernel, *parse_iso8601("2025-11-16T18:00:00Z")));
  }

  // "The cutoff date ... Patch Manager automatically approves all patches released on or before."
  TEST_CASE("ssm-patch-004: what is released after the cutoff date is never approved") {
    Baseline baseline = security_after(0);
    baseline.rules[0].approve_until = midnight("2023-07-07");
    Patch kernel = patch("kernel", "Security", "Critical");
    kernel.released = midnight("2023-07-08");
    CHECK_FALSE(approves(baseline, kernel, midnight("2026-01-01")));
    kernel.released = midnight("2023-07-07");
    CHECK(approves(baseline, kernel, midnight("2026-01-01")));
  }

  TEST_CASE("a rule may approve what was released up to a date") {
    Baseline baseline = security_after(0);
    baseline.rules[0].approve_until = day(0);
    CHECK_FALSE(approves(baseline, patch("kernel", "Security", "Critical"), day(30)));
    baseline.rules[0].approve_until = day(1);
    CHECK(approves(baseline, patch("kernel", "Security", "Critical"), day(1)));
  }

  // User Guide, "Patching managed nodes on demand": both tables.
  TEST_CASE("ssm-patchnow-: how many at a time, and how many may fail, by the number of nodes") {
    struct Row {
      const char* id;
      std::size_t nodes;
      const char* concurrency;
      std::size_t errors;
    };
    const Row rows[] = {{"ssm-patchnow-001", 10, "1", 1},
                        {"", 24, "1", 1},
                        {"", 25, "5%", 5},
                        {"ssm-patchnow-002", 50, "5%", 5},
                        {"", 100, "5%", 5},
                        {"", 101, "8%", 10},
                        {"ssm-patchnow-003", 500, "8%", 10},
                        {"", 1000, "8%", 10},
                        {"ssm-patchnow-004", 2000, "10%", 10}};
    for (const Row& row : rows) {
      CAPTURE(row.id);
      CAPTURE(row.nodes);
      CHECK(patch_now_limits(row.nodes).concurrency == row.concurrency);
      CHECK(patch_now_limits(row.nodes).errors == row.errors);
    }
  }

  // User Guide, "Patch compliance state values"; worked examples ssm-comp-002 to -007.
  TEST_CASE("the state of a patch, and whether it is compliant") {
    const Baseline baseline = security_after(7);
    const Patch kernel = patch("kernel", "Security", "Critical");
    const Patch vim = patch("vim", "Bugfix", "Low");
    Baseline rejects = baseline;
    rejects.rejected = {"kernel"};
    const Installed none;
    const Installed both{{"kernel", "vim"}, {}, {}};
    const Installed waits{{"kernel"}, {"kernel"}, {}};
    const Installed failed{{}, {}, {"kernel"}};
    struct Row {
      const Baseline& by;
      const Patch& patch;
      const Installed& there;
      const char* state;
      bool compliant;
    };
    const Row rows[] = {
        {baseline, kernel, none, "MISSING", false},
        {baseline, kernel, both, "INSTALLED", true},
        {baseline, kernel, waits, "INSTALLED_PENDING_REBOOT", false},
        {baseline, vim, none, "NOT_APPLICABLE", true},
        {baseline, vim, both, "INSTALLED_OTHER", true},
        {baseline, kernel, failed, "FAILED", false},  // ssm-comp-007
        {rejects, kernel, both, "INSTALLED_REJECTED", false},
        {rejects, kernel, none, "NOT_APPLICABLE", true},
    };
    for (const Row& row : rows) {
      CAPTURE(row.state);
      const State state = state_of(row.by, row.patch, row.there, day(9));
      CHECK(to_string(state) == row.state);
      CHECK(is_compliant(state, row.by) == row.compliant);
    }
  }

  // API Reference, CreatePatchBaseline, AvailableSecurityUpdatesComplianceStatus: "the status to be
  // assigned to security patches that are available but not approved ... Windows Server managed
  // nodes only".
  TEST_CASE("a security update of Windows that no rule approves is available") {
    Baseline nothing;
    Patch update = patch("KB1", "SecurityUpdates", "Critical");
    CHECK(to_string(state_of(nothing, update, {}, day(9))) == "NOT_APPLICABLE");  // Linux
    update.windows = true;
    const State state = state_of(nothing, update, {}, day(9));
    CHECK(to_string(state) == "AVAILABLE_SECURITY_UPDATE");
    CHECK(is_compliant(state, nothing));
    nothing.available_is_non_compliant = true;
    CHECK_FALSE(is_compliant(state, nothing));
    CHECK_FALSE(is_compliant(state, security_after(30)) == is_compliant(state, nothing));
    const Patch drivers = [&] {
      Patch other = update;
      other.classification = "Drivers";
      return other;
    }();
    CHECK(to_string(state_of(nothing, drivers, {}, day(9))) == "NOT_APPLICABLE");
  }
}

}  // namespace opsim::tests
