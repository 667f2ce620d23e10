// The documents with which AWS FIS hurts instances: our own short definitions with their names and
// parameters. AWS: FIS User Guide, "Pre-configured AWS FIS SSM documents" (AWSFIS-Run-*).
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kFaultDocuments[] = {
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

}  // namespace

std::span<const AwsDocument> aws_fault_documents() { return kFaultDocuments; }

}  // namespace opsim::ssm
