// CloudFormation types of AWS::Events.
// AWS: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_Events.html
#include "models/events/events_resources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/events/events.hpp"

namespace opsim::events {

namespace {

constexpr Shape kAny{};
constexpr Shape kText{.kind = Kind::text};
constexpr std::string_view kStates[] = {"DISABLED", "ENABLED",
                                        "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"};
constexpr Shape kState{.kind = Kind::text, .allowed = kStates};
constexpr Shape kAttempts{.kind = Kind::integer, .min = 0, .max = 185};
constexpr Shape kAge{.kind = Kind::integer, .min = 60, .max = 86'400};
constexpr Shape kTexts{.kind = Kind::table, .of = &kText};

constexpr Field kTransformerFields[] = {
    {.name = "InputPathsMap", .shape = &kTexts},
    {.name = "InputTemplate", .shape = &kText, .need = Need::required},
};
constexpr Shape kTransformer{.kind = Kind::mapping, .fields = kTransformerFields};
constexpr Field kRetryFields[] = {
    {.name = "MaximumEventAgeInSeconds", .shape = &kAge},
    {.name = "MaximumRetryAttempts", .shape = &kAttempts},
};
constexpr Shape kRetry{.kind = Kind::mapping, .fields = kRetryFields};
constexpr Field kDeadLetterFields[] = {{.name = "Arn", .shape = &kText}};
constexpr Shape kDeadLetter{.kind = Kind::mapping, .fields = kDeadLetterFields};

constexpr Field kTargetFields[] = {
    {.name = "Arn", .shape = &kText, .need = Need::required},
    {.name = "Id", .shape = &kText, .need = Need::required},
    {.name = "DeadLetterConfig", .shape = &kDeadLetter},
    {.name = "Input", .shape = &kText},
    {.name = "InputPath", .shape = &kText},
    {.name = "InputTransformer", .shape = &kTransformer},
    {.name = "RetryPolicy", .shape = &kRetry},
    {.name = "RoleArn", .shape = &kText},
    {.name = "RunCommandParameters", .shape = &kAny},
    {.name = "SqsParameters", .shape = &kAny},
    {.name = "AppSyncParameters", .shape = &kAny, .simulated = Simulated::no},
    {.name = "BatchParameters", .shape = &kAny, .simulated = Simulated::no},
    {.name = "EcsParameters", .shape = &kAny, .simulated = Simulated::no},
    {.name = "HttpParameters", .shape = &kAny, .simulated = Simulated::no},
    {.name = "KinesisParameters", .shape = &kAny, .simulated = Simulated::no},
    {.name = "RedshiftDataParameters", .shape = &kAny, .simulated = Simulated::no},
    {.name = "SageMakerPipelineParameters", .shape = &kAny, .simulated = Simulated::no},
};
constexpr Shape kTarget{.kind = Kind::mapping, .fields = kTargetFields};
constexpr Shape kTargets{.kind = Kind::list, .of = &kTarget, .max = 5};

constexpr Field kRuleFields[] = {
    {.name = "Description", .shape = &kText}, {.name = "EventBusName", .shape = &kText},
    {.name = "EventPattern", .shape = &kAny}, {.name = "Name", .shape = &kText},
    {.name = "RoleArn", .shape = &kText},     {.name = "ScheduleExpression", .shape = &kText},
    {.name = "State", .shape = &kState},      {.name = "Tags", .shape = &kAny},
    {.name = "Targets", .shape = &kTargets},
};
constexpr Shape kRule{.kind = Kind::mapping, .fields = kRuleFields};

constexpr Field kBusFields[] = {
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "DeadLetterConfig", .shape = &kAny, .simulated = Simulated::no},
    {.name = "Description", .shape = &kText},
    {.name = "EventSourceName", .shape = &kText, .simulated = Simulated::no},
    {.name = "KmsKeyIdentifier", .shape = &kText, .simulated = Simulated::no},
    {.name = "Policy", .shape = &kAny, .simulated = Simulated::no},
    {.name = "Tags", .shape = &kAny},
};
constexpr Shape kBus{.kind = Kind::mapping, .fields = kBusFields};

/// CloudFormation adds a random suffix to the names that it makes up; ours counts.
std::string name_of(const ResourceRequest& request) {
  if (const auto name = request.properties.find("Name");
      name != request.properties.end() && name->is_string())
    return name->get<std::string>();
  return request.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
}

ApiResult<Created> create_rule(Events& events, const ResourceRequest& request) {
  Json input = request.properties;
  input["Name"] = name_of(request);
  auto rule = read_rule(events, request.place, input);
  if (!rule) return rule.error();
  for (const Json& given : input.value("Targets", Json::array())) {
    auto target = read_target(given);
    if (!target) return target.error();
    (*rule)->targets.push_back(std::move(*target));
  }
  events.replace_rule(*rule);
  // Ref gives the name, with the bus before it where it is not the default one.
  const std::string ref =
      (*rule)->bus == "default" ? (*rule)->name : fmt::format("{}|{}", (*rule)->bus, (*rule)->name);
  return Created{.physical_id = ref, .arn = (*rule)->arn, .attributes = {{"Arn", (*rule)->arn}}};
}

ApiResult<Created> create_bus(Events& events, const ResourceRequest& request) {
  const std::string name = name_of(request);
  if (name != "default") events.create_bus(request.place, name);
  const std::string arn = opsim::arn(request.place, "events", "event-bus/" + name);
  return Created{.physical_id = name, .arn = arn, .attributes = {{"Arn", arn}, {"Name", name}}};
}

constexpr std::string_view kLater = "only rules and buses are played";

constexpr ResourceType kResources[] = {
    {.type = "AWS::Events::ApiDestination", .not_simulated = kLater},
    {.type = "AWS::Events::Archive", .not_simulated = kLater},
    {.type = "AWS::Events::Connection", .not_simulated = kLater},
    {.type = "AWS::Events::Endpoint", .not_simulated = kLater},
    {.type = "AWS::Events::EventBus", .create = create<Events, create_bus>, .properties = &kBus},
    {.type = "AWS::Events::EventBusPolicy", .not_simulated = "bus policies are not asked"},
    {.type = "AWS::Events::Rule", .create = create<Events, create_rule>, .properties = &kRule},
};
static_assert(std::ranges::is_sorted(kResources, {}, &ResourceType::type));

}  // namespace

std::span<const ResourceType> resource_types() { return kResources; }

}  // namespace opsim::events
