// TestState: one state, played alone. AWS: test-state-isolation; API Reference, TestState.
#include <fmt/format.h>

#include <cmath>

#include "models/step_functions/choice.hpp"
#include "models/step_functions/map_plan.hpp"
#include "models/step_functions/operations.hpp"
#include "models/step_functions/test_mock.hpp"
#include "models/step_functions/track.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

/// What one test came to.
struct Tested {
  std::string status = "SUCCEEDED";
  std::optional<Json> output{};
  Failure failure{};
  std::string next{};
  Inspection seen = Json::object();
  std::map<std::string, Json> assigned{};  // by the state, or by what caught its failure
};

void ended(Tested& tested, const Outcome<Ended>& end, std::string next) {
  if (end) {
    tested.output = end->output;
    tested.assigned = end->assigned;
    tested.next = std::move(next);
  } else {
    tested.status = "FAILED";
    tested.failure = end.error();
  }
}

// A failed Task, Map or Parallel: who retries it, who catches it.
void failed(Tested& tested, const Json& configured, const State& state, Query& query,
            const Values& values, Failure failure) {
  tested.failure = failure;
  tested.status = "FAILED";
  Json details = Json::object();
  const std::int64_t retries = input::integer(configured, "retrierRetryCount").value_or(0);
  for (std::size_t at = 0; at < state.retriers.size(); ++at) {
    if (!names(state.retriers[at].errors, failure)) continue;
    details["retryIndex"] = at;
    if (retries < state.retriers[at].max_attempts) {
      const double delay = state.retriers[at].delay_seconds(retries);
      details["retryBackoffIntervalSeconds"] = static_cast<std::int64_t>(std::llround(delay));
      tested.status = "RETRIABLE";
    }
    break;
  }
  for (std::size_t at = 0; at < state.catchers.size() && tested.status == "FAILED"; ++at) {
    const Catcher& catcher = state.catchers[at];
    if (!names(catcher.errors, failure)) continue;
    details["catchIndex"] = at;
    const Outcome<Ended> handled =
        caught(state, catcher.fields, query, values, error_output(failure));
    ended(tested, handled, catcher.next);
    if (handled) tested.status = "CAUGHT_ERROR";
  }
  if (!details.empty()) tested.seen["errorDetails"] = details;
}

// What ItemReader would have read: "as found in its original source" (TestStateConfiguration).
Json mocked_items(Tested& tested, const Json& configured, const State& state) {
  const Json& read = input::member(configured, "mapItemReaderData");
  if (!read.is_string()) return Json::array();
  Json items = Json::parse(read.get_ref<const std::string&>(), nullptr, false);
  const Json& config = input::member(*state.field("ItemReader"), "ReaderConfig");
  if (const std::string pointer = input::text(config, "ItemsPointer"); !pointer.empty()) {
    try {
      items = Json(items.at(Json::json_pointer{pointer}));
      tested.seen["afterItemsPointer"] = items;
    } catch (const Json::exception&) {
      return Json::array();  // leads nowhere
    }
  }
  return items.is_array() ? items : Json::array();
}

// ItemSelector, then ItemBatcher: what each iteration would be given.
Outcome<bool> look_at_iterations(Tested& tested, const State& state, Query& query,
                                 const Values& given, const Json& items) {
  Json inputs = items;
  if (state.field("ItemSelector") != nullptr || state.field("Parameters") != nullptr) {
    inputs = Json::array();
    for (std::size_t at = 0; at < items.size(); ++at) {
      Outcome<Json> one = item_input(state, query, given, {{"Index", at}, {"Value", items[at]}});
      if (!one) return one.error();
      inputs.push_back(*std::move(one));
    }
    tested.seen["afterItemSelector"] = inputs;
  }
  if (state.field("ItemBatcher") == nullptr) return true;
  Outcome<Json> batches = batched(state, query, given, std::move(inputs));
  if (!batches) return batches.error();
  tested.seen["afterItemBatcher"] = *std::move(batches);
  return true;
}

// A Map's numbers and items, and the failure that the caller asks for.
Outcome<bool> look_at_map(Tested& tested, const Json& configured, const State& state, Query& query,
                          const Values& values) {
  Outcome<Json> input = filtered_input(state, query, values, &tested.seen);
  if (!input) return input.error();
  const Values given{*input, values.context, values.variables};
  Outcome<Json> items = Json(Json::array());
  if (state.field("ItemReader") == nullptr) {
    items = items_of(state, query, given);
    if (!items) return items.error();
    if (state.language == Language::json_path) tested.seen["afterItemsPath"] = *items;
  } else {
    items = mocked_items(tested, configured, state);
  }
  if (const auto looked = look_at_iterations(tested, state, query, given, *items); !looked)
    return looked.error();
  const auto most = map_number(state, query, "MaxConcurrency", given, true);
  if (!most) return most.error();
  tested.seen["maxConcurrency"] = static_cast<std::int64_t>(most->value_or(0));
  const auto count = map_number(state, query, "ToleratedFailureCount", given, true);
  if (!count) return count.error();
  if (*count) tested.seen["toleratedFailureCount"] = static_cast<std::int64_t>(**count);
  const auto share = map_number(state, query, "ToleratedFailurePercentage", given, false);
  if (!share) return share.error();
  if (*share) tested.seen["toleratedFailurePercentage"] = **share;
  const auto tolerated = tolerated_failures(state, query, given, items->size());
  if (!tolerated) return tolerated.error();
  const auto failures = input::integer(configured, "mapIterationFailureCount");
  if (failures && *tolerated && static_cast<double>(*failures) > **tolerated)
    return Failure{.error = "States.ExceedToleratedFailureThreshold",
                   .cause = "The specified tolerated failure threshold was exceeded"};
  return true;
}

