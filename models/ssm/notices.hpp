#pragma once
/// What Systems Manager tells the world: its events, and its lines in the journal.
#include <string>
#include <string_view>

#include "models/ssm/command.hpp"
#include "models/ssm/execution.hpp"

namespace opsim::ssm {

/// A document as its user named it: the logical id of the resource, else its own name.
std::string title_of(Ssm& ssm, std::string_view document_name);

/// "started on i-00000002", and status InProgress. The entry is the cause of the execution's steps.
CauseId tell_execution_started(Ssm& ssm, Execution& execution);
void tell_execution_ended(Ssm& ssm, Execution& execution);
/// Only the event; for statuses between start and end.
void emit_execution_status(Ssm& ssm, const Execution& execution);

void begin_step(Ssm& ssm, Execution& execution, std::uint32_t number);
/// Records the result, tells of it, and gives the entry that is the cause of what follows.
CauseId end_step(Ssm& ssm, Execution& execution, std::uint32_t number, StepResult result);
/// The step waits for somebody, or goes on.
void set_waiting(Ssm& ssm, Execution& execution, StepRecord& record, bool waiting);
void emit_step_status(Ssm& ssm, const Execution& execution, std::size_t number);

void emit_command_status(Ssm& ssm, const Command& command);
void emit_invocation_status(Ssm& ssm, const Command& command, const Invocation& invocation);
/// "on i-00000002: Success in 36 s".
CauseId tell_invocation_ended(Ssm& ssm, const Command& command, const Invocation& invocation);

void tell(Ssm& ssm, std::string subject, std::string text, std::string source = "");

}  // namespace opsim::ssm
