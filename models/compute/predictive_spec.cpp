// PredictiveScalingConfiguration: which load is forecast, by which metric capacity is measured.
// AWS: API PredictiveScalingConfiguration, PredictiveScalingMetricSpecification and the types of
// its members; User Guide, "Advanced predictive scaling policy configurations using custom
// metrics". UNDOCUMENTED: the wording of refusals.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/predictive_scaling.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/step_scaling.hpp"
#include "opsim/cloud/tracked_metric.hpp"

namespace opsim::compute {

namespace {

constexpr int kHourSeconds = 3600;
constexpr std::size_t kMostQueries = 10;  // API: MetricDataQueries, at most 10

ApiError predictive_error(std::string message) { return {"ValidationError", std::move(message)}; }

struct PredefinedLoad {
  std::string_view pair;     // PredictiveScalingPredefinedMetricPair
  std::string_view load;     // ...LoadMetric
  std::string_view scaling;  // ...ScalingMetric
  std::string_view metric;
};
constexpr PredefinedLoad kPredefinedLoads[] = {
    {"ALBRequestCount", "ALBTargetGroupRequestCount", "ALBRequestCountPerTarget", "RequestCount"},
    {"ASGCPUUtilization", "ASGTotalCPUUtilization", "ASGAverageCPUUtilization", "CPUUtilization"},
    {"ASGNetworkIn", "ASGTotalNetworkIn", "ASGAverageNetworkIn", "NetworkIn"},
    {"ASGNetworkOut", "ASGTotalNetworkOut", "ASGAverageNetworkOut", "NetworkOut"},
};

Json query_of(const char* id, const Json& metric, const char* statistic, bool returned) {
  return {{"Id", id},
          {"MetricStat", {{"Metric", metric}, {"Period", kHourSeconds}, {"Stat", statistic}}},
          {"ReturnData", returned}};
}

/// The queries of a predefined metric: its sum over the group, or what falls on each instance.
ApiResult<Json> predefined_queries(const PredefinedLoad& row, const std::string& label, bool load,
                                   const std::string& group) {
  if (row.metric != "RequestCount") {
    if (!label.empty())
      return predictive_error("ResourceLabel is for Application Load Balancers only");
    const Json metric{{"Namespace", "AWS/EC2"},
                      {"MetricName", row.metric},
                      {"Dimensions", {{{"Name", "AutoScalingGroupName"}, {"Value", group}}}}};
    return Json::array({query_of("m", metric, load ? "Sum" : "Average", true)});
  }
  auto dimensions = load_balancer_dimensions(label);
  if (!dimensions)
    return predictive_error(fmt::format(
        "ResourceLabel is '{}'; it must be app/NAME/ID/targetgroup/NAME/ID, the ends of the ARNs "
        "of a load balancer and a target group",
        label));
  const Json metric{{"Namespace", "AWS/ApplicationELB"},
                    {"MetricName", load ? "RequestCount" : "RequestCountPerTarget"},
                    {"Dimensions", *std::move(dimensions)}};
  if (load) return Json::array({query_of("m", metric, "Sum", true)});
  // "The target number of requests per instance during any one-minute interval."
  return Json::array({query_of("m", metric, "Sum", false),
                      Json{{"Id", "e"}, {"Expression", "m / 60"}, {"ReturnData", true}}});
}

using NameOf = std::string_view PredefinedLoad::*;

ApiResult<Json> predefined(const Json& specification, NameOf name, bool load,
                           const std::string& group) {
  const std::string type = input::text(specification, "PredefinedMetricType");
  const auto row = std::ranges::find(kPredefinedLoads, type, name);
  if (row == std::end(kPredefinedLoads)) {
    std::string known;
    for (const PredefinedLoad& one : kPredefinedLoads)
      known += fmt::format("{}{}", known.empty() ? "" : ", ", one.*name);
    return predictive_error(
        fmt::format("PredefinedMetricType is '{}'; it must be one of {}", type, known));
  }
  return predefined_queries(*row, input::text(specification, "ResourceLabel"), load, group);
}

/// MetricDataQueries as GetMetricData wants them: with ids, and periods of an hour.
ApiResult<Json> customized(const Json& specification) {
  const Json& queries = input::member(specification, "MetricDataQueries");
  if (!queries.is_array() || queries.empty() || queries.size() > kMostQueries)
    return predictive_error("MetricDataQueries must be a list of 1 to 10 queries");
  Json list = Json::array();
  for (Json query : queries) {
    if (!query.is_object()) return predictive_error("A query of MetricDataQueries is a mapping");
    if (input::text(query, "Id").empty()) query["Id"] = fmt::format("q{}", list.size() + 1);
    if (const auto stat = query.find("MetricStat"); stat != query.end() && stat->is_object())
      (*stat)["Period"] = kHourSeconds;
    else if (!input::text(query, "Expression").empty())
      query["Period"] = kHourSeconds;
    list.push_back(std::move(query));
  }
  const auto returned = std::ranges::count_if(
      list, [](const Json& query) { return input::boolean(query, "ReturnData").value_or(true); });
  if (returned != 1)
    return predictive_error("Exactly one query of MetricDataQueries must have ReturnData true");
  return list;
}

/// The members of a metric specification that are there.
struct Given {
  const Json& pair;
  const Json& load;
  const Json& scaling;
  const Json& own_load;
  const Json& own_scaling;
  const Json& own_capacity;
};

/// "You can specify a target value and a single metric pair, or a target value and one scaling
/// metric and one load metric."
std::optional<ApiError> wrong_combination(const Given& given) {
  const bool pair = given.pair.is_object();
  const int loads = given.load.is_object() + given.own_load.is_object();
  const int scalings = given.scaling.is_object() + given.own_scaling.is_object();
  const bool one_pair = pair && loads == 0 && scalings == 0;
  const bool one_of_each = !pair && loads == 1 && scalings == 1;
  if (!one_pair && !one_of_each)
    return predictive_error(
        "A metric specification must have either a PredefinedMetricPairSpecification, or one "
        "scaling metric and one load metric");
  if (given.own_capacity.is_object() && !given.own_load.is_object())
    return predictive_error(
        "CustomizedCapacityMetricSpecification is for customized load metrics only");
  return std::nullopt;
}

std::optional<ApiError> read_metrics(const Json& specification, const std::string& group,
                                     PredictiveScaling& into) {
  const auto part = [&](const char* name) -> const Json& {
    return input::member(specification, name);
  };
  const Given given{
      part("PredefinedMetricPairSpecification"),    part("PredefinedLoadMetricSpecification"),
      part("PredefinedScalingMetricSpecification"), part("CustomizedLoadMetricSpecification"),
      part("CustomizedScalingMetricSpecification"), part("CustomizedCapacityMetricSpecification")};
  if (auto wrong = wrong_combination(given)) return wrong;
  const bool pair = given.pair.is_object();
  auto load = pair                     ? predefined(given.pair, &PredefinedLoad::pair, true, group)
              : given.load.is_object() ? predefined(given.load, &PredefinedLoad::load, true, group)
                                       : customized(given.own_load);
  if (!load) return load.error();
  auto scaling = pair ? predefined(given.pair, &PredefinedLoad::pair, false, group)
                 : given.scaling.is_object()
                     ? predefined(given.scaling, &PredefinedLoad::scaling, false, group)
                     : customized(given.own_scaling);
  if (!scaling) return scaling.error();
  into.load = *std::move(load);
  into.scaling = *std::move(scaling);
  if (!given.own_capacity.is_object()) return std::nullopt;
  auto capacity = customized(given.own_capacity);
  if (!capacity) return capacity.error();
  into.capacity = *std::move(capacity);
  return std::nullopt;
}

std::optional<ApiError> read_limits(const Json& configuration, PredictiveScaling& into) {
  const std::string mode = input::text(configuration, "Mode");
  if (!mode.empty() && mode != "ForecastOnly" && mode != "ForecastAndScale")
    return predictive_error("Mode must be ForecastOnly or ForecastAndScale");
  into.scales = mode == "ForecastAndScale";
  if (!input::member(configuration, "SchedulingBufferTime").is_null()) {
    const auto seconds = input::integer(configuration, "SchedulingBufferTime");
    // "The value must be less than the forecast interval duration of 3600 seconds."
    if (!seconds || *seconds < 0 || *seconds >= kHourSeconds)
      return predictive_error("SchedulingBufferTime must be from 0 to 3599 seconds");
    into.buffer = std::chrono::seconds{*seconds};
  }
  const std::string breach = input::text(configuration, "MaxCapacityBreachBehavior");
  if (!breach.empty() && breach != "HonorMaxCapacity" && breach != "IncreaseMaxCapacity")
    return predictive_error(
        "MaxCapacityBreachBehavior must be HonorMaxCapacity or IncreaseMaxCapacity");
  into.raises_max = breach == "IncreaseMaxCapacity";
  // "Required if MaxCapacityBreachBehavior is IncreaseMaxCapacity, and cannot be used otherwise."
  const Json& given = input::member(configuration, "MaxCapacityBuffer");
  if (given.is_null() == into.raises_max)
    return predictive_error(
        "MaxCapacityBuffer is required with IncreaseMaxCapacity, and cannot be used otherwise");
  if (given.is_null()) return std::nullopt;
  const auto buffer = input::integer(given);
  if (!buffer || *buffer < 0 || *buffer > 100)
    return predictive_error("MaxCapacityBuffer must be from 0 to 100");
  into.max_buffer = *buffer;
  return std::nullopt;
}

}  // namespace

ApiResult<PredictiveScaling> read_predictive_scaling(const Json& configuration,
                                                     const std::string& group) {
  if (!configuration.is_object())
    return predictive_error("PredictiveScalingConfiguration is required for PredictiveScaling");
  const Json& specifications = input::member(configuration, "MetricSpecifications");
  if (!specifications.is_array() || specifications.size() != 1)
    return predictive_error("MetricSpecifications must have exactly one metric specification");
  PredictiveScaling read;
  read.specification = specifications[0];
  const auto target = scaling_number(read.specification, "TargetValue");
  if (!target || !(*target > 0) || !(*target < 1e15))
    return predictive_error("TargetValue must be a number above 0");
  read.target = *target;
  if (auto wrong = read_metrics(read.specification, group, read)) return *std::move(wrong);
  if (auto wrong = read_limits(configuration, read)) return *std::move(wrong);
  return read;
}

Json predictive_json(const Json& configuration) {
  Json json = configuration;
  if (input::text(json, "Mode").empty()) json["Mode"] = "ForecastOnly";
  return json;
}

}  // namespace opsim::compute
