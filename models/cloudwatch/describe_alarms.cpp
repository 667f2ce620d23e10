// Telling of alarms.
// AWS: API DescribeAlarms, DescribeAlarmsForMetric, DescribeAlarmHistory; members as recorded on
// AWS: those that were not given when the alarm was put are absent.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/log_alarm_spec.hpp"
#include "models/cloudwatch/operations.hpp"
#include "models/cloudwatch/promql_alarm.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::int64_t kMostRecords = 100;
constexpr std::array<std::string_view, 3> kStateNames = {"INSUFFICIENT_DATA", "ALARM", "OK"};
constexpr std::array<std::string_view, 3> kAlarmTypes = {"CompositeAlarm", "MetricAlarm",
                                                         "LogAlarm"};
constexpr std::array<std::string_view, 2> kScans = {"TimestampAscending", "TimestampDescending"};
constexpr std::array<std::string_view, 5> kHistoryTypes = {"ConfigurationUpdate", "StateUpdate",
                                                           "Action", "AlarmContributorStateUpdate",
                                                           "AlarmContributorAction"};

/// One page of a list. A token is where the next page begins.
struct Page {
  std::size_t first = 0;
  std::size_t most = kMostRecords;
  bool bad_token = false;
};

Page read_page(Input& input) {
  Page page;
  const std::int64_t most = input.integer("MaxRecords", 1).value_or(kMostRecords);
  if (most > kMostRecords) {
    input.complain(fmt::format("{}", most), "MaxRecords",
                   fmt::format("have value less than or equal to {}", kMostRecords));
  }
  page.most = static_cast<std::size_t>(std::min(most, kMostRecords));
  const std::string token = input.text("NextToken").value_or("");
  if (token.empty()) return page;
  const auto [end, failed] = std::from_chars(token.data(), token.data() + token.size(), page.first);
  page.bad_token = failed != std::errc{} || end != token.data() + token.size();
  return page;
}

ApiError invalid_token() {
  return {"InvalidNextToken", "The next token specified is invalid.", 400};
}

/// The items of the page, and in `answer` the token of the next.
Json cut(const std::vector<Json>& all, const Page& page, Json& answer) {
  Json items = Json::array();
  const std::size_t first = std::min(page.first, all.size());
  const std::size_t end = std::min(first + page.most, all.size());
  for (std::size_t i = first; i < end; ++i) items.push_back(all[i]);
  if (end < all.size()) answer["NextToken"] = fmt::format("{}", end);
  return items;
}

Json describe(const Alarm& alarm) {
  const StateRecord& state = alarm.state();
  Json json = describe_spec(alarm.spec());
  json["AlarmConfigurationUpdatedTimestamp"] = time_json(alarm.configured());
  json["StateValue"] = to_string(state.state);
  json["StateReason"] = state.reason();
  json["StateUpdatedTimestamp"] = time_json(state.updated);
  json["StateTransitionedTimestamp"] = time_json(state.transitioned);
  if (std::string data = state.reason_data(); !data.empty()) {
    json["StateReasonData"] = std::move(data);
  }
  if (const std::string_view how = alarm.evaluation_state(); !how.empty()) {
    json["EvaluationState"] = how;
  }
  return json;
}

// "If you specify ChildrenOfAlarmName [or ParentsOfAlarmName], you cannot specify any other
// parameters except for MaxRecords and NextToken. Only the name, the ARN [and of children the state
// and its time] are returned."
std::optional<ApiError> check_relatives(const Input& input) {
  const bool children = input.has("ChildrenOfAlarmName");
  const bool parents = input.has("ParentsOfAlarmName");
  if (!children && !parents) return std::nullopt;
  constexpr std::array<std::string_view, 5> kOthers = {"AlarmNames", "AlarmNamePrefix",
                                                       "AlarmTypes", "StateValue", "ActionPrefix"};
  const bool others = std::ranges::any_of(kOthers, [&](auto name) { return input.has(name); });
  if (!others && children != parents) return std::nullopt;
  return validation_error(
      "ChildrenOfAlarmName and ParentsOfAlarmName can be combined with MaxRecords and NextToken "
      "only");
}

