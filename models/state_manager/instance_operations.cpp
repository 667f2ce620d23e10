// Several associations at once, their versions, and what applies to one instance. AWS: Systems
// Manager API Reference, CreateAssociationBatch, ListAssociationVersions,
// DescribeEffectiveInstanceAssociations, DescribeInstanceAssociationsStatus.
#include <fmt/format.h>

#include "models/state_manager/state_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::state_manager {

namespace {

ApiError no_instance() { return {"InvalidInstanceId", "InstanceId is required"}; }

/// The text of the document, as an agent gets it.
std::string content_of(StateManager& manager, const Association& association) {
  const auto document = manager.cloud.inspect(association.place, "ssm", "GetDocument",
                                              {{"Name", association.spec.document}});
  return document ? input::text(*document, "Content") : std::string{};
}

std::string summary_of(const std::string& status) {
  const bool success = status == "Success";
  return fmt::format("1 out of 1 plugin processed, {} success, {} failed, {} timedout, 0 skipped. ",
                     success ? 1 : 0, !success && status != "TimedOut" ? 1 : 0,
                     status == "TimedOut" ? 1 : 0);
}

}  // namespace

// "Associates the specified SSM document with the specified managed nodes or targets": each entry
// for itself.
ApiResult<Json> create_association_batch(StateManager& manager, const Request& request) {
  const Json& entries = input::member(request.input, "Entries");
  if (!entries.is_array() || entries.empty())
    return ApiError{"ValidationException", "Entries: at least one"};
  Json made = Json::array();
  Json failed = Json::array();
  for (const Json& entry : entries) {
    const Request one{request.cloud, request.caller, request.service, request.operation, entry};
    if (const ApiResult<Json> answer = create_association(manager, one))
      made.push_back(input::member(*answer, "AssociationDescription"));
    else
      failed.push_back(
          {{"Entry", entry}, {"Message", answer.error().message}, {"Fault", "Client"}});
  }
  return Json{{"Successful", std::move(made)}, {"Failed", std::move(failed)}};
}

ApiResult<Json> list_association_versions(StateManager& manager, const Request& request) {
  const std::string id = input::text(request.input, "AssociationId");
  const Association* association = manager.find(request.place(), id);
  if (association == nullptr) return no_association(id);
  Json list = Json::array();
  for (auto version = association->versions.rbegin(); version != association->versions.rend();
       ++version)
    list.push_back(version_view(*association, *version));
  return Json{{"AssociationVersions", std::move(list)}};
}

ApiResult<Json> describe_effective_associations(StateManager& manager, const Request& request) {
  const std::string instance = input::text(request.input, "InstanceId");
  if (instance.empty()) return no_instance();
  Json list = Json::array();
  for (const auto& [id, association] : manager.associations)
    if (association->place == request.place() && wants(manager, *association, instance))
      list.push_back({{"AssociationId", id},
                      {"InstanceId", instance},
                      {"Content", content_of(manager, *association)},
                      {"AssociationVersion", std::to_string(association->version)}});
  return Json{{"Associations", std::move(list)}};
}

ApiResult<Json> describe_instance_statuses(StateManager& manager, const Request& request) {
  const std::string instance = input::text(request.input, "InstanceId");
  if (instance.empty()) return no_instance();
  Json list = Json::array();
  for (const auto& [id, association] : manager.associations) {
    const auto status = association->instances.find(instance);
    if (association->place != request.place() || status == association->instances.end()) continue;
    Json one{{"AssociationId", id},
             {"Name", association->spec.document},
             {"AssociationVersion", std::to_string(association->version)},
             {"InstanceId", instance},
             {"Status", status->second},
             {"DetailedStatus", status->second},
             {"ExecutionSummary", summary_of(status->second)}};
    if (!association->spec.association_name.empty())
      one["AssociationName"] = association->spec.association_name;
    if (association->last_execution) one["ExecutionDate"] = iso8601(*association->last_execution);
    list.push_back(std::move(one));
  }
  return Json{{"InstanceAssociationStatusInfos", std::move(list)}};
}

}  // namespace opsim::state_manager
