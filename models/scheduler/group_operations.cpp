// Operations on groups of schedules and their tags.
#include <fmt/format.h>

#include <algorithm>

#include "models/scheduler/scheduler.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::scheduler {

namespace {

constexpr std::size_t kMostGroups = 500;  // scheduler-quotas

double seconds_since_epoch(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

ApiError no_group(std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("Schedule group {} does not exist.", name), 404};
}

Json group_json(const std::string& name, const Group& group) {
  return {{"Arn", group.arn},
          {"Name", name},
          {"State", "ACTIVE"},
          {"CreationDate", seconds_since_epoch(group.created)},
          {"LastModificationDate", seconds_since_epoch(group.created)}};
}

/// The group whose ARN is "ResourceArn"; only groups have tags.
Group* tagged_group(Scheduler& scheduler, const Request& request) {
  const std::string arn = input::text(request.input, "ResourceArn");
  for (auto& [name, group] : scheduler.at(request.place()).groups)
    if (group.arn == arn) return &group;
  return nullptr;
}

ApiError no_such_arn(const Request& request) {
  return {"ResourceNotFoundException",
          fmt::format("{} does not exist.", input::text(request.input, "ResourceArn")), 404};
}

}  // namespace

ApiResult<Json> create_schedule_group(Scheduler& scheduler, const Request& request) {
  if (auto again = repeated(scheduler.at(request.place()), request.input)) return *again;
  const std::string name = input::text(request.input, "Name");
  if (name.empty() || name.size() > 64)
    return ApiError{"ValidationException",
                    "1 validation error detected: Value at 'name' failed to satisfy constraint: "
                    "Member must have length between 1 and 64"};
  auto& groups = scheduler.at(request.place()).groups;
  if (name == "default")  // measured: cdk-preflight, pf-scheduler-group-name-default
    return ApiError{"ValidationException",
                    "This operation cannot be performed on schedule group default."};
  if (groups.contains(name))
    return ApiError{"ConflictException", fmt::format("Schedule group {} already exists.", name),
                    409};
  if (groups.size() >= kMostGroups)
    return ApiError{"ServiceQuotaExceededException",
                    "The request would exceed the quota of schedule groups.", 402};
  Group& group = groups[name];
  group.arn = opsim::arn(request.place(), "scheduler", "schedule-group/" + name);
  group.created = scheduler.cloud.sim().now();
  group.tags = input::tags(input::member(request.input, "Tags"));
  const Json answer{{"ScheduleGroupArn", group.arn}};
  remember(scheduler.at(request.place()), request.input, answer);
  return answer;
}

// API_DeleteScheduleGroup: its schedules go with it.
ApiResult<Json> delete_schedule_group(Scheduler& scheduler, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  Schedules& schedules = scheduler.at(request.place());
  if (name == "default")
    return ApiError{"ValidationException", "The default schedule group cannot be deleted."};
  if (schedules.groups.erase(name) == 0) return no_group(name);
  std::vector<std::shared_ptr<Schedule>> gone;
  for (const auto& [key, schedule] : schedules.all)
    if (key.first == name) gone.push_back(schedule);
  for (const auto& schedule : gone) scheduler.remove(*schedule);
  return Json::object();
}

ApiResult<Json> get_schedule_group(Scheduler& scheduler, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const auto& groups = scheduler.at(request.place()).groups;
  const auto found = groups.find(name);
  if (found == groups.end()) return no_group(name);
  return group_json(name, found->second);
}

ApiResult<Json> list_schedule_groups(Scheduler& scheduler, const Request& request) {
  const std::string prefix = input::text(request.input, "NamePrefix");
  const std::int64_t limit = std::clamp(input::integer(request.input, "MaxResults").value_or(100),
                                        std::int64_t{1}, std::int64_t{100});
  const std::int64_t skip = input::integer(request.input, "NextToken").value_or(0);
  Json answer{{"ScheduleGroups", Json::array()}};
  std::int64_t seen = 0;
  for (const auto& [name, group] : scheduler.at(request.place()).groups) {
    if (!name.starts_with(prefix) || seen++ < skip) continue;
    if (seen > skip + limit) {
      answer["NextToken"] = std::to_string(skip + limit);
      break;
    }
    answer["ScheduleGroups"].push_back(group_json(name, group));
  }
  return answer;
}

ApiResult<Json> list_tags_for_resource(Scheduler& scheduler, const Request& request) {
  const Group* group = tagged_group(scheduler, request);
  if (group == nullptr) return no_such_arn(request);
  Json list = Json::array();
  for (const auto& [key, value] : group->tags) list.push_back({{"Key", key}, {"Value", value}});
  return Json{{"Tags", std::move(list)}};
}

ApiResult<Json> tag_resource(Scheduler& scheduler, const Request& request) {
  Group* group = tagged_group(scheduler, request);
  if (group == nullptr) return no_such_arn(request);
  for (auto& [key, value] : input::tags(input::member(request.input, "Tags")))
    group->tags[key] = value;
  return Json::object();
}

ApiResult<Json> untag_resource(Scheduler& scheduler, const Request& request) {
  Group* group = tagged_group(scheduler, request);
  if (group == nullptr) return no_such_arn(request);
  for (const std::string& key : input::texts(request.input, "TagKeys")) group->tags.erase(key);
  return Json::object();
}

}  // namespace opsim::scheduler
