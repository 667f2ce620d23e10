// Task sets: the tasks of a service whose deployments somebody else looks after (CodeDeploy).
// AWS: ECS API Reference, CreateTaskSet, DeleteTaskSet, UpdateTaskSet, UpdateServicePrimaryTaskSet,
// TaskSet: "computedDesiredCount: the computed desired count for the task set, calculated by
// multiplying the service's desiredCount by the task set's scale percentage. The result is always
// rounded up"; "stabilityStatus: STEADY_STATE when the running count equals the computed desired
// count, the pending count is 0, ... and all tasks are reporting a healthy status from the load
// balancers".
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

std::int64_t desired_of(const Service& service, const Deployment& set) {
  return set.set.leaving ? 0 : (service.spec.desired * set.set.scale + 99) / 100;
}

std::vector<Task*> tasks_of_set(const Service& service, const Deployment& set) {
  std::vector<Task*> found;
  for (const auto& [arn, task] : service.tasks)
    if (task->deployment == set.id && task->wanted) found.push_back(task);
  return found;
}

}  // namespace

bool is_steady(const Service& service, const Deployment& set) {
  const std::vector<Task*> tasks = tasks_of_set(service, set);
  return static_cast<std::int64_t>(tasks.size()) == desired_of(service, set) &&
         std::ranges::all_of(tasks, [](const Task* task) { return is_healthy(*task); });
}

namespace {

/// "(service name, taskSet id) has started 1 tasks: (task id)."
void tell_set(Ecs& ecs, Service& service, const Deployment& set, std::string_view what) {
  if (ecs.now() == ecs.sim().start()) return;  // it stood there before
  add_message(ecs, service,
              fmt::format("(service {}, taskSet {}) {}.", service.spec.name, set.id, what));
}

std::string task_text(const Task& task) {
  return fmt::format("(task {})", task.arn.substr(task.arn.rfind('/') + 1));
}

void stop_surplus(Ecs& ecs, Service& service, const Deployment& set, std::vector<Task*>& tasks,
                  std::int64_t wanted) {
  while (static_cast<std::int64_t>(tasks.size()) > wanted) {
    tell_set(ecs, service, set,
             fmt::format("has stopped 1 running tasks: {}", task_text(*tasks.back())));
    stop_task(ecs, *tasks.back(), "ServiceSchedulerInitiated",
              fmt::format("Scaling activity initiated by (task set {})", set.id));
    tasks.pop_back();
  }
}

void start_missing(Ecs& ecs, Service& service, const Deployment& set, std::int64_t count) {
  if (count > 0 && ecs.now() < service.no_start_before) {
    ecs.sim().cancel(service.look);
    service.look =
        ecs.sim().at(service.no_start_before, [&ecs, &service] { look_now(ecs, service); });
    return;
  }
  std::string started;
  std::int64_t begun = 0;
  for (; count > 0; --count) {
    const TaskOrder order{.place = service.place,
                          .cluster = service.spec.cluster,
                          .service = &service,
                          .deployment = set.id,
                          .definition = set.definition,
                          .launch_type = service.spec.launch_type,
                          .group = fmt::format("service:{}", service.spec.name),
                          .started_by = set.id,
                          .subnets = service.spec.subnets,
                          .why = {},
                          .capacity_provider = choose_provider(service, set.id)};
    const Task* const task = start_task(ecs, order);
    if (task == nullptr) break;
    started += fmt::format("{}{}", started.empty() ? "" : " ", task_text(*task));
    ++begun;
  }
  if (begun > 0)
    tell_set(ecs, service, set, fmt::format("has started {} tasks: {}", begun, started));
}

void keep(Ecs& ecs, Service& service, Deployment& set) {
  std::vector<Task*> tasks = tasks_of_set(service, set);
  std::erase_if(tasks, [&](Task* task) {
    if (!is_unhealthy(ecs, *task)) return false;
    stop_task(ecs, *task, "ServiceSchedulerInitiated", failed_checks(*task));
    return true;
  });
  const std::int64_t wanted = desired_of(service, set);
  stop_surplus(ecs, service, set, tasks, wanted);
  start_missing(ecs, service, set, wanted - static_cast<std::int64_t>(tasks.size()));
  if (set.state == RolloutState::in_progress && is_steady(service, set)) {
    // A deployment with two environments has more to do than to stand.
    if (set.set.news != nullptr) return set.set.news->notify_all();
    set.state = RolloutState::completed;
    set.updated = ecs.now();
  }
}

}  // namespace

const std::vector<LoadBalancerRef>& balancers_of(const Service& service,
                                                 std::string_view deployment) {
  if (!service.spec.uses_sets()) return service.spec.load_balancers;
  const auto set = std::ranges::find(service.deployments, deployment, &Deployment::id);
  return set == service.deployments.end() ? service.spec.load_balancers : set->set.load_balancers;
}

