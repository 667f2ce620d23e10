// CloudWatch Logs in a template.
// AWS: CloudFormation Template Reference, AWS::Logs. Ref gives the name of a log group, a stream
// and of both kinds of filter.
#include <fmt/format.h>

#include "models/logs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logs {
namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kDays{.kind = Kind::integer, .min = 1, .max = 3653};
constexpr Shape kTags{.kind = Kind::list};
constexpr Shape kLogsList{.kind = Kind::list};
constexpr Field kGroupFields[] = {
    {.name = "DataProtectionPolicy", .simulated = Simulated::no},
    {.name = "FieldIndexPolicies", .simulated = Simulated::no},
    {.name = "KmsKeyId", .simulated = Simulated::no},
    {.name = "LogGroupClass", .shape = &kText, .doc = "Kept; every class takes all commands."},
    {.name = "LogGroupName", .shape = &kText},
    {.name = "RetentionInDays",
     .shape = &kDays,
     .doc = "1, 3, 5, 7, 14, 30, ...; never if absent."},
    {.name = "Tags", .shape = &kTags},
};
constexpr Field kStreamFields[] = {
    {.name = "LogGroupName", .shape = &kText, .need = Need::required},
    {.name = "LogStreamName", .shape = &kText},
};
constexpr Field kMetricFilterFields[] = {
    {.name = "ApplyOnTransformedLogs", .simulated = Simulated::no},
    {.name = "FilterName", .shape = &kText},
    {.name = "FilterPattern",
     .shape = &kText,
     .need = Need::required,
     .doc = "Terms, { $.json = 1 } or [columns]."},
    {.name = "LogGroupName", .shape = &kText, .need = Need::required},
    {.name = "MetricTransformations", .shape = &kLogsList, .need = Need::required},
};
constexpr Field kSubscriptionFields[] = {
    {.name = "ApplyOnTransformedLogs", .simulated = Simulated::no},
    {.name = "DestinationArn", .shape = &kText, .need = Need::required},
    {.name = "Distribution", .shape = &kText},
    {.name = "FilterName", .shape = &kText},
    {.name = "FilterPattern", .shape = &kText, .need = Need::required},
    {.name = "LogGroupName", .shape = &kText, .need = Need::required},
    {.name = "RoleArn", .shape = &kText},
};

std::string name_in(Logs& logs, const ResourceRequest& request, std::string_view member) {
  std::string name = input::text(request.properties, member);
  if (!name.empty()) return name;
  return logs.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
}

ApiResult<LogGroup*> group_in(Logs& logs, const ResourceRequest& request) {
  LogGroup* group = logs.find(request.place, input::text(request.properties, "LogGroupName"));
  if (group == nullptr) return no_such_group();
  return group;
}

}  // namespace

constexpr Shape kLogGroupShape{.kind = Kind::mapping,
                               .name = "LogGroup",
                               .doc = "Where logs are kept.",
                               .fields = kGroupFields};
constexpr Shape kLogStreamShape{
    .kind = Kind::mapping, .name = "LogStream", .fields = kStreamFields};
constexpr Shape kMetricFilterShape{.kind = Kind::mapping,
                                   .name = "LogMetricFilter",
                                   .doc = "A metric made of matching log messages.",
                                   .fields = kMetricFilterFields};
constexpr Shape kSubscriptionShape{.kind = Kind::mapping,
                                   .name = "LogSubscriptionFilter",
                                   .doc = "Hands matching log messages on.",
                                   .fields = kSubscriptionFields};

ApiResult<Created> create_group_resource(Logs& logs, const ResourceRequest& request) {
  const std::string name = name_in(logs, request, "LogGroupName");
  if (logs.find(request.place, name) != nullptr) {
    return ApiError{"AlreadyExists", fmt::format("{} already exists", name)};
  }
  const auto days = input::integer(request.properties, "RetentionInDays");
  if (days && !is_retention(*days)) {
    return invalid_parameter(
        fmt::format("RetentionInDays {} is none of the periods that exist", *days));
  }
  LogGroup& group = logs.create(request.place, name);
  group.retention_days = days;
  if (const std::string chosen = input::text(request.properties, "LogGroupClass"); !chosen.empty())
    group.log_class = chosen;
  group.tags = input::tags(input::member(request.properties, "Tags"));
  Created created{.physical_id = name, .arn = group.arn + ":*"};
  created.attributes["Arn"] = created.arn;
  return created;
}

ApiResult<Created> create_stream_resource(Logs& logs, const ResourceRequest& request) {
  const auto group = group_in(logs, request);
  if (!group) return group.error();
  const std::string name = name_in(logs, request, "LogStreamName");
  LogStream& stream = (*group)->streams[name];
  stream.name = name;
  stream.created = logs.cloud.sim().now();
  return Created{.physical_id = name};
}

ApiResult<Created> create_metric_filter_resource(Logs& logs, const ResourceRequest& request) {
  const auto group = group_in(logs, request);
  if (!group) return group.error();
  auto filter = read_metric_filter(request.properties);
  if (!filter) return filter.error();
  filter->name = name_in(logs, request, "FilterName");
  filter->created = logs.cloud.sim().now();
  Created created{.physical_id = filter->name};
  (*group)->metric_filters.insert_or_assign(created.physical_id, *std::move(filter));
  return created;
}

ApiResult<Created> create_subscription_resource(Logs& logs, const ResourceRequest& request) {
  const auto group = group_in(logs, request);
  if (!group) return group.error();
  auto filter = read_subscription_filter(request.properties);
  if (!filter) return filter.error();
  filter->name = name_in(logs, request, "FilterName");
  filter->created = logs.cloud.sim().now();
  Created created{.physical_id = filter->name};
  (*group)->subscriptions.insert_or_assign(created.physical_id, *std::move(filter));
  return created;
}

}  // namespace opsim::logs
