// A document of any type: the top level.
// AWS: Systems Manager User Guide, "Data elements and parameters", "Top-level data elements".
#include "models/ssm/document_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/step_names.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kTopKeys[] = {
    "assumeRole", "description",   "files",         "mainSteps", "outputs",
    "parameters", "runtimeConfig", "schemaVersion", "variables",
};
constexpr std::string_view kSchemas[] = {"0.3", "1.2", "2.0", "2.2"};

std::optional<std::string> schema_version(const Node& content, Diagnostics& diagnostics) {
  const std::optional<Node> version = content.find("schemaVersion");
  if (!version) {
    diagnostics.add(content.complaint(
        "no schemaVersion; \"0.3\" is a runbook, \"1.2\", \"2.0\" and \"2.2\" are Command "
        "documents"));
    return std::nullopt;
  }
  const std::string text{version->spelling()};
  if (std::ranges::find(kSchemas, text) != std::end(kSchemas)) return text;
  diagnostics.add(version->complaint(
      fmt::format("schemaVersion {}; expected {}", version->describe(), one_of_text(kSchemas))));
  return std::nullopt;
}

}  // namespace

void refuse_unknown_keys(const Node& node, std::span<const std::string_view> known,
                         std::string_view subject, Diagnostics& diagnostics) {
  for (const auto& [key, value, at] : node.entries()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    const std::string prefix = subject.empty() ? "" : fmt::format("{}: ", subject);
    diagnostics.add(node.file(), at,
                    fmt::format("{}{} is not known here{}", prefix, opsim::quoted(key),
                                did_you_mean(key, known)));
  }
}

std::shared_ptr<DocumentSpec> read_ssm_document(const Node& content, Diagnostics& diagnostics,
                                                Findings* findings) {
  if (!content.is_mapping()) {
    diagnostics.add(content.complaint(
        fmt::format("the document is {}; expected a mapping with schemaVersion and mainSteps",
                    content.describe())));
    return nullptr;
  }
  const std::size_t before = diagnostics.count();
  auto spec = std::make_shared<DocumentSpec>();
  const std::optional<std::string> schema = schema_version(content, diagnostics);
  if (!schema) return nullptr;
  spec->schema_version = *schema;
  spec->type = *schema == "0.3" ? DocumentType::automation : DocumentType::command;
  spec->source = content.source();
  refuse_unknown_keys(content, kTopKeys, "", diagnostics);
  if (const auto text = content.find("description"))
    spec->description = text->as_text().value_or("");
  if (const auto parameters = content.find("parameters"))
    spec->parameters = read_parameters(*parameters, diagnostics);
  for (const ParameterSpec& parameter : spec->parameters) {
    spec->names.parameters.push_back(parameter.name);
    if (!is_plain_name(parameter.name, ""))
      diagnostics.add(
          content.find("parameters")
              ->complaint(fmt::format(
                  "parameter {}: a parameter's name has only letters and digits", parameter.name)));
  }
  if (const auto variables = content.find("variables"))
    spec->variables = read_parameters(*variables, diagnostics);
  for (const ParameterSpec& variable : spec->variables)
    spec->names.variables.push_back(variable.name);
  if (const auto outputs = content.find("outputs"))
    for (const Node& item : outputs->items()) spec->outputs.push_back(item.as_text().value_or(""));
  if (spec->type == DocumentType::automation) {
    read_runbook(content, *spec, diagnostics, findings);
  } else {
    read_command_document(content, *spec, diagnostics, findings);
  }
  return diagnostics.count() == before ? spec : nullptr;
}

namespace {

/// The steps of one list, and of the loops in it, from `step` on.
void place_list(DocumentSpec& spec, const Node& text, const std::string& list, std::size_t& step) {
  const auto owner = spec.steps[step].loop;
  for (std::size_t i = 0; step < spec.steps.size() && spec.steps[step].loop == owner; ++i) {
    const std::string pointer = fmt::format("{}/{}", list, i);
    StepSpec& placed = spec.steps[step++];
    placed.source = text.locate(pointer).source();
    if (placed.looped && placed.looped->end > step)
      place_list(spec, text, pointer + "/inputs/Steps", step);
  }
}

}  // namespace

void place_steps(DocumentSpec& spec, const Node& text) {
  spec.source = text.source();
  std::size_t step = 0;
  if (!spec.steps.empty()) place_list(spec, text, "/mainSteps", step);
  for (std::size_t i = 0; i < spec.plugins.size(); ++i)
    spec.plugins[i].source = text.locate(fmt::format("/mainSteps/{}", i)).source();
}

std::string_view to_string(DocumentType type) {
  if (type == DocumentType::change_calendar) return "ChangeCalendar";
  if (type == DocumentType::change_template) return "Automation.ChangeTemplate";
  return type == DocumentType::automation ? "Automation" : "Command";
}

}  // namespace opsim::ssm
