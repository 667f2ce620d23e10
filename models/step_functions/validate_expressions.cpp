// JSONata of a definition, and numbers with bounds.
// What AWS answers is reported in github.com/floci-io/floci, issues 2670, 2745 and 3733.
#include <fmt/format.h>

#include "models/step_functions/jsonata/jsonata.hpp"
#include "models/step_functions/validate.hpp"

namespace opsim::step_functions {

void check_expressions(const Check& check, const Json& value, const std::string& at, int depth) {
  if (depth > 100) return;
  if (value.is_array())
    for (std::size_t place = 0; place < value.size(); ++place)
      check_expressions(check, value[place], fmt::format("{}[{}]", at, place), depth + 1);
  if (value.is_object())
    for (const auto& [key, item] : value.items())
      check_expressions(check, item, fmt::format("{}/{}", at, key), depth + 1);
  if (!value.is_string()) return;
  const auto& text = value.get_ref<const std::string&>();
  if (!is_expression(value)) {
    if (text.starts_with("{%") || text.ends_with("%}"))
      check.say(kSchema, at, "A JSONata expression must begin with '{%' and end with '%}'");
    return;
  }
  const auto read = jsonata::parse(expression_of(text));
  if (const auto* error = std::get_if<jsonata::Error>(&read))
    return check.say("INVALID_JSONATA_EXPRESSION", at, error->message);
  // There is no context: states-language.net, "JSONata expressions".
  for (const std::string& name : jsonata::top_level_references(std::get<jsonata::Expression>(read)))
    check.say("UNSUPPORTED_JSONATA_EXPRESSION", at,
              fmt::format("Reference to '{}' at the top level is not supported.", name));
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
  if (!value.is_number())
    check.say(kSchema, place, "Must be a number");
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
