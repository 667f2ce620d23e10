// The three listings. AWS: API Reference, ListComplianceItems, ListComplianceSummaries,
// ListResourceComplianceSummaries, ComplianceStringFilter.
#include <fmt/format.h>

#include <algorithm>

#include "models/compliance/compliance.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compliance {

namespace {

constexpr std::int64_t kMostListed = 50;  // MaxResults: 1 to 50

bool holds(const std::string& value, const std::string& wanted, const std::string& type) {
  if (type == "NOT_EQUAL") return value != wanted;
  if (type == "BEGIN_WITH") return value.starts_with(wanted);
  if (type == "LESS_THAN") return value < wanted;
  if (type == "GREATER_THAN") return value > wanted;
  return value == wanted;  // EQUAL, and the default
}

/// Any of the values; of NOT_EQUAL, all of them.
bool passes_one(const Json& shown, const Json& filter) {
  const std::string key = input::text(filter, "Key");
  std::string value = input::text(shown, key);
  if (value.empty()) value = input::text(input::member(shown, "Details"), key);
  const std::string type = input::text(filter, "Type");
  const auto meets = [&](const std::string& wanted) { return holds(value, wanted, type); };
  const std::vector<std::string> values = input::texts(filter, "Values");
  return type == "NOT_EQUAL" ? std::ranges::all_of(values, meets)
                             : std::ranges::any_of(values, meets);
}

bool passes(const Json& shown, const Json& input) {
  const Json& filters = input::member(input, "Filters");
  return !filters.is_array() || std::ranges::all_of(filters, [&](const Json& filter) {
    return passes_one(shown, filter);
  });
}

std::optional<ApiError> check_filters(const Json& input) {
  constexpr std::string_view kTypes[] = {"",          "BEGIN_WITH", "EQUAL", "GREATER_THAN",
                                         "LESS_THAN", "NOT_EQUAL"};
  const Json& filters = input::member(input, "Filters");
  if (!filters.is_array()) return std::nullopt;
  for (const Json& filter : filters)
    if (input::text(filter, "Key").empty() ||
        std::ranges::find(kTypes, input::text(filter, "Type")) == std::end(kTypes))
      return ApiError{"InvalidFilter",
                      "The filter name isn't valid. Verify the you entered the "
                      "correct name and try again."};
  return std::nullopt;
}

/// One page, from NextToken on; tokens are numbers.
ApiResult<Json> page(const Json& input, Json list, const char* name) {
  const std::int64_t size = static_cast<std::int64_t>(list.size());
  const std::int64_t most = input::integer(input, "MaxResults").value_or(kMostListed);
  if (most < 1 || most > kMostListed)
    return ApiError{"ValidationException", "MaxResults: from 1 to 50"};
  const std::string token = input::text(input, "NextToken");
  const auto from = input::integer(input, "NextToken");
  if (!token.empty() && (!from || *from < 1 || *from >= size))
    return ApiError{"InvalidNextToken", "The specified token isn't valid."};
  const std::int64_t first = from.value_or(0);
  Json shown = Json::array();
  for (std::int64_t i = first; i < std::min(size, first + most); ++i)
    shown.push_back(std::move(list[static_cast<std::size_t>(i)]));
  Json answer = Json::object();
  answer[name] = std::move(shown);
  if (first + most < size) answer["NextToken"] = std::to_string(first + most);
  return answer;
}

Json empty_summary() {
  Json counts = Json::object();
  for (const Severity& severity : kSeverities) counts[severity.count] = 0;
  return counts;
}

Json resource_summary(const Finding& finding) {
  Json one{{"ComplianceType", finding.type},
           {"ResourceType", "ManagedInstance"},
           {"ResourceId", finding.resource},
           {"Status", finding.compliant() ? "COMPLIANT" : "NON_COMPLIANT"},
           {"OverallSeverity", finding.overall_severity()},
           {"CompliantSummary",
            {{"CompliantCount", finding.count("COMPLIANT")},
             {"SeveritySummary", severity_summary(finding, "COMPLIANT")}}},
           {"NonCompliantSummary",
            {{"NonCompliantCount", finding.count("NON_COMPLIANT")},
             {"SeveritySummary", severity_summary(finding, "NON_COMPLIANT")}}}};
  if (finding.execution.is_object()) one["ExecutionSummary"] = finding.execution;
  return one;
}

/// Resources of one type, compliant and not, each counted by its overall severity.
struct TypeSummary {
  std::size_t compliant = 0;
  std::size_t non_compliant = 0;
  Json good = empty_summary();
  Json bad = empty_summary();

  void add(const Finding& finding) {
    const bool fine = finding.compliant();
    ++(fine ? compliant : non_compliant);
    const std::string severity = finding.overall_severity();
    for (const Severity& one : kSeverities)
      if (severity == one.name) {
        Json& count = (fine ? good : bad)[one.count];
        count = count.get<std::size_t>() + 1;
      }
  }
};

}  // namespace

// "Currently, you can only specify one resource ID per call."
ApiResult<Json> list_items(Compliance& compliance, const Request& request) {
  if (auto wrong = check_filters(request.input)) return *wrong;
  const std::vector<std::string> ids = input::texts(request.input, "ResourceIds");
  if (ids.size() > 1)
    return ApiError{"ValidationException",
                    "ResourceIds: Member must have length less than or equal to 1"};
  for (const std::string& type : input::texts(request.input, "ResourceTypes"))
    if (type != "ManagedInstance")
      return ApiError{"InvalidResourceType",
                      "The resource type isn't valid. For example, if you are attempting to tag an "
                      "EC2 instance, the instance must be a registered managed node."};
  Json list = Json::array();
  for (const Finding& finding : findings(compliance, request.place())) {
    if (!ids.empty() && finding.resource != ids.front()) continue;
    for (const Json& item : finding.items) {
      Json shown = finding.shown(item);
      if (passes(shown, request.input)) list.push_back(std::move(shown));
    }
  }
  return page(request.input, std::move(list), "ComplianceItems");
}

ApiResult<Json> list_resource_summaries(Compliance& compliance, const Request& request) {
  if (auto wrong = check_filters(request.input)) return *wrong;
  Json list = Json::array();
  for (const Finding& finding : findings(compliance, request.place()))
    if (Json one = resource_summary(finding); passes(one, request.input))
      list.push_back(std::move(one));
  return page(request.input, std::move(list), "ResourceComplianceSummaryItems");
}

// "Returns a summary count of compliant and non-compliant resources for a compliance type."
ApiResult<Json> list_summaries(Compliance& compliance, const Request& request) {
  if (auto wrong = check_filters(request.input)) return *wrong;
  std::map<std::string, TypeSummary> types;
  for (const Finding& finding : findings(compliance, request.place()))
    if (passes(resource_summary(finding), request.input)) types[finding.type].add(finding);
  Json list = Json::array();
  for (const auto& [type, summary] : types)
    list.push_back(
        {{"ComplianceType", type},
         {"CompliantSummary",
          {{"CompliantCount", summary.compliant}, {"SeveritySummary", summary.good}}},
         {"NonCompliantSummary",
          {{"NonCompliantCount", summary.non_compliant}, {"SeveritySummary", summary.bad}}}});
  return page(request.input, std::move(list), "ComplianceSummaryItems");
}

}  // namespace opsim::compliance
