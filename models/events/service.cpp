#include "models/events/service.hpp"

#include <algorithm>

#include "models/events/events.hpp"
#include "models/events/events_resources.hpp"
#include "models/events/physics.hpp"

namespace opsim {

namespace {

using events::Events;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CancelReplay", .now = immediate<Events, events::cancel_replay>},
    {.name = "CreateApiDestination", .now = immediate<Events, events::create_api_destination>},
    {.name = "CreateArchive", .now = immediate<Events, events::create_archive>},
    {.name = "CreateConnection", .now = immediate<Events, events::create_connection>},
    {.name = "CreateEventBus", .now = immediate<Events, events::create_event_bus>},
    {.name = "DeauthorizeConnection", .now = immediate<Events, events::deauthorize_connection>},
    {.name = "DeleteApiDestination", .now = immediate<Events, events::delete_api_destination>},
    {.name = "DeleteArchive", .now = immediate<Events, events::delete_archive>},
    {.name = "DeleteConnection", .now = immediate<Events, events::delete_connection>},
    {.name = "DeleteEventBus", .now = immediate<Events, events::delete_event_bus>},
    {.name = "DeleteRule", .now = immediate<Events, events::delete_rule>},
    {.name = "DescribeApiDestination",
     .access = Access::read,
     .now = immediate<Events, events::describe_api_destination>},
    {.name = "DescribeArchive",
     .access = Access::read,
     .now = immediate<Events, events::describe_archive>},
    {.name = "DescribeConnection",
     .access = Access::read,
     .now = immediate<Events, events::describe_connection>},
    {.name = "DescribeEventBus",
     .access = Access::read,
     .now = immediate<Events, events::describe_event_bus>},
    {.name = "DescribeReplay",
     .access = Access::read,
     .now = immediate<Events, events::describe_replay>},
    {.name = "DescribeRule",
     .access = Access::read,
     .now = immediate<Events, events::describe_rule>},
    {.name = "DisableRule", .now = immediate<Events, events::disable_rule>},
    {.name = "EnableRule", .now = immediate<Events, events::enable_rule>},
    {.name = "ListApiDestinations",
     .access = Access::read,
     .now = immediate<Events, events::list_api_destinations>},
    {.name = "ListArchives",
     .access = Access::read,
     .now = immediate<Events, events::list_archives>},
    {.name = "ListConnections",
     .access = Access::read,
     .now = immediate<Events, events::list_connections>},
    {.name = "ListEventBuses",
     .access = Access::read,
     .now = immediate<Events, events::list_event_buses>},
    {.name = "ListReplays", .access = Access::read, .now = immediate<Events, events::list_replays>},
    {.name = "ListRuleNamesByTarget",
     .access = Access::read,
     .now = immediate<Events, events::list_rule_names_by_target>},
    {.name = "ListRules", .access = Access::read, .now = immediate<Events, events::list_rules>},
    {.name = "ListTagsForResource",
     .access = Access::read,
     .now = immediate<Events, events::list_tags_for_resource>},
    {.name = "ListTargetsByRule",
     .access = Access::read,
     .now = immediate<Events, events::list_targets_by_rule>},
    // eb-quota: 10,000 a second in the largest Regions; the burst is an estimate.
    {.name = "PutEvents",
     .now = immediate<Events, events::put_events>,
     .physics = {.tokens_per_second = 10'000, .bucket = 10'000}},
    {.name = "PutPermission", .now = immediate<Events, events::put_permission>},
    {.name = "PutRule", .now = immediate<Events, events::put_rule>},
    {.name = "PutTargets", .now = immediate<Events, events::put_targets>},
    {.name = "RemovePermission", .now = immediate<Events, events::remove_permission>},
    {.name = "RemoveTargets", .now = immediate<Events, events::remove_targets>},
    {.name = "StartReplay", .now = immediate<Events, events::start_replay>},
    {.name = "TagResource", .now = immediate<Events, events::tag_resource>},
    {.name = "TestEventPattern",
     .access = Access::read,
     .now = immediate<Events, events::test_event_pattern>},
    {.name = "UntagResource", .now = immediate<Events, events::untag_resource>},
    {.name = "UpdateApiDestination", .now = immediate<Events, events::update_api_destination>},
    {.name = "UpdateArchive", .now = immediate<Events, events::update_archive>},
    {.name = "UpdateConnection", .now = immediate<Events, events::update_connection>},
    {.name = "UpdateEventBus", .now = immediate<Events, events::update_event_bus>},
};
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

/// A bus as the target of another service; rules go through events::forward.
Process<ApiResult<Json>> deliver_to_bus(Events& model, Delivery delivery) {
  Event event;
  const Json given = Json::parse(delivery.text, nullptr, false);
  if (!given.is_object()) co_return ApiError{"ValidationException", "The input is no event."};
  const std::string bus = events::bus_name(delivery.target.text());
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
    {"events", "api-destination/", deliver<Events, events::deliver_to_destination>},
    {"events", "event-bus/", deliver<Events, deliver_to_bus>},
    {"execute-api", "", deliver<Events, events::deliver_to_api>},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "event patterns, complete", "eb-event-patterns"},
    {Grade::simulated, "InputPath and InputTransformer; what PutTargets refuses of targets",
     "eb-transform-target-input, API_PutTargets"},
    {Grade::simulated, "retry policy, dead-letter queue and its attributes", "eb-rule-dlq"},
    {Grade::simulated, "rate and cron schedules of rules", "eb-create-rule-schedule"},
    {Grade::simplified, "delivery takes lognormal(p50 0.5s, p99 3s)", "estimate"},
    {Grade::simplified, "retries back off exponentially with jitter, at most 15 min apart",
     "estimate: AWS publishes no intervals"},
    {Grade::simplified, "each event is delivered once; AWS promises at least once",
     "eb-troubleshooting"},
    {Grade::simulated, "buses with policies, across accounts and Regions; one hop only",
     "eb-cross-account, eb-bus-to-bus"},
    {Grade::simulated, "archives and replays with replay-name", "eb-archive"},
    {Grade::simulated, "API destinations: rate limit, 5 s timeout, retried statuses",
     "eb-api-destinations"},
    {Grade::simplified,
     "API Gateway as a target: answers as the API's physics says, 5 s timeout, retried statuses",
     "eb-api-gateway-target"},
    {Grade::simplified,
     "targets that nothing here plays (AppSync, Batch, Glue, Redshift, SageMaker) take what they "
     "are given: a note says so once"},
    {Grade::simulated, "a target's role must be allowed what the target takes (known roles)",
     "eb-use-identity-based"},
    {Grade::simulated, "managed rules; quotas of buses, rules, targets, entries", "eb-quota"},
    {Grade::simulated,
     "Invocations, attempts, FailedInvocations, MatchedEvents, TriggeredRules, ThrottledRules, "
     "InvocationsSentToDlq in AWS/Events",
     "eb-monitoring"},
    {Grade::simplified, "best-effort sources lose nothing but by the fault that says so",
     "eb-service-event"},
    {Grade::simplified, "an archived event can be replayed at once; a slice of a minute a second",
     "eb-replay-archived-event"},
    {Grade::simplified, "bus policies: a condition on a key not known here lets Allow pass",
     "eb-use-resource-based"},
    {Grade::simplified, "a schedule fires on the minute; AWS fires within it",
     "eb-create-rule-schedule"},
    {Grade::absent, "partner event sources, global endpoints, schemas"},
    {Grade::absent, "latencies and PutEvents counts in AWS/Events"},
};

}  // namespace

const Service kEvents{
    .name = "events",
    .title = "Amazon EventBridge",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Events>(cloud); },
    .operations = kOperations,
    .resources = events::resource_types(),
    .targets = kTargets,
    .physics = events::physics(),
    .faults = events::faults(),
    .fidelity = kFidelity,
    .on_event = events::route,
    .explain = events::explain};

}  // namespace opsim
