// What customers report of their own. AWS: API Reference, PutComplianceItems; EventBridge,
// "Configuration Compliance State Change".
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/compliance/compliance.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compliance {

namespace {

// Items: "Maximum number of 10000 items"; ComplianceTypeCountLimitExceededException: "a maximum of
// 10 different types".
constexpr std::size_t kMostItems = 10'000;
constexpr std::size_t kMostCustomTypes = 10;

ApiError not_valid(std::string why) { return {"ValidationException", std::move(why)}; }
ApiError bad_item() {
  return {"InvalidItemContentException", "One or more content items isn't valid."};
}

/// "Association", "Patch", or "Custom:" and a name.
bool is_type(const std::string& type) {
  const bool custom = type.starts_with("Custom:") && type.size() > 7;
  return type.size() <= 100 && (custom || type == "Association" || type == "Patch");
}

std::optional<ApiError> check_items(const Json& items) {
  if (!items.is_array() || items.size() > kMostItems) return not_valid("Items: at most 10,000");
  for (const Json& item : items) {
    const std::string status = input::text(item, "Status");
    const std::string severity = input::text(item, "Severity");
    const bool known =
        std::ranges::any_of(kSeverities, [&](const Severity& one) { return severity == one.name; });
    if ((status != "COMPLIANT" && status != "NON_COMPLIANT") || !known) return bad_item();
  }
  return std::nullopt;
}

/// "You specified too many custom compliance types. You can specify a maximum of 10 different
/// types."
bool too_many_types(const Compliance& compliance, const Place& place, const std::string& type) {
  std::set<std::string> types{type};
  for (const auto& [key, finding] : compliance.custom)
    if (std::get<Place>(key) == place) types.insert(finding.type);
  return types.size() > kMostCustomTypes;
}

void tell(Compliance& compliance, const Place& place, const Finding& finding) {
  std::string severity = finding.overall_severity();
  for (char& c : severity) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  compliance.cloud.emit(
      {.source = "aws.ssm",
       .detail_type = "Configuration Compliance State Change",
       .place = place,
       .resources = {arn(place, "ssm", "managed-instance/" + finding.resource)},
       .detail = {{"last-runtime", iso8601(compliance.cloud.sim().now())},
                  {"compliance-status", finding.compliant() ? "compliant" : "non_compliant"},
                  {"resource-type", "managed-instance"},
                  {"resource-id", finding.resource},
                  {"severity", severity},
                  {"compliance-type", finding.type}}});
}

/// PARTIAL: "only the items that are sent"; COMPLETE, the default, overwrites all of the type.
void merge(Finding& finding, const Json& items, bool partial) {
  if (!partial) finding.items = Json::array();
  for (const Json& item : items) {
    const std::string id = input::text(item, "Id");
    const auto same = std::ranges::find_if(
        finding.items, [&](const Json& old) { return input::text(old, "Id") == id; });
    if (same != finding.items.end() && !id.empty())
      *same = item;
    else
      finding.items.push_back(item);
  }
}

}  // namespace

ApiResult<Json> put_items(Compliance& compliance, const Request& request) {
  const Json& input = request.input;
  const std::string type = input::text(input, "ComplianceType");
  const std::string resource = input::text(input, "ResourceId");
  if (!is_type(type))
    return not_valid(fmt::format("ComplianceType \"{}\": Association, Patch or Custom:NAME", type));
  if (input::text(input, "ResourceType") != "ManagedInstance")
    return ApiError{"InvalidResourceType", "The resource type isn't valid: ManagedInstance is"};
  if (resource.empty())
    return ApiError{"InvalidResourceId",
                    "The resource ID isn't valid. Verify that you entered the correct ID and try "
                    "again."};
  const Json& execution = input::member(input, "ExecutionSummary");
  if (!input::time(execution, "ExecutionTime"))
    return not_valid("ExecutionSummary.ExecutionTime is required");
  const Json& items = input::member(input, "Items");
  if (auto wrong = check_items(items)) return *wrong;
  if (too_many_types(compliance, request.place(), type))
    return ApiError{"ComplianceTypeCountLimitExceededException",
                    "You specified too many custom compliance types. You can specify a maximum of "
                    "10 different types."};
  Finding& kept = compliance.custom[{request.place(), resource, type}];
  const bool known = !kept.type.empty();
  const bool before = known && kept.compliant();
  kept.type = type;
  kept.resource = resource;
  kept.execution = execution;
  merge(kept, items, input::text(input, "UploadType") == "PARTIAL");
  if (!known || before != kept.compliant()) tell(compliance, request.place(), kept);
  return Json::object();
}

}  // namespace opsim::compliance
