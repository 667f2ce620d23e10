// Mocks of TestState. AWS: test-state-isolation; API Reference, TestState (mock, context).
// The wording of refusals is that of recorded answers.
#include "models/step_functions/test_mock.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/integrations.hpp"
#include "models/step_functions/mock_members.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

std::string_view word(Is is) {
  constexpr std::string_view kWords[] = {"a string", "a number", "an array", "an object",
                                         "a boolean"};
  return kWords[static_cast<std::size_t>(is)];
}

// What is wrong with the member at `path` of `value`, or "".
std::string wrong_at(const Member& member, std::string_view path, const Json& value, bool strict) {
  const auto dot = path.find('.');
  std::string_view name = path.substr(0, dot);
  const bool each = name.ends_with("[]");
  if (each) name.remove_suffix(2);
  const auto at = value.find(name);
  if (at == value.end())
    return member.required && strict ? fmt::format("Required field '{}' is missing", name) : "";
  if (dot != std::string_view::npos) {
    const std::string_view rest = path.substr(dot + 1);
    if (!each) return at->is_object() ? wrong_at(member, rest, *at, strict) : "";
    if (at->is_array())
      for (const Json& item : *at)
        if (item.is_object())
          if (std::string why = wrong_at(member, rest, item, strict); !why.empty()) return why;
    return "";
  }
  const bool fits = member.is == Is::text     ? at->is_string()
                    : member.is == Is::number ? at->is_number()
                    : member.is == Is::list   ? at->is_array()
                    : member.is == Is::truth  ? at->is_boolean()
                                              : at->is_object();
  if (!fits) return fmt::format("Field '{}' must be {}", name, word(member.is));
  if (at->is_number() && at->get<double>() < member.least)
    return fmt::format("Field '{}' is less than the minimum value", name);
  if (at->is_number() && at->get<double>() > member.most)
    return fmt::format("Field '{}' exceeds the maximum value", name);
  const bool listed =
      member.values.empty() ||
      member.values.find(fmt::format(" {} ", at->get<std::string>())) != std::string_view::npos;
  return listed ? "" : fmt::format("Field '{}' is not an expected value", name);
}

// fieldValidationMode: STRICT (the default), PRESENT (required members may lack), NONE.
std::string wrong_answer(const State& state, const Json& result, std::string_view mode) {
  const auto integration = read_integration(state.text("Resource"));
  if (mode == "NONE" || !integration || !result.is_object()) return {};
  using Pattern = Integration::Pattern;
  if (integration->pattern != Pattern::request_response) return {};
  const std::string of = fmt::format("{}:{}", integration->endpoint, integration->operation);
  for (const Member& member : kMembers)
    if (member.of == of)
      if (std::string why = wrong_at(member, member.path, result, mode != "PRESENT"); !why.empty())
        return why;
  return {};
}

std::string wrong_result(const State& state, const Json& result) {
  if (state.type == StateType::map) {
    if (state.field("ResultWriter") != nullptr)
      return result.is_object() ? "" : "Mocked result must be a JSON object.";
    return result.is_array() ? "" : "Mocked result must be an array.";
  }
  if (state.type != StateType::parallel) return {};
  if (!result.is_array()) return "Mocked result must be an array.";
  return result.size() == state.branches.size() ? ""
                                                : "Mocked result must contain the same number of "
                                                  "items as number of Parallel branches.";
}

struct ContextField {
  std::string_view object, field;
  Is is = Is::text;
};
constexpr ContextField kContextFields[] = {
    {"Execution", "Id"},
    {"Execution", "Input", Is::object},
    {"Execution", "Name"},
    {"Execution", "RedriveCount", Is::number},
    {"Execution", "RedriveTime"},
    {"Execution", "RoleArn"},
    {"Execution", "StartTime"},
    {"State", "EnteredTime"},
    {"State", "Name"},
    {"State", "RetryCount", Is::number},
    {"StateMachine", "Id"},
    {"StateMachine", "Name"},
    {"Task", "Token"},
};

