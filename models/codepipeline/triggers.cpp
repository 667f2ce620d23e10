// What starts a pipeline besides people and rules: it looks at its sources itself, or hears of a
// push.
// AWS: CodePipeline User Guide, "Change detection methods" (change-detection-methods): polling of
// CodeCommit and S3 while PollForSourceChanges is not false; webhooks of connections
// (DetectChanges); "Automate starting pipelines using triggers and filtering" (pipelines-triggers).
// SIMPLIFIED: nothing polls. A finished call that changes a source is noticed as a poll would: up
// to a minute later (estimate); a webhook within seconds (estimate).
#include <fmt/format.h>

#include "models/codepipeline/codepipeline.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::codepipeline {

namespace {

using input::text;

/// What was pushed, or put.
struct Change {
  std::string provider;    // of the source action that would see it
  std::string repository;  // or bucket
  std::string branch;      // or object key
  std::string revision;
  std::string tag;
  std::vector<std::string> paths;
};

std::optional<Change> change_in(const CallRecord& record) {
  if (!record.answer) return std::nullopt;
  const Json& given = record.input;
  if (record.service == "s3" &&
      (record.operation == "PutObject" || record.operation == "CopyObject"))
    return Change{
        "S3", text(given, "Bucket"), text(given, "Key"), text(*record.answer, "VersionId"), "", {}};
  if (record.service == "codecommit" && record.operation == "CreateCommit")
    return Change{"CodeCommit",
                  text(given, "repositoryName"),
                  text(given, "branchName"),
                  text(*record.answer, "commitId"),
                  "",
                  {}};
  if (record.service == "codeconnections" && record.operation == "PushCommit")
    return Change{"CodeStarSourceConnection", text(given, "FullRepositoryId"),
                  text(given, "BranchName"),  text(*record.answer, "CommitId"),
                  text(given, "Tag"),         input::texts(*record.answer, "Paths")};
  return std::nullopt;
}

std::string setting(const ActionSpec& action, const char* key, std::string otherwise = {}) {
  const auto found = action.configuration.find(key);
  return found == action.configuration.end() ? std::move(otherwise) : found->second;
}

/// Whether the action looks there, and by itself.
bool watches(const ActionSpec& action, const Change& change) {
  const std::string& provider = action.type.provider;
  if (provider == "GitHub" && change.provider == "CodeStarSourceConnection")
    return setting(action, "Owner") + "/" + setting(action, "Repo") == change.repository &&
           setting(action, "Branch") == change.branch;
  if (provider != change.provider) return false;
  if (provider == "S3")
    return setting(action, "PollForSourceChanges", "true") == "true" &&
           setting(action, "S3Bucket") == change.repository &&
           setting(action, "S3ObjectKey") == change.branch;
  if (provider == "CodeCommit")
    return setting(action, "PollForSourceChanges", "true") == "true" &&
           setting(action, "RepositoryName") == change.repository &&
           setting(action, "BranchName") == change.branch;
  return setting(action, "FullRepositoryId") == change.repository;
}

/// A trigger of the action decides by its filters; without one, a push to its branch does.
bool starts_on_push(const PipelineSpec& spec, const ActionSpec& action, const Change& change) {
  if (action.type.provider != "CodeStarSourceConnection") return true;
  bool has_trigger = false;
  for (const TriggerSpec& trigger : spec.triggers) {
    if (trigger.action != action.name) continue;
    has_trigger = true;
    if (trigger.pushes.empty() && setting(action, "BranchName") == change.branch) return true;
    for (const PushFilter& filter : trigger.pushes)
      if (passes(filter, change.branch, change.paths, change.tag)) return true;
  }
  if (has_trigger || setting(action, "DetectChanges", "true") == "false") return false;
  return change.tag.empty() && setting(action, "BranchName") == change.branch;
}

void start_later(CodePipeline& all, const Pipeline& pipeline, const ActionSpec& action,
                 const Change& change) {
  const bool polls = change.provider != "CodeStarSourceConnection";
  Stream& luck = all.sim().random(fmt::format("codepipeline.{}.poll", pipeline.name));
  const Duration delay =
      polls ? Duration{static_cast<std::int64_t>(luck.uniform() * 60e9)} : std::chrono::seconds{3};
  Start start;
  start.trigger = {polls ? "PollForSourceChanges" : "WebhookV2", change.revision};
  // "the source revision that triggered": pushes to other branches come through filters.
  if (!polls && action.type.provider != "GitHub") start.revisions[action.name] = change.revision;
  all.sim().after(delay, [&all, place = pipeline.place, name = pipeline.name, start] {
    Pipeline* found = all.find(place, name);
    if (found == nullptr) return;
    if (auto started = start_execution(all, *found, start); !started)
      all.cloud.journal().write({.kind = EntryKind::note,
                                 .level = Level::story,
                                 .subject = name,
                                 .text = "did not start: " + started.error().message,
                                 .source = found->source});
  });
}

}  // namespace

void CodePipeline::on_call(const CallRecord& record) {
  if (pipelines.empty() || record.read_only) return;
  const std::optional<Change> change = change_in(record);
  if (!change) return;
  for (const auto& [key, pipeline] : pipelines)
    for (const ActionSpec& action : pipeline->spec->stages.front().actions)
      if (watches(action, *change) && starts_on_push(*pipeline->spec, action, *change)) {
        start_later(*this, *pipeline, action, *change);
        break;
      }
}

}  // namespace opsim::codepipeline
