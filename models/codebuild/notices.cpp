// Events, metrics and logs of builds.
// AWS: CodeBuild User Guide, "Build notifications input format reference" (sample-build-
// notifications), "CodeBuild CloudWatch metrics" (cloudwatch_metrics-codebuild).
#include <fmt/format.h>

#include "models/codebuild/codebuild.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::codebuild {

namespace {

std::string arn_of(const Build& build) {
  return arn(build.place, "codebuild", "build/" + build.id);
}

/// "Sep 1, 2017 4:12:29 PM".
std::string spoken(SimTime time) {
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time - day).count();
  const auto hour = seconds / 3600;
  return fmt::format("{} {}, {} {}:{:02}:{:02} {}", kMonths[unsigned{date.month()} - 1],
                     unsigned{date.day()}, int{date.year()}, hour % 12 == 0 ? 12 : hour % 12,
                     seconds / 60 % 60, seconds % 60, hour < 12 ? "AM" : "PM");
}

std::int64_t whole_seconds(const Phase& phase) {
  return std::chrono::floor<std::chrono::seconds>(phase.ended - phase.began).count();
}

/// "[COMMAND_EXECUTION_ERROR: ...]" or "[]" of the phase; also the list of it.
Json context_list(const Phase& phase) {
  Json list = Json::array();
  if (!phase.code.empty())
    list.push_back(fmt::format("{}: {}", phase.code, phase.message));
  else
    list.push_back(": ");
  return list;
}
std::string context_text(const Phase& phase) {
  return phase.code.empty() ? "[: ]" : fmt::format("[{}: {}]", phase.code, phase.message);
}

Json phases_json(const Build& build) {
  Json list = Json::array();
  for (const Phase& phase : build.phases) {
    Json one{{"phase-type", phase.type}, {"start-time", spoken(phase.began)}};
    if (!phase.status.empty()) {
      one["phase-context"] = context_list(phase);
      one["end-time"] = spoken(phase.ended);
      one["duration-in-seconds"] = whole_seconds(phase);
      one["phase-status"] = phase.status;
    }
    list.push_back(std::move(one));
  }
  return list;
}

Json information(const Build& build) {
  using input::member;
  using input::text;
  const Json& environment = build.spec.environment;
  Json said{{"timeout-in-minutes", build.spec.timeout_minutes},
            {"build-complete", build.is_over()},
            {"initiator", build.initiator},
            {"build-number", build.number},
            {"build-start-time", spoken(build.began)},
            {"environment",
             {{"image", text(environment, "Image")},
              {"privileged-mode", input::boolean(environment, "PrivilegedMode").value_or(false)},
              {"compute-type", text(environment, "ComputeType")},
              {"type", text(environment, "Type")},
              {"environment-variables", Json::array()}}},
            {"source", {{"type", text(build.spec.source, "Type")}}},
            {"phases", phases_json(build)}};
  if (const std::string location = text(build.spec.source, "Location"); !location.empty())
    said["source"]["location"] = location;
  if (!build.artifact_location.empty()) said["artifact"] = {{"location", build.artifact_location}};
  if (!build.spec.log_group.empty()) {
    const std::string stream = build.id.substr(build.id.find(':') + 1);
    said["logs"] = {
        {"group-name", build.spec.log_group},
        {"stream-name", stream},
        {"deep-link",
         fmt::format("https://console.aws.amazon.com/cloudwatch/home?region={}#logEvent:group={};"
                     "stream={}",
                     build.place.region, build.spec.log_group, stream)}};
  }
  return said;
}

void put_metric(CodeBuild& all, const Build& build, const char* name, double value,
                const char* unit) {
  Metrics& metrics = all.cloud.metrics();
  for (const Dimensions& dimensions : {Dimensions{{"ProjectName", build.project}}, Dimensions{}}) {
    Datapoint one{.timestamp = all.sim().now(), .unit = unit};
    one.set = Summary{};
    one.set->add(value);
    metrics.put(metrics.intern({build.place, "AWS/CodeBuild", name, dimensions}), one);
  }
}

std::string told(const Build& build) {
  if (!build.is_over()) return fmt::format("build {} started by {}", build.number, build.initiator);
  std::string line = fmt::format("build {} {} after {}", build.number, build.status,
                                 human(*build.ended - build.began));
  for (const Phase& phase : build.phases)
    if (!phase.code.empty()) line += fmt::format(": {}: {}", phase.type, phase.message);
  return line;
}

}  // namespace

