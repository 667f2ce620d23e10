// What request flows, faults and people may read and change of a function, and its physics.
//
// A model that sends whole flows of requests reads capacity here, at the waist that every model
// has (Cloud::read_quantity). The resource is a function, an alias or a version; of a function a
// part may follow: "duration live" is that of its alias `live`, "duration" that of $LATEST.
//   concurrency-limit   how many invocations may run at once
//   concurrency         how many run now
//   duration            seconds that one takes on average; an alias's versions by their weights
//   errors              per cent of them that fail, likewise
//   cold-start          seconds that a new environment takes on average
// To change for a while, as FIS does: `added delay` (milliseconds, before each run, billed) and
// `failing invocations` (per cent of them, besides the function's own failures).
#include <fmt/format.h>

#include <algorithm>

#include "models/lambda/operations.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::lambda {

namespace {

using Quantity = std::optional<double>;

Function* function_named(Model& model, std::string_view resource) {
  Lambda& lambda = static_cast<Lambda&>(model);
  const Resource* known = lambda.cloud.resources().find(resource);
  return lambda.find(known == nullptr ? lambda.cloud.home() : known->place, resource);
}

/// Of the version that the part means; of an alias's two, by their weights.
template <class Of>
Quantity over_versions(Model& model, std::string_view resource, std::string_view part, Of of) {
  Function* function = function_named(model, resource);
  if (function == nullptr) return std::nullopt;
  const std::string own = read_name({}, resource).qualifier;  // of an alias or a version
  if (part.empty()) part = own;
  const std::string first = route(*function, part, nullptr);
  if (first.empty()) return std::nullopt;
  const Lambda& lambda = static_cast<Lambda&>(model);
  const auto value = [&](std::string_view version) {
    return of(*physics_of(lambda, *function, version));
  };
  const auto alias = function->aliases.find(part);
  if (alias == function->aliases.end() || !alias->second.additional) return value(first);
  const auto& [second, weight] = *alias->second.additional;
  return (1 - weight) * value(first) + weight * value(second);
}

Quantity read_limit(Model& model, std::string_view resource, std::string_view) {
  Function* function = function_named(model, resource);
  if (function == nullptr) return std::nullopt;
  std::int64_t limit = on_demand_limit(static_cast<Lambda&>(model), *function);
  for (const auto& [qualifier, provisioned] : function->provisioned) limit += provisioned.requested;
  return static_cast<double>(limit);
}

Quantity read_running(Model& model, std::string_view resource, std::string_view) {
  Function* function = function_named(model, resource);
  if (function == nullptr) return std::nullopt;
  return static_cast<double>(
      function->running.running(static_cast<Lambda&>(model).cloud.sim().now()));
}

Quantity read_duration(Model& model, std::string_view resource, std::string_view part) {
  const Function* function = function_named(model, resource);
  const Duration added = function == nullptr ? Duration{} : function->added_delay;
  return over_versions(model, resource, part, [&](const FunctionPhysics& physics) {
    return std::chrono::duration<double>(mean_duration(physics) + added).count();
  });
}

Quantity read_errors(Model& model, std::string_view resource, std::string_view part) {
  const Function* function = function_named(model, resource);
  const double added = function == nullptr ? 0 : function->added_errors;
  return over_versions(model, resource, part, [&](const FunctionPhysics& physics) {
    const double works = physics.success_share * (1 - physics.hang_share) * (1 - added);
    return 100 * (1 - works);
  });
}

Quantity read_added_errors(Model& model, std::string_view resource, std::string_view part) {
  const Function* function = function_named(model, resource);
  return function == nullptr || part != "invocations" ? Quantity{}
                                                      : Quantity{function->added_errors * 100};
}

Quantity read_added_delay(Model& model, std::string_view resource, std::string_view part) {
  const Function* function = function_named(model, resource);
  if (function == nullptr || part != "delay") return std::nullopt;
  return std::chrono::duration<double, std::milli>(function->added_delay).count();
}

void change_added_errors(Model& model, std::string_view resource, std::string_view part,
                         Change change) {
  Function* function = function_named(model, resource);
  if (function == nullptr || part != "invocations") return;
  double share = change.value / 100;
  if (change.how == Change::How::by) share += function->added_errors;
  function->added_errors = std::clamp(share, 0.0, 1.0);
}

void change_added_delay(Model& model, std::string_view resource, std::string_view part,
                        Change change) {
  Function* function = function_named(model, resource);
  if (function == nullptr || part != "delay") return;
  double delay = change.value;
  if (change.how == Change::How::by) delay += *read_added_delay(model, resource, part);
  delay = std::clamp(delay, 0.0, 900'000.0);
  function->added_delay =
      std::chrono::round<Duration>(std::chrono::duration<double, std::milli>(delay));
}

Quantity read_cold_start(Model& model, std::string_view resource, std::string_view part) {
  return over_versions(model, resource, part, [](const FunctionPhysics& physics) {
    return std::chrono::duration<double>(mean_cold_start(physics)).count();
  });
}

constexpr std::string_view kFunctionType = "AWS::Lambda::Function";
constexpr std::string_view kAliasType = "AWS::Lambda::Alias";
constexpr std::string_view kVersionType = "AWS::Lambda::Version";

constexpr PhysicalQuantity kQuantityRows[] = {
    {kFunctionType, "added", "ms", read_added_delay, change_added_delay},
    {kFunctionType, "cold-start", "s", read_cold_start},
    {kFunctionType, "concurrency", "", read_running},
    {kFunctionType, "concurrency-limit", "", read_limit},
    {kFunctionType, "duration", "s", read_duration},
    {kFunctionType, "errors", "%", read_errors},
    {kFunctionType, "failing", "%", read_added_errors, change_added_errors},
    {kAliasType, "cold-start", "s", read_cold_start},
    {kAliasType, "concurrency-limit", "", read_limit},
    {kAliasType, "duration", "s", read_duration},
    {kAliasType, "errors", "%", read_errors},
    {kVersionType, "cold-start", "s", read_cold_start},
    {kVersionType, "concurrency-limit", "", read_limit},
    {kVersionType, "duration", "s", read_duration},
    {kVersionType, "errors", "%", read_errors},
};

std::shared_ptr<const FunctionPhysics> read_physics(const PhysicsRequest& request) {
  Diagnostics diagnostics;
  FunctionPhysics physics = read_function_physics(request.name, request.values, diagnostics);
  if (physics.account_concurrency && request.resource != nullptr)
    diagnostics.add(request.values.complaint(
        fmt::format("physics of {}: `account concurrency` is of the account; write it under "
                    "AWS::Lambda::Function",
                    request.name)));
  if (!request.part.empty() && request.resource == nullptr)
    diagnostics.add(request.values.complaint(
        fmt::format("physics of {}/{}: only a function has versions", request.name, request.part)));
  diagnostics.throw_if_any();
  return std::make_shared<const FunctionPhysics>(std::move(physics));
}

}  // namespace

constexpr std::span<const PhysicalQuantity> kLambdaQuantities{kQuantityRows};

void apply_physics(Model& model, const PhysicsRequest& request) {
  Lambda& lambda = static_cast<Lambda&>(model);
  std::shared_ptr<const FunctionPhysics> physics = read_physics(request);
  if (request.resource == nullptr) {
    if (physics->account_concurrency) lambda.account_concurrency = *physics->account_concurrency;
    lambda.usual = std::move(physics);
    return;
  }
  Function* function = lambda.find(request.resource->place, request.resource->physical_id);
  if (function == nullptr) return;
  if (request.part.empty())
    function->physics = std::move(physics);
  else
    function->physics_of_part[std::string{request.part}] = std::move(physics);
}

void apply_version_physics(Model& model, const PhysicsRequest& request) {
  Lambda& lambda = static_cast<Lambda&>(model);
  std::shared_ptr<const FunctionPhysics> physics = read_physics(request);
  if (request.resource == nullptr) return;
  Function* function = lambda.find(request.resource->place, request.resource->physical_id);
  if (function == nullptr) return;
  const Named named = read_name(request.resource->place, request.resource->physical_id);
  function->physics_of_part[named.qualifier] = std::move(physics);
}

}  // namespace opsim::lambda
