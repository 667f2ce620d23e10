#pragma once
/// Restores: on demand, or by a restore testing plan that restores what it is for by schedule,
/// waits for somebody to validate it, and deletes it again. AWS: AWS Backup Developer Guide,
/// "Restore testing", "Restore testing validation"; API Reference, RestoreTestingPlanForCreate,
/// RestoreTestingSelectionForCreate, DescribeRestoreJob.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/schedule.hpp"

namespace opsim::backup {

/// What is restored of all that is of one type.
struct RestoreTestingSelection {
  std::string name;
  std::string type;  // "EC2"
  std::string role;
  std::vector<std::string> resources;                       // ARNs, or "*"
  std::vector<std::pair<std::string, std::string>> equals;  // tags, all of them
  std::vector<std::pair<std::string, std::string>> not_equals;
  std::chrono::hours validation_window{0};  // 0 to 168: how long the restored is kept for it
  SimTime created{};
};

struct RestoreTestingPlan {
  std::string name;
  std::string arn;
  Place place;
  schedule::Expression when;
  std::string when_text;
  TimeZone zone;
  std::chrono::hours start_window{24};      // 1 to 168: when in it a restore starts is chance
  bool latest = true;                       // LATEST_WITHIN_WINDOW, else RANDOM_WITHIN_WINDOW
  std::vector<std::string> include_vaults;  // ARNs, or "*"
  std::vector<std::string> exclude_vaults;
  std::vector<std::string> point_types;  // SNAPSHOT, CONTINUOUS
  std::chrono::days window{30};          // 1 to 365: how old a recovery point may be
  std::vector<RestoreTestingSelection> selections;
  SimTime created{};
  std::optional<SimTime> last_run;
};

struct RestoreJob {
  std::string id;
  Place place;
  std::string point;  // recovery point ARN
  SimTime point_created{};
  std::string vault;
  std::string source;  // ARN of what was backed up
  std::string type;
  std::string role;
  std::string status = "PENDING";  // RUNNING, COMPLETED, FAILED, ABORTED
  std::string message;
  SimTime created{};
  SimTime started{};
  std::optional<SimTime> completed;
  std::string restored;  // ARN of what it made, or ""
  std::string plan_arn;  // of the restore testing plan, or ""
  std::chrono::hours validation_window{0};
  std::string validation;  // VALIDATING, SUCCESSFUL, FAILED, TIMED_OUT, or ""
  std::string validation_message;
  std::string deletion;  // DELETING, SUCCESSFUL, FAILED, or ""
};

}  // namespace opsim::backup
