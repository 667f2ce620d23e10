// A command on one instance: delivered, run, ended.
// AWS: Systems Manager User Guide, "Understanding command statuses": a command that no agent takes
// within TimeoutSeconds and the execution timeout together is DeliveryTimedOut, and so is one whose
// agent never answers; one that runs longer than its document allows is ExecutionTimedOut, which
// only the agent itself can tell; preconditions skip steps for other platforms.
// UNDOCUMENTED: when Undeliverable is told. Here: at once, of an instance
// that is terminated, or did not run when its tags put it among the targets.
// SIMPLIFIED: an agent that dies while a script runs is noticed when the script should have ended.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/command.hpp"
#include "models/ssm/instances.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

/// The parameters of a command, for preconditions and timeouts.
class CommandValues final : public Values {
 public:
  explicit CommandValues(const Command& command) : command_{command} {}
  [[nodiscard]] const Json* find(const Reference& reference, Json&) const override {
    if (reference.of != Reference::Of::parameter) return nullptr;
    return &command_.parameters[reference.index];
  }

 private:
  const Command& command_;
};

/// How the agent was found.
enum class Reached : std::uint8_t { taken, timed_out, gone };

/// Until the agent takes the command. Absent agents are looked for again, ever less often.
Process<Reached> deliver(Ssm& ssm, Command& command, Invocation& invocation, Stream& luck,
                         std::string& platform) {
  const SimTime deadline = expiry_of(command);
  const Duration dispatch = ssm.timings.dispatch.sample_duration(luck);
  co_await ssm.sim().sleep(dispatch);
  Duration pause = ssm.timings.first_redelivery;
  while (invocation.was_running) {
    if (agent_answers(ssm, command.place, invocation.instance_id)) {
      platform = platform_of(ssm, command.place, invocation.instance_id);
      co_return Reached::taken;
    }
    const auto instance = look_at_instance(ssm, command.place, invocation.instance_id);
    if (!instance || instance->state == "terminated") co_return Reached::gone;
    if (ssm.sim().now() >= deadline) co_return Reached::timed_out;
    set_invocation_status(ssm, command, invocation, CommandStatus::delayed);
    co_await ssm.sim().sleep_until(std::min(deadline, ssm.sim().now() + pause));
    pause = std::min(pause * 2, ssm.timings.last_redelivery);
  }
  co_return Reached::gone;
}

bool applies(const PluginSpec& plugin, const CommandValues& values, const std::string& platform) {
  const auto side = [&](const Fillable& text) {
    const std::string filled = text.fill_text(values);
    return filled == "platformType" ? platform : filled;
  };
  const auto equal = [](std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
  };
  return std::ranges::all_of(plugin.preconditions, [&](const PluginSpec::Precondition& one) {
    return equal(side(one.left), side(one.right));
  });
}

/// One script of the document: what runs under one physics.
struct Script {
  ScriptPhysics* physics = nullptr;  // null: assumed to work
  bool exits_on_failure = false;
};

/// A step of a runbook, or the document, has one physics for the whole; else each plugin its own.
std::vector<Script> scripts_of(Ssm& ssm, const Command& command, const std::string& platform) {
  if (command.physics != nullptr) return {Script{command.physics, true}};
  std::vector<Script> scripts;
  const CommandValues values{command};
  for (const PluginSpec& plugin : command.document->plugins) {
    if (!applies(plugin, values, platform)) continue;
    ScriptPhysics* physics = ssm.script(command.document_name, plugin.name);
    const bool whole = physics != nullptr && physics->name.find('/') == std::string::npos;
    if (whole) return {Script{physics, true}};
    scripts.push_back({physics, plugin.exits_on_failure});
  }
  return scripts;
}

enum class Ran : std::uint8_t { to_its_end, out_of_time };

/// Runs one script; why it failed goes to `failure`.
Process<Ran> run_script(Ssm& ssm, Invocation& invocation, Script script, SimTime deadline,
                        Stream& luck, std::string& failure) {
  WorkRun run;
  if (script.physics != nullptr) {
    run = draw_run(*script.physics, ssm.timings.command_script, script.physics->luck);
  } else {
    run.takes = ssm.timings.command_script.sample_duration(luck);
  }
  if (run.hangs || ssm.sim().now() + run.takes > deadline) {
    co_await ssm.sim().sleep_until(deadline);
    co_return Ran::out_of_time;
  }
  co_await ssm.sim().sleep(run.takes);
  if (script.physics == nullptr) co_return Ran::to_its_end;
  const std::vector<std::string> target{invocation.instance_id};
  if (auto why = why_it_fails(ssm.cloud, *script.physics, run, target)) {
    failure = std::move(*why);
    invocation.response_code = script.physics->exit_code;
  }
  co_return Ran::to_its_end;
}

/// How often one looks whether an agent is back after a reboot (estimate).
constexpr Duration kLookAfterReboot = std::chrono::seconds{5};

