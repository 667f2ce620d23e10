#pragma once
/// The actions that steps of runbooks may name: one row each.
#include <span>
#include <string>
#include <string_view>

#include "models/ssm/document_spec.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ssm {

class Ssm;
struct Execution;
struct StepRecord;

/// Statuses of steps and of executions. AWS: Systems Manager User Guide, "Automation statuses".
enum class Status : std::uint8_t {
  pending,
  in_progress,
  waiting,
  success,
  timed_out,
  cancelling,
  cancelled,
  failed,
  exited  // of aws:loop: a step within it led out of it
};
std::string_view to_string(Status status);
[[nodiscard]] constexpr bool has_ended(Status status) {
  return status == Status::success || status == Status::timed_out || status == Status::cancelled ||
         status == Status::failed || status == Status::exited;
}
[[nodiscard]] constexpr bool went_well(Status status) {
  return status == Status::success || status == Status::exited;
}

/// How one try of a step ended.
struct StepResult {
  Status status = Status::success;
  Json answer;                        // what the outputs' selectors read
  std::string failure;                // told where it did not succeed
  std::optional<std::uint32_t> next;  // aws:branch
  bool aborts = false;                // aws:loop: a step in it says so, whatever the loop says
  std::string told;                   // for a timeline, behind "ok in 37 s: "
};
StepResult failed(std::string message);

/// What the run function of an action sees. Lives as long as the step runs.
struct StepRun {
  Ssm& ssm;
  Execution& execution;
  const StepSpec& spec;
  StepRecord& record;
  const Values& values;
};

struct Action {
  std::string_view name;
  Process<StepResult> (*run)(StepRun& run) = nullptr;  // null: not simulated
  const Shape* inputs = nullptr;
  /// The inputs of the API that is called stand among the action's own.
  bool open_inputs = false;
  Duration timeout{};  // where a step sets none; zero: no limit
  std::span<const std::string_view> outputs = {};
  std::string_view not_simulated = {};  // why
  std::string_view calls = {};          // the API behind it: "ec2:RunInstances"
  Duration longest{};                   // whatever a step sets; zero: no limit
};

/// Sorted by name.
std::span<const Action> actions();
/// Null when AWS has no such action.
const Action* find_action(std::string_view name);

}  // namespace opsim::ssm
