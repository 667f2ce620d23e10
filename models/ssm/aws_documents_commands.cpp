// Documents of AWS's own for Run Command.
// AWS: Systems Manager User Guide, "Run commands" (AWS-RunShellScript, AWS-RunPowerShellScript:
// executionTimeout 3600, at most 172800), "SSM Command document for patching:
// AWS-RunPatchBaseline", "Install or update Distributor packages", "Running scripts from GitHub"
// (AWS-RunRemoteScript), "Inventory", "Creating associations that run Ansible playbooks";
// CloudWatch User Guide, "Installing the CloudWatch agent using Systems Manager".
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kCommandDocuments[] = {
    {"AWS-ApplyAnsiblePlaybooks", R"(schemaVersion: '2.2'
description: Runs Ansible playbooks.
parameters:
  SourceType: { type: String, allowedValues: [GitHub, S3] }
  SourceInfo: { type: StringMap, default: {} }
  InstallDependencies: { type: String, default: 'True' }
  PlaybookFile: { type: String, default: hello-world-playbook.yml }
  ExtraVariables: { type: String, default: SSM=True }
  Check: { type: String, default: 'False' }
  Verbose: { type: String, default: '-v' }
  TimeoutSeconds: { type: String, default: '3600' }
mainSteps:
  - action: aws:runShellScript
    name: runShellScript
    precondition: { StringEquals: [platformType, Linux] }
    inputs: { timeoutSeconds: '{{ TimeoutSeconds }}', runCommand: ['ansible-playbook {{ PlaybookFile }}'] }
)"},
    {"AWS-ConfigureAWSPackage", R"(schemaVersion: '2.2'
description: Installs or uninstalls a package of Distributor.
parameters:
  action: { type: String, allowedValues: [Install, Uninstall] }
  installationType: { type: String, default: Uninstall and reinstall, allowedValues: [Uninstall and reinstall, In-place update] }
  name: { type: String }
  version: { type: String, default: '' }
  additionalArguments: { type: StringMap, default: {} }
mainSteps:
  - action: aws:configurePackage
    name: configurePackage
    inputs: { name: '{{ name }}', action: '{{ action }}', installationType: '{{ installationType }}', version: '{{ version }}' }
)"},
    {"AWS-ConfigureDocker", R"(schemaVersion: '2.2'
description: Installs or uninstalls Docker.
parameters:
  action: { type: String, default: Install, allowedValues: [Install, Uninstall] }
mainSteps:
  - action: aws:runPowerShellScript
    name: ConfigureDocker
    precondition: { StringEquals: [platformType, Windows] }
    inputs: { timeoutSeconds: '3600', runCommand: ['{{ action }}'] }
  - action: aws:runShellScript
    name: ConfigureDockerLinux
    precondition: { StringEquals: [platformType, Linux] }
    inputs: { timeoutSeconds: '3600', runCommand: ['{{ action }}'] }
)"},
    {"AWS-GatherSoftwareInventory", R"(schemaVersion: '2.2'
description: Gathers what is installed on an instance.
parameters:
  applications: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  awsComponents: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  networkConfig: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  instanceDetailedInformation: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  windowsUpdates: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  services: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  windowsRoles: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  customInventory: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  billingInfo: { type: String, default: Enabled, allowedValues: [Enabled, Disabled] }
  files: { type: String, default: '' }
  windowsRegistry: { type: String, default: '' }
mainSteps:
  - action: aws:softwareInventory
    name: collectSoftwareInventoryItems
    inputs: { applications: '{{ applications }}' }
)"},
    {"AWS-InstallWindowsUpdates", R"(schemaVersion: '2.2'
description: Scans for or installs updates of Microsoft Windows.
parameters:
  Action: { type: String, default: Install, allowedValues: [Install, Scan] }
  AllowReboot: { type: String, default: 'True', allowedValues: ['True', 'False'] }
  IncludeKbs: { type: String, default: '' }
  ExcludeKbs: { type: String, default: '' }
  Categories: { type: String, default: '' }
  SeverityLevels: { type: String, default: '' }
mainSteps:
  - action: aws:runPowerShellScript
    name: runPowerShellScript
    precondition: { StringEquals: [platformType, Windows] }
    inputs: { timeoutSeconds: '14400', runCommand: ['{{ Action }}'] }
)"},
    {"AWS-RefreshAssociation", R"(schemaVersion: '2.2'
description: Applies associations at once.
parameters:
  associationIds: { type: StringList, default: [] }
mainSteps:
  - action: aws:refreshAssociation
    name: refreshAssociation
    inputs: { associationIds: '{{ associationIds }}' }
)"},
    {"AWS-RunAnsiblePlaybook", R"(schemaVersion: '2.2'
description: Runs an Ansible playbook.
parameters:
  playbook: { type: String, default: '' }
  playbookurl: { type: String, default: '' }
  extravars: { type: String, default: SSM=True }
  check: { type: String, default: 'False' }
  timeoutSeconds: { type: String, default: '3600' }
mainSteps:
  - action: aws:runShellScript
    name: runShellScript
    precondition: { StringEquals: [platformType, Linux] }
    inputs: { timeoutSeconds: '{{ timeoutSeconds }}', runCommand: ['ansible-playbook'] }
)"},
    {"AWS-RunDocument", R"(schemaVersion: '2.2'
description: Runs a document that stands elsewhere.
parameters:
  sourceType: { type: String, default: SSMDocument, allowedValues: [GitHub, S3, SSMDocument] }
  sourceInfo: { type: StringMap, default: {} }
  documentParameters: { type: StringMap, default: {} }
mainSteps:
  - action: aws:runDocument
    name: runDocument
    inputs: { documentType: LocalPath, documentPath: '{{ sourceType }}', documentParameters: '{{ documentParameters }}' }
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
  executionTimeout: { type: String, default: '3600', allowedPattern: '([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)' }
runtimeConfig:
  aws:runPowerShellScript:
    properties:
      - { id: 0.aws:runPowerShellScript, runCommand: '{{ commands }}',
          workingDirectory: '{{ workingDirectory }}', timeoutSeconds: '{{ executionTimeout }}' }
)"},
    {"AWS-RunRemoteScript", R"(schemaVersion: '2.2'
description: Runs a script that stands elsewhere.
parameters:
  sourceType: { type: String, allowedValues: [GitHub, S3] }
  sourceInfo: { type: StringMap, default: {} }
  commandLine: { type: String }
  workingDirectory: { type: String, default: '' }
  executionTimeout: { type: String, default: '3600' }
mainSteps:
  - action: aws:downloadContent
    name: downloadContent
    inputs: { sourceType: '{{ sourceType }}', sourceInfo: '{{ sourceInfo }}', destinationPath: '{{ workingDirectory }}' }
  - action: aws:runPowerShellScript
    name: runPowerShellScript
    precondition: { StringEquals: [platformType, Windows] }
    inputs: { timeoutSeconds: '{{ executionTimeout }}', runCommand: ['{{ commandLine }}'] }
  - action: aws:runShellScript
    name: runShellScript
    precondition: { StringEquals: [platformType, Linux] }
    inputs: { timeoutSeconds: '{{ executionTimeout }}', runCommand: ['{{ commandLine }}'] }
)"},
    {"AWS-RunShellScript", R"(schemaVersion: '1.2'
description: Runs a shell script.
parameters:
  commands: { type: StringList }
  workingDirectory: { type: String, default: '' }
  executionTimeout: { type: String, default: '3600', allowedPattern: '([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)' }
runtimeConfig:
  aws:runShellScript:
    properties:
      - { id: 0.aws:runShellScript, runCommand: '{{ commands }}',
          workingDirectory: '{{ workingDirectory }}', timeoutSeconds: '{{ executionTimeout }}' }
)"},
    {"AWS-UpdateSSMAgent", R"(schemaVersion: '2.2'
description: Updates the SSM Agent.
parameters:
  version: { type: String, default: '' }
  allowDowngrade: { type: String, default: 'false', allowedValues: ['true', 'false'] }
mainSteps:
  - action: aws:runShellScript
    name: updateAgent
    inputs: { timeoutSeconds: '3600', runCommand: ['update the agent'] }
)"},
    {"AmazonCloudWatch-ManageAgent", R"(schemaVersion: '2.2'
description: Configures, starts or stops the CloudWatch agent.
parameters:
  action: { type: String, default: configure }
  mode: { type: String, default: ec2 }
  optionalConfigurationSource: { type: String, default: ssm }
  optionalConfigurationLocation: { type: String, default: '' }
  optionalOpenTelemetryCollectorConfigurationSource: { type: String, default: ssm }
  optionalOpenTelemetryCollectorConfigurationLocation: { type: String, default: '' }
  optionalRestart: { type: String, default: 'yes', allowedValues: ['yes', 'no'] }
mainSteps:
  - action: aws:runPowerShellScript
    name: ControlCloudWatchAgentWindows
    precondition: { StringEquals: [platformType, Windows] }
    inputs: { timeoutSeconds: '3600', runCommand: ['{{ action }}'] }
  - action: aws:runShellScript
    name: ControlCloudWatchAgentLinux
    precondition: { StringEquals: [platformType, Linux] }
    inputs: { timeoutSeconds: '3600', runCommand: ['{{ action }}'] }
)"},
};

}  // namespace

std::span<const AwsDocument> aws_command_documents() { return kCommandDocuments; }

}  // namespace opsim::ssm
