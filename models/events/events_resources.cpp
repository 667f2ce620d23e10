// CloudFormation types of AWS::Events.
// AWS: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_Events.html
#include "models/events/events_resources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/events/bus_policy.hpp"
#include "models/events/events.hpp"
#include "opsim/cloud/input.hpp"

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
    {.name = "EcsParameters", .shape = &kAny},
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
    {.name = "Policy", .shape = &kAny},
    {.name = "Tags", .shape = &kAny},
};
constexpr Shape kBus{.kind = Kind::mapping, .fields = kBusFields};

/// CloudFormation adds a random suffix to the names that it makes up; ours counts.
std::string name_of(const ResourceRequest& request) {
  if (const auto name = request.properties.find("Name");
      name != request.properties.end() && name->is_string())
    return name->get<std::string>();
  // "64 characters at most": CloudFormation cuts both parts of long generated names to 24.
  constexpr std::size_t kLongest = 64 - 9;  // "-" and the counter's eight digits
  constexpr std::size_t kPart = 24;
  std::string name = fmt::format("{}-{}", request.stack, request.logical_id);
  if (name.size() > kLongest)
    name =
        fmt::format("{}-{}", request.stack.substr(0, kPart), request.logical_id.substr(0, kPart));
  return request.cloud.next_id(name + "-");
}

ApiResult<Created> create_rule(Events& events, const ResourceRequest& request) {
  Json input = request.properties;
  input["Name"] = name_of(request);
  // An empty pattern counts as none (measured: cdk-preflight, pf-events-pattern-empty).
  if (input.contains("EventPattern") && input["EventPattern"] == Json::object())
    input.erase("EventPattern");
  auto rule = read_rule(events, request.place, input);
  if (!rule) return rule.error();
  if (auto refused = over_pattern_quota(**rule)) return std::move(*refused);
  auto targets = read_targets(**rule, input::member(input, "Targets"));
  if (!targets) return targets.error();
  (*rule)->targets = *std::move(targets);
  events.replace_rule(*rule);
  // Ref gives the name, with the bus before it where it is not the default one.
  const std::string ref =
      (*rule)->bus == "default" ? (*rule)->name : fmt::format("{}|{}", (*rule)->bus, (*rule)->name);
  return Created{.physical_id = ref, .arn = (*rule)->arn, .attributes = {{"Arn", (*rule)->arn}}};
}

ApiResult<Created> create_bus(Events& events, const ResourceRequest& request) {
  const std::string name = name_of(request);
  if (auto wrong = check_new_bus(events, request.place, name, request.properties))
    return *std::move(wrong);
  Bus& bus = events.create_bus(request.place, name);
  bus.description = text_at(request.properties, "Description");
  if (const Json& policy = input::member(request.properties, "Policy"); !policy.is_null())
    if (auto error = put_permission(bus.policy, {{"Policy", policy}}, "")) return std::move(*error);
  const std::string arn = opsim::arn(request.place, "events", "event-bus/" + name);
  return Created{.physical_id = name, .arn = arn, .attributes = {{"Arn", arn}, {"Name", name}}};
}

ApiResult<Created> create_bus_policy(Events& events, const ResourceRequest& request) {
  const std::string name = bus_name(text_at(request.properties, "EventBusName"));
  Bus* bus = events.find_bus(request.place, name);
  if (bus == nullptr) return no_bus(name);
  Json input = request.properties;
  if (const Json& statement = input::member(input, "Statement"); !statement.is_null()) {
    Json document = bus->policy;
    statements_of(document).push_back(statement);
    input = {{"Policy", std::move(document)}};
  }
  const std::string arn = opsim::arn(request.place, "events", "event-bus/" + name);
  if (auto error = put_permission(bus->policy, input, arn)) return std::move(*error);
  return Created{.physical_id =
                     fmt::format("{}|{}", name, text_at(request.properties, "StatementId"))};
}

/// Types that are an API call with other words: the call is made at once.
template <ApiResult<Json> (*Operation)(Events&, const Request&)>
ApiResult<Json> as_call(Events& events, const ResourceRequest& request, std::string_view operation,
                        const Json& input) {
  const Caller caller{request.place, "cloudformation.amazonaws.com", ""};
  return Operation(events, Request{request.cloud, caller, "events", operation, input});
}

