// AWS: Systems Manager API Reference, DescribeAutomationExecutions (AutomationExecutionFilter;
// MaxResults 1 to 50), DescribeAutomationStepExecutions (StepExecutionFilter).
// UNDOCUMENTED: what a NextToken looks like (here, the number of the first that was left out).
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/automation_view.hpp"
#include "models/ssm/change_requests.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kExecutionKeys[] = {
    "AutomationSubtype", "AutomationType",  "CurrentAction", "DocumentNamePrefix",
    "ExecutionId",       "ExecutionStatus", "OpsItemId",     "ParentExecutionId",
    "StartTimeAfter",    "StartTimeBefore", "TagKey",        "TargetResourceGroup",
};
constexpr std::string_view kStepFilterKeys[] = {
    "Action",         "ParentStepExecutionId", "ParentStepIteration", "ParentStepIteratorValue",
    "StartTimeAfter", "StartTimeBefore",       "StepExecutionId",     "StepExecutionStatus",
    "StepName",
};

std::optional<ApiError> refuse_keys(const Json& filters, std::span<const std::string_view> known) {
  for (const Json& filter : filters) {
    const std::string key = input::text(filter, "Key");
    if (std::ranges::find(known, key) != known.end()) continue;
    return ApiError{"InvalidFilterKey", fmt::format("{} is no key of a filter{}",
                                                    opsim::quoted(key), did_you_mean(key, known))};
  }
  return std::nullopt;
}

bool is_time_key(std::string_view key) {
  return key == "StartTimeBefore" || key == "StartTimeAfter";
}

/// Filters: Key and Values; every filter must let it pass, by one of its values. `text_of_key` is
/// what a key is compared with.
template <class TextOfKey>
bool passes_all(const Json& filters, SimTime started, const TextOfKey& text_of_key) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const std::string key = input::text(filter, "Key");
    const std::vector<std::string> values = input::texts(filter, "Values");
    const std::string have = text_of_key(key);
    return std::ranges::any_of(values, [&](const std::string& value) {
      if (key == "DocumentNamePrefix") return have.starts_with(value);
      if (!is_time_key(key)) return have == value;
      const std::optional<SimTime> limit = parse_iso8601(value);
      if (!limit || started == SimTime{}) return false;
      return key == "StartTimeBefore" ? started < *limit : started > *limit;
    });
  });
}

std::string text_of_execution(const Execution& execution, std::string_view key) {
  if (key == "ExecutionId") return execution.id;
  if (key == "ExecutionStatus") return std::string{to_string(execution.status)};
  if (key == "DocumentNamePrefix") return execution.document_name;
  if (key == "ParentExecutionId") return execution.parent_id;
  if (key == "AutomationType") {
    const bool far = execution.spread && execution.spread->over == Spread::Over::locations;
    return far ? "CrossAccount" : "Local";
  }
  if (key == "CurrentAction" && execution.current < execution.steps.size())
    return execution.document->steps[execution.current].action_name;
  return "";
}

std::string text_of_change_request(const Json& view, std::string_view key) {
  if (key == "ExecutionId") return input::text(view, "AutomationExecutionId");
  if (key == "ExecutionStatus") return input::text(view, "AutomationExecutionStatus");
  if (key == "DocumentNamePrefix") return input::text(view, "DocumentName");
  return input::text(view, key);
}

/// Those that the filters let pass, each where its start belongs: the newest first.
void add_change_requests(Ssm& ssm, const Place& place, const Json& filters, Json& list) {
  const Json requests = change_requests_of(ssm, place);
  if (requests.empty()) return;
  for (const Json& view : requests) {
    const SimTime started = input::time(view, "ExecutionStartTime").value_or(SimTime{});
    const auto text = [&](std::string_view key) { return text_of_change_request(view, key); };
    if (passes_all(filters, started, text)) list.push_back(view);
  }
  std::stable_sort(list.begin(), list.end(), [](const Json& one, const Json& other) {
    return input::text(one, "ExecutionStartTime") > input::text(other, "ExecutionStartTime");
  });
}

std::string text_of_step(const Json& step, std::string_view key) {
  const Json& parent = object_member(step, "ParentStepDetails");
  if (key == "StepExecutionStatus") return input::text(step, "StepStatus");
  if (key == "ParentStepExecutionId") return input::text(parent, "StepExecutionId");
  if (key == "ParentStepIteration") return input::text(parent, "Iteration");
  if (key == "ParentStepIteratorValue") return input::text(parent, "IteratorValue");
  return input::text(step, key);
}

/// The part of a list that a request asks for, under `member`, with the token of the rest.
Answer page(const Request& request, Json list, std::string_view member) {
  const std::string token = input::text(request.input, "NextToken");
  const auto first = input::integer(request.input, "NextToken");
  if (!token.empty() && (!first || *first < 0))
    return ApiError{"InvalidNextToken", "The specified token is not valid."};
  const std::int64_t size = input::integer(request.input, "MaxResults").value_or(50);
  if (size < 1 || size > 50)
    return ApiError{
        "ValidationException",
        fmt::format("1 validation error detected: Value '{}' at 'maxResults' failed to "
                    "satisfy constraint: Member must have value {}",
                    size, size < 1 ? "greater than or equal to 1" : "less than or equal to 50")};
  const auto from = std::min(static_cast<std::size_t>(first.value_or(0)), list.size());
  const auto to = std::min(from + static_cast<std::size_t>(size), list.size());
  Json answer{{std::string{member}, Json::array()}};
  for (std::size_t i = from; i < to; ++i) answer[std::string{member}].push_back(std::move(list[i]));
  if (to < list.size()) answer["NextToken"] = std::to_string(to);
  return answer;
}

}  // namespace

Answer describe_automation_executions(Ssm& ssm, const Request& request) {
  const Json& filters = list_member(request.input, "Filters");
  if (auto wrong = refuse_keys(filters, kExecutionKeys)) return *wrong;
  std::vector<const Execution*> found;
  for (const auto& [id, execution] : ssm.executions) {
    const auto text = [&](std::string_view key) { return text_of_execution(*execution, key); };
    if (execution->place == request.place() && passes_all(filters, execution->started, text))
      found.push_back(execution.get());
  }
  // The newest first, as AWS lists them.
  std::ranges::sort(found, std::ranges::greater{}, [](const Execution* e) { return e->number; });
  Json list = Json::array();
  for (const Execution* execution : found) list.push_back(execution_summary(*execution));
  add_change_requests(ssm, request.place(), filters, list);
  return page(request, std::move(list), "AutomationExecutionMetadataList");
}

Answer describe_automation_step_executions(Ssm& ssm, const Request& request) {
  const Execution* execution = named_execution(ssm, request);
  if (execution == nullptr) return no_such_execution(request);
  const Json& filters = list_member(request.input, "Filters");
  if (auto wrong = refuse_keys(filters, kStepFilterKeys)) return *wrong;
  Json steps = Json::array();
  for (Json& step : step_views(ssm, *execution)) {
    const std::optional<SimTime> started = input::time(step, "ExecutionStartTime");
    const auto text = [&](std::string_view key) { return text_of_step(step, key); };
    if (passes_all(filters, started.value_or(SimTime{}), text)) steps.push_back(std::move(step));
  }
  if (input::boolean(request.input, "ReverseOrder").value_or(false))
    std::reverse(steps.begin(), steps.end());
  return page(request, std::move(steps), "StepExecutions");
}

}  // namespace opsim::ssm
