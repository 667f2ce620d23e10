#include "models/ssm/aws_document_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace opsim::ssm {

namespace {

/// What stands before a mark, which is taken away with it; all of it where there is no mark.
std::string_view take_until(std::string_view& text, std::string_view mark) {
  const auto at = text.find(mark);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + mark.size());
  return part;
}

/// "{ A: b }" with more entries before its own.
std::string with_entries(std::string_view first, std::string_view mapping) {
  if (mapping.empty()) return fmt::format("{{ {} }}", first);
  return fmt::format("{{ {}, {}", first, mapping.substr(2));
}

/// What stands behind a mark, which is taken away with it; nothing where there is no mark.
std::string_view take_behind(std::string_view& text, std::string_view mark) {
  std::string_view behind = text;
  text = take_until(behind, mark);
  return behind;
}

std::string parameter_yaml(std::string_view text) {
  const std::string_view pattern = take_behind(text, " like ");
  const std::string_view by_default = take_behind(text, " = ");
  const std::string_view allowed = take_behind(text, " in ");
  const std::string_view type = take_behind(text, ": ");
  std::string yaml = fmt::format("  {}: {{ type: {}", text, type.empty() ? "String" : type);
  if (!by_default.empty()) yaml += fmt::format(", default: {}", by_default);
  if (!allowed.empty()) yaml += fmt::format(", allowedValues: {}", allowed);
  if (!pattern.empty()) yaml += fmt::format(", allowedPattern: {}", pattern);
  return yaml + " }\n";
}

std::string parameters_yaml(std::string_view parameters) {
  std::string yaml;
  while (!parameters.empty()) yaml += parameter_yaml(take_until(parameters, "; "));
  return yaml.empty() ? yaml : "parameters:\n" + yaml;
}

/// One that calls an API: "ec2:DescribeVolumes { inputs } -> $.Path = [desired]".
std::string api_inputs(std::string_view call) {
  std::string_view wish = take_behind(call, " -> ");
  const std::string_view inputs = take_behind(call, " ");
  const std::string_view operation = take_behind(call, ":");
  std::string entries = fmt::format("Service: {}, Api: {}", call, operation);
  if (!wish.empty()) {
    const std::string_view desired = take_behind(wish, " = ");
    entries += fmt::format(", PropertySelector: '{}', DesiredValues: {}", wish, desired);
  }
  return with_entries(entries, inputs);
}

struct Verb {
  std::string_view word;
  std::string_view action;
  std::string_view more;  // properties of the step
};
constexpr Verb kVerbs[] = {
    {"api", "aws:executeAwsApi", ""},
    {"approve", "aws:approve", "    onFailure: Abort\n"},
    {"assert", "aws:assertAwsResourceProperty", ""},
    {"linux", "aws:runShellScript", "    precondition: { StringEquals: [platformType, Linux] }\n"},
    {"running", "aws:changeInstanceState", ""},
    {"script", "aws:executeScript", ""},
    {"stopped", "aws:changeInstanceState", ""},
    {"terminated", "aws:changeInstanceState", ""},
    {"wait", "aws:waitForAwsResourceProperty", ""},
    {"windows", "aws:runPowerShellScript",
     "    precondition: { StringEquals: [platformType, Windows] }\n"},
};

std::string inputs_for(const Verb& verb, std::string_view written) {
  if (verb.action == "aws:changeInstanceState")
    return fmt::format("{{ InstanceIds: {}, DesiredState: {} }}", written, verb.word);
  if (verb.word == "approve")
    return "{ NotificationArn: '{{ SNSTopicArn }}', Approvers: '{{ Approvers }}' }";
  if (verb.word == "script")
    return fmt::format(
        "{{ Runtime: python3.11, Handler: handler, Script: 'def handler(events, context): ...', "
        "InputPayload: {} }}",
        written);
  const bool calls = verb.word == "api" || verb.word == "assert" || verb.word == "wait";
  return calls ? api_inputs(written) : std::string{written};
}

std::string step_yaml(std::string_view line) {
  const std::string_view name = take_until(line, ": ");
  const std::string_view word = take_until(line, " ");
  const auto known = std::ranges::find(kVerbs, word, &Verb::word);
  const Verb verb = known == std::end(kVerbs) ? Verb{word, word, ""} : *known;
  std::string yaml = fmt::format("  - name: {}\n    action: {}\n{}", name, verb.action, verb.more);
  if (const std::string inputs = inputs_for(verb, line); !inputs.empty())
    yaml += fmt::format("    inputs: {}\n", inputs);
  return yaml;
}

/// "gives Name: Type = $.Selector".
std::string output_yaml(std::string_view line) {
  take_until(line, "gives ");
  std::string_view type = take_until(line, " = ");
  const std::string_view name = take_until(type, ": ");
  return fmt::format("      - {{ Name: {}, Selector: '{}', Type: {} }}\n", name, line,
                     type.empty() ? "String" : type);
}

std::string steps_yaml(std::string_view steps) {
  std::string yaml = "mainSteps:\n";
  bool gave = false;
  while (!steps.empty()) {
    const std::string_view line = take_until(steps, "\n");
    const bool gives = line.starts_with("  gives ");
    if (gives && !gave) yaml += "    outputs:\n";
    gave = gives;
    yaml += gives                    ? output_yaml(line)
            : line.starts_with("  ") ? fmt::format("  {}\n", line)
                                     : step_yaml(line);
  }
  return yaml;
}

}  // namespace

std::string runbook_text(const AwsDocument& document) {
  std::string parameters{document.parameters};
  parameters += parameters.empty() ? "AutomationAssumeRole = ''" : "; AutomationAssumeRole = ''";
  std::string yaml = fmt::format(
      "schemaVersion: '0.3'\ndescription: {}\nassumeRole: '{{{{ AutomationAssumeRole }}}}'\n{}{}",
      document.does, parameters_yaml(parameters), steps_yaml(document.steps));
  if (!document.outputs.empty()) yaml += fmt::format("outputs: {}\n", document.outputs);
  return yaml;
}

std::string command_text(const AwsDocument& document) {
  const bool is_plugin = document.steps.find(": ") == std::string_view::npos;
  if (!is_plugin)
    return fmt::format("schemaVersion: '2.2'\ndescription: {}\n{}{}", document.does,
                       parameters_yaml(document.parameters), steps_yaml(document.steps));
  return fmt::format(
      "schemaVersion: '1.2'\ndescription: {}\n{}runtimeConfig:\n  {}:\n    properties:\n"
      "      - {{ id: 0.{}, runCommand: '{{{{ commands }}}}', workingDirectory: "
      "'{{{{ workingDirectory }}}}', timeoutSeconds: '{{{{ executionTimeout }}}}' }}\n",
      document.does, parameters_yaml(document.parameters), document.steps, document.steps);
}

std::string fault_text(const AwsDocument& document) {
  const std::string_view script =
      document.steps.empty() ? "sleep {{ DurationSeconds }}" : document.steps;
  const std::string parameters =
      fmt::format("{}; InstallDependencies = 'True'", document.parameters);
  const std::string steps =
      fmt::format("inject: aws:runShellScript {{ runCommand: ['{}'] }}", script);
  return command_text({document.name, document.does, parameters, steps});
}

}  // namespace opsim::ssm
