#pragma once
/// An association: which document is applied to which instances, and when.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/callback.hpp"
#include "opsim/kernel/simulation.hpp"
#include "opsim/schedule.hpp"

namespace opsim::state_manager {

/// AWS: Systems Manager User Guide, "Cron and rate expressions for associations": rates from 30
/// minutes to less than 31 days; crons no more often than every 30 minutes, with six fields, or
/// seven of which the first is 0 seconds; at().
struct AssociationSchedule {
  std::string text;
  schedule::Expression expression;
  int offset_days = 0;  // ScheduleOffset: so many days after the cron

  static ApiResult<AssociationSchedule> parse(std::string_view text, int offset_days);
  /// The first time after `after`; rates count from `anchor`.
  [[nodiscard]] std::optional<SimTime> next(SimTime anchor, SimTime after) const;
};

/// What CreateAssociation, UpdateAssociation and AWS::SSM::Association say: the same members.
struct AssociationSpec {
  std::string document;  // Name
  std::string association_name;
  std::string document_version;
  Json targets = Json::array();
  Json parameters = Json::object();
  std::optional<AssociationSchedule> schedule;
  bool apply_only_at_cron = false;
  std::string max_concurrency = "100%";  // API Reference: all at the same time
  std::string max_errors = "100%";       // UNDOCUMENTED: none is too many where nothing is said
  std::string severity = "UNSPECIFIED";
  std::string sync_compliance = "AUTO";
  std::vector<std::string> calendars;
  std::string automation_target;  // AutomationTargetParameterName
  Json output_location;
  Json alarm;  // AlarmConfiguration
};
ApiResult<AssociationSpec> read_association(const Json& input, AssociationSpec base = {});

struct AssociationExecution {
  std::string id;
  std::string run_id;  // of the command or the automation
  std::string status = "Pending";
  std::string details = "Pending";
  SimTime created{};
  std::map<std::string, std::string> instances;  // -> status
};

/// "Each association has a limit of 1,000 versions."
inline constexpr std::size_t kMostVersions = 1000;
struct AssociationVersion {
  int number = 1;
  AssociationSpec spec;
  SimTime created{};
};

struct Association {
  std::string id;
  Place place;
  AssociationSpec spec;
  int version = 1;
  SimTime created{};
  SimTime updated{};
  std::vector<AssociationVersion> versions;  // the newest last
  std::optional<SimTime> last_execution;
  std::optional<SimTime> last_success;
  std::string status = "Pending";
  std::string details = "Pending";
  std::deque<AssociationExecution> executions;   // the newest first
  std::map<std::string, std::string> instances;  // -> status of its last run
  Ticket next;
};

[[nodiscard]] Json association_view(const Association& association);
/// One of ListAssociationVersions.
[[nodiscard]] Json version_view(const Association& association, const AssociationVersion& version);
[[nodiscard]] Json execution_view(const Association& association,
                                  const AssociationExecution& execution);
/// {"Success": 3, "Failed": 1}
[[nodiscard]] Json counts_of(const std::map<std::string, std::string>& instances);

}  // namespace opsim::state_manager
