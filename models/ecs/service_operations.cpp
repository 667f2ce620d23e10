// AWS: ECS API Reference, the operation of the same name. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/blue_green.hpp"
#include "models/ecs/operations.hpp"
#include "models/ecs/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

ApiError no_such_cluster() { return {"ClusterNotFoundException", "Cluster not found."}; }
ApiError no_such_service() { return {"ServiceNotFoundException", "Service not found."}; }

struct Asked {
  Cluster* cluster = nullptr;
  Service* service = nullptr;
  ApiError wrong = {};
};

Asked asked_for(Ecs& ecs, const Request& request) {
  Asked asked;
  asked.cluster = ecs.cluster(request.place(), input::text(request.input, "cluster"));
  if (asked.cluster == nullptr) {
    asked.wrong = no_such_cluster();
    return asked;
  }
  asked.service = ecs.service(*asked.cluster, input::text(request.input, "service"));
  if (asked.service == nullptr) asked.wrong = no_such_service();
  if (asked.service != nullptr && !asked.service->active) {
    asked.wrong = {"ServiceNotActiveException", "Service was not ACTIVE."};
    asked.service = nullptr;
  }
  return asked;
}

/// What makes UpdateService roll out: a change of anything that tasks are made of.
bool needs_deployment(const ServiceSpec& before, const ServiceSpec& after) {
  return before.launch_type != after.launch_type || before.network != after.network ||
         before.load_balancers.size() != after.load_balancers.size() ||
         !std::ranges::equal(before.load_balancers, after.load_balancers, {},
                             &LoadBalancerRef::target_group, &LoadBalancerRef::target_group);
}

/// "For services that use the blue/green (CODE_DEPLOY) deployment controller, only the desired
/// count, deployment configuration, health check grace period, ... can be updated using this API.
/// If the network configuration, platform version, task definition, or load balancer need to be
/// updated, create a new CodeDeploy deployment."
std::optional<ApiError> refuse_of_set(const Json& input, const Service& service) {
  if (service.spec.controller == "ECS") return std::nullopt;
  for (const auto& [member, what] : {std::pair{"taskDefinition", "task definition"},
                                     std::pair{"loadBalancers", "load balancers"},
                                     std::pair{"networkConfiguration", "network configuration"}})
    if (!input::member(input, member).is_null())
      return ApiError{"InvalidParameterException",
                      fmt::format("Unable to update {} on services with a {} deployment "
                                  "controller. Use AWS CodeDeploy to trigger a new deployment.",
                                  what, service.spec.controller)};
  if (input::boolean(input, "forceNewDeployment").value_or(false))
    return ApiError{"InvalidParameterException",
                    fmt::format("Cannot force a new deployment on services with a {} deployment "
                                "controller. Use AWS CodeDeploy to trigger a new deployment.",
                                service.spec.controller)};
  return std::nullopt;
}

}  // namespace

ApiResult<Json> create_service(Ecs& ecs, const Request& request) {
  const ApiResult<Service*> made = add_service(ecs, request.place(), request.input, "");
  if (!made) return made.error();
  ecs.cloud.resources().add({.logical_id = (*made)->spec.name,
                             .type = "AWS::ECS::Service",
                             .physical_id = (*made)->arn,
                             .arn = (*made)->arn,
                             .place = request.place()});
  look_soon(ecs, **made);
  return Json{{"service", service_json(ecs, **made)}};
}

ApiResult<Json> update_service(Ecs& ecs, const Request& request) {
  const Asked asked = asked_for(ecs, request);
  if (asked.service == nullptr) return asked.wrong;
  Service& service = *asked.service;
  if (auto refused = refuse_of_set(request.input, service)) return *std::move(refused);
  ApiResult<ServiceSpec> spec = read_service(request.input, service.spec);
  if (!spec) return spec.error();
  std::shared_ptr<const TaskDefinition> definition = service.primary().definition;
  if (const std::string named = input::text(request.input, "taskDefinition"); !named.empty()) {
    const auto found = ecs.definition(request.place(), named);
    if (found == nullptr || !found->active)
      return ApiError{"ClientException", "Unable to find task definition."};
    definition = found;
  }
  const bool forced = input::boolean(request.input, "forceNewDeployment").value_or(false);
  const bool rolls =
      forced || definition != service.primary().definition || needs_deployment(service.spec, *spec);
  const std::int64_t before = service.spec.desired;
  service.spec = *std::move(spec);
  if (service.spec.desired != before) {
    emit_service_action(ecs, service, "INFO", "SERVICE_DESIRED_COUNT_UPDATED",
                        {{"desiredCount", service.spec.desired}});
    service.lost.clear();
  }
  if (rolls && service.spec.strategy.in_two()) {
    begin_blue_green(ecs, service, std::move(definition));
  } else if (rolls) {
    begin_deployment(ecs, service, std::move(definition), "");
  } else {
    look_now(ecs, service);
  }
  return Json{{"service", service_json(ecs, service)}};
}

ApiResult<Json> delete_service(Ecs& ecs, const Request& request) {
  const Asked asked = asked_for(ecs, request);
  if (asked.service == nullptr) return asked.wrong;
  Service& service = *asked.service;
  if (service.spec.desired > 0 && !input::boolean(request.input, "force").value_or(false))
    return ApiError{"InvalidParameterException",
                    "The service cannot be stopped while it is scaled above 0."};
  service.active = false;
  service.spec.desired = 0;
  const Json shown = service_json(ecs, service);
  look_now(ecs, service);
  ecs.cloud.set_health(service.arn, Health::ok, "deleted");
  ecs.cloud.resources().remove(service.arn);
  return Json{{"service", shown}};
}

ApiResult<Json> describe_services(Ecs& ecs, const Request& request) {
  const Cluster* cluster = ecs.cluster(request.place(), input::text(request.input, "cluster"));
  if (cluster == nullptr) return no_such_cluster();
  const std::vector<std::string> names = input::texts(request.input, "services");
  if (names.empty()) return ApiError{"InvalidParameterException", "Services cannot be empty."};
  if (names.size() > 10)
    return ApiError{"InvalidParameterException", "Services cannot have more than 10 items."};
  Json found = Json::array();
  Json failures = Json::array();
  for (const std::string& name : names) {
    if (Service* service = ecs.service(*cluster, name)) {
      found.push_back(service_json(ecs, *service));
    } else {
      const std::string arn = name.starts_with("arn:")
                                  ? name
                                  : opsim::arn(request.place(), "ecs",
                                               fmt::format("service/{}/{}", cluster->name, name));
      failures.push_back({{"arn", arn}, {"reason", "MISSING"}});
    }
  }
  return Json{{"services", std::move(found)}, {"failures", std::move(failures)}};
}

ApiResult<Json> list_services(Ecs& ecs, const Request& request) {
  const Cluster* cluster = ecs.cluster(request.place(), input::text(request.input, "cluster"));
  if (cluster == nullptr) return no_such_cluster();
  Json arns = Json::array();
  for (const auto& [arn, service] : ecs.services)
    if (service.active && service.place == cluster->place && service.spec.cluster == cluster->name)
      arns.push_back(arn);
  return Json{{"serviceArns", std::move(arns)}};
}

}  // namespace opsim::ecs
