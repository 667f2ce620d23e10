// Restores and restore testing: operations and resources. AWS: AWS Backup API Reference, the
// operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/backup/backup.hpp"

namespace opsim::backup {

namespace {

ApiError no_such(std::string_view what, std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("{} not found: {}", what, name)};
}

RestoreTestingPlan* find_test(Backup& backup, const Request& request) {
  const auto found =
      backup.tests.find({request.place(), input::text(request.input, "RestoreTestingPlanName")});
  return found == backup.tests.end() ? nullptr : &found->second;
}

Json summary_of(const RestoreTestingPlan& plan) {
  Json one{{"CreationTime", moment(plan.created)},
           {"RestoreTestingPlanArn", plan.arn},
           {"RestoreTestingPlanName", plan.name},
           {"ScheduleExpression", plan.when_text},
           {"ScheduleExpressionTimezone", plan.zone.name()},
           {"StartWindowHours", plan.start_window.count()}};
  if (plan.last_run) one["LastExecutionTime"] = moment(*plan.last_run);
  return one;
}

Json tags_json(const std::vector<std::pair<std::string, std::string>>& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags)
    list.push_back({{"Key", "aws:ResourceTag/" + key}, {"Value", value}});
  return list;
}

Json selection_json(const RestoreTestingPlan& plan, const RestoreTestingSelection& one) {
  Json told{{"CreationTime", moment(one.created)},
            {"IamRoleArn", one.role},
            {"ProtectedResourceType", one.type},
            {"RestoreTestingPlanName", plan.name},
            {"RestoreTestingSelectionName", one.name},
            {"ValidationWindowHours", one.validation_window.count()}};
  if (one.equals.empty() && one.not_equals.empty())
    told["ProtectedResourceArns"] = one.resources;
  else
    told["ProtectedResourceConditions"] = {{"StringEquals", tags_json(one.equals)},
                                           {"StringNotEquals", tags_json(one.not_equals)}};
  return told;
}

/// The selection that a request names, in its plan; the error where there is none.
ApiResult<std::pair<RestoreTestingPlan*, std::size_t>> find_selection(Backup& backup,
                                                                      const Request& request) {
  RestoreTestingPlan* plan = find_test(backup, request);
  if (plan == nullptr)
    return no_such("Restore testing plan", input::text(request.input, "RestoreTestingPlanName"));
  const std::string name = input::text(request.input, "RestoreTestingSelectionName");
  const auto found = std::ranges::find(plan->selections, name, &RestoreTestingSelection::name);
  if (found == plan->selections.end()) return no_such("Restore testing selection", name);
  const auto place = static_cast<std::size_t>(found - plan->selections.begin());
  ApiResult<std::pair<RestoreTestingPlan*, std::size_t>> answer{boost::system::in_place_value, plan,
                                                                place};
  return answer;
}

constexpr std::string_view kValidations[] = {"FAILED", "SUCCESSFUL", "TIMED_OUT", "VALIDATING"};

}  // namespace

// "Metadata" and "RecoveryPointArn" are required. SIMPLIFIED: what metadata says is kept by nobody.
ApiResult<Json> start_restore_job(Backup& backup, const Request& request) {
  const std::string id = input::text(request.input, "RecoveryPointArn");
  if (id.empty()) return ApiError{"MissingParameterValueException", "RecoveryPointArn is required"};
  if (!input::member(request.input, "Metadata").is_object())
    return ApiError{"MissingParameterValueException", "Metadata is required"};
  const auto point = backup.points.find(id);
  if (point == backup.points.end()) return no_such("Recovery point", id);
  RestoreJob job;
  job.place = request.place();
  job.role = input::text(request.input, "IamRoleArn");
  const Point from = point->second;
  return Json{{"RestoreJobId", begin_restore(backup, std::move(job), from).id}};
}

ApiResult<Json> describe_restore_job(Backup& backup, const Request& request) {
  const std::string id = input::text(request.input, "RestoreJobId");
  const auto found = backup.restores.find(id);
  if (found == backup.restores.end()) return no_such("Restore job", id);
  return description_of(found->second);
}

ApiResult<Json> list_restore_jobs(Backup& backup, const Request& request) {
  const std::string status = input::text(request.input, "ByStatus");
  const std::string type = input::text(request.input, "ByResourceType");
  const std::string plan = input::text(request.input, "ByRestoreTestingPlanArn");
  Json list = Json::array();
  for (const auto& [id, job] : backup.restores)
    if (job.place == request.place() && (status.empty() || job.status == status) &&
        (type.empty() || job.type == type) && (plan.empty() || job.plan_arn == plan))
      list.push_back(description_of(job));
  return Json{{"RestoreJobs", list}};
}

ApiResult<Json> list_restore_jobs_of(Backup& backup, const Request& request) {
  const std::string resource = input::text(request.input, "ResourceArn");
  const std::string status = input::text(request.input, "ByStatus");
  Json list = Json::array();
  for (const auto& [id, job] : backup.restores)
    if (job.place == request.place() && job.source == resource &&
        (status.empty() || job.status == status))
      list.push_back(description_of(job));
  return Json{{"RestoreJobs", list}};
}

