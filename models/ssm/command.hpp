#pragma once
/// Run Command: a document sent to instances.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/ssm/alarm_stop.hpp"
#include "models/ssm/command_outputs.hpp"
#include "models/ssm/document_spec.hpp"
#include "models/ssm/rate_control.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/scope.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::ssm {

class Ssm;
struct ScriptPhysics;

/// AWS: Systems Manager User Guide, "Understanding command statuses". One word stands for the pair
/// that AWS shows (Status, StatusDetails).
enum class CommandStatus : std::uint8_t {
  pending,
  in_progress,
  delayed,
  success,
  delivery_timed_out,
  execution_timed_out,
  failed,
  cancelling,
  cancelled,
  undeliverable,
  terminated,
  invalid_platform,
  access_denied,
  incomplete,           // a command only
  rate_exceeded,        // a command only
  no_instances_in_tag,  // a command only
};
[[nodiscard]] std::string_view status_of(CommandStatus status);   // "TimedOut"
[[nodiscard]] std::string_view details_of(CommandStatus status);  // "DeliveryTimedOut"
[[nodiscard]] bool has_ended(CommandStatus status);
/// Failed and ExecutionTimedOut do; what never reached the instance does not (monitor-commands).
[[nodiscard]] bool counts_as_error(CommandStatus status);

struct Invocation {
  std::string instance_id;
  bool was_running = true;  // when the command was sent
  CommandStatus status = CommandStatus::pending;
  SimTime requested{};
  SimTime started{};
  SimTime ended{};
  int response_code = -1;  // GetCommandInvocation: -1 until it ran
  std::string output;
  std::string error;
  std::string told;  // "disk from 91 % to 50 %"
};

struct Command {
  explicit Command(Simulation& sim) : acknowledged{sim}, changed{sim}, scope{sim} {}

  std::string id;
  std::string document_name;
  int document_version = 1;
  std::shared_ptr<const DocumentSpec> document;
  std::vector<Json> parameters;
  Json given = Json::object();  // Parameters as sent
  Json targets = Json::array();
  std::string comment;
  CommandOutputs outputs;
  Place place;
  SimTime requested{};
  Duration delivery_timeout{};
  std::string max_concurrency = "50";
  std::string max_errors = "0";
  std::vector<Invocation> invocations;
  CommandStatus status = CommandStatus::pending;
  std::size_t completed = 0;
  std::size_t errors = 0;
  std::unique_ptr<AlarmStop> alarm;  // AlarmConfiguration
  bool refused_more = false;         // an error too many: nothing further is sent
  ScriptPhysics* physics = nullptr;  // of the automation step that sent it
  std::string step;                  // "CleanUp/clean", or ""
  std::string source;                // where that step, or the document, was written

  Signal acknowledged;  // an instance took it
  Signal changed;       // it ended
  Scope scope;          // last: its processes go first
};

/// AWS: SendCommand, after its checks. Runs at once; `changed` tells of its end.
void start_command(Ssm& ssm, Command& command);
void cancel_command(Ssm& ssm, Command& command);
/// CancelCommand with InstanceIds: only there. False when nothing is left to run.
bool cancel_invocations(Ssm& ssm, Command& command, const std::vector<std::string>& instances);
/// Sends to all instances, ramping up. The one process of a command.
Process<> run_command(Ssm& ssm, Command& command);
/// One instance: delivered, run, ended.
Process<> run_invocation(Ssm& ssm, Command& command, std::size_t number);
void set_invocation_status(Ssm& ssm, Command& command, Invocation& invocation,
                           CommandStatus status);

/// How long the script of a plugin may take: its timeoutSeconds, or an hour.
[[nodiscard]] Duration execution_timeout(const Command& command);

/// monitor-commands, "Total timeout": TimeoutSeconds and the execution timeout after it was sent,
/// whatever was not taken, or not answered, is DeliveryTimedOut.
[[nodiscard]] SimTime expiry_of(const Command& command);

/// How many of its invocations are in this status.
std::size_t count(const Command& command, CommandStatus status);

}  // namespace opsim::ssm
