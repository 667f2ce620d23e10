#pragma once
/// Which way a Choice state goes.
#include "models/step_functions/query.hpp"

namespace opsim::step_functions {

struct Chosen {
  std::string next;
  const Json* rule = nullptr;  // null: the Default
};
/// States.NoChoiceMatched where no rule holds and there is no Default.
Outcome<Chosen> choose(const State& state, Query& query, const Values& values);

/// True for an operator of a choice rule: "StringEquals", "NumericLessThanPath", "IsPresent".
bool is_choice_operator(std::string_view name);

}  // namespace opsim::step_functions
