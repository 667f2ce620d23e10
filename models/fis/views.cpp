// What Get and List answer, in the API's members.
// AWS: FIS API Reference, ExperimentTemplate, Experiment and their summaries.
#include "models/fis/actions.hpp"
#include "models/fis/experiment.hpp"

namespace opsim::fis {

namespace {

double seconds(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

Json target_json(const TargetSpec& target) {
  Json json{{"resourceType", target.row->type}, {"selectionMode", target.selection_text}};
  if (!target.arns.empty()) json["resourceArns"] = target.arns;
  if (!target.tags.empty()) json["resourceTags"] = target.tags;
  if (!target.parameters.empty()) json["parameters"] = target.parameters;
  for (const TargetFilter& filter : target.filters)
    json["filters"].push_back({{"path", filter.path}, {"values", filter.values}});
  return json;
}

Json action_json(const ActionSpec& action) {
  Json json{{"actionId", action.row->id}};
  if (!action.description.empty()) json["description"] = action.description;
  if (!action.parameters.empty()) json["parameters"] = action.parameters;
  if (!action.targets.empty()) json["targets"] = action.targets;
  if (!action.after.empty()) json["startAfter"] = action.after;
  return json;
}

Json stop_conditions_json(const TemplateSpec& spec) {
  Json json = Json::array();
  for (const std::string& alarm : spec.stop_alarms)
    json.push_back({{"source", "aws:cloudwatch:alarm"}, {"value", alarm}});
  if (json.empty()) json.push_back({{"source", "none"}});
  return json;
}

/// What a template and an experiment share.
Json spec_json(const TemplateSpec& spec) {
  Json json{{"roleArn", spec.role},
            {"stopConditions", stop_conditions_json(spec)},
            {"targets", Json::object()},
            {"actions", Json::object()},
            {"experimentOptions",
             {{"accountTargeting", spec.multi_account ? "multi-account" : "single-account"},
              {"emptyTargetResolutionMode", spec.skips_empty ? "skip" : "fail"}}}};
  for (const auto& [name, target] : spec.targets) json["targets"][name] = target_json(target);
  for (const auto& [name, action] : spec.actions) json["actions"][name] = action_json(action);
  if (!spec.log_configuration.is_null()) json["logConfiguration"] = spec.log_configuration;
  if (!spec.report_configuration.is_null())
    json["experimentReportConfiguration"] = spec.report_configuration;
  return json;
}

Json state_json(const Experiment& one) {
  Json state{{"status", one.status}, {"reason", one.reason}};
  if (one.failure.any())
    state["error"] = {{"accountId", one.failure.account},
                      {"code", one.failure.code},
                      {"location", one.failure.location}};
  return state;
}

/// UNDOCUMENTED: the text of reportType.
Json report_json(const Report& report) {
  Json reports = Json::array();
  for (const std::string& arn : report.arns)
    reports.push_back({{"arn", arn}, {"reportType", "experiment-report"}});
  return {{"state", {{"status", report.status}, {"reason", report.reason}}},
          {"s3Reports", std::move(reports)}};
}

}  // namespace

Json template_json(const ExperimentTemplate& one) {
  Json json = spec_json(one.spec);
  json.update({{"id", one.id},
               {"arn", one.arn},
               {"description", one.spec.description},
               {"creationTime", seconds(one.created)},
               {"lastUpdateTime", seconds(one.updated)},
               {"targetAccountConfigurationsCount", one.accounts.size()},
               {"tags", one.spec.tags}});
  return json;
}

Json template_summary(const ExperimentTemplate& one) {
  return {{"id", one.id},
          {"arn", one.arn},
          {"description", one.spec.description},
          {"creationTime", seconds(one.created)},
          {"lastUpdateTime", seconds(one.updated)},
          {"tags", one.spec.tags}};
}

Json experiment_json(const Experiment& one) {
  Json json = spec_json(one.spec);
  json["experimentOptions"]["actionsMode"] = one.skips_all ? "skip-all" : "run-all";
  json.update({{"id", one.id},
               {"arn", one.arn},
               {"experimentTemplateId", one.template_id},
               {"state", state_json(one)},
               {"creationTime", seconds(one.created)},
               {"targetAccountConfigurationsCount", one.accounts.size()},
               {"tags", one.tags}});
  if (!one.report.status.empty()) json["experimentReport"] = report_json(one.report);
  if (one.began) json["startTime"] = seconds(*one.began);
  if (one.ended) json["endTime"] = seconds(*one.ended);
  for (const auto& [name, state] : one.actions) {
    Json& action = json["actions"][name];
    action["state"] = {{"status", state.status}, {"reason", state.reason}};
    if (state.began) action["startTime"] = seconds(*state.began);
    if (state.ended) action["endTime"] = seconds(*state.ended);
  }
  return json;
}

Json experiment_summary(const Experiment& one) {
  return {{"id", one.id},
          {"arn", one.arn},
          {"experimentTemplateId", one.template_id},
          {"state", state_json(one)},
          {"creationTime", seconds(one.created)},
          {"experimentOptions", {{"actionsMode", one.skips_all ? "skip-all" : "run-all"}}},
          {"tags", one.tags}};
}

}  // namespace opsim::fis