ApiResult<Created> create_archive_resource(Events& events, const ResourceRequest& request) {
  Json input = request.properties;
  input["ArchiveName"] = text_at(input, "ArchiveName");
  if (text_at(input, "ArchiveName").empty()) input["ArchiveName"] = name_of(request).substr(0, 48);
  if (input.contains("SourceArn")) input["EventSourceArn"] = input["SourceArn"];
  const auto made = as_call<create_archive>(events, request, "CreateArchive", input);
  if (!made) return made.error();
  const std::string arn = text_at(*made, "ArchiveArn");
  const std::string name = text_at(input, "ArchiveName");
  return Created{
      .physical_id = name, .arn = arn, .attributes = {{"Arn", arn}, {"ArchiveName", name}}};
}

ApiResult<Created> create_connection_resource(Events& events, const ResourceRequest& request) {
  Json input = request.properties;
  input["Name"] = name_of(request);
  const auto made = as_call<create_connection>(events, request, "CreateConnection", input);
  if (!made) return made.error();
  const std::string arn = text_at(*made, "ConnectionArn");
  return Created{.physical_id = text_at(input, "Name"), .arn = arn, .attributes = {{"Arn", arn}}};
}

ApiResult<Created> create_destination_resource(Events& events, const ResourceRequest& request) {
  Json input = request.properties;
  input["Name"] = name_of(request);
  const auto made = as_call<create_api_destination>(events, request, "CreateApiDestination", input);
  if (!made) return made.error();
  const std::string arn = text_at(*made, "ApiDestinationArn");
  return Created{.physical_id = text_at(input, "Name"), .arn = arn, .attributes = {{"Arn", arn}}};
}

constexpr Field kBusPolicyFields[] = {
    {.name = "Action", .shape = &kText},
    {.name = "Condition", .shape = &kAny, .simulated = Simulated::no},
    {.name = "EventBusName", .shape = &kText},
    {.name = "Principal", .shape = &kText},
    {.name = "Statement", .shape = &kAny},
    {.name = "StatementId", .shape = &kText, .need = Need::required},
};
constexpr Shape kBusPolicy{.kind = Kind::mapping, .fields = kBusPolicyFields};
constexpr Shape kDays{.kind = Kind::integer, .min = 0, .max = 36'500};
constexpr Field kArchiveFields[] = {
    {.name = "ArchiveName", .shape = &kText},
    {.name = "Description", .shape = &kText},
    {.name = "EventPattern", .shape = &kAny},
    {.name = "RetentionDays", .shape = &kDays},
    {.name = "SourceArn", .shape = &kText, .need = Need::required},
};
constexpr Shape kArchive{.kind = Kind::mapping, .fields = kArchiveFields};
constexpr Field kConnectionFields[] = {
    {.name = "AuthParameters", .shape = &kAny},
    {.name = "AuthorizationType", .shape = &kText},
    {.name = "Description", .shape = &kText},
    {.name = "Name", .shape = &kText},
};
constexpr Shape kConnection{.kind = Kind::mapping, .fields = kConnectionFields};
constexpr Shape kPerSecond{.kind = Kind::integer, .min = 1};
constexpr Field kDestinationFields[] = {
    {.name = "ConnectionArn", .shape = &kText, .need = Need::required},
    {.name = "Description", .shape = &kText},
    {.name = "HttpMethod", .shape = &kText, .need = Need::required},
    {.name = "InvocationEndpoint", .shape = &kText, .need = Need::required},
    {.name = "InvocationRateLimitPerSecond", .shape = &kPerSecond},
    {.name = "Name", .shape = &kText},
};
constexpr Shape kDestination{.kind = Kind::mapping, .fields = kDestinationFields};

constexpr ResourceType kResources[] = {
    {.type = "AWS::Events::ApiDestination",
     .create = create<Events, create_destination_resource>,
     .properties = &kDestination},
    {.type = "AWS::Events::Archive",
     .create = create<Events, create_archive_resource>,
     .properties = &kArchive},
    {.type = "AWS::Events::Connection",
     .create = create<Events, create_connection_resource>,
     .properties = &kConnection},
    {.type = "AWS::Events::Endpoint", .not_simulated = "global endpoints are not played"},
    {.type = "AWS::Events::EventBus", .create = create<Events, create_bus>, .properties = &kBus},
    {.type = "AWS::Events::EventBusPolicy",
     .create = create<Events, create_bus_policy>,
     .properties = &kBusPolicy},
    {.type = "AWS::Events::Rule", .create = create<Events, create_rule>, .properties = &kRule},
};
static_assert(std::ranges::is_sorted(kResources, {}, &ResourceType::type));

}  // namespace

std::span<const ResourceType> resource_types() { return kResources; }

}  // namespace opsim::events