Process<> test_outside(Tested& tested, Track& track, const State& state, const Mock& mock,
                       const Json& configured, const Values& values) {
  Query& query = track.execution.query;
  if (state.type == StateType::map) {
    const Outcome<bool> looked = look_at_map(tested, configured, state, query, values);
    if (!looked && !mock.error) {
      failed(tested, configured, state, query, values, looked.error());
      co_return;
    }
  }
  Outcome<Json> result = Failure{};
  Json arguments;
  const bool shapes_input =
      state.field("Arguments") != nullptr || state.field("Parameters") != nullptr;
  if (state.type == StateType::task || (state.type == StateType::parallel && shapes_input)) {
    Outcome<Json> made = arguments_of(state, query, values, &tested.seen);
    if (!made) {
      failed(tested, configured, state, query, values, made.error());
      co_return;
    }
    arguments = *std::move(made);
  }
  if (mock.error) {
    result = *mock.error;
  } else if (mock.result) {
    result = *mock.result;
  } else {
    result = co_await run_task(track, state, std::move(arguments), values);
  }
  if (!result) {
    failed(tested, configured, state, query, values, result.error());
    co_return;
  }
  if (state.type == StateType::task && state.language == Language::json_path)
    tested.seen["result"] = *result;
  const Outcome<Ended> end = end_of(state, query, values, *result, &tested.seen);
  if (end) {
    ended(tested, end, state.text("Next"));
  } else {
    failed(tested, configured, state, query, values, end.error());
  }
}

void test_inside(Tested& tested, Track& track, const State& state, const Values& values) {
  Query& query = track.execution.query;
  if (state.type == StateType::fail) {
    tested.status = "FAILED";
    if (state.language == Language::json_path) tested.seen["afterInputPath"] = values.input;
    tested.failure = fail_of(track, state, values);
  } else if (state.type == StateType::choice) {
    const Outcome<Json> input = filtered_input(state, query, values, nullptr);
    Outcome<Chosen> chosen = input
                                 ? choose(state, query, {*input, values.context, values.variables})
                                 : Outcome<Chosen>{input.error()};
    if (!chosen) return ended(tested, chosen.error(), "");
    const Json& fields = chosen->rule != nullptr ? *chosen->rule : state.fields;
    ended(tested, chosen_end(state, fields, query, values, &tested.seen), chosen->next);
  } else if (state.type == StateType::pass) {
    const Json* const fixed = state.field("Result");
    if (fixed != nullptr && state.language == Language::json_path) tested.seen["result"] = *fixed;
    ended(tested, pass_of(state, query, values, &tested.seen), state.text("Next"));
  } else {
    if (state.type == StateType::wait)
      if (const Outcome<Duration> wait = wait_time(track, state, values); !wait)
        return ended(tested, wait.error(), "");
    ended(tested, chosen_end(state, state.fields, query, values, &tested.seen), state.text("Next"));
  }
}

// Members of InspectionData are texts; counts and details are not.
Json answer_of(const Tested& tested, bool inspected) {
  Json answer{{"status", tested.status}};
  if (tested.output) answer["output"] = tested.output->dump();
  if (tested.failure.error) answer["error"] = *tested.failure.error;
  if (tested.failure.cause) answer["cause"] = *tested.failure.cause;
  if (!tested.next.empty()) answer["nextState"] = tested.next;
  if (!inspected) return answer;
  Json& shown = answer["inspectionData"] = Json::object();
  for (const auto& [key, value] : tested.seen.items()) {
    const bool plain =
        key == "errorDetails" || key == "maxConcurrency" || key.starts_with("tolerated");
    shown[key] = plain ? value : Json(value.dump());
  }
  return answer;
}

// InspectionData: "variables assigned in the state and variables set up as test state input".
void show_variables(Tested& tested, const Variables& given) {
  Json after = Json::object();
  for (const auto& [name, value] : given.own) after[name] = value;
  for (const auto& [name, value] : tested.assigned) after[name] = value;
  if (!after.empty()) tested.seen["variables"] = after;
}

struct Subject {
  State state;
  std::string name = "StateName";
};

