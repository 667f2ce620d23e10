// ValidateStateMachineDefinition. AWS: API Reference.
#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

std::optional<ApiError> not_among(const Json& input, const std::string& key,
                                  std::initializer_list<std::string_view> values) {
  const Json& given = input::member(input, key);
  if (!given.is_string()) return std::nullopt;
  const auto& text = given.get_ref<const std::string&>();
  if (std::ranges::find(values, std::string_view{text}) != values.end()) return std::nullopt;
  std::string list;
  for (const std::string_view value : values)
    list += (list.empty() ? "" : ", ") + std::string{value};
  return ApiError{"ValidationException",
                  fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy "
                              "constraint: Member must satisfy enum value set: [{}]",
                              text, key, list)};
}

namespace {

std::optional<ApiError> wrong_request(const Json& input) {
  if (auto wrong = not_among(input, "type", {"STANDARD", "EXPRESS"})) return wrong;
  if (auto wrong = not_among(input, "severity", {"ERROR", "WARNING"})) return wrong;
  const auto most = input::integer(input::member(input, "maxResults"));
  if (most && (*most < 0 || *most > 100))
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'maxResults' failed to "
                                "satisfy constraint: Member must have value {} than or equal to {}",
                                *most, *most < 0 ? "greater" : "less", *most < 0 ? 0 : 100)};
  const Json& definition = input::member(input, "definition");
  if (definition.is_string() && definition.get_ref<const std::string&>().empty())
    return ApiError{"ParamValidationError",
                    "Parameter validation failed:\nInvalid length for parameter definition, value: "
                    "0, valid min length: 1"};
  return std::nullopt;
}

std::vector<Diagnostic> diagnose(const Json& input) {
  Json definition;
  if (auto wrong =
          read_definition_text(definition_text(input::member(input, "definition")), definition))
    return {*std::move(wrong)};
  return validate(definition, input::text(input, "type") == "EXPRESS" ? MachineType::express
                                                                      : MachineType::standard);
}

}  // namespace

// severity: "WARNING returns both"; ERROR by default. maxResults: 100 by default, and where it is
// 0. truncated: "true if the number of diagnostics found … exceeds maxResults. When all diagnostics
// results are returned, truncated will be false."
ApiResult<Json> validate_state_machine_definition(StepFunctions&, const Request& request) {
  const Json& input = request.input;
  if (auto wrong = wrong_request(input)) return *std::move(wrong);
  std::vector<Diagnostic> found = diagnose(input);
  if (input::text(input, "severity") != "WARNING")
    std::erase_if(found, [](const Diagnostic& one) { return one.warning; });
  const bool failed =
      std::ranges::any_of(found, [](const Diagnostic& one) { return !one.warning; });
  const std::int64_t asked = input::integer(input, "maxResults").value_or(100);
  const std::size_t most = asked == 0 ? 100 : static_cast<std::size_t>(asked);
  Json diagnostics = Json::array();
  for (const Diagnostic& one : found) {
    if (diagnostics.size() >= most) break;
    diagnostics.push_back({{"code", one.code},
                           {"message", one.message},
                           {"severity", one.warning ? "WARNING" : "ERROR"}});
    if (!one.location.empty()) diagnostics.back()["location"] = one.location;
  }
  return Json{{"diagnostics", diagnostics},
              {"result", failed ? "FAIL" : "OK"},
              {"truncated", found.size() > most}};
}

}  // namespace opsim::step_functions
