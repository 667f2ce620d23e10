// Paths, payload templates and expressions of a running state.
// AWS: amazon-states-language-paths, input-output-inputpath-params, transforming-data (JSONata).
#include "models/step_functions/query.hpp"

#include <fmt/format.h>

namespace opsim::step_functions {

std::string_view type_name(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "boolean";
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  return value.is_array() ? "array" : "object";
}

const json_path::Path* Query::read_path(std::string_view text) {
  if (const auto known = paths_.find(text); known != paths_.end()) return &known->second;
  auto read = json_path::parse(text);
  if (!std::holds_alternative<json_path::Path>(read)) return nullptr;
  return &paths_.emplace(std::string{text}, std::get<json_path::Path>(std::move(read)))
              .first->second;
}

// `why` says what a failure is without the words around it.
Outcome<Json> Query::follow(std::string_view text, const Values& values, std::string& why) {
  const json_path::Path* const path = read_path(text);
  if (path == nullptr) {
    why = "the path cannot be read";
    return Failure{.error = kRuntimeError, .cause = why};
  }
  std::variant<Json, std::string> found;
  if (path->variable.empty()) {
    found = json_path::read(*path, values.input);
  } else if (path->variable == "$") {
    found = json_path::read(*path, values.context());
  } else if (const Json* variable = values.variables.find(path->variable)) {
    found = json_path::read(*path, *variable);
  } else {
    found = fmt::format("The variable '{}' is not defined", path->variable);
  }
  if (auto* value = std::get_if<Json>(&found)) return std::move(*value);
  why = std::get<std::string>(std::move(found));
  return Failure{.error = kRuntimeError, .cause = why};
}

Outcome<Json> Query::path(std::string_view text, const Values& values) {
  if (text.starts_with("States.")) return reference(text, values);
  std::string why;
  Outcome<Json> found = follow(text, values, why);
  if (found) return found;
  return Failure{.error = kRuntimeError, .cause = fmt::format("Invalid path '{}' : {}", text, why)};
}

Outcome<Json> Query::reference(std::string_view text, const Values& values) {
  if (text.starts_with("$")) return path(text, values);
  const PathReader read = [&](std::string_view argument) { return path(argument, values); };
  return evaluate_intrinsic(text, read, world_.chance);
}

Outcome<Json> Query::template_of(const Json& written, const Values& values,
                                 const std::string& field) {
  if (written.is_array()) {
    Json list = Json::array();
    for (const Json& item : written) {
      Outcome<Json> value = template_of(item, values, field);
      if (!value) return value;
      list.push_back(*std::move(value));
    }
    return list;
  }
  if (!written.is_object()) return written;
  Json filled = Json::object();
  for (const auto& [key, item] : written.items()) {
    if (!key.ends_with(".$")) {
      Outcome<Json> value = template_of(item, values, key);
      if (!value) return value;
      filled[key] = *std::move(value);
      continue;
    }
    const std::string text = item.is_string() ? item.get<std::string>() : item.dump();
    std::string why;
    Outcome<Json> value =
        text.starts_with("$") ? follow(text, values, why) : reference(text, values);
    if (!value) {
      if (!text.starts_with("$")) return value;
      const Json shown = text.starts_with("$$") ? values.context() : values.input;
      return Failure{
          .error = "States.ParameterPathFailure",
          .cause = fmt::format("The JSONPath '{}' specified for the field '{}' could not "
                               "be found in the input '{}'",
                               text, key, shown.dump())};
    }
    filled[key.substr(0, key.size() - 2)] = *std::move(value);
  }
  return filled;
}

Outcome<Json> Query::expressions_in(const Json& written, const Values& values,
                                    const std::string& field) {
  if (is_expression(written))
    return expression(written.get_ref<const std::string&>(), values, field);
  if (!written.is_structured()) return written;
  Json filled = written.is_array() ? Json::array() : Json::object();
  std::size_t at = 0;
  for (const auto& [key, item] : written.items()) {
    const std::string place =
        written.is_array() ? fmt::format("{}[{}]", field, at++) : fmt::format("{}/{}", field, key);
    Outcome<Json> value = expressions_in(item, values, place);
    if (!value) return value;
    if (written.is_array()) {
      filled.push_back(*std::move(value));
    } else {
      filled[key] = *std::move(value);
    }
  }
  return filled;
}

Outcome<Json> Query::payload(const Json& written, Language language, const Values& values,
                             const std::string& field) {
  return language == Language::jsonata ? expressions_in(written, values, field)
                                       : template_of(written, values, field);
}

Outcome<Json> Query::expression(std::string_view marked, const Values& values,
                                const std::string& field) {
  const std::string text{expression_of(marked)};
  const auto failed = [&](std::string_view what) -> Outcome<Json> {
    return Failure{
        .error = kQueryError,
        .cause = fmt::format("The JSONata expression '{}' specified for the field '{}' {}", text,
                             field, what)};
  };
  auto known = expressions_.find(text);
  if (known == expressions_.end()) {
    auto read = jsonata::parse(text);
    if (const auto* error = std::get_if<jsonata::Error>(&read))
      return failed(fmt::format("could not be parsed. {}: {}", error->code, error->message));
    known = expressions_.emplace(text, std::get<jsonata::Expression>(std::move(read))).first;
  }
  std::map<std::string, Json> variables;
  for (const std::string& name : jsonata::free_variables(known->second)) {
    if (name == "states") {
      Json states{{"input", values.input}, {"context", values.context()}};
      if (values.result != nullptr) states["result"] = *values.result;
      if (values.error_output != nullptr) states["errorOutput"] = *values.error_output;
      variables.emplace(name, std::move(states));
    } else if (const Json* variable = values.variables.find(name)) {
      variables.emplace(name, *variable);
    }
  }
  const jsonata::Host host{world_.milliseconds, world_.chance.number, world_.chance.uuid};
  auto result = jsonata::evaluate(known->second, std::nullopt, variables, host);
  if (const auto* error = std::get_if<jsonata::Error>(&result)) {
    if (error->code == jsonata::kNoJson) return failed("returned an unsupported result type.");
    // A bound of the service has no code of JSONata.
    return failed(
        error->code == jsonata::kBound
            ? fmt::format("threw an error during evaluation: {}", error->message)
            : fmt::format("threw an error during evaluation. {}: {}", error->code, error->message));
  }
  auto& value = std::get<std::optional<Json>>(result);
  if (!value) return failed("returned nothing (undefined).");
  return *std::move(value);
}

Outcome<Json> Query::typed(std::string_view marked, std::string_view type, const Values& values,
                           const std::string& field) {
  Outcome<Json> value = expression(marked, values, field);
  if (!value || type_name(*value) == type) return value;
  return Failure{
      .error = kQueryError,
      .cause = fmt::format("The JSONata expression '{}' specified for the field '{}' returned an "
                           "unexpected result type. Expected '{}', but was '{}' for value: {}",
                           expression_of(marked), field, type, type_name(*value), value->dump())};
}

}  // namespace opsim::step_functions
