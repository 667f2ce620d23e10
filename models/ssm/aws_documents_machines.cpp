// Runbooks of AWS's own for instances, volumes, images and stacks. What a runbook of AWS's does by
// a script or a function of its own is an API call here where one says the same; else a script,
// which does what physics says. AWS: Systems Manager Automation runbook reference, the page of
// each; AWS-UpdateLinuxAmi leaves out its steps for the agent and the scripts before and after,
// AWS-PatchInstanceWithRollback the stack with its functions.
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kMachineDocuments[] = {
    {"AWS-ASGEnterStandby", R"(schemaVersion: '0.3'
description: Moves an instance of an Auto Scaling group into standby.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  LambdaRoleArn: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: getAutoScalingGroup
    action: aws:executeAwsApi
    outputs:
      - { Name: Name, Selector: '$.AutoScalingInstances[0].AutoScalingGroupName', Type: String }
    inputs:
      { Service: autoscaling, Api: DescribeAutoScalingInstances, InstanceIds: ['{{ InstanceId }}'] }
  - name: enterStandby
    action: aws:executeAwsApi
    inputs:
      { Service: autoscaling, Api: EnterStandby, InstanceIds: ['{{ InstanceId }}'], AutoScalingGroupName: '{{ getAutoScalingGroup.Name }}', ShouldDecrementDesiredCapacity: true }
)"},
    {"AWS-ASGExitStandby", R"(schemaVersion: '0.3'
description: Moves an instance of an Auto Scaling group out of standby.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  LambdaRoleArn: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: getAutoScalingGroup
    action: aws:executeAwsApi
    outputs:
      - { Name: Name, Selector: '$.AutoScalingInstances[0].AutoScalingGroupName', Type: String }
    inputs:
      { Service: autoscaling, Api: DescribeAutoScalingInstances, InstanceIds: ['{{ InstanceId }}'] }
  - name: exitStandby
    action: aws:executeAwsApi
    inputs:
      { Service: autoscaling, Api: ExitStandby, InstanceIds: ['{{ InstanceId }}'], AutoScalingGroupName: '{{ getAutoScalingGroup.Name }}' }
)"},
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
    {"AWS-AttachIAMToInstance", R"(schemaVersion: '0.3'
description: Gives an instance the profile of a role.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  RoleName: { type: String }
  ForceReplace: { type: Boolean, default: true }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: attachIAMToInstance
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { InstanceId: '{{ InstanceId }}', RoleName: '{{ RoleName }}', ForceReplace: '{{ ForceReplace }}' }
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
    {"AWS-PatchAsgInstance", R"(schemaVersion: '0.3'
description: Patches an instance of an Auto Scaling group, in standby.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  LambdaRoleArn: { type: String, default: '' }
  WaitForInstance: { type: String, default: PT2M }
  WaitForReboot: { type: String, default: PT5M }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: getAutoScalingGroup
    action: aws:executeAwsApi
    outputs:
      - { Name: Name, Selector: '$.AutoScalingInstances[0].AutoScalingGroupName', Type: String }
    inputs:
      { Service: autoscaling, Api: DescribeAutoScalingInstances, InstanceIds: ['{{ InstanceId }}'] }
  - name: enterStandby
    action: aws:executeAwsApi
    inputs:
      { Service: autoscaling, Api: EnterStandby, InstanceIds: ['{{ InstanceId }}'], AutoScalingGroupName: '{{ getAutoScalingGroup.Name }}', ShouldDecrementDesiredCapacity: true }
  - name: waitForInstance
    action: aws:sleep
    inputs: { Duration: '{{ WaitForInstance }}' }
  - name: installMissingUpdates
    action: aws:runCommand
    timeoutSeconds: 14400
    onFailure: step:exitStandby
    inputs:
      { DocumentName: AWS-RunPatchBaseline, InstanceIds: ['{{ InstanceId }}'], Parameters: { Operation: [Install] } }
  - name: waitForReboot
    action: aws:sleep
    inputs: { Duration: '{{ WaitForReboot }}' }
  - name: exitStandby
    action: aws:executeAwsApi
    inputs:
      { Service: autoscaling, Api: ExitStandby, InstanceIds: ['{{ InstanceId }}'], AutoScalingGroupName: '{{ getAutoScalingGroup.Name }}' }
)"},
    {"AWS-PatchInstanceWithRollback", R"(schemaVersion: '0.3'
description: Patches an instance; its root volume is put back where that fails.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  LambdaAssumeRole: { type: String, default: '' }
  ReportS3Bucket: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: IdentifyRootVolume
    action: aws:executeAwsApi
    outputs:
      - { Name: Payload, Selector: '$.Reservations[0].Instances[0].BlockDeviceMappings[0].Ebs.VolumeId', Type: String }
    inputs: { Service: ec2, Api: DescribeInstances, InstanceIds: ['{{ InstanceId }}'] }
  - name: PrePatchSnapshot
    action: aws:executeAutomation
    inputs:
      { DocumentName: AWS-CreateSnapshot, RuntimeParameters: { VolumeId: ['{{ IdentifyRootVolume.Payload }}'] } }
  - name: installMissingUpdates
    action: aws:runCommand
    timeoutSeconds: 14400
    onFailure: step:RestoreFromSnapshot
    inputs:
      { DocumentName: AWS-RunPatchBaseline, InstanceIds: ['{{ InstanceId }}'], Parameters: { Operation: [Install] } }
  - name: CheckCompliance
    action: aws:executeScript
    onFailure: step:RestoreFromSnapshot
    isEnd: true
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { instanceId: '{{ InstanceId }}' }
  - name: RestoreFromSnapshot
    action: aws:executeScript
    isEnd: true
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { instanceId: '{{ InstanceId }}' }
outputs: [IdentifyRootVolume.Payload, PrePatchSnapshot.Output]
)"},
    {"AWS-ResizeInstance", R"(schemaVersion: '0.3'
description: Changes the type of an EC2 instance.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  InstanceType: { type: String }
  SleepWait: { type: String, default: PT5S }
  LambdaAssumeRole: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: assertInstanceType
    action: aws:assertAwsResourceProperty
    isCritical: false
    onFailure: step:stopInstance
    isEnd: true
    inputs:
      { Service: ec2, Api: DescribeInstances, InstanceIds: ['{{ InstanceId }}'], PropertySelector: '$.Reservations[0].Instances[0].InstanceType', DesiredValues: ['{{ InstanceType }}'] }
  - name: stopInstance
    action: aws:changeInstanceState
    inputs: { InstanceIds: ['{{ InstanceId }}'], DesiredState: stopped }
  - name: resizeInstance
    action: aws:executeAwsApi
    inputs:
      { Service: ec2, Api: ModifyInstanceAttribute, InstanceId: '{{ InstanceId }}', InstanceType: { Value: '{{ InstanceType }}' } }
  - name: wait
    action: aws:sleep
    inputs: { Duration: '{{ SleepWait }}' }
  - name: startInstance
    action: aws:changeInstanceState
    inputs: { InstanceIds: ['{{ InstanceId }}'], DesiredState: running }
)"},
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
    {"AWS-RestartEC2InstanceWithApproval", R"(schemaVersion: '0.3'
description: Asks for an approval and restarts EC2 instances.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: StringList }
  Approvers: { type: StringList }
  SNSTopicArn: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: approve
    action: aws:approve
    onFailure: Abort
    inputs:
      NotificationArn: '{{ SNSTopicArn }}'
      Approvers: '{{ Approvers }}'
  - name: stopInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: stopped }
  - name: startInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: running }
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
    {"AWS-StartEC2InstanceWithApproval", R"(schemaVersion: '0.3'
description: Asks for an approval and starts EC2 instances.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: StringList }
  Approvers: { type: StringList }
  SNSTopicArn: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: approve
    action: aws:approve
    onFailure: Abort
    inputs:
      NotificationArn: '{{ SNSTopicArn }}'
      Approvers: '{{ Approvers }}'
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
    {"AWS-StopEC2InstanceWithApproval", R"(schemaVersion: '0.3'
description: Asks for an approval and stops EC2 instances.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: StringList }
  Approvers: { type: StringList }
  SNSTopicArn: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: approve
    action: aws:approve
    onFailure: Abort
    inputs:
      NotificationArn: '{{ SNSTopicArn }}'
      Approvers: '{{ Approvers }}'
  - name: stopInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: stopped }
)"},
    {"AWS-TerminateEC2Instance", R"(schemaVersion: '0.3'
description: Terminates EC2 instances.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: StringList }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: terminateInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: terminated }
)"},
    {"AWS-TerminateEC2InstanceWithApproval", R"(schemaVersion: '0.3'
description: Asks for an approval and terminates EC2 instances.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: StringList }
  Approvers: { type: StringList }
  SNSTopicArn: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: approve
    action: aws:approve
    onFailure: Abort
    inputs:
      NotificationArn: '{{ SNSTopicArn }}'
      Approvers: '{{ Approvers }}'
  - name: terminateInstances
    action: aws:changeInstanceState
    inputs: { InstanceIds: '{{ InstanceId }}', DesiredState: terminated }
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
    {"AWSSupport-ExecuteEC2Rescue", R"(schemaVersion: '0.3'
description: Looks into an unreachable instance and mends it offline.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  UnreachableInstanceId: { type: String }
  LogDestination: { type: String, default: '' }
  EC2RescueInstanceType: { type: String, default: t3.medium }
  SubnetId: { type: String, default: SelectedInstanceSubnet }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: rescue
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { instanceId: '{{ UnreachableInstanceId }}' }
)"},
    {"AWSSupport-RestoreEC2InstanceFromSnapshot", R"(schemaVersion: '0.3'
description: Restores an instance from a snapshot of its root volume.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  SnapshotId: { type: String, default: '' }
  InplaceSwap: { type: String, default: 'false' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: restore
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { instanceId: '{{ InstanceId }}' }
)"},
    {"AWSSupport-TroubleshootManagedInstance", R"(schemaVersion: '0.3'
description: Finds out why Systems Manager does not manage an instance.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: diagnose
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { instanceId: '{{ InstanceId }}' }
)"},
};

}  // namespace

std::span<const AwsDocument> aws_machine_runbooks() { return kMachineDocuments; }

}  // namespace opsim::ssm
