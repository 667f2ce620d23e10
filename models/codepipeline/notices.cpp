// What executions, stages and actions tell: events in their documented shape, and the journal.
// AWS: CodePipeline User Guide, "Monitoring CodePipeline events" (detect-state-changes-cloudwatch-
// events).
#include <fmt/format.h>

#include <algorithm>

#include "models/codepipeline/codepipeline.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::codepipeline {

namespace {

std::string upper(std::string_view text) {
  std::string all{text};
  std::ranges::transform(all, all.begin(), [](char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  });
  return all;
}

/// "execution 3": the how-manieth of its pipeline, as people count them; ids are for machines.
std::string called(CodePipeline& all, const Execution& execution) {
  const auto& ids = all.pipeline_of(execution).executions;
  const auto found = std::ranges::find(ids, execution.id);
  return fmt::format("execution {}{}", found - ids.begin() + 1,
                     execution.rolls_back_to.empty() ? "" : " (rollback)");
}

std::string event_state(std::string_view status) {
  if (status == "InProgress") return "STARTED";
  if (status == "Resumed") return "RESUMED";
  return upper(status);
}

Json base_detail(const Execution& execution) {
  return {{"pipeline", execution.pipeline},
          {"execution-id", execution.id},
          {"version", static_cast<double>(execution.version)}};
}

void emit(CodePipeline& all, const Execution& execution, const char* kind, Json detail,
          std::string line) {
  all.cloud.emit({.source = "aws.codepipeline",
                  .detail_type = fmt::format("CodePipeline {} Execution State Change", kind),
                  .place = execution.place,
                  .resources = {all.pipeline_of(execution).arn},
                  .detail = std::move(detail),
                  .line = std::move(line)});
}

Json artifacts_json(const Execution& execution, const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const std::string& name : names) {
    const auto found = execution.artifacts.find(name);
    if (found == execution.artifacts.end()) continue;
    list.push_back(
        {{"name", name},
         {"s3location", {{"bucket", found->second.bucket}, {"key", found->second.key}}}});
  }
  return list;
}

Json action_detail(const Execution& execution, std::size_t stage, std::size_t index) {
  const ActionSpec& action = execution.spec->stages[stage].actions[index];
  const ActionRun& run = execution.stages[stage].actions[index];
  Json detail = base_detail(execution);
  detail["stage"] = execution.spec->stages[stage].name;
  detail["action"] = action.name;
  detail["action-execution-id"] = run.id;
  detail["state"] = event_state(run.status);
  detail["region"] = action.region.empty() ? execution.place.region : action.region;
  detail["type"] = {{"owner", action.type.owner},
                    {"provider", action.type.provider},
                    {"category", action.type.category},
                    {"version", action.type.version}};
  if (!action.inputs.empty()) detail["input-artifacts"] = artifacts_json(execution, action.inputs);
  if (run.status == "InProgress") return detail;
  if (!action.outputs.empty() && run.status == "Succeeded")
    detail["output-artifacts"] = artifacts_json(execution, action.outputs);
  Json result{{"external-execution-summary", run.summary.empty() ? run.error_message : run.summary},
              {"external-execution-id", run.external_id}};
  if (!run.external_url.empty()) result["external-execution-url"] = run.external_url;
  if (!run.error_code.empty()) result["error-code"] = run.error_code;
  detail["execution-result"] = std::move(result);
  return detail;
}

}  // namespace

void tell_pipeline(CodePipeline& all, const Execution& execution, std::string_view state) {
  const Pipeline& pipeline = all.pipeline_of(execution);
  std::string said = execution.status;
  if (state == "STARTED")
    said = fmt::format("started by {}{}{}", execution.trigger.type,
                       execution.trigger.detail.empty() ? "" : ": ", execution.trigger.detail);
  if (state == "RESUMED") said = "resumed: a stage is tried again";
  if (!execution.stop_reason.empty() && state != "STARTED")
    said += fmt::format(" ({})", execution.stop_reason);
  if (!execution.status_summary.empty()) said += fmt::format(" ({})", execution.status_summary);
  const std::string line = fmt::format("{} {}", called(all, execution), said);
  const CauseId entry = all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = execution.pipeline,
       .text = line,
       .source = pipeline.source,
       .detail = {{"act", "pipeline"}, {"execution", execution.id}, {"state", state}}});
  const CauseScope because{all.sim(), entry};
  Json detail = base_detail(execution);
  detail["state"] = state;
  if (state == "STARTED")
    detail["execution-trigger"] = {{"trigger-type", execution.trigger.type},
                                   {"trigger-detail", execution.trigger.detail}};
  if (state == "STOPPING" && !execution.stop_reason.empty())
    detail["stop-execution-comments"] = execution.stop_reason;
  emit(all, execution, "Pipeline", std::move(detail),
       fmt::format("{} {}", execution.pipeline, line));
}

void set_stage(CodePipeline& all, Execution& execution, std::size_t stage, std::string status) {
  StageRun& run = execution.stages[stage];
  run.status = status == "Resumed" ? "InProgress" : status;
  execution.updated = all.sim().now();
  const std::string& name = execution.spec->stages[stage].name;
  std::string line = fmt::format("{} stage {}: {}", called(all, execution), name, status);
  const bool ends = status != "InProgress";
  if (ends && !run.condition.empty()) line += fmt::format(": {}", run.condition);
  const CauseId entry = all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = status == "Succeeded" || !ends ? Level::everything : Level::story,
       .subject = execution.pipeline,
       .text = line,
       .source = all.pipeline_of(execution).source,
       .detail = {
           {"act", "stage"}, {"stage", name}, {"execution", execution.id}, {"status", status}}});
  const CauseScope because{all.sim(), entry};
  Json detail = base_detail(execution);
  detail["stage"] = name;
  detail["state"] = event_state(status);
  emit(all, execution, "Stage", std::move(detail), fmt::format("{} {}", execution.pipeline, line));
}

void tell_action(CodePipeline& all, const Execution& execution, std::size_t stage,
                 std::size_t index) {
  const ActionSpec& action = execution.spec->stages[stage].actions[index];
  const ActionRun& run = execution.stages[stage].actions[index];
  std::string line = fmt::format("{}: {}", called(all, execution), run.status);
  const double seconds = std::chrono::duration<double>(run.changed - run.began).count();
  if (run.status == "Succeeded" || run.status == "Failed")
    line += fmt::format(" after {}", human(run.changed - run.began));
  if (!run.error_message.empty())
    line += fmt::format(": {}", run.error_message);
  else if (!run.summary.empty())
    line += fmt::format(": {}", run.summary);
  const CauseId entry = all.cloud.journal().write(
      {.kind = EntryKind::step,
       .level = run.status == "InProgress" ? Level::everything : Level::story,
       .subject = fmt::format("{}/{}", execution.pipeline, action.name),
       .text = line,
       .source = all.pipeline_of(execution).source,
       .detail = {{"pipeline", execution.pipeline},
                  {"execution", execution.id},
                  {"stage", execution.spec->stages[stage].name},
                  {"action", action.name},
                  {"category", action.type.category},
                  {"number", stage + 1},
                  {"seconds", seconds},
                  {"error", run.error_code},
                  {"status", run.status}}});
  const CauseScope because{all.sim(), entry};
  emit(all, execution, "Action", action_detail(execution, stage, index),
       fmt::format("{}/{} {}", execution.pipeline, action.name, line));
}

}  // namespace opsim::codepipeline
