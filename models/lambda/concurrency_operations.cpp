// AWS: Lambda API Reference, the operation of the same name. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include "models/lambda/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::lambda {

namespace {

Json shown(const Provisioned& provisioned, SimTime now) {
  return {{"RequestedProvisionedConcurrentExecutions", provisioned.requested},
          {"AvailableProvisionedConcurrentExecutions", provisioned.available(now)},
          {"AllocatedProvisionedConcurrentExecutions", provisioned.allocated(now)},
          {"Status", now < provisioned.ready ? "IN_PROGRESS" : "READY"},
          {"LastModified", iso8601(provisioned.modified)}};
}

ApiError no_config(const Function& function, const std::string& qualifier) {
  return {"ProvisionedConcurrencyConfigNotFoundException",
          fmt::format("No Provisioned Concurrency Config found for this function: {}",
                      qualified_arn(function, qualifier)),
          404};
}

}  // namespace

ApiResult<Json> put_function_concurrency(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const auto wanted = input::integer(request.input, "ReservedConcurrentExecutions").value_or(-1);
  if (const ApiResult<void> done = reserve(lambda, *asked->function, wanted); !done)
    return done.error();
  return Json{{"ReservedConcurrentExecutions", wanted}};
}

ApiResult<Json> get_function_concurrency(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Json answer = Json::object();
  if (asked->function->reserved)
    answer["ReservedConcurrentExecutions"] = *asked->function->reserved;
  return answer;
}

ApiResult<Json> delete_function_concurrency(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  if (const ApiResult<void> done = reserve(lambda, *asked->function, std::nullopt); !done)
    return done.error();
  return Json::object();
}

ApiResult<Json> put_provisioned_concurrency_config(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Function& function = *asked->function;
  const std::string& qualifier = asked->qualifier;
  const std::string version = route(function, qualifier, nullptr);
  if (version.empty()) return no_such_version(function, qualifier);
  if (version == kLatest)
    return ApiError{"InvalidParameterValueException",
                    "Provisioned Concurrency Configs cannot be applied to unpublished function "
                    "versions."};
  const auto wanted = input::integer(request.input, "ProvisionedConcurrentExecutions").value_or(0);
  if (wanted < 1)
    return ApiError{"InvalidParameterValueException",
                    "ProvisionedConcurrentExecutions must be at least 1"};
  // "Provisioned concurrency config already exists" on a version that an alias provisions, and the
  // other way round (provisioned-concurrency: a version and an alias of it exclude each other).
  for (const auto& [other, config] : function.provisioned)
    if (other != qualifier && (other == version || route(function, other, nullptr) == qualifier))
      return ApiError{"InvalidParameterValueException",
                      fmt::format("Alias or version with Provisioned Concurrency already exists: "
                                  "{}",
                                  other)};
  const ApiResult<void> done = provision(lambda, function, qualifier, wanted, false);
  if (!done) return done.error();
  return shown(function.provisioned[qualifier], lambda.cloud.sim().now());
}

ApiResult<Json> get_provisioned_concurrency_config(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const auto found = asked->function->provisioned.find(asked->qualifier);
  if (found == asked->function->provisioned.end())
    return no_config(*asked->function, asked->qualifier);
  return shown(found->second, lambda.cloud.sim().now());
}

ApiResult<Json> delete_provisioned_concurrency_config(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  if (asked->function->provisioned.erase(asked->qualifier) == 0)
    return no_config(*asked->function, asked->qualifier);
  return Json::object();
}

ApiResult<Json> list_provisioned_concurrency_configs(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Json all = Json::array();
  for (const auto& [qualifier, provisioned] : asked->function->provisioned) {
    Json one = shown(provisioned, lambda.cloud.sim().now());
    one["FunctionArn"] = qualified_arn(*asked->function, qualifier);
    all.push_back(std::move(one));
  }
  return Json{{"ProvisionedConcurrencyConfigs", std::move(all)}};
}

}  // namespace opsim::lambda
