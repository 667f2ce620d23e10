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

/// A default may stand for a parameter of Parameter Store: "{{ssm:/fleet/ami}}".
void fill_defaults(Ssm& ssm, Execution& execution) {
  const Names none;
  const ExecutionValues values{execution, ssm};
  for (Json& value : execution.parameters) {
    if (!value.is_string()) continue;
    const auto& text = value.get_ref<const std::string&>();
    if (text.find("{{") == std::string::npos || text.find("ssm:") == std::string::npos) continue;
    value = Fillable::compile(value, none).fill(values);
  }
}

ApiResult<Spread> read_spread(Ssm& ssm, const Place& place, const Json& input,
                              const DocumentSpec& document) {
  Spread spread;
  spread.parameter = opsim::input::text(input, "TargetParameterName");
  if (std::ranges::find(document.names.parameters, spread.parameter) ==
      document.names.parameters.end())
    return refuse("InvalidTarget",
                  fmt::format("TargetParameterName {} is no parameter of the document{}",
                              opsim::quoted(spread.parameter),
                              did_you_mean(spread.parameter, document.names.parameters)));
  const Json& targets = input.at("Targets");
  const bool values_only =
      targets.is_array() && targets.size() == 1 && targets[0].value("Key", "") == "ParameterValues";
  if (values_only) {
    const Json list = as_text_list(targets[0].value("Values", Json::array()));
    spread.targets = list.get<std::vector<std::string>>();
  } else {
    ApiResult<std::vector<std::string>> found = resolve_targets(ssm, place, targets);
    if (!found) return found.error();
    spread.targets = std::move(*found);
  }
  for (const auto& [member, limit] :
       {std::pair{"MaxConcurrency", &spread.max_concurrency}, {"MaxErrors", &spread.max_errors}}) {
    const std::string text = opsim::input::text(input, member);
    if (text.empty()) continue;
    const std::optional<RateLimit> read = RateLimit::parse(text);
    if (!read)
      return refuse("ValidationException",
                    fmt::format("{} is {}; a number or a percentage", member, opsim::quoted(text)));
    *limit = *read;
  }
  return spread;
}

}  // namespace

ApiResult<Execution*> make_execution(Ssm& ssm, const Caller& caller, const Json& input) {
  const std::string name = opsim::input::text(input, "DocumentName");
  if (name.empty()) return refuse("ValidationException", "DocumentName is required");
  const StoredDocument* document = ssm.find_document(caller.place, name);
  constexpr std::string_view unknown = "AutomationDefinitionNotFoundException";
  if (document == nullptr) return unknown_document(ssm, caller.place, name, unknown);
  int number = 0;
  const DocumentVersion* version =
      find_version(*document, opsim::input::text(input, "DocumentVersion"), number);
  if (version == nullptr)
    return refuse(
        "AutomationDefinitionVersionNotFoundException",
        fmt::format("{} has no version {}", name, opsim::input::text(input, "DocumentVersion")));
  if (version->spec->type != DocumentType::automation)
    return refuse(unknown, fmt::format("{} is a Command document; SendCommand runs it", name));
  if (ssm.queue.size() >= kQueuedExecutions)
    return refuse("AutomationExecutionLimitExceededException",
                  fmt::format("{} automations wait already", ssm.queue.size()));

  auto execution = std::make_unique<Execution>(ssm.sim(), ++ssm.started_executions);
  execution->document = version->spec;
  execution->document_name = document->name;
  execution->document_version = number;
  execution->place = caller.place;
  execution->executed_by = caller.principal;
  execution->interactive = opsim::input::text(input, "Mode") == "Interactive";
  Json given = object_member(input, "Parameters");
  if (!list_member(input, "Targets").empty()) {
    ApiResult<Spread> spread = read_spread(ssm, caller.place, input, *version->spec);
    if (!spread) return spread.error();
    execution->spread = std::move(*spread);
    // Each child has its own target; the parent shows one for the check of the others.
    if (!given.contains(execution->spread->parameter))
      given[execution->spread->parameter] = Json::array({""});
  }
  ApiResult<std::vector<Json>> bound =
      bind_parameters(version->spec->parameters, given, kBadParameters);
  if (!bound) return bound.error();
  execution->parameters = std::move(*bound);
  fill_defaults(ssm, *execution);
  execution->worker = worker_of(caller, *execution, ssm);
  execution->id = ssm.cloud.next_uuid("automation");
  Execution* made = execution.get();
  ssm.executions.emplace(made->id, std::move(execution));
  return made;
}

Execution& make_child(Ssm& ssm, const Execution& parent, const std::string& target) {
  auto child = std::make_unique<Execution>(ssm.sim(), ++ssm.started_executions);
  child->document = parent.document;
  child->document_name = parent.document_name;
  child->document_version = parent.document_version;
  child->place = parent.place;
  child->executed_by = parent.executed_by;
  child->worker = parent.worker;
  child->parameters = parent.parameters;
  const std::vector<std::string>& names = parent.document->names.parameters;
  const auto at = std::ranges::find(names, parent.spread->parameter) - names.begin();
  const auto index = static_cast<std::size_t>(at);
  const bool list = parent.document->parameters[index].type == ParameterType::string_list;
  child->parameters[index] = list ? Json::array({target}) : Json(target);
  child->parent_id = parent.id;
  child->depth = parent.depth;
  child->target = target;
  child->id = ssm.cloud.next_uuid("automation");
  Execution& made = *child;
  ssm.executions.emplace(made.id, std::move(child));
  return made;
}

}  // namespace opsim::ssm
