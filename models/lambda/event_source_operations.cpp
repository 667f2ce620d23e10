// AWS: Lambda API Reference, CreateEventSourceMapping and its like; CloudFormation User Guide,
// AWS::Lambda::EventSourceMapping. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include "models/lambda/event_sources.hpp"
#include "models/lambda/operations.hpp"
#include "models/lambda/stream_sources.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/source_records.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::lambda {

namespace {

/// Estimate: how long a mapping is Creating, Updating or Disabling.
constexpr Duration kSettles = std::chrono::seconds{20};

ApiError no_such_mapping() {
  return {"ResourceNotFoundException", "The resource you requested does not exist.", 404};
}

/// "Queue visibility timeout: … is less than Function timeout: …"
std::optional<ApiError> refused_queue(Lambda& lambda, const Place& place, const Arn& queue,
                                      const Function& function) {
  const Json asked{{"QueueUrl", fmt::format("https://sqs.{}.amazonaws.com/{}/{}", queue.region,
                                            queue.account, queue.resource)},
                   {"AttributeNames", Json::array({"VisibilityTimeout"})}};
  const ApiResult<Json> answer = lambda.cloud.inspect(place, "sqs", "GetQueueAttributes", asked);
  if (!answer)
    return ApiError{"InvalidParameterValueException",
                    fmt::format("Error occurred while ReceiveMessage. SQS Error Code: "
                                "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: {}",
                                answer.error().message)};
  const auto visibility =
      input::integer(input::member(*answer, "Attributes"), "VisibilityTimeout").value_or(30);
  const std::int64_t timeout = function.latest.spec.timeout.count();
  if (visibility >= timeout) return std::nullopt;
  return ApiError{"InvalidParameterValueException",
                  fmt::format("Queue visibility timeout: {} seconds is less than Function timeout: "
                              "{} seconds",
                              visibility, timeout)};
}

void watch_queue(Lambda& lambda, Mapping& mapping, const Arn& queue) {
  Metrics& metrics = lambda.cloud.metrics();
  const SeriesId series = metrics.intern({queue.place(),
                                          "AWS/SQS",
                                          "ApproximateNumberOfMessagesVisible",
                                          {{"QueueName", queue.resource}}});
  mapping.watch = metrics.watch(
      series, [&lambda, uuid = mapping.uuid](const MetricChange&) { wake(lambda, uuid); });
}

/// Brokers are named and not read: the journal says so once.
void tell_not_read(Lambda& lambda, const Mapping& mapping) {
  lambda.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = std::string{lambda.cloud.resources().name_of(mapping.callee.name)},
       .text = fmt::format("reads {}: not simulated, only queues and streams are read",
                           mapping.spec.source),
       .source = std::string{lambda.cloud.resources().source_of(mapping.callee.name)}});
}

Json shown(const Lambda& lambda, const Mapping& mapping) {
  const MappingSpec& spec = mapping.spec;
  Json told{{"UUID", mapping.uuid},
            {"EventSourceArn", spec.source},
            {"FunctionArn", arn(mapping.callee.place, "lambda",
                                fmt::format("function:{}{}{}", mapping.callee.name,
                                            mapping.callee.qualifier.empty() ? "" : ":",
                                            mapping.callee.qualifier))},
            {"BatchSize", spec.batch_size},
            {"MaximumBatchingWindowInSeconds",
             std::chrono::floor<std::chrono::seconds>(spec.window).count()},
            {"State", mapping.state(lambda.cloud.sim().now())},
            {"StateTransitionReason", "USER_INITIATED"},
            {"FunctionResponseTypes", Json::array()},
            {"LastModified", iso8601(mapping.modified)}};
  if (spec.report_item_failures)
    told["FunctionResponseTypes"] = Json::array({"ReportBatchItemFailures"});
  if (!spec.filters.empty()) {
    Json& filters = told["FilterCriteria"]["Filters"] = Json::array();
    for (const std::string& pattern : spec.filters) filters.push_back({{"Pattern", pattern}});
  }
  if (StreamSource::of(spec.source)) told.update(stream_settings(spec));
  if (spec.max_concurrency) told["ScalingConfig"] = {{"MaximumConcurrency", *spec.max_concurrency}};
  return told;
}

void change(Lambda& lambda, Mapping& mapping, const char* changing) {
  mapping.modified = lambda.cloud.sim().now();
  mapping.settled = mapping.modified + kSettles;
  mapping.changing = changing;
}

Mapping* mapping_asked_for(Lambda& lambda, const Request& request) {
  const auto found = lambda.mappings.find(input::text(request.input, "UUID"));
  return found == lambda.mappings.end() ? nullptr : found->second.get();
}

constexpr Shape kMappingAny{.kind = Kind::any};
constexpr Shape kMappingText{.kind = Kind::text};
constexpr Shape kMappingNumber{.kind = Kind::integer};
constexpr Shape kMappingYes{.kind = Kind::boolean};
constexpr Field kMappingFields[] = {
    {.name = "BatchSize", .shape = &kMappingNumber},
    {.name = "BisectBatchOnFunctionError", .shape = &kMappingYes},
    {.name = "DestinationConfig"},
    {.name = "Enabled", .shape = &kMappingYes},
    {.name = "EventSourceArn", .shape = &kMappingText, .need = Need::required},
    {.name = "FilterCriteria", .shape = &kMappingAny},
    {.name = "FunctionName", .shape = &kMappingText, .need = Need::required},
    {.name = "FunctionResponseTypes"},
    {.name = "MaximumBatchingWindowInSeconds", .shape = &kMappingNumber},
    {.name = "MaximumRecordAgeInSeconds", .shape = &kMappingNumber},
    {.name = "MaximumRetryAttempts", .shape = &kMappingNumber},
    {.name = "ParallelizationFactor", .shape = &kMappingNumber},
    {.name = "ScalingConfig"},
    {.name = "StartingPosition", .shape = &kMappingText},
    {.name = "StartingPositionTimestamp", .shape = &kMappingAny},
    {.name = "Tags"},
    {.name = "TumblingWindowInSeconds", .simulated = Simulated::no},
};

}  // namespace

