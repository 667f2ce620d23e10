// A roll call of worked_examples.jsonl: which test checks each row. It fails for a row that
// nobody names, and where the test that is said to check it does not name it.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "opsim/json.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

/// Rows by their id or its beginning, and the test that names them so: by the id in a test's name,
/// or by the beginning in a loop over rows that captures each id.
struct Checked {
  std::string_view rows;
  std::string_view file;
};
constexpr Checked kChecked[] = {
    {"ac-", "models/appconfig/appconfig_test.cpp"},
    {"arc-rule-", "models/routing_control/routing_control_test.cpp"},
    {"asg-hook-", "models/compute/lifecycle_hook_test.cpp"},
    {"asg-rebal-", "models/compute/zone_balance_test.cpp"},
    {"asg-refresh-", "models/compute/instance_refresh_test.cpp"},
    {"asg-round-", "models/compute/scaling_examples_test.cpp"},
    {"asg-simple-", "models/compute/scaling_examples_test.cpp"},
    {"asg-step-", "models/compute/scaling_examples_test.cpp"},
    {"asg-warm-", "models/compute/warm_pool_test.cpp"},
    {"bk-cold-", "models/backup/backup_test.cpp"},
    {"bk-win-", "models/backup/backup_test.cpp"},
    {"cd-0", "models/codedeploy/deployment_config_test.cpp"},
    {"cd-021", "models/codedeploy/server_test.cpp"},
    {"cd-022", "models/codedeploy/server_test.cpp"},
    {"cd-alarm-", "models/codedeploy/server_test.cpp"},
    {"cd-bg-", "models/codedeploy/blue_green_test.cpp"},
    {"cd-ecs-", "models/codedeploy/deployment_config_test.cpp"},
    {"cd-lambda-", "models/codedeploy/deployment_config_test.cpp"},
    {"cw-comp-", "models/cloudwatch/composite_cases_test.cpp"},
    {"cw-eval-", "conformance/alarms_test.cpp"},
    {"cw-freq-", "conformance/alarms_test.cpp"},
    {"cw-limit-", "conformance/alarms_test.cpp"},
    {"cw-mute-", "models/cloudwatch/composite_cases_test.cpp"},
    {"cw-pct-", "conformance/alarms_test.cpp"},
    {"cw-sup-", "models/cloudwatch/composite_cases_test.cpp"},
    {"cw-wall-", "conformance/alarms_test.cpp"},
    {"eb-cron-", "conformance/schedule_cases_test.cpp"},
    {"eb-hop-", "models/events/buses_test.cpp"},
    {"eb-rate-", "conformance/schedule_cases_test.cpp"},
    {"eb-sched-", "conformance/schedule_cases_test.cpp"},
    {"eb-xform-", "conformance/patterns_input_test.cpp"},
    {"elb-drain-", "models/elb/elb_test.cpp"},
    {"elb-hc-", "models/elb/elb_test.cpp"},
    {"elb-open-", "models/elb/routing_test.cpp"},
    {"fis-az-", "scenarios/library_test.cpp"},
    {"fis-dur-", "models/fis/experiment_test.cpp"},
    {"fis-empty-", "models/fis/experiment_test.cpp"},
    {"fis-safety-", "models/fis/experiment_test.cpp"},
    {"lam-002", "models/lambda/lambda_test.cpp"},
    {"lam-003", "models/lambda/concurrency_test.cpp"},
    {"r53-18-", "models/route53/health_check_test.cpp"},
    {"rds-001", "models/rds/rds_test.cpp"},
    {"sfn-", "models/step_functions/tasks_test.cpp"},
    {"slo-001", "models/application_signals/slo_test.cpp"},
    {"slo-burn-", "models/application_signals/slo_test.cpp"},
    {"slo-req-", "models/application_signals/slo_test.cpp"},
    {"sns-", "models/sns/delivery_policy_test.cpp"},
    {"ssm-assoc-", "models/state_manager/state_manager_test.cpp"},
    {"ssm-assoc-007", "models/maintenance_windows/maintenance_windows_test.cpp"},
    {"ssm-cal-", "models/change_calendar/change_calendar_test.cpp"},
    {"ssm-comp-", "models/patch_manager/rules_test.cpp"},
    {"ssm-conc-", "models/ssm/rules_test.cpp"},
    {"ssm-count-", "models/ssm/command_rows_test.cpp"},
    {"ssm-crit-", "models/ssm/targets_test.cpp"},
    {"ssm-dedup-", "models/ops_center/ops_center_test.cpp"},
    {"ssm-err-", "models/ssm/rules_test.cpp"},
    {"ssm-patch-", "models/patch_manager/rules_test.cpp"},
    {"ssm-patchnow-", "models/patch_manager/rules_test.cpp"},
    {"ssm-timeout-", "models/ssm/command_rows_test.cpp"},
};

/// The row's entry: the one that says most of its id; null where none does.
const Checked* entry_of(std::string_view id) {
  const Checked* best = nullptr;
  for (const Checked& entry : kChecked)
    if (id.starts_with(entry.rows) && (best == nullptr || entry.rows.size() > best->rows.size()))
      best = &entry;
  return best;
}

std::string text_of(std::string_view test) {
  std::ifstream in{std::filesystem::path{"tests"} / test};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST_CASE("worked examples: each row is checked by a test that names it") {
  const auto folder = shared_folder();
  if (!folder) {
    MESSAGE("skipped: there are no conformance cases here");
    return;
  }
  std::ifstream in{*folder / "cases" / "worked_examples.jsonl"};
  int checked = 0;
  for (std::string line; std::getline(in, line); ++checked) {
    const std::string id = Json::parse(line).at("id").get<std::string>();
    CHECK_MESSAGE(entry_of(id) != nullptr, id, ": no test checks this row");
  }
  CHECK(checked > 0);
  MESSAGE(checked, " worked examples are checked");
}

TEST_CASE("worked examples: a test that is said to check rows names them") {
  for (const Checked& entry : kChecked) {
    CAPTURE(entry.file);
    const std::string text = text_of(entry.file);
    REQUIRE_FALSE(text.empty());
    CHECK_MESSAGE(text.find(entry.rows) != std::string::npos, entry.file, " does not name ",
                  entry.rows);
  }
}

}  // namespace
}  // namespace opsim::tests