Json with_state(Json json, const ChildState& child, SimTime updated) {
  json["StateValue"] = to_string(child.state);
  json["StateUpdatedTimestamp"] = time_json(updated);
  return json;
}

ApiResult<Json> describe_children(CloudWatch& cw, const Place& place, const std::string& name,
                                  const Page& page) {
  const CompositeAlarm* parent = cw.composites.find(place, name);
  std::map<std::string, Json> children;
  if (parent != nullptr) {
    for (const std::string& written : parent->spec().rule.alarms()) {
      const std::string child = alarm_name_of(written);
      const ChildState state = cw.composites.state_of(place, child);
      const CompositeAlarm* composite = cw.composites.find(place, child);
      const SimTime updated = composite != nullptr ? composite->state().updated : state.since;
      Json json{{"AlarmName", child}, {"AlarmArn", state.arn}};
      if (state.exists) children[child] = with_state(std::move(json), state, updated);
    }
  }
  std::vector<Json> found;
  for (auto& [child, json] : children) found.push_back(std::move(json));
  Json answer{{"MetricAlarms", Json::array()}, {"CompositeAlarms", Json::array()}};
  for (Json& item : cut(found, page, answer)) {
    const std::string child = item["AlarmName"].get<std::string>();
    const Alarm* alarm = cw.find(place, child);
    const bool logs = alarm != nullptr && alarm->spec().logs;
    answer[logs               ? "LogAlarms"
           : alarm == nullptr ? "CompositeAlarms"
                              : "MetricAlarms"]
        .push_back(std::move(item));
  }
  return answer;
}

ApiResult<Json> describe_parents(CloudWatch& cw, const Place& place, const std::string& name,
                                 const Page& page) {
  std::vector<Json> found;
  for (const std::string& parent : cw.composites.parents(place, name)) {
    const CompositeAlarm* alarm = cw.composites.find(place, parent);
    if (!alarm->spec().depends_on(name)) continue;  // it is the suppressor only
    found.push_back({{"AlarmName", parent}, {"AlarmArn", alarm->spec().arn()}});
  }
  Json answer{{"MetricAlarms", Json::array()}};
  answer["CompositeAlarms"] = cut(found, page, answer);
  return answer;
}

template <class Spec>
bool has_action(const Spec& spec, const std::string& prefix) {
  for (const auto* actions :
       {&spec.ok_actions, &spec.alarm_actions, &spec.insufficient_data_actions}) {
    for (const std::string& action : *actions) {
      if (action.starts_with(prefix)) return true;
    }
  }
  return false;
}

}  // namespace

Json describe_spec(const AlarmSpec& spec) {
  Json json{{"AlarmName", spec.name},
            {"AlarmArn", spec.arn()},
            {"ActionsEnabled", spec.actions_enabled},
            {"OKActions", spec.ok_actions},
            {"AlarmActions", spec.alarm_actions},
            {"InsufficientDataActions", spec.insufficient_data_actions}};
  if (spec.description) json["AlarmDescription"] = *spec.description;
  if (spec.logs) describe_log_members(spec, json);
  if (spec.promql) describe_promql_members(spec, json);
  if (spec.logs || spec.promql) return json;
  json["EvaluationPeriods"] = spec.rule.evaluation_periods;
  json["ComparisonOperator"] = spec.comparison_name();
  if (spec.gave_datapoints_to_alarm) json["DatapointsToAlarm"] = spec.rule.datapoints_to_alarm;
  if (spec.treat_missing_data) json["TreatMissingData"] = *spec.treat_missing_data;
  if (spec.low_sample_count) json["EvaluateLowSampleCountPercentile"] = *spec.low_sample_count;
  if (!spec.threshold_metric_id.empty()) {
    json["ThresholdMetricId"] = spec.threshold_metric_id;
  } else {
    json["Threshold"] = spec.rule.threshold.value;
  }
  if (spec.window.wall_clock) {
    Json wall = Json::object();
    if (spec.time_zone) wall["Timezone"] = *spec.time_zone;
    json["EvaluationWindow"] = {{"WallClockWindow", std::move(wall)}};
  }
  if (spec.warm_up) {
    json["WarmUpConfiguration"] = {
        {"WarmUpPeriodDurationInMinutes", spec.warm_up->length / std::chrono::minutes{1}},
        {"OnlyStartEvaluatingAfterWarmUpPeriodEnds", spec.warm_up->whole}};
  }
  if (!spec.metrics.is_null()) {
    json["Metrics"] = spec.metrics;
    return json;
  }
  Json dimensions = Json::array();
  for (const auto& [name, value] : spec.dimensions) {
    dimensions.push_back({{"Name", name}, {"Value", value}});
  }
  json["Dimensions"] = std::move(dimensions);
  json["MetricName"] = spec.metric_name;
  json["Namespace"] = spec.metric_namespace;
  json["Period"] = std::chrono::floor<std::chrono::seconds>(spec.window.period).count();
  json[spec.statistic.is_basic() ? "Statistic" : "ExtendedStatistic"] = spec.statistic.text;
  if (!spec.unit.empty()) json["Unit"] = spec.unit;
  return json;
}