void look_at_sets(Ecs& ecs, Service& service) {
  service.lost.clear();
  for (Deployment& set : service.deployments) keep(ecs, service, set);
  std::erase_if(service.deployments, [&](const Deployment& set) {
    return set.set.leaving && std::ranges::none_of(service.tasks, [&](const auto& entry) {
             return entry.second->deployment == set.id;
           });
  });
  update_insights(ecs, service);
  refresh_service_health(ecs, service);
}

namespace {

std::string set_arn(const Service& service, const Deployment& set) {
  return opsim::arn(
      service.place, "ecs",
      fmt::format("task-set/{}/{}/{}", service.spec.cluster, service.spec.name, set.id));
}

Json set_json(Service& service, const Deployment& set) {
  Json balancers = Json::array();
  for (const LoadBalancerRef& ref : set.set.load_balancers)
    balancers.push_back({{"targetGroupArn", ref.target_group},
                         {"containerName", ref.container},
                         {"containerPort", ref.port}});
  const std::vector<Task*> tasks = tasks_of_set(service, set);
  const auto running = std::ranges::count_if(tasks, [](const Task* task) { return task->is_up(); });
  Json shown{{"id", set.id},
             {"taskSetArn", set_arn(service, set)},
             {"serviceArn", service.arn},
             {"status", set.set.leaving                  ? "DRAINING"
                        : set.id == service.primary().id ? "PRIMARY"
                                                         : "ACTIVE"},
             {"taskDefinition", set.definition->arn},
             {"launchType", service.spec.launch_type},
             {"loadBalancers", std::move(balancers)},
             {"scale", {{"unit", "PERCENT"}, {"value", set.set.scale}}},
             {"computedDesiredCount", desired_of(service, set)},
             {"runningCount", running},
             {"pendingCount", static_cast<std::int64_t>(tasks.size()) - running},
             {"stabilityStatus", is_steady(service, set) ? "STEADY_STATE" : "STABILIZING"},
             {"createdAt", iso8601(set.created)},
             {"updatedAt", iso8601(set.updated)}};
  if (!set.set.external_id.empty()) shown["externalId"] = set.set.external_id;
  return shown;
}

struct AskedSet {
  Service* service = nullptr;
  Deployment* set = nullptr;
  ApiError wrong = {};
};

AskedSet asked_service(Ecs& ecs, const Request& request) {
  AskedSet asked;
  const Cluster* cluster = ecs.cluster(request.place(), input::text(request.input, "cluster"));
  if (cluster == nullptr) {
    asked.wrong = {"ClusterNotFoundException", "Cluster not found."};
    return asked;
  }
  Service* service = ecs.service(*cluster, input::text(request.input, "service"));
  if (service == nullptr)
    asked.wrong = {"ServiceNotFoundException", "Service not found."};
  else if (!service->active)
    asked.wrong = {"ServiceNotActiveException", "Service was not ACTIVE."};
  else if (service->spec.controller == "ECS")
    asked.wrong = {
        "InvalidParameterException",
        "Amazon ECS only supports task sets for services with an EXTERNAL or CODE_DEPLOY "
        "deployment controller."};
  else
    asked.service = service;
  return asked;
}

/// By id or ARN.
AskedSet asked_set(Ecs& ecs, const Request& request, std::string_view member) {
  AskedSet asked = asked_service(ecs, request);
  if (asked.service == nullptr) return asked;
  const std::string wanted = input::text(request.input, member);
  for (Deployment& set : asked.service->deployments)
    if (!set.set.leaving && (set.id == wanted || set_arn(*asked.service, set) == wanted))
      asked.set = &set;
  if (asked.set == nullptr)
    asked.wrong = {"TaskSetNotFoundException", "The specified task set wasn't found."};
  return asked;
}

ApiResult<std::int64_t> read_scale(const Json& scale, std::int64_t otherwise) {
  if (scale.is_null()) return otherwise;
  const auto value = input::integer(scale, "value");
  if (!value || *value < 0 || *value > 100)
    return ApiError{"InvalidParameterException", "The scale value must be between 0 and 100."};
  return *value;
}

void tell_set(Ecs& ecs, const Service& service, std::string text) {
  ecs.cloud.journal().write({.kind = EntryKind::resource,
                             .level = Level::story,
                             .subject = service.display,
                             .text = std::move(text),
                             .source = std::string{ecs.cloud.resources().source_of(service.arn)},
                             .detail = {{"act", "task set"}, {"resource", service.arn}}});
}

std::string words_of(const Deployment& set) {
  return fmt::format("task set of {}:{}", set.definition->family, set.definition->revision);
}

}  // namespace

