// AWS: Systems Manager API Reference, CreateAssociation, UpdateAssociation, DeleteAssociation,
// DescribeAssociation, ListAssociations, StartAssociationsOnce, DescribeAssociationExecutions,
// DescribeAssociationExecutionTargets.
#include <fmt/format.h>

#include <algorithm>

#include "models/state_manager/state_manager.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::state_manager {

namespace {

ApiResult<Association*> asked_for(StateManager& manager, const Request& request) {
  const std::string id = input::text(request.input, "AssociationId");
  Association* found = manager.find(request.place(), id);
  const std::string name = input::text(request.input, "Name");
  const std::string instance = input::text(request.input, "InstanceId");
  if (id.empty() && !name.empty())  // the older form: a document and an instance
    for (const auto& [key, one] : manager.associations)
      if (one->place == request.place() && one->spec.document == name &&
          (instance.empty() || one->spec.targets.dump().find(instance) != std::string::npos))
        found = one.get();
  if (found == nullptr) return no_association(id);
  return found;
}

/// AWS's own documents that are not simulated may be associated; each run then says so.
std::optional<ApiError> check_document(StateManager& manager, const Place& place,
                                       const AssociationSpec& spec) {
  if (spec.document.starts_with("AWS") || spec.document.starts_with("arn:")) return std::nullopt;
  const auto found =
      manager.cloud.inspect(place, "ssm", "DescribeDocument", {{"Name", spec.document}});
  if (found) return std::nullopt;
  return found.error();
}

}  // namespace

ApiError no_association(std::string_view id) {
  return {"AssociationDoesNotExist",
          fmt::format("the association {} does not exist", opsim::quoted(id))};
}

ApiError bad_association_version() {
  return {"InvalidAssociationVersion",
          "The version you specified isn't valid. Use ListAssociationVersions to view all versions "
          "of an association according to the association ID. Or, use the $LATEST parameter to "
          "view the latest version of the association."};
}

Association* StateManager::find(const Place& place, std::string_view id) {
  const auto found = associations.find(std::string{id});
  return found == associations.end() || found->second->place != place ? nullptr
                                                                      : found->second.get();
}

ApiResult<Association*> create_association_of(StateManager& manager, const Place& place,
                                              AssociationSpec spec) {
  if (manager.associations.size() >= kMostAssociations)
    return ApiError{"AssociationLimitExceeded", "an account has at most 2,000 associations"};
  auto made = std::make_unique<Association>();
  made->id = manager.cloud.next_uuid("association");
  made->place = place;
  made->spec = std::move(spec);
  made->created = made->updated = manager.cloud.sim().now();
  made->versions.push_back({1, made->spec, made->created});
  Association& association = *made;
  manager.associations.emplace(association.id, std::move(made));
  plan_next(manager, association);
  if (!association.spec.apply_only_at_cron) run_association(manager, association);
  return &association;
}

namespace {

/// One document may be applied to the same targets by several schedules.
bool same_schedule(const AssociationSpec& a, const AssociationSpec& b) {
  if (a.schedule.has_value() != b.schedule.has_value()) return false;
  return !a.schedule || a.schedule->text == b.schedule->text;
}

}  // namespace

ApiResult<Json> create_association(StateManager& manager, const Request& request) {
  ApiResult<AssociationSpec> spec = read_association(request.input);
  if (!spec) return spec.error();
  if (auto wrong = check_document(manager, request.place(), *spec)) return *std::move(wrong);
  for (const auto& [id, other] : manager.associations)
    if (other->place == request.place() && other->spec.document == spec->document &&
        other->spec.targets == spec->targets && same_schedule(other->spec, *spec) &&
        other->spec.association_name.empty() && spec->association_name.empty() &&
        other->spec.parameters == spec->parameters)
      return ApiError{"AssociationAlreadyExists", "The specified association already exists."};
  const ApiResult<Association*> made =
      create_association_of(manager, request.place(), *std::move(spec));
  if (!made) return made.error();
  return Json{{"AssociationDescription", association_view(**made)}};
}

/// "When you update an association, the association immediately runs against the specified targets"
/// unless only at its cron.
ApiResult<Json> update_association(StateManager& manager, const Request& request) {
  const ApiResult<Association*> found = asked_for(manager, request);
  if (!found) return found.error();
  Association& association = **found;
  // "You must specify the latest association version in the service."
  const std::string version = input::text(request.input, "AssociationVersion");
  if (!version.empty() && version != "$LATEST" && version != std::to_string(association.version))
    return bad_association_version();
  if (association.versions.size() >= kMostVersions)
    return ApiError{"AssociationVersionLimitExceeded",
                    "You have reached the maximum number versions allowed for an association. Each "
                    "association has a limit of 1,000 versions."};
  // What is left out is set back, but the document itself.
  AssociationSpec base;
  base.document = association.spec.document;
  base.targets = association.spec.targets;
  ApiResult<AssociationSpec> spec = read_association(request.input, std::move(base));
  if (!spec) return spec.error();
  if (auto wrong = check_document(manager, request.place(), *spec)) return *std::move(wrong);
  association.spec = *std::move(spec);
  association.updated = manager.cloud.sim().now();
  ++association.version;
  association.versions.push_back({association.version, association.spec, association.updated});
  plan_next(manager, association);
  if (!association.spec.apply_only_at_cron) run_association(manager, association);
  return Json{{"AssociationDescription", association_view(association)}};
}

