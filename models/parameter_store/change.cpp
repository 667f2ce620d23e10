// Parameters go; labels stand at versions.
// AWS: Systems Manager API Reference, DeleteParameter, DeleteParameters, LabelParameterVersion,
// UnlabelParameterVersion; User Guide, "Working with parameter labels".
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/parameter_store/parameter_store.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::parameter_store {

namespace {

constexpr std::size_t kLongestLabel = 100;

std::string lower_start(std::string_view label) {
  std::string start{label.substr(0, 3)};
  for (char& letter : start)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return start;
}

/// Letters, numbers, periods, hyphens and underscores; it begins neither with a number nor with
/// "aws" or "ssm" (not case sensitive).
bool is_label(const std::string& label) {
  const std::string start = lower_start(label);
  const auto may_stand = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' ||
           letter == '-' || letter == '_';
  };
  return !label.empty() && std::ranges::all_of(label, may_stand) &&
         std::isdigit(static_cast<unsigned char>(label[0])) == 0 && start != "aws" &&
         start != "ssm";
}

ApiResult<Version*> named_version(Parameter& parameter, const Json& input, bool needed) {
  const auto number = input::integer(input, "ParameterVersion");
  if (!number && needed) return ApiError{"ValidationException", "ParameterVersion is required."};
  const std::int64_t wanted = number.value_or(parameter.current().number);
  const auto found = std::ranges::find_if(parameter.versions,
                                          [&](const Version& v) { return v.number == wanted; });
  if (found == parameter.versions.end())
    return ApiError{"ParameterVersionNotFound",
                    fmt::format("Systems Manager could not find version {} of {}. Verify the "
                                "version and try again.",
                                wanted, parameter.name)};
  return &*found;
}

std::optional<ApiError> check_labels(const std::vector<std::string>& labels) {
  const bool sized = !labels.empty() && labels.size() <= kMostLabels &&
                     std::ranges::all_of(labels, [](const std::string& label) {
                       return !label.empty() && label.size() <= kLongestLabel;
                     });
  if (sized) return std::nullopt;
  return ApiError{
      "ValidationException",
      fmt::format("1 validation error detected: Value '[{}]' at 'labels' failed to satisfy "
                  "constraint: Member must satisfy constraint: [Member must have length less than "
                  "or equal to 100, Member must have length greater than or equal to 1]",
                  fmt::join(labels, ", "))};
}

}  // namespace

void remove_parameter(ParameterStore& store, const ParameterStore::Key& key) {
  const auto found = store.parameters.find(key);
  const Parameter gone = std::move(found->second);
  store.parameters.erase(found);
  tell_change(store, key.first, gone, "Delete");
}

Answer delete_parameter(ParameterStore& store, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const Parameter* parameter = store.find(request.place(), name);
  if (parameter == nullptr) return not_found(name);
  remove_parameter(store, {request.place(), parameter->name});
  return Json::object();
}

Answer delete_parameters(ParameterStore& store, const Request& request) {
  const std::vector<std::string> names = input::texts(request.input, "Names");
  if (names.empty() || names.size() > 10)
    return ApiError{"ValidationException", "Names has from 1 to 10 members."};
  Json deleted = Json::array();
  Json invalid = Json::array();
  for (const std::string& name : names) {
    const Parameter* parameter = store.find(request.place(), name);
    (parameter == nullptr ? invalid : deleted).push_back(name);
    if (parameter != nullptr) remove_parameter(store, {request.place(), parameter->name});
  }
  return Json{{"DeletedParameters", std::move(deleted)}, {"InvalidParameters", std::move(invalid)}};
}

/// A label stands at one version of a parameter; a version has at most ten. Names that are no
/// labels are told, the others are attached. A label too many changes nothing.
Answer label_parameter_version(ParameterStore& store, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  Parameter* parameter = store.find(request.place(), name);
  if (parameter == nullptr) return not_found(name);
  const std::vector<std::string> asked = input::texts(request.input, "Labels");
  if (auto bad = check_labels(asked)) return *std::move(bad);
  ApiResult<Version*> version = named_version(*parameter, request.input, false);
  if (!version) return version.error();
  std::vector<std::string> labels = (*version)->labels;
  Json invalid = Json::array();
  for (const std::string& label : asked) {
    if (!is_label(label)) {
      invalid.push_back(label);
    } else if (std::ranges::find(labels, label) == labels.end()) {
      labels.push_back(label);
    }
  }
  if (labels.size() > kMostLabels)
    return ApiError{"ParameterVersionLabelLimitExceeded",
                    "A parameter version can have maximum 10 labels.Move one or more labels to "
                    "another version and try again."};
  for (Version& other : parameter->versions)
    std::erase_if(other.labels, [&](const std::string& label) {
      return std::ranges::find(labels, label) != labels.end();
    });
  const bool any = invalid.size() < asked.size();
  (*version)->labels = std::move(labels);
  const Json answer{{"InvalidLabels", std::move(invalid)},
                    {"ParameterVersion", (*version)->number}};
  if (any) tell_change(store, request.place(), *parameter, "LabelParameterVersion");
  return answer;
}

/// UNDOCUMENTED: the guide names no event of labels that go, so there is none.
Answer unlabel_parameter_version(ParameterStore& store, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  Parameter* parameter = store.find(request.place(), name);
  if (parameter == nullptr) return not_found(name);
  const std::vector<std::string> asked = input::texts(request.input, "Labels");
  if (auto bad = check_labels(asked)) return *std::move(bad);
  ApiResult<Version*> version = named_version(*parameter, request.input, true);
  if (!version) return version.error();
  Json removed = Json::array();
  Json invalid = Json::array();
  for (const std::string& label : asked)
    (std::erase((*version)->labels, label) > 0 ? removed : invalid).push_back(label);
  return Json{{"RemovedLabels", std::move(removed)}, {"InvalidLabels", std::move(invalid)}};
}

}  // namespace opsim::parameter_store
