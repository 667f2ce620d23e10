// Compliance with baselines, in the words of Systems Manager Compliance. AWS: Systems Manager API
// Reference, ListComplianceSummaries, ListResourceComplianceSummaries, ListComplianceItems.
// SIMPLIFIED: of the type Patch only.
#include "models/patch_manager/patch_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::patch_manager {

namespace {

constexpr std::pair<const char*, const char*> kSeverityCounts[] = {
    {"CriticalCount", "CRITICAL"},
    {"HighCount", "HIGH"},
    {"MediumCount", "MEDIUM"},
    {"LowCount", "LOW"},
    {"InformationalCount", "INFORMATIONAL"},
    {"UnspecifiedCount", "UNSPECIFIED"}};

Json severities(const Report* report) {
  Json counts = Json::object();
  for (const auto& [name, level] : kSeverityCounts) {
    std::size_t count = 0;
    if (report != nullptr)
      for (const auto& [patch, of] : report->levels) count += of == level ? 1 : 0;
    counts[name] = count;
  }
  return counts;
}

std::size_t compliant_patches(const Report& report) {
  return report.patches.size() - report.levels.size();
}

std::string overall(const Report& report) {
  for (const auto& [name, level] : kSeverityCounts)
    for (const auto& [patch, of] : report.levels)
      if (of == level) return level;
  return "UNSPECIFIED";
}

}  // namespace

// Instances, not patches, are counted.
ApiResult<Json> list_compliance_summaries(PatchManager& manager, const Request& request) {
  std::size_t good = 0;
  std::size_t bad = 0;
  for (const auto& [key, report] : manager.reports)
    if (key.first == request.place()) ++(report.compliant() ? good : bad);
  Json all = Json::array();
  if (good + bad > 0)
    all.push_back(
        {{"ComplianceType", "Patch"},
         {"CompliantSummary", {{"CompliantCount", good}, {"SeveritySummary", severities(nullptr)}}},
         {"NonCompliantSummary",
          {{"NonCompliantCount", bad}, {"SeveritySummary", severities(nullptr)}}}});
  return Json{{"ComplianceSummaryItems", std::move(all)}};
}

ApiResult<Json> list_resource_compliance_summaries(PatchManager& manager, const Request& request) {
  Json all = Json::array();
  for (const auto& [key, report] : manager.reports) {
    if (key.first != request.place()) continue;
    all.push_back({{"ComplianceType", "Patch"},
                   {"ResourceType", "ManagedInstance"},
                   {"ResourceId", key.second},
                   {"Status", report.compliant() ? "COMPLIANT" : "NON_COMPLIANT"},
                   {"OverallSeverity", overall(report)},
                   {"ExecutionSummary",
                    {{"ExecutionTime", iso8601(report.ended)},
                     {"ExecutionId", report.command_id},
                     {"ExecutionType", "Command"}}},
                   {"CompliantSummary",
                    {{"CompliantCount", compliant_patches(report)},
                     {"SeveritySummary", severities(nullptr)}}},
                   {"NonCompliantSummary",
                    {{"NonCompliantCount", report.levels.size()},
                     {"SeveritySummary", severities(&report)}}}});
  }
  return Json{{"ResourceComplianceSummaryItems", std::move(all)}};
}

ApiResult<Json> list_compliance_items(PatchManager& manager, const Request& request) {
  std::vector<std::string> ids = input::texts(request.input, "ResourceIds");
  Json all = Json::array();
  for (const std::string& id : ids) {
    const auto found = manager.reports.find({request.place(), id});
    if (found == manager.reports.end()) continue;
    for (const auto& [patch, state] : found->second.patches) {
      const auto level = found->second.levels.find(patch);
      const bool bad = level != found->second.levels.end();
      all.push_back({{"ComplianceType", "Patch"},
                     {"ResourceType", "ManagedInstance"},
                     {"ResourceId", id},
                     {"Id", patch},
                     {"Title", patch},
                     {"Status", bad ? "NON_COMPLIANT" : "COMPLIANT"},
                     {"Severity", bad ? level->second : "UNSPECIFIED"},
                     {"Details", {{"PatchState", std::string{to_string(state)}}}}});
    }
  }
  return Json{{"ComplianceItems", std::move(all)}};
}

}  // namespace opsim::patch_manager
