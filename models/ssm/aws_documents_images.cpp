// Runbooks of AWS's own for volumes, snapshots, images and stacks.
// AWS: Systems Manager Automation runbook reference, the page of each; AWS-UpdateLinuxAmi leaves
// out its steps for the agent and the scripts before and after.
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kImageDocuments[] = {
    {"AWS-AttachEBSVolume", R"(schemaVersion: '0.3'
description: Attaches an EBS volume to an instance.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  Device: { type: String }
  InstanceId: { type: String }
  VolumeId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: attachVolume
    action: aws:executeAwsApi
    inputs:
      { Service: ec2, Api: AttachVolume, Device: '{{ Device }}', InstanceId: '{{ InstanceId }}', VolumeId: '{{ VolumeId }}' }
  - name: waitForVolume
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: ec2, Api: DescribeVolumes, VolumeIds: ['{{ VolumeId }}'], PropertySelector: '$.Volumes[0].State', DesiredValues: [in-use] }
)"},
    {"AWS-CopySnapshot", R"(schemaVersion: '0.3'
description: Copies a snapshot of an EBS volume.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  SnapshotId: { type: String }
  SourceRegion: { type: String }
  Description: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: copySnapshot
    action: aws:executeAwsApi
    outputs:
      - { Name: SnapshotId, Selector: '$.SnapshotId', Type: String }
    inputs:
      { Service: ec2, Api: CopySnapshot, SourceSnapshotId: '{{ SnapshotId }}', SourceRegion: '{{ SourceRegion }}', Description: '{{ Description }}' }
  - name: verifySnapshot
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: ec2, Api: DescribeSnapshots, SnapshotIds: ['{{ copySnapshot.SnapshotId }}'], PropertySelector: '$.Snapshots[0].State', DesiredValues: [completed] }
outputs: [copySnapshot.SnapshotId]
)"},
    {"AWS-CreateImage", R"(schemaVersion: '0.3'
description: Makes an AMI of an EC2 instance.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  NoReboot: { type: Boolean, default: false }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: createImage
    action: aws:createImage
    inputs:
      { InstanceId: '{{ InstanceId }}', ImageName: '{{ InstanceId }}_{{ automation:EXECUTION_ID }}', NoReboot: '{{ NoReboot }}' }
outputs: [createImage.ImageId]
)"},
    {"AWS-CreateSnapshot", R"(schemaVersion: '0.3'
description: Makes a snapshot of an EBS volume.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  VolumeId: { type: String }
  Description: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: createSnapshot
    action: aws:executeAwsApi
    outputs:
      - { Name: Payload, Selector: '$', Type: StringMap }
      - { Name: SnapshotId, Selector: '$.SnapshotId', Type: String }
    inputs:
      { Service: ec2, Api: CreateSnapshot, VolumeId: '{{ VolumeId }}', Description: '{{ Description }}' }
  - name: verifySnapshot
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: ec2, Api: DescribeSnapshots, SnapshotIds: ['{{ createSnapshot.SnapshotId }}'], PropertySelector: '$.Snapshots[0].State', DesiredValues: [completed] }
outputs: [createSnapshot.Payload]
)"},
    {"AWS-DeleteCloudFormationStack", R"(schemaVersion: '0.3'
description: Deletes a stack.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  StackNameOrId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: DeleteStack
    action: aws:deleteStack
    inputs: { StackName: '{{ StackNameOrId }}' }
)"},
    {"AWS-DeleteImage", R"(schemaVersion: '0.3'
description: Deregisters an AMI and deletes its snapshots.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  ImageId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: deleteImage
    action: aws:deleteImage
    inputs: { ImageId: '{{ ImageId }}' }
)"},
    {"AWS-DeleteSnapshot", R"(schemaVersion: '0.3'
description: Deletes a snapshot of an EBS volume.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  SnapshotId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: deleteSnapshot
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DeleteSnapshot, SnapshotId: '{{ SnapshotId }}' }
)"},
    {"AWS-DetachEBSVolume", R"(schemaVersion: '0.3'
description: Detaches an EBS volume.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  VolumeId: { type: String }
  LambdaAssumeRole: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: detachVolume
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DetachVolume, VolumeId: '{{ VolumeId }}' }
  - name: waitForVolume
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: ec2, Api: DescribeVolumes, VolumeIds: ['{{ VolumeId }}'], PropertySelector: '$.Volumes[0].State', DesiredValues: [available] }
)"},
    {"AWS-UpdateCloudFormationStack", R"(schemaVersion: '0.3'
description: Updates a stack with a template at a URL.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  StackNameOrId: { type: String }
  TemplateUrl: { type: String }
  LambdaAssumeRole: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: UpdateStack
    action: aws:executeAwsApi
    inputs:
      { Service: cloudformation, Api: UpdateStack, StackName: '{{ StackNameOrId }}', TemplateURL: '{{ TemplateUrl }}' }
  - name: WaitForStack
    action: aws:waitForAwsResourceProperty
    timeoutSeconds: 3600
    inputs:
      { Service: cloudformation, Api: DescribeStacks, StackName: '{{ StackNameOrId }}', PropertySelector: '$.Stacks[0].StackStatus', DesiredValues: [UPDATE_COMPLETE] }
)"},
    {"AWS-UpdateLinuxAmi", R"(schemaVersion: '0.3'
description: Updates an AMI with the packages of its Linux distribution.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  SourceAmiId: { type: String }
  IamInstanceProfileName: { type: String, default: ManagedInstanceProfile }
  TargetAmiName: { type: String, default: 'UpdateLinuxAmi_from_{{ SourceAmiId }}_on_{{ global:DATE_TIME }}' }
  InstanceType: { type: String, default: t2.micro }
  SubnetId: { type: String, default: '' }
  SecurityGroupIds: { type: StringList, default: [] }
  PreUpdateScript: { type: String, default: none }
  PostUpdateScript: { type: String, default: none }
  IncludePackages: { type: String, default: all }
  ExcludePackages: { type: String, default: none }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: launchInstance
    action: aws:runInstances
    maxAttempts: 3
    timeoutSeconds: 1200
    onFailure: Abort
    inputs:
      { ImageId: '{{ SourceAmiId }}', InstanceType: '{{ InstanceType }}', MinInstanceCount: 1, MaxInstanceCount: 1, IamInstanceProfileName: '{{ IamInstanceProfileName }}' }
  - name: updateOSSoftware
    action: aws:runCommand
    maxAttempts: 3
    onFailure: Abort
    timeoutSeconds: 3600
    inputs:
      { DocumentName: AWS-RunShellScript, InstanceIds: '{{ launchInstance.InstanceIds }}', Parameters: { commands: ['update packages'] } }
  - name: stopInstance
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ launchInstance.InstanceIds }}', DesiredState: stopped }
  - name: createImage
    action: aws:createImage
    onFailure: Abort
    inputs:
      { InstanceId: '{{ launchInstance.InstanceIds }}', ImageName: '{{ TargetAmiName }}', NoReboot: true }
  - name: terminateInstance
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ launchInstance.InstanceIds }}', DesiredState: terminated }
outputs: [createImage.ImageId]
)"},
    {"AWS-UpdateWindowsAmi", R"(schemaVersion: '0.3'
description: Updates an AMI of Microsoft Windows.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  SourceAmiId: { type: String }
  IamInstanceProfileName: { type: String, default: ManagedInstanceProfile }
  TargetAmiName: { type: String, default: 'UpdateWindowsAmi_from_{{ SourceAmiId }}_on_{{ global:DATE_TIME }}' }
  InstanceType: { type: String, default: t2.medium }
  SubnetId: { type: String, default: '' }
  SecurityGroupIds: { type: StringList, default: [] }
  PreUpdateScript: { type: String, default: '' }
  PostUpdateScript: { type: String, default: '' }
  IncludeKbs: { type: String, default: '' }
  ExcludeKbs: { type: String, default: '' }
  Categories: { type: String, default: '' }
  SeverityLevels: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: launchInstance
    action: aws:runInstances
    maxAttempts: 3
    timeoutSeconds: 1200
    onFailure: Abort
    inputs:
      { ImageId: '{{ SourceAmiId }}', InstanceType: '{{ InstanceType }}', MinInstanceCount: 1, MaxInstanceCount: 1, IamInstanceProfileName: '{{ IamInstanceProfileName }}' }
  - name: installWindowsUpdates
    action: aws:runCommand
    maxAttempts: 3
    onFailure: Abort
    timeoutSeconds: 14400
    inputs:
      { DocumentName: AWS-InstallWindowsUpdates, InstanceIds: '{{ launchInstance.InstanceIds }}', Parameters: { Action: Install } }
  - name: stopInstance
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ launchInstance.InstanceIds }}', DesiredState: stopped }
  - name: createImage
    action: aws:createImage
    onFailure: Abort
    inputs:
      { InstanceId: '{{ launchInstance.InstanceIds }}', ImageName: '{{ TargetAmiName }}', NoReboot: true }
  - name: terminateInstance
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ launchInstance.InstanceIds }}', DesiredState: terminated }
outputs: [createImage.ImageId]
)"},
};

}  // namespace

std::span<const AwsDocument> aws_image_runbooks() { return kImageDocuments; }

}  // namespace opsim::ssm
