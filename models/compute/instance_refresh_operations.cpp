// What callers do with instance refreshes.
// AWS: EC2 Auto Scaling API reference, StartInstanceRefresh, RefreshPreferences,
// CancelInstanceRefresh, RollbackInstanceRefresh, DescribeInstanceRefreshes.
// UNDOCUMENTED: the wording of refusals.
#include "models/compute/instance_refresh_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/filters.hpp"

namespace opsim::compute {

namespace {

// API: a group's refreshes of the last six weeks are described; here the last so many.
constexpr std::size_t kKeptRefreshes = 100;

ApiError refresh_error(std::string message) { return {"ValidationError", std::move(message)}; }

/// A whole number in a range; nothing given leaves `into` as it is.
std::optional<ApiError> read_number(const Json& members, std::string_view name, std::int64_t least,
                                    std::int64_t most, std::int64_t& into) {
  if (member(members, name).is_null()) return std::nullopt;
  const auto number = integer_of(members, name);
  if (!number || *number < least || *number > most)
    return refresh_error(fmt::format("{} must be from {} to {}", name, least, most));
  into = *number;
  return std::nullopt;
}

std::optional<ApiError> read_healthy(const Json& given, RefreshPreferences& wanted) {
  if (auto wrong = read_number(given, "MinHealthyPercentage", 0, 100, wanted.min_healthy))
    return wrong;
  if (auto wrong = read_number(given, "MaxHealthyPercentage", 100, 200, wanted.max_healthy))
    return wrong;
  if (wanted.max_healthy - wanted.min_healthy > 100)
    return refresh_error(
        "The difference between MaxHealthyPercentage and MinHealthyPercentage must not be greater "
        "than 100");
  return std::nullopt;
}

std::optional<ApiError> read_checkpoints(const Json& given, RefreshPreferences& wanted) {
  const Json& list = member(given, "CheckpointPercentages");
  if (!list.is_null() && !list.is_array()) return refresh_error("CheckpointPercentages is no list");
  if (list.is_array())
    for (const Json& one : list) wanted.checkpoints.push_back(integer_of(one).value_or(-1));
  const auto wrong = [](std::int64_t percent) { return percent < 1 || percent > 100; };
  if (std::ranges::any_of(wanted.checkpoints, wrong) ||
      std::ranges::adjacent_find(wanted.checkpoints, std::ranges::greater_equal{}) !=
          wanted.checkpoints.end())
    return refresh_error("CheckpointPercentages must be from 1 to 100, each larger than the last");
  std::int64_t seconds = 3600;
  if (auto error = read_number(given, "CheckpointDelay", 0, 172'800, seconds)) return error;
  wanted.checkpoint_delay = std::chrono::seconds{seconds};
  return std::nullopt;
}

std::optional<ApiError> read_what(const Json& given, std::string_view name,
                                  std::string_view replaced, WhatOf& into) {
  const std::string text = text_of(given, name);
  if (text.empty() || text == "Wait") return std::nullopt;
  if (text != replaced && text != "Ignore")
    return refresh_error(fmt::format("{} must be {}, Ignore or Wait", name, replaced));
  into = text == replaced ? WhatOf::replace : WhatOf::ignore;
  return std::nullopt;
}

Duration default_refresh_warmup(const Group& group) {
  if (group.spec.default_warmup) return std::chrono::seconds{*group.spec.default_warmup};
  return group.spec.grace;
}

/// "MinHealthyPercentage: the default is 90 [...] or the group's maintenance policy";
/// "InstanceWarmup: the default is DefaultInstanceWarmup, else the health check grace period".
ApiResult<RefreshPreferences> read_preferences(const Group& group, const Json& given) {
  RefreshPreferences wanted;
  wanted.min_healthy = group.spec.least_healthy.value_or(wanted.min_healthy);
  wanted.max_healthy = group.spec.most_healthy.value_or(wanted.max_healthy);
  if (auto wrong = read_healthy(given, wanted)) return *std::move(wrong);
  if (auto wrong = read_checkpoints(given, wanted)) return *std::move(wrong);
  std::int64_t warmup =
      std::chrono::floor<std::chrono::seconds>(default_refresh_warmup(group)).count();
  if (auto wrong = read_number(given, "InstanceWarmup", 0, 86'400, warmup))
    return *std::move(wrong);
  wanted.warmup = std::chrono::seconds{warmup};
  std::int64_t bake = 0;
  if (auto wrong = read_number(given, "BakeTime", 0, 172'800, bake)) return *std::move(wrong);
  wanted.bake = std::chrono::seconds{bake};
  wanted.skip_matching = boolean_of(given, "SkipMatching").value_or(false);
  wanted.auto_rollback = boolean_of(given, "AutoRollback").value_or(false);
  if (auto wrong = read_what(given, "ScaleInProtectedInstances", "Refresh", wanted.protected_ones))
    return *std::move(wrong);
  if (auto wrong = read_what(given, "StandbyInstances", "Terminate", wanted.standby_ones))
    return *std::move(wrong);
  wanted.alarms = texts_of(member(given, "AlarmSpecification"), "Alarms");
  return wanted;
}

/// Alarms are looked at before it begins, too: one in ALARM refuses it.
std::optional<ApiError> alarm_rings(Groups& groups, const Group& group,
                                    const RefreshPreferences& wanted) {
  if (wanted.alarms.empty()) return std::nullopt;
  const ApiResult<Json> answer = groups.cloud.inspect(group.place, "cloudwatch", "DescribeAlarms",
                                                      {{"AlarmNames", wanted.alarms}});
  if (!answer || !member(*answer, "MetricAlarms").is_array()) return std::nullopt;
  for (const Json& one : member(*answer, "MetricAlarms"))
    if (text_of(one, "StateValue") == "ALARM")
      return refresh_error("An alarm is in ALARM: " + text_of(one, "AlarmName"));
  return std::nullopt;
}

/// RefreshPreferences, AutoRollback: not where "the Auto Scaling group uses the launch template's
/// $Latest or $Default version".
bool launches_moving_version(const Group& group) {
  const Json& own =
      group.own_source ? group.own_source->launch_template : group.spec.launch_template;
  const std::string version = text_of(own, "Version");
  return version == "$Latest" || version == "$Default";
}

Json refresh_json(Groups& groups, const Group& group, const InstanceRefresh& refresh) {
  const std::int64_t percent = refresh_percent(groups, group, refresh);
  Json json{{"InstanceRefreshId", refresh.id},
            {"AutoScalingGroupName", group.name},
            {"Status", to_string(refresh.status)},
            {"StartTime", time_text(refresh.start)},
            {"PercentageComplete", percent},
            {"InstancesToUpdate", refresh_left(groups, group, refresh)},
            {"Preferences", refresh.preferences_given},
            {"Strategy", "Rolling"}};
  if (refresh.rollback)
    json["RollbackDetails"] = {{"RollbackReason", refresh.rollback->reason},
                               {"RollbackStartTime", time_text(refresh.rollback->start)},
                               {"PercentageCompleteOnRollback", refresh.rollback->percent},
                               {"InstancesToUpdateOnRollback", refresh.rollback->to_update}};
  const std::string waits = refresh_waits_for(groups, group, refresh);
  if (!waits.empty() || !refresh.reason.empty())
    json["StatusReason"] = waits.empty() ? refresh.reason : waits;
  if (refresh.end) json["EndTime"] = time_text(*refresh.end);
  if (!refresh.desired.is_null()) json["DesiredConfiguration"] = refresh.desired;
  return json;
}

Json shown(const RefreshPreferences& wanted) {
  const auto seconds = [](Duration time) {
    return std::chrono::floor<std::chrono::seconds>(time).count();
  };
  const auto what = [](WhatOf of, const char* replaced) {
    return of == WhatOf::wait ? "Wait" : of == WhatOf::ignore ? "Ignore" : replaced;
  };
  Json json{{"MinHealthyPercentage", wanted.min_healthy},
            {"MaxHealthyPercentage", wanted.max_healthy},
            {"InstanceWarmup", seconds(wanted.warmup)},
            {"SkipMatching", wanted.skip_matching},
            {"AutoRollback", wanted.auto_rollback},
            {"ScaleInProtectedInstances", what(wanted.protected_ones, "Refresh")},
            {"StandbyInstances", what(wanted.standby_ones, "Terminate")}};
  if (!wanted.checkpoints.empty()) {
    json["CheckpointPercentages"] = wanted.checkpoints;
    json["CheckpointDelay"] = seconds(wanted.checkpoint_delay);
  }
  if (wanted.bake > Duration{}) json["BakeTime"] = seconds(wanted.bake);
  if (!wanted.alarms.empty()) json["AlarmSpecification"] = {{"Alarms", wanted.alarms}};
  return json;
}

}  // namespace

ApiResult<Json> start_instance_refresh(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  if (active_refresh(group) != nullptr)
    return ApiError{"InstanceRefreshInProgress",
                    "An Instance Refresh is already in progress and blocks the execution of this "
                    "Instance Refresh."};
  const std::string strategy = text_of(request.input, "Strategy");
  if (strategy == "ReplaceRootVolume")
    return ApiError{"NotSimulated", "the strategy ReplaceRootVolume is not simulated"};
  if (!strategy.empty() && strategy != "Rolling")
    return refresh_error("Strategy must be Rolling or ReplaceRootVolume");
  auto preferences = read_preferences(group, member(request.input, "Preferences"));
  if (!preferences) return preferences.error();
  const Json& desired = member(request.input, "DesiredConfiguration");
  if (auto wrong = wrong_configuration(groups, group, desired)) return *std::move(wrong);
  if (preferences->auto_rollback && desired.is_null())
    return refresh_error("AutoRollback requires a DesiredConfiguration");
  if (preferences->auto_rollback && launches_moving_version(group))
    return refresh_error(
        "AutoRollback is not supported for the versions $Latest and $Default of a launch template");
  if (auto rings = alarm_rings(groups, group, *preferences)) return *std::move(rings);
  if (group.refreshes.size() >= kKeptRefreshes) group.refreshes.pop_front();
  InstanceRefresh& refresh = group.refreshes.emplace_back();
  refresh.id = groups.cloud.next_uuid("instance refresh");
  refresh.preferences_given = shown(*preferences);
  refresh.preferences = std::move(*preferences);
  refresh.desired = desired;
  const std::string id = refresh.id;
  begin_refresh(groups, group);
  return Json{{"InstanceRefreshId", id}};
}

namespace {

/// The group whose refresh runs, or the error.
ApiResult<Group*> refreshing_group(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const InstanceRefresh* const refresh = active_refresh(**group);
  if (refresh == nullptr || refresh->status == RefreshStatus::cancelling)
    return ApiError{"ActiveInstanceRefreshNotFound",
                    "No in progress or pending Instance Refresh found for Auto Scaling group " +
                        (*group)->name};
  return group;
}

}  // namespace

ApiResult<Json> cancel_instance_refresh(Groups& groups, const Request& request) {
  const auto group = refreshing_group(groups, request);
  if (!group) return group.error();
  const std::string id = active_refresh(**group)->id;
  cancel_refresh(groups, **group);
  return Json{{"InstanceRefreshId", id}};
}

/// "You can only roll back [one that] has a desired configuration."
ApiResult<Json> rollback_instance_refresh(Groups& groups, const Request& request) {
  const auto group = refreshing_group(groups, request);
  if (!group) return group.error();
  const InstanceRefresh& refresh = *active_refresh(**group);
  if (refresh.desired.is_null() || refresh.status == RefreshStatus::rollback_in_progress ||
      launches_moving_version(**group))
    return ApiError{"IrreversibleInstanceRefresh",
                    "The instance refresh cannot be rolled back: it has no desired configuration, "
                    "or is rolled back already."};
  const std::string id = refresh.id;
  roll_back_refresh(groups, **group, "Rolled back due to user request.");
  return Json{{"InstanceRefreshId", id}};
}

ApiResult<Json> describe_instance_refreshes(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  const auto page = read_page(request.input, 50);  // API default
  if (!page) return page.error();
  const Group& group = **found;
  const auto ids = texts_of(request.input, "InstanceRefreshIds");
  Json list = Json::array();
  std::size_t index = 0;
  bool more = false;
  for (auto one = group.refreshes.rbegin(); one != group.refreshes.rend(); ++one) {  // newest first
    if (!ids.empty() && std::ranges::count(ids, one->id) == 0) continue;
    const std::size_t at = index++;
    if (at >= page->from + page->size) more = true;
    if (at >= page->from && !more) list.push_back(refresh_json(groups, group, *one));
  }
  Json answer{{"InstanceRefreshes", std::move(list)}};
  if (more) answer["NextToken"] = std::to_string(page->from + page->size);
  return answer;
}

}  // namespace opsim::compute
