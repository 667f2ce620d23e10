// Runbooks of AWS's own for instances. What a runbook of AWS's does by a script or a function of
// its own is an API call here where one says the same; else a script, which does what physics says.
// AWS: Systems Manager Automation runbook reference, the page of each;
// AWS-PatchInstanceWithRollback leaves out the stack with its functions.
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kMachineDocuments[] = {
    {"AWS-ASGEnterStandby", "Moves an instance of an Auto Scaling group into standby.",
     "InstanceId; LambdaRoleArn = ''",
     R"(getAutoScalingGroup: api autoscaling:DescribeAutoScalingInstances { InstanceIds: ['{{ InstanceId }}'] }
  gives Name = $.AutoScalingInstances[0].AutoScalingGroupName
enterStandby: api autoscaling:EnterStandby { InstanceIds: ['{{ InstanceId }}'], AutoScalingGroupName: '{{ getAutoScalingGroup.Name }}', ShouldDecrementDesiredCapacity: true })"},
    {"AWS-ASGExitStandby", "Moves an instance of an Auto Scaling group out of standby.",
     "InstanceId; LambdaRoleArn = ''",
     R"(getAutoScalingGroup: api autoscaling:DescribeAutoScalingInstances { InstanceIds: ['{{ InstanceId }}'] }
  gives Name = $.AutoScalingInstances[0].AutoScalingGroupName
exitStandby: api autoscaling:ExitStandby { InstanceIds: ['{{ InstanceId }}'], AutoScalingGroupName: '{{ getAutoScalingGroup.Name }}' })"},
    {"AWS-AttachIAMToInstance", "Gives an instance the profile of a role.",
     "InstanceId; RoleName; ForceReplace: Boolean = true",
     R"(attachIAMToInstance: script { InstanceId: '{{ InstanceId }}', RoleName: '{{ RoleName }}', ForceReplace: '{{ ForceReplace }}' })"},
    {"AWS-PatchAsgInstance", "Patches an instance of an Auto Scaling group, in standby.",
     "InstanceId; LambdaRoleArn = ''; WaitForInstance = PT2M; WaitForReboot = PT5M",
     R"(getAutoScalingGroup: api autoscaling:DescribeAutoScalingInstances { InstanceIds: ['{{ InstanceId }}'] }
  gives Name = $.AutoScalingInstances[0].AutoScalingGroupName
enterStandby: api autoscaling:EnterStandby { InstanceIds: ['{{ InstanceId }}'], AutoScalingGroupName: '{{ getAutoScalingGroup.Name }}', ShouldDecrementDesiredCapacity: true }
waitForInstance: aws:sleep { Duration: '{{ WaitForInstance }}' }
installMissingUpdates: aws:runCommand { DocumentName: AWS-RunPatchBaseline, InstanceIds: ['{{ InstanceId }}'], Parameters: { Operation: [Install] } }
  timeoutSeconds: 14400
  onFailure: 'step:exitStandby'
waitForReboot: aws:sleep { Duration: '{{ WaitForReboot }}' }
exitStandby: api autoscaling:ExitStandby { InstanceIds: ['{{ InstanceId }}'], AutoScalingGroupName: '{{ getAutoScalingGroup.Name }}' })"},
    {"AWS-PatchInstanceWithRollback",
     "Patches an instance; its root volume is put back where that fails.",
     "InstanceId; LambdaAssumeRole = ''; ReportS3Bucket = ''",
     R"(IdentifyRootVolume: api ec2:DescribeInstances { InstanceIds: ['{{ InstanceId }}'] }
  gives Payload = $.Reservations[0].Instances[0].BlockDeviceMappings[0].Ebs.VolumeId
PrePatchSnapshot: aws:executeAutomation { DocumentName: AWS-CreateSnapshot, RuntimeParameters: { VolumeId: ['{{ IdentifyRootVolume.Payload }}'] } }
installMissingUpdates: aws:runCommand { DocumentName: AWS-RunPatchBaseline, InstanceIds: ['{{ InstanceId }}'], Parameters: { Operation: [Install] } }
  timeoutSeconds: 14400
  onFailure: 'step:RestoreFromSnapshot'
CheckCompliance: script { instanceId: '{{ InstanceId }}' }
  onFailure: 'step:RestoreFromSnapshot'
  isEnd: true
RestoreFromSnapshot: script { instanceId: '{{ InstanceId }}' }
  isEnd: true)",
     "[IdentifyRootVolume.Payload, PrePatchSnapshot.Output]"},
    {"AWS-ResizeInstance", "Changes the type of an EC2 instance.",
     "InstanceId; InstanceType; SleepWait = PT5S; LambdaAssumeRole = ''",
     R"(assertInstanceType: assert ec2:DescribeInstances { InstanceIds: ['{{ InstanceId }}'] } -> $.Reservations[0].Instances[0].InstanceType = ['{{ InstanceType }}']
  isCritical: false
  onFailure: 'step:stopInstance'
  isEnd: true
stopInstance: stopped ['{{ InstanceId }}']
resizeInstance: api ec2:ModifyInstanceAttribute { InstanceId: '{{ InstanceId }}', InstanceType: { Value: '{{ InstanceType }}' } }
wait: aws:sleep { Duration: '{{ SleepWait }}' }
startInstance: running ['{{ InstanceId }}'])"},
    {"AWS-RestartEC2Instance", "Restarts EC2 instances.", "InstanceId: StringList",
     R"(stopInstances: stopped '{{ InstanceId }}'
startInstances: running '{{ InstanceId }}')"},
    {"AWS-RestartEC2InstanceWithApproval", "Asks for an approval and restarts EC2 instances.",
     "InstanceId: StringList; Approvers: StringList; SNSTopicArn",
     R"(approve: approve
stopInstances: stopped '{{ InstanceId }}'
startInstances: running '{{ InstanceId }}')"},
    {"AWS-StartEC2Instance", "Starts EC2 instances.", "InstanceId: StringList",
     R"(startInstances: running '{{ InstanceId }}')"},
    {"AWS-StartEC2InstanceWithApproval", "Asks for an approval and starts EC2 instances.",
     "InstanceId: StringList; Approvers: StringList; SNSTopicArn",
     R"(approve: approve
startInstances: running '{{ InstanceId }}')"},
    {"AWS-StopEC2Instance", "Stops EC2 instances.", "InstanceId: StringList",
     R"(stopInstances: stopped '{{ InstanceId }}')"},
    {"AWS-StopEC2InstanceWithApproval", "Asks for an approval and stops EC2 instances.",
     "InstanceId: StringList; Approvers: StringList; SNSTopicArn",
     R"(approve: approve
stopInstances: stopped '{{ InstanceId }}')"},
    {"AWS-TerminateEC2Instance", "Terminates EC2 instances.", "InstanceId: StringList",
     R"(terminateInstances: terminated '{{ InstanceId }}')"},
    {"AWS-TerminateEC2InstanceWithApproval", "Asks for an approval and terminates EC2 instances.",
     "InstanceId: StringList; Approvers: StringList; SNSTopicArn",
     R"(approve: approve
terminateInstances: terminated '{{ InstanceId }}')"},
    {"AWSSupport-ExecuteEC2Rescue", "Looks into an unreachable instance and mends it offline.",
     "UnreachableInstanceId; LogDestination = ''; EC2RescueInstanceType = t3.medium; SubnetId = "
     "SelectedInstanceSubnet",
     R"(rescue: script { instanceId: '{{ UnreachableInstanceId }}' })"},
    {"AWSSupport-RestoreEC2InstanceFromSnapshot",
     "Restores an instance from a snapshot of its root volume.",
     "InstanceId; SnapshotId = ''; InplaceSwap = 'false'",
     R"(restore: script { instanceId: '{{ InstanceId }}' })"},
    {"AWSSupport-TroubleshootManagedInstance",
     "Finds out why Systems Manager does not manage an instance.", "InstanceId",
     R"(diagnose: script { instanceId: '{{ InstanceId }}' })"},
};

}  // namespace

std::span<const AwsDocument> aws_machine_runbooks() { return kMachineDocuments; }

}  // namespace opsim::ssm
