// aws:executeAwsApi, aws:waitForAwsResourceProperty, aws:assertAwsResourceProperty.
// AWS: Systems Manager User Guide, the pages of those names; "Configuring automatic retry for
// throttled operations" (a throttled call is tried again, of every action but aws:executeScript).
// UNDOCUMENTED: how often the wait looks (every 15 s here); a property found in several places must
// have a desired value in all of them; one that is absent has none.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/branch.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kApiFields[] = {
    {.name = "Service", .shape = &kTextInput, .need = Need::required},
    {.name = "Api", .shape = &kTextInput, .need = Need::required},
};
constexpr Field kPropertyFields[] = {
    {.name = "Service", .shape = &kTextInput, .need = Need::required},
    {.name = "Api", .shape = &kTextInput, .need = Need::required},
    {.name = "PropertySelector", .shape = &kTextInput, .need = Need::required},
    {.name = "DesiredValues", .shape = &kTextsInput, .need = Need::required},
};
constexpr int kThrottledTries = 5;  // of botocore, whatever the setting says

constexpr Duration kLongestPause = std::chrono::seconds{20};  // of botocore, too

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_throttling(const ApiError& error) {
  return error.code == "ThrottlingException" || error.code == "Throttling" ||
         error.code == "RequestLimitExceeded" || error.code == "TooManyRequestsException";
}

/// How long a throttled step is tried again: 0 to 3,600 s.
Duration throttled_retry_limit(const StepRun& run) {
  std::int64_t seconds = 0;
  const std::string text = run.ssm.setting(run.execution.place, kThrottledRetryLimit);
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds{seconds};
}

/// The step's call.
Process<ApiResult<Json>> call_api(StepRun& run) {
  const ApiCallSpec& api = *run.spec.api;
  std::string service = lower(api.service.fill_text(run.values));
  std::string operation = api.operation.fill_text(run.values);
  Json input = api.input.fill(run.values);
  ApiResult<Json> answer =
      co_await call_for(run, std::move(service), std::move(operation), std::move(input));
  // Botocore puts this beside the answer's own members, and selectors read it.
  if (answer && answer->is_object()) (*answer)["ResponseMetadata"]["HTTPStatusCode"] = 200;
  co_return answer;
}

/// An API without a model, of a step that physics describes.
bool physics_answers(const StepRun& run, const ApiResult<Json>& answer) {
  return !answer && is_unmodelled(answer.error()) && step_physics(run) != nullptr;
}

std::string operation_of(const StepRun& run) {
  return run.spec.api->operation.fill_text(run.values);
}

struct Look {
  bool desired = false;
  std::string found;  // for messages
  std::string wanted;
};

/// The property against the desired values. Booleans are written True and False or true and false.
Look look_at(const StepRun& run, const Json& answer) {
  const ApiCallSpec& api = *run.spec.api;
  const Json desired = as_text_list(api.desired.fill(run.values));
  const std::vector<const Json*> found =
      api.property ? api.property->find(answer) : std::vector<const Json*>{};
  const auto is_desired = [&](const Json* value) {
    return std::ranges::any_of(desired, [&](const Json& one) {
      const auto& text = one.get_ref<const std::string&>();
      return value->is_boolean() ? same_ignoring_case(text, text_of(*value))
                                 : text == text_of(*value);
    });
  };
  Look look;
  look.desired = !found.empty() && std::ranges::all_of(found, is_desired);
  std::vector<std::string> values;
  for (const Json* value : found) values.push_back(text_of(*value));
  look.found = values.empty() ? "nothing" : fmt::format("{}", fmt::join(values, ", "));
  std::vector<std::string> wanted;
  for (const Json& one : desired) wanted.push_back(one.get<std::string>());
  look.wanted = fmt::format("{}", fmt::join(wanted, " or "));
  return look;
}

}  // namespace

extern constexpr Shape kExecuteApiInputs{.kind = Kind::mapping, .fields = kApiFields};
extern constexpr Shape kPropertyInputs{.kind = Kind::mapping, .fields = kPropertyFields};

Process<ApiResult<Json>> call_for(StepRun& run, std::string service, std::string operation,
                                  Json input) {
  const SimTime until = run.ssm.sim().now() + throttled_retry_limit(run);
  Duration pause = std::chrono::seconds{1};
  for (int tries = 1;; ++tries) {
    Caller caller = run.execution.worker;
    Process<ApiResult<Json>> call =
        run.ssm.cloud.call(std::move(caller), service, operation, input);
    ApiResult<Json> answer = co_await call;
    if (answer || !is_throttling(answer.error())) co_return answer;
    if (tries >= kThrottledTries && run.ssm.sim().now() + pause > until) co_return answer;
    co_await run.ssm.sim().sleep(pause);
    pause = std::min<Duration>(pause * 2, kLongestPause);
  }
}

bool is_unmodelled(const ApiError& error) {
  return error.code == "NotSimulated" || error.code == "UnknownService" ||
         error.code == "InvalidAction";
}

std::string call_failure(std::string_view operation, const ApiError& error) {
  return fmt::format("An error occurred ({}) when calling the {} operation: {}", error.code,
                     operation, error.message);
}

Process<StepResult> run_execute_api(StepRun& run) {
  ApiResult<Json> answer = co_await call_api(run);
  if (physics_answers(run, answer)) {
    Process<StepResult> by_physics = run_by_physics(run);
    co_return co_await by_physics;
  }
  if (!answer) co_return failed(call_failure(operation_of(run), answer.error()));
  StepResult result;
  result.answer = std::move(*answer);
  co_return result;
}

Process<StepResult> run_wait_for_property(StepRun& run) {
  while (true) {
    ApiResult<Json> answer = co_await call_api(run);
    if (physics_answers(run, answer)) {  // how long until the property is as desired
      Process<StepResult> by_physics = run_by_physics(run);
      co_return co_await by_physics;
    }
    if (!answer) co_return failed(call_failure(operation_of(run), answer.error()));
    Look look = look_at(run, *answer);
    if (look.desired) {
      StepResult result;
      result.answer = std::move(*answer);
      result.told = std::move(look.found);
      co_return result;
    }
    co_await run.ssm.sim().sleep(run.ssm.timings.property_poll);
  }
}

Process<StepResult> run_assert_property(StepRun& run) {
  ApiResult<Json> answer = co_await call_api(run);
  if (physics_answers(run, answer)) {
    Process<StepResult> by_physics = run_by_physics(run);
    co_return co_await by_physics;
  }
  if (!answer) co_return failed(call_failure(operation_of(run), answer.error()));
  Look look = look_at(run, *answer);
  if (!look.desired)
    co_return failed(
        fmt::format("{} is {}, not {}", run.spec.api->property->text(), look.found, look.wanted));
  StepResult result;
  result.answer = std::move(*answer);
  result.told = std::move(look.found);
  co_return result;
}

}  // namespace opsim::ssm
