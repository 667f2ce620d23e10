#pragma once
/// A state machine's definition, read: what the interpreter walks.
/// Source: states-language.net; Step Functions guide, concepts-amazon-states-language.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/step_functions/integrations.hpp"
#include "opsim/json.hpp"

namespace opsim::step_functions {

enum class Language : std::uint8_t { json_path, jsonata };
enum class StateType : std::uint8_t { task, wait, pass, succeed, fail, choice, parallel, map };
std::string_view to_string(StateType type);  // "Task"
std::optional<StateType> state_type(std::string_view text);

/// "MaxAttempts: 3, IntervalSeconds: 1, BackoffRate: 2.0" where a retrier does not say.
struct Retrier {
  std::vector<std::string> errors;
  double interval_seconds = 1;
  std::int64_t max_attempts = 3;
  double backoff_rate = 2;
  std::optional<double> max_delay_seconds{};
  bool full_jitter = false;
  /// Before retry number `attempt`, counted from 0; without jitter.
  [[nodiscard]] double delay_seconds(std::int64_t attempt) const;
};
struct Catcher {
  std::vector<std::string> errors;
  std::string next;
  Json fields;  // ResultPath, Assign, Output
};

struct Workflow;
struct State {
  std::string name;
  StateType type{};
  Language language{};
  Json fields;  // as written
  std::vector<Retrier> retriers;
  std::vector<Catcher> catchers;
  std::vector<std::shared_ptr<const Workflow>> branches;  // of Parallel; the one of Map
  std::optional<Integration> integration;                 // of Task; nothing if not recognized
  /// Null where the state does not have it. A field that is there and null is a Json null.
  [[nodiscard]] const Json* field(std::string_view key) const {
    const auto at = fields.find(key);
    return at == fields.end() ? nullptr : &*at;
  }
  [[nodiscard]] std::string text(std::string_view key) const {
    const Json* value = field(key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
  }
  [[nodiscard]] bool distributed() const;  // of Map
};
struct Workflow {
  std::string start_at;
  std::map<std::string, State, std::less<>> states;
  std::optional<double> timeout_seconds;
  /// The state, here or in a branch or an item processor at any depth; null where there is none.
  [[nodiscard]] const State* find(std::string_view name) const;
};

/// From a definition that validate() found no error in.
std::shared_ptr<const Workflow> read_workflow(const Json& definition,
                                              Language language = Language::json_path);
/// One state alone, as TestState takes it.
State read_state(std::string name, const Json& fields, Language language);

/// "{% expression %}"
bool is_expression(const Json& value);
std::string_view expression_of(std::string_view text);  // without the marks, trimmed

// ---- What is wrong with a definition ----

/// As ValidateStateMachineDefinition answers it.
struct Diagnostic {
  std::string code;  // "SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET", …
  std::string message;
  std::string location;  // "/States/A/Next"
  bool warning = false;
};
enum class MachineType : std::uint8_t { standard, express };
/// INVALID_JSON_DESCRIPTION, or nothing and the definition.
std::optional<Diagnostic> read_definition_text(std::string_view text, Json& definition);
std::vector<Diagnostic> validate(const Json& definition, MachineType type);
std::vector<Diagnostic> validate_state(const Json& fields, const std::string& location,
                                       Language language);

}  // namespace opsim::step_functions
