// What a service is told to be.
// AWS: ECS API Reference, CreateService, UpdateService, DeploymentConfiguration.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

ApiError bad_parameter(std::string message) {
  return {"InvalidParameterException", std::move(message)};
}

/// "strategy: ROLLING, BLUE_GREEN, LINEAR, CANARY"; bakeTimeInMinutes 0 to 1,440.
ApiResult<void> read_strategy(DeploymentStrategy& strategy, const Json& given) {
  using std::chrono::minutes;
  if (const std::string name = input::text(given, "strategy"); !name.empty()) strategy.name = name;
  if (strategy.name != "ROLLING" && strategy.name != "BLUE_GREEN" && strategy.name != "LINEAR" &&
      strategy.name != "CANARY")
    return bad_parameter("strategy must be one of ROLLING, BLUE_GREEN, LINEAR, CANARY.");
  if (const auto bake = input::integer(given, "bakeTimeInMinutes")) {
    if (*bake < 0 || *bake > 1'440)
      return bad_parameter("bakeTimeInMinutes must be between 0 and 1440.");
    strategy.bake = minutes{*bake};
  }
  const bool canary = strategy.name == "CANARY";
  const Json& steps = input::member(given, canary ? "canaryConfiguration" : "linearConfiguration");
  if (canary || strategy.name == "LINEAR") {
    strategy.step_percent =
        input::integer(steps, canary ? "canaryPercent" : "stepPercent").value_or(canary ? 5 : 10);
    strategy.step_bake =
        minutes{input::integer(steps, canary ? "canaryBakeTimeInMinutes" : "stepBakeTimeInMinutes")
                    .value_or(canary ? 10 : 6)};
    if (strategy.step_percent < 1 || strategy.step_percent > 100)
      return bad_parameter("The percentage of a traffic step must be between 1 and 100.");
  }
  const Json& hooks = input::member(given, "lifecycleHooks");
  if (!hooks.is_array()) return {};
  strategy.hooks.clear();
  for (const Json& hook : hooks)
    strategy.hooks.push_back(
        {input::text(hook, "hookTargetArn"), input::texts(hook, "lifecycleStages")});
  return {};
}

ApiResult<void> read_deployment(ServiceSpec& spec, const Json& input) {
  const Json& given = input::member(input, "deploymentConfiguration");
  if (given.is_null()) return {};
  spec.minimum_healthy =
      input::integer(given, "minimumHealthyPercent").value_or(spec.minimum_healthy);
  spec.maximum = input::integer(given, "maximumPercent").value_or(spec.maximum);
  if (spec.minimum_healthy < 0 || spec.minimum_healthy > 100)
    return bad_parameter("minimumHealthyPercent must be between 0 and 100.");
  if (spec.maximum < 100 || spec.maximum > 10'000)
    return bad_parameter("maximumPercent must be 100 or more.");
  if (spec.minimum_healthy == 100 && spec.maximum == 100)
    return bad_parameter(
        "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block "
        "deployments.");
  if (auto read = read_strategy(spec.strategy, given); !read) return read.error();
  if (const Json& breaker = input::member(given, "deploymentCircuitBreaker"); breaker.is_object()) {
    spec.breaker = input::boolean(breaker, "enable").value_or(false);
    spec.breaker_rolls_back = input::boolean(breaker, "rollback").value_or(false);
  }
  if (const Json& alarms = input::member(given, "alarms"); alarms.is_object()) {
    const bool on = input::boolean(alarms, "enable").value_or(false);
    spec.alarms = on ? input::texts(alarms, "alarmNames") : std::vector<std::string>{};
    spec.alarms_roll_back = input::boolean(alarms, "rollback").value_or(false);
  }
  return {};
}

void read_load_balancers(ServiceSpec& spec, const Json& input) {
  const Json& given = input::member(input, "loadBalancers");
  if (!given.is_array()) return;
  spec.load_balancers.clear();
  for (const Json& one : given) {
    const Json& advanced = input::member(one, "advancedConfiguration");
    spec.load_balancers.push_back(
        {.target_group = input::text(one, "targetGroupArn"),
         .container = input::text(one, "containerName"),
         .port = input::integer(one, "containerPort").value_or(0),
         .alternate = input::text(advanced, "alternateTargetGroupArn"),
         .production_rule = input::text(advanced, "productionListenerRule"),
         .test_rule = input::text(advanced, "testListenerRule")});
  }
}

void read_network(ServiceSpec& spec, const Json& input) {
  const Json& given = input::member(input, "networkConfiguration");
  if (!given.is_object()) return;
  spec.network = in_api_case(given);
  const Json& vpc = input::member(given, "awsvpcConfiguration");
  spec.subnets = input::texts(vpc, "subnets");
}

ApiResult<void> read_launch(ServiceSpec& spec, const Json& input) {
  if (const std::string type = input::text(input, "launchType"); !type.empty())
    spec.launch_type = type;
  const Json& strategy = input::member(input, "capacityProviderStrategy");
  if (!strategy.is_array() || strategy.empty()) return {};
  auto providers = read_provider_strategy(strategy);
  if (!providers) return providers.error();
  spec.providers = *std::move(providers);
  spec.launch_type = spec.providers.front().name.starts_with("FARGATE") ? "FARGATE" : "EC2";
  return {};
}

ApiResult<void> read_constraints(ServiceSpec& spec, const Json& input) {
  const Json& given = input::member(input, "placementConstraints");
  if (!given.is_array()) return {};
  spec.placement_constraints = in_api_case(given);
  for (const Json& one : spec.placement_constraints) {
    const std::string type = input::text(one, "type");
    if (type == "distinctInstance") continue;
    if (type != "memberOf") return bad_parameter("Unknown placement constraint type.");
    if (!holds(input::text(one, "expression"), {}))
      return bad_parameter(fmt::format("Expression {} is not valid.", one["expression"].dump()));
  }
  return {};
}

/// "ENABLED where no value is specified in a create request"; not where the service may not have
/// more than its desired count, and not for daemons (service-rebalancing).
ApiResult<void> read_rebalancing(ServiceSpec& spec, const Json& input) {
  const std::string given = input::text(input, "availabilityZoneRebalancing");
  const bool may = spec.maximum > 100 && !spec.daemon;
  if (given == "ENABLED" && !may)
    return bad_parameter(
        "Availability Zone rebalancing needs a maximumPercent above 100, and the strategy "
        "REPLICA.");
  if (!given.empty()) spec.rebalances = given == "ENABLED";
  spec.rebalances = spec.rebalances && may;
  return {};
}

}  // namespace

ApiResult<ServiceSpec> read_service(const Json& input, const ServiceSpec& before) {
  ServiceSpec spec = before;
  if (const auto desired = input::integer(input, "desiredCount")) spec.desired = *desired;
  if (spec.desired < 0 || spec.desired > 5'000)  // quota: tasks per service
    return bad_parameter("desiredCount must be between 0 and 5000.");
  if (const auto grace = input::integer(input, "healthCheckGracePeriodSeconds")) {
    if (*grace < 0 || *grace > 2'147'483'647)
      return bad_parameter("healthCheckGracePeriodSeconds must be between 0 and 2147483647.");
    spec.grace = std::chrono::seconds{*grace};
  }
  if (input::text(input, "schedulingStrategy") == "DAEMON") {
    spec.daemon = true;
    spec.minimum_healthy = 0;  // API DeploymentConfiguration, the defaults of DAEMON
    spec.maximum = 100;
  }
  const Json& controller = input::member(input, "deploymentController");
  if (const std::string type = input::text(controller, "type"); !type.empty())
    spec.controller = type;
  if (spec.controller != "ECS" && spec.controller != "CODE_DEPLOY" && spec.controller != "EXTERNAL")
    return bad_parameter("Invalid deployment controller type.");
  if (auto read = read_launch(spec, input); !read) return read.error();
  read_load_balancers(spec, input);
  read_network(spec, input);
  if (const Json& strategy = input::member(input, "placementStrategy"); strategy.is_array())
    spec.placement_strategy = in_api_case(strategy);
  if (const Json& same = input::member(input, "placementStrategies"); same.is_array())
    spec.placement_strategy = in_api_case(same);  // CloudFormation's name of it
  if (auto read = read_deployment(spec, input); !read) return read.error();
  if (auto read = read_constraints(spec, input); !read) return read.error();
  if (auto read = read_rebalancing(spec, input); !read) return read.error();
  if (spec.daemon && spec.launch_type == "FARGATE")
    return bad_parameter("The daemon scheduling strategy is not supported on Fargate.");
  return spec;
}

ApiResult<Service*> add_service(Ecs& ecs, const Place& place, const Json& input,
                                std::string_view display) {
  const Cluster* cluster = ecs.cluster(place, input::text(input, "cluster"));
  if (cluster == nullptr || !cluster->active)
    return ApiError{"ClusterNotFoundException", "Cluster not found."};
  const auto definition = ecs.definition(place, input::text(input, "taskDefinition"));
  if (definition == nullptr || !definition->active)
    return ApiError{"ClientException", "Unable to find task definition."};
  ServiceSpec standard;
  standard.name = input::text(input, "serviceName");
  standard.cluster = cluster->name;
  if (!definition->fargate) standard.launch_type = "EC2";
  // "If no launch type and no strategy is given, the cluster's default strategy is used."
  if (input::text(input, "launchType").empty() && !cluster->default_strategy.empty())
    if (auto read =
            read_launch(standard, {{"capacityProviderStrategy", cluster->default_strategy}});
        !read)
      return read.error();
  if (standard.name.empty()) return bad_parameter("serviceName should not be null or empty.");
  ApiResult<ServiceSpec> spec = read_service(input, standard);
  if (!spec) return spec.error();
  if (spec->launch_type == "FARGATE" && !definition->fargate)
    return bad_parameter("Task definition does not support launch_type FARGATE.");
  if (definition->network_mode == "awsvpc" && spec->subnets.empty() && spec->network.is_null())
    return bad_parameter(
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  for (const LoadBalancerRef& ref : spec->load_balancers)
    if (std::ranges::find(definition->containers, ref.container, &ContainerSpec::name) ==
        definition->containers.end())
      return bad_parameter(
          fmt::format("The container {} does not exist in the task definition.", ref.container));
  const std::string arn =
      opsim::arn(place, "ecs", fmt::format("service/{}/{}", cluster->name, spec->name));
  Service& service = ecs.services[arn];
  if (!service.arn.empty() && (service.active || !service.tasks.empty()))
    return bad_parameter("Creation of service was not idempotent.");
  ecs.sim().cancel(service.look);
  service = Service{};
  service.arn = arn;
  service.display = display.empty() ? spec->name : std::string{display};
  service.place = place;
  service.spec = *std::move(spec);
  service.created = ecs.now();
  service.lost_minutes = {.from = ecs.now(), .highest = 1e15};
  begin_deployment(ecs, service, definition, "");
  return &service;
}

}  // namespace opsim::ecs
