// Runbooks of AWS's own for volumes, snapshots, images and stacks.
// AWS: Systems Manager Automation runbook reference, the page of each; AWS-UpdateLinuxAmi leaves
// out its steps for the agent and the scripts before and after.
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kImageDocuments[] = {
    {"AWS-AttachEBSVolume", "Attaches an EBS volume to an instance.",
     "Device; InstanceId; VolumeId",
     R"(attachVolume: api ec2:AttachVolume { Device: '{{ Device }}', InstanceId: '{{ InstanceId }}', VolumeId: '{{ VolumeId }}' }
waitForVolume: wait ec2:DescribeVolumes { VolumeIds: ['{{ VolumeId }}'] } -> $.Volumes[0].State = [in-use])"},
    {"AWS-CopySnapshot", "Copies a snapshot of an EBS volume.",
     "SnapshotId; SourceRegion; Description = ''",
     R"(copySnapshot: api ec2:CopySnapshot { SourceSnapshotId: '{{ SnapshotId }}', SourceRegion: '{{ SourceRegion }}', Description: '{{ Description }}' }
  gives SnapshotId = $.SnapshotId
verifySnapshot: wait ec2:DescribeSnapshots { SnapshotIds: ['{{ copySnapshot.SnapshotId }}'] } -> $.Snapshots[0].State = [completed])",
     "[copySnapshot.SnapshotId]"},
    {"AWS-CreateImage", "Makes an AMI of an EC2 instance.", "InstanceId; NoReboot: Boolean = false",
     R"(createImage: aws:createImage { InstanceId: '{{ InstanceId }}', ImageName: '{{ InstanceId }}_{{ automation:EXECUTION_ID }}', NoReboot: '{{ NoReboot }}' })",
     "[createImage.ImageId]"},
    {"AWS-CreateSnapshot", "Makes a snapshot of an EBS volume.", "VolumeId; Description = ''",
     R"(createSnapshot: api ec2:CreateSnapshot { VolumeId: '{{ VolumeId }}', Description: '{{ Description }}' }
  gives Payload: StringMap = $
  gives SnapshotId = $.SnapshotId
verifySnapshot: wait ec2:DescribeSnapshots { SnapshotIds: ['{{ createSnapshot.SnapshotId }}'] } -> $.Snapshots[0].State = [completed])",
     "[createSnapshot.Payload]"},
    {"AWS-DeleteCloudFormationStack", "Deletes a stack.", "StackNameOrId",
     R"(DeleteStack: aws:deleteStack { StackName: '{{ StackNameOrId }}' })"},
    {"AWS-DeleteImage", "Deregisters an AMI and deletes its snapshots.", "ImageId",
     R"(deleteImage: aws:deleteImage { ImageId: '{{ ImageId }}' })"},
    {"AWS-DeleteSnapshot", "Deletes a snapshot of an EBS volume.", "SnapshotId",
     R"(deleteSnapshot: api ec2:DeleteSnapshot { SnapshotId: '{{ SnapshotId }}' })"},
    {"AWS-DetachEBSVolume", "Detaches an EBS volume.", "VolumeId; LambdaAssumeRole = ''",
     R"(detachVolume: api ec2:DetachVolume { VolumeId: '{{ VolumeId }}' }
waitForVolume: wait ec2:DescribeVolumes { VolumeIds: ['{{ VolumeId }}'] } -> $.Volumes[0].State = [available])"},
    {"AWS-UpdateCloudFormationStack", "Updates a stack with a template at a URL.",
     "StackNameOrId; TemplateUrl; LambdaAssumeRole = ''",
     R"(UpdateStack: api cloudformation:UpdateStack { StackName: '{{ StackNameOrId }}', TemplateURL: '{{ TemplateUrl }}' }
WaitForStack: wait cloudformation:DescribeStacks { StackName: '{{ StackNameOrId }}' } -> $.Stacks[0].StackStatus = [UPDATE_COMPLETE]
  timeoutSeconds: 3600)"},
    {"AWS-UpdateLinuxAmi", "Updates an AMI with the packages of its Linux distribution.",
     "SourceAmiId; IamInstanceProfileName = ManagedInstanceProfile; TargetAmiName = "
     "'UpdateLinuxAmi_from_{{ SourceAmiId }}_on_{{ global:DATE_TIME }}'; InstanceType = t2.micro; "
     "SubnetId = ''; SecurityGroupIds: StringList = []; PreUpdateScript = none; PostUpdateScript = "
     "none; IncludePackages = all; ExcludePackages = none",
     R"(launchInstance: aws:runInstances { ImageId: '{{ SourceAmiId }}', InstanceType: '{{ InstanceType }}', MinInstanceCount: 1, MaxInstanceCount: 1, IamInstanceProfileName: '{{ IamInstanceProfileName }}' }
  maxAttempts: 3
  timeoutSeconds: 1200
  onFailure: Abort
updateOSSoftware: aws:runCommand { DocumentName: AWS-RunShellScript, InstanceIds: '{{ launchInstance.InstanceIds }}', Parameters: { commands: [update packages] } }
  maxAttempts: 3
  onFailure: Abort
  timeoutSeconds: 3600
stopInstance: stopped '{{ launchInstance.InstanceIds }}'
createImage: aws:createImage { InstanceId: '{{ launchInstance.InstanceIds }}', ImageName: '{{ TargetAmiName }}', NoReboot: true }
  onFailure: Abort
terminateInstance: terminated '{{ launchInstance.InstanceIds }}')",
     "[createImage.ImageId]"},
    {"AWS-UpdateWindowsAmi", "Updates an AMI of Microsoft Windows.",
     "SourceAmiId; IamInstanceProfileName = ManagedInstanceProfile; TargetAmiName = "
     "'UpdateWindowsAmi_from_{{ SourceAmiId }}_on_{{ global:DATE_TIME }}'; InstanceType = "
     "t2.medium; SubnetId = ''; SecurityGroupIds: StringList = []; PreUpdateScript = ''; "
     "PostUpdateScript = ''; IncludeKbs = ''; ExcludeKbs = ''; Categories = ''; SeverityLevels = "
     "''",
     R"(launchInstance: aws:runInstances { ImageId: '{{ SourceAmiId }}', InstanceType: '{{ InstanceType }}', MinInstanceCount: 1, MaxInstanceCount: 1, IamInstanceProfileName: '{{ IamInstanceProfileName }}' }
  maxAttempts: 3
  timeoutSeconds: 1200
  onFailure: Abort
installWindowsUpdates: aws:runCommand { DocumentName: AWS-InstallWindowsUpdates, InstanceIds: '{{ launchInstance.InstanceIds }}', Parameters: { Action: Install } }
  maxAttempts: 3
  onFailure: Abort
  timeoutSeconds: 14400
stopInstance: stopped '{{ launchInstance.InstanceIds }}'
createImage: aws:createImage { InstanceId: '{{ launchInstance.InstanceIds }}', ImageName: '{{ TargetAmiName }}', NoReboot: true }
  onFailure: Abort
terminateInstance: terminated '{{ launchInstance.InstanceIds }}')",
     "[createImage.ImageId]"},
};

}  // namespace

std::span<const AwsDocument> aws_image_runbooks() { return kImageDocuments; }

}  // namespace opsim::ssm
