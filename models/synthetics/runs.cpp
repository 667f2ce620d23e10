// Runs of canaries: through the steps of a front end, each as it would go for a user.
// AWS: CloudWatch_Synthetics_Canaries_metrics (namespace CloudWatchSynthetics: SuccessPercent,
// Duration in milliseconds, Failed; by CanaryName, of steps by CanaryName and StepName);
// monitoring-events-eventbridge. A failed step ends the run: continueOnStepFailure is false where
// nothing else is set.
// SIMPLIFIED: a step that breaks for a share of the users breaks for that share of the runs, and
// waits 30 s for what does not come (Puppeteer's default timeout); a run begins with 3 s until the
// browser stands (estimate). UNDOCUMENTED: when of its minute a canary runs: some seconds, by
// chance.
#include <fmt/format.h>

#include <algorithm>

#include "models/synthetics/synthetics.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::synthetics {

namespace {

constexpr Duration kBrowser = std::chrono::seconds{3};
constexpr Duration kWaits = std::chrono::seconds{30};
constexpr Duration kSmallStep = std::chrono::seconds{1};  // an estimate: of a step that none knows
constexpr std::size_t kKeptRuns = 100;                    // a bound of this simulator
constexpr Duration kToldFor = std::chrono::hours{1};

/// The front end whose domain the script names; null where this world has none such.
Json front_end_of(Synthetics& all, const Canary& canary) {
  const auto answer =
      all.cloud.inspect(canary.place, "front_end", "InspectFrontEnds", Json::object());
  if (!answer) return {};
  for (const Json& front : answer->at("FrontEnds"))
    if (canary.script.text.find(front.at("Domain").get<std::string>()) != std::string::npos)
      return front;
  return {};
}

Json step_named(const Json& front, std::string_view name) {
  if (front.is_object())
    for (const Json& step : front.at("Steps"))
      if (step.at("Name").get<std::string>() == name) return step;
  return {};
}

struct StepResult {
  std::string name;
  Duration took{};
  bool passed = true;
  std::string reason{};
};

StepResult draw_step(Synthetics& all, const Json& front, std::string name, Stream& luck) {
  StepResult result{.name = std::move(name), .took = kSmallStep};
  const double breaks_here = luck.uniform();
  const double fails_there = luck.uniform();
  const Json step = step_named(front, result.name);
  if (!step.is_object()) return result;
  if (const auto takes = Distribution::parse(step.at("Takes").get<std::string>()).value)
    result.took = takes->sample_duration(luck);
  const std::string component = step.at("Calls").get<std::string>();
  const double errors =
      component.empty() ? 0 : all.cloud.read_quantity(component, "errors").value_or(0) / 100;
  if (breaks_here < step.at("Breaks").get<double>()) {
    result.passed = false;
    result.took = kWaits;
    result.reason = "TimeoutError: Waiting for selector failed: 30000ms exceeded";
  } else if (fails_there < errors) {
    result.passed = false;
    result.reason = "Error: the server answered 500";
  }
  return result;
}

/// Until the first step that fails. A script without steps opens the first page.
std::vector<StepResult> draw_run(Synthetics& all, const Canary& canary, const Json& front) {
  std::vector<std::string> names = canary.script.steps;
  if (names.empty() && front.is_object() && !front.at("Steps").empty())
    names.push_back(front.at("Steps").front().at("Name").get<std::string>());
  Stream luck =
      all.cloud.sim().random(fmt::format("synthetics.{}.{}", canary.name, canary.run_count));
  std::vector<StepResult> results;
  for (std::string& name : names) {
    results.push_back(draw_step(all, front, std::move(name), luck));
    if (!results.back().passed) break;
  }
  return results;
}

void put(Synthetics& all, const Canary& canary, const std::string& step, const char* metric,
         const char* unit, double value) {
  Dimensions dimensions{{"CanaryName", canary.name}};
  if (!step.empty()) dimensions.emplace_back("StepName", step);
  const SeriesId series = all.cloud.metrics().intern(
      {canary.place, "CloudWatchSynthetics", metric, std::move(dimensions)});
  all.cloud.metrics().put(
      series,
      {.timestamp = all.cloud.sim().now(), .values = {{value, 1}}, .set = {}, .unit = unit});
}

double milliseconds(Duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

void put_results(Synthetics& all, const Canary& canary, const Run& run,
                 const std::vector<StepResult>& results) {
  put(all, canary, "", "SuccessPercent", "Percent", run.passed ? 100 : 0);
  put(all, canary, "", "Failed", "Count", run.passed ? 0 : 1);
  put(all, canary, "", "Duration", "Milliseconds", milliseconds(run.completed - run.started));
  for (const StepResult& step : results) {
    put(all, canary, step.name, "SuccessPercent", "Percent", step.passed ? 100 : 0);
    put(all, canary, step.name, "Duration", "Milliseconds", milliseconds(step.took));
  }
}

void emit_result(Synthetics& all, const Canary& canary, const Run& run) {
  const auto seconds = [](SimTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  };
  const std::string bucket = input::text(canary.written, "ArtifactS3Location");
  Event event{
      .source = "aws.synthetics",
      .detail_type =
          run.passed ? "Synthetics Canary TestRun Successful" : "Synthetics Canary TestRun Failure",
      .place = canary.place,
      .detail = {
          {"account-id", canary.place.account},
          {"canary-id", canary.id},
          {"canary-name", canary.name},
          {"canary-run-id", run.id},
          {"artifact-location",
           fmt::format("{}/canary/{}/{}", bucket.starts_with("s3://") ? bucket.substr(5) : bucket,
                       canary.place.region, canary.name)},
          {"test-run-status", run.passed ? "PASSED" : "FAILED"},
          {"state-reason", run.passed ? "null" : run.reason},
          {"canary-run-timeline",
           {{"started", seconds(run.started)}, {"completed", seconds(run.completed)}}},
          {"message", "Test run result is generated successfully"}}};
  event.line = fmt::format("{}: run {}", canary.name, run.passed ? "passed" : "failed");
  all.cloud.emit(std::move(event));
}

/// The step that failed is evidence: told once, then again after an hour.
CauseId tell_failure(Synthetics& all, Canary& canary, const StepResult& step, std::size_t number) {
  const SimTime now = all.cloud.sim().now();
  const auto last = canary.told.find(step.name);
  const bool again = last != canary.told.end() && now - last->second < kToldFor;
  if (!again) canary.told[step.name] = now;
  return all.cloud.journal().write(
      {.kind = EntryKind::step,
       .level = again ? Level::everything : Level::goals,
       .subject = fmt::format("{}/{}", canary.name, step.name),
       .text = fmt::format("of {} failed in run {}: {}; its screenshot is kept", canary.name,
                           canary.run_count, step.reason),
       .source = canary.source,
       .detail = {{"status", "FAILED"}, {"number", number}}});
}

Process<> run_once(Synthetics& all, std::pair<Place, std::string> key) {
  Canary& canary = all.canaries.at(key);
  Simulation& sim = all.cloud.sim();
  ++canary.run_count;
  const Json front = front_end_of(all, canary);
  const std::vector<StepResult> results = draw_run(all, canary, front);
  Run run{.id = all.cloud.next_uuid("canary-run"), .started = sim.now()};
  Duration takes = kBrowser;
  for (const StepResult& step : results) takes += step.took;
  co_await sim.sleep(takes);
  if (!all.canaries.contains(key)) co_return;
  run.completed = sim.now();
  const bool failed = !results.empty() && !results.back().passed;
  const std::uint64_t behind =
      front.is_object() && failed ? front.value("Cause", std::uint64_t{0}) : 0;
  const CauseScope trouble{sim, static_cast<CauseId>(behind)};
  const CauseId told =
      failed ? tell_failure(all, canary, results.back(), results.size()) : sim.cause();
  const CauseScope because{sim, told};
  if (failed) {
    ++canary.failed_count;
    run.passed = false;
    run.reason = fmt::format("{}: {}", results.back().name, results.back().reason);
  }
  put_results(all, canary, run, results);
  emit_result(all, canary, run);
  canary.runs.push_back(std::move(run));
  if (canary.runs.size() > kKeptRuns) canary.runs.pop_front();
}

std::optional<SimTime> next_run(const Canary& canary, SimTime anchor, SimTime after) {
  if (!canary.schedule) return std::nullopt;
  const auto next = schedule::next_time(*canary.schedule, {}, anchor, after);
  if (next && canary.lasts > Duration::zero() && *next >= canary.started + canary.lasts)
    return std::nullopt;
  return next;
}

void set_state(Synthetics& all, Canary& canary, const std::string& state) {
  const std::string before = std::exchange(canary.state, state);
  if (before == state) return;
  const auto now = std::chrono::duration<double>(all.cloud.sim().now().time_since_epoch()).count();
  Event event{.source = "aws.synthetics",
              .detail_type = "Synthetics Canary Status Change",
              .place = canary.place,
              .detail = {{"account-id", canary.place.account},
                         {"canary-id", canary.id},
                         {"canary-name", canary.name},
                         {"current-state", state},
                         {"previous-state", before},
                         {"source-location", "NULL"},
                         {"updated-on", now},
                         {"changed-config", Json::object()},
                         {"message", fmt::format("Canary is {}", state)}}};
  event.line = fmt::format("{}: {}", canary.name, state);
  all.cloud.emit(std::move(event));
}

Process<> keep_running(Synthetics& all, std::pair<Place, std::string> key, std::uint64_t start) {
  Simulation& sim = all.cloud.sim();
  Stream luck = sim.random(fmt::format("synthetics.{}.phase", key.second));
  co_await sim.sleep(std::chrono::seconds{static_cast<std::int64_t>(1 + luck.below(30))});
  const SimTime anchor = sim.now();
  SimTime due = anchor;
  while (true) {
    const auto found = all.canaries.find(key);
    if (found == all.canaries.end() || found->second.starts != start) co_return;
    sim.spawn(run_once(all, key));
    const std::optional<SimTime> next = next_run(found->second, anchor, due);
    if (!next) break;
    due = *next;
    co_await sim.sleep(due - sim.now());
  }
  const auto found = all.canaries.find(key);
  if (found != all.canaries.end() && found->second.starts == start)
    set_state(all, found->second, "STOPPED");
}

}  // namespace

void start(Synthetics& all, Canary& canary) {
  canary.started = all.cloud.sim().now();
  set_state(all, canary, "RUNNING");
  all.cloud.sim().spawn(keep_running(all, {canary.place, canary.name}, ++canary.starts));
}

std::vector<std::string> explain_canaries(Synthetics& all, std::string_view front_end) {
  std::vector<std::string> lines;
  for (const auto& [key, canary] : all.canaries) {
    const Json front = front_end_of(all, canary);
    if (!front.is_object() || front.at("Name").get<std::string>() != front_end) continue;
    std::string left_out;
    for (const Json& step : front.at("Steps"))
      if (const std::string name = step.at("Name").get<std::string>();
          std::ranges::find(canary.script.steps, name) == canary.script.steps.end())
        left_out += (left_out.empty() ? "" : ", ") + name;
    lines.push_back(fmt::format("Canary {}: {} of its {} runs failed{}{}.", canary.name,
                                canary.failed_count, canary.run_count,
                                left_out.empty() ? "" : "; its script leaves out ", left_out));
  }
  return lines;
}

void stop(Synthetics& all, Canary& canary) {
  ++canary.starts;
  set_state(all, canary, "STOPPED");
}

}  // namespace opsim::synthetics
