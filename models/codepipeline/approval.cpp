// Manual approval.
// AWS: CodePipeline User Guide, "Add a manual approval action" (approvals): seven days unless
// TimeoutInMinutes says otherwise, then the action fails; approvals-json-format: what the topic
// gets. A scenario's physics plays those who decide; PutApprovalResult works as well.
#include <fmt/format.h>

#include "models/codepipeline/provider.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

/// The stage of the action: names of actions are unique only within theirs.
const StageSpec& stage_of(const ActionContext& context) {
  return context.execution.spec->stages[context.execution.at];
}

std::string console_link(const ActionContext& context) {
  return fmt::format("https://console.aws.amazon.com/codepipeline/home?region={}#/view/{}",
                     context.execution.place.region, context.execution.pipeline);
}

/// "2016-07-07T20:22Z": to the minute.
std::string minute_text(SimTime time) { return iso8601(time).substr(0, 16) + "Z"; }

Json notification(const ActionContext& context, Duration limit) {
  const std::string link = console_link(context);
  Json approval{
      {"pipelineName", context.execution.pipeline},
      {"stageName", stage_of(context).name},
      {"actionName", context.action.name},
      {"token", context.run.token},
      {"expires", minute_text(context.all.sim().now() + limit)},
      {"externalEntityLink", nullptr},
      {"approvalReviewLink", fmt::format("{}/{}/{}/approve/{}", link, stage_of(context).name,
                                         context.action.name, context.run.token)},
      {"customData", nullptr}};
  if (const std::string url = context.setting("ExternalEntityLink"); !url.empty())
    approval["externalEntityLink"] = url;
  if (const std::string told = context.setting("CustomData"); !told.empty())
    approval["customData"] = told;
  return {{"region", context.execution.place.region},
          {"consoleLink", link},
          {"approval", std::move(approval)}};
}

/// What a reviewer is shown: the change set that an earlier action of this execution made.
Json shown_change_set(const ActionContext& context) {
  const Execution& execution = context.execution;
  Json shown;
  for (std::size_t stage = 0; stage <= execution.at; ++stage)
    for (std::size_t i = 0; i < execution.stages[stage].actions.size(); ++i) {
      const ActionRun& run = execution.stages[stage].actions[i];
      const auto mode = run.configuration.find("ActionMode");
      if (run.status != "Succeeded" || mode == run.configuration.end() ||
          mode->second != "CHANGE_SET_REPLACE")
        continue;
      const ApiResult<Json> found =
          context.all.cloud.inspect(context.caller.place, "cloudformation", "DescribeChangeSet",
                                    {{"ChangeSetName", run.configuration.at("ChangeSetName")},
                                     {"StackName", run.configuration.at("StackName")}});
      if (found) shown = *found;
    }
  return shown;
}

/// Logical ids that a change set replaces or removes: what a review is there to catch.
std::vector<std::string> lost_in(const Json& change_set) {
  std::vector<std::string> lost;
  const Json& changes = member(change_set, "Changes");
  if (!changes.is_array()) return lost;
  for (const Json& change : changes) {
    const Json& resource = member(change, "ResourceChange");
    if (text(resource, "Replacement") == "True" || text(resource, "Action") == "Remove")
      lost.push_back(text(resource, "LogicalResourceId"));
  }
  return lost;
}

void decide(ActionContext& context, bool approved, std::string by, std::string summary) {
  ActionRun& run = context.run;
  run.decided_by = std::move(by);
  run.summary = std::move(summary);
  const CauseId entry = context.all.cloud.journal().write(
      {.kind = EntryKind::person,
       .level = Level::story,
       .subject = run.decided_by,
       .text = fmt::format("{} {}/{}{}{}", approved ? "approves" : "rejects",
                           context.execution.pipeline, context.action.name,
                           run.summary.empty() ? "" : ": ", run.summary),
       .source = context.all.pipeline_of(context.execution).source,
       .detail = {{"act", approved ? "approved" : "rejected"},
                  {"pipeline", context.execution.pipeline},
                  {"execution", context.execution.id}}});
  const CauseScope because{context.all.sim(), entry};
  run.error_code = approved ? "" : "Rejected";
  context.execution.changed.notify_all();
}

/// Reviews as physics says: who is shown a replacement mostly notices it; who is shown nothing
/// cannot.
Process<> review(ActionContext& context, const ActionPhysics& physics) {
  Stream& luck = context.all.sim().random(
      fmt::format("codepipeline.{}.{}", context.execution.pipeline, context.action.name));
  const Duration takes =
      physics.decides_in ? physics.decides_in->sample_duration(luck) : std::chrono::hours{1};
  const bool notices = luck.uniform() * 100 < physics.notices;
  const bool likes = luck.uniform() * 100 < physics.approves;
  co_await context.all.sim().sleep(takes);
  if (!context.run.decided_by.empty()) co_return;
  const std::vector<std::string> lost = lost_in(shown_change_set(context));
  if (notices && !lost.empty())
    decide(context, false, physics.by,
           fmt::format("the change set replaces or removes {}", fmt::join(lost, ", ")));
  else
    decide(context, likes, physics.by, "");
}

const ActionPhysics* physics_of(const ActionContext& context) {
  const auto found =
      context.all.physics.find(context.execution.pipeline + "/" + context.action.name);
  return found == context.all.physics.end() ? nullptr : &found->second;
}

}  // namespace

Process<ActionEnd> ask_for_approval(ActionContext& context) {
  ActionRun& run = context.run;
  run.token = context.all.cloud.next_uuid("approval");
  const Duration limit = context.action.timeout.value_or(std::chrono::hours{7 * 24});
  if (const std::string topic = context.setting("NotificationArn"); !topic.empty()) {
    Json message{
        {"TopicArn", topic},
        {"Subject", fmt::format("APPROVAL NEEDED: AWS CodePipeline {}", context.execution.pipeline)
                        .substr(0, 99)},
        {"Message", notification(context, limit).dump()}};
    Process<ApiResult<Json>> telling = context.call("sns", "Publish", std::move(message));
    const ApiResult<Json> told = co_await telling;
    if (!told) co_return refused(told.error());
  }
  Scope people{context.all.sim()};
  if (const ActionPhysics* physics = physics_of(context)) people.spawn(review(context, *physics));
  while (run.decided_by.empty()) co_await context.execution.changed.wait();
  if (run.error_code.empty()) {
    ActionEnd end;
    end.summary = fmt::format("approved by {}{}{}", run.decided_by, run.summary.empty() ? "" : ": ",
                              run.summary);
    co_return end;
  }
  co_return failed("JobFailed", fmt::format("rejected by {}{}{}", run.decided_by,
                                            run.summary.empty() ? "" : ": ", run.summary));
}

}  // namespace opsim::codepipeline