// The state itself, or the one that is named in a state machine.
ApiResult<Subject> subject_of(const Json& input) {
  const Json& named = input::member(input, "stateName");
  if (named.is_string() && named.get_ref<const std::string&>().empty())
    return ApiError{"ParamValidationError",
                    "Parameter validation failed:\nInvalid length for parameter stateName, value: "
                    "0, valid min length: 1"};
  Json definition;
  const std::string text = definition_text(input::member(input, "definition"));
  std::vector<Diagnostic> wrong;
  if (auto unread = read_definition_text(text, definition)) wrong.push_back(*std::move(unread));
  Subject subject;
  if (wrong.empty() && named.is_string()) {
    wrong = validate(definition, MachineType::standard);
    const std::string name = named.get<std::string>();
    const auto about = fmt::format("/States/{}", name);
    std::erase_if(wrong, [&](const Diagnostic& one) {
      return one.warning || one.location.find(about) == std::string::npos ||
             one.message.find("not reachable") != std::string::npos;
    });
    const auto workflow = read_workflow(definition);
    const State* const state = workflow->find(name);
    if (state == nullptr) return invalid_test("State not found in definition");
    subject = {*state, name};
  } else if (wrong.empty()) {
    wrong = validate_state(definition, "", Language::json_path);
    std::erase_if(wrong, [](const Diagnostic& one) { return one.warning; });
    if (wrong.empty()) subject.state = read_state(subject.name, definition, Language::json_path);
  }
  if (wrong.empty()) return subject;
  const std::string place = wrong[0].location.starts_with("[") ? "" : " at " + wrong[0].location;
  return ApiError{named.is_string() ? "ValidationException" : "InvalidDefinition",
                  fmt::format("Invalid State Machine Definition: '{}: {}{}'", wrong[0].code,
                              wrong[0].message, place)};
}

std::optional<ApiError> wrong_choice(const Json& input) {
  if (auto wrong = not_among(input, "inspectionLevel", {"INFO", "DEBUG", "TRACE"})) return wrong;
  return not_among(input::member(input, "mock"), "fieldValidationMode",
                   {"STRICT", "PRESENT", "NONE"});
}

Json json_in(const Json& value, Json otherwise) {
  if (value.is_null()) return otherwise;
  if (!value.is_string()) return value;
  Json read = Json::parse(value.get_ref<const std::string&>(), nullptr, false);
  return read.is_discarded() ? Json(value) : read;
}

// A test has no machine; its names look as those of an express execution.
void name_test(StepFunctions& states, Execution& execution, const Place& place) {
  execution.place = place;
  execution.type = MachineType::express;
  execution.machine_name = states.cloud.next_uuid("states.test_machine");
  execution.machine_arn =
      arn(execution.place, "states", fmt::format("stateMachine:{}", execution.machine_name));
  execution.name = states.cloud.next_uuid("states.test");
  execution.arn = arn(execution.place, "states",
                      fmt::format("express:{}:{}", execution.machine_name, execution.name));
  execution.started = states.cloud.sim().now();
}

}  // namespace

Process<ApiResult<Json>> test_state(StepFunctions& states, Request request) {
  const Json input = request.input;  // the request may end while a Task runs
  if (const auto wrong = wrong_choice(input)) co_return *wrong;
  const ApiResult<Subject> subject = subject_of(input);
  if (!subject) co_return subject.error();
  const State& state = subject->state;
  const ApiResult<Mock> mock = read_mock(input, state);
  if (!mock) co_return mock.error();
  const ApiResult<Json> context = read_context(input);
  if (!context) co_return context.error();
  if (!mock->given())
    if (const auto needed = needs_mock(state)) co_return *needed;
  const std::string role = input::text(input, "roleArn");
  if (state.type == StateType::task && role.empty() && !mock->given())
    co_return invalid_test("RoleArn must be specified when testing a Task state");

  Execution execution{states.cloud.sim(), states.world_of(request.place())};
  name_test(states, execution, request.place());
  execution.role_arn = role;
  execution.input = json_in(input::member(input, "input"), Json::object());
  Track track{states, execution};
  track.state = subject->name;
  track.entered = states.cloud.sim().now();
  track.token = token_for(track, state);
  const Json variables = json_in(input::member(input, "variables"), Json::object());
  if (variables.is_object())
    for (const auto& [name, value] : variables.items()) track.variables.own[name] = value;

  const Json given_context = *context;
  const std::function<Json()> read = [&track, &given_context] {
    return given_context.is_null() ? track.context() : given_context;
  };
  const Json given = execution.input;
  const Values values{given, read, track.variables};
  Tested tested;
  tested.seen["input"] = given;
  const Json configured = input::member(input, "stateConfiguration");
  const bool outside = state.type == StateType::task || state.type == StateType::map ||
                       state.type == StateType::parallel;
  if (outside) {
    co_await test_outside(tested, track, state, *mock, configured, values);
  } else {
    test_inside(tested, track, state, values);
  }
  show_variables(tested, track.variables);
  const std::string level = input::text(input, "inspectionLevel");
  co_return answer_of(tested, level == "DEBUG" || level == "TRACE");
}

}  // namespace opsim::step_functions
