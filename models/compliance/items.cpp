// What is known of resources: asked of those that know it.
#include <algorithm>

#include "models/compliance/compliance.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compliance {

namespace {

void add(Compliance& compliance, const Place& place, const char* type, const char* operation,
         std::vector<Finding>& all) {
  const auto answer = compliance.cloud.inspect(place, "ssm", operation, Json::object());
  if (!answer) return;
  for (const Json& one : input::member(*answer, "Resources"))
    all.push_back({.type = type,
                   .resource = input::text(one, "ResourceId"),
                   .execution = input::member(one, "ExecutionSummary"),
                   .items = input::member(one, "Items")});
}

}  // namespace

std::size_t Finding::count(std::string_view status) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      items, [&](const Json& item) { return input::text(item, "Status") == status; }));
}

std::string Finding::overall_severity() const {
  for (const Severity& severity : kSeverities)
    for (const Json& item : items)
      if (input::text(item, "Status") == "NON_COMPLIANT" &&
          input::text(item, "Severity") == severity.name)
        return severity.name;
  return "UNSPECIFIED";
}

Json Finding::shown(const Json& item) const {
  Json one = item;
  one["ComplianceType"] = type;
  one["ResourceType"] = "ManagedInstance";
  one["ResourceId"] = resource;
  if (execution.is_object()) one["ExecutionSummary"] = execution;
  return one;
}

Json severity_summary(const Finding& finding, std::string_view status) {
  Json counts = Json::object();
  for (const Severity& severity : kSeverities)
    counts[severity.count] = std::ranges::count_if(finding.items, [&](const Json& item) {
      return input::text(item, "Status") == status &&
             input::text(item, "Severity") == severity.name;
    });
  return counts;
}

std::vector<Finding> findings(Compliance& compliance, const Place& place) {
  std::vector<Finding> all;
  add(compliance, place, "Association", "InspectAssociationCompliance", all);
  add(compliance, place, "Patch", "InspectPatchCompliance", all);
  for (const auto& [key, finding] : compliance.custom)
    if (std::get<Place>(key) == place) all.push_back(finding);
  std::ranges::stable_sort(all, {}, [](const Finding& finding) {
    return std::pair{finding.resource, finding.type};
  });
  return all;
}

}  // namespace opsim::compliance
