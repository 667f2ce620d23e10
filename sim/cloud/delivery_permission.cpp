#include "opsim/cloud/delivery_permission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "opsim/document/json_line.hpp"

namespace opsim {
namespace {

/// Service Authorization Reference: the action behind each kind of target.
struct DeliveryAction {
  std::string_view service;
  std::string_view resource;  // a prefix of the ARN's resource
  std::string_view action;
  bool of_target = true;  // about the target's ARN; else about something that it leads to
};
constexpr std::array kActions{
    DeliveryAction{"batch", "", "batch:SubmitJob", false},
    DeliveryAction{"codebuild", "", "codebuild:StartBuild"},
    DeliveryAction{"codepipeline", "", "codepipeline:StartPipelineExecution"},
    DeliveryAction{"ecs", "", "ecs:RunTask", false},
    DeliveryAction{"events", "api-destination/", "events:InvokeApiDestination", false},
    DeliveryAction{"events", "event-bus/", "events:PutEvents"},
    DeliveryAction{"firehose", "", "firehose:PutRecord"},
    DeliveryAction{"kinesis", "", "kinesis:PutRecord"},
    DeliveryAction{"lambda", "", "lambda:InvokeFunction"},
    DeliveryAction{"sns", "", "sns:Publish"},
    DeliveryAction{"sqs", "", "sqs:SendMessage"},
    DeliveryAction{"ssm", "automation-definition/", "ssm:StartAutomationExecution", false},
    DeliveryAction{"ssm", "document/", "ssm:SendCommand", false},
    DeliveryAction{"states", "", "states:StartExecution"},
};

Json list_of(std::string value) {
  Json list(Json::value_t::array);
  list.push_back(std::move(value));
  return list;
}

/// What is known of any delivery (reference_policies_condition-keys).
Json known_context(const Arn& role, const Arn& target) {
  Json context(Json::value_t::array);
  const auto add = [&](std::string_view key, std::string value) {
    context.push_back(json_object("ContextKeyName", key, "ContextKeyType", "string",
                                  "ContextKeyValues", list_of(std::move(value))));
  };
  add("aws:PrincipalAccount", role.account);
  add("aws:PrincipalArn", role.text());
  add("aws:RequestedRegion", target.region);
  add("aws:ResourceAccount", target.account);
  add("aws:SecureTransport", "true");
  return context;
}

}  // namespace

std::optional<ApiError> refused_delivery(Cloud& cloud, const Delivery& delivery) {
  const Arn& target = delivery.target;
  const auto row = std::ranges::find_if(kActions, [&](const DeliveryAction& one) {
    return one.service == target.service && target.resource.starts_with(one.resource);
  });
  const std::optional<Arn> role = Arn::parse(delivery.caller.principal);
  if (row == kActions.end() || !role || role->service != "iam") return std::nullopt;
  const std::string arn = target.text();
  const Json input =
      json_object("ActionNames", list_of(std::string{row->action}), "ContextEntries",
                  known_context(*role, target), "PolicySourceArn", delivery.caller.principal,
                  "ResourceArns", list_of(row->of_target ? arn : "*"));
  const ApiResult<Json> asked =
      cloud.inspect(role->place(), "iam", "SimulatePrincipalPolicy", input);
  if (!asked) return std::nullopt;  // a role of elsewhere, or a world without IAM
  const Json& result = asked->at("EvaluationResults").at(0);
  // What a condition asks for and nobody knows decides nothing.
  if (result.at("EvalDecision") == "allowed" || !result.at("MissingContextValues").empty())
    return std::nullopt;
  return ApiError{
      "AccessDeniedException",
      fmt::format(
          "User: {} is not authorized to perform: {} on resource: {} {}", delivery.caller.principal,
          row->action, arn,
          result.at("EvalDecision") == "explicitDeny"
              ? "with an explicit deny in an identity-based policy"
              : fmt::format("because no identity-based policy allows the {} action", row->action)),
      400};
}

}  // namespace opsim
