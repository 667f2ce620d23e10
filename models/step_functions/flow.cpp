// Input and output processing of a state.
#include "models/step_functions/flow.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

Outcome<std::map<std::string, Json>> assigned_by(const Json& fields, Language language,
                                                 Query& query, const Values& values) {
  std::map<std::string, Json> assigned;
  const auto at = fields.find("Assign");
  if (at == fields.end()) return assigned;
  Outcome<Json> made = query.payload(*at, language, values, "Assign");
  if (!made) return made.error();
  if (made->is_object())
    for (auto& [name, value] : made->items()) assigned.emplace(name, value);
  return assigned;
}

// ResultPath: null discards the result, "$" (the default) replaces the input by it.
Outcome<Json> placed(const Json& fields, const Json& input, const Json& result) {
  const auto at = fields.find("ResultPath");
  if (at == fields.end()) return result;
  if (at->is_null()) return input;
  const auto path = json_path::parse(input::text(*at));
  Json output = input;
  const auto* read = std::get_if<json_path::Path>(&path);
  if (read == nullptr || !json_path::write(*read, output, result))
    return Failure{.error = "States.ResultPathMatchFailure",
                   .cause = fmt::format("Unable to apply step \"{}\" to input {}", input::text(*at),
                                        input.dump())};
  return output;
}

Outcome<Json> filtered(const State& state, const char* key, Query& query, const Values& values) {
  const Json* const path = state.field(key);
  if (path == nullptr) return values.input;
  if (path->is_null()) return Json(Json::object());
  return query.path(input::text(*path), values);
}

Values with_input(const Values& values, const Json& input) {
  return {input, values.context, values.variables, values.result, values.error_output};
}

}  // namespace

Json error_output(const Failure& failure) {
  Json output = Json::object();
  if (failure.error) output["Error"] = *failure.error;
  if (failure.cause) output["Cause"] = *failure.cause;
  return output;
}

Outcome<Json> filtered_input(const State& state, Query& query, const Values& values,
                             Inspection* seen) {
  if (state.language == Language::jsonata) return values.input;
  Outcome<Json> filtered_by = filtered(state, "InputPath", query, values);
  if (filtered_by && seen != nullptr) (*seen)["afterInputPath"] = *filtered_by;
  return filtered_by;
}

Outcome<Json> arguments_of(const State& state, Query& query, const Values& values,
                           Inspection* seen) {
  if (state.language == Language::jsonata) {
    const Json* const written = state.field("Arguments");
    if (written == nullptr) return values.input;
    Outcome<Json> arguments = query.payload(*written, state.language, values, "Arguments");
    if (arguments && seen != nullptr) (*seen)["afterArguments"] = *arguments;
    return arguments;
  }
  const Json* const written = state.field("Parameters");
  if (written != nullptr && seen == nullptr && state.field("InputPath") == nullptr)
    return query.payload(*written, state.language, values, "Parameters");
  Outcome<Json> input = filtered_input(state, query, values, seen);
  if (!input) return input;
  if (written != nullptr) {
    input = query.payload(*written, state.language, with_input(values, *input), "Parameters");
    if (!input) return input;
  }
  if (seen != nullptr) (*seen)["afterParameters"] = *input;
  return input;
}

namespace {

/// ResultPath, then OutputPath.
Outcome<Ended> placed_end(const State& state, Query& query, const Values& values, Json result,
                          std::map<std::string, Json> assigned, Inspection* seen) {
  const Json* const path = state.field("ResultPath");
  const bool filters = state.field("OutputPath") != nullptr;
  if (seen == nullptr && !filters && path == nullptr)
    return Ended{.output = std::move(result), .assigned = std::move(assigned)};
  if (seen == nullptr && !filters && path->is_null())
    return Ended{.assigned = std::move(assigned), .unchanged = true};
  Outcome<Json> output = placed(state.fields, values.input, result);
  if (!output) return output.error();
  if (seen != nullptr) (*seen)["afterResultPath"] = *output;
  if (filters) output = filtered(state, "OutputPath", query, with_input(values, *output));
  if (!output) return output.error();
  return Ended{.output = *std::move(output), .assigned = std::move(assigned)};
}

Outcome<Ended> end_by_expressions(const State& state, Query& query, const Values& values,
                                  Json result) {
  const Values with_result{values.input, values.context, values.variables, &result,
                           values.error_output};
  Ended ended;
  auto assigned = assigned_by(state.fields, state.language, query, with_result);
  if (!assigned) return assigned.error();
  ended.assigned = *std::move(assigned);
  const Json* const written = state.field("Output");
  if (written == nullptr) {
    ended.output = std::move(result);
    return ended;
  }
  Outcome<Json> output = query.payload(*written, state.language, with_result, "Output");
  if (!output) return output.error();
  ended.output = *std::move(output);
  return ended;
}

}  // namespace

