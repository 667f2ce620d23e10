// GetParameter, GetParameters, GetParametersByPath, GetParameterHistory.
// AWS: Systems Manager API Reference, the pages of those names; User Guide, "Working with parameter
// versions", "Working with parameter labels" (name:3, name:label) and "Referencing AWS Secrets
// Manager secrets from Parameter Store parameters".
#include <fmt/format.h>

#include <algorithm>

#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

namespace {

constexpr std::size_t kMostNames = 10;

/// "name", "name:3", "name:label"; in an ARN the selector follows the name.
struct Selected {
  std::string name;
  std::string selector;  // "3", "label", or ""
};

Selected split(const std::string& asked) {
  const auto from = asked.starts_with("arn:") ? asked.find(":parameter/") : 0;
  if (from == std::string::npos) return {asked, ""};
  const auto colon = asked.find(':', from + 1);
  if (colon == std::string::npos) return {asked, ""};
  return {asked.substr(0, colon), asked.substr(colon + 1)};
}

const Version* find_version(const Parameter& parameter, const std::string& selector) {
  if (selector.empty()) return &parameter.current();
  const auto found = std::ranges::find_if(parameter.versions, [&](const Version& version) {
    return std::to_string(version.number) == selector ||
           std::ranges::find(version.labels, selector) != version.labels.end();
  });
  return found == parameter.versions.end() ? nullptr : &*found;
}

constexpr std::string_view kSecrets = "/aws/reference/secretsmanager/";
constexpr std::size_t kShortestVersionId = 32;  // Secrets Manager: 32 to 64 characters

/// A secret under the name that stands for it; its selector is a staging label or a version's id.
/// SIMPLIFIED: whether the caller may read the secret is not asked.
/// UNDOCUMENTED: GetParameters counts what is refused here as an invalid name.
Answer show_secret(ParameterStore& store, const Request& request, const std::string& name,
                   const std::string& selector) {
  if (!input::boolean(request.input, "WithDecryption").value_or(false))
    return ApiError{"ValidationException",
                    "WithDecryption flag must be True for retrieving a Secret Manager secret."};
  Json asked{{"SecretId", name.substr(kSecrets.size())}};
  if (!selector.empty())
    asked[selector.size() < kShortestVersionId ? "VersionStage" : "VersionId"] = selector;
  const Answer secret =
      store.cloud.inspect(request.place(), "secretsmanager", "GetSecretValue", asked);
  if (!secret)
    return ApiError{
        "ParameterNotFound",
        fmt::format("An error occurred (ParameterNotFound) when referencing Secrets Manager: "
                    "Secret {} not found.",
                    name)};
  Json view{{"Name", name},
            {"Type", "SecureString"},
            {"Value", input::text(*secret, "SecretString")},
            {"Version", 0},
            {"LastModifiedDate", secret->value("CreatedDate", Json{})},
            {"ARN", parameter_arn(request.place(), name)},
            {"DataType", "text"},
            {"SourceResult", secret->dump()}};
  if (!selector.empty()) view["Selector"] = ":" + selector;
  return view;
}

Answer find_and_show(ParameterStore& store, const Request& request, const std::string& asked) {
  const auto [name, selector] = split(asked);
  if (name.starts_with(kSecrets)) return show_secret(store, request, name, selector);
  const bool decrypted = input::boolean(request.input, "WithDecryption").value_or(false);
  const Parameter* parameter = store.find(request.place(), name);
  if (parameter == nullptr) {
    if (const auto known = public_parameter(request.place(), name)) {
      Json view = parameter_view(request.place(), name, *known, decrypted);
      view["ARN"] = arn({"", request.place().region}, "ssm", "parameter" + name);
      return view;
    }
    return not_found(asked);
  }
  const Version* version = find_version(*parameter, selector);
  if (version == nullptr)
    return ApiError{"ParameterVersionNotFound",
                    fmt::format("Systems Manager could not find version {} of {}. Verify the "
                                "version and try again.",
                                selector, parameter->name)};
  Json view = parameter_view(request.place(), parameter->name, *version, decrypted);
  if (!selector.empty()) view["Selector"] = ":" + selector;
  return view;
}

ApiError bad_path() {
  return {"ValidationException",
          "The parameter doesn't meet the parameter name requirements. The parameter name must "
          "begin with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" "
          "(case-insensitive). It must use only letters, numbers, or the following symbols: . "
          "(period), - (hyphen), _ (underscore). Special characters are not allowed. All "
          "sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: "
          "/get/parameters2-/by1./path0_."};
}

}  // namespace

Answer get_parameter(ParameterStore& store, const Request& request) {
  Answer shown = find_and_show(store, request, input::text(request.input, "Name"));
  if (!shown) return shown;
  return Json{{"Parameter", *std::move(shown)}};
}

Answer get_parameters(ParameterStore& store, const Request& request) {
  const std::vector<std::string> names = input::texts(request.input, "Names");
  if (names.empty() || names.size() > kMostNames)
    return ApiError{
        "ValidationException",
        fmt::format("1 validation error detected: Value '[{}]' at 'names' failed to "
                    "satisfy constraint: Member must have length {}",
                    fmt::join(names, ", "),
                    names.empty() ? "greater than or equal to 1" : "less than or equal to 10")};
  Json found = Json::array();
  Json invalid = Json::array();
  for (const std::string& name : names) {
    if (Answer shown = find_and_show(store, request, name)) {
      found.push_back(*std::move(shown));
    } else {
      invalid.push_back(name);
    }
  }
  return Json{{"Parameters", std::move(found)}, {"InvalidParameters", std::move(invalid)}};
}

/// The level below Path, or with Recursive all levels. MaxResults from 1 to 10.
Answer get_parameters_by_path(ParameterStore& store, const Request& request) {
  std::string path = input::text(request.input, "Path");
  if (!path.starts_with('/')) return bad_path();
  const Json& filters = input::member(request.input, "ParameterFilters");
  if (auto bad = check_filters(filters, Listing::by_path)) return *std::move(bad);
  if (!path.ends_with('/')) path += '/';
  const bool recursive = input::boolean(request.input, "Recursive").value_or(false);
  const bool decrypted = input::boolean(request.input, "WithDecryption").value_or(false);
  Json all = Json::array();
  const auto take = [&](const std::string& name, const Version& version) {
    if (recursive || name.find('/', path.size()) == std::string::npos)
      all.push_back(parameter_view(request.place(), name, version, decrypted));
  };
  for (const std::string& name : public_names(path))
    if (const auto known = public_parameter(request.place(), name)) take(name, *known);
  for (auto at = store.parameters.lower_bound({request.place(), path});
       at != store.parameters.end() && at->first.first == request.place() &&
       at->first.second.starts_with(path);
       ++at)
    if (passes(at->second, filters)) take(at->first.second, at->second.current());
  return page_of(request.input, std::move(all), 10);
}

Answer get_parameter_history(ParameterStore& store, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const Parameter* parameter = store.find(request.place(), name);
  if (parameter == nullptr) return not_found(name);
  const bool decrypted = input::boolean(request.input, "WithDecryption").value_or(false);
  Json all = Json::array();
  for (const Version& version : parameter->versions) {
    Json view = metadata_view(request.place(), parameter->name, version);
    view.erase("ARN");
    view["Value"] = parameter_view(request.place(), parameter->name, version, decrypted)["Value"];
    view["Labels"] = version.labels;
    all.push_back(std::move(view));
  }
  return page_of(request.input, std::move(all), 50);
}

}  // namespace opsim::parameter_store