bool is_back(Ssm& ssm, const Command& command, const Invocation& invocation) {
  const auto reachable = ssm.cloud.read_quantity(invocation.instance_id, "reachable");
  return reachable.value_or(1) > 0 && agent_answers(ssm, command.place, invocation.instance_id);
}

/// "Rebooting your managed node from scripts": the command is in progress until the agent is back.
/// Whether its document reboots this instance knows whoever knows what the document does, by the
/// quantity `reboot-by DOCUMENT COMMAND`. How the agent was found afterwards.
Process<Reached> reboot_if_asked(Ssm& ssm, Command& command, Invocation& invocation,
                                 SimTime deadline) {
  const std::string& id = invocation.instance_id;
  const auto asked = ssm.cloud.read_quantity(
      id, fmt::format("reboot-by {} {}", command.document_name, command.id));
  if (asked.value_or(0) < 1) co_return Reached::taken;
  Caller agent{command.place, "ssm.amazonaws.com", ""};
  Json which{{"InstanceIds", Json::array({id})}};
  Process<ApiResult<Json>> calling =
      ssm.cloud.call(std::move(agent), "ec2", "RebootInstances", std::move(which));
  const ApiResult<Json> rebooted = co_await std::move(calling);
  if (!rebooted) co_return Reached::taken;
  while (!is_back(ssm, command, invocation)) {
    const auto instance = look_at_instance(ssm, command.place, id);
    if (!instance || instance->state == "terminated") co_return Reached::gone;
    if (ssm.sim().now() >= deadline) co_return Reached::timed_out;
    co_await ssm.sim().sleep(kLookAfterReboot);
  }
  co_return Reached::taken;
}

void finish(Ssm& ssm, Command& command, Invocation& invocation, CommandStatus status,
            std::vector<ScriptPhysics*> worked) {
  if (has_ended(invocation.status)) return;  // cancelled meanwhile
  // The journal's line first: what the scripts changed happened because of the command.
  invocation.ended = ssm.sim().now();
  const CommandStatus before = std::exchange(invocation.status, status);
  const CauseId ended = tell_invocation_ended(ssm, command, invocation);
  const CauseScope because{ssm.sim(), ended};
  for (ScriptPhysics* physics : worked) {
    invocation.told = apply_changes(ssm.cloud, *physics, invocation.instance_id, physics->luck);
    if (!physics->output.empty()) invocation.output = physics->output;
  }
  invocation.status = before;
  set_invocation_status(ssm, command, invocation, status);
}

}  // namespace

Process<> run_invocation(Ssm& ssm, Command& command, std::size_t number) {
  Invocation& invocation = command.invocations[number];
  if (has_ended(invocation.status)) co_return;  // cancelled before it was sent
  Stream luck{ssm.sim().seed(), name_key(command.id) + number};
  std::string platform;
  const Reached reached = co_await deliver(ssm, command, invocation, luck, platform);
  if (reached != Reached::taken)
    co_return finish(
        ssm, command, invocation,
        reached == Reached::gone ? CommandStatus::undeliverable : CommandStatus::delivery_timed_out,
        {});
  if (!runs_on(*command.document, platform))
    co_return finish(ssm, command, invocation, CommandStatus::invalid_platform, {});
  set_invocation_status(ssm, command, invocation, CommandStatus::in_progress);

  const SimTime deadline = ssm.sim().now() + execution_timeout(command);
  std::vector<ScriptPhysics*> worked;
  bool any_failed = false;
  for (const Script& script : scripts_of(ssm, command, platform)) {
    std::string failure;
    const Ran ran = co_await run_script(ssm, invocation, script, deadline, luck, failure);
    const bool lost = !agent_answers(ssm, command.place, invocation.instance_id);
    if (ran == Ran::out_of_time || lost) {
      invocation.error = lost ? "the agent does not answer" : "it ran out of time";
      if (!lost)
        co_return finish(ssm, command, invocation, CommandStatus::execution_timed_out, worked);
      co_await ssm.sim().sleep_until(std::max(ssm.sim().now(), expiry_of(command)));
      co_return finish(ssm, command, invocation, CommandStatus::delivery_timed_out, worked);
    }
    if (failure.empty()) {
      if (script.physics != nullptr) worked.push_back(script.physics);
      continue;
    }
    any_failed = true;
    invocation.error = std::move(failure);
    if (script.exits_on_failure) break;
  }
  if (!any_failed) {
    Process<Reached> rebooting = reboot_if_asked(ssm, command, invocation, deadline);
    const Reached after = co_await std::move(rebooting);
    if (after == Reached::gone)
      co_return finish(ssm, command, invocation, CommandStatus::undeliverable, {});
    if (after == Reached::timed_out)
      co_return finish(ssm, command, invocation, CommandStatus::execution_timed_out, {});
    invocation.response_code = 0;
  }
  finish(ssm, command, invocation, any_failed ? CommandStatus::failed : CommandStatus::success,
         std::move(worked));
}

}  // namespace opsim::ssm
