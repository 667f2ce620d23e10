// The API of metric filters and subscription filters.
// AWS: CloudWatch Logs API Reference; 100 metric filters and 2 subscription filters a log group.
#include <fmt/format.h>

#include "models/logs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logs {
namespace {

constexpr std::size_t kMostMetricFilters = 100;
constexpr std::size_t kMostSubscriptions = 2;
constexpr std::size_t kMostWithRegex = 5;  // regex-expressions: of both kinds together

ApiError no_such_filter(std::string_view kind) {
  return {"ResourceNotFoundException",
          fmt::format("The specified {} filter does not exist.", kind)};
}

ApiError too_many() { return {"LimitExceededException", "Resource limit exceeded.", 400}; }

/// Whether one more filter with a regular expression is one too many; `replaced` counts not.
bool too_many_regexes(const LogGroup& group, const FilterPattern& pattern,
                      const std::string& replaced) {
  if (!pattern.has_regex()) return false;
  std::size_t count = 0;
  for (const auto& [name, filter] : group.metric_filters)
    if (name != replaced && filter.pattern.has_regex()) ++count;
  for (const auto& [name, filter] : group.subscriptions)
    if (name != replaced && filter.pattern.has_regex()) ++count;
  return count >= kMostWithRegex;
}

Json metric_filter_json(const MetricFilter& filter, const std::string& group) {
  const MetricTransformation& from = filter.transformation;
  Json to{{"metricName", from.metric_name},
          {"metricNamespace", from.metric_namespace},
          {"metricValue", from.value}};
  if (from.default_value) to["defaultValue"] = *from.default_value;
  if (from.unit != "None") to["unit"] = from.unit;
  if (!from.dimensions.empty()) to["dimensions"] = from.dimensions;
  return {{"filterName", filter.name},
          {"filterPattern", filter.pattern.text()},
          {"metricTransformations", Json::array({std::move(to)})},
          {"creationTime", milliseconds(filter.created)},
          {"logGroupName", group}};
}

Json subscription_json(const SubscriptionFilter& filter, const std::string& group) {
  Json json{{"filterName", filter.name},
            {"logGroupName", group},
            {"filterPattern", filter.pattern.text()},
            {"destinationArn", filter.destination},
            {"distribution", filter.distribution.empty() ? "ByLogStream" : filter.distribution},
            {"creationTime", milliseconds(filter.created)}};
  if (!filter.role.empty()) json["roleArn"] = filter.role;
  return json;
}

}  // namespace

ApiResult<Json> put_metric_filter(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  auto filter = read_metric_filter(request.input);
  if (!filter) return filter.error();
  if (filter->name.empty()) return invalid_parameter("filterName is required");
  filter->created = logs.cloud.sim().now();
  if (too_many_regexes(**group, filter->pattern, filter->name)) return too_many();
  auto& filters = (*group)->metric_filters;
  if (filters.size() >= kMostMetricFilters && !filters.contains(filter->name)) return too_many();
  std::string name = filter->name;
  filters.insert_or_assign(std::move(name), *std::move(filter));
  return Json::object();
}

ApiResult<Json> delete_metric_filter(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const std::string name = input::text(request.input, "filterName");
  if ((*group)->metric_filters.erase(name) == 0) return no_such_filter("metric");
  return Json::object();
}

ApiResult<Json> describe_metric_filters(Logs& logs, const Request& request) {
  const std::string only = input::text(request.input, "logGroupName");
  const std::string prefix = input::text(request.input, "filterNamePrefix");
  const std::string metric = input::text(request.input, "metricName");
  const std::string space = input::text(request.input, "metricNamespace");
  if (!only.empty() && logs.find(request.place(), only) == nullptr) return no_such_group();
  std::vector<Json> found;
  for (const auto& [group_name, group] : logs.groups[request.place()]) {
    if (!only.empty() && group_name != only) continue;
    for (const auto& [name, filter] : group.metric_filters) {
      if (!name.starts_with(prefix)) continue;
      if (!metric.empty() && filter.transformation.metric_name != metric) continue;
      if (!space.empty() && filter.transformation.metric_namespace != space) continue;
      found.push_back(metric_filter_json(filter, group_name));
    }
  }
  return page_of(found, request, "metricFilters");
}

ApiResult<Json> test_metric_filter(Logs& /*logs*/, const Request& request) {
  constexpr std::size_t kMostMessages = 50;
  const auto pattern = FilterPattern::parse(input::text(request.input, "filterPattern"));
  if (const auto* complaint = std::get_if<std::string>(&pattern)) {
    return invalid_parameter(*complaint);
  }
  const std::vector<std::string> messages = input::texts(request.input, "logEventMessages");
  if (messages.empty() || messages.size() > kMostMessages) {
    return invalid_parameter(fmt::format("logEventMessages must be 1 to {} texts", kMostMessages));
  }
  Json matches = Json::array();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto match = std::get<FilterPattern>(pattern).match(messages[i]);
    if (!match) continue;
    Json values = Json::object();
    for (const auto& [name, value] : match->columns) values["$" + name] = value;
    matches.push_back({{"eventNumber", i + 1},
                       {"eventMessage", messages[i]},
                       {"extractedValues", std::move(values)}});
  }
  return Json{{"matches", std::move(matches)}};
}

ApiResult<Json> put_subscription_filter(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  auto filter = read_subscription_filter(request.input);
  if (!filter) return filter.error();
  if (filter->name.empty()) return invalid_parameter("filterName is required");
  filter->created = logs.cloud.sim().now();
  if (too_many_regexes(**group, filter->pattern, filter->name)) return too_many();
  auto& filters = (*group)->subscriptions;
  if (filters.size() >= kMostSubscriptions && !filters.contains(filter->name)) return too_many();
  std::string name = filter->name;
  filters.insert_or_assign(std::move(name), *std::move(filter));
  return Json::object();
}

ApiResult<Json> delete_subscription_filter(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const std::string name = input::text(request.input, "filterName");
  if ((*group)->subscriptions.erase(name) == 0) return no_such_filter("subscription");
  return Json::object();
}

ApiResult<Json> describe_subscription_filters(Logs& logs, const Request& request) {
  const auto group = named_group(logs, request);
  if (!group) return group.error();
  const std::string prefix = input::text(request.input, "filterNamePrefix");
  std::vector<Json> found;
  for (const auto& [name, filter] : (*group)->subscriptions) {
    if (name.starts_with(prefix)) found.push_back(subscription_json(filter, (*group)->name));
  }
  return page_of(found, request, "subscriptionFilters");
}

}  // namespace opsim::logs
