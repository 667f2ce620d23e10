// How many invocations may run at once, and where.
// AWS: Lambda Developer Guide, "Understanding Lambda function scaling" (lambda-concurrency),
// "Lambda scaling behavior" (scaling-behavior: 1,000 environments every 10 seconds for each
// function, refilled continuously; 10 requests a second for each unit of concurrency).
// SIMPLIFIED: provisioned concurrency of an alias serves both of its versions, whatever their
// weights, and its environments never fail to start.
// UNDOCUMENTED: the Reason where a function scales too fast.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/lambda/lambda.hpp"

namespace opsim::lambda {

namespace {

/// How long an environment is kept for a next invocation (estimate: AWS names no time).
constexpr Duration kIdleLife = std::chrono::minutes{6};
/// "after a minute or two of preparation" (lambda-concurrency).
constexpr Duration kPrepares = std::chrono::seconds{90};
/// "up to 6,000 execution environments every minute"; 1,000 at once, 100 more a second.
constexpr double kEnvironmentsPerSecond = 100;
constexpr double kMostAtOnce = 1'000;
constexpr double kRequestsPerUnit = 10;

ApiError bad_request(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

/// The API's answer has Reason beside its message; an error here has no room for it but the text.
ApiError too_many(std::string_view reason) {
  return {"TooManyRequestsException", fmt::format("Rate Exceeded. (Reason: {})", reason), 429};
}

std::int64_t provisioned_in(const Function& function) {
  std::int64_t sum = 0;
  for (const auto& [qualifier, provisioned] : function.provisioned) sum += provisioned.requested;
  return sum;
}

/// The account's concurrency less what its other functions keep for themselves.
std::int64_t left_to_all(const Lambda& lambda, const Account& account, const Function* except) {
  std::int64_t left = lambda.account_concurrency;
  for (const auto& [name, other] : account.functions)
    if (&other != except) left -= other.reserved ? *other.reserved : provisioned_in(other);
  return left;
}

void count_unreserved_again(Account& account) {
  account.unreserved.clear();
  for (const auto& [name, function] : account.functions)
    if (!function.reserved)
      for (const SimTime end : function.on_demand.all()) account.unreserved.add(end);
}

Provisioned* provisioned_for(Function& function, const std::string& qualifier,
                             const std::string& version) {
  auto found = function.provisioned.find(qualifier);
  if (found == function.provisioned.end()) found = function.provisioned.find(version);
  return found == function.provisioned.end() ? nullptr : &found->second;
}

/// Why no environment on demand may take the invocation now, or nothing.
std::optional<ApiError> no_room(Lambda& lambda, Function& function) {
  const SimTime now = lambda.cloud.sim().now();
  const std::int64_t most = on_demand_limit(lambda, function);
  EndTimes& running =
      function.reserved ? function.on_demand : lambda.accounts[function.place].unreserved;
  if (running.running(now) < most) return std::nullopt;
  return too_many(function.reserved ? "ReservedFunctionConcurrentInvocationLimitExceeded"
                                    : "ConcurrentInvocationLimitExceeded");
}

bool too_often(Lambda& lambda, Function& function) {
  const SimTime now = lambda.cloud.sim().now();
  const double units = static_cast<double>(function.reserved.value_or(lambda.account_concurrency));
  TokenBucket& bucket =
      function.reserved ? function.requests : lambda.accounts[function.place].requests;
  return !bucket.take(now, kRequestsPerUnit * units, kRequestsPerUnit * units);
}

}  // namespace

std::int64_t Provisioned::allocated(SimTime now) const {
  if (now < preparing_until) return before;
  const double seconds = std::chrono::duration<double>(now - preparing_until).count();
  const double more = std::min(seconds * kEnvironmentsPerSecond, 1e9);
  return std::min(requested, before + static_cast<std::int64_t>(more));
}

std::int64_t on_demand_limit(Lambda& lambda, const Function& function) {
  if (function.reserved)
    return std::max<std::int64_t>(0, *function.reserved - provisioned_in(function));
  return left_to_all(lambda, lambda.accounts[function.place], nullptr);
}

ApiResult<Admitted> admit(Lambda& lambda, Function& function, const std::string& qualifier) {
  Simulation& sim = lambda.cloud.sim();
  const SimTime now = sim.now();
  Stream* luck = nullptr;
  const auto alias = function.aliases.find(qualifier);
  if (alias != function.aliases.end() && alias->second.additional)
    luck = &sim.random(fmt::format("lambda.{}.{}.route", function.name, qualifier));
  Admitted admitted;
  admitted.version = route(function, qualifier, luck);
  Version* version = version_of(function, admitted.version);
  if (admitted.version.empty() || version == nullptr) return no_such_version(function, qualifier);
  const auto refuse = [&](ApiError error) {
    measure(lambda, function, qualifier, admitted.version, Metric::throttles, 1);
    return error;
  };
  // None may run where nothing is reserved for it: an emergency stop (configuration-concurrency).
  if (function.reserved == 0)
    return refuse(too_many("ReservedFunctionConcurrentInvocationLimitExceeded"));
  if (too_often(lambda, function))
    return refuse(too_many(function.reserved ? "ReservedFunctionInvocationRateLimitExceeded"
                                             : "FunctionInvocationRateLimitExceeded"));
  if (Provisioned* provisioned = provisioned_for(function, qualifier, admitted.version))
    if (provisioned->busy.running(now) < provisioned->available(now)) {
      admitted.provisioned = true;
      return admitted;
    }
  if (std::optional<ApiError> error = no_room(lambda, function)) return refuse(*std::move(error));
  const auto physics = physics_of(lambda, function, admitted.version);
  if (version->environments.take_idle(now, physics->idle_life.value_or(kIdleLife))) return admitted;
  if (!function.scaling.take(now, kEnvironmentsPerSecond, kMostAtOnce))
    return refuse(too_many("FunctionInvocationRateLimitExceeded"));
  admitted.cold = true;
  return admitted;
}

void occupy(Lambda& lambda, Function& function, const std::string& qualifier,
            const Admitted& admitted, SimTime end, bool survives) {
  function.running.add(end);
  Provisioned* provisioned = provisioned_for(function, qualifier, admitted.version);
  if (admitted.provisioned && provisioned != nullptr) {
    provisioned->busy.add(end);
    return;
  }
  function.on_demand.add(end);
  if (!function.reserved) lambda.accounts[function.place].unreserved.add(end);
  if (Version* version = version_of(function, admitted.version))
    version->environments.serve(end, survives);
}

// "you can't reserve so much that less than 100 is left for functions without a reservation"
// (Lambda Developer Guide, configuration-concurrency).
ApiResult<void> reserve(Lambda& lambda, Function& function,
                        std::optional<std::int64_t> concurrency) {
  Account& account = lambda.accounts[function.place];
  if (concurrency) {
    std::int64_t left = lambda.account_concurrency;
    for (const auto& [name, other] : account.functions)
      if (&other != &function) left -= other.reserved.value_or(0);
    if (*concurrency < 0) return bad_request("ReservedConcurrentExecutions must be at least 0");
    if (*concurrency > 0 && left - *concurrency < kLeastUnreserved)
      return bad_request(
          fmt::format("Specified ReservedConcurrentExecutions for function decreases account's "
                      "UnreservedConcurrentExecution below its minimum value of [{}].",
                      kLeastUnreserved));
    if (*concurrency < provisioned_in(function))
      return bad_request(
          fmt::format("ReservedConcurrentExecutions {} should not be lower than function's total "
                      "provisioned concurrency [{}].",
                      *concurrency, provisioned_in(function)));
  }
  function.reserved = concurrency;
  count_unreserved_again(account);
  return {};
}

ApiResult<void> provision(Lambda& lambda, Function& function, const std::string& qualifier,
                          std::int64_t concurrency, bool at_once) {
  const Account& account = lambda.accounts[function.place];
  const auto before = function.provisioned.find(qualifier);
  const SimTime now = lambda.cloud.sim().now();
  const std::int64_t had = before == function.provisioned.end() ? 0 : before->second.requested;
  const std::int64_t stands =
      before == function.provisioned.end() ? 0 : before->second.available(now);
  const std::int64_t wanted = provisioned_in(function) - had + concurrency;
  if (function.reserved && wanted > *function.reserved)
    return bad_request(
        fmt::format("Requested Provisioned Concurrency should not be greater than the "
                    "reservedConcurrentExecution for function"));
  if (!function.reserved && left_to_all(lambda, account, &function) - wanted < kLeastUnreserved)
    return bad_request(
        fmt::format("Specified ConcurrentExecutions for function decreases account's "
                    "UnreservedConcurrentExecution below its minimum value of [{}].",
                    kLeastUnreserved));
  Provisioned& made = function.provisioned[qualifier];
  const std::int64_t more = std::max<std::int64_t>(0, concurrency - stands);
  made.requested = concurrency;
  made.before = std::min(stands, concurrency);
  made.modified = now;
  made.preparing_until = at_once || more == 0 ? now : now + kPrepares;
  made.ready = made.preparing_until;
  if (!at_once)
    made.ready += std::chrono::milliseconds{static_cast<std::int64_t>(
        std::ceil(1000.0 * static_cast<double>(more) / kEnvironmentsPerSecond))};
  return {};
}

}  // namespace opsim::lambda
