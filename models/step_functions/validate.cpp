// What is wrong with a definition, in the words of ValidateStateMachineDefinition where these are
// known: from recorded answers, from the API Reference (ValidateStateMachineDefinitionDiagnostic:
// the codes), and from answers of AWS that others report (github.com/floci-io/floci, issues 2670,
// 2735, 2745, 2968, 3733 and pull request 2786; aws/aws-cdk 10530; localstack 11978; the rules
// pf-sfn-asl-* of the package cdk-preflight, measured with this operation on 2026-09-05).
// UNDOCUMENTED: the wording of the others.
#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/choice.hpp"
#include "models/step_functions/integrations.hpp"
#include "models/step_functions/validate.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::step_functions {

namespace {

void check_workflow(Check& check, const Json& workflow, const std::string& at, Language language);

// ---- Retry, Catch ----

void check_errors(const Check& check, const Json& one, const std::string& at, bool last) {
  const Json& errors = input::member(one, "ErrorEquals");
  if (!errors.is_array()) return check.say(kSchema, at, "These fields are required: [ErrorEquals]");
  if (errors.empty()) return check.say(kSchema, at + "/ErrorEquals", kEmpty);
  for (const Json& error : errors) {
    if (!error.is_string()) {
      check.say(kSchema, at + "/ErrorEquals", "ErrorEquals must be an array of strings");
      return;
    }
    if (error == "States.ALL" && (errors.size() > 1 || !last))
      check.say(kSchema, fmt::format("{}/ErrorEquals[{}]", at, &error - &errors[0]),
                "States.ALL must appear alone and at end of list");
  }
}

void check_handlers(Check& check, const Json& state, const std::string& at, Language language,
                    const std::set<std::string>& names, std::set<std::string>& reached) {
  for (const char* const key : {"Retry", "Catch"}) {
    if (!has(state, key)) continue;
    const Json& list = state[key];
    if (!list.is_array()) {
      check.say(kSchema, fmt::format("{}/{}", at, key), "Must be an array");
      continue;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string place = fmt::format("{}/{}[{}]", at, key, i);
      check_errors(check, list[i], place, i + 1 == list.size());
      if (key[0] == 'R') {
        // The guide says "positive", AWS takes 0 all the same.
        check_number(check, list[i], place, {"IntervalSeconds", 0, 99'999'999});
        check_number(check, list[i], place, {"MaxAttempts", 0, 99'999'999});
        check_number(check, list[i], place, {"BackoffRate", 1, 1e9, true});
        check_number(check, list[i], place, {"MaxDelaySeconds", 1, 31'622'400});
        const std::string jitter = input::text(list[i], "JitterStrategy");
        if (has(list[i], "JitterStrategy") && jitter != "FULL" && jitter != "NONE")
          check.say(kSchema, place + "/JitterStrategy", one_of("NONE, FULL"));
      } else {
        const std::string next = input::text(list[i], "Next");
        if (next.empty())
          check.say(kSchema, place, "These fields are required: [Next]");
        else if (!names.contains(next))
          check.say("MISSING_TRANSITION_TARGET", place + "/Next",
                    fmt::format("Missing 'Next' target: {}", next));
        reached.insert(next);
        if (has(list[i], "ResultPath"))
          check_path(check, list[i]["ResultPath"], place + "/ResultPath", true);
        check_handled(check, list[i], place, language, {.error_output = true});
      }
    }
  }
}

// ---- Types ----

void check_rule(const Check& check, const Json& rule, const std::string& at, Language language,
                bool nested, int depth = 0) {
  if (!rule.is_object() || depth > 100)
    return check.say(kSchema, at, "A choice rule must be an object");
  int kinds = 0;
  for (const char* const key : {"And", "Or", "Not", "Variable", "Condition"})
    kinds += has(rule, key) ? 1 : 0;
  if (kinds != 1)
    return check.say(kSchema, at,
                     "The object must have only one of the following fields, [And, Or, Not, "
                     "Variable, Condition]");
  if (language == Language::jsonata) {
    for (const char* const key : {"And", "Or", "Not", "Variable"})
      if (has(rule, key)) return say_other_language(check, at, key, language);
    check_expressions(check, rule["Condition"], at + "/Condition", {});
    check_handled(check, rule, at, language, {});
    return;
  }
  if (has(rule, "Condition")) return say_other_language(check, at, "Condition", language);
  for (const char* const key : {"And", "Or"})
    if (has(rule, key)) {
      if (!rule[key].is_array() || rule[key].empty())
        return check.say(kSchema, fmt::format("{}/{}", at, key), "Must be a non-empty array");
      for (std::size_t i = 0; i < rule[key].size(); ++i)
        check_rule(check, rule[key][i], fmt::format("{}/{}[{}]", at, key, i), language, true,
                   depth + 1);
      return;
    }
  if (has(rule, "Not"))
    return check_rule(check, rule["Not"], at + "/Not", language, true, depth + 1);
  int operators = 0;
  for (const auto& [key, value] : rule.items()) {
    if (!is_choice_operator(key)) continue;
    ++operators;
    warn_of_path(check, key, value, fmt::format("{}/{}", at, key));
  }
  if (!nested) check_handled(check, rule, at, language, {});
  check_path(check, rule["Variable"], at + "/Variable", false);
  if (operators != 1)
    check.say(kSchema, at, "A choice rule must have exactly one comparison operator");
  if (nested && has(rule, "Next")) check.say(kSchema, at + "/Next", "Field is not supported");
}

void check_choice(const Check& check, const Json& state, const std::string& at, Language language,
                  const std::set<std::string>& names, std::set<std::string>& reached) {
  const Json& rules = input::member(state, "Choices");
  if (!rules.is_array()) return check.say(kSchema, at, "These fields are required: [Choices]");
  if (rules.empty()) return check.say(kSchema, at + "/Choices", kEmpty);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string place = fmt::format("{}/Choices[{}]", at, i);
    check_rule(check, rules[i], place, language, false);
    const std::string next = input::text(rules[i], "Next");
    if (next.empty())
      check.say(kSchema, place, "These fields are required: [Next]");
    else if (!names.contains(next))
      check.say("MISSING_TRANSITION_TARGET", place + "/Next",
                fmt::format("Missing 'Next' target: {}", next));
    reached.insert(next);
  }
  const std::string otherwise = input::text(state, "Default");
  if (otherwise.empty()) return;
  if (!names.contains(otherwise))
    check.say("MISSING_TRANSITION_TARGET", at + "/Default",
              fmt::format("Missing 'Next' target: {}", otherwise));
  reached.insert(otherwise);
}

