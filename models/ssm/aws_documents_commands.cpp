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
    {"AWS-ApplyAnsiblePlaybooks", "Runs Ansible playbooks.",
     "SourceType in [GitHub, S3]; SourceInfo: StringMap = {}; InstallDependencies = 'True'; "
     "PlaybookFile = hello-world-playbook.yml; ExtraVariables = SSM=True; Check = 'False'; Verbose "
     "= '-v'; TimeoutSeconds = '3600'",
     R"(runShellScript: linux { timeoutSeconds: '{{ TimeoutSeconds }}', runCommand: ['ansible-playbook {{ PlaybookFile }}'] })"},
    {"AWS-ConfigureAWSPackage", "Installs or uninstalls a package of Distributor.",
     "action in [Install, Uninstall]; installationType in [Uninstall and reinstall, In-place "
     "update] = Uninstall and reinstall; name; version = ''; additionalArguments: StringMap = {}",
     R"(configurePackage: aws:configurePackage { name: '{{ name }}', action: '{{ action }}', installationType: '{{ installationType }}', version: '{{ version }}' })"},
    {"AWS-ConfigureDocker", "Installs or uninstalls Docker.",
     "action in [Install, Uninstall] = Install",
     R"(ConfigureDocker: windows { timeoutSeconds: '3600', runCommand: ['{{ action }}'] }
ConfigureDockerLinux: linux { timeoutSeconds: '3600', runCommand: ['{{ action }}'] })"},
    {"AWS-GatherSoftwareInventory", "Gathers what is installed on an instance.",
     "applications in [Enabled, Disabled] = Enabled; awsComponents in [Enabled, Disabled] = "
     "Enabled; networkConfig in [Enabled, Disabled] = Enabled; instanceDetailedInformation in "
     "[Enabled, Disabled] = Enabled; windowsUpdates in [Enabled, Disabled] = Enabled; services in "
     "[Enabled, Disabled] = Enabled; windowsRoles in [Enabled, Disabled] = Enabled; "
     "customInventory in [Enabled, Disabled] = Enabled; billingInfo in [Enabled, Disabled] = "
     "Enabled; files = ''; windowsRegistry = ''",
     R"(collectSoftwareInventoryItems: aws:softwareInventory { applications: '{{ applications }}' })"},
    {"AWS-InstallWindowsUpdates", "Scans for or installs updates of Microsoft Windows.",
     "Action in [Install, Scan] = Install; AllowReboot in ['True', 'False'] = 'True'; IncludeKbs = "
     "''; ExcludeKbs = ''; Categories = ''; SeverityLevels = ''",
     R"(runPowerShellScript: windows { timeoutSeconds: '14400', runCommand: ['{{ Action }}'] })"},
    {"AWS-RefreshAssociation", "Applies associations at once.", "associationIds: StringList = []",
     R"(refreshAssociation: aws:refreshAssociation { associationIds: '{{ associationIds }}' })"},
    {"AWS-RunAnsiblePlaybook", "Runs an Ansible playbook.",
     "playbook = ''; playbookurl = ''; extravars = SSM=True; check = 'False'; timeoutSeconds = "
     "'3600'",
     R"(runShellScript: linux { timeoutSeconds: '{{ timeoutSeconds }}', runCommand: [ansible-playbook] })"},
    {"AWS-RunDocument", "Runs a document that stands elsewhere.",
     "sourceType in [GitHub, S3, SSMDocument] = SSMDocument; sourceInfo: StringMap = {}; "
     "documentParameters: StringMap = {}",
     R"(runDocument: aws:runDocument { documentType: LocalPath, documentPath: '{{ sourceType }}', documentParameters: '{{ documentParameters }}' })"},
    {"AWS-RunPatchBaseline", "Scans for or installs patches from a patch baseline.",
     "Operation in [Scan, Install]; AssociationId = ''; SnapshotId = ''; InstallOverrideList = ''; "
     "BaselineOverride = ''; RebootOption in [RebootIfNeeded, NoReboot] = RebootIfNeeded",
     R"(PatchWindows: windows { timeoutSeconds: '7200', runCommand: ['{{ Operation }}'] }
PatchLinux: linux { timeoutSeconds: '7200', runCommand: ['{{ Operation }}'] })"},
    {"AWS-RunPowerShellScript", "Runs a PowerShell script.",
     "commands: StringList; workingDirectory = ''; executionTimeout = '3600' like "
     "'([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)'",
     "aws:runPowerShellScript"},
    {"AWS-RunRemoteScript", "Runs a script that stands elsewhere.",
     "sourceType in [GitHub, S3]; sourceInfo: StringMap = {}; commandLine; workingDirectory = ''; "
     "executionTimeout = '3600'",
     R"(downloadContent: aws:downloadContent { sourceType: '{{ sourceType }}', sourceInfo: '{{ sourceInfo }}', destinationPath: '{{ workingDirectory }}' }
runPowerShellScript: windows { timeoutSeconds: '{{ executionTimeout }}', runCommand: ['{{ commandLine }}'] }
runShellScript: linux { timeoutSeconds: '{{ executionTimeout }}', runCommand: ['{{ commandLine }}'] })"},
    {"AWS-RunShellScript", "Runs a shell script.",
     "commands: StringList; workingDirectory = ''; executionTimeout = '3600' like "
     "'([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)'",
     "aws:runShellScript"},
    {"AWS-UpdateSSMAgent", "Updates the SSM Agent.",
     "version = ''; allowDowngrade in ['true', 'false'] = 'false'",
     R"(updateAgent: aws:runShellScript { timeoutSeconds: '3600', runCommand: [update the agent] })"},
    {"AmazonCloudWatch-ManageAgent", "Configures, starts or stops the CloudWatch agent.",
     "action = configure; mode = ec2; optionalConfigurationSource = ssm; "
     "optionalConfigurationLocation = ''; optionalOpenTelemetryCollectorConfigurationSource = ssm; "
     "optionalOpenTelemetryCollectorConfigurationLocation = ''; optionalRestart in ['yes', 'no'] = "
     "'yes'",
     R"(ControlCloudWatchAgentWindows: windows { timeoutSeconds: '3600', runCommand: ['{{ action }}'] }
ControlCloudWatchAgentLinux: linux { timeoutSeconds: '3600', runCommand: ['{{ action }}'] })"},
};

}  // namespace

std::span<const AwsDocument> aws_command_documents() { return kCommandDocuments; }

}  // namespace opsim::ssm
