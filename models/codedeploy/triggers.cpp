// Triggers: a topic of Amazon SNS hears of a deployment's course.
// AWS: CodeDeploy User Guide, "Monitoring deployments with Amazon SNS event notifications"; the
// message's members in "JSON data formats for CodeDeploy triggers" (monitoring-sns-event-
// notifications-json-format).
#include <fmt/format.h>

#include "models/codedeploy/traffic.hpp"
#include "models/codedeploy/views.hpp"

namespace opsim::codedeploy {

namespace {

Json message_of(CodeDeploy& codedeploy, const Deployment& deployment, const Trigger& trigger,
                const Target* target) {
  Json message{{"region", deployment.place.region},
               {"accountId", deployment.place.account},
               {"eventTriggerName", trigger.name},
               {"deploymentId", deployment.id}};
  if (target != nullptr) {
    const Json shown = target_json(deployment, *target);
    message.update({{"instanceId", target->id},
                    {"lastUpdatedAt", iso8601(codedeploy.sim().now())},
                    {"instanceStatus", target->status},
                    {"lifecycleEvents", shown.begin().value().is_object()
                                            ? shown.begin().value()["lifecycleEvents"].dump()
                                            : ""}});
    return message;
  }
  const Json shown = deployment_json(deployment);
  message.update({{"applicationName", deployment.application},
                  {"deploymentGroupName", deployment.group},
                  {"createTime", iso8601(deployment.created)},
                  {"deploymentOverview", shown.at("deploymentOverview").dump()},
                  {"status", deployment.status}});
  if (deployment.ended) message["completeTime"] = iso8601(*deployment.ended);
  if (shown.contains("errorInformation"))
    message["errorInformation"] = shown.at("errorInformation").dump();
  if (shown.contains("rollbackInfo"))
    message["rollbackInformation"] = shown.at("rollbackInfo").dump();
  return message;
}

}  // namespace

void tell_topics(CodeDeploy& codedeploy, const Deployment& deployment, const std::string& event,
                 const Target* target) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  if (group == nullptr || event.empty()) return;
  for (const Trigger& trigger : group->spec.triggers) {
    if (!trigger.events.contains(event)) continue;
    codedeploy.cloud.call_later(
        service_role(codedeploy, deployment), "sns", "Publish",
        {{"TopicArn", trigger.topic},
         {"Subject", fmt::format("{}: AWS CodeDeploy {} in {} to {}",
                                 target == nullptr ? deployment.status : target->status,
                                 deployment.id, deployment.place.region, deployment.application)},
         {"Message", message_of(codedeploy, deployment, trigger, target).dump()}});
  }
}

}  // namespace opsim::codedeploy
