// How calls go wrong: throttled by their token bucket, or by a fault of the timeline.
#include <fmt/format.h>

#include <algorithm>

#include "sim/cloud/mounted.hpp"

namespace opsim {

namespace {

bool concerns(const Cloud::CallFault& fault, const Request& request) {
  return request.cloud.sim().now() < fault.until &&
         (fault.principal.empty() || fault.principal == request.caller.principal) &&
         (fault.service.empty() || fault.service == request.service) &&
         (fault.operation.empty() || same_operation(request.operation, fault.operation));
}

bool by_chance(const Cloud::CallFault& fault, Simulation& sim) {
  return fault.percent >= 100 || sim.random(fault.luck).uniform() * 100 < fault.percent;
}

}  // namespace

std::uint64_t Cloud::add_call_fault(CallFault fault) {
  const std::uint64_t number = ++last_call_fault_;
  call_faults_.emplace(number, std::move(fault));
  return number;
}

void Cloud::end_call_fault(std::uint64_t number) { call_faults_.erase(number); }

/// Error codes: AWS General Reference, "common errors" (AccessDeniedException,
/// ThrottlingException, InternalFailure); EC2 has codes of its own.
std::optional<ApiError> Cloud::injected_error(const Request& request) {
  std::erase_if(call_faults_, [&](const auto& one) { return sim_.now() >= one.second.until; });
  for (const auto& [number, fault] : call_faults_) {
    if (fault.how == CallFault::How::slow || !concerns(fault, request) || !by_chance(fault, sim_))
      continue;
    const bool ec2 = request.service == "ec2";
    switch (fault.how) {
      case CallFault::How::deny:
        return ApiError{ec2 ? "UnauthorizedOperation" : "AccessDeniedException",
                        fmt::format("User: {} is not authorized to perform: {}:{}",
                                    request.caller.principal, request.service, request.operation),
                        403};
      case CallFault::How::throttle:
        return ApiError{ec2 ? "RequestLimitExceeded" : "ThrottlingException", "Rate exceeded"};
      case CallFault::How::fail:
        if (fault.error) return fault.error;
        return ApiError{ec2 ? "InternalError" : "InternalFailure",
                        "The request processing has failed because of an unknown error.", 500};
      case CallFault::How::slow: break;
    }
  }
  return std::nullopt;
}

Duration Cloud::added_delay(const Request& request) {
  Duration delay{};
  for (const auto& [number, fault] : call_faults_)
    if (fault.how == CallFault::How::slow && concerns(fault, request)) delay += fault.delay;
  return delay;
}

/// Token bucket per account, Region and operation (EC2 API Reference, "Request throttling": buckets
/// refill at a set rate; an empty bucket answers RequestLimitExceeded).
std::optional<ApiError> Cloud::throttled(const Request& request, const CallPhysics& physics) {
  if (physics.tokens_per_second <= 0) return std::nullopt;
  const std::string key = fmt::format("{}/{}/{}:{}", request.place().account,
                                      request.place().region, request.service, request.operation);
  const auto [found, fresh] = buckets_.try_emplace(key, Bucket{physics.bucket, sim_.now()});
  Bucket& bucket = found->second;
  const double seconds = std::chrono::duration<double>(sim_.now() - bucket.at).count();
  bucket.tokens = std::min(physics.bucket, bucket.tokens + seconds * physics.tokens_per_second);
  bucket.at = sim_.now();
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  return ApiError{request.service == "ec2" ? "RequestLimitExceeded" : "ThrottlingException",
                  "Rate exceeded"};
}

}  // namespace opsim
