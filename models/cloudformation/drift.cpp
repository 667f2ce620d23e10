// Drift: how what stands differs from what the template says.
// AWS: CloudFormation User Guide, "Detect unmanaged configuration changes to stacks and resources
// with drift detection": only properties that the template sets are compared; what cannot be
// compared is NOT_CHECKED.
//
// SIMPLIFIED: types are compared whose describe call shows properties under their own names.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "models/cloudformation/operations.hpp"
#include "models/cloudformation/resource_types.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr Duration kPerDetection = std::chrono::seconds{20};  // estimate

/// How a resource is looked at: the call, the member that names it, and where it is in the answer.
struct Look {
  std::string_view type;
  std::string_view service;
  std::string_view operation;
  std::string_view id_member;
  std::string_view list;        // the member of the answer; "" for the answer itself
  std::string_view properties;  // those compared, by commas
};
// To add a type: one row, sorted.
constexpr Look kLooks[] = {
    {"AWS::AutoScaling::AutoScalingGroup", "autoscaling", "DescribeAutoScalingGroups",
     "AutoScalingGroupNames[]", "AutoScalingGroups",
     "DefaultCooldown,HealthCheckGracePeriod,HealthCheckType,MaxSize,MinSize"},
    {"AWS::CloudWatch::Alarm", "cloudwatch", "DescribeAlarms", "AlarmNames[]", "MetricAlarms",
     "ActionsEnabled,AlarmDescription,ComparisonOperator,DatapointsToAlarm,EvaluationPeriods,"
     "MetricName,Namespace,Period,Statistic,Threshold,TreatMissingData,Unit"},
    {"AWS::DynamoDB::Table", "dynamodb", "DescribeTable", "TableName", "Table",
     "DeletionProtectionEnabled"},
    {"AWS::Events::Rule", "events", "DescribeRule", "Name", "",
     "Description,ScheduleExpression,State"},
    {"AWS::Lambda::Function", "lambda", "GetFunctionConfiguration", "FunctionName", "",
     "Description,Handler,MemorySize,Runtime,Timeout"},
    {"AWS::Logs::LogGroup", "logs", "DescribeLogGroups", "logGroupNamePrefix", "logGroups",
     "RetentionInDays"},
    {"AWS::RDS::DBInstance", "rds", "DescribeDBInstances", "DBInstanceIdentifier", "DBInstances",
     "AllocatedStorage,BackupRetentionPeriod,DBInstanceClass,DeletionProtection,MultiAZ"},
    {"AWS::SQS::Queue", "sqs", "GetQueueAttributes", "QueueUrl", "Attributes",
     "DelaySeconds,MaximumMessageSize,MessageRetentionPeriod,VisibilityTimeout"},
    {"AWS::SSM::Parameter", "ssm", "GetParameter", "Name", "Parameter", "Type,Value"},
};
static_assert(std::ranges::is_sorted(kLooks, {}, &Look::type));

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto comma = list.find(',');
    names.emplace_back(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return names;
}

/// Null where it is gone.
Json live(CloudFormation& cfn, const Place& place, const Look& look,
          const std::string& physical_id) {
  Json ask = call_input(look.id_member, "", physical_id, Json::object());
  if (look.service == "sqs") ask["AttributeNames"] = Json::array({"All"});
  const auto answer = cfn.cloud.inspect(place, look.service, look.operation, ask);
  if (!answer) return {};
  if (look.list.empty()) return *answer;
  const Json& found = input::member(*answer, look.list);
  if (!found.is_array()) return found;
  return found.empty() ? Json{} : found[0];
}

/// "20" and 20, "true" and true are one value.
bool same_value(const Json& a, const Json& b) {
  if (a.is_structured() || b.is_structured()) return a == b;
  if (input::text(a) == input::text(b)) return true;
  if (a.is_number() && b.is_number()) return a.get<double>() == b.get<double>();
  return false;
}

Json differences(const Look& look, const Json& expected, const Json& actual) {
  Json list = Json::array();
  for (const std::string& name : names_in(look.properties)) {
    const Json& wanted = input::member(expected, name);
    if (wanted.is_null()) continue;
    const Json& found = input::member(actual, name);
    if (same_value(wanted, found)) continue;
    const auto text = [](const Json& value) {
      return value.is_structured() ? value.dump() : input::text(value);
    };
    list.push_back({{"PropertyPath", "/" + name},
                    {"ExpectedValue", text(wanted)},
                    {"ActualValue", text(found)},
                    {"DifferenceType", found.is_null() ? "REMOVE" : "NOT_EQUAL"}});
  }
  return list;
}

Json shown_actual(const Look& look, const Json& expected, const Json& actual) {
  Json shown = expected;
  for (const std::string& name : names_in(look.properties)) {
    if (!expected.contains(name)) continue;
    const Json& found = input::member(actual, name);
    if (found.is_null()) {
      shown.erase(name);
    } else {
      shown[name] = found;
    }
  }
  return shown;
}

