// What the fields of a state may be and hold.
#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/intrinsics/intrinsics.hpp"
#include "models/step_functions/json_path/json_path.hpp"
#include "models/step_functions/validate.hpp"

namespace opsim::step_functions {

// A path, an intrinsic function or a variable where a field wants one.
void check_path(const Check& check, const Json& value, const std::string& at, bool reference) {
  if (value.is_null()) return;
  if (!value.is_string()) return check.say(kSchema, at, "A path must be a string");
  const auto& text = value.get_ref<const std::string&>();
  if (text.starts_with("States.")) {
    if (std::string why = intrinsic_error(text); !why.empty())
      check.say(kSchema, at,
                fmt::format("The value for the field is not a valid intrinsic function: {}", why));
    return;
  }
  const auto read = json_path::parse(text);
  if (const auto* error = std::get_if<json_path::Error>(&read))
    return check.say(kSchema, at, fmt::format("Value is not a valid JSONPath: {}", error->message));
  const auto& path = std::get<json_path::Path>(read);
  if (reference && (!json_path::is_reference(path) || !path.variable.empty()))
    check.say(kSchema, at, "Value is not a Reference Path");
}

void check_template(const Check& check, const Json& value, const std::string& at, int depth) {
  if (depth > 100) return;
  if (value.is_array())
    for (const Json& item : value) check_template(check, item, at, depth + 1);
  if (!value.is_object()) return;
  for (const auto& [key, item] : value.items()) {
    const std::string place = fmt::format("{}/{}", at, key);
    if (!key.ends_with(".$")) {
      warn_of_dollar(check, key, item, place);
      check_template(check, item, place, depth + 1);
      continue;
    }
    const std::string bare = key.substr(0, key.size() - 2);
    if (value.contains(bare))
      check.say(kSchema, at,
                fmt::format("The field '{}' is given twice: as '{}' and as '{}'", bare, bare, key));
    if (!item.is_string()) {
      check.say(kSchema, place,
                fmt::format("The value for the field '{}' must be a STRING that contains a "
                            "JSONPath or an intrinsic function",
                            key));
      continue;
    }
    const auto& text = item.get_ref<const std::string&>();
    if (!text.starts_with("$") && !text.starts_with("States."))
      check.say(kSchema, place,
                fmt::format("The value for the field '{}' must be a valid JSONPath or a valid "
                            "intrinsic function call",
                            key));
    else
      check_path(check, item, place, false);
  }
}

void say_other_language(const Check& check, const std::string& at, std::string_view field,
                        Language language) {
  const bool jsonata = language == Language::jsonata;
  check.say(kSchema, at,
            fmt::format("The QueryLanguage is set to '{}', but field '{}' is only supported for "
                        "the '{}' QueryLanguage",
                        jsonata ? "JSONata" : "JSONPath", field, jsonata ? "JSONPath" : "JSONata"));
}

namespace {

// ---- Fields that belong to one language or to some types ----

constexpr std::string_view kPathFields[] = {"InputPath",
                                            "OutputPath",
                                            "Parameters",
                                            "Result",
                                            "ResultPath",
                                            "ResultSelector",
                                            "ItemsPath",
                                            "SecondsPath",
                                            "TimestampPath",
                                            "TimeoutSecondsPath",
                                            "HeartbeatSecondsPath",
                                            "ErrorPath",
                                            "CausePath",
                                            "MaxConcurrencyPath",
                                            "ToleratedFailureCountPath",
                                            "ToleratedFailurePercentagePath"};
constexpr std::string_view kExpressionFields[] = {"Arguments", "Output", "Items"};

struct TypeFields {
  StateType type;
  std::string_view fields;
};
constexpr std::string_view kEveryType = " Type Comment QueryLanguage ";
// Source: states-language.net, the table "State types"; state-*.
constexpr TypeFields kFields[] = {
    {StateType::pass, " InputPath OutputPath Parameters Result ResultPath Assign Output Next End "},
    {StateType::task,
     " Resource InputPath OutputPath Parameters ResultPath ResultSelector Retry Catch "
     "TimeoutSeconds "
     "TimeoutSecondsPath HeartbeatSeconds HeartbeatSecondsPath Credentials Arguments Assign Output "
     "Next End "},
    {StateType::choice, " InputPath OutputPath Choices Default Assign Output "},
    {StateType::wait,
     " InputPath OutputPath Seconds SecondsPath Timestamp TimestampPath Assign Output Next End "},
    {StateType::succeed, " InputPath OutputPath Output "},
    {StateType::fail, " Error ErrorPath Cause CausePath "},
    {StateType::parallel,
     " Branches InputPath OutputPath Parameters ResultPath ResultSelector Retry Catch Arguments "
     "Assign Output Next End "},
    {StateType::map,
     " ItemProcessor Iterator ItemsPath Items ItemSelector Parameters ItemReader ItemBatcher "
     "ResultWriter MaxConcurrency MaxConcurrencyPath ToleratedFailurePercentage "
     "ToleratedFailurePercentagePath ToleratedFailureCount ToleratedFailureCountPath Label "
     "InputPath "
     "OutputPath ResultPath ResultSelector Retry Catch Assign Output Next End "},
};

// Every field of a state that may hold an expression. Inner workflows, rules and catchers speak for
// themselves. Guide, transforming-data: which of them know the result.
void check_all_expressions(const Check& check, const Json& state, const std::string& at,
                           StateType type) {
  const bool has_result =
      type == StateType::task || type == StateType::parallel || type == StateType::map;
  for (const char* const key : {"Assign", "Output"})
    if (has(state, key))
      check_expressions(check, state[key], fmt::format("{}/{}", at, key), {.result = has_result});
  for (const char* const key :
       {"Arguments", "Items", "ItemSelector", "ItemBatcher", "ItemReader", "ResultWriter",
        "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage", "Seconds",
        "Timestamp", "Error", "Cause", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"})
    if (has(state, key)) check_expressions(check, state[key], fmt::format("{}/{}", at, key), {});
}

}  // namespace

void check_fields(const Check& check, const Json& state, const std::string& at, StateType type,
                  Language language) {
  const auto row = std::ranges::find(kFields, type, &TypeFields::type);
  for (const auto& [key, value] : state.items()) {
    const std::string word = fmt::format(" {} ", key);
    if (row->fields.find(word) == std::string_view::npos &&
        kEveryType.find(word) == std::string_view::npos)
      check.say(kSchema, at, fmt::format("Field '{}' is not supported", key));
    const bool wrong =
        language == Language::jsonata
            ? std::ranges::find(kPathFields, key) != std::end(kPathFields)
            : std::ranges::find(kExpressionFields, key) != std::end(kExpressionFields);
    if (wrong) say_other_language(check, at, key, language);
  }
  if (language == Language::jsonata) return check_all_expressions(check, state, at, type);
  for (const char* const key :
       {"InputPath", "OutputPath", "ItemsPath", "SecondsPath", "TimestampPath"})
    if (has(state, key)) check_path(check, state[key], fmt::format("{}/{}", at, key), false);
  if (has(state, "ResultPath")) check_path(check, state["ResultPath"], at + "/ResultPath", true);
  if (has(state, "Result")) warn_of_static_result(check, state["Result"], at + "/Result");
  for (const char* const key : {"Parameters", "ResultSelector", "ItemSelector", "Assign"})
    if (has(state, key)) check_template(check, state[key], fmt::format("{}/{}", at, key));
}

}  // namespace opsim::step_functions
