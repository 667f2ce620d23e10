#pragma once
/// How long the machinery of Systems Manager takes, and its quotas.
#include <chrono>
#include <cstddef>

#include "opsim/kernel/distribution.hpp"

namespace opsim::ssm {

/// Estimates unless a source is named; medians and 99th percentiles.
struct Timings {
  /// Orchestration before a step acts.
  Distribution step_overhead = *Distribution::parse("lognormal(p50 2s, p99 15s)").value;
  /// From SendCommand until the agent starts the document.
  Distribution dispatch = *Distribution::parse("lognormal(p50 1s, p99 10s)").value;
  /// A script that no physics describes, on an instance.
  Distribution command_script = *Distribution::parse("lognormal(p50 5s, p99 60s)").value;
  /// aws:executeScript without physics: a container starts, Python calls a few APIs.
  Distribution automation_script = *Distribution::parse("lognormal(p50 3s, p99 20s)").value;
  Distribution lambda = *Distribution::parse("lognormal(p50 1s, p99 10s)").value;
  /// Until an approver decides, where physics of the step plays them without saying when.
  Distribution approval = *Distribution::parse("lognormal(p50 10min, p99 2h)").value;
  /// An image of an instance, or a copy of one.
  Distribution image = *Distribution::parse("lognormal(p50 6min, p99 30min)").value;
  /// Between two looks of aws:waitForAwsResourceProperty.
  Duration property_poll = std::chrono::seconds{15};
  /// Between two looks of aws:changeInstanceState.
  Duration state_poll = std::chrono::seconds{15};
  /// From one look for an absent agent to the next: doubles from the first to the last.
  Duration first_redelivery = std::chrono::seconds{2};
  Duration last_redelivery = std::chrono::seconds{60};
};

/// General Reference, "AWS Systems Manager endpoints and quotas".
inline constexpr std::size_t kConcurrentExecutions = 100;
/// Executions with targets and rate control.
inline constexpr std::size_t kConcurrentSpreads = 25;
/// The page names 1,000 and, elsewhere in its table, 5,000: the smaller number is kept.
inline constexpr std::size_t kQueuedExecutions = 1000;
/// User Guide, "Running automations": with adaptive concurrency.
inline constexpr std::size_t kAdaptiveExecutions = 500;
inline constexpr std::size_t kAdaptiveQueue = 5000;
inline constexpr int kDeepestNesting = 5;
/// SIMPLIFIED: AWS keeps 30 days of executions and commands; here the newest ones are kept.
inline constexpr std::size_t kKeptExecutions = 5000;
inline constexpr std::size_t kKeptCommands = 5000;
/// automation-actions: the cancel workflow runs at most two minutes.
inline constexpr Duration kCancelWorkflow = std::chrono::minutes{2};
/// monitor-commands: the default of executionTimeout.
inline constexpr Duration kExecutionTimeout = std::chrono::hours{1};
/// SendCommand, TimeoutSeconds: the console's default; 30 s to 2,592,000 s.
inline constexpr Duration kDeliveryTimeout = std::chrono::minutes{10};

}  // namespace opsim::ssm
