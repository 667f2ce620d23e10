// Run Command: statuses, and a command as a whole.
// AWS: Systems Manager User Guide, "Understanding command statuses", "Using targets and rate
// controls" (one node, then two, doubling up to MaxConcurrency; no more once MaxErrors is passed).
#include "models/ssm/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

std::size_t count(const Command& command, CommandStatus status) {
  return static_cast<std::size_t>(
      std::ranges::count(command.invocations, status, &Invocation::status));
}

namespace {

/// What the API and the events show (Status), and what StatusDetails adds.
struct StatusWords {
  std::string_view status;
  std::string_view details;
};
constexpr StatusWords kWords[] = {
    {"Pending", "Pending"},
    {"InProgress", "InProgress"},
    {"Delayed", "Delayed"},
    {"Success", "Success"},
    {"TimedOut", "DeliveryTimedOut"},
    {"TimedOut", "ExecutionTimedOut"},
    {"Failed", "Failed"},
    {"Cancelling", "Cancelling"},
    {"Cancelled", "Cancelled"},
    {"Failed", "Undeliverable"},
    {"Failed", "Terminated"},
    {"Failed", "InvalidPlatform"},
    {"Failed", "AccessDenied"},
    {"Failed", "Incomplete"},
    {"Failed", "RateExceeded"},
    {"Success", "NoInstancesInTag"},
};

const StatusWords& words(CommandStatus status) { return kWords[static_cast<std::size_t>(status)]; }

/// How a command's status follows from its invocations': MaxErrors or more that failed make it
/// Failed, fewer Incomplete; those that could not be delivered, or to the wrong platform, count
/// neither for success nor against it, unless there are no others.
CommandStatus outcome_of(const Command& command) {
  if (command.status == CommandStatus::cancelling) return CommandStatus::cancelled;
  const std::size_t all = command.invocations.size();
  if (all == 0) return CommandStatus::no_instances_in_tag;
  const RateLimit errors = RateLimit::parse(command.max_errors).value_or(RateLimit{0, false});
  const std::size_t enough = std::max<std::size_t>(1, errors_allowed(errors, all));
  const std::size_t failed = count(command, CommandStatus::failed);
  const std::size_t too_long = count(command, CommandStatus::execution_timed_out);
  if (failed + too_long >= enough)
    return failed > 0 ? CommandStatus::failed : CommandStatus::execution_timed_out;
  if (count(command, CommandStatus::delivery_timed_out) >= enough)
    return CommandStatus::delivery_timed_out;
  if (count(command, CommandStatus::cancelled) > 0 && command.alarm != nullptr)
    return CommandStatus::cancelled;
  std::size_t neutral = 0;
  for (const CommandStatus status : {CommandStatus::undeliverable, CommandStatus::invalid_platform,
                                     CommandStatus::access_denied}) {
    neutral += count(command, status);
    if (neutral == all) return status;
  }
  const bool all_worked = count(command, CommandStatus::success) + neutral == all;
  return all_worked ? CommandStatus::success : CommandStatus::incomplete;
}

void end_command(Ssm& ssm, Command& command) {
  if (has_ended(command.status)) return;
  command.status = outcome_of(command);
  ssm.ended_commands.push_back(command.id);
  emit_command_status(ssm, command);
  command.changed.notify_all();
  ssm.forget_old();
}

bool is_stopped_by_alarm(const Command& command) {
  return command.alarm != nullptr && command.alarm->triggered;
}

/// Those never sent, once an error too many happened or an alarm rang.
void give_up_rest(Ssm& ssm, Command& command, std::size_t from) {
  const RateLimit errors = RateLimit::parse(command.max_errors).value_or(RateLimit{0, false});
  const bool too_many = command.errors > errors_allowed(errors, command.invocations.size());
  const CommandStatus status = too_many ? CommandStatus::terminated : CommandStatus::cancelled;
  for (std::size_t i = from; i < command.invocations.size(); ++i)
    set_invocation_status(ssm, command, command.invocations[i], status);
}

/// Until fewer than `most` invocations run, and each one sent was taken where `ramping`.
bool may_send(const Command& command, std::size_t sent, std::size_t most, bool ramping) {
  std::size_t running = 0;
  for (std::size_t i = 0; i < sent; ++i) {
    const CommandStatus status = command.invocations[i].status;
    if (ramping && (status == CommandStatus::pending || status == CommandStatus::delayed))
      return false;
    if (!has_ended(status)) ++running;
  }
  return running < most;
}

}  // namespace