void check_wait(const Check& check, const Json& state, const std::string& at, Language language) {
  int given = 0;
  for (const char* const key : {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"})
    given += has(state, key) ? 1 : 0;
  if (given != 1)
    check.say(
        kSchema, at,
        fmt::format("{}: [SecondsPath, Seconds, TimestampPath, Timestamp]",
                    given == 0 ? kOnlyOneOf : "There should only be one of the following fields"));
  const bool jsonata = language == Language::jsonata;
  if (has(state, "Timestamp") && !(jsonata && is_expression(state["Timestamp"]))) {
    const std::string text = input::text(state, "Timestamp");
    const bool shaped = text.size() >= 20 && text[10] == 'T' &&
                        text.find_first_of("Z+-", 19) != std::string::npos &&
                        parse_iso8601(text).has_value();
    if (!shaped) check.say(kSchema, at + "/Timestamp", "String does not match RFC3339 timestamp");
  }
  check_number(check, state, at, {"Seconds", 0, 99'999'999});
}

void check_task(const Check& check, const Json& state, const std::string& at, Language language) {
  if (!has(state, "Resource"))
    return check.say(kSchema, at, "These fields are required: [Resource]");
  const std::string resource = input::text(state, "Resource");
  const auto integration = read_integration(resource);
  const bool placeholder = resource.find("${") != std::string::npos || resource.empty();
  if (!integration && !placeholder) {
    check.say(kSchema, at + "/Resource",
              resource.starts_with("arn:")
                  ? fmt::format("The resource provided {} is not recognized. The value is not a "
                                "valid resource ARN, or the resource is not available in this "
                                "region.",
                                resource)
                  : std::string{"Value is not a valid resource ARN"});
  }
  if (integration && check.type == MachineType::express) {
    using Pattern = Integration::Pattern;
    if (integration->pattern != Pattern::request_response)
      check.say(
          kSchema, at + "/Resource",
          fmt::format("Express state machine does not support '{}' service integration ",
                      integration->pattern == Pattern::run_a_job ? ".sync" : ".waitForTaskToken"));
    if (integration->kind == Integration::Kind::activity)
      check.say(kSchema, at + "/Resource", "Express state machine does not support Activity ARN");
  }
  if (integration) check_arguments(check, state, at, *integration, language);
  if (has(state, "Credentials")) {
    const Json& role = state["Credentials"];
    if (!has(role, "RoleArn") && !(language == Language::json_path && has(role, "RoleArn.$")))
      check.say(kSchema, at + "/Credentials", "The field 'RoleArn' is required but was missing");
  }
  for (const char* const key : {"TimeoutSeconds", "HeartbeatSeconds"}) {
    check_number(check, state, at, {key, 1, 99'999'999});
    check_only_one(check, state, at, key);
  }
}

void check_fail(const Check& check, const Json& state, const std::string& at, Language language) {
  for (const char* const key : {"Error", "Cause"}) {
    const std::string path = std::string{key} + "Path";
    check_only_one(check, state, at, key);
    if (has(state, path)) check_path(check, state[path], fmt::format("{}/{}", at, path), false);
    if (has(state, key) && language == Language::json_path)
      warn_of_path(check, key, state[key], fmt::format("{}/{}", at, key));
  }
}

void check_inner(Check& check, const Json& state, const std::string& at, StateType type,
                 Language language) {
  if (type == StateType::parallel) {
    const Json& branches = input::member(state, "Branches");
    if (!branches.is_array())
      return check.say(kSchema, at, "These fields are required: [Branches]");
    if (branches.empty()) return check.say(kSchema, at + "/Branches", kEmpty);
    for (std::size_t i = 0; i < branches.size(); ++i)
      check_workflow(check, branches[i], fmt::format("{}/Branches[{}]", at, i), language);
    return;
  }
  const char* const key = has(state, "ItemProcessor") ? "ItemProcessor" : "Iterator";
  if (!has(state, key))
    return check.say(kSchema, at, fmt::format("{}: [ItemProcessor, Iterator]", kOnlyOneOf));
  if (has(state, "ItemProcessor") && has(state, "Iterator"))
    check.say(kSchema, at,
              "There should only be one of the following fields: [ItemProcessor, Iterator]");
  if (has(state[key], "QueryLanguage"))
    check.say(kSchema, fmt::format("{}/{}", at, key), "Field 'QueryLanguage' is not supported");
  check_processor(check, state[key], fmt::format("{}/{}", at, key));
  check_workflow(check, state[key], fmt::format("{}/{}", at, key), language);
}

// A state itself; where it leads is checked by its workflow.
std::optional<StateType> check_state(Check& check, const Json& state, const std::string& at,
                                     Language& language) {
  if (!state.is_object()) {
    check.say(kSchema, at, "A state must be an object");
    return std::nullopt;
  }
  const auto type = state_type(input::text(state, "Type"));
  if (!type) {
    check.say(kSchema, at + "/Type",
              "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, "
              "Choice, Parallel, Map]");
    return std::nullopt;
  }
  const std::string written = input::text(state, "QueryLanguage");
  if (has(state, "QueryLanguage") && written != "JSONata" && written != "JSONPath")
    check.say(kSchema, at + "/QueryLanguage", one_of("JSONPath, JSONata"));
  if (written == "JSONata") language = Language::jsonata;
  if (written == "JSONPath") {
    if (check.machine_is_jsonata)
      check.say(
          kSchema, at,
          "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
    language = Language::json_path;
  }
  check_fields(check, state, at, *type, language);
  if (*type == StateType::wait) check_wait(check, state, at, language);
  if (*type == StateType::task) check_task(check, state, at, language);
  if (*type == StateType::fail) check_fail(check, state, at, language);
  if (*type == StateType::map) {
    check_map_numbers(check, state, at);
    check_label(check, state, at);
    check_reader(check, state, at);
  }
  return type;
}

bool always_ends(StateType type) { return type == StateType::succeed || type == StateType::fail; }

void check_transition(Check& check, const Json& state, const std::string& at, StateType type,
                      const std::set<std::string>& names, std::set<std::string>& reached) {
  if (always_ends(type) || type == StateType::choice) return;
  const bool ends = input::boolean(state, "End").value_or(false);
  if (has(state, "Next") && has(state, "End"))
    return check.say(kSchema, at, "There should only be one of the following fields: [Next, End]");
  if (!has(state, "Next") && !ends)
    return check.say(kSchema, at, fmt::format("{}: [Next, End]", kOnlyOneOf));
  if (ends) return;
  const std::string next = input::text(state, "Next");
  if (!names.contains(next))
    check.say("MISSING_TRANSITION_TARGET", at + "/Next",
              fmt::format("Missing 'Next' target: {}", next));
  reached.insert(next);
}

void check_workflow(Check& check, const Json& workflow, const std::string& at, Language language) {
  const std::string here = at.empty() ? "/" : at;
  if (!workflow.is_object()) return check.say(kSchema, here, "Must be an object");
  const Deeper deeper{check};
  if (check.depth > kDeepestWorkflow)
    return check.say("TOO_DEEPLY_NESTED", here, "The states are too deeply nested");
  std::vector<std::string> missing;
  for (const char* const key : {"StartAt", "States"})
    if (!has(workflow, key)) missing.emplace_back(key);
  if (!missing.empty()) {
    std::string list = missing[0];
    if (missing.size() > 1) list += ", " + missing[1];
    check.say(kSchema, here, fmt::format("These fields are required: [{}]", list));
  }
  const Json& states = input::member(workflow, "States");
  if (!states.is_object()) return;
  if (states.empty()) return check.say(kSchema, at + "/States", "At least one state is required");
  std::set<std::string> names;
  for (const auto& [name, state] : states.items()) {
    names.insert(name);
    if (characters(name) > 80)
      check.say("INVALID_STATE_NAME", fmt::format("{}/States/{}", at, name),
                fmt::format("State name '{}' exceeds the 80-character limit allowed by the service",
                            name));
    if (!check.names.insert(name).second)
      check.say("DUPLICATE_STATE_NAME", fmt::format("{}/States/{}", at, name),
                fmt::format("Duplicate State name: {}", name));
  }
  const std::string start = input::text(workflow, "StartAt");
  if (has(workflow, "StartAt") && !names.contains(start))
    check.say("MISSING_TRANSITION_TARGET", at + "/StartAt",
              fmt::format("Missing 'Next' target: {}", start));
  std::set<std::string> reached{start};
  bool terminal = false;
  for (const auto& [name, state] : states.items()) {
    const std::string place = fmt::format("{}/States/{}", at, name);
    Language own = language;
    const auto type = check_state(check, state, place, own);
    if (!type) {
      terminal = true;
      continue;
    }
    if (*type == StateType::choice) check_choice(check, state, place, own, names, reached);
    check_transition(check, state, place, *type, names, reached);
    check_handlers(check, state, place, own, names, reached);
    if (*type == StateType::parallel || *type == StateType::map)
      check_inner(check, state, place, *type, language);
    terminal = terminal || always_ends(*type) || input::boolean(state, "End").value_or(false);
  }
  // Where there is no end, AWS does not look for what cannot be reached.
  if (!terminal) return check.say("MISSING_END_STATE", "", "Workflow has no terminal state");
  for (const std::string& name : names)
    if (names.contains(start) && !reached.contains(name))
      check.say("MISSING_TRANSITION_TARGET", fmt::format("{}/States/{}", at, name),
                fmt::format("State \"{}\" is not reachable.", name));
}

}  // namespace

std::vector<Diagnostic> validate(const Json& definition, MachineType type) {
  std::vector<Diagnostic> found;
  Check check{found, type};
  check.machine_is_jsonata = input::text(definition, "QueryLanguage") == "JSONata";
  const Language language = check.machine_is_jsonata ? Language::jsonata : Language::json_path;
  check_top(check, definition);
  check_workflow(check, definition, "", language);
  return found;
}

std::vector<Diagnostic> validate_state(const Json& fields, const std::string& location,
                                       Language language) {
  std::vector<Diagnostic> found;
  Check check{found, MachineType::standard};
  Language own = language;
  const auto type = check_state(check, fields, location, own);
  if (!type) return found;
  // Where a state alone leads is not known: each target counts as one that is there.
  std::set<std::string> targets{input::text(fields, "Default")};
  for (const char* const key : {"Catch", "Choices"})
    for (const Json& one : input::member(fields, key)) targets.insert(input::text(one, "Next"));
  std::set<std::string> reached;
  if (*type == StateType::choice) check_choice(check, fields, location, own, targets, reached);
  check_handlers(check, fields, location, own, targets, reached);
  if (*type == StateType::parallel || *type == StateType::map)
    check_inner(check, fields, location, *type, language);
  return found;
}

}  // namespace opsim::step_functions
