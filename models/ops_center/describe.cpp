// AWS: Systems Manager API Reference, DescribeOpsItems, OpsItemFilter.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "models/ops_center/ops_center.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ops_center {

namespace {

constexpr std::int64_t kLargestPage = 50;

struct FilterKey {
  std::string_view name;
  std::string (*value)(const OpsItem&);
};
constexpr FilterKey kFilterKeys[] = {
    {"Category", [](const OpsItem& item) { return item.spec.category; }},
    {"CreatedBy", [](const OpsItem& item) { return item.created_by; }},
    {"CreatedTime", [](const OpsItem& item) { return iso8601(item.created); }},
    {"LastModifiedTime", [](const OpsItem& item) { return iso8601(item.modified); }},
    {"OpsItemId", [](const OpsItem& item) { return item.id; }},
    {"OpsItemType", [](const OpsItem& item) { return item.spec.type; }},
    {"Priority",
     [](const OpsItem& item) {
       return item.spec.priority ? std::to_string(*item.spec.priority) : std::string{};
     }},
    {"Severity", [](const OpsItem& item) { return item.spec.severity; }},
    {"Source", [](const OpsItem& item) { return item.spec.source; }},
    {"Status", [](const OpsItem& item) { return item.spec.status; }},
    {"Title", [](const OpsItem& item) { return item.spec.title; }},
};

bool compares(std::string_view found, std::string_view op, const std::string& wanted) {
  if (op == "Contains") return found.find(wanted) != std::string_view::npos;
  const auto left = parse_iso8601(found);
  const auto right = parse_iso8601(wanted);
  if (op == "GreaterThan") return left && right ? *left > *right : found > wanted;
  if (op == "LessThan") return left && right ? *left < *right : found < wanted;
  return found == wanted;
}

/// {"key": "k", "value": "v"} in OperationalData; OperationalDataKey names a key alone.
bool has_data(const OpsItem& item, const Json& filter, const std::string& wanted) {
  if (input::text(filter, "Key") == "OperationalDataKey") return item.spec.data.contains(wanted);
  const Json pair = Json::parse(wanted, nullptr, false);
  const auto found = item.spec.data.find(input::text(pair, "key"));
  return found != item.spec.data.end() && found->second.searchable &&
         found->second.value == input::text(pair, "value");
}

constexpr std::string_view kOfChangeRequests[] = {
    "ChangeRequestByApproverArn", "ChangeRequestByApproverName", "ChangeRequestByRequesterArn",
    "ChangeRequestByRequesterName", "ChangeRequestByTemplate"};

/// What models/change_manager keeps with the OpsItem of a change request.
bool is_change_request(const OpsItem& item, std::string_view key, const std::string& wanted) {
  const auto found = item.spec.data.find("/aws/changerequest");
  if (found == item.spec.data.end()) return false;
  const Json kept = Json::parse(found->second.value, nullptr, false);
  if (key == "ChangeRequestByTemplate") return input::text(kept, "Template") == wanted;
  const bool by_approver = key.starts_with("ChangeRequestByApprover");
  return std::ranges::any_of(
      input::texts(kept, by_approver ? "Approvers" : "Requester"), [&](const std::string& arn) {
        return arn == wanted || (key.ends_with("Name") && arn.ends_with("/" + wanted));
      });
}

bool holds(const OpsItem& item, const Json& filter, const std::string& wanted) {
  const std::string key = input::text(filter, "Key");
  if (key.starts_with("ChangeRequestBy")) return is_change_request(item, key, wanted);
  if (key.starts_with("OperationalData")) return has_data(item, filter, wanted);
  if (key == "ResourceId") {
    const auto found = item.spec.data.find("/aws/resources");
    return found != item.spec.data.end() && found->second.value.find(wanted) != std::string::npos;
  }
  const auto row = std::ranges::find(kFilterKeys, key, &FilterKey::name);
  return row != std::end(kFilterKeys) &&
         compares(row->value(item), input::text(filter, "Operator"), wanted);
}

std::optional<ApiError> check_filter(const Json& filter) {
  const std::string key = input::text(filter, "Key");
  const bool known = key == "OperationalData" || key == "OperationalDataKey" ||
                     key == "OperationalDataValue" || key == "ResourceId" ||
                     std::ranges::find(kOfChangeRequests, key) != std::end(kOfChangeRequests) ||
                     std::ranges::find(kFilterKeys, key, &FilterKey::name) != std::end(kFilterKeys);
  if (known) return std::nullopt;
  std::vector<std::string_view> names;
  for (const FilterKey& row : kFilterKeys) names.push_back(row.name);
  return ApiError{"ValidationException", fmt::format("no filter is called {}{}", opsim::quoted(key),
                                                     did_you_mean(key, names))};
}

bool passes(const OpsItem& item, const Json& filters) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const std::vector<std::string> values = input::texts(filter, "Values");
    return std::ranges::any_of(
        values, [&](const std::string& value) { return holds(item, filter, value); });
  });
}

Json summary(const OpsItem& item) {
  Json view{{"OpsItemId", item.id},
            {"OpsItemType", item.spec.type},
            {"Title", item.spec.title},
            {"Source", item.spec.source},
            {"Status", item.spec.status},
            {"CreatedBy", item.created_by},
            {"CreatedTime", iso8601(item.created)},
            {"LastModifiedBy", item.modified_by},
            {"LastModifiedTime", iso8601(item.modified)}};
  if (!item.spec.category.empty()) view["Category"] = item.spec.category;
  if (!item.spec.severity.empty()) view["Severity"] = item.spec.severity;
  if (item.spec.priority) view["Priority"] = *item.spec.priority;
  return view;
}

}  // namespace

/// The newest first. NextToken is the id that begins the next page.
ApiResult<Json> describe_ops_items(OpsCenter& center, const Request& request) {
  const Json& given = input::member(request.input, "OpsItemFilters");
  const Json filters = given.is_array() ? given : Json::array();
  for (const Json& filter : filters)
    if (auto wrong = check_filter(filter)) return *std::move(wrong);
  const std::int64_t most = std::clamp<std::int64_t>(
      input::integer(request.input, "MaxResults").value_or(kLargestPage), 1, kLargestPage);
  const std::string from = input::text(request.input, "NextToken");
  Json answer{{"OpsItemSummaries", Json::array()}};
  const auto here = center.items.find(request.place());
  if (here == center.items.end()) return answer;
  auto at = from.empty() ? here->second.rbegin()
                         : std::make_reverse_iterator(here->second.upper_bound(from));
  for (; at != here->second.rend(); ++at) {
    if (!passes(at->second, filters)) continue;
    if (static_cast<std::int64_t>(answer["OpsItemSummaries"].size()) == most) {
      answer["NextToken"] = at->first;
      break;
    }
    answer["OpsItemSummaries"].push_back(summary(at->second));
  }
  return answer;
}

}  // namespace opsim::ops_center