ApiResult<Json> delete_association(StateManager& manager, const Request& request) {
  const ApiResult<Association*> found = asked_for(manager, request);
  if (!found) return found.error();
  manager.cloud.sim().cancel((*found)->next);
  std::erase_if(manager.runs, [&](const auto& run) { return run.second == (*found)->id; });
  manager.associations.erase((*found)->id);
  return Json::object();
}

ApiResult<Json> describe_association(StateManager& manager, const Request& request) {
  const ApiResult<Association*> found = asked_for(manager, request);
  if (!found) return found.error();
  const std::string asked = input::text(request.input, "AssociationVersion");
  if (asked.empty() || asked == "$LATEST" || asked == std::to_string((*found)->version))
    return Json{{"AssociationDescription", association_view(**found)}};
  for (const AssociationVersion& version : (*found)->versions)
    if (std::to_string(version.number) == asked)
      return Json{{"AssociationDescription", version_view(**found, version)}};
  return bad_association_version();
}

ApiResult<Json> list_associations(StateManager& manager, const Request& request) {
  const Json& filters = input::member(request.input, "AssociationFilterList");
  Json list = Json::array();
  for (const auto& [id, association] : manager.associations) {
    if (association->place != request.place()) continue;
    const Json view = association_view(*association);
    const bool passes =
        !filters.is_array() || std::ranges::all_of(filters, [&](const Json& filter) {
          const std::string key = input::text(filter, "key");
          if (key == "AssociationStatusName")
            return input::text(filter, "value") == association->status;
          if (key == "InstanceId")
            return association->instances.contains(input::text(filter, "value"));
          return input::text(view, key) == input::text(filter, "value");
        });
    if (passes) list.push_back(view);
  }
  return Json{{"Associations", std::move(list)}};
}

ApiResult<Json> start_associations_once(StateManager& manager, const Request& request) {
  const std::vector<std::string> ids = input::texts(request.input, "AssociationIds");
  if (ids.empty() || ids.size() > 10)
    return ApiError{"ValidationException", "AssociationIds names 1 to 10 associations"};
  for (const std::string& id : ids)
    if (manager.find(request.place(), id) == nullptr) return no_association(id);
  for (const std::string& id : ids) run_association(manager, *manager.find(request.place(), id));
  return Json::object();
}

ApiResult<Json> describe_association_executions(StateManager& manager, const Request& request) {
  const ApiResult<Association*> found = asked_for(manager, request);
  if (!found) return found.error();
  Json list = Json::array();
  for (const AssociationExecution& execution : (*found)->executions)
    list.push_back(execution_view(**found, execution));
  return Json{{"AssociationExecutions", std::move(list)}};
}

ApiResult<Json> describe_association_execution_targets(StateManager& manager,
                                                       const Request& request) {
  const ApiResult<Association*> found = asked_for(manager, request);
  if (!found) return found.error();
  const std::string id = input::text(request.input, "ExecutionId");
  const auto execution = std::ranges::find((*found)->executions, id, &AssociationExecution::id);
  if (execution == (*found)->executions.end())
    return ApiError{"AssociationExecutionDoesNotExist",
                    fmt::format("no execution {}", opsim::quoted(id))};
  Json list = Json::array();
  for (const auto& [instance, status] : execution->instances)
    list.push_back({{"AssociationId", (*found)->id},
                    {"AssociationVersion", std::to_string((*found)->version)},
                    {"ExecutionId", id},
                    {"ResourceId", instance},
                    {"ResourceType", "ManagedInstance"},
                    {"Status", status},
                    {"DetailedStatus", status},
                    {"OutputSource",
                     {{"OutputSourceId", execution->run_id}, {"OutputSourceType", "RunCommand"}}}});
  return Json{{"AssociationExecutionTargets", std::move(list)}};
}

/// No operation of AWS: what Systems Manager Compliance (models/compliance) lists.
ApiResult<Json> inspect_compliance(StateManager& manager, const Request& request) {
  std::map<std::string, Json> items;  // by instance
  for (const auto& [id, association] : manager.associations) {
    if (association->place != request.place()) continue;
    for (const auto& [instance, status] : association->instances)
      items[instance].push_back({{"Id", id},
                                 {"Title", association->spec.document},
                                 {"Status", status == "Success" ? "COMPLIANT" : "NON_COMPLIANT"},
                                 {"Severity", association->spec.severity}});
  }
  Json all = Json::array();
  for (auto& [instance, list] : items)
    all.push_back({{"ResourceId", instance}, {"Items", std::move(list)}});
  return Json{{"Resources", std::move(all)}};
}

ApiResult<Created> create_association_resource(StateManager& manager,
                                               const ResourceRequest& request) {
  ApiResult<AssociationSpec> spec = read_association(request.properties);
  if (!spec) return spec.error();
  const ApiResult<Association*> made =
      create_association_of(manager, request.place, *std::move(spec));
  if (!made) return made.error();
  return Created{.physical_id = (*made)->id,
                 .arn = arn(request.place, "ssm", "association/" + (*made)->id),
                 .attributes = {{"AssociationId", (*made)->id}}};
}

}  // namespace opsim::state_manager