Outcome<Ended> end_of(const State& state, Query& query, const Values& values, Json result,
                      Inspection* seen) {
  if (state.language == Language::jsonata)
    return end_by_expressions(state, query, values, std::move(result));
  if (const Json* const selector = state.field("ResultSelector"); selector != nullptr) {
    Outcome<Json> made =
        query.payload(*selector, state.language, with_input(values, result), "ResultSelector");
    if (!made) return made.error();
    if (seen != nullptr) (*seen)["afterResultSelector"] = *made;
    auto assigned = assigned_by(state.fields, state.language, query, with_input(values, result));
    if (!assigned) return assigned.error();
    return placed_end(state, query, values, *std::move(made), *std::move(assigned), seen);
  }
  if (seen != nullptr) (*seen)["afterResultSelector"] = result;
  auto assigned = assigned_by(state.fields, state.language, query, with_input(values, result));
  if (!assigned) return assigned.error();
  return placed_end(state, query, values, std::move(result), *std::move(assigned), seen);
}

Outcome<Ended> caught(const State& state, const Json& fields, Query& query, const Values& values,
                      const Json& error) {
  const Values with_error{values.input, values.context, values.variables, nullptr, &error};
  const bool expressions = state.language == Language::jsonata;
  auto assigned = assigned_by(fields, state.language, query,
                              expressions ? with_error : with_input(values, error));
  if (!assigned) return assigned.error();
  Outcome<Json> output = error;
  if (!expressions) {
    output = placed(fields, values.input, error);
  } else if (const auto written = fields.find("Output"); written != fields.end()) {
    output = query.payload(*written, state.language, with_error, "Output");
  }
  if (!output) return output.error();
  return Ended{.output = *std::move(output), .assigned = *std::move(assigned)};
}

Outcome<Ended> chosen_end(const State& state, const Json& fields, Query& query,
                          const Values& values, Inspection* seen) {
  const bool expressions = state.language == Language::jsonata;
  const bool reshapes =
      expressions ? fields.contains("Output")
                  : state.field("InputPath") != nullptr || state.field("OutputPath") != nullptr;
  if (!reshapes && seen == nullptr) {
    auto assigned = assigned_by(fields, state.language, query, values);
    if (!assigned) return assigned.error();
    return Ended{.assigned = *std::move(assigned), .unchanged = true};
  }
  Outcome<Json> input = filtered_input(state, query, values, seen);
  if (!input) return input.error();
  auto assigned = assigned_by(fields, state.language, query, with_input(values, *input));
  if (!assigned) return assigned.error();
  Outcome<Json> output = *input;
  if (!expressions) {
    output = filtered(state, "OutputPath", query, with_input(values, *input));
  } else if (const auto written = fields.find("Output"); written != fields.end()) {
    output = query.payload(*written, state.language, values, "Output");
  }
  if (!output) return output.error();
  return Ended{.output = *std::move(output), .assigned = *std::move(assigned)};
}

Outcome<Ended> pass_of(const State& state, Query& query, const Values& values, Inspection* seen) {
  if (state.language == Language::jsonata) return end_of(state, query, values, values.input, seen);
  if (const Json* const result = state.field("Result"); result != nullptr)
    return end_of(state, query, values, *result, seen);
  Outcome<Json> result = arguments_of(state, query, values, seen);
  if (!result) return result.error();
  return end_of(state, query, values, *std::move(result), seen);
}

}  // namespace opsim::step_functions
