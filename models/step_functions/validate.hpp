#pragma once
/// The parts of validate(): what a field may hold, and which fields a state may have.
#include <set>
#include <string>
#include <vector>

#include "models/step_functions/definition.hpp"

namespace opsim::step_functions {

struct Integration;

inline constexpr const char* kSchema = "SCHEMA_VALIDATION_FAILED";
inline constexpr const char* kEmpty = "Value cannot be empty";
inline constexpr const char* kOnlyOneOf =
    "This object should have only one of the following fields";
// UNDOCUMENTED: how many workflows may lie in one another (estimate: past any that is written).
inline constexpr int kDeepestWorkflow = 25;

struct Check {
  static constexpr std::size_t kMostDiagnostics = 1'000;
  std::vector<Diagnostic>& found;
  MachineType type;
  bool machine_is_jsonata = false;
  std::set<std::string> names{};   // of states: unique in the whole machine
  std::set<std::string> labels{};  // of distributed Maps, likewise
  int depth = 0;                   // of workflows in workflows

  void say(const char* code, std::string location, std::string message,
           bool warning = false) const {
    if (found.size() < kMostDiagnostics)
      found.push_back({code, std::move(message), std::move(location), warning});
  }
};

inline bool has(const Json& object, const std::string& key) {
  return object.is_object() && object.contains(key);
}

/// One workflow further in, for as long as it lives.
struct Deeper {
  explicit Deeper(Check& in) : check{in} { ++check.depth; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { --check.depth; }
  Check& check;
};

std::string one_of(std::string_view values);
std::size_t characters(std::string_view text);

/// What `$states` has where an expression stands. Guide, transforming-data, "Reserved variable".
struct Reserved {
  bool result = false;
  bool error_output = false;
};

/// A path, an intrinsic function or a variable; `reference`: one that may be written to.
void check_path(const Check& check, const Json& value, const std::string& at, bool reference);
void check_expressions(const Check& check, const Json& value, const std::string& at,
                       Reserved reserved, int depth = 0);
/// Output and Assign of a rule or a catcher.
void check_handled(const Check& check, const Json& fields, const std::string& at, Language language,
                   Reserved reserved);
void check_template(const Check& check, const Json& value, const std::string& at, int depth = 0);
void say_other_language(const Check& check, const std::string& at, std::string_view field,
                        Language language);

// ---- Warnings: what is allowed and rarely meant ----

/// "$.a", "$$.Execution.Id", "States.Format(…)"
bool looks_dynamic(const Json& value);
/// NO_PATH: the value of a field that takes no path.
void warn_of_path(const Check& check, const std::string& field, const Json& value,
                  const std::string& at);
/// NO_DOLLAR, in a payload template.
void warn_of_dollar(const Check& check, const std::string& field, const Json& value,
                    const std::string& at);
/// PASS_RESULT_IS_STATIC
void warn_of_static_result(const Check& check, const Json& result, const std::string& at);

/// The fields of the machine itself.
void check_top(const Check& check, const Json& definition);
/// ProcessorConfig.
void check_processor(const Check& check, const Json& processor, const std::string& at);
/// ItemReader's ReaderConfig.
void check_reader(const Check& check, const Json& map, const std::string& at);
void check_label(Check& check, const Json& map, const std::string& at);
/// A number between two bounds, or nothing. `decimal`: the bounds are told as 0.0.
struct NumberField {
  const char* name;
  double least = 0;
  double most = 1e18;
  bool decimal = false;
};
void check_number(const Check& check, const Json& fields, const std::string& at,
                  const NumberField& number);
/// `Name` or `NamePath`, not both.
void check_only_one(const Check& check, const Json& fields, const std::string& at,
                    const std::string& name);
/// Parameters or Arguments of a Task.
void check_arguments(const Check& check, const Json& state, const std::string& at,
                     const Integration& integration, Language language);
/// Concurrency, tolerated failures, batches, the most items of a reader.
void check_map_numbers(const Check& check, const Json& state, const std::string& at);
/// The fields of a state by its type and language, and what stands in those that all share.
void check_fields(const Check& check, const Json& state, const std::string& at, StateType type,
                  Language language);

}  // namespace opsim::step_functions