std::string_view status_of(CommandStatus status) { return words(status).status; }
std::string_view details_of(CommandStatus status) { return words(status).details; }

bool has_ended(CommandStatus status) {
  return status != CommandStatus::pending && status != CommandStatus::in_progress &&
         status != CommandStatus::delayed && status != CommandStatus::cancelling;
}

bool counts_as_error(CommandStatus status) {
  return status == CommandStatus::failed || status == CommandStatus::execution_timed_out;
}

void set_invocation_status(Ssm& ssm, Command& command, Invocation& invocation,
                           CommandStatus status) {
  if (invocation.status == status || has_ended(invocation.status)) return;
  invocation.status = status;
  if (status == CommandStatus::in_progress) invocation.started = ssm.sim().now();
  if (!has_ended(status)) {
    emit_invocation_status(ssm, command, invocation);
    return command.acknowledged.notify_all();
  }
  invocation.ended = ssm.sim().now();
  ++command.completed;
  if (counts_as_error(status)) ++command.errors;
  emit_invocation_status(ssm, command, invocation);
  command.acknowledged.notify_all();
}

Process<> run_command(Ssm& ssm, Command& command) {
  const std::size_t nodes = command.invocations.size();
  const RateLimit concurrency =
      RateLimit::parse(command.max_concurrency).value_or(RateLimit{50, false});
  const RateLimit errors = RateLimit::parse(command.max_errors).value_or(RateLimit{0, false});
  const std::size_t most = concurrency_of(concurrency, nodes);
  const std::size_t allowed = errors_allowed(errors, nodes);

  command.status = CommandStatus::in_progress;
  emit_command_status(ssm, command);
  if (command.alarm != nullptr && !objection_of(ssm, command.place, *command.alarm).empty()) {
    give_up_rest(ssm, command, 0);
    co_return end_command(ssm, command);
  }
  if (nodes == 1) {  // the common case needs no process of its own
    co_await run_invocation(ssm, command, 0);
    co_return end_command(ssm, command);
  }
  std::size_t sent = 0;
  std::size_t wave_end = 1;  // one, then two more, then four more, ...
  for (std::size_t wave = 1;
       sent < nodes && command.errors <= allowed && !is_stopped_by_alarm(command);) {
    const bool ramping = wave < most;
    if (sent == wave_end && may_send(command, sent, most, ramping)) {
      wave = std::min(wave * 2, most);
      wave_end = sent + (ramping ? wave : 1);
    }
    if (sent < wave_end && may_send(command, sent, most, false)) {
      command.scope.spawn(run_invocation(ssm, command, sent++));
    } else {
      co_await command.acknowledged.wait();
    }
  }
  if (sent < nodes) give_up_rest(ssm, command, sent);
  while (command.completed < nodes) co_await command.acknowledged.wait();
  end_command(ssm, command);
}

void start_command(Ssm& ssm, Command& command) {
  command.requested = ssm.sim().now();
  for (Invocation& invocation : command.invocations) invocation.requested = command.requested;
  command.scope.spawn(run_command(ssm, command));
}

bool cancel_invocations(Ssm& ssm, Command& command, const std::vector<std::string>& instances) {
  for (Invocation& invocation : command.invocations)
    if (std::ranges::find(instances, invocation.instance_id) != instances.end())
      set_invocation_status(ssm, command, invocation, CommandStatus::cancelled);
  return command.completed < command.invocations.size();
}

void cancel_command(Ssm& ssm, Command& command) {
  if (has_ended(command.status)) return;
  command.status = CommandStatus::cancelling;
  command.scope.cancel();
  for (Invocation& invocation : command.invocations)
    set_invocation_status(ssm, command, invocation, CommandStatus::cancelled);
  end_command(ssm, command);
}

SimTime expiry_of(const Command& command) {
  return command.requested + command.delivery_timeout + execution_timeout(command);
}

Duration execution_timeout(const Command& command) {
  // executionTimeout is a parameter of AWS-RunShellScript; other documents fix timeoutSeconds.
  const std::vector<std::string>& names = command.document->names.parameters;
  const auto found = std::ranges::find(names, "executionTimeout");
  std::string text;
  if (found != names.end())
    text = text_of(command.parameters[static_cast<std::size_t>(found - names.begin())]);
  else if (!command.document->plugins.empty() &&
           command.document->plugins[0].timeout_seconds.is_literal())
    text = text_of(command.document->plugins[0].timeout_seconds.literal());
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds > 0 ? std::chrono::seconds{std::min<std::int64_t>(seconds, 172'800)}
                     : kExecutionTimeout;
}

}  // namespace opsim::ssm
