#pragma once
/// What a state makes of its data: input, arguments, result, output, variables.
/// AWS: concepts-input-output-filtering (JSONPath), transforming-data (JSONata).
#include "models/step_functions/query.hpp"

namespace opsim::step_functions {

/// What TestState shows of the way (InspectionData); null members were not reached. Who does not
/// look gives null, and nothing is copied for it.
using Inspection = Json;

/// InputPath, then Parameters; or Arguments. `arguments` is what a Task is called with.
Outcome<Json> arguments_of(const State& state, Query& query, const Values& values,
                           Inspection* seen);
/// The input as InputPath leaves it.
Outcome<Json> filtered_input(const State& state, Query& query, const Values& values,
                             Inspection* seen);

/// ResultSelector, Assign, ResultPath, OutputPath; or Assign and Output. What Assign says goes to
/// `assigned`, which takes effect once the state has ended.
struct Ended {
  Json output{};
  std::map<std::string, Json> assigned{};
  bool unchanged = false;  // the input goes on as it is, and `output` is empty; not if it is seen
};
Outcome<Ended> end_of(const State& state, Query& query, const Values& values, Json result,
                      Inspection* seen);
/// The end of a state that a Catch handled, or of the rule of a Choice: `fields` has Output,
/// ResultPath and Assign.
Outcome<Ended> caught(const State& state, const Json& fields, Query& query, const Values& values,
                      const Json& error_output);
Outcome<Ended> chosen_end(const State& state, const Json& fields, Query& query,
                          const Values& values, Inspection* seen);

/// A Pass state: its Result, or its input as Parameters shape it.
Outcome<Ended> pass_of(const State& state, Query& query, const Values& values, Inspection* seen);

/// {"Error": …, "Cause": …}
Json error_output(const Failure& failure);

}  // namespace opsim::step_functions
