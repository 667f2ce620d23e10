// Runbooks of AWS's own for instances. What a runbook of AWS's does by a script or a function of
// its own is an API call here where one says the same; else a script, which does what physics says.
// AWS: Systems Manager Automation runbook reference, the page of each;
// AWS-PatchInstanceWithRollback leaves out the stack with its functions.
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
