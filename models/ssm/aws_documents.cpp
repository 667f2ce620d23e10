// AWS's own documents, as far as they are simulated: our own short definitions with the names,
// parameters and steps that their pages document.
// AWS: Systems Manager Automation runbook reference (AWS-RestartEC2Instance, AWS-StartEC2Instance,
// AWS-StopEC2Instance); User Guide, "Run commands" (AWS-RunShellScript, AWS-RunPowerShellScript:
// executionTimeout 3600), "AWS-RunPatchBaseline"; FIS User Guide, "Pre-configured AWS FIS SSM
// documents" (AWSFIS-Run-*).
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
    {"AWS-RunPatchBaseline", R"(schemaVersion: '2.2'
description: Scans for or installs patches from a patch baseline.
parameters:
  Operation: { type: String, allowedValues: [Scan, Install] }
  AssociationId: { type: String, default: '' }
  SnapshotId: { type: String, default: '' }
  InstallOverrideList: { type: String, default: '' }
  BaselineOverride: { type: String, default: '' }
  RebootOption: { type: String, default: RebootIfNeeded, allowedValues: [RebootIfNeeded, NoReboot] }
mainSteps:
  - action: aws:runPowerShellScript
    name: PatchWindows
    precondition: { StringEquals: [platformType, Windows] }
    inputs: { timeoutSeconds: '7200', runCommand: ['{{ Operation }}'] }
  - action: aws:runShellScript
    name: PatchLinux
    precondition: { StringEquals: [platformType, Linux] }
    inputs: { timeoutSeconds: '7200', runCommand: ['{{ Operation }}'] }
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
    {"AWSFIS-Run-CPU-Stress", R"(schemaVersion: '2.2'
description: Runs CPU stress on an instance.
parameters:
  DurationSeconds: { type: String }
  CPU: { type: String, default: '0' }
  LoadPercent: { type: String, default: '100' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
)"},
    {"AWSFIS-Run-Disk-Fill", R"(schemaVersion: '2.2'
description: Fills a disk.
parameters:
  DurationSeconds: { type: String }
  Percent: { type: String, default: '95' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
)"},
    {"AWSFIS-Run-IO-Stress", R"(schemaVersion: '2.2'
description: Runs I/O stress on an instance.
parameters:
  DurationSeconds: { type: String }
  Workers: { type: String, default: '1' }
  Percent: { type: String, default: '80' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
)"},
    {"AWSFIS-Run-Kill-Process", R"(schemaVersion: '2.2'
description: Kills a process of an instance.
parameters:
  ProcessName: { type: String }
  Signal: { type: String, default: 'SIGTERM' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['killall --signal {{ Signal }} {{ ProcessName }}']
)"},
    {"AWSFIS-Run-Memory-Stress", R"(schemaVersion: '2.2'
description: Runs memory stress on an instance.
parameters:
  DurationSeconds: { type: String }
  Workers: { type: String, default: '1' }
  Percent: { type: String, default: '80' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
)"},
    {"AWSFIS-Run-Network-Blackhole-Port", R"(schemaVersion: '2.2'
description: Drops traffic of a port.
parameters:
  DurationSeconds: { type: String }
  Port: { type: String }
  Protocol: { type: String, default: 'tcp' }
  TrafficType: { type: String, default: 'ingress' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
)"},
    {"AWSFIS-Run-Network-Latency", R"(schemaVersion: '2.2'
description: Slows an interface.
parameters:
  DurationSeconds: { type: String }
  DelayMilliseconds: { type: String, default: '200' }
  Interface: { type: String, default: 'DEFAULT' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
)"},
    {"AWSFIS-Run-Network-Latency-Sources", R"(schemaVersion: '2.2'
description: Slows traffic to and from sources.
parameters:
  DurationSeconds: { type: String }
  DelayMilliseconds: { type: String, default: '200' }
  JitterMilliseconds: { type: String, default: '10' }
  FlowsPercent: { type: String, default: '100' }
  Interface: { type: String, default: 'DEFAULT' }
  Sources: { type: String, default: 'ALL' }
  TrafficType: { type: String, default: 'egress' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
)"},
    {"AWSFIS-Run-Network-Packet-Loss", R"(schemaVersion: '2.2'
description: Loses packets of an interface.
parameters:
  DurationSeconds: { type: String }
  LossPercent: { type: String, default: '7' }
  Interface: { type: String, default: 'DEFAULT' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
)"},
    {"AWSFIS-Run-Network-Packet-Loss-Sources", R"(schemaVersion: '2.2'
description: Loses packets to and from sources.
parameters:
  DurationSeconds: { type: String }
  LossPercent: { type: String, default: '7' }
  FlowsPercent: { type: String, default: '100' }
  Interface: { type: String, default: 'DEFAULT' }
  Sources: { type: String, default: 'ALL' }
  TrafficType: { type: String, default: 'egress' }
  InstallDependencies: { type: String, default: 'True' }
mainSteps:
  - name: inject
    action: aws:runShellScript
    inputs:
      runCommand: ['sleep {{ DurationSeconds }}']
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
