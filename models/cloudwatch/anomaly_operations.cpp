// PutAnomalyDetector, DescribeAnomalyDetectors, DeleteAnomalyDetector,
// AWS::CloudWatch::AnomalyDetector. AWS: API reference of these; members of answers as recorded on
// AWS.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/metric_query.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {
namespace {

using Problem = std::optional<ApiError>;

constexpr std::size_t kMostDetectors = 100;  // a page of DescribeAnomalyDetectors (estimate)
constexpr std::size_t kMostExcluded = 1000;  // estimate
constexpr std::array<std::string_view, 2> kDetectorTypes = {"SINGLE_METRIC", "METRIC_MATH"};

ApiError unknown_detector() {
  return {"ResourceNotFoundException", "The anomaly detector does not exist.", 404};
}

/// Which detector a call means, and the queries of one on an expression.
struct NamedDetector {
  DetectorKey key{};
  Json queries;
};

ApiResult<NamedDetector> read_single(const Place& place, const Json& members) {
  Input input{members};
  NamedDetector named;
  named.key.metric = {place, input.required_text("Namespace"), input.required_text("MetricName"),
                      input.dimensions("Dimensions")};
  named.key.statistic = input.required_text("Stat", 50);
  if (const auto account = input.text("AccountId", 255)) named.key.metric.place.account = *account;
  if (Problem problem = input.error()) return *problem;
  if (!Statistic::parse(named.key.statistic)) {
    return invalid_value(
        fmt::format("The value {} for parameter Stat is not supported.", named.key.statistic));
  }
  return named;
}

// "In the MetricDataQueries, one item returns data: the expression that the detector learns."
ApiResult<NamedDetector> read_math(const Place& place, const Json& members) {
  Input input{members};
  input.require("MetricDataQueries");
  const std::vector<const Json*> items = input.items("MetricDataQueries", 20);
  if (Problem problem = input.error()) return *problem;
  const ApiResult<MetricProgram> program = read_metric_program(place, items, "MetricDataQueries");
  if (!program) return program.error();
  const auto returns = [](const ProgramQuery& query) { return query.return_data; };
  const auto query = std::ranges::find_if(program->queries, returns);
  if (std::ranges::count_if(program->queries, returns) != 1) {
    return validation_error("Exactly one element of the metrics list should return data.");
  }
  if (!query->is_metric() && query->type != MathType::series) {
    return expression_error(query->id, {0, "a detector learns a single time series"});
  }
  MathNode of;
  of.kind = MathNode::Kind::reference;
  of.text = query->id;
  return NamedDetector{detector_key(*program, of), *input.find("MetricDataQueries")};
}

ApiResult<NamedDetector> read_named(const Place& place, const Json& members) {
  Input input{members};
  const Json* single = input.find("SingleMetricAnomalyDetector");
  const Json* math = input.find("MetricMathAnomalyDetector");
  const bool flat = input.has("MetricName") || input.has("Namespace") || input.has("Stat");
  if ((single != nullptr) + (math != nullptr) + flat > 1) {
    return invalid_combination(
        "SingleMetricAnomalyDetector, MetricMathAnomalyDetector and the members Namespace, "
        "MetricName, Dimensions and Stat are mutually exclusive.");
  }
  if (math != nullptr) return read_math(place, *math);
  return read_single(place, single != nullptr ? *single : members);
}

ApiResult<DetectorSettings> read_settings(const Json& members) {
  DetectorSettings settings;
  Input input{members};
  if (const Json* traits = input.find("MetricCharacteristics")) {
    Input each{*traits};
    settings.periodic_spikes = each.boolean("PeriodicSpikes").value_or(false);
    if (Problem problem = each.error()) return *problem;
  }
  const Json* configuration = input.find("Configuration");
  if (configuration == nullptr) return settings;
  Input each{*configuration};
  const auto zone =
      each.text("MetricTimezone", 50).value_or(each.text("MetricTimeZone", 50).value_or(""));
  for (const Json* item : each.items("ExcludedTimeRanges", kMostExcluded)) {
    Input range{*item};
    const SimTime from = range.required_time("StartTime");
    const SimTime to = range.required_time("EndTime");
    if (Problem problem = range.error()) return *problem;
    if (from >= to)
      return invalid_value("StartTime of an excluded range must be before its EndTime.");
    settings.excluded.emplace_back(from, to);
  }
  if (Problem problem = each.error()) return *problem;
  if (zone.empty()) return settings;
  settings.zone = TimeZone::find(zone);
  if (!settings.zone) return invalid_value(TimeZone::unknown(zone));
  return settings;
}

Json dimensions_json(const Dimensions& dimensions) {
  Json json = Json::array();
  for (const auto& [name, value] : dimensions) json.push_back({{"Name", name}, {"Value", value}});
  return json;
}

Json configuration_json(const DetectorSettings& settings) {
  Json ranges = Json::array();
  for (const auto& [from, to] : settings.excluded) {
    ranges.push_back({{"StartTime", time_json(from)}, {"EndTime", time_json(to)}});
  }
  Json json{{"ExcludedTimeRanges", std::move(ranges)}};
  if (settings.zone) json["MetricTimezone"] = settings.zone->name();
  return json;
}

/// UNDOCUMENTED: when a state changes. Here a detector is trained first at the next full hour.
std::string_view state_of(const AnomalyDetector& detector, SimTime now) {
  const bool untouched = round_down(now, std::chrono::hours{1}) <= detector.since;
  if (untouched) return "PENDING_TRAINING";
  const bool trained = std::ranges::any_of(
      detector.models, [](const auto& model) { return model.second.is_trained(); });
  return trained ? "TRAINED" : "TRAINED_INSUFFICIENT_DATA";
}

Json describe_detector(const DetectorKey& key, const AnomalyDetector& detector, SimTime now) {
  Json json{{"Configuration", configuration_json(detector.settings)},
            {"StateValue", state_of(detector, now)}};
  if (detector.settings.periodic_spikes) {
    json["MetricCharacteristics"] = {{"PeriodicSpikes", true}};
  }
  if (!key.expression.empty()) {
    json["MetricMathAnomalyDetector"] = {{"MetricDataQueries", detector.queries}};
    return json;
  }
  Json single{{"Namespace", key.metric.metric_namespace},
              {"MetricName", key.metric.metric_name},
              {"Dimensions", dimensions_json(key.metric.dimensions)},
              {"Stat", key.statistic}};
  json.update(single);
  single["AccountId"] = key.metric.place.account;
  json["SingleMetricAnomalyDetector"] = std::move(single);
  return json;
}

/// "If you delete a model that an alarm uses, it is created again": alarms list theirs.
void list_those_of_alarms(CloudWatch& cw, const Place& place) {
  for (const auto& [name, alarm] : cw.alarms_of(place)) {
    const AlarmSpec& spec = alarm->spec();
    if (spec.band_side == BandSide::none) continue;
    const MathNode& of = spec.program->queries[spec.band].math->parts[0];
    AnomalyDetector& detector = cw.anomalies.of(detector_key(*spec.program, of));
    detector.listed = true;
    if (detector.queries.is_null()) detector.queries = spec.metrics;
  }
}

struct DetectorFilter {
  std::string metric_namespace;
  std::string metric_name;
  std::optional<Dimensions> dimensions;
  std::vector<std::string> types;
  [[nodiscard]] bool matches(const DetectorKey& key) const {
    const bool math = !key.expression.empty();
    if (!types.empty() &&
        std::ranges::find(types, kDetectorTypes.at(math ? 1 : 0)) == types.end()) {
      return false;
    }
    if (types.empty() && math) return false;  // "the default is SINGLE_METRIC"
    if (!metric_namespace.empty() && key.metric.metric_namespace != metric_namespace) return false;
    if (!metric_name.empty() && key.metric.metric_name != metric_name) return false;
    return !dimensions || key.metric.dimensions == *dimensions;
  }
};

}  // namespace

