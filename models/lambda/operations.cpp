// AWS: Lambda API Reference, the operation of the same name. SIMPLIFIED: lists come in one page;
// only $LATEST runs, whatever alias or version is named.
#include <fmt/format.h>

#include "models/lambda/lambda.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::lambda {

namespace {

constexpr std::size_t kLongestAsync = 262'144;      // Lambda quotas: 256 KB asynchronous
constexpr std::size_t kLongestPayload = 6'291'456;  // and 6 MB synchronous

Function* asked_for(Lambda& lambda, const Request& request) {
  return lambda.find(request.place(), input::text(request.input, "FunctionName"));
}

ApiError unknown(const Request& request) {
  return no_such_function(request.place(), input::text(request.input, "FunctionName"));
}

Json configuration(const Function& function) {
  const FunctionSpec& spec = function.spec;
  Json shown{{"FunctionName", spec.name},
             {"FunctionArn", function.arn},
             {"Runtime", spec.runtime},
             {"Role", spec.role},
             {"Handler", spec.handler},
             {"Description", spec.description},
             {"Timeout", spec.timeout.count()},
             {"MemorySize", spec.memory_mb},
             {"LastModified", iso8601(function.created)},
             {"Version", "$LATEST"},
             {"State", "Active"},
             {"LastUpdateStatus", "Successful"},
             {"PackageType", "Zip"},
             {"Architectures", Json::array({"x86_64"})}};
  if (!spec.environment.is_null()) shown["Environment"] = spec.environment;
  if (!spec.dead_letter_arn.empty())
    shown["DeadLetterConfig"] = {{"TargetArn", spec.dead_letter_arn}};
  return shown;
}

/// boto3's Payload is bytes: here a text, or JSON as runbooks write it.
std::string payload_of(const Json& input) {
  const Json& payload = input::member(input, "Payload");
  if (payload.is_null()) return "{}";
  return payload.is_string() ? payload.get<std::string>() : payload.dump();
}

}  // namespace

ApiResult<Json> create_function(Lambda& lambda, const Request& request) {
  ApiResult<FunctionSpec> spec = read_function(request.input);
  if (!spec) return spec.error();
  const ApiResult<Function*> made = add_function(lambda, request.place(), *std::move(spec));
  if (!made) return made.error();
  return configuration(**made);
}

ApiResult<Json> delete_function(Lambda& lambda, const Request& request) {
  const Function* function = asked_for(lambda, request);
  if (function == nullptr) return unknown(request);
  const std::string name = function->spec.name;
  lambda.functions[Place{function->place}].erase(name);
  return Json::object();
}

ApiResult<Json> get_function(Lambda& lambda, const Request& request) {
  const Function* function = asked_for(lambda, request);
  if (function == nullptr) return unknown(request);
  Json answer{{"Configuration", configuration(*function)}, {"Code", {{"RepositoryType", "S3"}}}};
  if (function->reserved)
    answer["Concurrency"] = {{"ReservedConcurrentExecutions", *function->reserved}};
  return answer;
}

ApiResult<Json> get_function_configuration(Lambda& lambda, const Request& request) {
  const Function* function = asked_for(lambda, request);
  if (function == nullptr) return unknown(request);
  return configuration(*function);
}

ApiResult<Json> list_functions(Lambda& lambda, const Request& request) {
  Json all = Json::array();
  for (const auto& [name, function] : lambda.functions[request.place()])
    all.push_back(configuration(function));
  return Json{{"Functions", std::move(all)}};
}

ApiResult<Json> put_function_concurrency(Lambda& lambda, const Request& request) {
  Function* function = asked_for(lambda, request);
  if (function == nullptr) return unknown(request);
  const auto wanted = input::integer(request.input, "ReservedConcurrentExecutions").value_or(-1);
  if (const ApiResult<void> done = reserve(lambda, *function, wanted); !done) return done.error();
  return Json{{"ReservedConcurrentExecutions", wanted}};
}

ApiResult<Json> put_function_event_invoke_config(Lambda& lambda, const Request& request) {
  Function* function = asked_for(lambda, request);
  if (function == nullptr) return unknown(request);
  ApiResult<AsyncSpec> spec = read_async(request.input);
  if (!spec) return spec.error();
  function->async = *std::move(spec);
  return Json{{"FunctionArn", fmt::format("{}:$LATEST", function->arn)},
              {"MaximumRetryAttempts", function->async.most_retries},
              {"MaximumEventAgeInSeconds",
               std::chrono::floor<std::chrono::seconds>(function->async.most_age).count()}};
}

Process<ApiResult<Json>> invoke(Lambda& lambda, Request request) {
  Function* function = asked_for(lambda, request);
  if (function == nullptr) co_return unknown(request);
  const std::string kind = input::text(request.input, "InvocationType");
  std::string payload = payload_of(request.input);
  if (payload.size() > (kind == "Event" ? kLongestAsync : kLongestPayload))
    co_return ApiError{"RequestTooLargeException",
                       fmt::format("{} byte payload is too large for the {} invocation type",
                                   payload.size(), kind.empty() ? "RequestResponse" : kind),
                       413};
  if (!Json::accept(payload))
    co_return ApiError{"InvalidRequestContentException",
                       "Could not parse request body into json: the payload is no JSON"};
  const Place place = function->place;
  std::string name = function->spec.name;
  if (kind == "DryRun") co_return Json{{"StatusCode", 204}};
  if (kind == "Event") {
    lambda.cloud.sim().spawn(run_queued(lambda, place, std::move(name), std::move(payload)));
    co_return Json{{"StatusCode", 202}, {"Payload", ""}};
  }
  if (!kind.empty() && kind != "RequestResponse")
    co_return ApiError{"InvalidParameterValueException",
                       fmt::format("InvocationType is {}; one of RequestResponse, Event, DryRun",
                                   opsim::quoted(kind))};
  if (std::optional<ApiError> refused = admit(lambda, *function)) co_return *std::move(refused);
  Process<Outcome> running = run(lambda, place, std::move(name), std::move(payload));
  const Outcome outcome = co_await running;
  Json answer{
      {"StatusCode", 200}, {"ExecutedVersion", "$LATEST"}, {"Payload", outcome.payload.dump()}};
  if (outcome.failed) answer["FunctionError"] = "Unhandled";
  co_return answer;
}

// Rules, topics and alarms invoke asynchronously: the call is answered before the function runs.
Process<ApiResult<Json>> take_delivery(Lambda& lambda, Delivery delivery) {
  const Function* function = lambda.find(delivery.target.place(), delivery.target.resource);
  if (function == nullptr)
    co_return no_such_function(delivery.target.place(), delivery.target.text());
  lambda.cloud.sim().spawn(
      run_queued(lambda, function->place, function->spec.name, std::move(delivery.text)));
  co_return Json{{"StatusCode", 202}};
}

void apply_physics(Model& model, const PhysicsRequest& request) {
  Lambda& lambda = static_cast<Lambda&>(model);
  Diagnostics diagnostics;
  FunctionPhysics physics = read_function_physics(request.name, request.values, diagnostics);
  if (!request.part.empty())
    diagnostics.add(request.values.complaint(
        fmt::format("physics of {}/{}: a function has no parts", request.name, request.part)));
  diagnostics.throw_if_any();
  if (request.resource == nullptr) {
    lambda.usual = std::move(physics);
    return;
  }
  Function* function = lambda.find(request.resource->place, request.resource->physical_id);
  if (function != nullptr) function->physics = std::move(physics);
}

}  // namespace opsim::lambda
