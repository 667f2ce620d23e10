// StartAutomationExecution: its checks, and the execution.
// AWS: Systems Manager API Reference, StartAutomationExecution.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/members.hpp"
#include "models/ssm/rate_control.hpp"
#include "models/ssm/ssm.hpp"
#include "models/ssm/start.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kBadParameters = "InvalidAutomationExecutionParametersException";

ApiError refuse(std::string_view code, std::string message) {
  return {std::string{code}, std::move(message)};
}

/// The role that the document or the caller names; else who started it acts.
Caller worker_of(const Caller& caller, const Execution& execution, Ssm& ssm) {
  const ExecutionValues values{execution, ssm};
  Caller worker = caller;
  const std::string role = execution.document->assume_role.is_null()
                               ? ""
                               : execution.document->assume_role.fill_text(values);
  if (role.empty() || role.find("{{") != std::string::npos) return worker;
  worker.principal = role.starts_with("arn:")
                         ? role
                         : fmt::format("arn:{}:iam::{}:role/{}", partition_of(caller.place.region),
                                       caller.place.account, role);
  worker.invoked_by = "ssm.amazonaws.com";
  return worker;
}

/// automation-troubleshooting, "Malformed Assume Role".
bool is_malformed_role(const Execution& execution, Ssm& ssm) {
  const ExecutionValues values{execution, ssm};
  const Fillable& written = execution.document->assume_role;
  const std::string role = written.is_null() ? "" : written.fill_text(values);
  return !role.empty() && role.find("{{") == std::string::npos &&
         (!role.starts_with("arn:") || role.find(":role/") == std::string::npos);
}

/// A value may stand for a parameter of Parameter Store, for a system variable or for another
/// parameter: "{{ssm:/fleet/ami}}", "UpdateLinuxAmi_from_{{SourceAmiId}}_on_{{global:DATE_TIME}}".
void fill_parameters(Ssm& ssm, Execution& execution) {
  const ExecutionValues values{execution, ssm};
  const auto has_placeholder = [](const Json& value) {
    return value.is_string() && value.get_ref<const std::string&>().find("{{") != std::string::npos;
  };
  std::vector<std::pair<std::size_t, Json>> filled;
  for (std::size_t i = 0; i < execution.parameters.size(); ++i) {
    const Json& value = execution.parameters[i];
    if (has_placeholder(value) || (value.is_array() && std::ranges::any_of(value, has_placeholder)))
      filled.emplace_back(i, Fillable::compile(value, execution.document->names).fill(values));
  }
  for (auto& [number, value] : filled) execution.parameters[number] = std::move(value);
}

/// What an execution is of: a version of a document.
struct Source {
  std::shared_ptr<const DocumentSpec> document;
  std::string name;
  int version = 1;
};

ApiResult<Source> source_of(Ssm& ssm, const Place& place, const Json& input) {
  const std::string name = opsim::input::text(input, "DocumentName");
  if (name.empty()) return refuse("ValidationException", "DocumentName is required");
  const StoredDocument* document = ssm.find_document(place, name);
  constexpr std::string_view unknown = "AutomationDefinitionNotFoundException";
  if (document == nullptr) return unknown_document(ssm, place, name, unknown);
  int number = 0;
  const DocumentVersion* version =
      find_version(*document, opsim::input::text(input, "DocumentVersion"), number);
  if (version == nullptr)
    return refuse(
        "AutomationDefinitionVersionNotFoundException",
        fmt::format("{} has no version {}", name, opsim::input::text(input, "DocumentVersion")));
  if (version->spec->type != DocumentType::automation)
    return refuse(unknown, fmt::format("{} is of type {}; StartAutomationExecution runs Automation "
                                       "documents",
                                       name, to_string(version->spec->type)));
  return Source{version->spec, document->name, number};
}

/// Each child has its own values of the parameters that targets are for; the parent shows one that
/// passes the check of the others.
void fill_target_parameters(const Spread& spread, const DocumentSpec& document, Json& given) {
  const auto show = [&](const std::string& name) {
    if (!given.contains(name)) given[name] = Json::array({""});
  };
  if (spread.over == Spread::Over::locations)
    for (const std::string& name :
         {opsim::input::text(spread.location_input, "TargetParameterName")})
      if (!name.empty()) show(name);
  for (const SpreadGroup& group : spread.groups)
    for (const SpreadItem& item : group.items)
      for (const auto& [index, value] : item.values) show(document.names.parameters[index]);
  if (!spread.parameter.empty()) show(spread.parameter);
}

std::vector<Json> first_values(const std::vector<ParameterSpec>& variables) {
  std::vector<Json> values;
  for (const ParameterSpec& variable : variables)
    values.push_back(variable.by_default.value_or(Json{}));
  return values;
}

