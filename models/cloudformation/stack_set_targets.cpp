// Which accounts and Regions a stack set reaches, and how fast.
// AWS: CloudFormation API reference, DeploymentTargets, StackSetOperationPreferences.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/stack_set_work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

/// A unit's accounts and, below it, its units' accounts.
void collect_accounts(CloudFormation& cfn, const Place& home, const std::string& unit,
                      const std::string& as, std::map<std::string, std::string>& found, int depth) {
  constexpr int kDeepest = 6;  // AWS Organizations quota: five levels of units under a root
  const Json ask{{"ParentId", unit}};
  if (const auto answer = cfn.cloud.inspect(home, "organizations", "ListAccountsForParent", ask))
    for (const Json& account : input::member(*answer, "Accounts"))
      if (input::text(account, "Status") != "SUSPENDED")
        found.try_emplace(input::text(account, "Id"), as);
  if (depth >= kDeepest) return;
  if (const auto answer =
          cfn.cloud.inspect(home, "organizations", "ListOrganizationalUnitsForParent", ask))
    for (const Json& below : input::member(*answer, "OrganizationalUnits"))
      collect_accounts(cfn, home, input::text(below, "Id"), as, found, depth + 1);
}

std::optional<ApiError> check_pair(const Json& written, const char* count, const char* percent) {
  if (!input::member(written, count).is_null() && !input::member(written, percent).is_null())
    return validation_error(
        fmt::format("You can specify either {} or {}, but not both", count, percent));
  return std::nullopt;
}

}  // namespace

ApiResult<OperationPreferences> read_preferences(const Json& written) {
  OperationPreferences read;
  if (!written.is_object()) return read;
  for (const auto& [count, percent] :
       {std::pair{"FailureToleranceCount", "FailureTolerancePercentage"},
        {"MaxConcurrentCount", "MaxConcurrentPercentage"}})
    if (auto wrong = check_pair(written, count, percent)) return *std::move(wrong);
  read.written = written;
  read.regions_in_parallel = input::text(written, "RegionConcurrencyType") == "PARALLEL";
  read.region_order = input::texts(written, "RegionOrder");
  read.tolerance_count = input::integer(written, "FailureToleranceCount");
  read.tolerance_percent = input::integer(written, "FailureTolerancePercentage");
  read.concurrent_count = input::integer(written, "MaxConcurrentCount");
  read.concurrent_percent = input::integer(written, "MaxConcurrentPercentage");
  read.soft = input::text(written, "ConcurrencyMode") == "SOFT_FAILURE_TOLERANCE";
  if ((read.concurrent_count && *read.concurrent_count < 1) ||
      (read.concurrent_percent && (*read.concurrent_percent < 1 || *read.concurrent_percent > 100)))
    return validation_error("MaxConcurrentCount and MaxConcurrentPercentage must be at least 1");
  // "MaxConcurrentCount is at most one more than the FailureToleranceCount" (strict).
  if (!read.soft && read.concurrent_count && read.tolerance_count &&
      *read.concurrent_count > *read.tolerance_count + 1)
    read.concurrent_count = *read.tolerance_count + 1;
  return read;
}

DeploymentTargets read_targets(const Json& input) {
  const Json& targets = input::member(input, "DeploymentTargets");
  DeploymentTargets read{.accounts = input::texts(input, "Accounts"),
                         .units = input::texts(targets, "OrganizationalUnitIds"),
                         .regions = input::texts(input, "Regions")};
  for (std::string& account : input::texts(targets, "Accounts"))
    read.accounts.push_back(std::move(account));
  return read;
}

std::map<std::string, std::string> accounts_of_units(CloudFormation& cfn, const StackSet& set,
                                                     const std::vector<std::string>& units) {
  std::map<std::string, std::string> found;
  for (const std::string& unit : units) collect_accounts(cfn, set.home, unit, unit, found, 0);
  // "StackSets doesn't deploy stack instances to the organization's management account"
  found.erase(set.home.account);
  return found;
}

std::vector<Place> places_of(CloudFormation& cfn, const StackSet& set,
                             const DeploymentTargets& targets) {
  std::vector<std::string> accounts = targets.accounts;
  if (!targets.units.empty()) {
    const auto of_units = accounts_of_units(cfn, set, targets.units);
    // AccountFilterType: INTERSECTION of both, where both are given.
    if (targets.accounts.empty()) {
      for (const auto& [account, unit] : of_units) accounts.push_back(account);
    } else {
      std::erase_if(accounts, [&](const std::string& one) { return !of_units.contains(one); });
    }
  }
  std::ranges::sort(accounts);
  const auto rest = std::ranges::unique(accounts);
  accounts.erase(rest.begin(), rest.end());
  std::vector<Place> places;
  for (const std::string& region : targets.regions)
    for (const std::string& account : accounts) places.push_back({account, region});
  return places;
}

}  // namespace opsim::cloudformation
