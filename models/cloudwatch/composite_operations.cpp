// Making composite alarms: PutCompositeAlarm and AWS::CloudWatch::CompositeAlarm.
// AWS: API PutCompositeAlarm: "the alarm state is immediately set to INSUFFICIENT_DATA; the alarm
// is then evaluated"; an update leaves the state and evaluates again. An alarm may be in at most
// 150 composite alarms.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/cloudwatch/composite_actions.hpp"
#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/operations.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostParents = 150;

/// What only a look at the other alarms can tell. A rule may name its own alarm: a cycle.
std::optional<ApiError> check_children(const CloudWatch& cw, const CompositeSpec& spec) {
  std::vector<std::string> missing;
  for (const std::string& written : spec.rule.alarms()) {
    const std::string child = alarm_name_of(written);
    if (child == spec.name || cw.composites.state_of(spec.place, written).exists) {
      const std::vector<std::string> parents = cw.composites.parents(spec.place, child);
      const bool known = std::ranges::find(parents, spec.name) != parents.end();
      if (known || parents.size() < kMostParents) continue;
      return ApiError{
          "LimitExceeded",
          fmt::format("Alarm {} is in {} composite alarms already", child, parents.size()), 400};
    }
    missing.push_back(written);
  }
  if (!missing.empty()) {
    return validation_error(
        fmt::format("Could not save the composite alarm as alarms [{}] in the alarm rule do not "
                    "exist",
                    fmt::join(missing, ", ")));
  }
  if (spec.suppressor.empty() || cw.composites.state_of(spec.place, spec.suppressor).exists) {
    return std::nullopt;
  }
  return validation_error(
      fmt::format("Could not save the composite alarm as actions suppressor {} does not exist",
                  spec.suppressor));  // UNDOCUMENTED: the wording
}

ApiError other_kind(const std::string& name) {
  return validation_error(
      fmt::format("An alarm of the name {} exists and is not a composite alarm", name));
}

}  // namespace

ApiResult<Json> put_composite_alarm(CloudWatch& cw, const Request& request) {
  ApiResult<CompositeSpec> spec = read_composite_spec(request.place(), request.input);
  if (!spec) return spec.error();
  if (cw.find(request.place(), spec->name) != nullptr) return other_kind(spec->name);
  if (const auto error = check_children(cw, *spec)) return *error;
  const SimTime now = cw.cloud.sim().now();
  if (CompositeAlarm* known = cw.composites.find(request.place(), spec->name)) {
    const CompositeSpec before = known->spec();
    const SimTime before_at = known->configured();
    spec->tags = before.tags;  // "Tags of an existing alarm are left as they are."
    cw.composites.update(*known, *std::move(spec));
    remember_configuration(*known, "updated", "Update", now);
    cw.cloud.emit(composite_configuration_event(*known, "update", now, &before, before_at));
    return Json::object();
  }
  CompositeAlarm& alarm = cw.composites.create(*std::move(spec), News::yes);
  Resource resource;
  resource.logical_id = resource.physical_id = alarm.spec().name;
  resource.type = "AWS::CloudWatch::CompositeAlarm";
  resource.arn = alarm.spec().arn();
  resource.place = request.place();
  resource.tags = alarm.spec().tags;
  cw.cloud.resources().add(std::move(resource));
  remember_configuration(alarm, "created", "Create", now);
  cw.cloud.emit(composite_configuration_event(alarm, "create", now));
  return Json::object();
}

// "You can delete one composite alarm or up to 100 metric alarms"; none on which another depends,
// so none of a cycle (API DeleteAlarms).
std::optional<ApiError> undeletable(CloudWatch& cw, const Place& place,
                                    const std::vector<std::string>& names) {
  std::vector<std::string> needed;
  std::size_t composites = 0;
  for (const std::string& name : names) {
    if (cw.composites.find(place, name) != nullptr) ++composites;
    if (!cw.composites.parents(place, name).empty()) needed.push_back(name);
  }
  if (composites > 1) {
    return validation_error("You can delete at most one composite alarm in one operation");
  }
  if (needed.empty()) return std::nullopt;
  return validation_error(
      fmt::format("Cannot delete {} as there are composite alarm(s) depending on {}.",
                  fmt::join(needed, ","), needed.size() == 1 ? "it" : "them"));
}