ApiResult<Json> put_anomaly_detector(CloudWatch& cw, const Request& request) {
  ApiResult<NamedDetector> named = read_named(request.place(), request.input);
  if (!named) return named.error();
  ApiResult<DetectorSettings> settings = read_settings(request.input);
  if (!settings) return settings.error();
  cw.anomalies.configure(named->key, std::move(*settings), std::move(named->queries));
  return Json::object();
}

ApiResult<Json> delete_anomaly_detector(CloudWatch& cw, const Request& request) {
  const ApiResult<NamedDetector> named = read_named(request.place(), request.input);
  if (!named) return named.error();
  list_those_of_alarms(cw, request.place());
  const auto found = cw.anomalies.all().find(named->key);
  if (found == cw.anomalies.all().end() || !found->second.listed) return unknown_detector();
  cw.anomalies.all().erase(found);
  return Json::object();
}

ApiResult<Json> describe_anomaly_detectors(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  DetectorFilter filter{.metric_namespace = input.text("Namespace", 255).value_or(""),
                        .metric_name = input.text("MetricName", 255).value_or(""),
                        .dimensions = {},
                        .types = input.texts("AnomalyDetectorTypes", 2)};
  if (input.has("Dimensions")) filter.dimensions = input.dimensions("Dimensions");
  const auto most = static_cast<std::size_t>(std::min<std::int64_t>(
      input.integer("MaxResults", 1).value_or(kMostDetectors), kMostDetectors));
  const std::string token = input.text("NextToken").value_or("0");
  if (Problem problem = input.error()) return *problem;
  std::size_t first = 0;
  const auto [end, failed] = std::from_chars(token.data(), token.data() + token.size(), first);
  if (failed != std::errc{} || end != token.data() + token.size()) {
    return ApiError{"InvalidNextToken", "The next token specified is invalid.", 400};
  }
  list_those_of_alarms(cw, request.place());
  Json answer{{"AnomalyDetectors", Json::array()}};
  std::size_t number = 0;
  for (const auto& [key, detector] : cw.anomalies.all()) {
    if (!detector.listed || key.metric.place != request.place() || !filter.matches(key)) continue;
    if (number++ < first) continue;
    if (answer["AnomalyDetectors"].size() == most) {
      answer["NextToken"] = fmt::format("{}", number - 1);
      break;
    }
    answer["AnomalyDetectors"].push_back(describe_detector(key, detector, cw.cloud.sim().now()));
  }
  return answer;
}

