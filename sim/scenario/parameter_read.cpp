// One entry of Parameters, as written.
// AWS: CloudFormation User Guide, "Parameters" (properties and their limits).
#include <fmt/format.h>

#include <stdexcept>

#include "opsim/document/shape.hpp"
#include "sim/scenario/parameter.hpp"

namespace opsim {

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kDescription{.kind = Kind::text, .max = 4000};
constexpr Shape kFlag{.kind = Kind::boolean};
constexpr Shape kCount{.kind = Kind::integer, .min = 0};
constexpr Shape kNumber{.kind = Kind::number};
constexpr Shape kAllowed{.kind = Kind::list, .of = &kText};

constexpr Field kFields[] = {
    {.name = "AllowedPattern", .shape = &kText},
    {.name = "AllowedValues", .shape = &kAllowed},
    {.name = "ConstraintDescription", .shape = &kDescription},
    {.name = "Default", .shape = &kText},
    {.name = "Description", .shape = &kDescription},
    {.name = "MaxLength", .shape = &kCount},
    {.name = "MaxValue", .shape = &kNumber},
    {.name = "MinLength", .shape = &kCount},
    {.name = "MinValue", .shape = &kNumber},
    {.name = "NoEcho", .shape = &kFlag},
    {.name = "Type", .shape = &kText, .need = Need::required},
};
constexpr Shape kParameter{.kind = Kind::mapping, .fields = kFields};

/// A scalar as CloudFormation takes it: 15, "15", true and "true" are the same.
std::optional<std::string> text_of(const Node& text, std::string_view key) {
  const auto value = text.find(key);
  return value ? value->as_text() : std::nullopt;
}

std::optional<double> number_of(const Node& text, std::string_view key) {
  const auto value = text_of(text, key);
  if (!value) return std::nullopt;
  char* end = nullptr;
  const double number = std::strtod(value->c_str(), &end);
  if (end == value->c_str() || *end != '\0') return std::nullopt;  // told by the shape
  return number;
}

void read_type(ParameterRule& rule, const Node& text, Diagnostics& diagnostics) {
  const auto written = text.find("Type");
  if (!written || !written->is_text()) return;
  if (const auto type = parse_parameter_type(written->spelling())) {
    rule.type = *type;
    return;
  }
  diagnostics.add(written->complaint(fmt::format(
      "parameter {}: {} is no type of a parameter{}", rule.name, quoted(written->spelling()),
      did_you_mean(written->spelling(), parameter_type_names()))));
}

void read_pattern(ParameterRule& rule, const Node& text, Diagnostics& diagnostics) {
  const auto written = text.find("AllowedPattern");
  if (!written || !written->is_text()) return;
  try {
    rule.pattern.emplace(written->spelling());
  } catch (const std::invalid_argument& wrong) {
    diagnostics.add(
        written->complaint(fmt::format("parameter {}: AllowedPattern is no regular "
                                       "expression: {}",
                                       rule.name, wrong.what())));
  }
}

void read_constraints(ParameterRule& rule, const Node& text, Diagnostics& diagnostics) {
  if (const auto allowed = text.find("AllowedValues"))
    for (const Node& value : allowed->items())
      rule.allowed_values.push_back(value.as_text().value_or(""));
  read_pattern(rule, text, diagnostics);
  rule.min_value = number_of(text, "MinValue");
  rule.max_value = number_of(text, "MaxValue");
  rule.min_length = number_of(text, "MinLength");
  rule.max_length = number_of(text, "MaxLength");
  rule.constraint = text_of(text, "ConstraintDescription").value_or("");
}

}  // namespace

ParameterRule read_parameter(std::string_view name, const Node& text, Diagnostics& diagnostics) {
  ParameterRule rule{.name = std::string{name}, .text = text};
  rule.type.element = "String";
  check(text, kParameter, diagnostics,
        {.subject = fmt::format("parameter {}", name), .scalars = Scalars::loose});
  const std::size_t before = diagnostics.count();
  read_type(rule, text, diagnostics);
  read_constraints(rule, text, diagnostics);
  const std::string echo = text_of(text, "NoEcho").value_or("false");
  rule.no_echo = echo == "true" || echo == "True" || echo == "TRUE" || echo == "yes";
  const auto written = text.find("Default");
  if (!written || !written->is_scalar()) return rule;
  rule.default_value = written->as_text().value_or("");
  const bool sound = diagnostics.count() == before;
  if (sound) rule.default_worth = parameter_value(rule, *rule.default_value, *written, diagnostics);
  return rule;
}

}  // namespace opsim
