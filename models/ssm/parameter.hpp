#pragma once
/// The parameters that a document declares, and what a caller passes for them.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/ssm/pattern.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/document/node.hpp"
#include "opsim/json.hpp"

namespace opsim::ssm {

/// AWS: Systems Manager User Guide, "Data elements and parameters". The AWS:: types of Automation
/// (AWS::EC2::Instance::Id, List<...>) are texts and lists of texts to a running document.
enum class ParameterType : std::uint8_t {
  string,
  string_list,
  boolean,
  integer,
  map_list,
  string_map
};

struct ParameterSpec {
  std::string name;
  ParameterType type = ParameterType::string;
  std::string type_text = "String";  // as written
  std::string description;
  std::optional<Json> by_default;  // of the declared type; nothing: the caller must pass one
  std::vector<Json> allowed_values;
  std::string allowed_pattern;  // as written, for messages
  std::shared_ptr<const Pattern> pattern;
  std::optional<std::int64_t> min_items, max_items, min_chars, max_chars, min_value, max_value;
};

/// Nothing when AWS knows no such type.
std::optional<ParameterType> parameter_type(std::string_view text);
std::span<const std::string_view> parameter_types();

/// Reads the `parameters` of a document. Complains of what is wrong and goes on.
std::vector<ParameterSpec> read_parameters(const Node& parameters, Diagnostics& diagnostics);

/// A value for each parameter, in their order. `given` maps names to lists of texts, as the API has
/// it, or to values, as a runbook passes them on. `code` is the service's code for a refusal:
/// "InvalidAutomationExecutionParametersException", "InvalidParameters".
ApiResult<std::vector<Json>> bind_parameters(std::span<const ParameterSpec> parameters,
                                             const Json& given, std::string_view code);

/// The API's spelling of a value: a list of texts.
Json as_text_list(const Json& value);

}  // namespace opsim::ssm