ApiResult<Json> describe_alarms(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::vector<std::string> names = input.texts("AlarmNames", 100);
  const std::string prefix = input.text("AlarmNamePrefix", 255).value_or("");
  const std::vector<std::string> types = input.texts("AlarmTypes", kAlarmTypes.size());
  const std::string children = input.text("ChildrenOfAlarmName", 255).value_or("");
  const std::string parents = input.text("ParentsOfAlarmName", 255).value_or("");
  const std::string state = input.choice("StateValue", kStateNames).value_or("");
  const std::string action = input.text("ActionPrefix", 1024).value_or("");
  const Page page = read_page(input);
  if (const auto error = input.error()) return *error;
  if (page.bad_token) return invalid_token();
  if (!names.empty() && !prefix.empty()) {
    return invalid_combination("AlarmNames and AlarmNamePrefix are mutually exclusive.");
  }
  if (const auto error = check_relatives(input)) return *error;
  for (const std::string& type : types) {
    if (std::ranges::find(kAlarmTypes, type) == kAlarmTypes.end()) {
      return validation_error(
          fmt::format("AlarmTypes: {} is not one of {}", type, fmt::join(kAlarmTypes, ", ")));
    }
  }
  if (!children.empty()) return describe_children(cw, request.place(), children, page);
  if (!parents.empty()) return describe_parents(cw, request.place(), parents, page);

  const auto wanted = [&](const std::string& name, const auto& alarm) {
    if (!names.empty() && std::ranges::find(names, name) == names.end()) return false;
    if (!name.starts_with(prefix)) return false;
    if (!state.empty() && to_string(alarm.state().state) != state) return false;
    return action.empty() || has_action(alarm.spec(), action);
  };
  // "If you omit AlarmTypes, only metric alarms are returned, even if composite alarms exist."
  const auto asks_for = [&](std::string_view type) {
    return std::ranges::find(types, type) != types.end();
  };
  std::vector<Json> found;
  for (const auto& [name, alarm] : cw.alarms_of(request.place())) {
    const std::string_view type = alarm->spec().type_name();
    const bool asked = types.empty() ? type == "MetricAlarm" : asks_for(type);
    if (asked && wanted(name, *alarm)) found.push_back(describe(*alarm));
  }
  if (asks_for("CompositeAlarm")) {
    for (const auto& [name, alarm] : cw.composites.all(request.place())) {
      if (wanted(name, *alarm)) found.push_back(describe_composite(*alarm));
    }
  }
  Json answer{{"MetricAlarms", Json::array()}, {"CompositeAlarms", Json::array()}};
  if (asks_for("LogAlarm")) answer["LogAlarms"] = Json::array();
  for (Json& item : cut(found, page, answer)) {
    answer[item.contains("AlarmRule")                     ? "CompositeAlarms"
           : item.contains("ScheduledQueryConfiguration") ? "LogAlarms"
                                                          : "MetricAlarms"]
        .push_back(std::move(item));
  }
  return answer;
}

