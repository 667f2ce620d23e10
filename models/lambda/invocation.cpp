// One run of a function, and what becomes of an asynchronous one.
// AWS: Lambda Developer Guide, "Invoking a function asynchronously" (invocation-async: two retries,
// one minute and two minutes later; throttles and system errors for up to six hours, from 1 second
// to 5 minutes apart), "Capturing records" (invocation-async-retain-records).
// SIMPLIFIED: no cold starts; the account's burst rate is not limited, only its concurrency.
#include <fmt/format.h>

#include <algorithm>

#include "models/lambda/lambda.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::lambda {

namespace {

constexpr std::string_view kNamespace = "AWS/Lambda";

void count(Lambda& lambda, const Function& function, std::string_view metric, double value,
           const char* unit = "Count") {
  Metrics& metrics = lambda.cloud.metrics();
  const SeriesId series = metrics.intern({function.place,
                                          std::string{kNamespace},
                                          std::string{metric},
                                          {{"FunctionName", function.spec.name}}});
  metrics.put(series,
              {.timestamp = lambda.cloud.sim().now(), .values = {{value, 1}}, .unit = unit});
}

void add_names(Cloud& cloud, const std::string& name, std::vector<std::string>& targets) {
  if (cloud.resources().find(name) == nullptr) return;
  for (std::string& member : cloud.members(name))
    if (std::ranges::find(targets, member) == targets.end()) targets.push_back(std::move(member));
}

void add_named_in(Cloud& cloud, const Json& value, std::vector<std::string>& targets) {
  if (value.is_string()) return add_names(cloud, value.get<std::string>(), targets);
  if (!value.is_structured()) return;
  for (const Json& inner : value) add_named_in(cloud, inner, targets);
}

/// What a run concerns: what physics names under `on`, else whatever its payload names.
std::vector<std::string> targets_of(Cloud& cloud, const FunctionPhysics& physics,
                                    const std::string& payload) {
  std::vector<std::string> targets;
  for (const std::string& name : physics.on) add_names(cloud, name, targets);
  if (physics.on.empty() && (!physics.changes.empty() || physics.success_when))
    add_named_in(cloud, Json::parse(payload, nullptr, false), targets);
  return targets;
}

CauseId write(Lambda& lambda, const Function& function, Level level, std::string text,
              std::string_view status) {
  Journal& journal = lambda.cloud.journal();
  if (!journal.keeps(level)) return journal.link();
  const Resources& resources = lambda.cloud.resources();
  return journal.write({.kind = EntryKind::command,
                        .level = level,
                        .subject = std::string{resources.name_of(function.spec.name)},
                        .text = std::move(text),
                        .source = std::string{resources.source_of(function.spec.name)},
                        .detail = {{"status", status}, {"function", function.arn}}});
}

FunctionPhysics physics_of(const Lambda& lambda, const Function& function) {
  if (function.physics) return *function.physics;
  return lambda.usual.value_or(FunctionPhysics{});
}

Outcome failure_of(std::string type, std::string message, std::string request_id) {
  return {true,
          {{"errorMessage", std::move(message)}, {"errorType", std::move(type)}},
          std::move(request_id)};
}

}  // namespace

std::optional<ApiError> admit(Lambda& lambda, Function& function) {
  const SimTime now = lambda.cloud.sim().now();
  std::int64_t running = 0;
  std::int64_t reserved = 0;
  for (auto& [name, other] : lambda.functions[function.place]) {
    reserved += other.reserved.value_or(0);
    if (&other != &function && (function.reserved || other.reserved)) continue;
    std::erase_if(other.busy_until, [&](SimTime until) { return until <= now; });
    running += std::ssize(other.busy_until);
  }
  const std::int64_t most = function.reserved.value_or(kAccountConcurrency - reserved);
  if (running < most) return std::nullopt;
  count(lambda, function, "Throttles", 1);
  return ApiError{"TooManyRequestsException", "Rate Exceeded.", 429};
}

Process<Outcome> run(Lambda& lambda, Place place, std::string name, std::string payload) {
  Cloud& cloud = lambda.cloud;
  Function* function = lambda.find(place, name);
  Stream& luck = cloud.sim().random(fmt::format("lambda.{}", function->spec.name));
  const FunctionPhysics physics = physics_of(lambda, *function);
  const FunctionRun drawn = draw_run(physics, luck);
  const Duration timeout = function->spec.timeout;
  const bool late = drawn.hangs || drawn.takes > timeout;
  const Duration takes = late ? timeout : drawn.takes;
  function->busy_until.push_back(cloud.sim().now() + takes);
  const std::string request_id = cloud.next_uuid("lambda.request");
  count(lambda, *function, "Invocations", 1);
  // What changes things must stand in the chain of causes, at every level of the journal.
  const bool acts = !physics.changes.empty();
  const CauseId began = acts ? write(lambda, *function, Level::goals, "invoked", "InProgress")
                             : cloud.journal().link();
  const CauseScope because{cloud.sim(), began};
  co_await cloud.sim().sleep(takes);

  function = lambda.find(place, name);
  if (function == nullptr)
    co_return failure_of("Sandbox.Gone", "the function was deleted", request_id);
  const std::vector<std::string> targets = targets_of(cloud, physics, payload);
  std::optional<std::string> why = late
                                       ? fmt::format("Task timed out after {:.2f} seconds",
                                                     std::chrono::duration<double>(timeout).count())
                                       : why_it_fails(cloud, physics, drawn, targets);
  count(lambda, *function, "Duration", std::chrono::duration<double, std::milli>(takes).count(),
        "Milliseconds");
  count(lambda, *function, "Errors", why ? 1 : 0);
  if (why) {
    write(lambda, *function, Level::story, fmt::format("failed after {}: {}", human(takes), *why),
          "Failed");
    const std::string message =
        late ? fmt::format("{} {} {}", iso8601(cloud.sim().now()), request_id, *why) : *why;
    co_return failure_of(late ? "Sandbox.Timedout" : "Exception", message, request_id);
  }
  std::string told = apply_changes(cloud, physics, targets, luck);
  if (told.empty()) told = physics.output;
  write(lambda, *function, Level::story,
        fmt::format("ok in {}{}{}", human(takes), told.empty() ? "" : ": ", told), "Success");
  co_return Outcome{false, physics.payload, request_id};
}

}  // namespace opsim::lambda
