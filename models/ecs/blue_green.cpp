#include "models/ecs/blue_green.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

/// How often a stage that waits for tasks looks whether something has changed (an estimate).
constexpr Duration kStageLook = std::chrono::seconds{10};

/// A deployment is found anew after each wait: others come and go meanwhile.
struct Green {
  Ecs& ecs;
  std::string service;
  std::string id;

  [[nodiscard]] Service* its_service() const { return ecs.service(service); }
  [[nodiscard]] Deployment* deployment() const {
    Service* one = its_service();
    if (one == nullptr || !one->active) return nullptr;
    const auto found = std::ranges::find(one->deployments, id, &Deployment::id);
    return found == one->deployments.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool goes_on() const {
    const Deployment* one = deployment();
    return one != nullptr && one->set.aborted.empty();
  }
};

void tell_stage(const Green& green, std::string text, std::int64_t weight = -1) {
  const Service& service = *green.its_service();
  Json detail{{"act", "blue/green"}, {"resource", service.arn}};
  if (weight >= 0) detail.update({{"of", service.display}, {"weight", weight}});
  green.ecs.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = service.display,
       .text = std::move(text),
       .source = std::string{green.ecs.cloud.resources().source_of(service.arn)},
       .detail = std::move(detail)});
}

std::string words_of_green(const Green& green) {
  const TaskDefinition& definition = *green.deployment()->definition;
  return fmt::format("{}:{}", definition.family, definition.revision);
}

/// Until `longest` is over, or something about the deployment has changed.
Process<> await_news(Green green, Duration longest) {
  const std::shared_ptr<Signal> news = green.deployment()->set.news;
  Signal::TimedWait wait = news->wait_for(longest);
  co_await wait;
}

Process<> bake(Green green, Duration lasts) {
  const SimTime until = green.ecs.now() + lasts;
  while (green.goes_on() && green.ecs.now() < until) {
    Process<> waiting = await_news(green, until - green.ecs.now());
    co_await waiting;
  }
}

Caller ecs_as_caller(const Service& service) {
  return {
      .place = service.place, .principal = "ecs.amazonaws.com", .invoked_by = "ecs.amazonaws.com"};
}

/// The rule, or the listener, forwards so many per cent to the green target group.
Process<> weigh_rule(Green green, std::string rule, LoadBalancerRef ref, std::int64_t percent) {
  const Service& service = *green.its_service();
  Json groups = Json::array();
  groups.push_back({{"TargetGroupArn", ref.target_group}, {"Weight", 100 - percent}});
  groups.push_back({{"TargetGroupArn", ref.alternate}, {"Weight", percent}});
  Json actions = Json::array(
      {{{"Type", "forward"}, {"ForwardConfig", {{"TargetGroups", std::move(groups)}}}}});
  // The default rule of a listener is changed with the listener.
  const Json asked{{"RuleArns", Json::array({rule})}};
  const auto found = green.ecs.cloud.inspect(service.place, "elbv2", "DescribeRules", asked);
  bool is_default = !found;
  if (found)
    for (const Json& one : input::member(*found, "Rules"))
      is_default = input::boolean(one, "IsDefault").value_or(false);
  std::string listener = rule;
  if (const auto word = listener.find(":listener-rule/"); word != std::string::npos) {
    listener.replace(word, std::string_view{":listener-rule/"}.size(), ":listener/");
    listener.resize(listener.rfind('/'));
  }
  Json input = is_default ? Json{{"ListenerArn", listener}, {"DefaultActions", actions}}
                          : Json{{"RuleArn", rule}, {"Actions", actions}};
  Process<ApiResult<Json>> call =
      green.ecs.cloud.call(ecs_as_caller(service), "elbv2",
                           is_default ? "ModifyListener" : "ModifyRule", std::move(input));
  co_await call;
}

Process<> weigh_all(Green green, bool production, std::int64_t percent) {
  const std::vector<LoadBalancerRef> refs = green.its_service()->spec.load_balancers;
  for (const LoadBalancerRef& ref : refs) {
    std::string rule = production ? ref.production_rule : ref.test_rule;
    if (rule.empty() || ref.alternate.empty()) continue;
    Process<> weighing = weigh_rule(green, std::move(rule), ref, percent);
    co_await weighing;
  }
}

/// The functions of a stage; one that fails rolls the deployment back.
Process<> run_hooks(Green green, std::string stage) {
  const std::vector<DeploymentStrategy::Hook> hooks = green.its_service()->spec.strategy.hooks;
  for (const DeploymentStrategy::Hook& hook : hooks) {
    if (std::ranges::find(hook.stages, stage) == hook.stages.end() || !green.goes_on()) continue;
    const Json payload{{"executionId", green.id}, {"lifecycleStage", stage}};
    Json input{{"FunctionName", hook.function}, {"Payload", payload.dump()}};
    Process<ApiResult<Json>> call = green.ecs.cloud.call(ecs_as_caller(*green.its_service()),
                                                         "lambda", "Invoke", std::move(input));
    const ApiResult<Json> answer = co_await call;
    if (answer && input::text(*answer, "FunctionError").empty()) continue;
    if (Deployment* one = green.deployment())
      one->set.aborted = fmt::format("the lifecycle hook of {} failed", stage);
  }
}

