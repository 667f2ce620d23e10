// AWS's own documents, as far as they are simulated: our own short definitions with the names,
// parameters and steps that their pages document.
// AWS: Systems Manager Automation runbook reference (AWS-RestartEC2Instance, AWS-StartEC2Instance,
// AWS-StopEC2Instance); User Guide, "Run commands" (AWS-RunShellScript, AWS-RunPowerShellScript:
// executionTimeout 3600).
#include <array>

#include "models/ssm/document_reader.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"
#include "opsim/kernel/ensure.hpp"

namespace opsim::ssm {

namespace {

struct Definition {
  std::string_view name;
  std::string_view text;
};

constexpr Definition kDefinitions[] = {
    {"AWS-RestartEC2Instance", R"(schemaVersion: '0.3'
description: Restarts EC2 instances.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: StringList }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: stopInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: stopped }
  - name: startInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: running }
)"},
    {"AWS-RunPowerShellScript", R"(schemaVersion: '1.2'
description: Runs a PowerShell script.
parameters:
  commands: { type: StringList }
  workingDirectory: { type: String, default: '' }
  executionTimeout: { type: String, default: '3600' }
runtimeConfig:
  aws:runPowerShellScript:
    properties:
      - { id: 0.aws:runPowerShellScript, runCommand: '{{ commands }}',
          workingDirectory: '{{ workingDirectory }}', timeoutSeconds: '{{ executionTimeout }}' }
)"},
    {"AWS-RunShellScript", R"(schemaVersion: '1.2'
description: Runs a shell script.
parameters:
  commands: { type: StringList }
  workingDirectory: { type: String, default: '' }
  executionTimeout: { type: String, default: '3600' }
runtimeConfig:
  aws:runShellScript:
    properties:
      - { id: 0.aws:runShellScript, runCommand: '{{ commands }}',
          workingDirectory: '{{ workingDirectory }}', timeoutSeconds: '{{ executionTimeout }}' }
)"},
    {"AWS-StartEC2Instance", R"(schemaVersion: '0.3'
description: Starts EC2 instances.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: StringList }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: startInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: running }
)"},
    {"AWS-StopEC2Instance", R"(schemaVersion: '0.3'
description: Stops EC2 instances.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: StringList }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: stopInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: stopped }
)"},
};

StoredDocument stored(const Definition& definition) {
  Diagnostics diagnostics;
  const Document document = read_yaml(definition.name, definition.text);
  const std::shared_ptr<DocumentSpec> spec = read_ssm_document(document.root, diagnostics);
  ensure(spec != nullptr, "a definition of ours is a valid document");
  spec->source.clear();  // nobody's file
  for (StepSpec& step : spec->steps) step.source.clear();
  for (PluginSpec& plugin : spec->plugins) plugin.source.clear();
  StoredDocument made;
  made.name = definition.name;
  made.owner = "Amazon";
  DocumentVersion version;
  version.spec = spec;
  version.content = definition.text;
  version.format = "YAML";
  made.versions.push_back(std::move(version));
  return made;
}

}  // namespace

const std::map<std::string, StoredDocument, std::less<>>& aws_documents() {
  static const std::map<std::string, StoredDocument, std::less<>> all = [] {
    std::map<std::string, StoredDocument, std::less<>> made;
    for (const Definition& definition : kDefinitions)
      made.emplace(definition.name, stored(definition));
    return made;
  }();
  return all;
}

}  // namespace opsim::ssm
