// StartChangeRequestExecution: what a caller may ask.
// AWS: Systems Manager API Reference, StartChangeRequestExecution; User Guide, "Creating change
// requests".
#include <fmt/format.h>

#include <algorithm>

#include "models/change_manager/change_manager.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::change_manager {

namespace {

constexpr std::string_view kBadParameters = "InvalidAutomationExecutionParametersException";

ApiError refuse(std::string_view code, std::string message) {
  return {std::string{code}, std::move(message)};
}

std::string bare_name(const std::string& name) {
  return name.starts_with("arn:") ? name.substr(name.rfind('/') + 1) : name;
}

/// The document of a name and a version, with AWS's codes where there is none.
ApiResult<Json> document_of(Cloud& cloud, const Place& place, const Json& asked) {
  const std::string name = bare_name(input::text(asked, "DocumentName"));
  const std::string version = input::text(asked, "DocumentVersion");
  if (name.empty()) return refuse("ValidationException", "DocumentName is required");
  Json question{{"Name", name}};
  if (!version.empty()) question["DocumentVersion"] = version;
  ApiResult<Json> answer = cloud.inspect(place, "ssm", "GetDocument", question);
  if (answer) return answer;
  if (answer.error().code == "InvalidDocumentVersion")
    return refuse("AutomationDefinitionVersionNotFoundException",
                  fmt::format("{} has no version {}", name, version));
  return refuse("AutomationDefinitionNotFoundException", answer.error().message);
}

ApiResult<ChangeTemplate> template_of(ChangeManager& model, const Request& request,
                                      ChangeRequest& made) {
  const ApiResult<Json> document = document_of(model.cloud, request.place(), request.input);
  if (!document) return document.error();
  made.template_name = input::text(*document, "Name");
  made.template_version = input::text(*document, "DocumentVersion");
  if (const std::string type = input::text(*document, "DocumentType");
      type != "Automation.ChangeTemplate")
    return refuse("AutomationDefinitionNotFoundException",
                  fmt::format("{} is of type {}; a change template is an Automation.ChangeTemplate",
                              made.template_name, type));
  Diagnostics diagnostics;
  ChangeTemplate read =
      read_template(made.template_name, input::text(*document, "Content"), diagnostics);
  if (diagnostics.count() != 0) return refuse(kBadParameters, diagnostics.text());
  return read;
}

/// "A key-value map of parameters that match the declared parameters in the change template".
ApiResult<ChangeTemplate> with_parameters(ChangeTemplate way, const Json& given) {
  std::vector<std::pair<std::string, std::string>> values;
  if (given.is_object())
    for (const auto& [name, value] : given.items())
      if (std::ranges::find(way.parameters, name, &TemplateParameter::name) == way.parameters.end())
        return refuse(kBadParameters, fmt::format("the change template has no parameter {}", name));
  for (const TemplateParameter& parameter : way.parameters) {
    const std::vector<std::string> texts = input::texts(given, parameter.name);
    if (texts.empty() && !parameter.by_default)
      return refuse(kBadParameters,
                    fmt::format("parameter {} of the change template is missing", parameter.name));
    values.emplace_back(parameter.name, texts.empty() ? *parameter.by_default : texts.front());
  }
  return filled(std::move(way), values);
}

std::optional<ApiError> check_runbooks(ChangeManager& model, const Request& request,
                                       const ChangeRequest& made) {
  const Json& runbooks = made.runbooks;
  if (!runbooks.is_array() || runbooks.empty())
    return refuse("ValidationException",
                  "Runbooks must name the runbooks that the change request runs");
  for (const Json& runbook : runbooks) {
    const ApiResult<Json> document = document_of(model.cloud, request.place(), runbook);
    if (!document) return document.error();
    const std::string name = input::text(*document, "Name");
    if (input::text(*document, "DocumentType") != "Automation")
      return refuse("AutomationDefinitionNotFoundException",
                    fmt::format("{} is of type {}; a change runs Automation runbooks", name,
                                input::text(*document, "DocumentType")));
    const auto permitted = std::ranges::find(made.way.runbooks, name, &PermittedRunbook::name);
    if (!made.way.runbooks.empty() && permitted == made.way.runbooks.end())
      return refuse(kBadParameters,
                    fmt::format("{} is not among the runbooks of change template {}", name,
                                made.template_name));
  }
  return std::nullopt;
}

std::optional<ApiError> read_times(const Request& request, ChangeRequest& made) {
  made.scheduled = input::time(request.input, "ScheduledTime");
  made.scheduled_end = input::time(request.input, "ScheduledEndTime");
  for (const char* name : {"ScheduledTime", "ScheduledEndTime"})
    if (!input::member(request.input, name).is_null() && !input::time(request.input, name))
      return refuse("ValidationException", fmt::format("{} is no time", name));
  if (made.scheduled && made.scheduled_end && *made.scheduled_end < *made.scheduled)
    return refuse("ValidationException", "ScheduledEndTime is before ScheduledTime");
  return std::nullopt;
}

}  // namespace

ApiResult<std::unique_ptr<ChangeRequest>> read_request(ChangeManager& model,
                                                       const Request& request) {
  auto made = std::make_unique<ChangeRequest>(model.cloud.sim());
  made->place = request.place();
  made->requested_by = request.caller.principal;
  made->requested = model.cloud.sim().now();
  ApiResult<ChangeTemplate> way = template_of(model, request, *made);
  if (!way) return way.error();
  made->source = model.cloud.resources().source_of(made->template_name);
  made->parameters = input::member(request.input, "Parameters");
  way = with_parameters(std::move(*way), made->parameters);
  if (!way) return way.error();
  made->way = std::move(*way);
  made->name = input::text(request.input, "ChangeRequestName");
  if (made->name.empty()) made->name = made->template_name;  // UNDOCUMENTED
  made->details = input::text(request.input, "ChangeDetails");
  made->tags = input::member(request.input, "Tags");
  made->runbooks = input::member(request.input, "Runbooks");
  if (auto wrong = check_runbooks(model, request, *made)) return *std::move(wrong);
  if (auto wrong = read_times(request, *made)) return *std::move(wrong);
  made->auto_approved = input::boolean(request.input, "AutoApprove").value_or(false);
  // UNDOCUMENTED: the code; the reference says that the template must be AutoApprovable.
  if (made->auto_approved && !made->way.auto_approvable)
    return refuse(
        kBadParameters,
        fmt::format("AutoApprove: change template {} is not auto-approvable", made->template_name));
  if (!made->auto_approved && made->way.levels.empty())
    return refuse(kBadParameters, fmt::format("change template {} names no approver: AutoApprove "
                                              "is the only way to use it",
                                              made->template_name));
  made->levels.resize(made->auto_approved ? 0 : made->way.levels.size());
  return made;
}

}  // namespace opsim::change_manager