void compare_resource(CloudFormation& cfn, Stack& stack, const std::string& id,
                      StackResource& resource) {
  const auto look = std::ranges::lower_bound(kLooks, resource.type, {}, &Look::type);
  const auto number = stack.assembly->number_of(id);
  if (look == std::end(kLooks) || look->type != resource.type || !number) {
    resource.drift = "NOT_CHECKED";
    return;
  }
  const Json& expected = stack.assembly->made_of(*number);
  const Json actual = live(cfn, stack.place, *look, resource.physical_id);
  Json found = Json::array();
  if (actual.is_null()) {
    resource.drift = "DELETED";
  } else {
    found = differences(*look, expected, actual);
    resource.drift = found.empty() ? "IN_SYNC" : "MODIFIED";
  }
  resource.drift_checked = cfn.sim().now();
  resource.drift_details = {{"ExpectedProperties", expected.dump()},
                            {"PropertyDifferences", std::move(found)}};
  if (!actual.is_null())
    resource.drift_details["ActualProperties"] = shown_actual(*look, expected, actual).dump();
}

Json drift_json(const Stack& stack, const std::string& id, const StackResource& resource) {
  Json shown{{"StackId", stack.id},
             {"LogicalResourceId", id},
             {"PhysicalResourceId", resource.physical_id},
             {"ResourceType", resource.type},
             {"StackResourceDriftStatus", resource.drift},
             {"Timestamp", iso8601(resource.drift_checked)}};
  if (resource.drift_details.is_object()) shown.update(resource.drift_details);
  return shown;
}

Process<> detect(CloudFormation& cfn, Stack& stack) {
  tell_drift(cfn, stack);
  co_await cfn.sim().sleep(kPerDetection);
  const std::int64_t drifted = compare_stack(cfn, stack);
  DriftDetection& drift = *stack.drift;
  drift.drifted = drifted;
  drift.status = "DETECTION_COMPLETE";
  drift.drift = drifted > 0 ? "DRIFTED" : "IN_SYNC";
  cfn.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = stack.name,
       .text = drifted > 0 ? fmt::format("drift: {} resources differ from the template", drifted)
                           : "drift: in sync with the template",
       .detail = {{"act", "drift"}, {"status", drift.drift}, {"drifted", drifted}}});
  tell_drift(cfn, stack);
}

bool stands(const StackResource& resource) {
  return !resource.physical_id.empty() && !resource.status.starts_with("DELETE_");
}

}  // namespace

std::int64_t compare_stack(CloudFormation& cfn, Stack& stack) {
  std::int64_t drifted = 0;
  for (auto& [id, resource] : stack.resources) {
    if (!stands(resource)) continue;
    compare_resource(cfn, stack, id, resource);
    if (resource.drift == "MODIFIED" || resource.drift == "DELETED") ++drifted;
  }
  return drifted;
}

ApiResult<Json> detect_stack_drift(CloudFormation& cfn, const Request& request) {
  auto found = named_stack(cfn, request);
  if (!found) return found.error();
  Stack& stack = **found;
  if (stack.in_progress() || stack.status.starts_with("DELETE"))
    return validation_error(
        fmt::format("Drift detection cannot be performed on stack [{}] while it is in {} state",
                    stack.name, stack.status));
  if (stack.drift && stack.drift->status == "DETECTION_IN_PROGRESS")
    return validation_error(
        fmt::format("Drift detection is already in progress for stack [{}]", stack.id));
  stack.drift =
      DriftDetection{.id = cfn.cloud.next_uuid("drift detection"), .begun = cfn.sim().now()};
  cfn.sim().spawn(detect(cfn, stack));
  return Json{{"StackDriftDetectionId", stack.drift->id}};
}

ApiResult<Json> describe_drift_detection(CloudFormation& cfn, const Request& request) {
  const std::string id = input::text(request.input, "StackDriftDetectionId");
  for (const auto& stack : cfn.stacks) {
    if (!stack->drift || stack->drift->id != id) continue;
    Json shown{{"StackId", stack->id},
               {"StackDriftDetectionId", id},
               {"DetectionStatus", stack->drift->status},
               {"StackDriftStatus", stack->drift->drift},
               {"Timestamp", iso8601(stack->drift->begun)}};
    if (stack->drift->drifted >= 0) shown["DriftedStackResourceCount"] = stack->drift->drifted;
    return shown;
  }
  return validation_error(fmt::format("Drift detection id {} does not exist", id));
}

ApiResult<Json> describe_resource_drifts(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  const auto filter = input::texts(request.input, "StackResourceDriftStatusFilters");
  Json list = Json::array();
  for (const auto& [id, resource] : (*stack)->resources) {
    if (!stands(resource) || resource.drift == "NOT_CHECKED") continue;
    if (filter.empty() || std::ranges::find(filter, resource.drift) != filter.end())
      list.push_back(drift_json(**stack, id, resource));
  }
  return Json{{"StackResourceDrifts", std::move(list)}};
}

ApiResult<Json> detect_resource_drift(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  const std::string id = input::text(request.input, "LogicalResourceId");
  const auto found = (*stack)->resources.find(id);
  if (found == (*stack)->resources.end() || !stands(found->second))
    return validation_error(
        fmt::format("Resource {} does not exist for stack {}", id, (*stack)->name));
  compare_resource(cfn, **stack, id, found->second);
  if (found->second.drift == "NOT_CHECKED")
    return validation_error(
        fmt::format("Drift detection is not supported for resource type {}", found->second.type));
  return Json{{"StackResourceDrift", drift_json(**stack, id, found->second)}};
}

}  // namespace opsim::cloudformation