Json task_sets_json(Ecs& /*ecs*/, Service& service) {
  Json shown = Json::array();
  for (const Deployment& set : service.deployments) shown.push_back(set_json(service, set));
  return shown;
}

ApiResult<Json> create_task_set(Ecs& ecs, const Request& request) {
  const AskedSet asked = asked_service(ecs, request);
  if (asked.service == nullptr) return asked.wrong;
  Service& service = *asked.service;
  const auto definition =
      ecs.definition(request.place(), input::text(request.input, "taskDefinition"));
  if (definition == nullptr || !definition->active)
    return ApiError{"ClientException", "Unable to find task definition."};
  const ApiResult<std::int64_t> scale = read_scale(input::member(request.input, "scale"), 100);
  if (!scale) return scale.error();
  Deployment set;
  set.id = fmt::format("ecs-svc/{:019d}", ++ecs.deployments_made);
  set.definition = definition;
  set.created = set.updated = ecs.now();
  set.set.external_id = input::text(request.input, "externalId");
  set.set.scale = *scale;
  if (const Json& given = input::member(request.input, "loadBalancers"); given.is_array())
    for (const Json& one : given)
      set.set.load_balancers.push_back({.target_group = input::text(one, "targetGroupArn"),
                                        .container = input::text(one, "containerName"),
                                        .port = input::integer(one, "containerPort").value_or(0)});
  tell_set(ecs, service, words_of(set) + " is created");
  service.deployments.push_back(std::move(set));
  look_now(ecs, service);
  return Json{{"taskSet", set_json(service, service.deployments.back())}};
}

/// "force: allows a task set to be deleted even if it hasn't been scaled down to zero."
ApiResult<Json> delete_task_set(Ecs& ecs, const Request& request) {
  const AskedSet asked = asked_set(ecs, request, "taskSet");
  if (asked.set == nullptr) return asked.wrong;
  if (asked.set->id == asked.service->primary().id && asked.service->deployments.size() > 1)
    return ApiError{"InvalidParameterException", "The primary task set cannot be deleted."};
  if (asked.set->set.scale > 0 && !input::boolean(request.input, "force").value_or(false))
    return ApiError{"InvalidParameterException",
                    "The TaskSet cannot be deleted while it is scaled above 0. Use force."};
  asked.set->set.leaving = true;
  asked.set->updated = ecs.now();
  tell_set(ecs, *asked.service, words_of(*asked.set) + " is deleted");
  const Json shown = set_json(*asked.service, *asked.set);
  look_now(ecs, *asked.service);
  return Json{{"taskSet", shown}};
}

ApiResult<Json> describe_task_sets(Ecs& ecs, const Request& request) {
  const AskedSet asked = asked_service(ecs, request);
  if (asked.service == nullptr) return asked.wrong;
  const std::vector<std::string> wanted = input::texts(request.input, "taskSets");
  Json shown = Json::array();
  for (const Deployment& set : asked.service->deployments)
    if (wanted.empty() || std::ranges::find(wanted, set.id) != wanted.end() ||
        std::ranges::find(wanted, set_arn(*asked.service, set)) != wanted.end())
      shown.push_back(set_json(*asked.service, set));
  return Json{{"taskSets", std::move(shown)}, {"failures", Json::array()}};
}

ApiResult<Json> update_task_set(Ecs& ecs, const Request& request) {
  const AskedSet asked = asked_set(ecs, request, "taskSet");
  if (asked.set == nullptr) return asked.wrong;
  const ApiResult<std::int64_t> scale =
      read_scale(input::member(request.input, "scale"), asked.set->set.scale);
  if (!scale) return scale.error();
  asked.set->set.scale = *scale;
  asked.set->updated = ecs.now();
  const std::string id = asked.set->id;
  look_now(ecs, *asked.service);
  const auto found = std::ranges::find(asked.service->deployments, id, &Deployment::id);
  return Json{{"taskSet", set_json(*asked.service, *found)}};
}

/// "Any parameters that are updated on the primary task set in a service will transition to the
/// service": its task definition and its load balancers are the service's.
ApiResult<Json> update_service_primary_task_set(Ecs& ecs, const Request& request) {
  const AskedSet asked = asked_set(ecs, request, "primaryTaskSet");
  if (asked.set == nullptr) return asked.wrong;
  Service& service = *asked.service;
  const std::string id = asked.set->id;
  std::ranges::stable_partition(service.deployments,
                                [&](const Deployment& set) { return set.id == id; });
  Deployment& primary = service.primary();
  primary.updated = ecs.now();
  service.last_good = primary.definition;
  service.spec.load_balancers = primary.set.load_balancers;
  tell_set(ecs, service, words_of(primary) + " is the primary one");
  return Json{{"taskSet", set_json(service, primary)}};
}

}  // namespace opsim::ecs