constexpr Shape kEventSourceMappingShape{.kind = Kind::mapping, .fields = kMappingFields};

ApiResult<Mapping*> add_mapping(Lambda& lambda, const Place& place, MappingSpec spec,
                                bool at_once) {
  Function* function = lambda.find(place, spec.function);
  if (function == nullptr) return no_such_function(place, spec.function);
  const Arn source = *Arn::parse(spec.source);
  const std::string qualifier = read_name(place, spec.function).qualifier;
  if (route(*function, qualifier, nullptr).empty()) return no_such_version(*function, qualifier);
  if (source.service == "sqs")
    if (std::optional<ApiError> no = refused_queue(lambda, place, source, *function))
      return *std::move(no);
  for (const auto& [uuid, other] : lambda.mappings)
    if (other->spec.source == spec.source && other->callee.name == function->name &&
        other->callee.place == function->place)
      return ApiError{"ResourceConflictException",
                      fmt::format("An event source mapping with {} arn (\" {} \") and function "
                                  "(\" {} \") already exists. Please update or delete the existing "
                                  "mapping with UUID {}",
                                  source.service == "sqs" ? "SQS" : source.service, spec.source,
                                  function->name, uuid),
                      409};
  auto made = std::make_unique<Mapping>();
  made->uuid = lambda.cloud.next_uuid("lambda.mapping");
  made->place = place;
  made->callee = {function->place, function->name, qualifier};
  made->spec = std::move(spec);
  made->modified = made->settled = lambda.cloud.sim().now();
  if (!at_once) change(lambda, *made, "Creating");
  Mapping& mapping = *made;
  lambda.mappings.emplace(mapping.uuid, std::move(made));
  if (source.service == "sqs") {
    watch_queue(lambda, mapping, source);
    wake(lambda, mapping.uuid);
  } else if (StreamSource::of(mapping.spec.source)) {
    watch_stream(lambda, mapping);
  } else {
    tell_not_read(lambda, mapping);
  }
  return &mapping;
}

ApiResult<Json> create_event_source_mapping(Lambda& lambda, const Request& request) {
  ApiResult<MappingSpec> spec = read_mapping(request.input, {});
  if (!spec) return spec.error();
  const ApiResult<Mapping*> made = add_mapping(lambda, request.place(), *std::move(spec), false);
  if (!made) return made.error();
  return shown(lambda, **made);
}

ApiResult<Json> delete_event_source_mapping(Lambda& lambda, const Request& request) {
  Mapping* mapping = mapping_asked_for(lambda, request);
  if (mapping == nullptr) return no_such_mapping();
  change(lambda, *mapping, "Deleting");
  Json told = shown(lambda, *mapping);
  if (mapping->watch) lambda.cloud.metrics().unwatch(*mapping->watch);
  const std::string uuid = mapping->uuid;
  lambda.mappings.erase(uuid);
  return told;
}

ApiResult<Json> get_event_source_mapping(Lambda& lambda, const Request& request) {
  const Mapping* mapping = mapping_asked_for(lambda, request);
  if (mapping == nullptr) return no_such_mapping();
  return shown(lambda, *mapping);
}

ApiResult<Json> list_event_source_mappings(Lambda& lambda, const Request& request) {
  const std::string source = input::text(request.input, "EventSourceArn");
  const std::string name =
      read_name(request.place(), input::text(request.input, "FunctionName")).name;
  Json all = Json::array();
  for (const auto& [uuid, mapping] : lambda.mappings)
    if (mapping->place == request.place() && (source.empty() || mapping->spec.source == source) &&
        (name.empty() || mapping->callee.name == name))
      all.push_back(shown(lambda, *mapping));
  return Json{{"EventSourceMappings", std::move(all)}};
}

ApiResult<Json> update_event_source_mapping(Lambda& lambda, const Request& request) {
  Mapping* mapping = mapping_asked_for(lambda, request);
  if (mapping == nullptr) return no_such_mapping();
  const bool was_enabled = mapping->spec.enabled;
  ApiResult<MappingSpec> spec = read_mapping(request.input, mapping->spec);
  if (!spec) return spec.error();
  const Function* function = lambda.find(mapping->place, spec->function);
  if (function == nullptr) return no_such_function(mapping->place, spec->function);
  mapping->callee = {function->place, function->name,
                     read_name(mapping->place, spec->function).qualifier};
  mapping->spec = *std::move(spec);
  change(lambda, *mapping,
         mapping->spec.enabled == was_enabled ? "Updating"
         : was_enabled                        ? "Disabling"
                                              : "Enabling");
  if (StreamSource::of(mapping->spec.source)) {
    wake_stream(lambda, mapping->uuid);
  } else {
    wake(lambda, mapping->uuid);
  }
  return shown(lambda, *mapping);
}

ApiResult<Created> create_mapping_resource(Lambda& lambda, const ResourceRequest& request) {
  ApiResult<MappingSpec> spec = read_mapping(request.properties, {});
  if (!spec) return spec.error();
  const ApiResult<Mapping*> made = add_mapping(lambda, request.place, *std::move(spec), true);
  if (!made) return made.error();
  return Created{(*made)->uuid, "", {{"Id", (*made)->uuid}}};
}

}  // namespace opsim::lambda
