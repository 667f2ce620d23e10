// What reports of patches say to Systems Manager Compliance (models/compliance), which lists it.
#include "models/patch_manager/patch_manager.hpp"

namespace opsim::patch_manager {

namespace {

Json item_of(const Report& report, const std::string& patch, State state) {
  const auto level = report.levels.find(patch);
  const bool bad = level != report.levels.end();
  return {{"Id", patch},
          {"Title", patch},
          {"Status", bad ? "NON_COMPLIANT" : "COMPLIANT"},
          {"Severity", bad ? level->second : "UNSPECIFIED"},
          {"Details", {{"PatchState", std::string{to_string(state)}}}}};
}

}  // namespace

/// No operation of AWS. What does not apply is not an item.
ApiResult<Json> inspect_patch_compliance(PatchManager& manager, const Request& request) {
  Json all = Json::array();
  for (const auto& [key, report] : manager.reports) {
    if (key.first != request.place()) continue;
    Json items = Json::array();
    for (const auto& [patch, state] : report.patches)
      if (state != State::not_applicable) items.push_back(item_of(report, patch, state));
    all.push_back({{"ResourceId", key.second},
                   {"ExecutionSummary",
                    {{"ExecutionTime", iso8601(report.ended)},
                     {"ExecutionId", report.command_id},
                     {"ExecutionType", "Command"}}},
                   {"Items", std::move(items)}});
  }
  return Json{{"Resources", std::move(all)}};
}

}  // namespace opsim::patch_manager