// UNDOCUMENTED: which jobs take a result. Those of a restore test that is awaiting one do.
ApiResult<Json> put_restore_validation_result(Backup& backup, const Request& request) {
  const std::string id = input::text(request.input, "RestoreJobId");
  const std::string status = input::text(request.input, "ValidationStatus");
  if (status.empty())
    return ApiError{"MissingParameterValueException", "ValidationStatus is required"};
  if (std::ranges::find(kValidations, status) == std::end(kValidations))
    return ApiError{"InvalidParameterValueException",
                    "ValidationStatus must be FAILED, SUCCESSFUL, TIMED_OUT or VALIDATING"};
  const auto found = backup.restores.find(id);
  if (found == backup.restores.end()) return no_such("Restore job", id);
  if (found->second.validation != "VALIDATING")
    return ApiError{"InvalidRequestException",
                    "The restore job is not awaiting the result of a validation"};
  validate(backup, found->second, status, input::text(request.input, "ValidationStatusMessage"));
  return Json::object();
}

ApiResult<Json> create_restore_testing_plan(Backup& backup, const Request& request) {
  const ApiResult<RestoreTestingPlan*> made =
      add_test(backup, request.place(), input::member(request.input, "RestoreTestingPlan"));
  if (!made) return made.error();
  return Json{{"CreationTime", moment((*made)->created)},
              {"RestoreTestingPlanArn", (*made)->arn},
              {"RestoreTestingPlanName", (*made)->name}};
}

ApiResult<Json> create_restore_testing_selection(Backup& backup, const Request& request) {
  return add_test_selection(backup, request.place(),
                            input::text(request.input, "RestoreTestingPlanName"),
                            input::member(request.input, "RestoreTestingSelection"));
}

ApiResult<Json> delete_restore_testing_plan(Backup& backup, const Request& request) {
  const RestoreTestingPlan* plan = find_test(backup, request);
  const std::string name = input::text(request.input, "RestoreTestingPlanName");
  if (plan == nullptr) return no_such("Restore testing plan", name);
  // "All testing selections must be deleted before the restore testing plan can be deleted."
  if (!plan->selections.empty())
    return ApiError{"InvalidRequestException", "The plan still has restore testing selections"};
  backup.tests.erase({request.place(), name});
  return Json::object();
}

ApiResult<Json> delete_restore_testing_selection(Backup& backup, const Request& request) {
  const auto found = find_selection(backup, request);
  if (!found) return found.error();
  auto& selections = found->first->selections;
  selections.erase(selections.begin() + static_cast<std::ptrdiff_t>(found->second));
  return Json::object();
}

ApiResult<Json> get_restore_testing_selection(Backup& backup, const Request& request) {
  const auto found = find_selection(backup, request);
  if (!found) return found.error();
  const RestoreTestingPlan& plan = *found->first;
  return Json{{"RestoreTestingSelection", selection_json(plan, plan.selections[found->second])}};
}

ApiResult<Json> list_restore_testing_selections(Backup& backup, const Request& request) {
  const RestoreTestingPlan* plan = find_test(backup, request);
  if (plan == nullptr)
    return no_such("Restore testing plan", input::text(request.input, "RestoreTestingPlanName"));
  Json list = Json::array();
  for (const RestoreTestingSelection& one : plan->selections) {
    Json told = selection_json(*plan, one);
    told.erase("ProtectedResourceArns");
    told.erase("ProtectedResourceConditions");
    list.push_back(std::move(told));
  }
  return Json{{"RestoreTestingSelections", list}};
}

ApiResult<Json> get_restore_testing_plan(Backup& backup, const Request& request) {
  const RestoreTestingPlan* plan = find_test(backup, request);
  if (plan == nullptr)
    return no_such("Restore testing plan", input::text(request.input, "RestoreTestingPlanName"));
  Json one = summary_of(*plan);
  one["RecoveryPointSelection"] = {
      {"Algorithm", plan->latest ? "LATEST_WITHIN_WINDOW" : "RANDOM_WITHIN_WINDOW"},
      {"IncludeVaults", plan->include_vaults},
      {"ExcludeVaults", plan->exclude_vaults},
      {"RecoveryPointTypes", plan->point_types},
      {"SelectionWindowDays", plan->window.count()}};
  return Json{{"RestoreTestingPlan", std::move(one)}};
}

ApiResult<Json> list_restore_testing_plans(Backup& backup, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, plan] : backup.tests)
    if (key.first == request.place()) list.push_back(summary_of(plan));
  return Json{{"RestoreTestingPlans", list}};
}

ApiResult<Created> create_test_resource(Backup& backup, const ResourceRequest& request) {
  const ApiResult<RestoreTestingPlan*> made = add_test(backup, request.place, request.properties);
  if (!made) return made.error();
  const RestoreTestingPlan& plan = **made;
  return Created{plan.name,
                 plan.arn,
                 {{"RestoreTestingPlanArn", plan.arn}, {"RestoreTestingPlanName", plan.name}}};
}

ApiResult<Created> create_test_selection_resource(Backup& backup, const ResourceRequest& request) {
  const std::string plan = input::text(request.properties, "RestoreTestingPlanName");
  const ApiResult<Json> made = add_test_selection(backup, request.place, plan, request.properties);
  if (!made) return made.error();
  const std::string name = input::text(request.properties, "RestoreTestingSelectionName");
  return Created{fmt::format("{}|{}", plan, name), "", {{"RestoreTestingSelectionName", name}}};
}

}  // namespace opsim::backup