void tell_build(CodeBuild& all, const Build& build) {
  const Project* project = all.find(build.place, build.project);
  // A pipeline tells of its builds itself.
  const bool own = !build.initiator.starts_with("codepipeline/");
  const CauseId entry = all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = own || build.status == "FAILED" ? Level::story : Level::everything,
       .subject = build.project,
       .text = told(build),
       .source = project == nullptr ? "" : project->file_line,
       .detail = {{"act", "build"}, {"build", build.id}, {"status", build.status}}});
  const CauseScope because{all.sim(), entry};
  all.cloud.emit(
      {.source = "aws.codebuild",
       .detail_type = "CodeBuild Build State Change",
       .place = build.place,
       .resources = {arn_of(build)},
       .detail = {{"build-status", build.status},
                  {"project-name", build.project},
                  {"build-id", arn_of(build)},
                  {"additional-information", information(build)},
                  {"current-phase", build.phases.empty() ? "SUBMITTED" : build.phases.back().type},
                  {"current-phase-context",
                   build.phases.empty() ? "[]" : context_text(build.phases.back())},
                  {"version", "1"}},
       .line = fmt::format("{} {}", build.project, told(build))});
}

void tell_phase(CodeBuild& all, const Build& build, const Phase& phase) {
  all.cloud.emit(
      {.source = "aws.codebuild",
       .detail_type = "CodeBuild Build Phase Change",
       .place = build.place,
       .resources = {arn_of(build)},
       .detail = {{"completed-phase", phase.type},
                  {"completed-phase-status", phase.status},
                  {"completed-phase-duration-seconds", static_cast<double>(whole_seconds(phase))},
                  {"completed-phase-start", spoken(phase.began)},
                  {"completed-phase-end", spoken(phase.ended)},
                  {"completed-phase-context", context_text(phase)},
                  {"project-name", build.project},
                  {"build-id", arn_of(build)},
                  {"additional-information", information(build)},
                  {"version", "1"}},
       .line = fmt::format("{} build {}: {} {}", build.project, build.number, phase.type,
                           phase.status)});
}

void publish(CodeBuild& all, const Build& build) {
  put_metric(all, build, "Builds", 1, "Count");
  if (build.status == "SUCCEEDED") put_metric(all, build, "SucceededBuilds", 1, "Count");
  // "FailedBuilds: ... because of client error or because of a timeout".
  if (build.status == "FAILED" || build.status == "TIMED_OUT")
    put_metric(all, build, "FailedBuilds", 1, "Count");
  put_metric(all, build, "Duration",
             std::chrono::duration<double>(*build.ended - build.began).count(), "Seconds");
  constexpr std::pair<std::string_view, const char*> kNames[] = {
      {"BUILD", "BuildDuration"},
      {"DOWNLOAD_SOURCE", "DownloadSourceDuration"},
      {"FINALIZING", "FinalizingDuration"},
      {"INSTALL", "InstallDuration"},
      {"POST_BUILD", "PostBuildDuration"},
      {"PRE_BUILD", "PreBuildDuration"},
      {"PROVISIONING", "ProvisioningDuration"},
      {"QUEUED", "QueuedDuration"},
      {"SUBMITTED", "SubmittedDuration"},
      {"UPLOAD_ARTIFACTS", "UploadArtifactsDuration"}};
  for (const Phase& phase : build.phases)
    for (const auto& [type, name] : kNames)
      if (phase.type == type && !phase.status.empty())
        put_metric(all, build, name,
                   std::chrono::duration<double>(phase.ended - phase.began).count(), "Seconds");
}

/// SIMPLIFIED: written when the build has ended, one line a phase.
Process<> write_log(CodeBuild& all, const Build& build) {
  if (build.spec.log_group.empty()) co_return;
  const Caller caller{build.place,
                      build.spec.role.empty() ? "codebuild.amazonaws.com" : build.spec.role,
                      "codebuild.amazonaws.com"};
  const std::string stream = build.id.substr(build.id.find(':') + 1);
  Json lines = Json::array();
  for (const Phase& phase : build.phases) {
    if (phase.status.empty()) continue;
    const std::string stamp = iso8601(std::chrono::floor<std::chrono::seconds>(phase.ended));
    lines.push_back(
        {{"timestamp",
          std::chrono::floor<std::chrono::milliseconds>(phase.ended.time_since_epoch()).count()},
         {"message", fmt::format("[Container] {} Phase complete: {} State: {}", stamp, phase.type,
                                 phase.status)}});
    if (!phase.code.empty())
      lines.push_back({{"timestamp", lines.back()["timestamp"]},
                       {"message", fmt::format("[Container] {} Phase context status code: {} "
                                               "Message: {}",
                                               stamp, phase.code, phase.message)}});
  }
  Json named{{"logGroupName", build.spec.log_group}};
  Process<ApiResult<Json>> group = all.cloud.call(caller, "logs", "CreateLogGroup", named);
  co_await group;  // mostly there already
  named["logStreamName"] = stream;
  Process<ApiResult<Json>> making = all.cloud.call(caller, "logs", "CreateLogStream", named);
  const ApiResult<Json> made = co_await making;
  if (!made) co_return;  // no logs in this world, or the role may not
  named["logEvents"] = std::move(lines);
  Process<ApiResult<Json>> writing =
      all.cloud.call(caller, "logs", "PutLogEvents", std::move(named));
  co_await writing;
}

}  // namespace opsim::codebuild
