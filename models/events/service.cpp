#include "models/events/service.hpp"

#include <algorithm>

#include "models/events/events.hpp"
#include "models/events/events_resources.hpp"

namespace opsim {

namespace {

using events::Events;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CreateEventBus", .now = immediate<Events, events::create_event_bus>},
    {.name = "DeleteRule", .now = immediate<Events, events::delete_rule>},
    {.name = "DescribeEventBus",
     .access = Access::read,
     .now = immediate<Events, events::describe_event_bus>},
    {.name = "DescribeRule",
     .access = Access::read,
     .now = immediate<Events, events::describe_rule>},
    {.name = "DisableRule", .now = immediate<Events, events::disable_rule>},
    {.name = "EnableRule", .now = immediate<Events, events::enable_rule>},
    {.name = "ListEventBuses",
     .access = Access::read,
     .now = immediate<Events, events::list_event_buses>},
    {.name = "ListRuleNamesByTarget",
     .access = Access::read,
     .now = immediate<Events, events::list_rule_names_by_target>},
    {.name = "ListRules", .access = Access::read, .now = immediate<Events, events::list_rules>},
    {.name = "ListTargetsByRule",
     .access = Access::read,
     .now = immediate<Events, events::list_targets_by_rule>},
    // eb-quota: 10,000 a second in the largest Regions; the burst is an estimate.
    {.name = "PutEvents",
     .now = immediate<Events, events::put_events>,
     .physics = {.tokens_per_second = 10'000, .bucket = 10'000}},
    {.name = "PutRule", .now = immediate<Events, events::put_rule>},
    {.name = "PutTargets", .now = immediate<Events, events::put_targets>},
    {.name = "RemoveTargets", .now = immediate<Events, events::remove_targets>},
    {.name = "TestEventPattern",
     .access = Access::read,
     .now = immediate<Events, events::test_event_pattern>},
};
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

/// A bus as the target of a rule.
Process<ApiResult<Json>> deliver_to_bus(Events& model, Delivery delivery) {
  Event event;
  const Json given = Json::parse(delivery.text, nullptr, false);
  if (!given.is_object()) co_return ApiError{"ValidationException", "The input is no event."};
  const std::string bus = delivery.target.resource.substr(delivery.target.resource.find('/') + 1);
  if (model.find_bus(delivery.target.place(), bus) == nullptr)
    co_return ApiError{"ResourceNotFoundException", "Event bus " + bus + " does not exist."};
  event.source = given.value("source", "");
  event.detail_type = given.value("detail-type", "");
  event.place = delivery.target.place();
  event.detail = given.value("detail", Json::object());
  event.bus = bus;
  for (const Json& resource : given.value("resources", Json::array()))
    if (resource.is_string()) event.resources.push_back(resource.get<std::string>());
  co_return Json{{"EventId", model.cloud.emit(std::move(event))}};
}

constexpr DeliveryTarget kTargets[] = {
    {"events", "event-bus/", deliver<Events, deliver_to_bus>},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "event patterns, complete", "eb-event-patterns"},
    {Grade::simulated, "InputPath and InputTransformer", "eb-transform-target-input"},
    {Grade::simulated, "retry policy, dead-letter queue and its attributes", "eb-rule-dlq"},
    {Grade::simulated, "rate and cron schedules of rules", "eb-create-rule-schedule"},
    {Grade::simplified, "delivery takes lognormal(p50 0.5s, p99 3s)", "estimate"},
    {Grade::simplified, "retries back off exponentially with jitter, at most 15 min apart",
     "estimate: AWS publishes no intervals"},
    {Grade::simplified, "each event is delivered once; AWS promises at least once",
     "eb-troubleshooting"},
    {Grade::simplified, "best-effort sources lose nothing", "eb-service-event"},
    {Grade::simplified, "a schedule fires on the minute; AWS fires within it",
     "eb-create-rule-schedule"},
    {Grade::absent, "the one-hop rule between buses"},
    {Grade::absent, "bus policies, archives and replay, API destinations, Pipes, Scheduler"},
    {Grade::absent, "AWS/Events metrics, invocation quotas"},
};

}  // namespace

const Service kEvents{
    .name = "events",
    .title = "Amazon EventBridge",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Events>(cloud); },
    .operations = kOperations,
    .resources = events::resource_types(),
    .targets = kTargets,
    .fidelity = kFidelity,
    .on_event = events::route,
    .explain = events::explain};

}  // namespace opsim
