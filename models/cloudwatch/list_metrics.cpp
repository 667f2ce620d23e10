// ListMetrics.
// AWS: API ListMetrics: at most 500 metrics a page.
// SIMPLIFIED: a new metric shows at once (up to 15 minutes on AWS), and one without data for two
// weeks still does.
#include <fmt/format.h>

#include <charconv>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kPage = 500;

std::optional<std::size_t> first_of(const std::string& token) {
  std::size_t first = 0;
  const auto [end, failed] = std::from_chars(token.data(), token.data() + token.size(), first);
  if (failed != std::errc{} || end != token.data() + token.size()) return std::nullopt;
  return first;
}

Json describe(const SeriesKey& key) {
  Json dimensions = Json::array();
  for (const auto& [name, value] : key.dimensions) {
    dimensions.push_back({{"Name", name}, {"Value", value}});
  }
  return {{"Namespace", key.metric_namespace},
          {"MetricName", key.metric_name},
          {"Dimensions", std::move(dimensions)}};
}

}  // namespace

ApiResult<Json> list_metrics(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  SeriesFilter filter{.place = request.place()};
  filter.metric_namespace = input.text("Namespace", 255).value_or("");
  filter.metric_name = input.text("MetricName", 255).value_or("");
  for (const Json* member : input.items("Dimensions", 10)) {
    Input dimension{*member};
    std::string name = dimension.required_text("Name");
    filter.dimensions.emplace_back(std::move(name), dimension.text("Value", 1024));
    if (const auto error = dimension.error()) return *error;
  }
  const std::string token = input.text("NextToken").value_or("0");
  if (const auto error = input.error()) return *error;
  const auto first = first_of(token);
  if (!first) return invalid_value("Invalid nextToken");

  const Metrics& metrics = cw.cloud.metrics();
  const std::vector<SeriesId> found = metrics.list(filter);
  const std::size_t end = std::min(found.size(), *first + kPage);
  Json answer{{"Metrics", Json::array()}};
  for (std::size_t i = *first; i < end; ++i) {
    answer["Metrics"].push_back(describe(metrics.key(found[i])));
  }
  if (end < found.size()) answer["NextToken"] = fmt::format("{}", end);
  return answer;
}

}  // namespace opsim::cloudwatch
