#pragma once
/// A stack set: one template in many accounts and Regions, and the operations on it.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/cloudformation/stack.hpp"

namespace opsim::cloudformation {

/// StackSetOperationPreferences, as written.
struct OperationPreferences {
  bool regions_in_parallel = false;
  std::vector<std::string> region_order;
  std::optional<std::int64_t> tolerance_count;
  std::optional<std::int64_t> tolerance_percent;
  std::optional<std::int64_t> concurrent_count;
  std::optional<std::int64_t> concurrent_percent;
  bool soft = false;  // ConcurrencyMode SOFT_FAILURE_TOLERANCE
  Json written = Json::object();
};

/// One stack of the set: an account in a Region.
struct StackInstance {
  Place target;
  std::string status = "OUTDATED";   // CURRENT, OUTDATED, INOPERABLE
  std::string detailed = "PENDING";  // PENDING, RUNNING, SUCCEEDED, FAILED, CANCELLED, INOPERABLE
  std::string reason;
  std::string stack_id;
  std::string unit;  // the organizational unit that it came from, or ""
  std::string drift = "NOT_CHECKED";
  std::uint64_t version = 0;  // of the set's template, that stands there
  std::map<std::string, std::string> overrides;
  std::string last_operation;
};

struct StackSetOperation {
  std::string id;
  std::string action;  // CREATE, UPDATE, DELETE, DETECT_DRIFT
  std::string status = "RUNNING";
  std::string reason;
  OperationPreferences preferences;
  SimTime created{};
  std::optional<SimTime> ended{};
  std::vector<Place> targets;
  struct Result {
    Place target;
    std::string status;
    std::string reason;
  };
  std::map<Place, Result> results;
  bool retain_stacks = false;
  bool stopping = false;
  CauseId cause = CauseId::none;
  std::size_t failed = 0;
};

struct StackSet {
  std::string id;
  std::string name;
  std::string arn;
  Place home;
  std::string status = "ACTIVE";
  std::string description;
  StackSpec spec;
  std::uint64_t version = 1;
  bool service_managed = false;
  bool auto_deployment = false;
  bool retain_on_removal = false;
  std::vector<std::string> units;    // organizational units that it was deployed to
  std::vector<std::string> regions;  // Regions of those deployments
  std::string administration_role;
  std::string execution_role = "AWSCloudFormationStackSetExecutionRole";
  bool managed_execution = false;
  std::string source;                         // of the resource that made it, or ""
  Json written_preferences = Json::object();  // of that resource
  std::map<Place, StackInstance> instances;
  std::vector<std::unique_ptr<StackSetOperation>> operations;
  std::string drift = "NOT_CHECKED";
};

}  // namespace opsim::cloudformation
