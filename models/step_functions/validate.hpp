#pragma once
/// The parts of validate(): what a field may hold, and which fields a state may have.
#include <set>
#include <string>
#include <vector>

#include "models/step_functions/definition.hpp"

namespace opsim::step_functions {

inline constexpr const char* kSchema = "SCHEMA_VALIDATION_FAILED";

struct Check {
  static constexpr std::size_t kMostDiagnostics = 1'000;
  std::vector<Diagnostic>& found;
  MachineType type;
  bool machine_is_jsonata = false;
  std::set<std::string> names{};  // of states: unique in the whole machine

  void say(const char* code, std::string location, std::string message,
           bool warning = false) const {
    if (found.size() < kMostDiagnostics)
      found.push_back({code, std::move(message), std::move(location), warning});
  }
};

inline bool has(const Json& object, const std::string& key) {
  return object.is_object() && object.contains(key);
}

/// A path, an intrinsic function or a variable; `reference`: one that may be written to.
void check_path(const Check& check, const Json& value, const std::string& at, bool reference);
void check_expressions(const Check& check, const Json& value, const std::string& at, int depth = 0);
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
/// Concurrency, tolerated failures, batches, the most items of a reader.
void check_map_numbers(const Check& check, const Json& state, const std::string& at);
/// The fields of a state by its type and language, and what stands in those that all share.
void check_fields(const Check& check, const Json& state, const std::string& at, StateType type,
                  Language language);

}  // namespace opsim::step_functions