std::string wrong_context(const Json& context) {
  if (!context.is_object()) return "the Context object must be a JSON object";
  for (const auto& [name, members] : context.items()) {
    if (name == "Map") return "'Map' field is not supported when mocking a Context object";
    const std::string_view key = name;
    if (std::ranges::find(kContextFields, key, &ContextField::object) == std::end(kContextFields))
      return fmt::format("Field '{}' is not allowed", name);
    if (!members.is_object()) return fmt::format("{} must be an object", name);
    for (const auto& [field, value] : members.items()) {
      const auto known = std::ranges::find_if(kContextFields, [&](const ContextField& row) {
        return row.object == key && row.field == field;
      });
      if (known == std::end(kContextFields)) return fmt::format("Field '{}' is not allowed", field);
      if (known->is == Is::text && !value.is_string())
        return fmt::format("{}.{} must be a string", name, field);
      if (known->is == Is::number && !value.is_number())
        return fmt::format("{}.{} must be a number", name, field);
    }
  }
  return {};
}

}  // namespace

ApiError invalid_test(std::string message) { return {"ValidationException", std::move(message)}; }

// API Reference, TestState: "only supports the following when a mock is specified: Activity tasks,
// .sync or .waitForTaskToken service integration patterns, Parallel, or Map states".
// UNDOCUMENTED: the wording.
std::optional<ApiError> needs_mock(const State& state) {
  if (state.type == StateType::map || state.type == StateType::parallel)
    return invalid_test(fmt::format("State type '{}' is not supported when a mock is not specified",
                                    to_string(state.type)));
  if (state.type != StateType::task) return std::nullopt;
  const std::string resource = state.text("Resource");
  const auto integration = read_integration(resource);
  if (!integration) return std::nullopt;
  if (integration->pattern == Integration::Pattern::request_response &&
      integration->kind != Integration::Kind::activity)
    return std::nullopt;
  return invalid_test(
      fmt::format("Resource '{}' is not supported when a mock is not specified", resource));
}

ApiResult<Mock> read_mock(const Json& input, const State& state) {
  const Json& written = input::member(input, "mock");
  Mock mock;
  const Json& configured = input::member(input, "stateConfiguration");
  if (written.is_null()) {
    if (!input::member(configured, "mapIterationFailureCount").is_null())
      return invalid_test(
          "TestState does not support MapIterationFailureCount when a mock is not specified.");
    return mock;
  }
  const Json& result = input::member(written, "result");
  const Json& error = input::member(written, "errorOutput");
  if (!result.is_null() && !error.is_null())
    return invalid_test(
        "A test mock should have only one of the following fields: [result, errorOutput].");
  if (input::boolean(input, "revealSecrets").value_or(false))
    return invalid_test("TestState does not support RevealSecrets when a mock is specified.");
  const bool mockable = state.type == StateType::task || state.type == StateType::map ||
                        state.type == StateType::parallel;
  if (!mockable)
    return invalid_test(fmt::format("State type '{}' is not supported when a mock is specified",
                                    to_string(state.type)));
  if (!error.is_null()) {
    mock.error.emplace();
    if (const Json& name = input::member(error, "error"); name.is_string())
      mock.error->error = name.get<std::string>();
    if (const Json& cause = input::member(error, "cause"); cause.is_string())
      mock.error->cause = cause.get<std::string>();
    return mock;
  }
  mock.result = result.is_string()
                    ? Json::parse(result.get_ref<const std::string&>(), nullptr, false)
                    : result;
  if (mock.result->is_discarded()) return invalid_test("Mocked result must be valid JSON");
  if (std::string why = wrong_result(state, *mock.result); !why.empty()) return invalid_test(why);
  const std::string mode = input::text(written, "fieldValidationMode");
  if (std::string why = wrong_answer(state, *mock.result, mode); !why.empty())
    return invalid_test(fmt::format("Mock result schema validation error: {}", why));
  return mock;
}

ApiResult<Json> read_context(const Json& input) {
  const Json& written = input::member(input, "context");
  if (written.is_null()) return Json();
  Json context = written.is_string()
                     ? Json::parse(written.get_ref<const std::string&>(), nullptr, false)
                     : written;
  if (context.is_discarded())
    return invalid_test("Invalid Context object provided: it must be valid JSON");
  if (std::string why = wrong_context(context); !why.empty())
    return invalid_test(fmt::format("Invalid Context object provided: {}", why));
  return context;
}

}  // namespace opsim::step_functions
