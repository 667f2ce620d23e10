// Parameter Store, as far as documents and templates need it.
// AWS: Systems Manager API Reference, PutParameter, GetParameter, GetParameters, DeleteParameter.
// SIMPLIFIED: no policies; a SecureString is kept as it is.
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

/// "When the number of versions exceeds 100, the oldest is deleted", but one with a label is kept:
/// then ParameterMaxVersionLimitExceeded.
std::optional<ApiError> make_room(Parameter& parameter) {
  if (parameter.history.size() < 100) return std::nullopt;
  if (!parameter.history.front().labels.empty())
    return ApiError{"ParameterMaxVersionLimitExceeded",
                    "the oldest of 100 versions has a label; move it to a newer version"};
  parameter.history.erase(parameter.history.begin());
  return std::nullopt;
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
  // Standard parameters hold 4 KB, advanced ones 8 KB; Intelligent-Tiering takes what it needs.
  std::string tier = input::text(request.input, "Tier");
  if (tier.empty()) tier = "Standard";
  if (tier == "Intelligent-Tiering")
    tier = value.size() > kLongestParameterValue ? "Advanced" : "Standard";
  if (value.size() > (tier == "Advanced" ? 2 : 1) * kLongestParameterValue)
    return ApiError{"ValidationException",
                    fmt::format("{} tier parameters hold at most {} characters", tier,
                                tier == "Advanced" ? 8192 : 4096)};
  const auto [at, fresh] = ssm.parameters.try_emplace({request.place(), name});
  if (!fresh && !input::boolean(request.input, "Overwrite").value_or(false))
    return ApiError{"ParameterAlreadyExists",
                    "The parameter already exists. To overwrite this value, set the overwrite "
                    "option in the request to true."};
  Parameter& parameter = at->second;
  if (!fresh && parameter.tier == "Advanced" && tier == "Standard")
    return ApiError{"ValidationException",
                    "This parameter uses the advanced-parameter tier. You can't downgrade it."};
  if (auto full = make_room(parameter)) return *std::move(full);
  parameter.tier = std::move(tier);
  parameter.type = std::move(type);
  parameter.value = value;
  parameter.modified = ssm.sim().now();
  parameter.description = input::text(request.input, "Description");
  if (!fresh) ++parameter.version;
  parameter.history.push_back({parameter.version, parameter.value, parameter.modified, {}});
  emit_change(ssm, request.place(), name, parameter, fresh ? "Create" : "Update");
  return Json{{"Version", parameter.version}, {"Tier", parameter.tier}};
}

/// "name", "name:3" or "name:label".
Answer get_parameter(Ssm& ssm, const Request& request) {
  const std::string asked = input::text(request.input, "Name");
  const auto colon = asked.starts_with("arn:") ? std::string::npos : asked.find(':');
  const std::string name = asked.substr(0, colon);
  const auto found = ssm.parameters.find({request.place(), name});
  if (found == ssm.parameters.end()) return not_found(name);
  Json view = parameter_view(request.place(), name, found->second);
  if (colon == std::string::npos) return Json{{"Parameter", std::move(view)}};
  const std::string selector = asked.substr(colon + 1);
  for (const Parameter::Version& version : found->second.history) {
    if (std::to_string(version.number) != selector &&
        std::ranges::find(version.labels, selector) == version.labels.end())
      continue;
    view["Value"] = version.value;
    view["Version"] = version.number;
    view["Selector"] = ":" + selector;
    return Json{{"Parameter", std::move(view)}};
  }
  return ApiError{"ParameterVersionNotFound",
                  fmt::format("Systems Manager could not find version {} of {}.", selector, name)};
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

Answer delete_parameters(Ssm& ssm, const Request& request) {
  Json deleted = Json::array();
  Json invalid = Json::array();
  for (const std::string& name : input::texts(request.input, "Names")) {
    const auto found = ssm.parameters.find({request.place(), name});
    (found == ssm.parameters.end() ? invalid : deleted).push_back(name);
    if (found == ssm.parameters.end()) continue;
    const Parameter gone = found->second;
    ssm.parameters.erase(found);
    emit_change(ssm, request.place(), name, gone, "Delete");
  }
  return Json{{"DeletedParameters", std::move(deleted)}, {"InvalidParameters", std::move(invalid)}};
}

/// The level below Path, or with Recursive all levels.
Answer get_parameters_by_path(Ssm& ssm, const Request& request) {
  std::string path = input::text(request.input, "Path");
  if (!path.starts_with('/'))
    return ApiError{"ValidationException", "Path must begin with a slash"};
  if (!path.ends_with('/')) path += '/';
  const bool recursive = input::boolean(request.input, "Recursive").value_or(false);
  Json found = Json::array();
  for (auto at = ssm.parameters.lower_bound({request.place(), path});
       at != ssm.parameters.end() && at->first.first == request.place() &&
       at->first.second.starts_with(path);
       ++at)
    if (recursive || at->first.second.find('/', path.size()) == std::string::npos)
      found.push_back(parameter_view(request.place(), at->first.second, at->second));
  return Json{{"Parameters", std::move(found)}};
}

Answer get_parameter_history(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const auto found = ssm.parameters.find({request.place(), name});
  if (found == ssm.parameters.end()) return not_found(name);
  Json list = Json::array();
  for (const Parameter::Version& version : found->second.history)
    list.push_back({{"Name", name},
                    {"Type", found->second.type},
                    {"Value", version.value},
                    {"Version", version.number},
                    {"Labels", version.labels},
                    {"Tier", found->second.tier},
                    {"LastModifiedDate", iso8601(version.modified)}});
  return Json{{"Parameters", std::move(list)}};
}

/// A label stands at one version; at most ten a version. The newest version by default.
Answer label_parameter_version(Ssm& ssm, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const auto found = ssm.parameters.find({request.place(), name});
  if (found == ssm.parameters.end()) return not_found(name);
  Parameter& parameter = found->second;
  const auto number = input::integer(request.input, "ParameterVersion").value_or(parameter.version);
  const auto version =
      std::ranges::find(parameter.history, static_cast<int>(number), &Parameter::Version::number);
  if (version == parameter.history.end())
    return ApiError{"ParameterVersionNotFound", fmt::format("{} has no version {}", name, number)};
  Json invalid = Json::array();
  for (const std::string& label : input::texts(request.input, "Labels")) {
    if (label.empty() || label.size() > 100 || (label[0] >= '0' && label[0] <= '9') ||
        label.starts_with("aws") || label.starts_with("ssm")) {
      invalid.push_back(label);
      continue;
    }
    for (Parameter::Version& other : parameter.history) std::erase(other.labels, label);
    if (version->labels.size() >= 10)
      return ApiError{"ParameterVersionLabelLimitExceeded", "a version has at most ten labels"};
    version->labels.push_back(label);
  }
  return Json{{"InvalidLabels", std::move(invalid)}, {"ParameterVersion", number}};
}

}  // namespace opsim::ssm
