// One run of a function.
// AWS: Lambda Developer Guide, "Lambda execution environment" (lambda-runtime-environment: the
// Init phase is limited to 10 seconds and is tried again at the invocation; the environment of a
// function that timed out or crashed starts anew), "Troubleshoot invocation issues".
// SIMPLIFIED: the time to initialise counts as 10 seconds at most; no initialisation fails.
#include <fmt/format.h>

#include <algorithm>

#include "models/lambda/lambda.hpp"
#include "models/lambda/run_log.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::lambda {

namespace {

constexpr Duration kLongestInit = std::chrono::seconds{10};

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
                        .subject = std::string{resources.name_of(function.name)},
                        .text = std::move(text),
                        .source = std::string{resources.source_of(function.name)},
                        .detail = {{"status", status}, {"function", function.arn}}});
}

Outcome failure_of(std::string type, std::string message) {
  return {true, {{"errorMessage", std::move(message)}, {"errorType", std::move(type)}}};
}

/// Of the version that runs, as it was when the run began.
struct RunLimits {
  std::chrono::seconds timeout;
  std::int64_t memory_mb;
};
RunLimits limits_of(const FunctionSpec& spec) { return {spec.timeout, spec.memory_mb}; }

/// Decided when it starts, so that the same luck holds whatever happens meanwhile.
struct Planned {
  WorkRun drawn;
  Duration init{};   // before it, of a new environment
  Duration takes{};  // what it is billed for
  double memory_mb = 0;
  bool late = false;
  bool too_large = false;  // more memory than there is
  bool unlucky = false;    // an error that was added to the function's own
  std::vector<std::size_t> failed_items;
};

Planned plan_run(Lambda& lambda, const Function& function, const RunLimits& limits,
                 const FunctionPhysics& physics, const Admitted& admitted, Stream& luck) {
  Simulation& sim = lambda.cloud.sim();
  Planned plan;
  plan.drawn = draw_run(physics, luck);
  if (admitted.cold)
    plan.init =
        std::min(draw_cold_start(physics, sim.random(fmt::format("lambda.{}.init", function.name))),
                 kLongestInit);
  plan.memory_mb = static_cast<double>(limits.memory_mb) * 0.5;  // estimate, shown in its log only
  if (physics.memory_mb)
    plan.memory_mb =
        physics.memory_mb->sample(sim.random(fmt::format("lambda.{}.memory", function.name)));
  if (function.added_errors > 0)
    plan.unlucky =
        sim.random(fmt::format("lambda.{}.added", function.name)).chance(function.added_errors);
  if (admitted.items > 0 && physics.item_failure_share > 0) {
    Stream& items = sim.random(fmt::format("lambda.{}.items", function.name));
    for (std::size_t at = 0; at < admitted.items; ++at)
      if (items.chance(physics.item_failure_share)) plan.failed_items.push_back(at);
  }
  const Duration needs = plan.drawn.takes + function.added_delay;
  plan.late = plan.drawn.hangs || needs > limits.timeout;
  plan.takes = plan.late ? limits.timeout : needs;
  plan.too_large = plan.memory_mb > static_cast<double>(limits.memory_mb);
  return plan;
}

/// Why it failed: type and message; nothing when it worked.
std::optional<std::pair<std::string, std::string>> why(Lambda& lambda, const Planned& plan,
                                                       const FunctionPhysics& physics,
                                                       const RunLimits& limits,
                                                       const std::vector<std::string>& targets,
                                                       bool reports_items) {
  if (plan.too_large)
    return std::pair{"Runtime.ExitError", "Runtime exited with error: signal: killed"};
  if (plan.late)
    return std::pair{"Sandbox.Timedout",
                     fmt::format("Task timed out after {:.2f} seconds",
                                 std::chrono::duration<double>(limits.timeout).count())};
  std::optional<std::string> reason =
      why_it_fails(lambda.cloud, physics, plan.drawn, targets, "an unhandled exception");
  if (!reason && plan.unlucky) reason = "an injected error";
  if (!reason && !plan.failed_items.empty() && !reports_items)
    reason = fmt::format("record {} of the batch failed", plan.failed_items.front());
  if (!reason) return std::nullopt;
  return std::pair{std::string{"Exception"}, *std::move(reason)};
}

/// {"batchItemFailures": [{"itemIdentifier": …}]} of a function that reports them.
Json item_failures(const Planned& plan, const std::string& payload) {
  Json failures = Json::array();
  const Json event = Json::parse(payload, nullptr, false);
  const Json& records = input::member(event, "Records");
  for (const std::size_t at : plan.failed_items)
    if (at < records.size())
      failures.push_back({{"itemIdentifier", input::text(records[at], "messageId")}});
  return {{"batchItemFailures", std::move(failures)}};
}