/// A parameter that only shows a target is not held against its constraints.
std::vector<ParameterSpec> without_constraints(const DocumentSpec& document, const Json& shown) {
  std::vector<ParameterSpec> relaxed = document.parameters;
  for (ParameterSpec& parameter : relaxed) {
    if (!shown.contains(parameter.name) || shown.at(parameter.name) != Json::array({""})) continue;
    ParameterSpec plain;
    plain.name = parameter.name;
    plain.type = parameter.type == ParameterType::string_list ? ParameterType::string_list
                                                              : ParameterType::string;
    parameter = std::move(plain);
  }
  return relaxed;
}

ApiResult<Execution*> make_of(Ssm& ssm, const Caller& caller, const Json& input, Source source) {
  auto execution = std::make_unique<Execution>(ssm.sim(), ++ssm.started_executions);
  execution->document = std::move(source.document);
  execution->document_name = std::move(source.name);
  execution->document_version = source.version;
  execution->place = caller.place;
  execution->executed_by = caller.principal;
  execution->interactive = opsim::input::text(input, "Mode") == "Interactive";
  execution->variables = first_values(execution->document->variables);
  Json given = object_member(input, "Parameters");
  const std::vector<ParameterSpec>* declared = &execution->document->parameters;
  std::vector<ParameterSpec> relaxed;
  if (has_targets(input)) {
    ApiResult<Spread> spread = read_spread(ssm, caller.place, input, *execution->document);
    if (!spread) return spread.error();
    execution->spread = std::move(*spread);
    fill_target_parameters(*execution->spread, *execution->document, given);
    relaxed = without_constraints(*execution->document, given);
    declared = &relaxed;
  }
  ApiResult<std::vector<Json>> bound = bind_parameters(*declared, given, kBadParameters);
  if (!bound) return bound.error();
  execution->parameters = std::move(*bound);
  fill_parameters(ssm, *execution);
  if (is_malformed_role(*execution, ssm))
    return refuse(kBadParameters, "The format of the supplied assume role ARN is invalid.");
  ApiResult<std::unique_ptr<AlarmStop>> alarm = read_alarm_stop(input);
  if (!alarm) return alarm.error();
  execution->alarm = *std::move(alarm);
  execution->worker = worker_of(caller, *execution, ssm);
  execution->id = ssm.cloud.next_uuid("automation");
  if (execution->alarm != nullptr) ssm.with_alarms.insert(execution->id);
  Execution* made = execution.get();
  ssm.executions.emplace(made->id, std::move(execution));
  return made;
}

}  // namespace

ApiResult<Execution*> make_execution(Ssm& ssm, const Caller& caller, const Json& input) {
  ApiResult<Source> source = source_of(ssm, caller.place, input);
  if (!source) return source.error();
  const Lane& lane = ssm.lane(caller.place, has_targets(input));
  if (lane.is_full())
    return refuse("AutomationExecutionLimitExceededException",
                  fmt::format("The number of simultaneously running Automation executions exceeded "
                              "the allowable limit: {} run and {} wait",
                              lane.running, lane.queue.size()));
  return make_of(ssm, caller, input, std::move(*source));
}

ApiResult<Execution*> make_child(Ssm& ssm, const Execution& parent, const SpreadItem& item) {
  const Source source{parent.document, parent.document_name, parent.document_version};
  if (item.place) {
    Caller caller = parent.worker;
    caller.place = *item.place;
    caller.principal = fmt::format("arn:{}:iam::{}:role/{}", partition_of(item.place->region),
                                   item.place->account, item.role);
    caller.invoked_by = "ssm.amazonaws.com";
    Json input = parent.spread->location_input;
    input.update(item.own);
    ApiResult<Execution*> made = make_of(ssm, caller, input, source);
    if (!made) return made;
    (*made)->parent_id = parent.id;
    (*made)->depth = parent.depth;
    (*made)->executed_by = parent.executed_by;
    (*made)->worker = std::move(caller);
    return made;
  }
  auto child = std::make_unique<Execution>(ssm.sim(), ++ssm.started_executions);
  child->document = source.document;
  child->document_name = source.name;
  child->document_version = source.version;
  child->place = parent.place;
  child->executed_by = parent.executed_by;
  child->worker = parent.worker;
  child->parameters = parent.parameters;
  child->variables = parent.variables;
  for (const auto& [index, value] : item.values) child->parameters[index] = value;
  child->parent_id = parent.id;
  child->depth = parent.depth;
  child->target = item.target;
  child->id = ssm.cloud.next_uuid("automation");
  Execution* made = child.get();
  ssm.executions.emplace(made->id, std::move(child));
  return made;
}

}  // namespace opsim::ssm
