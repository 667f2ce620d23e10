// What a step's inputs say by themselves, before anything runs.
// AWS: Systems Manager User Guide, "aws:sleep" (ISO 8601), "aws:runCommand",
// "aws:executeAutomation", "aws:executeScript" (Handler: the name of a function of the script; not
// for PowerShell).
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/runbook_check.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::ssm {

namespace {

bool is_written_out(const Node& node) {
  return node.is_scalar() && !node.is_null() &&
         node.spelling().find("{{") == std::string_view::npos;
}

void check_duration(const Node& inputs, const std::string& subject, Diagnostics& diagnostics) {
  const std::optional<Node> duration = inputs.find("Duration");
  if (!duration || !is_written_out(*duration)) return;
  if (parse_iso8601_duration(duration->spelling())) return;
  diagnostics.add(duration->complaint(fmt::format(
      "{}: Duration is {}; write it as ISO 8601 has it: PT5M is five minutes, PT30S thirty seconds",
      subject, duration->describe())));
}

/// Parameters that a step passes to a document of AWS's own.
void check_parameters(const Node& inputs, std::string_view key, const std::string& subject,
                      Diagnostics& diagnostics) {
  const std::optional<Node> name = inputs.find("DocumentName");
  if (!name || !is_written_out(*name)) return;
  const StoredDocument* document = find_aws_document(name->spelling());
  if (document == nullptr) {
    const std::string hint = did_you_mean(name->spelling(), aws_document_names());
    if (name->spelling().starts_with("AWS") && !hint.empty())
      diagnostics.note(name->file(), name->position(),
                       fmt::format("{}: {} is no document of AWS's known here{}", subject,
                                   name->describe(), hint));
    return;
  }
  const Node given = inputs.find(key).value_or(Node{});
  if (!given.is_mapping() && !given.is_null()) return;
  const std::vector<ParameterSpec>& declared = document->versions.back().spec->parameters;
  for (const auto& [parameter, value, at] : given.entries()) {
    if (std::ranges::find(declared, parameter, &ParameterSpec::name) != declared.end()) continue;
    std::vector<std::string_view> known;
    for (const ParameterSpec& spec : declared) known.push_back(spec.name);
    diagnostics.note(given.file(), at,
                     fmt::format("{}: {} has no parameter {} here{}", subject, document->name,
                                 opsim::quoted(parameter), did_you_mean(parameter, known)));
  }
  for (const ParameterSpec& spec : declared)
    if (!spec.by_default && !given.contains(spec.name))
      diagnostics.add((given.is_null() ? inputs : given)
                          .complaint(fmt::format("{}: {} needs the parameter {}", subject,
                                                 document->name, spec.name)));
}

void check_handler(const Node& inputs, const std::string& subject, Diagnostics& diagnostics) {
  const std::optional<Node> handler = inputs.find("Handler");
  const std::optional<Node> script = inputs.find("Script");
  const std::optional<Node> runtime = inputs.find("Runtime");
  if (!handler || !script || !runtime || !is_written_out(*handler)) return;
  if (!runtime->spelling().starts_with("python") || !script->is_text()) return;
  const std::string_view text = script->spelling();
  const bool whole = text.find("def ") != std::string_view::npos;  // not a place for one
  if (!whole || text.find(fmt::format("def {}", handler->spelling())) != std::string_view::npos)
    return;
  diagnostics.add(handler->complaint(fmt::format("{}: the script has no function {}", subject,
                                                 opsim::quoted(handler->spelling()))));
}

}  // namespace

void check_written_values(const Node& node, const StepSpec& step, Diagnostics& diagnostics) {
  const std::optional<Node> inputs = node.find("inputs");
  if (!inputs || !inputs->is_mapping()) return;
  const std::string subject = fmt::format("step {}", step.name);
  if (step.action_name == "aws:sleep") check_duration(*inputs, subject, diagnostics);
  if (step.action_name == "aws:runCommand")
    check_parameters(*inputs, "Parameters", subject, diagnostics);
  const bool targeted = inputs->contains("Targets") || inputs->contains("TargetMaps") ||
                        inputs->contains("TargetLocations");
  if (step.action_name == "aws:executeAutomation" && !targeted)
    check_parameters(*inputs, "RuntimeParameters", subject, diagnostics);
  if (step.action_name == "aws:executeScript") check_handler(*inputs, subject, diagnostics);
}

}  // namespace opsim::ssm