ApiResult<Json> describe_alarms_for_metric(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string metric = input.required_text("MetricName");
  const std::string space = input.required_text("Namespace");
  const Dimensions dimensions = input.dimensions("Dimensions");
  const auto statistic = input.text("Statistic");
  const auto extended = input.text("ExtendedStatistic");
  const auto period = input.integer("Period", 1);
  const auto unit = input.text("Unit");
  if (const auto error = input.error()) return *error;
  Json alarms = Json::array();
  for (const auto& [name, alarm] : cw.alarms_of(request.place())) {
    const AlarmSpec& spec = alarm->spec();
    if (spec.logs || spec.promql) continue;
    if (spec.metric_name != metric || spec.metric_namespace != space) continue;
    if (spec.dimensions != dimensions) continue;
    if (statistic && spec.statistic.text != *statistic) continue;
    if (extended && spec.statistic.text != *extended) continue;
    if (period && spec.window.period != std::chrono::seconds{*period}) continue;
    if (unit && spec.unit != *unit) continue;
    alarms.push_back(describe(*alarm));
  }
  return Json{{"MetricAlarms", std::move(alarms)}};
}

// SIMPLIFIED: what is older than 30 days goes when something new comes.
ApiResult<Json> describe_alarm_history(CloudWatch& cw, const Request& request) {
  Input input{request.input};
  const std::string wanted = input.text("AlarmName", 255).value_or("");
  const std::string type = input.choice("HistoryItemType", kHistoryTypes).value_or("");
  const std::string contributor = input.text("AlarmContributorId", 1024).value_or("");
  const std::vector<std::string> kinds = input.texts("AlarmTypes", kAlarmTypes.size());
  const SimTime from = input.time("StartDate").value_or(SimTime::min());
  const SimTime to = input.time("EndDate").value_or(SimTime::max());
  const bool ascending = input.choice("ScanBy", kScans).value_or("") == kScans[0];
  const Page page = read_page(input);
  if (const auto error = input.error()) return *error;
  if (page.bad_token) return invalid_token();

  // "If you omit AlarmTypes, only metric alarms' histories are returned"; one that is named is told
  // whatever it is.
  const auto asks_for = [&](std::string_view kind) {
    return std::ranges::find(kinds, kind) != kinds.end();
  };
  const bool of_contributors = type.starts_with("AlarmContributor");
  std::vector<std::pair<SimTime, Json>> items;
  const auto collect = [&](const std::string& name, const AlarmHistory& history,
                           std::string_view kind) {
    if (!wanted.empty() && name != wanted) return;
    for (const HistoryItem& item : history.items()) {
      if (item.at < from || item.at > to) continue;
      if (!type.empty() && to_string(item.type) != type) continue;
      // As observed on AWS: contributors' items only where they are asked for.
      if (item.contributor.is_null() != (contributor.empty() && !of_contributors)) continue;
      if (!contributor.empty() && item.contributor["id"] != contributor) continue;
      items.emplace_back(item.at, item.to_json(name));
      items.back().second["AlarmType"] = kind;
    }
  };
  for (const auto& [name, alarm] : cw.alarms_of(request.place())) {
    const std::string_view kind = alarm->spec().type_name();
    const bool wants = kinds.empty() ? kind == "MetricAlarm" || !wanted.empty() : asks_for(kind);
    if (wants) collect(name, alarm->history(), kind);
  }
  if (asks_for("CompositeAlarm") || (kinds.empty() && !wanted.empty())) {
    for (const auto& [name, alarm] : cw.composites.all(request.place())) {
      collect(name, alarm->history(), "CompositeAlarm");
    }
  }
  for (const CloudWatch::GoneHistory& gone : cw.gone(request.place())) {
    const bool wants =
        kinds.empty() ? gone.type == "MetricAlarm" || !wanted.empty() : asks_for(gone.type);
    if (wants) collect(gone.name, gone.history, gone.type);
  }
  std::ranges::stable_sort(items, {}, &std::pair<SimTime, Json>::first);
  if (!ascending) std::ranges::reverse(items);
  std::vector<Json> found;
  for (auto& [at, item] : items) found.push_back(std::move(item));
  Json answer = Json::object();
  answer["AlarmHistoryItems"] = cut(found, page, answer);
  return answer;
}

}  // namespace opsim::cloudwatch