void delete_composite_alarm(CloudWatch& cw, const Place& place, const std::string& name) {
  CompositeAlarm* alarm = cw.composites.find(place, name);
  if (alarm == nullptr) return;
  const Event event = composite_configuration_event(*alarm, "delete", cw.cloud.sim().now());
  remember_configuration(*alarm, "deleted", "Delete", cw.cloud.sim().now());
  cw.keep_history(place, name, "CompositeAlarm", alarm->history());
  cw.composites.erase(place, name);
  cw.cloud.resources().remove(name);
  cw.cloud.emit(event);
}

Json describe_composite(const CompositeAlarm& alarm) {
  const CompositeState& state = alarm.state();
  Json json = describe_composite_spec(alarm.spec());
  json["AlarmConfigurationUpdatedTimestamp"] = time_json(alarm.configured());
  json["StateValue"] = to_string(state.state);
  json["StateReason"] = state.reason;
  json["StateUpdatedTimestamp"] = time_json(state.updated);
  json["StateTransitionedTimestamp"] = time_json(state.transitioned);
  if (!state.reason_data.empty()) json["StateReasonData"] = state.reason_data;
  const SuppressedBy by = alarm.suppressed_by();
  if (by == SuppressedBy::nothing) return json;
  json["ActionsSuppressedBy"] = to_string(by);
  json["ActionsSuppressedReason"] = fmt::format("Actions suppressed by {}", to_string(by));
  return json;
}

// ---- AWS::CloudWatch::CompositeAlarm ----

namespace {

constexpr Shape kCompositeText{.kind = Kind::text};
constexpr Shape kCompositeBoolean{.kind = Kind::boolean};
constexpr Shape kSeconds{.kind = Kind::integer, .min = 0};
constexpr Shape kCompositeActions{.kind = Kind::list, .of = &kCompositeText, .max = 5};
constexpr Shape kCompositeTags{.kind = Kind::list};
constexpr Shape kAlarmRuleText{
    .kind = Kind::text, .min = 1, .max = 10'240, .example = "ALARM(disk) AND NOT ALARM(deploying)"};
constexpr Field kCompositeFields[] = {
    {.name = "ActionsEnabled", .shape = &kCompositeBoolean},
    {.name = "ActionsSuppressor",
     .shape = &kCompositeText,
     .doc = "An alarm; while it is in ALARM no action runs."},
    {.name = "ActionsSuppressorExtensionPeriod",
     .shape = &kSeconds,
     .doc = "Seconds after the suppressor left ALARM in which no action runs."},
    {.name = "ActionsSuppressorWaitPeriod",
     .shape = &kSeconds,
     .doc = "Seconds for which actions wait for the suppressor to go into ALARM."},
    {.name = "AlarmActions", .shape = &kCompositeActions},
    {.name = "AlarmDescription", .shape = &kCompositeText},
    {.name = "AlarmName", .shape = &kCompositeText},
    {.name = "AlarmRule",
     .shape = &kAlarmRuleText,
     .need = Need::required,
     .doc = "ALARM, OK, INSUFFICIENT_DATA and AT_LEAST over other alarms; AND, OR, NOT."},
    {.name = "InsufficientDataActions", .shape = &kCompositeActions},
    {.name = "OKActions", .shape = &kCompositeActions},
    {.name = "Tags", .shape = &kCompositeTags},
};

}  // namespace

constexpr Shape kCompositeAlarmShape{.kind = Kind::mapping,
                                     .name = "CloudWatchCompositeAlarm",
                                     .doc = "An alarm on the states of other alarms.",
                                     .fields = kCompositeFields};

ApiResult<Created> create_composite_alarm(CloudWatch& cw, const ResourceRequest& request) {
  std::string name;
  if (!request.properties.is_object() || !request.properties.contains("AlarmName")) {
    name = cw.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  }
  ApiResult<CompositeSpec> spec = read_composite_spec(request.place, request.properties, name);
  if (!spec) return spec.error();
  const bool taken = cw.find(request.place, spec->name) != nullptr ||
                     cw.composites.find(request.place, spec->name) != nullptr;
  if (taken) return ApiError{"AlreadyExists", fmt::format("{} already exists", spec->name), 400};
  if (const auto error = check_children(cw, *spec)) return *error;
  Simulation& sim = cw.cloud.sim();
  const News first = sim.now() == sim.start() ? News::no : News::yes;
  const CompositeAlarm& alarm = cw.composites.create(*std::move(spec), first);
  Created created{.physical_id = alarm.spec().name, .arn = alarm.spec().arn()};
  created.attributes["Arn"] = created.arn;
  return created;
}

}  // namespace opsim::cloudwatch
