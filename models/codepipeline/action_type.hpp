#pragma once
/// What each action provider wants of its declaration, and how long it may take. A table of data.
///
/// AWS: CodePipeline User Guide, "Action structure reference" (action-reference), "Number of input
/// and output artifacts for each action type", "Quotas" (limits: default time-outs).
#include <span>
#include <string_view>

#include "models/codepipeline/pipeline.hpp"

namespace opsim::codepipeline {

struct ActionType {
  std::string_view category;
  std::string_view owner;
  std::string_view provider;
  int least_inputs;
  int most_inputs;
  int least_outputs;
  int most_outputs;
  std::string_view required;     // configuration keys, by blanks
  Duration limit;                // how long it may take unless it says so
  std::string_view absent = {};  // why it is not simulated
};

/// Null for what AWS does not have.
[[nodiscard]] const ActionType* find_action_type(const TypeId& type);
/// Keys of `required` that `action` lacks; "" for none.
[[nodiscard]] std::string missing_key(const ActionType& type, const ActionSpec& action);

}  // namespace opsim::codepipeline
