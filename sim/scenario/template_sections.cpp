// Parameters, Mappings, Conditions: what is known before any resource.
// AWS: CloudFormation User Guide, "Parameters", "Mappings", "Conditions".
#include <fmt/format.h>

#include "sim/scenario/dependency_graph.hpp"
#include "sim/scenario/template_reader.hpp"

namespace opsim {

void TemplateReader::read_parameters() {
  for (const auto& [name, text, at] : entries_of("Parameters")) {
    ParameterRule rule = read_parameter(name, text, diagnostics_);
    TemplateParameter shown{
        .name = rule.name,
        .type = text.find("Type").value_or(Node{}).as_text().value_or(""),
        .description = text.find("Description").value_or(Node{}).as_text().value_or(""),
        .default_value = rule.default_value,
        .no_echo = rule.no_echo,
        .text = text};
    body_->rules.push_back(std::move(rule));
    body_->parameters.push_back(std::move(shown));
  }
}

void TemplateReader::read_mappings() {
  const Node mappings = section("Mappings");
  if (!mappings.is_null() && !mappings.is_mapping())
    complain(mappings, fmt::format("Mappings is {}; it must be a mapping", mappings.describe()));
  for (const auto& [name, text, at] : entries_of("Mappings")) read_mapping(name, text);
}

void TemplateReader::read_mapping(std::string_view name, const Node& text) {
  Mapping& mapping = body_->mappings[std::string{name}];
  if (!text.is_mapping())
    complain(text,
             fmt::format("mapping {} is {}; it must map keys to mappings", name, text.describe()));
  for (const auto& [first, row, first_at] : text.entries()) {
    if (is_macro(first)) continue;
    MappingRow& values = mapping[std::string{first}];
    if (!row.is_mapping())
      complain(row, fmt::format("{} of mapping {} is {}; it must map keys to texts or lists",
                                quoted(first), name, row.describe()));
    for (const auto& [second, value, second_at] : row.entries()) {
      if (value.is_mapping() || value.is_null())
        complain(value, fmt::format("{} of mapping {} is {}; it must be a text or a list of texts",
                                    quoted(second), name, value.describe()));
      values[std::string{second}] =
          value.is_scalar() ? Json(value.as_text().value_or("")) : value.to_json();
    }
  }
}

void TemplateReader::read_conditions() {
  DependencyGraph graph{names_.conditions.size()};
  for (const auto& [name, text, at] : entries_of("Conditions")) {
    const auto number = static_cast<std::uint32_t>(body_->conditions.size());
    body_->conditions.push_back({std::string{name}, values_.read_condition(text)});
    for (const std::uint32_t other : values_.take_conditions()) graph.add(number, other);
  }
  const auto cycles = graph.cycles();
  for (const auto& cycle : cycles) {
    std::string told;
    for (const std::uint32_t number : cycle)
      told += (told.empty() ? "" : " -> ") + body_->conditions[number].name;
    complain(body_->conditions[cycle.front()].holds.text,
             fmt::format("conditions that wait for one another: {}", told));
  }
  if (cycles.empty()) body_->condition_order = graph.order();
}

}  // namespace opsim
