// PutMetricData.
// AWS: API PutMetricData, MetricDatum. "Timestamp: up to two weeks in the past and up to two hours
// into the future." At most 1000 metrics a call, 150 values a metric, 30 dimensions.
#include <fmt/format.h>

#include <cmath>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"
#include "models/cloudwatch/units.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostData = 1000;
constexpr std::size_t kMostValues = 150;
constexpr double kLargest = 2.348542582773833e108;  // "in the range of -2^360 to 2^360"
constexpr Duration kOldest = std::chrono::weeks{2};
constexpr Duration kNewest = std::chrono::hours{2};

using Problem = std::optional<ApiError>;

/// One member of MetricData, checked.
class DatumReader {
 public:
  DatumReader(const Json& members, std::size_t number, SimTime now)
      : input_{members}, where_{fmt::format("MetricData.member.{}", number)}, now_{now} {}

  Problem read() {
    name_ = input_.text("MetricName").value_or("");
    if (name_.empty()) return missing("MetricName");
    dimensions_ = input_.dimensions("Dimensions");
    datapoint_.timestamp = input_.time("Timestamp").value_or(now_);
    datapoint_.unit = input_.choice("Unit", kUnits).value_or("None");
    const std::int64_t resolution = input_.integer("StorageResolution", 1).value_or(60);
    if (resolution != 1 && resolution != 60) {
      return bad(fmt::format("{}", resolution), "StorageResolution");
    }
    if (Problem problem = read_values()) return problem;
    if (Problem problem = input_.error()) return problem;
    if (Problem problem = check_time()) return problem;
    // "Standard resolution: data have a granularity of one minute; high resolution: one second."
    const Duration stored = std::chrono::seconds{resolution};
    datapoint_.timestamp -= datapoint_.timestamp.time_since_epoch() % stored;
    return {};
  }

  void put(Metrics& metrics, const Place& place, const std::string& space) {
    const SeriesId series = metrics.intern({place, space, name_, std::move(dimensions_)});
    metrics.put(series, datapoint_);
  }

 private:
  Problem read_values();
  Problem read_counts(const Json& values);
  Problem read_set();
  Problem check_time() const;
  Problem check(double value, std::string_view member) const {
    if (std::isfinite(value) && std::abs(value) <= kLargest) return {};
    return bad(fmt::format("{}", value), member);
  }
  [[nodiscard]] Problem missing(std::string_view member) const {
    return ApiError{"MissingParameter",
                    fmt::format("The parameter {}.{} is required.", where_, member), 400};
  }
  [[nodiscard]] Problem bad(std::string_view value, std::string_view member) const {
    return invalid_value(
        fmt::format("The value {} for parameter {}.{} is invalid.", value, where_, member));
  }

  Input input_;
  std::string where_;
  SimTime now_;
  std::string name_;
  Dimensions dimensions_;
  Datapoint datapoint_;
};

Problem DatumReader::read_values() {
  const Json* values = input_.find("Values");
  const bool value = input_.has("Value");
  const bool set = input_.has("StatisticValues");
  if (value && values != nullptr) {
    return invalid_combination(
        fmt::format("The parameters {0}.Value and {0}.Values are mutually exclusive and you have "
                    "specified both.",
                    where_));
  }
  if (set && (value || values != nullptr)) {
    return invalid_combination(fmt::format(
        "The parameters {0}.Value and {0}.StatisticValues are mutually exclusive and you "
        "have specified both.",
        where_));
  }
  if (values != nullptr) return read_counts(*values);
  if (set) return read_set();
  if (!value) {
    return invalid_value(
        fmt::format("At least one of the parameters {0}.Value, {0}.Values, {0}.StatisticValues "
                    "must be specified.",
                    where_));
  }
  const double number = input_.number("Value").value_or(0);
  datapoint_.values.emplace_back(number, 1);
  return check(number, "Value");
}

Problem DatumReader::read_counts(const Json& values) {
  const Json* counts = input_.find("Counts");
  if (!values.is_array() || values.empty()) return bad("", "Values");
  if (values.size() > kMostValues) {
    return invalid_value(fmt::format(
        "The collection {}.Values must not have a size greater than {}.", where_, kMostValues));
  }
  if (counts != nullptr && (!counts->is_array() || counts->size() != values.size())) {
    return invalid_value(
        fmt::format("The parameters {0}.Values and {0}.Counts must be of the same size.", where_));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].is_number()) return bad(values[i].dump(), "Values");
    if (counts != nullptr && !(*counts)[i].is_number()) return bad((*counts)[i].dump(), "Counts");
    const double value = values[i].get<double>();
    const double times = counts != nullptr ? (*counts)[i].get<double>() : 1;
    if (Problem problem = check(value, "Values")) return problem;
    if (!(times > 0) || times > kLargest) return bad(fmt::format("{}", times), "Counts");
    datapoint_.values.emplace_back(value, times);
  }
  return {};
}

Problem DatumReader::read_set() {
  Input set{*input_.find("StatisticValues")};
  for (const char* member : {"SampleCount", "Sum", "Minimum", "Maximum"}) {
    if (!set.has(member)) return missing(fmt::format("StatisticValues.{}", member));
  }
  Summary summary;
  summary.count = set.number("SampleCount").value_or(0);
  summary.sum = set.number("Sum").value_or(0);
  summary.lowest = set.number("Minimum").value_or(0);
  summary.highest = set.number("Maximum").value_or(0);
  if (Problem problem = set.error()) return problem;
  for (const double value : {summary.sum, summary.lowest, summary.highest}) {
    if (Problem problem = check(value, "StatisticValues")) return problem;
  }
  if (!(summary.count > 0) || summary.lowest > summary.highest) {
    return bad(fmt::format("{}", summary.count), "StatisticValues");
  }
  datapoint_.set = summary;
  return {};
}

Problem DatumReader::check_time() const {
  if (datapoint_.timestamp < now_ - kOldest) {
    return invalid_value(fmt::format(
        "The parameter {}.Timestamp must specify a time within the past two weeks.", where_));
  }
  if (datapoint_.timestamp > now_ + kNewest) {
    return invalid_value(fmt::format(
        "The parameter {}.Timestamp must specify a time no more than two hours in the future.",
        where_));
  }
  return {};
}

}  // namespace

ApiResult<Json> put_metric_data(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string space = input.required_text("Namespace");
  input.require("MetricData");
  const std::vector<const Json*> data = input.items("MetricData", kMostData);
  if (const auto error = input.error()) return *error;
  // "Avoid namespaces that begin with AWS/": those of services are closed to callers.
  if (space.starts_with("AWS/") && !request.caller.is_service()) {
    return invalid_value(fmt::format("The value {} for parameter Namespace is invalid.", space));
  }
  std::vector<DatumReader> readers;
  for (const Json* datum : data) {
    if (Problem problem =
            readers.emplace_back(*datum, readers.size() + 1, cw.cloud.sim().now()).read()) {
      return *problem;
    }
  }
  for (DatumReader& reader : readers) reader.put(cw.cloud.metrics(), request.place(), space);
  return Json::object();
}

}  // namespace opsim::cloudwatch
