// Functions: what they are, and where they stand.
// AWS: Lambda API, CreateFunction, PutFunctionConcurrency, PutFunctionEventInvokeConfig.
#include <fmt/format.h>

#include <algorithm>

#include "models/lambda/lambda.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::lambda {

namespace {

ApiError bad_parameter(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

bool well_formed(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// A number from `lowest` to `highest`, `otherwise` where none is given, nothing where it is wrong.
std::optional<std::int64_t> number_in(const Json& input, std::string_view name,
                                      std::int64_t otherwise, std::int64_t lowest,
                                      std::int64_t highest) {
  if (input::member(input, name).is_null()) return otherwise;
  const auto number = input::integer(input, name);
  return number && *number >= lowest && *number <= highest ? number : std::nullopt;
}

}  // namespace

Function* Lambda::find(const Place& near, std::string_view name) {
  Place place = near;
  if (const auto arn = Arn::parse(name)) place = arn->place();
  if (const auto at = name.find("function:"); at != std::string_view::npos)
    name.remove_prefix(at + 9);
  name = name.substr(0, name.find(':'));  // the qualifier: an alias or a version
  const auto here = functions.find(place);
  if (here == functions.end()) return nullptr;
  const auto found = here->second.find(name);
  return found == here->second.end() ? nullptr : &found->second;
}

ApiError no_such_function(const Place& place, std::string_view name) {
  const std::string full = name.starts_with("arn:")
                               ? std::string{name}
                               : arn(place, "lambda", fmt::format("function:{}", name));
  return {"ResourceNotFoundException", fmt::format("Function not found: {}", full), 404};
}

ApiResult<FunctionSpec> read_function(const Json& input) {
  FunctionSpec spec;
  spec.name = input::text(input, "FunctionName");
  if (!well_formed(spec.name))
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'functionName' failed "
                                "to satisfy constraint: a name of up to 64 letters, digits, "
                                "hyphens and underscores",
                                spec.name)};
  const auto timeout = number_in(input, "Timeout", 3, 1, 900);
  if (!timeout) return bad_parameter("Timeout must be from 1 to 900 seconds");
  const auto memory = number_in(input, "MemorySize", 128, 128, 10'240);
  if (!memory) return bad_parameter("MemorySize must be from 128 to 10240 MB");
  spec.timeout = std::chrono::seconds{*timeout};
  spec.memory_mb = *memory;
  spec.role = input::text(input, "Role");
  spec.runtime = input::text(input, "Runtime");
  spec.handler = input::text(input, "Handler");
  spec.description = input::text(input, "Description");
  spec.environment = input::member(input, "Environment");
  spec.dead_letter_arn = input::text(input::member(input, "DeadLetterConfig"), "TargetArn");
  return spec;
}

ApiResult<Function*> add_function(Lambda& lambda, const Place& place, FunctionSpec spec) {
  const auto [found, fresh] = lambda.functions[place].try_emplace(spec.name);
  if (!fresh)
    return ApiError{"ResourceConflictException",
                    fmt::format("Function already exist: {}", spec.name), 409};
  Function& function = found->second;
  function.place = place;
  function.arn = arn(place, "lambda", fmt::format("function:{}", spec.name));
  function.spec = std::move(spec);
  function.created = lambda.cloud.sim().now();
  return &function;
}

ApiResult<AsyncSpec> read_async(const Json& input) {
  AsyncSpec spec;
  const auto retries = number_in(input, "MaximumRetryAttempts", 2, 0, 2);
  if (!retries) return bad_parameter("MaximumRetryAttempts must be from 0 to 2");
  const auto age = number_in(input, "MaximumEventAgeInSeconds", 21'600, 60, 21'600);
  if (!age) return bad_parameter("MaximumEventAgeInSeconds must be from 60 to 21600");
  spec.most_retries = static_cast<int>(*retries);
  spec.most_age = std::chrono::seconds{*age};
  const Json& destinations = input::member(input, "DestinationConfig");
  spec.on_failure = input::text(input::member(destinations, "OnFailure"), "Destination");
  spec.on_success = input::text(input::member(destinations, "OnSuccess"), "Destination");
  return spec;
}

// "you can't reserve so much that less than 100 is left for functions without a reservation"
// (Lambda Developer Guide, configuration-concurrency).
ApiResult<void> reserve(Lambda& lambda, Function& function, std::int64_t concurrency) {
  std::int64_t others = 0;
  for (const auto& [name, other] : lambda.functions[function.place])
    if (&other != &function) others += other.reserved.value_or(0);
  if (concurrency < 0) return bad_parameter("ReservedConcurrentExecutions must be at least 0");
  if (others + concurrency > kAccountConcurrency - kLeastUnreserved)
    return bad_parameter(
        fmt::format("Specified ReservedConcurrentExecutions for function decreases account's "
                    "UnreservedConcurrentExecution below its minimum value of [{}].",
                    kLeastUnreserved));
  function.reserved = concurrency;
  return {};
}

ApiResult<Created> create_function_resource(Lambda& lambda, const ResourceRequest& request) {
  Json properties = request.properties;
  if (input::text(properties, "FunctionName").empty())  // AWS appends random letters
    properties["FunctionName"] =
        fmt::format("{}-{}", request.stack, request.logical_id).substr(0, 64);
  ApiResult<FunctionSpec> spec = read_function(properties);
  if (!spec) return spec.error();
  const ApiResult<Function*> made = add_function(lambda, request.place, *std::move(spec));
  if (!made) return made.error();
  Function& function = **made;
  if (const auto reserved = input::integer(properties, "ReservedConcurrentExecutions"))
    if (const ApiResult<void> done = reserve(lambda, function, *reserved); !done)
      return done.error();
  return Created{function.spec.name, function.arn, {{"Arn", function.arn}}};
}

ApiResult<Created> create_permission(Lambda& lambda, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "FunctionName");
  if (lambda.find(request.place, name) == nullptr) return no_such_function(request.place, name);
  const std::string id = fmt::format("{}-{}", request.stack, request.logical_id);
  return Created{id, "", {{"Id", id}}};
}

ApiResult<Created> create_event_invoke_config(Lambda& lambda, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "FunctionName");
  Function* function = lambda.find(request.place, name);
  if (function == nullptr) return no_such_function(request.place, name);
  ApiResult<AsyncSpec> spec = read_async(request.properties);
  if (!spec) return spec.error();
  function->async = *std::move(spec);
  return Created{fmt::format("{}-{}", request.stack, request.logical_id), "", Json::object()};
}

}  // namespace opsim::lambda
