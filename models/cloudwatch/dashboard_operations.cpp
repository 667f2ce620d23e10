// Dashboards as saved definitions.
// AWS: API PutDashboard, GetDashboard, ListDashboards, DeleteDashboards. "Dashboards are global":
// their ARNs have no Region.
// SIMPLIFIED: a body must be a JSON object with a list of widgets that have a type; what is in a
// widget is not checked, so there are no validation messages.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kLongestBody = 1'048'576;
constexpr std::size_t kDashboardPage = 1000;

ApiError invalid_dashboard(std::string message) {
  return {"InvalidParameterInput", std::move(message), 400};
}

std::string dashboard_arn(const Place& place, const std::string& name) {
  return fmt::format("arn:{}:cloudwatch::{}:dashboard/{}", partition_of(place.region),
                     place.account, name);
}

bool is_dashboard_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, allowed);
}

std::optional<ApiError> check_body(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (body.size() > kLongestBody || !json.is_object()) {
    return invalid_dashboard("The field DashboardBody must be a valid JSON object");
  }
  const Json& widgets = input::member(json, "widgets");
  if (!widgets.is_array()) {
    return invalid_dashboard(
        "The dashboard body is invalid: Should have required property widgets");
  }
  for (std::size_t i = 0; i < widgets.size(); ++i) {
    if (!input::text(widgets[i], "type").empty()) continue;
    return invalid_dashboard(fmt::format(
        "The dashboard body is invalid: /widgets/{}: Should have required property type", i));
  }
  return std::nullopt;
}

}  // namespace

ApiResult<Json> put_dashboard(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("DashboardName");
  input.require("DashboardBody");
  const std::string body = input.text("DashboardBody", kLongestBody).value_or("");
  if (const auto error = input.error()) return *error;
  if (!is_dashboard_name(name)) {
    return invalid_dashboard(fmt::format(
        "The value {} for field DashboardName contains invalid characters. It can only contain "
        "alphanumerics, dash (-) and underscore (_).",
        name));
  }
  if (const auto error = check_body(body)) return *error;
  cw.dashboards[{request.place().account, name}] = {body, cw.cloud.sim().now()};
  return Json{{"DashboardValidationMessages", Json::array()}};
}

ApiResult<Json> get_dashboard(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string name = input.required_text("DashboardName");
  if (const auto error = input.error()) return *error;
  const auto found = cw.dashboards.find({request.place().account, name});
  if (found == cw.dashboards.end()) {
    return not_found(fmt::format("Dashboard {} does not exist", name));
  }
  return Json{{"DashboardName", name},
              {"DashboardArn", dashboard_arn(request.place(), name)},
              {"DashboardBody", found->second.body}};
}

ApiResult<Json> list_dashboards(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string prefix = input.text("DashboardNamePrefix", 255).value_or("");
  const std::string token = input.text("NextToken").value_or("");
  if (const auto error = input.error()) return *error;
  Json entries = Json::array();
  Json answer = Json::object();
  for (const auto& [key, dashboard] : cw.dashboards) {
    const auto& [account, name] = key;
    if (account != request.place().account || !name.starts_with(prefix)) continue;
    if (!token.empty() && name <= token) continue;
    if (entries.size() == kDashboardPage) {
      answer["NextToken"] = entries.back()["DashboardName"];
      break;
    }
    entries.push_back({{"DashboardName", name},
                       {"DashboardArn", dashboard_arn(request.place(), name)},
                       {"LastModified", time_json(dashboard.modified)},
                       {"Size", dashboard.body.size()}});
  }
  answer["DashboardEntries"] = std::move(entries);
  return answer;
}

// "If one or more of them do not exist, none is deleted."
ApiResult<Json> delete_dashboards(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  input.require("DashboardNames");
  const std::vector<std::string> names = input.texts("DashboardNames", 100);
  if (const auto error = input.error()) return *error;
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    if (!cw.dashboards.contains({request.place().account, name})) missing.push_back(name);
  }
  if (!missing.empty()) {
    return not_found(fmt::format("Dashboard {} does not exist", fmt::join(missing, ", ")));
  }
  for (const std::string& name : names) cw.dashboards.erase({request.place().account, name});
  return Json::object();
}

// ---- AWS::CloudWatch::Dashboard ----

namespace {

constexpr Shape kDashboardText{.kind = Kind::text};
constexpr Field kDashboardFields[] = {
    {.name = "DashboardBody", .shape = &kDashboardText, .need = Need::required, .doc = "JSON."},
    {.name = "DashboardName", .shape = &kDashboardText},
    {.name = "Tags", .simulated = Simulated::no},
};

}  // namespace

constexpr Shape kDashboardShape{.kind = Kind::mapping,
                                .name = "CloudWatchDashboard",
                                .doc = "A saved definition, for eyes only.",
                                .fields = kDashboardFields};

ApiResult<Created> create_dashboard(CloudWatch& cw, const ResourceRequest& request) {
  std::string name = input::text(request.properties, "DashboardName");
  if (name.empty()) name = cw.cloud.next_id(fmt::format("{}-", request.logical_id));
  const std::string body = input::text(request.properties, "DashboardBody");
  if (const auto error = check_body(body)) return *error;
  cw.dashboards[{request.place.account, name}] = {body, cw.cloud.sim().now()};
  return Created{.physical_id = name, .arn = dashboard_arn(request.place, name)};
}

}  // namespace opsim::cloudwatch
