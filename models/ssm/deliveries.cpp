// What rules and alarms hand to Systems Manager.
// AWS: EventBridge User Guide, "Targets" (Systems Manager Automation: the input is JSON of
// parameter names and lists of texts; Run Command: RunCommandParameters.RunCommandTargets name the
// instances).
#include <fmt/format.h>

#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"

namespace opsim::ssm {

namespace {

/// "automation-definition/CleanUp:$DEFAULT" -> "CleanUp", "$DEFAULT".
std::pair<std::string, std::string> name_and_version(std::string_view resource) {
  const std::string_view name = resource.substr(resource.find('/') + 1);
  const auto colon = name.rfind(':');
  if (colon == std::string_view::npos) return {std::string{name}, ""};
  return {std::string{name.substr(0, colon)}, std::string{name.substr(colon + 1)}};
}

/// The delivered text as parameters; null where it is no mapping.
Json parameters_in(const std::string& text) {
  Json parsed = text.empty() ? Json::object() : Json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : Json(nullptr);
}

ApiError no_parameters(std::string_view code) {
  return {std::string{code},
          "the input of the target must be JSON that maps parameters to lists of texts"};
}

}  // namespace

Process<Answer> deliver_to_automation(Ssm& ssm, Delivery delivery) {
  const auto [name, version] = name_and_version(delivery.target.resource);
  Json parameters = parameters_in(delivery.text);
  if (parameters.is_null())
    co_return no_parameters("InvalidAutomationExecutionParametersException");
  Json request{{"DocumentName", name}, {"Parameters", std::move(parameters)}};
  if (!version.empty()) request["DocumentVersion"] = version;
  Caller caller = delivery.caller;
  caller.place = delivery.target.place();
  Process<Answer> call =
      ssm.cloud.call(std::move(caller), "ssm", "StartAutomationExecution", std::move(request));
  co_return co_await call;
}

Process<Answer> deliver_to_document(Ssm& ssm, Delivery delivery) {
  const auto [name, version] = name_and_version(delivery.target.resource);
  Json parameters = parameters_in(delivery.text);
  if (parameters.is_null()) co_return no_parameters("InvalidParameters");
  const Json& settings = delivery.parameters.contains("RunCommandParameters")
                             ? object_member(delivery.parameters, "RunCommandParameters")
                             : delivery.parameters;
  Json request{{"DocumentName", name},
               {"Parameters", std::move(parameters)},
               {"Targets", list_member(settings, "RunCommandTargets")}};
  if (!version.empty()) request["DocumentVersion"] = version;
  Caller caller = delivery.caller;
  caller.place = delivery.target.place();
  Process<Answer> call =
      ssm.cloud.call(std::move(caller), "ssm", "SendCommand", std::move(request));
  co_return co_await call;
}

}  // namespace opsim::ssm