// ---- AWS::CloudWatch::AnomalyDetector: Ref and Id give a name of AWS's making. ----

namespace {

constexpr Shape kDetectorText{.kind = Kind::text, .max = 255};
constexpr Shape kDetectorList{.kind = Kind::list};
constexpr Shape kDetectorMapping{.kind = Kind::mapping};
constexpr Field kDetectorFields[] = {
    {.name = "Configuration",
     .shape = &kDetectorMapping,
     .doc = "ExcludedTimeRanges (StartTime, EndTime) and MetricTimeZone."},
    {.name = "Dimensions", .shape = &kDetectorList},
    {.name = "MetricCharacteristics", .shape = &kDetectorMapping},
    {.name = "MetricMathAnomalyDetector", .shape = &kDetectorMapping},
    {.name = "MetricName", .shape = &kDetectorText},
    {.name = "Namespace", .shape = &kDetectorText},
    {.name = "SingleMetricAnomalyDetector", .shape = &kDetectorMapping},
    {.name = "Stat", .shape = &kDetectorText},
};

}  // namespace

constexpr Shape kAnomalyDetectorShape{.kind = Kind::mapping,
                                      .name = "CloudWatchAnomalyDetector",
                                      .doc = "What is normal for a metric, learnt from it.",
                                      .fields = kDetectorFields};

ApiResult<Created> create_anomaly_detector(CloudWatch& cw, const ResourceRequest& request) {
  ApiResult<NamedDetector> named = read_named(request.place, request.properties);
  if (!named) return named.error();
  ApiResult<DetectorSettings> settings = read_settings(request.properties);
  if (!settings) return settings.error();
  cw.anomalies.configure(named->key, std::move(*settings), std::move(named->queries));
  Created created{.physical_id =
                      cw.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id))};
  created.attributes["Id"] = created.physical_id;
  return created;
}

}  // namespace opsim::cloudwatch
