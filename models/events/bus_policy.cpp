#include "models/events/bus_policy.hpp"

#include <algorithm>

#include "opsim/cloud/input.hpp"
#include "opsim/cloud/place.hpp"

namespace opsim::events {

namespace {

constexpr std::size_t kPolicyBytes = 10'240;  // eb-quota

bool is_any_of(const Json& value, auto&& holds) {
  if (value.is_array()) return std::ranges::any_of(value, holds);
  return holds(value);
}

bool names_put_events(const Json& action) {
  const std::string text = input::text(action);
  return text == "events:PutEvents" || text == "events:Put*" || text == "events:*" || text == "*";
}

/// "*", "123456789012", "arn:aws:iam::123456789012:root" or the very principal.
bool names_principal(const Json& named, std::string_view account, std::string_view principal) {
  const std::string text = input::text(named);
  if (text == "*" || text == account || text == principal) return true;
  const std::optional<Arn> arn = Arn::parse(text);
  return arn && arn->account == account && arn->resource == "root";
}

bool applies(const Json& statement, std::string_view account, std::string_view principal) {
  if (!statement.is_object() || !is_any_of(input::member(statement, "Action"), names_put_events))
    return false;
  const auto is_this = [&](const Json& named) {
    return names_principal(named, account, principal);
  };
  const Json& who = input::member(statement, "Principal");
  if (!who.is_object()) return is_any_of(who, is_this);
  return std::ranges::any_of(who, [&](const Json& kind) { return is_any_of(kind, is_this); });
}

std::optional<ApiError> take_whole(Json& policy, const Json& given) {
  Json document = given.is_string() ? Json::parse(given.get<std::string>(), nullptr, false) : given;
  if (!input::member(document, "Statement").is_structured())
    return ApiError{"ValidationException",
                    "Parameter Policy is not valid. Reason: it must be a "
                    "JSON policy document."};
  policy = std::move(document);
  return {};
}

}  // namespace

Json& statements_of(Json& policy) {
  if (!policy.is_object()) policy = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  Json& statements = policy["Statement"];
  if (statements.is_object()) statements = Json::array({statements});
  if (!statements.is_array()) statements = Json::array();
  return statements;
}

bool may_put_events(const Json& policy, std::string_view account, std::string_view principal,
                    PolicyContext context) {
  context.values["aws:principalaccount"] = {std::string{account}};
  context.values["aws:principalarn"] = {std::string{principal}};
  bool allowed = false;
  const Json& written = input::member(policy, "Statement");
  const Json statements = written.is_object() ? Json::array({written}) : written;
  for (const Json& statement : statements) {
    if (!applies(statement, account, principal)) continue;
    const Holds holds = conditions_hold(input::member(statement, "Condition"), context);
    const bool denies = input::text(statement, "Effect") == "Deny";
    if (holds == Holds::no || (holds == Holds::unknown && denies)) continue;
    if (denies) return false;
    allowed = true;
  }
  return allowed;
}

std::optional<ApiError> put_permission(Json& policy, const Json& input, std::string_view bus_arn) {
  Json changed = policy;
  if (const Json& whole = input::member(input, "Policy"); !whole.is_null()) {
    if (auto error = take_whole(changed, whole)) return error;
  } else {
    const std::string id = input::text(input, "StatementId");
    const std::string principal = input::text(input, "Principal");
    for (const auto& [name, value] : {std::pair{"Action", input::text(input, "Action")},
                                      {"Principal", principal},
                                      {"StatementId", id}})
      if (value.empty())
        return ApiError{"ValidationException", std::string{"Parameter "} + name +
                                                   " is not valid. Reason: " + name +
                                                   " is a required argument."};
    Json statement{{"Sid", id},
                   {"Effect", "Allow"},
                   {"Action", input::text(input, "Action")},
                   {"Resource", bus_arn}};
    statement["Principal"] =
        principal == "*" ? Json("*") : Json{{"AWS", "arn:aws:iam::" + principal + ":root"}};
    if (const Json& when = input::member(input, "Condition"); when.is_object())
      statement["Condition"] = {
          {input::text(when, "Type"), {{input::text(when, "Key"), input::text(when, "Value")}}}};
    Json& statements = statements_of(changed);
    std::erase_if(statements.get_ref<Json::array_t&>(),
                  [&](const Json& old) { return input::text(old, "Sid") == id; });
    statements.push_back(std::move(statement));
  }
  if (changed.dump().size() > kPolicyBytes)
    return ApiError{"PolicyLengthExceededException",
                    "The permissions policy exceeds the maximum length of 10240 characters."};
  policy = std::move(changed);
  return {};
}

std::optional<ApiError> remove_permission(Json& policy, const Json& input) {
  if (input::boolean(input, "RemoveAllPermissions").value_or(false)) {
    policy = nullptr;
    return {};
  }
  if (!policy.is_object())
    return ApiError{"ResourceNotFoundException", "EventBus does not have a policy."};
  Json& statements = statements_of(policy);
  const std::string id = input::text(input, "StatementId");
  const auto gone = std::erase_if(statements.get_ref<Json::array_t&>(),
                                  [&](const Json& old) { return input::text(old, "Sid") == id; });
  if (gone == 0)
    return ApiError{"ResourceNotFoundException", "Statement with the provided id does not exist."};
  if (statements.empty()) policy = nullptr;
  return {};
}

}  // namespace opsim::events
