// Patch baselines, as the API and CloudFormation write them.
// AWS: Systems Manager API Reference, CreatePatchBaseline (ApproveAfterDays 0 to 360; at most 50
// approved and 50 rejected patches, 10 rules of at most 10 filters); CloudFormation,
// AWS::SSM::PatchBaseline.
#include <fmt/format.h>

#include <algorithm>

#include "models/patch_manager/patch_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::patch_manager {

namespace {

constexpr std::string_view kSystems[] = {"ALMA_LINUX",
                                         "AMAZON_LINUX",
                                         "AMAZON_LINUX_2",
                                         "AMAZON_LINUX_2022",
                                         "AMAZON_LINUX_2023",
                                         "CENTOS",
                                         "DEBIAN",
                                         "MACOS",
                                         "ORACLE_LINUX",
                                         "RASPBIAN",
                                         "REDHAT_ENTERPRISE_LINUX",
                                         "ROCKY_LINUX",
                                         "SUSE",
                                         "UBUNTU",
                                         "WINDOWS"};
constexpr std::string_view kLevels[] = {"CRITICAL", "HIGH",   "INFORMATIONAL",
                                        "LOW",      "MEDIUM", "UNSPECIFIED"};
constexpr std::int64_t kLongestDelay = 360;  // days
constexpr std::size_t kMostRules = 10;
constexpr std::size_t kMostListed = 50;

ApiError not_valid(std::string message) { return {"ValidationException", std::move(message)}; }

ApiResult<void> read_level(std::string& level, const Json& input, std::string_view name) {
  const std::string written = input::text(input, name);
  if (written.empty()) return {};
  if (std::ranges::find(kLevels, written) == std::end(kLevels))
    return not_valid(
        fmt::format("{} \"{}\": one of CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNSPECIFIED",
                    name, written));
  level = written;
  return {};
}

ApiResult<PatchRule> read_rule(const Json& input) {
  PatchRule rule;
  const Json& group = input::member(input, "PatchFilterGroup");
  for (const Json& filter : input::member(group, "PatchFilters"))
    rule.filters.push_back({input::text(filter, "Key"), input::texts(filter, "Values")});
  const auto days = input::integer(input, "ApproveAfterDays");
  const std::string until = input::text(input, "ApproveUntilDate");
  if (days.has_value() == !until.empty())
    return not_valid("a rule has either ApproveAfterDays or ApproveUntilDate");
  if (days && (*days < 0 || *days > kLongestDelay))
    return not_valid("ApproveAfterDays is 0 to 360");
  if (days) rule.approve_after_days = *days;
  if (!until.empty()) {
    const auto date = parse_iso8601(until + "T23:59:59Z");
    if (!date) return not_valid(fmt::format("ApproveUntilDate \"{}\" is no date", until));
    rule.approve_until = *date;
  }
  if (auto level = read_level(rule.compliance_level, input, "ComplianceLevel"); !level)
    return level.error();
  return rule;
}

ApiResult<void> read_lists(Baseline& baseline, const Json& input) {
  for (const auto& [name, list] : {std::pair{"ApprovedPatches", &baseline.approved},
                                   std::pair{"RejectedPatches", &baseline.rejected}}) {
    if (input::member(input, name).is_null()) continue;
    *list = input::texts(input, name);
    if (list->size() > kMostListed)
      return not_valid(fmt::format("{}: at most {} patches", name, kMostListed));
  }
  return {};
}

}  // namespace

ApiResult<Baseline> read_baseline(Baseline baseline, const Json& input, SimTime now) {
  if (const std::string name = input::text(input, "Name"); !name.empty()) baseline.name = name;
  if (const std::string system = input::text(input, "OperatingSystem"); !system.empty()) {
    if (std::ranges::find(kSystems, system) == std::end(kSystems))
      return not_valid(fmt::format("OperatingSystem \"{}\" is not known", system));
    baseline.operating_system = system;
  }
  if (baseline.name.size() < 3 || baseline.name.size() > 128)
    return not_valid("Name: 3 to 128 characters");
  if (const std::string text = input::text(input, "Description"); !text.empty())
    baseline.description = text;
  if (const Json& rules = input::member(input, "ApprovalRules"); !rules.is_null()) {
    baseline.rules.clear();
    for (const Json& written : input::member(rules, "PatchRules")) {
      ApiResult<PatchRule> rule = read_rule(written);
      if (!rule) return rule.error();
      baseline.rules.push_back(*std::move(rule));
    }
    if (baseline.rules.size() > kMostRules) return not_valid("ApprovalRules: at most 10 rules");
  }
  if (auto lists = read_lists(baseline, input); !lists) return lists.error();
  if (auto level = read_level(baseline.approved_level, input, "ApprovedPatchesComplianceLevel");
      !level)
    return level.error();
  const std::string action = input::text(input, "RejectedPatchesAction");
  if (!action.empty() && action != "BLOCK" && action != "ALLOW_AS_DEPENDENCY")
    return not_valid("RejectedPatchesAction: one of ALLOW_AS_DEPENDENCY, BLOCK");
  if (!action.empty()) baseline.blocks_rejected = action == "BLOCK";
  const std::string available = input::text(input, "AvailableSecurityUpdatesComplianceStatus");
  if (!available.empty() && available != "COMPLIANT" && available != "NON_COMPLIANT")
    return not_valid("AvailableSecurityUpdatesComplianceStatus: one of COMPLIANT, NON_COMPLIANT");
  // "Supported for Windows Server managed nodes only."
  if (!available.empty() && baseline.operating_system != "WINDOWS")
    return not_valid("AvailableSecurityUpdatesComplianceStatus is of WINDOWS only");
  if (!available.empty()) baseline.available_is_non_compliant = available == "NON_COMPLIANT";
  baseline.modified = now;
  return baseline;
}

Json to_json(const Baseline& baseline) {
  Json rules = Json::array();
  for (const PatchRule& rule : baseline.rules) {
    Json filters = Json::array();
    for (const PatchFilter& filter : rule.filters)
      filters.push_back({{"Key", filter.key}, {"Values", filter.values}});
    Json json{{"PatchFilterGroup", {{"PatchFilters", filters}}},
              {"ComplianceLevel", rule.compliance_level}};
    if (rule.approve_until)
      json["ApproveUntilDate"] = iso8601(*rule.approve_until).substr(0, 10);
    else
      json["ApproveAfterDays"] = rule.approve_after_days;
    rules.push_back(std::move(json));
  }
  Json all{{"BaselineId", baseline.id},
           {"Name", baseline.name},
           {"Description", baseline.description},
           {"OperatingSystem", baseline.operating_system},
           {"ApprovalRules", {{"PatchRules", rules}}},
           {"ApprovedPatches", baseline.approved},
           {"ApprovedPatchesComplianceLevel", baseline.approved_level},
           {"RejectedPatches", baseline.rejected},
           {"RejectedPatchesAction", baseline.blocks_rejected ? "BLOCK" : "ALLOW_AS_DEPENDENCY"},
           {"CreatedDate", iso8601(baseline.created)},
           {"ModifiedDate", iso8601(baseline.modified)}};
  if (baseline.operating_system == "WINDOWS")
    all["AvailableSecurityUpdatesComplianceStatus"] =
        baseline.available_is_non_compliant ? "NON_COMPLIANT" : "COMPLIANT";
  return all;
}

}  // namespace opsim::patch_manager
