// aws:branch, aws:sleep, aws:pause.
// AWS: Systems Manager User Guide, the pages of those names. A sleep lasts at most 604,799 s; a
// pause ends with the signal Resume.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kBranchFields[] = {
    {.name = "Choices", .shape = &kAnyInput, .need = Need::required},
    {.name = "Default", .shape = &kTextInput},
};
constexpr Field kSleepFields[] = {
    {.name = "Duration", .shape = &kTextInput},
    {.name = "Timestamp", .shape = &kTextInput},
};
constexpr Field kPauseFields[] = {
    {.name = "Message", .shape = &kTextInput},
    {.name = "NotificationArn", .shape = &kTextInput},
};
constexpr Duration kLongestSleep = std::chrono::seconds{604'799};

/// When a sleep ends, or why it cannot begin.
struct SleepEnd {
  SimTime due{};
  std::string failure;
};

SleepEnd sleep_end(const StepRun& run) {
  const SimTime now = run.ssm.sim().now();
  if (const Fillable* duration = run.spec.inputs.find("Duration")) {
    const std::string text = duration->fill_text(run.values);
    const std::optional<Duration> length = parse_iso8601_duration(text);
    if (!length)
      return {now, fmt::format("Duration \"{}\" is no ISO 8601 duration; PT5M is", text)};
    if (*length > kLongestSleep)
      return {now, fmt::format("Duration {} is longer than 604799 seconds", text)};
    return {now + *length, ""};
  }
  const Fillable* timestamp = run.spec.inputs.find("Timestamp");
  if (timestamp == nullptr) return {now, "a sleep needs a Duration or a Timestamp"};
  const std::string text = timestamp->fill_text(run.values);
  const std::optional<SimTime> due = parse_iso8601(text);
  if (!due) return {now, fmt::format("Timestamp \"{}\" is no time; 2026-03-02T09:00:00Z is", text)};
  return {std::max(*due, now), ""};
}

}  // namespace

extern constexpr Shape kBranchInputs{.kind = Kind::mapping, .fields = kBranchFields};
extern constexpr Shape kSleepInputs{.kind = Kind::mapping, .fields = kSleepFields};
extern constexpr Shape kPauseInputs{.kind = Kind::mapping, .fields = kPauseFields};

Process<StepResult> run_branch(StepRun& run) {
  StepResult result;
  result.answer = Json::object();
  result.next = run.spec.branch->decide(run.values);
  if (result.next)
    result.told = fmt::format("to {}", run.execution.document->steps[*result.next].name);
  co_return result;
}

Process<StepResult> run_sleep(StepRun& run) {
  const SleepEnd end = sleep_end(run);
  if (!end.failure.empty()) co_return failed(end.failure);
  co_await run.ssm.sim().sleep_until(end.due);
  StepResult result;
  result.answer = Json::object();
  co_return result;
}

Process<StepResult> run_pause(StepRun& run) {
  run.execution.decisions.clear();
  set_waiting(run.ssm, run.execution, run.record, true);
  const auto resumes = [](const AutomationSignal& signal) { return signal.type == "Resume"; };
  while (std::ranges::none_of(run.execution.decisions, resumes))
    co_await run.execution.signalled.wait();
  set_waiting(run.ssm, run.execution, run.record, false);
  StepResult result;
  result.answer = Json::object();
  result.told = "resumed";
  co_return result;
}

}  // namespace opsim::ssm
