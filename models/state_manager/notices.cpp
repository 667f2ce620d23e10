// The events of State Manager and of association compliance.
// AWS: Systems Manager User Guide, "Amazon EventBridge event examples for Systems Manager".
#include <fmt/format.h>

#include "models/state_manager/state_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::state_manager {

namespace {

Json targets_text(const Json& targets) {
  Json list = Json::array();
  for (const Json& target : targets)
    list.push_back(
        {{"key", input::text(target, "Key")}, {"values", input::texts(target, "Values")}});
  return list.dump();
}

Event event_of(const Association& association, std::string_view type) {
  Event event;
  event.source = "aws.ssm";
  event.detail_type = type;
  event.place = association.place;
  const AssociationSpec& spec = association.spec;
  event.detail = {{"association-id", association.id},
                  {"document-name", spec.document},
                  {"document-version",
                   spec.document_version.empty() ? "Optional.empty" : spec.document_version},
                  {"targets", targets_text(spec.targets)},
                  {"creation-date", iso8601(association.created)}};
  if (association.last_success)
    event.detail["last-successful-execution-date"] = iso8601(*association.last_success);
  if (association.last_execution)
    event.detail["last-execution-date"] = iso8601(*association.last_execution);
  return event;
}

}  // namespace

void emit_association(StateManager& manager, const Association& association) {
  Event event = event_of(association, "EC2 State Manager Association State Change");
  event.resources = {arn(association.place, "ssm", "document/" + association.spec.document)};
  const bool running =
      !association.executions.empty() && association.executions.front().status == "InProgress";
  event.detail["association-version"] = std::to_string(association.version);
  event.detail["last-updated-date"] = iso8601(association.updated);
  event.detail["status"] = running ? "Pending" : association.status;
  event.detail["association-status-aggregated-count"] = counts_of(association.instances).dump();
  if (association.spec.schedule)
    event.detail["schedule-expression"] = association.spec.schedule->text;
  event.detail["association-cwe-version"] = "1.0";
  manager.cloud.emit(std::move(event));
}

void emit_instance(StateManager& manager, const Association& association,
                   const std::string& instance, const std::string& status) {
  Event event = event_of(association, "EC2 State Manager Instance Association State Change");
  event.resources = {arn(association.place, "ec2", "instance/" + instance),
                     arn(association.place, "ssm", "document/" + association.spec.document)};
  event.detail["instance-id"] = instance;
  event.detail["status"] = status;
  event.detail["detailed-status"] = status;
  event.detail["instance-association-cwe-version"] = "1";
  manager.cloud.emit(std::move(event));
}

void emit_compliance(StateManager& manager, const Association& association,
                     const std::string& instance, bool compliant) {
  Event event;
  event.source = "aws.ssm";
  event.detail_type = "Configuration Compliance State Change";
  event.place = association.place;
  event.resources = {arn(association.place, "ssm", "managed-instance/" + instance)};
  event.detail = {{"last-runtime", iso8601(manager.cloud.sim().now())},
                  {"compliance-status", compliant ? "compliant" : "non_compliant"},
                  {"resource-type", "managed-instance"},
                  {"resource-id", instance},
                  {"compliance-type", "Association"}};
  manager.cloud.emit(std::move(event));
}

}  // namespace opsim::state_manager