void measure_start(Lambda& lambda, Function& function, const std::string& qualifier,
                   const Admitted& admitted) {
  measure(lambda, function, qualifier, admitted.version, Metric::invocations, 1);
  if (!function.provisioned.empty() &&
      (function.provisioned.contains(qualifier) || function.provisioned.contains(admitted.version)))
    measure(lambda, function, qualifier, admitted.version,
            admitted.provisioned ? Metric::provisioned_invocations : Metric::provisioned_spillover,
            1);
  measure_concurrency(lambda, function, qualifier, admitted.version);
}

}  // namespace

std::shared_ptr<const FunctionPhysics> physics_of(const Lambda& lambda, Function& function,
                                                  std::string_view version) {
  static const auto kNone = std::make_shared<const FunctionPhysics>();
  if (!function.physics_of_part.empty()) {
    const Version* stands = version_of(function, version);
    for (const std::string_view part :
         {version, stands ? std::string_view{stands->code.revision} : std::string_view{},
          stands ? std::string_view{stands->spec.description} : std::string_view{}})
      if (const auto found = function.physics_of_part.find(part);
          found != function.physics_of_part.end())
        return found->second;
  }
  if (function.physics) return function.physics;
  return lambda.usual ? lambda.usual : kNone;
}

Process<Outcome> run(Lambda& lambda, Callee callee, Admitted admitted, std::string payload) {
  Cloud& cloud = lambda.cloud;
  Function* function = lambda.find(callee.place, callee.name);
  Stream& luck = cloud.sim().random(fmt::format("lambda.{}", function->name));
  const std::shared_ptr<const FunctionPhysics> physics =
      physics_of(lambda, *function, admitted.version);
  const RunLimits limits = limits_of(version_of(*function, admitted.version)->spec);
  const Planned plan = plan_run(lambda, *function, limits, *physics, admitted, luck);
  occupy(lambda, *function, callee.qualifier, admitted, cloud.sim().now() + plan.init + plan.takes,
         !plan.late && !plan.too_large);
  RunLog log{.request_id = cloud.next_uuid("lambda.request"), .version = admitted.version};
  measure_start(lambda, *function, callee.qualifier, admitted);
  // What changes things must stand in the chain of causes, at every level of the journal.
  const bool acts = !physics->changes.empty();
  const CauseId began = acts ? write(lambda, *function, Level::goals, "invoked", "InProgress")
                             : cloud.journal().link();
  const CauseScope because{cloud.sim(), began};
  co_await cloud.sim().sleep(plan.init + plan.takes);

  function = lambda.find(callee.place, callee.name);
  Outcome ended = failure_of("Sandbox.Gone", "the function was deleted");
  ended.request_id = log.request_id;
  ended.version = admitted.version;
  if (function == nullptr) co_return ended;
  const std::vector<std::string> targets = targets_of(cloud, *physics, payload);
  const auto failure = why(lambda, plan, *physics, limits, targets, admitted.reports_items);
  measure(lambda, *function, callee.qualifier, admitted.version, Metric::duration,
          std::chrono::duration<double, std::milli>(plan.takes).count());
  measure(lambda, *function, callee.qualifier, admitted.version, Metric::errors, failure ? 1 : 0);
  if (failure) {
    write(lambda, *function, Level::story,
          fmt::format("failed after {}: {}", human(plan.takes), failure->second), "Failed");
    const bool sandbox = plan.late || plan.too_large;
    log.failure =
        plan.late
            ? fmt::format("{} {} {}", iso8601(cloud.sim().now()), log.request_id, failure->second)
        : plan.too_large ? fmt::format("RequestId: {} Error: {}", log.request_id, failure->second)
                         : failure->second;
    ended.payload = failure_of(failure->first, sandbox ? log.failure : failure->second).payload;
  } else {
    std::string told = apply_changes(cloud, *physics, targets, luck);
    if (told.empty()) told = physics->output;
    write(lambda, *function, Level::story,
          fmt::format("ok in {}{}{}", human(plan.takes), told.empty() ? "" : ": ", told),
          "Success");
    ended.failed = false;
    ended.payload = admitted.reports_items && !plan.failed_items.empty()
                        ? item_failures(plan, payload)
                        : physics->payload;
    log.output = std::move(told);
  }
  log.init = plan.init;
  log.takes = plan.takes;
  log.memory_mb = limits.memory_mb;
  log.used_mb = std::min(plan.memory_mb, static_cast<double>(limits.memory_mb));
  if (admitted.wants_log) ended.log = text_of(log);
  write_log(cloud, callee.place, callee.name, log, function->log_stream);
  co_return ended;
}

}  // namespace opsim::lambda
