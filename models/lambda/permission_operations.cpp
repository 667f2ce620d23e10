// Resource-based policies: which service may invoke a function, and on whose behalf.
// AWS: Lambda API Reference, AddPermission, GetPolicy, RemovePermission; Lambda Developer Guide,
// access-control-resource-based.
// SIMPLIFIED: a function for which nobody wrote a permission takes whatever a service hands it.
#include <fmt/format.h>

#include <algorithm>

#include "models/lambda/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/resource_policy.hpp"

namespace opsim::lambda {

namespace {

std::string statement_key(const std::string& qualifier, const std::string& id) {
  return fmt::format("{}/{}", qualifier, id);
}

Json statement_of(const Function& function, const std::string& qualifier, const Json& input) {
  const std::string principal = input::text(input, "Principal");
  Json statement{{"Sid", input::text(input, "StatementId")},
                 {"Effect", "Allow"},
                 {"Action", input::text(input, "Action")},
                 {"Resource", qualified_arn(function, qualifier)}};
  if (principal.ends_with(".amazonaws.com"))
    statement["Principal"] = {{"Service", principal}};
  else
    statement["Principal"] = principal == "*" ? Json("*") : Json{{"AWS", principal}};
  if (const std::string arn = input::text(input, "SourceArn"); !arn.empty())
    statement["Condition"]["ArnLike"] = {{"AWS:SourceArn", arn}};
  if (const std::string account = input::text(input, "SourceAccount"); !account.empty())
    statement["Condition"]["StringEquals"] = {{"AWS:SourceAccount", account}};
  return statement;
}

// Services that invoke by a role of the customer's: that role is asked (models/iam).
constexpr std::string_view kByRole[] = {"lambda.amazonaws.com", "pipes.amazonaws.com",
                                        "scheduler.amazonaws.com", "states.amazonaws.com"};

Json policy_of(const Function& function, const std::string& qualifier) {
  Json statements = Json::array();
  for (const auto& [key, statement] : function.policy)
    if (key.starts_with(qualifier + "/")) statements.push_back(statement);
  return {{"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", std::move(statements)}};
}

ApiError no_policy() {
  return {"ResourceNotFoundException", "No policy is associated with the given resource.", 404};
}

}  // namespace

void permit(Function& function, const std::string& qualifier, const std::string& id,
            const Json& permission) {
  Json statement = statement_of(function, qualifier, permission);
  statement["Sid"] = id;
  function.policy[statement_key(qualifier, id)] = std::move(statement);
}

std::optional<ApiError> refused_invocation(const Function& function, const std::string& qualifier,
                                           const Delivery& delivery) {
  const std::string& caller = delivery.caller.principal;
  if (!delivery.caller.is_service() || std::ranges::find(kByRole, caller) != std::end(kByRole))
    return std::nullopt;
  // What alarms are called in a function's policy: CloudWatch User Guide,
  // alarms-and-actions-Lambda.
  const std::string principal =
      caller == "cloudwatch.amazonaws.com" ? "lambda.alarms.cloudwatch.amazonaws.com" : caller;
  const std::string resource = qualified_arn(function, qualifier);
  const PolicyAnswer answer = ask_policy(
      policy_of(function, qualifier),
      {"lambda:InvokeFunction", resource, principal, delivery.caller.place.account, delivery.from});
  if (answer == PolicyAnswer::allowed) return std::nullopt;
  return ApiError{
      "AccessDeniedException",
      fmt::format("User: {} is not authorized to perform: lambda:InvokeFunction on resource: {} "
                  "because no resource-based policy allows the lambda:InvokeFunction action",
                  principal, resource),
      403};
}

ApiResult<Json> add_permission(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const std::string id = input::text(request.input, "StatementId");
  if (id.empty() || input::text(request.input, "Action").empty() ||
      input::text(request.input, "Principal").empty())
    return ApiError{"ValidationException",
                    "StatementId, Action and Principal are required parameters"};
  Json statement = statement_of(*asked->function, asked->qualifier, request.input);
  const auto [kept, fresh] = asked->function->policy.try_emplace(
      statement_key(asked->qualifier, id), std::move(statement));
  if (!fresh)
    return ApiError{"ResourceConflictException",
                    fmt::format("The statement id ({}) provided already exists. Please provide a "
                                "new statement id, or remove the existing statement.",
                                id),
                    409};
  return Json{{"Statement", kept->second.dump()}};
}

ApiResult<Json> remove_permission(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const std::string id = input::text(request.input, "StatementId");
  if (asked->function->policy.erase(statement_key(asked->qualifier, id)) == 0)
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Statement {} is not found in resource policy.", id), 404};
  return Json::object();
}

ApiResult<Json> get_policy(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const Json policy = policy_of(*asked->function, asked->qualifier);
  if (policy.at("Statement").empty()) return no_policy();
  return Json{{"Policy", policy.dump()}, {"RevisionId", asked->function->latest.revision_id}};
}

}  // namespace opsim::lambda
