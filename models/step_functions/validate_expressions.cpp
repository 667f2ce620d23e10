// JSONata of a definition, and numbers with bounds.
// What AWS answers is reported in github.com/floci-io/floci, issues 2670, 2745 and 3733.
#include <fmt/format.h>

#include "models/step_functions/jsonata/jsonata.hpp"
#include "models/step_functions/validate.hpp"

namespace opsim::step_functions {

namespace {

// "Attempting to access $states.result or $states.errorOutput from fields and states where they are
// not accessible will be caught at creation, update, or validation of the state machine."
void check_reserved(const Check& check, const jsonata::Expression& expression,
                    const std::string& at, Reserved reserved) {
  for (const std::string& field : jsonata::fields_of(expression, "states"))
    if ((field == "result" && !reserved.result) ||
        (field == "errorOutput" && !reserved.error_output))
      check.say("UNSUPPORTED_JSONATA_EXPRESSION", at,
                fmt::format("Field '$states.{}' does not exist.", field));
}

}  // namespace

void check_expressions(const Check& check, const Json& value, const std::string& at,
                       Reserved reserved, int depth) {
  if (depth > 100) return;
  if (value.is_array())
    for (std::size_t place = 0; place < value.size(); ++place)
      check_expressions(check, value[place], fmt::format("{}[{}]", at, place), reserved, depth + 1);
  if (value.is_object())
    for (const auto& [key, item] : value.items())
      check_expressions(check, item, fmt::format("{}/{}", at, key), reserved, depth + 1);
  if (!value.is_string()) return;
  const auto& text = value.get_ref<const std::string&>();
  if (!is_expression(value)) {
    if (text.starts_with("{%") || text.ends_with("%}"))
      check.say(kSchema, at, "JSONata string must start with {% and end with %}");
    return;
  }
  const auto read = jsonata::parse(expression_of(text));
  if (const auto* error = std::get_if<jsonata::Error>(&read))
    return check.say("INVALID_JSONATA_EXPRESSION", at, error->message);
  // There is no context: states-language.net, "JSONata expressions".
  const auto& expression = std::get<jsonata::Expression>(read);
  for (const std::string& name : jsonata::top_level_references(expression))
    check.say("UNSUPPORTED_JSONATA_EXPRESSION", at,
              fmt::format("Reference to '{}' at the top level is not supported.", name));
  check_reserved(check, expression, at, reserved);
}

void check_handled(const Check& check, const Json& fields, const std::string& at, Language language,
                   Reserved reserved) {
  for (const char* const key : {"Assign", "Output"}) {
    if (!has(fields, key)) continue;
    const std::string place = fmt::format("{}/{}", at, key);
    if (language == Language::jsonata)
      check_expressions(check, fields[key], place, reserved);
    else if (key[0] == 'A')
      check_template(check, fields[key], place);
    else
      say_other_language(check, at, key, language);
  }
}

void check_number(const Check& check, const Json& fields, const std::string& at,
                  const NumberField& number) {
  if (!has(fields, number.name) || is_expression(fields[number.name])) return;
  const Json& value = fields[number.name];
  const std::string place = fmt::format("{}/{}", at, number.name);
  const auto shown = [&](double bound) {
    return number.decimal ? fmt::format("{:.1f}", bound) : fmt::format("{:.0f}", bound);
  };
  if (value.is_string() && value.get_ref<const std::string&>().find("${") != std::string::npos)
    return;  // a definition substitution, filled in later
  if (!value.is_number() || (!number.decimal && value.is_number_float()))
    check.say(kSchema, place,
              number.decimal ? "Must be a number" : "Expected value of type Integer");
  else if (value.get<double>() < number.least)
    check.say(kSchema, place, fmt::format("Minimum value is {}", shown(number.least)));
  else if (value.get<double>() > number.most)
    check.say(kSchema, place, fmt::format("Maximum value is {}", shown(number.most)));
}

void check_only_one(const Check& check, const Json& fields, const std::string& at,
                    const std::string& name) {
  if (has(fields, name) && has(fields, name + "Path"))
    check.say(
        kSchema, at,
        fmt::format("There should only be one of the following fields: [{}, {}Path]", name, name));
}

void check_map_numbers(const Check& check, const Json& state, const std::string& at) {
  const auto both = [&](const Json& fields, const std::string& place, const NumberField& number) {
    check_number(check, fields, place, number);
    check_only_one(check, fields, place, number.name);
  };
  both(state, at, {"MaxConcurrency"});
  both(state, at, {"ToleratedFailureCount"});
  both(state, at, {"ToleratedFailurePercentage", 0, 100, true});
  if (has(state, "ItemBatcher"))
    for (const char* const name : {"MaxItemsPerBatch", "MaxInputBytesPerBatch"})
      both(state["ItemBatcher"], at + "/ItemBatcher", {name});
  if (has(state, "ItemReader") && has(state["ItemReader"], "ReaderConfig"))
    both(state["ItemReader"]["ReaderConfig"], at + "/ItemReader/ReaderConfig",
         {"MaxItems", 0, 100'000'000});
}

}  // namespace opsim::step_functions
