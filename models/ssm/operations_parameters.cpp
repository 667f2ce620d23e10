// Parameter Store, as far as documents and templates need it.
// AWS: Systems Manager API Reference, PutParameter, GetParameter, GetParameters, DeleteParameter.
// SIMPLIFIED: standard parameters only; no policies, labels, history or encryption.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/members.hpp"
#include "models/ssm/operations.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kParameterTypes[] = {"SecureString", "String", "StringList"};
constexpr std::size_t kLongestParameterValue = 4096;  // standard tier

Json parameter_view(const Place& place, const std::string& name, const Parameter& parameter) {
  const std::string path = name.starts_with('/') ? name : "/" + name;
  return {{"Name", name},
          {"Type", parameter.type},
          {"Value", parameter.value},
          {"Version", parameter.version},
          {"LastModifiedDate",
           iso8601(std::chrono::floor<std::chrono::milliseconds>(parameter.modified))},
          {"ARN", arn(place, "ssm", "parameter" + path)},
          {"DataType", "text"}};
}

void emit_change(Ssm& ssm, const Place& place, const std::string& name, const Parameter& parameter,
                 std::string_view operation) {
  Event event;
  event.source = "aws.ssm";
  event.detail_type = "Parameter Store Change";
  event.place = place;
  event.resources = {arn(place, "ssm", "parameter" + (name.starts_with('/') ? name : "/" + name))};
  event.detail = {{"operation", operation},
                  {"name", name},
                  {"type", parameter.type},
                  {"description", parameter.description}};
  ssm.cloud.emit(std::move(event));
}

ApiError not_found(const std::string& name) {
  return {"ParameterNotFound", fmt::format("Parameter {} not found.", name)};
}

}  // namespace

Answer put_parameter(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const std::string value = input::text(request.input, "Value");
  std::string type = input::text(request.input, "Type");
  if (type.empty()) type = "String";
  if (name.empty()) return ApiError{"ValidationException", "Name is required"};
  if (std::ranges::find(kParameterTypes, type) == std::end(kParameterTypes))
    return ApiError{"UnsupportedParameterType", fmt::format("Type is {}; {}", opsim::quoted(type),
                                                            one_of_text(kParameterTypes))};
  if (value.size() > kLongestParameterValue)
    return ApiError{"ValidationException", "Standard tier parameters hold at most 4096 characters"};
  const auto [at, fresh] = ssm.parameters.try_emplace({request.place(), name});
  if (!fresh && !input::boolean(request.input, "Overwrite").value_or(false))
    return ApiError{"ParameterAlreadyExists",
                    "The parameter already exists. To overwrite this value, set the overwrite "
                    "option in the request to true."};
  Parameter& parameter = at->second;
  parameter.type = std::move(type);
  parameter.value = value;
  parameter.modified = ssm.sim().now();
  parameter.description = input::text(request.input, "Description");
  if (!fresh) ++parameter.version;
  emit_change(ssm, request.place(), name, parameter, fresh ? "Create" : "Update");
  return Json{{"Version", parameter.version}, {"Tier", "Standard"}};
}

Answer get_parameter(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const auto found = ssm.parameters.find({request.place(), name});
  if (found == ssm.parameters.end()) return not_found(name);
  return Json{{"Parameter", parameter_view(request.place(), name, found->second)}};
}

Answer get_parameters(Ssm& ssm, const Request& request) {
  Json found = Json::array();
  Json invalid = Json::array();
  for (const std::string& name : input::texts(request.input, "Names")) {
    const auto at = ssm.parameters.find({request.place(), name});
    if (at == ssm.parameters.end()) {
      invalid.push_back(name);
    } else {
      found.push_back(parameter_view(request.place(), name, at->second));
    }
  }
  return Json{{"Parameters", std::move(found)}, {"InvalidParameters", std::move(invalid)}};
}

Answer delete_parameter(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const auto found = ssm.parameters.find({request.place(), name});
  if (found == ssm.parameters.end()) return not_found(name);
  const Parameter gone = found->second;
  ssm.parameters.erase(found);
  emit_change(ssm, request.place(), name, gone, "Delete");
  return Json::object();
}

}  // namespace opsim::ssm