Process<> shift_production(Green green) {
  const DeploymentStrategy strategy = green.its_service()->spec.strategy;
  const bool linear = strategy.name == "LINEAR";
  std::int64_t share =
      strategy.in_two() && strategy.name != "BLUE_GREEN" ? strategy.step_percent : 100;
  while (green.goes_on()) {
    tell_stage(green, fmt::format("{} % of the traffic to {}", share, words_of_green(green)),
               share);
    Process<> weighing = weigh_all(green, true, share);
    co_await weighing;
    if (share >= 100) co_return;
    Process<> baking = bake(green, strategy.step_bake);
    co_await baking;
    share = linear ? std::min<std::int64_t>(100, share + strategy.step_percent) : 100;
  }
}

Process<> roll_back_to_blue(Green green) {
  tell_stage(green,
             fmt::format("deployment of {} is rolled back: {}", words_of_green(green),
                         green.deployment()->set.aborted),
             0);
  Process<> production = weigh_all(green, true, 0);
  co_await production;
  Process<> test = weigh_all(green, false, 0);
  co_await test;
  Service* service = green.its_service();
  Deployment* failed = green.deployment();
  if (service == nullptr || failed == nullptr) co_return;
  failed->set.leaving = true;
  const std::string why = failed->set.aborted;
  end_deployment(green.ecs, *service, *failed, RolloutState::failed, why);
  look_now(green.ecs, *service);
}

/// The green one is the primary one, with its target group; the blue one ends.
void promote(Green green) {
  Service& service = *green.its_service();
  std::ranges::stable_partition(service.deployments,
                                [&](const Deployment& one) { return one.id == green.id; });
  for (Deployment& one : service.deployments) one.set.leaving = one.id != green.id;
  service.spec.load_balancers = service.primary().set.load_balancers;
  end_deployment(green.ecs, service, service.primary(), RolloutState::completed,
                 fmt::format("ECS deployment {} completed.", green.id));
  look_now(green.ecs, service);
}

Process<> scale_up(Green green) {
  // "Both target groups must be associated with production listener rules."
  Process<> joining = weigh_all(green, true, 0);
  co_await joining;
  if (Service* service = green.its_service()) look_now(green.ecs, *service);
  while (green.goes_on() && !is_steady(*green.its_service(), *green.deployment())) {
    Process<> waiting = await_news(green, kStageLook);
    co_await waiting;
  }
}

/// The lifecycle stages in their order (blue-green-deployment-how-it-works); each may have hooks.
Process<> play_blue_green(Green green) {
  struct Stage {
    const char* name;
    Process<> (*run)(Green);
  };
  constexpr Stage stages[] = {
      {"PRE_SCALE_UP", nullptr},
      {"SCALE_UP", scale_up},
      {"POST_SCALE_UP", nullptr},
      {"TEST_TRAFFIC_SHIFT", [](Green one) { return weigh_all(one, false, 100); }},
      {"POST_TEST_TRAFFIC_SHIFT", nullptr},
      {"PRODUCTION_TRAFFIC_SHIFT", shift_production},
      {"POST_PRODUCTION_TRAFFIC_SHIFT", nullptr},
      {"BAKE_TIME", [](Green one) { return bake(one, one.its_service()->spec.strategy.bake); }},
  };
  for (const Stage& stage : stages) {
    if (!green.goes_on()) break;
    Process<> hooks = run_hooks(green, stage.name);
    co_await hooks;
    if (!green.goes_on() || stage.run == nullptr) continue;
    Process<> running = stage.run(green);
    co_await running;
  }
  if (green.deployment() == nullptr) co_return;
  if (green.goes_on()) co_return promote(green);
  Process<> undoing = roll_back_to_blue(green);
  co_await undoing;
}

}  // namespace

void begin_blue_green(Ecs& ecs, Service& service,
                      std::shared_ptr<const TaskDefinition> definition) {
  // One that is under way gives way to the next.
  for (Deployment& one : service.deployments)
    if (one.set.news != nullptr && one.state == RolloutState::in_progress)
      one.set.aborted = "another deployment has begun";
  Deployment green;
  green.id = fmt::format("ecs-svc/{:019d}", ++ecs.deployments_made);
  green.definition = std::move(definition);
  green.created = green.updated = ecs.now();
  green.alarms_on = true;
  green.reason = fmt::format("ECS deployment {} in progress.", green.id);
  for (LoadBalancerRef ref : service.spec.load_balancers) {
    if (!ref.alternate.empty()) std::swap(ref.target_group, ref.alternate);
    green.set.load_balancers.push_back(std::move(ref));
  }
  green.set.news = std::make_shared<Signal>(ecs.sim());
  const Green one{ecs, service.arn, green.id};
  service.deployments.push_back(std::move(green));
  tell_stage(one,
             fmt::format("deployment of {}: a green environment is launched", words_of_green(one)));
  emit_deployment_state(ecs, service, service.deployments.back(), "INFO",
                        "SERVICE_DEPLOYMENT_IN_PROGRESS");
  ecs.sim().spawn(play_blue_green(one));
}

void blue_green_alarm(Ecs& /*ecs*/, Service& service, std::string_view alarm) {
  for (Deployment& one : service.deployments) {
    if (one.set.news == nullptr || one.state != RolloutState::in_progress) continue;
    one.set.aborted = fmt::format("alarm {} was detected", alarm);
    one.set.news->notify_all();
  }
}

}  // namespace opsim::ecs
