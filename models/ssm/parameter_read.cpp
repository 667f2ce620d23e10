// The `parameters` section of a document.
// AWS: Systems Manager User Guide, "Data elements and parameters".
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/ssm/parameter.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::ssm {

namespace {

struct TypeName {
  std::string_view text;
  ParameterType type;
};
constexpr TypeName kTypeRows[] = {
    {"Boolean", ParameterType::boolean},        {"Integer", ParameterType::integer},
    {"MapList", ParameterType::map_list},       {"String", ParameterType::string},
    {"StringList", ParameterType::string_list}, {"StringMap", ParameterType::string_map},
};
constexpr std::array<std::string_view, 6> kTypeNames = {"Boolean", "Integer",    "MapList",
                                                        "String",  "StringList", "StringMap"};
/// "type", the constraints, and what the console shows.
constexpr std::string_view kKeys[] = {
    "allowedPattern",    "allowedValues", "default",  "description", "displayType",
    "interpolationType", "maxChars",      "maxItems", "maxValue",    "minChars",
    "minItems",          "minValue",      "type",
};

void complain(Diagnostics& diagnostics, const Node& at, std::string message) {
  diagnostics.add(at.complaint(std::move(message)));
}

std::optional<std::int64_t> whole_number(const Node& spec, std::string_view key,
                                         const std::string& name, Diagnostics& diagnostics) {
  const std::optional<Node> value = spec.find(key);
  if (!value || is_intrinsic(*value)) return std::nullopt;
  if (const auto number = value->as_integer()) return number;
  complain(
      diagnostics, *value,
      fmt::format("parameter {}: {} is {}; expected a whole number", name, key, value->describe()));
  return std::nullopt;
}

void read_type(const Node& node, ParameterSpec& spec, Diagnostics& diagnostics) {
  const std::optional<Node> type = node.find("type");
  if (!type) {
    complain(diagnostics, node,
             fmt::format("parameter {}: no type; {}", spec.name, one_of_text(kTypeNames)));
    return;
  }
  const std::string text = type->as_text().value_or("");
  const std::optional<ParameterType> known = parameter_type(text);
  if (known) {
    spec.type = *known;
    spec.type_text = text;
  } else if (!is_intrinsic(*type)) {
    complain(diagnostics, *type,
             fmt::format("parameter {}: type {}; {}{}", spec.name, type->describe(),
                         one_of_text(kTypeNames), did_you_mean(text, kTypeNames)));
  }
}

void read_default(const Node& node, ParameterSpec& spec, Diagnostics& diagnostics) {
  const std::optional<Node> value = node.find("default");
  if (!value) return;
  spec.by_default = value->to_json();
  if (is_intrinsic(*value)) return;
  ParameterSpec unconstrained;
  unconstrained.name = spec.name;
  unconstrained.type = spec.type;
  unconstrained.type_text = spec.type_text;
  const Json given{{spec.name, *spec.by_default}};
  auto bound = bind_parameters({&unconstrained, 1}, given, "");
  if (bound) {
    spec.by_default = std::move((*bound)[0]);
  } else {
    complain(diagnostics, *value,
             fmt::format("parameter {}: the default is {}; its type is {}", spec.name,
                         value->describe(), spec.type_text));
  }
}

void read_constraints(const Node& node, ParameterSpec& spec, Diagnostics& diagnostics) {
  if (const auto allowed = node.find("allowedValues")) {
    if (!allowed->is_list() && !is_intrinsic(*allowed))
      complain(diagnostics, *allowed,
               fmt::format("parameter {}: allowedValues is {}; expected a list", spec.name,
                           allowed->describe()));
    for (const Node& item : allowed->items()) spec.allowed_values.push_back(item.to_json());
  }
  if (const auto pattern = node.find("allowedPattern"); pattern && !is_intrinsic(*pattern)) {
    spec.allowed_pattern = pattern->as_text().value_or("");
    std::string error;
    spec.pattern = Pattern::compile(spec.allowed_pattern, error);
    if (spec.pattern == nullptr)
      complain(diagnostics, *pattern,
               fmt::format("parameter {}: allowedPattern: {}", spec.name, error));
  }
  spec.min_items = whole_number(node, "minItems", spec.name, diagnostics);
  spec.max_items = whole_number(node, "maxItems", spec.name, diagnostics);
  spec.min_chars = whole_number(node, "minChars", spec.name, diagnostics);
  spec.max_chars = whole_number(node, "maxChars", spec.name, diagnostics);
  spec.min_value = whole_number(node, "minValue", spec.name, diagnostics);
  spec.max_value = whole_number(node, "maxValue", spec.name, diagnostics);
}

ParameterSpec read_parameter(const Entry& entry, Diagnostics& diagnostics) {
  ParameterSpec spec;
  spec.name = entry.key;
  if (!entry.value.is_mapping()) {
    complain(diagnostics, entry.value,
             fmt::format("parameter {}: {} is no declaration; expected a mapping with a type",
                         entry.key, entry.value.describe()));
    return spec;
  }
  for (const auto& [key, value, at] : entry.value.entries())
    if (std::ranges::find(kKeys, key) == std::end(kKeys))
      diagnostics.add(entry.value.file(), at,
                      fmt::format("parameter {}: {} is not known here{}", entry.key,
                                  opsim::quoted(key), did_you_mean(key, kKeys)));
  read_type(entry.value, spec, diagnostics);
  if (const auto text = entry.value.find("description"))
    spec.description = text->as_text().value_or("");
  read_default(entry.value, spec, diagnostics);
  read_constraints(entry.value, spec, diagnostics);
  return spec;
}

}  // namespace

std::optional<ParameterType> parameter_type(std::string_view text) {
  const auto found = std::ranges::find(kTypeRows, text, &TypeName::text);
  if (found != std::end(kTypeRows)) return found->type;
  if (text.starts_with("List<AWS::")) return ParameterType::string_list;
  if (text.starts_with("AWS::")) return ParameterType::string;
  return std::nullopt;
}

std::span<const std::string_view> parameter_types() { return kTypeNames; }

std::vector<ParameterSpec> read_parameters(const Node& parameters, Diagnostics& diagnostics) {
  std::vector<ParameterSpec> specs;
  if (parameters.is_null()) return specs;
  if (!parameters.is_mapping()) {
    complain(diagnostics, parameters,
             fmt::format("parameters: {}; expected a mapping of names to declarations",
                         parameters.describe()));
    return specs;
  }
  for (const Entry& entry : parameters.entries())
    specs.push_back(read_parameter(entry, diagnostics));
  return specs;
}

}  // namespace opsim::ssm
