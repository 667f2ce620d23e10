// AWS: API PutLogAlarm; AWS::CloudWatch::LogAlarm (Ref is its name, the only attribute is Arn).
#include <fmt/format.h>

#include "models/cloudwatch/alarm_event.hpp"
#include "models/cloudwatch/log_alarm_spec.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudwatch {
namespace {

/// A name is an alarm's of one type only.
std::optional<ApiError> taken_by_another_type(CloudWatch& cw, const AlarmSpec& spec) {
  const Alarm* alarm = cw.find(spec.place, spec.name);
  const bool composite = cw.composites.find(spec.place, spec.name) != nullptr;
  if (!composite && (alarm == nullptr || alarm->spec().logs)) return std::nullopt;
  return ApiError{"ValidationError",
                  fmt::format("An alarm of the name {} exists and is a {} alarm", spec.name,
                              composite ? "composite" : "metric"),
                  400};
}

}  // namespace

ApiResult<Json> put_log_alarm(CloudWatch& cw, const Request& request) {
  ApiResult<AlarmSpec> spec = read_log_alarm_spec(request.place(), request.input);
  if (!spec) return spec.error();
  if (auto error = taken_by_another_type(cw, *spec)) return std::move(*error);
  return put_checked_alarm(cw, request, std::move(*spec));
}

ApiResult<Created> create_log_alarm(CloudWatch& cw, const ResourceRequest& request) {
  std::string name;
  if (!request.properties.is_object() || !request.properties.contains("AlarmName"))
    name = cw.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  ApiResult<AlarmSpec> spec = read_log_alarm_spec(request.place, request.properties, name);
  if (!spec) return spec.error();
  if (cw.find(request.place, spec->name) != nullptr)
    return ApiError{"AlreadyExists", fmt::format("{} already exists", spec->name), 400};
  if (auto error = taken_by_another_type(cw, *spec)) return std::move(*error);
  Simulation& sim = cw.cloud.sim();
  const Alarm::Origin origin =
      sim.now() == sim.start() ? Alarm::Origin::stood_before : Alarm::Origin::created;
  const Alarm& alarm = cw.create(std::move(*spec), origin);
  Created created{.physical_id = alarm.spec().name, .arn = alarm.spec().arn()};
  created.attributes["Arn"] = created.arn;
  return created;
}

}  // namespace opsim::cloudwatch
