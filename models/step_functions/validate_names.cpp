// The machine's own fields, the names in it, and what is allowed but rarely meant.
// AWS: API Reference, ValidateStateMachineDefinitionDiagnostic ("List of warning codes", "List of
// error codes"); state-map-distributed (Label, ProcessorConfig). The wording of refusals: the rules
// pf-sfn-asl-* of cdk-preflight, measured on 2026-09-05. UNDOCUMENTED: the wording of warnings.
#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/validate.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

std::string one_of(std::string_view values) {
  return fmt::format("Value should be one of the following: [{}]", values);
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// ---- Warnings ----

bool looks_dynamic(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  if (text == "$" || text == "$$") return true;
  for (const char* const start : {"$.", "$[", "$$."})
    if (text.starts_with(start)) return true;
  return text.starts_with("States.") && text.find('(') != std::string::npos;
}

void warn_of_path(const Check& check, const std::string& field, const Json& value,
                  const std::string& at) {
  if (field.ends_with("Path") || !looks_dynamic(value)) return;
  check.say("NO_PATH", at,
            fmt::format("The value of the field '{0}' looks like a path, but the name of the field "
                        "does not end with 'Path'",
                        field),
            true);
}

void warn_of_dollar(const Check& check, const std::string& field, const Json& value,
                    const std::string& at) {
  if (!looks_dynamic(value)) return;
  check.say("NO_DOLLAR", at,
            fmt::format("The value of the field '{}' looks like a JSONPath or an intrinsic "
                        "function, but the name of the field does not end with '.$'",
                        field),
            true);
}

namespace {
bool holds_dynamic(const Json& value, int depth) {
  if (depth > 100) return false;
  if (!value.is_structured()) return looks_dynamic(value);
  for (const Json& item : value)
    if (holds_dynamic(item, depth + 1)) return true;
  return false;
}
}  // namespace

void warn_of_static_result(const Check& check, const Json& result, const std::string& at) {
  if (!holds_dynamic(result, 0)) return;
  check.say("PASS_RESULT_IS_STATIC", at,
            "The Result of a Pass state is static: a path in it is not evaluated", true);
}

// ---- Fields and names ----

void check_top(const Check& check, const Json& definition) {
  constexpr std::string_view kFields[] = {"Comment", "QueryLanguage",  "StartAt",
                                          "States",  "TimeoutSeconds", "Version"};
  if (!definition.is_object()) return;
  for (const auto& [key, value] : definition.items())
    if (std::ranges::find(kFields, key) == std::end(kFields))
      check.say(kSchema, "/", fmt::format("Field '{}' is not supported", key));
  if (has(definition, "Version") && input::text(definition, "Version") != "1.0")
    check.say(kSchema, "/Version", one_of("1.0"));
  const std::string language = input::text(definition, "QueryLanguage");
  if (has(definition, "QueryLanguage") && language != "JSONPath" && language != "JSONata")
    check.say(kSchema, "/QueryLanguage", one_of("JSONPath, JSONata"));
}

void check_processor(const Check& check, const Json& processor, const std::string& at) {
  const Json& config = input::member(processor, "ProcessorConfig");
  if (!config.is_object()) return;
  const std::string place = at + "/ProcessorConfig";
  const std::string mode = input::text(config, "Mode");
  const std::string type = input::text(config, "ExecutionType");
  if (has(config, "Mode") && mode != "INLINE" && mode != "DISTRIBUTED")
    return check.say(kSchema, place + "/Mode", one_of("INLINE, DISTRIBUTED"));
  if (mode != "DISTRIBUTED") {
    if (has(config, "ExecutionType"))
      check.say(kSchema, place, "Field 'ExecutionType' is not supported");
  } else if (!has(config, "ExecutionType")) {
    check.say(kSchema, place, "These fields are required: [ExecutionType]");
  } else if (type != "STANDARD" && type != "EXPRESS") {
    check.say(kSchema, place + "/ExecutionType", one_of("STANDARD, EXPRESS"));
  }
}

// itemreader: "If you specify GIVEN for CSVHeaderLocation, CSVHeaders is required".
void check_reader(const Check& check, const Json& map, const std::string& at) {
  const Json& config = input::member(input::member(map, "ItemReader"), "ReaderConfig");
  const std::string place = at + "/ItemReader/ReaderConfig";
  const std::string type = input::text(config, "InputType");
  if (type == "JSON" && has(config, "CSVHeaderLocation"))
    check.say(kSchema, place, "Field 'CSVHeaderLocation' is not supported");
  if (input::text(config, "CSVHeaderLocation") == "GIVEN" && !has(config, "CSVHeaders"))
    check.say(kSchema, place, "These fields are required: [CSVHeaders]");
}

// state-map-distributed: "must be unique", "can't exceed 40 characters", and what it must not hold.
void check_label(Check& check, const Json& map, const std::string& at) {
  const std::string label = input::text(map, "Label");
  if (label.empty()) return;
  constexpr std::string_view kForbidden = "?*<>{}[]:;,\\|^~$#%&`\" \t\n\r";
  const std::string place = at + "/Label";
  if (characters(label) > 40)
    check.say(
        "INVALID_LABEL_NAME", place,
        fmt::format("Label '{}' exceeds the 40-character limit allowed by the service", label));
  else if (std::ranges::any_of(label, [&](char c) {
             return kForbidden.find(c) != std::string_view::npos ||
                    static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           }))
    check.say("INVALID_LABEL_NAME", place,
              fmt::format("Label '{}' contains characters that are not allowed", label));
  if (!check.labels.insert(label).second)
    check.say("DUPLICATE_LABEL_NAME", place, fmt::format("Duplicate Label name: {}", label));
}

}  // namespace opsim::step_functions
