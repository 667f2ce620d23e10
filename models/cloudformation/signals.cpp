// Creation policies: a resource counts as created once it has been told so often enough.
// AWS: CloudFormation User Guide, "CreationPolicy attribute": Count (1), Timeout (PT5M),
// MinSuccessfulInstancesPercent (100); SignalResource.
//
// SIMPLIFIED: an instance whose user data call cfn-signal tells its success when it serves for the
// first time; one that never does, never tells anything. SignalResource does the rest.
#include <fmt/format.h>

#include "models/cloudformation/resource_work.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::cloudformation {

CreationPolicy read_creation_policy(const Json& attributes, const Json& properties,
                                    std::string_view type) {
  CreationPolicy read;
  const Json& policy = input::member(attributes, "CreationPolicy");
  const Json& signal = input::member(policy, "ResourceSignal");
  if (type == "AWS::CloudFormation::WaitCondition" && policy.is_null()) {
    // "Count: default 1"; "Timeout: in seconds", at most 43,200.
    read.count = input::integer(properties, "Count").value_or(1);
    read.timeout = std::chrono::seconds{input::integer(properties, "Timeout").value_or(43'200)};
    return read;
  }
  if (signal.is_null()) return read;
  read.count = input::integer(signal, "Count").value_or(1);
  if (const auto timeout = parse_iso8601_duration(input::text(signal, "Timeout")))
    read.timeout = *timeout;
  read.min_success_percent = input::integer(input::member(policy, "AutoScalingCreationPolicy"),
                                            "MinSuccessfulInstancesPercent")
                                 .value_or(100);
  return read;
}

Process<std::string> await_signals(CloudFormation& cfn, Stack& stack, std::string logical_id,
                                   std::int64_t count, Duration timeout,
                                   std::int64_t min_success_percent) {
  const SimTime deadline = cfn.sim().now() + timeout;
  while (true) {
    const SignalCount heard = stack.signals[logical_id];
    // "a resource fails when so many have failed that the percentage cannot be reached"
    if ((count - heard.failed) * 100 < count * min_success_percent)
      co_return fmt::format(
          "Received {} FAILURE signal(s) out of {}. Unable to satisfy {}% "
          "MinSuccessfulInstancesPercent requirement",
          heard.failed, count, min_success_percent);
    if (heard.succeeded + heard.failed >= count) co_return "";
    const Duration left = deadline - cfn.sim().now();
    if (left <= Duration{})
      co_return fmt::format("Failed to receive {} resource signal(s) within the specified duration",
                            count - heard.succeeded - heard.failed);
    Signal::TimedWait wait = stack.changed.wait_for(left);
    co_await wait;
  }
}

}  // namespace opsim::cloudformation
