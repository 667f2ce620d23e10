// Activities: tasks that workers anywhere fetch, do and answer for.
// AWS: concepts-activities; API Reference, GetActivityTask ("holds the connection open for up to 60
// seconds").
#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

constexpr Duration kLongPoll = std::chrono::seconds{60};

ApiError no_activity(std::string_view arn) {
  return {"ActivityDoesNotExist", fmt::format("Activity Does Not Exist: '{}'", arn)};
}

bool activity_name(std::string_view name) {
  constexpr std::string_view kForbidden = "<>{}[]?*\"#%\\^|~`$&,;:/ ";
  return !name.empty() && name.size() <= 80 && std::ranges::none_of(name, [&](char c) {
    return kForbidden.find(c) != std::string_view::npos || static_cast<unsigned char>(c) < 0x20;
  });
}

ApiResult<Activity*> add_activity(StepFunctions& states, const Place& place, std::string name,
                                  std::map<std::string, std::string> tags) {
  if (!activity_name(name)) return ApiError{"InvalidName", fmt::format("Invalid Name: '{}'", name)};
  std::string activity_arn = arn(place, "states", fmt::format("activity:{}", name));
  std::unique_ptr<Activity>& kept = states.activities[activity_arn];
  if (kept != nullptr) return kept.get();  // "CreateActivity is an idempotent API"
  kept = std::make_unique<Activity>(states.cloud.sim());
  kept->place = place;
  kept->arn = std::move(activity_arn);
  kept->name = std::move(name);
  kept->created = states.cloud.sim().now();
  kept->tags = std::move(tags);
  return kept.get();
}

Json shown(const Activity& activity) {
  return {{"activityArn", activity.arn},
          {"name", activity.name},
          {"creationDate", iso8601(activity.created)}};
}

/// The oldest task that still waits for a worker.
std::optional<Activity::Task> next_task(StepFunctions& states, Activity& activity) {
  while (!activity.scheduled.empty()) {
    Activity::Task task = std::move(activity.scheduled.front());
    activity.scheduled.pop_front();
    if (states.tokens.contains(task.token)) return task;  // else it timed out meanwhile
  }
  return std::nullopt;
}

}  // namespace

ApiResult<Json> create_activity(StepFunctions& states, const Request& request) {
  const ApiResult<Activity*> made =
      add_activity(states, request.place(), input::text(request.input, "name"),
                   input::tags(input::member(request.input, "tags")));
  if (!made) return made.error();
  return Json{{"activityArn", (*made)->arn}, {"creationDate", iso8601((*made)->created)}};
}

ApiResult<Json> delete_activity(StepFunctions& states, const Request& request) {
  const auto at = states.activities.find(input::text(request.input, "activityArn"));
  if (at != states.activities.end()) states.activities.erase(at);
  return Json::object();
}

ApiResult<Json> describe_activity(StepFunctions& states, const Request& request) {
  const std::string arn = input::text(request.input, "activityArn");
  const auto at = states.activities.find(arn);
  if (at == states.activities.end()) return no_activity(arn);
  return shown(*at->second);
}

ApiResult<Json> list_activities(StepFunctions& states, const Request& request) {
  Json list = Json::array();
  for (const auto& [arn, activity] : states.activities)
    if (activity->place == request.place()) list.push_back(shown(*activity));
  return Json{{"activities", std::move(list)}};
}

Process<ApiResult<Json>> get_activity_task(StepFunctions& states, Request request) {
  const std::string arn = input::text(request.input, "activityArn");
  const std::string worker = input::text(request.input, "workerName");
  const SimTime deadline = states.cloud.sim().now() + kLongPoll;
  while (true) {
    const auto at = states.activities.find(arn);
    if (at == states.activities.end()) co_return no_activity(arn);
    if (std::optional<Activity::Task> task = next_task(states, *at->second)) {
      Waiting& waiting = *states.tokens.at(task->token);
      waiting.worker = worker;
      waiting.fetched = waiting.heard = states.cloud.sim().now();
      waiting.changed.notify_all();
      co_return Json{{"taskToken", task->token}, {"input", task->input}};
    }
    const Duration left = deadline - states.cloud.sim().now();
    // "If no task becomes available within 60 seconds, the result is a null taskToken"
    if (left <= Duration{}) co_return Json{{"taskToken", nullptr}, {"input", nullptr}};
    co_await at->second->arrived.wait_for(left);
  }
}

ApiResult<Created> create_activity_resource(StepFunctions& states, const ResourceRequest& request) {
  const ApiResult<Activity*> made =
      add_activity(states, request.place, input::text(request.properties, "Name"),
                   input::tags(input::member(request.properties, "Tags")));
  if (!made) return made.error();
  return Created{(*made)->arn, (*made)->arn, {{"Arn", (*made)->arn}, {"Name", (*made)->name}}};
}

}  // namespace opsim::step_functions
