// AWS::CloudWatch::Alarm in a template.
// AWS: CloudFormation Template Reference, AWS::CloudWatch::Alarm. Ref gives the alarm's name; the
// only attribute is Arn.
#include <fmt/format.h>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"
#include "models/cloudwatch/units.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::string_view kComparisonWords[] = {"GreaterThanOrEqualToThreshold",
                                                 "GreaterThanThreshold",
                                                 "LessThanThreshold",
                                                 "LessThanOrEqualToThreshold",
                                                 "GreaterThanUpperThreshold",
                                                 "LessThanLowerThreshold",
                                                 "LessThanLowerOrGreaterThanUpperThreshold"};
constexpr std::string_view kStatisticWords[] = {"Average", "Maximum", "Minimum", "SampleCount",
                                                "Sum"};
constexpr std::string_view kTreatmentWords[] = {"breaching", "notBreaching", "ignore", "missing"};
constexpr std::string_view kLowSamples[] = {"evaluate", "ignore"};

constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kAction{
    .kind = Kind::text, .max = 1024, .example = "arn:aws:sns:us-east-1:012345678901:on-call"};
constexpr Shape kActions{.kind = Kind::list, .of = &kAction, .max = 5};
constexpr Shape kName{.kind = Kind::text, .min = 1, .max = 255};
constexpr Shape kDescription{.kind = Kind::text, .max = 1024};
constexpr Shape kComparison{.kind = Kind::text, .allowed = kComparisonWords};
constexpr Shape kCount{.kind = Kind::integer, .min = 1, .max = 8640};
constexpr Shape kText{.kind = Kind::text};
constexpr Field kDimensionFields[] = {
    {.name = "Name", .shape = &kName, .need = Need::required},
    {.name = "Value", .shape = &kText, .need = Need::required},
};
constexpr Shape kDimension{.kind = Kind::mapping, .fields = kDimensionFields};
constexpr Shape kDimensions{.kind = Kind::list, .of = &kDimension, .max = 30};
constexpr Shape kLowSample{.kind = Kind::text, .allowed = kLowSamples};
constexpr Shape kExtended{.kind = Kind::text, .example = "p99"};
constexpr Shape kPeriod{.kind = Kind::integer, .min = 10, .max = 604'800, .example = "60"};
constexpr Shape kStatistic{.kind = Kind::text, .allowed = kStatisticWords};
constexpr Shape kThreshold{.kind = Kind::number};
constexpr Shape kTreatment{.kind = Kind::text, .allowed = kTreatmentWords};
constexpr Shape kUnit{.kind = Kind::text, .allowed = kUnits};
constexpr Shape kTags{.kind = Kind::list};
constexpr Shape kMetrics{.kind = Kind::list};
constexpr Shape kWindow{.kind = Kind::mapping};
constexpr Shape kInterval{.kind = Kind::integer, .min = 10, .max = 3600};
constexpr Shape kWait{.kind = Kind::integer, .min = 0, .max = 86'400};
constexpr Field kPromqlFields[] = {
    {.name = "PendingPeriod",
     .shape = &kWait,
     .doc = "Seconds that a series breaches before ALARM."},
    {.name = "Query",
     .shape = &kText,
     .need = Need::required,
     .doc = "PromQL; what it returns breaches."},
    {.name = "RecoveryPeriod", .shape = &kWait, .doc = "Seconds that a series is gone before OK."},
};
constexpr Shape kPromql{.kind = Kind::mapping, .fields = kPromqlFields};
constexpr Field kCriteriaFields[] = {{.name = "PromQLCriteria", .shape = &kPromql}};
constexpr Shape kCriteria{.kind = Kind::mapping, .fields = kCriteriaFields};

constexpr Field kAlarmFields[] = {
    {.name = "ActionsEnabled",
     .shape = &kBoolean,
     .doc = "False: the state changes, nothing runs."},
    {.name = "AlarmActions", .shape = &kActions, .doc = "ARNs of what runs on entering ALARM."},
    {.name = "AlarmDescription", .shape = &kDescription},
    {.name = "AlarmName", .shape = &kName, .doc = "Made of the stack and the resource if absent."},
    {.name = "ComparisonOperator",
     .shape = &kComparison,
     .doc = "The statistic is its left operand. Not of a PromQL alarm."},
    {.name = "DatapointsToAlarm",
     .shape = &kCount,
     .doc = "M: so many of the last EvaluationPeriods must breach; all of them if absent."},
    {.name = "Dimensions", .shape = &kDimensions, .doc = "Must be exactly those of the metric."},
    {.name = "EvaluateLowSampleCountPercentile", .shape = &kLowSample},
    {.name = "EvaluationCriteria", .shape = &kCriteria, .doc = "Of a PromQL alarm."},
    {.name = "EvaluationInterval",
     .shape = &kInterval,
     .doc = "Seconds between the evaluations of a PromQL alarm: 10, 20, 30 or a multiple of 60."},
    {.name = "EvaluationPeriods",
     .shape = &kCount,
     .doc = "N: how many periods count. Not of a PromQL alarm."},
    {.name = "EvaluationWindow", .doc = "SlidingWindow or WallClockWindow."},
    {.name = "ExtendedStatistic", .shape = &kExtended, .doc = "p99, tm90, IQM, PR(:300), ..."},
    {.name = "InsufficientDataActions", .shape = &kActions},
    {.name = "MetricName", .shape = &kName},
    {.name = "Metrics",
     .shape = &kMetrics,
     .doc = "Metrics and expressions over them; one returns data."},
    {.name = "Namespace", .shape = &kName},
    {.name = "OKActions", .shape = &kActions},
    {.name = "Period",
     .shape = &kPeriod,
     .doc = "Seconds of one datapoint: 10, 20, 30 or a multiple of 60."},
    {.name = "Statistic", .shape = &kStatistic},
    {.name = "Tags", .shape = &kTags},
    {.name = "Threshold", .shape = &kThreshold},
    {.name = "ThresholdMetricId",
     .shape = &kText,
     .doc = "The Id of an ANOMALY_DETECTION_BAND expression."},
    {.name = "TreatMissingData",
     .shape = &kTreatment,
     .doc = "What a period without data counts as; missing if absent."},
    {.name = "Unit", .shape = &kUnit, .doc = "Only data of this unit count."},
    {.name = "WarmUpConfiguration",
     .shape = &kWindow,
     .doc = "How long a new alarm waits for data before it evaluates."},
};

}  // namespace

constexpr Shape kAlarmShape{.kind = Kind::mapping,
                            .name = "CloudWatchAlarm",
                            .doc = "An alarm on one metric.",
                            .fields = kAlarmFields};

ApiResult<Created> create_alarm(CloudWatch& cw, const ResourceRequest& request) {
  std::string name;
  if (!request.properties.is_object() || !request.properties.contains("AlarmName")) {
    // CloudFormation names it stack-resource-random; here the random part is a counter.
    const std::string prefix = fmt::format("{}-{}-", request.stack, request.logical_id);
    name = cw.cloud.next_id(prefix);
  }
  ApiResult<AlarmSpec> spec = read_alarm_spec(request.place, request.properties, name);
  if (!spec) return spec.error();
  if (cw.find(request.place, spec->name) != nullptr) {
    return ApiError{"AlreadyExists", fmt::format("{} already exists", spec->name), 400};
  }
  if (!spec->not_simulated.empty()) {
    cw.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = spec->name,
         .text = fmt::format("{} is never evaluated: {}", spec->name, spec->not_simulated),
         .source = request.source,
         .detail = {{"not_simulated", spec->not_simulated}}});
  }
  Simulation& sim = cw.cloud.sim();
  const Alarm::Origin origin =
      sim.now() == sim.start() ? Alarm::Origin::stood_before : Alarm::Origin::created;
  const Alarm& alarm = cw.create(std::move(*spec), origin);
  Created created{.physical_id = alarm.spec().name, .arn = alarm.spec().arn()};
  created.attributes["Arn"] = created.arn;
  return created;
}

}  // namespace opsim::cloudwatch
