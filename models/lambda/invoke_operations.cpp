// Invoke, the settings of asynchronous invocations, and what rules, topics and alarms deliver.
// AWS: Lambda API Reference, the operation of the same name.
#include <fmt/format.h>

#include "models/lambda/operations.hpp"
#include "models/lambda/run_log.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::lambda {

namespace {

constexpr std::size_t kLongestAsync = 262'144;      // Lambda quotas: 256 KB asynchronous
constexpr std::size_t kLongestPayload = 6'291'456;  // and 6 MB synchronous

/// boto3's Payload is bytes: here a text, or JSON as runbooks write it.
std::string payload_of(const Json& input) {
  const Json& payload = input::member(input, "Payload");
  if (payload.is_null()) return "{}";
  return payload.is_string() ? payload.get<std::string>() : payload.dump();
}

/// What is wrong with the request, whatever the function's state.
std::optional<ApiError> refused(Lambda& lambda, const Asked& asked, const std::string& kind,
                                const std::string& payload) {
  if (payload.size() > (kind == "Event" ? kLongestAsync : kLongestPayload))
    return ApiError{"RequestTooLargeException",
                    fmt::format("{} byte payload is too large for the {} invocation type",
                                payload.size(), kind.empty() ? "RequestResponse" : kind),
                    413};
  if (!Json::accept(payload))
    return ApiError{"InvalidRequestContentException",
                    "Could not parse request body into json: the payload is no JSON"};
  if (!kind.empty() && kind != "RequestResponse" && kind != "Event" && kind != "DryRun")
    return ApiError{"InvalidParameterValueException",
                    fmt::format("InvocationType is {}; one of RequestResponse, Event, DryRun",
                                opsim::quoted(kind))};
  const std::string number = route(*asked.function, asked.qualifier, nullptr);
  const Version* version = version_of(*asked.function, number);
  if (number.empty() || version == nullptr)
    return no_such_version(*asked.function, asked.qualifier);
  if (!version->updated && lambda.cloud.sim().now() < version->ready)
    return ApiError{"ResourceConflictException",
                    "The operation cannot be performed at this time. The function is currently in "
                    "the following state: Pending",
                    409};
  return std::nullopt;
}

Json shown_config(const Function& function, const std::string& qualifier, const AsyncSpec& spec) {
  Json shown{
      {"FunctionArn", qualified_arn(function, qualifier)},
      {"MaximumRetryAttempts", spec.most_retries},
      {"MaximumEventAgeInSeconds", std::chrono::floor<std::chrono::seconds>(spec.most_age).count()},
      {"LastModified", iso8601(spec.modified)}};
  if (!spec.on_failure.empty())
    shown["DestinationConfig"]["OnFailure"] = {{"Destination", spec.on_failure}};
  if (!spec.on_success.empty())
    shown["DestinationConfig"]["OnSuccess"] = {{"Destination", spec.on_success}};
  return shown;
}

std::string key_of(const Asked& asked) {
  return asked.qualifier.empty() ? std::string{kLatest} : asked.qualifier;
}

ApiError no_async_config(const Asked& asked) {
  return {"ResourceNotFoundException",
          fmt::format("The function {} doesn't have an EventInvokeConfig",
                      qualified_arn(*asked.function, key_of(asked))),
          404};
}

}  // namespace

Process<ApiResult<Json>> invoke(Lambda& lambda, Request request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) co_return asked.error();
  const std::string kind = input::text(request.input, "InvocationType");
  std::string payload = payload_of(request.input);
  if (std::optional<ApiError> no = refused(lambda, *asked, kind, payload)) co_return *std::move(no);
  Callee callee{asked->function->place, asked->function->name, asked->qualifier};
  if (kind == "DryRun") co_return Json{{"StatusCode", 204}};
  if (kind == "Event") {
    lambda.cloud.sim().spawn(run_queued(lambda, std::move(callee), std::move(payload)));
    co_return Json{{"StatusCode", 202}, {"Payload", ""}};
  }
  ApiResult<Admitted> admitted = admit(lambda, *asked->function, asked->qualifier);
  if (!admitted) co_return admitted.error();
  const bool tail = input::text(request.input, "LogType") == "Tail";
  admitted->wants_log = tail;
  Process<Outcome> running =
      run(lambda, std::move(callee), *std::move(admitted), std::move(payload));
  const Outcome outcome = co_await running;
  Json answer{{"StatusCode", 200},
              {"ExecutedVersion", outcome.version},
              {"Payload", outcome.payload.dump()}};
  if (outcome.failed) answer["FunctionError"] = "Unhandled";
  if (tail) answer["LogResult"] = log_result(outcome.log);
  co_return answer;
}

// Rules, topics and alarms invoke asynchronously: the call is answered before the function runs.
Process<ApiResult<Json>> take_delivery(Lambda& lambda, Delivery delivery) {
  const Place place = delivery.target.place();
  const Function* function = lambda.find(place, delivery.target.resource);
  if (function == nullptr) co_return no_such_function(place, delivery.target.text());
  Callee callee = {function->place, function->name,
                   read_name(place, delivery.target.resource).qualifier};
  if (route(*function, callee.qualifier, nullptr).empty())
    co_return no_such_version(*function, callee.qualifier);
  if (auto refused = refused_invocation(*function, callee.qualifier, delivery))
    co_return *std::move(refused);
  lambda.cloud.sim().spawn(run_queued(lambda, std::move(callee), std::move(delivery.text)));
  co_return Json{{"StatusCode", 202}};
}

ApiResult<Json> put_function_event_invoke_config(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  ApiResult<AsyncSpec> spec = read_async(request.input);
  if (!spec) return spec.error();
  spec->modified = lambda.cloud.sim().now();
  AsyncSpec& kept = asked->function->async[key_of(*asked)] = *std::move(spec);
  return shown_config(*asked->function, key_of(*asked), kept);
}

ApiResult<Json> update_function_event_invoke_config(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const auto found = asked->function->async.find(key_of(*asked));
  if (found == asked->function->async.end()) return no_async_config(*asked);
  Json merged = shown_config(*asked->function, key_of(*asked), found->second);
  if (request.input.is_object()) merged.merge_patch(request.input);
  ApiResult<AsyncSpec> spec = read_async(merged);
  if (!spec) return spec.error();
  spec->modified = lambda.cloud.sim().now();
  found->second = *std::move(spec);
  return shown_config(*asked->function, key_of(*asked), found->second);
}

ApiResult<Json> get_function_event_invoke_config(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const auto found = asked->function->async.find(key_of(*asked));
  if (found == asked->function->async.end()) return no_async_config(*asked);
  return shown_config(*asked->function, key_of(*asked), found->second);
}

ApiResult<Json> delete_function_event_invoke_config(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  if (asked->function->async.erase(key_of(*asked)) == 0) return no_async_config(*asked);
  return Json::object();
}

ApiResult<Json> list_function_event_invoke_configs(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Json all = Json::array();
  for (const auto& [qualifier, spec] : asked->function->async)
    all.push_back(shown_config(*asked->function, qualifier, spec));
  return Json{{"FunctionEventInvokeConfigs", std::move(all)}};
}

}  // namespace opsim::lambda
