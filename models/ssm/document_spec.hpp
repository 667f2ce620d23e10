#pragma once
/// A document as it runs: read once, shared by all its executions, never copied.
///
/// AWS: Systems Manager User Guide, "SSM document schema", "Properties shared by all actions".
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/ssm/branch.hpp"
#include "models/ssm/parameter.hpp"
#include "models/ssm/placeholder.hpp"
#include "models/ssm/selector.hpp"

namespace opsim::ssm {

struct Action;

/// `outputs` of a step.
struct StepOutput {
  std::string name;
  ParameterType type = ParameterType::string;
  Selector selector;
};

/// What to do after a failure, or when the execution is cancelled.
struct Jump {
  enum class To : std::uint8_t { abort, proceed, step } to = To::abort;
  std::uint32_t step = 0;
  bool written = false;  // by the document; else it is the default
};

/// aws:executeAwsApi and the two actions that look at what it answers.
struct ApiCallSpec {
  Fillable service;
  Fillable operation;
  Fillable input;  // everything else among the inputs
  std::optional<Selector> property;
  Fillable desired;
};

/// aws:loop: its steps stand behind it in the list of all steps, in their order.
struct LoopSpec {
  std::uint32_t first = 0;
  std::uint32_t end = 0;               // behind the last, those of inner loops included
  std::optional<Condition> condition;  // do while; nothing: for each
};

struct StepSpec {
  std::string name;
  std::string action_name;         // "aws:runCommand"
  const Action* action = nullptr;  // null: AWS has no such action
  Fillable inputs;
  Jump on_failure;
  Jump on_cancel;
  Position on_cancel_at{};
  bool is_end = false;
  bool is_critical = true;
  std::optional<std::uint32_t> next;     // nextStep
  std::optional<std::uint32_t> follows;  // the one after it in the same list
  std::optional<std::uint32_t> loop;     // the aws:loop that it is a step of
  Fillable max_attempts;                 // null: once
  Fillable timeout_seconds;              // null: the action's own
  std::vector<StepOutput> outputs;
  std::optional<Branch> branch;
  std::optional<ApiCallSpec> api;
  std::optional<LoopSpec> looped;
  std::string source;  // "runbook.yaml:23"
};

/// A step of a Command document: `mainSteps` of schema 2.x, an entry of `runtimeConfig` of 1.2.
struct PluginSpec {
  std::string name;
  std::string action;  // "aws:runShellScript"
  struct Precondition {
    Fillable left, right;  // StringEquals: [left, right]
  };
  std::vector<Precondition> preconditions;
  Fillable timeout_seconds;  // null: an hour
  bool exits_on_failure = false;
  std::string source;
};

enum class DocumentType : std::uint8_t { automation, command, change_calendar, change_template };

struct DocumentSpec {
  DocumentType type = DocumentType::automation;
  std::string schema_version;
  std::string description;
  Fillable assume_role;
  Names names;
  std::vector<ParameterSpec> parameters;
  std::vector<ParameterSpec> variables;  // with what they begin as
  std::vector<StepSpec> steps;           // automation
  std::vector<PluginSpec> plugins;       // command
  std::vector<std::string> outputs;      // "describe.State"
  std::string source;                    // "runbook.yaml:1"
};

/// "linux", "macos", "windows": where every plugin of a Command document can run.
[[nodiscard]] bool runs_on(const DocumentSpec& document, std::string_view platform);

std::string_view to_string(DocumentType type);  // "Automation", "Command"

}  // namespace opsim::ssm
