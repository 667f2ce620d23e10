// Runbooks of AWS's own that AWS Config's rules name as remedies, and those that tell people.
// AWS: Systems Manager Automation runbook reference, the page of each.
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kRemedyDocuments[] = {
    {"AWS-CloseSecurityGroup", R"(schemaVersion: '0.3'
description: Takes all rules from a security group.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  SecurityGroupId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: DescribeSecurityGroup
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DescribeSecurityGroups, GroupIds: ['{{ SecurityGroupId }}'] }
    outputs:
      - { Name: IpPermissionsIngress, Selector: '$.SecurityGroups[0].IpPermissions', Type: MapList }
      - { Name: IpPermissionsEgress, Selector: '$.SecurityGroups[0].IpPermissionsEgress', Type: MapList }
  - name: RemoveIngressRules
    action: aws:executeAwsApi
    onFailure: Continue
    inputs:
      { Service: ec2, Api: RevokeSecurityGroupIngress, GroupId: '{{ SecurityGroupId }}',
        IpPermissions: '{{ DescribeSecurityGroup.IpPermissionsIngress }}' }
  - name: RemoveEgressRules
    action: aws:executeAwsApi
    onFailure: Continue
    inputs:
      { Service: ec2, Api: RevokeSecurityGroupEgress, GroupId: '{{ SecurityGroupId }}',
        IpPermissions: '{{ DescribeSecurityGroup.IpPermissionsEgress }}' }
)"},
    {"AWS-CreateJiraIssue", R"(schemaVersion: '0.3'
description: Opens an issue in Jira.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  JiraUsername: { type: String }
  SSMParameterName: { type: String }
  JiraURL: { type: String }
  ProjectKey: { type: String }
  IssueSummary: { type: String }
  IssueDescription: { type: String }
  IssueTypeName: { type: String, default: Task }
  PriorityName: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: createIssue
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { summary: '{{ IssueSummary }}' }
)"},
    {"AWS-CreateServiceNowIncident", R"(schemaVersion: '0.3'
description: Opens an incident in ServiceNow.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  ServiceNowInstanceUsername: { type: String }
  ServiceNowInstancePassword: { type: String }
  ServiceNowInstanceURL: { type: String }
  ShortDescription: { type: String }
  Description: { type: String, default: '' }
  Impact: { type: String, default: Low }
  Urgency: { type: String, default: Low }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: Push_incident
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { shortDescription: '{{ ShortDescription }}' }
)"},
    {"AWS-DisablePublicAccessForSecurityGroup", R"(schemaVersion: '0.3'
description: Closes the ports of SSH and RDP of a security group to all addresses.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  GroupId: { type: String }
  IpAddressToBlock: { type: String, default: 0.0.0.0/0 }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: RevokeSsh
    action: aws:executeAwsApi
    onFailure: Continue
    inputs:
      { Service: ec2, Api: RevokeSecurityGroupIngress, GroupId: '{{ GroupId }}', IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: '{{ IpAddressToBlock }}' }
  - name: RevokeRdp
    action: aws:executeAwsApi
    onFailure: Continue
    inputs:
      { Service: ec2, Api: RevokeSecurityGroupIngress, GroupId: '{{ GroupId }}', IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: '{{ IpAddressToBlock }}' }
)"},
    {"AWS-EnableCLBAccessLogs", R"(schemaVersion: '0.3'
description: Logs the requests to Classic Load Balancers.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  LoadBalancerNames: { type: String }
  S3BucketName: { type: String }
  EmitInterval: { type: Integer, default: 60 }
  S3BucketPrefix: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: EnableAccessLogs
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { LoadBalancerNames: '{{ LoadBalancerNames }}' }
)"},
    {"AWS-EnableCloudTrail", R"(schemaVersion: '0.3'
description: Makes a trail that logs to a bucket.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  S3BucketName: { type: String }
  TrailName: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: CreateTrail
    action: aws:executeAwsApi
    inputs:
      { Service: cloudtrail, Api: CreateTrail, Name: '{{ TrailName }}', S3BucketName: '{{ S3BucketName }}' }
  - name: StartLogging
    action: aws:executeAwsApi
    inputs: { Service: cloudtrail, Api: StartLogging, Name: '{{ TrailName }}' }
)"},
    {"AWS-EnableVPCFlowLogs", R"(schemaVersion: '0.3'
description: Logs the traffic of a VPC.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  VPCIds: { type: StringList }
  LogDestinationType: { type: String, default: s3 }
  LogDestination: { type: String, default: '' }
  TrafficType: { type: String, default: REJECT }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: EnableFlowLogs
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { VPCIds: '{{ VPCIds }}' }
)"},
    {"AWS-PublishSNSNotification", R"(schemaVersion: '0.3'
description: Publishes to a topic.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  TopicArn: { type: String }
  Message: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: PublishSNSNotification
    action: aws:executeAwsApi
    inputs:
      { Service: sns, Api: Publish, TopicArn: '{{ TopicArn }}', Message: '{{ Message }}' }
)"},
    {"AWS-ReleaseElasticIP", R"(schemaVersion: '0.3'
description: Releases an Elastic IP address.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  AllocationId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: ReleaseAddress
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: ReleaseAddress, AllocationId: '{{ AllocationId }}' }
)"},
    {"AWS-SetRequiredTags", R"(schemaVersion: '0.3'
description: Tags resources.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  RequiredTags: { type: MapList }
  ResourceARNs: { type: StringList }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: SetRequiredTags
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { RequiredTags: '{{ RequiredTags }}', ResourceARNs: '{{ ResourceARNs }}' }
)"},
    {"AWSConfigRemediation-DeleteUnusedEBSVolume", R"(schemaVersion: '0.3'
description: Deletes a volume that nothing uses, after a snapshot.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  VolumeId: { type: String }
  CreateSnapshot: { type: Boolean, default: false }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: AssertVolumeIsUnused
    action: aws:assertAwsResourceProperty
    inputs:
      { Service: ec2, Api: DescribeVolumes, VolumeIds: ['{{ VolumeId }}'], PropertySelector: '$.Volumes[0].State', DesiredValues: [available] }
  - name: DeleteVolume
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DeleteVolume, VolumeId: '{{ VolumeId }}' }
)"},
    {"AWSConfigRemediation-EnableAutoScalingGroupELBHealthCheck", R"(schemaVersion: '0.3'
description: Lets a group heed the health checks of its load balancer.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  AutoScalingGroupARN: { type: String }
  HealthCheckGracePeriod: { type: Integer, default: 300 }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: EnableHealthCheck
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { AutoScalingGroupARN: '{{ AutoScalingGroupARN }}' }
)"},
    {"AWSConfigRemediation-EnableCloudTrailLogFileValidation", R"(schemaVersion: '0.3'
description: Lets log files of a trail be proven.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  TrailName: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: UpdateTrail
    action: aws:executeAwsApi
    inputs:
      { Service: cloudtrail, Api: UpdateTrail, Name: '{{ TrailName }}', EnableLogFileValidation: true }
)"},
    {"AWSConfigRemediation-EnableEbsEncryptionByDefault", R"(schemaVersion: '0.3'
description: Encrypts new volumes of the Region.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: ModifyAccount
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: EnableEbsEncryptionByDefault }
)"},
    {"AWSConfigRemediation-EnforceEC2InstanceIMDSv2", R"(schemaVersion: '0.3'
description: Asks of an instance the second version of its metadata service.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  HttpPutResponseHopLimit: { type: Integer, default: 1 }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: RequireTokens
    action: aws:executeAwsApi
    inputs:
      { Service: ec2, Api: ModifyInstanceMetadataOptions, InstanceId: '{{ InstanceId }}', HttpTokens: required, HttpEndpoint: enabled }
)"},
    {"AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules", R"(schemaVersion: '0.3'
description: Takes all rules from the default security group of a VPC.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  GroupId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: DescribeSecurityGroup
    action: aws:executeAwsApi
    inputs: { Service: ec2, Api: DescribeSecurityGroups, GroupIds: ['{{ GroupId }}'] }
    outputs:
      - { Name: IpPermissionsIngress, Selector: '$.SecurityGroups[0].IpPermissions', Type: MapList }
      - { Name: IpPermissionsEgress, Selector: '$.SecurityGroups[0].IpPermissionsEgress', Type: MapList }
  - name: RemoveIngressRules
    action: aws:executeAwsApi
    onFailure: Continue
    inputs:
      { Service: ec2, Api: RevokeSecurityGroupIngress, GroupId: '{{ GroupId }}',
        IpPermissions: '{{ DescribeSecurityGroup.IpPermissionsIngress }}' }
  - name: RemoveEgressRules
    action: aws:executeAwsApi
    onFailure: Continue
    inputs:
      { Service: ec2, Api: RevokeSecurityGroupEgress, GroupId: '{{ GroupId }}',
        IpPermissions: '{{ DescribeSecurityGroup.IpPermissionsEgress }}' }
)"},
    {"AWSConfigRemediation-RevokeUnusedIAMUserCredentials", R"(schemaVersion: '0.3'
description: Takes credentials that nobody uses.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  IAMResourceId: { type: String }
  MaxCredentialUsageAge: { type: Integer, default: 90 }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: RevokeCredentials
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { IAMResourceId: '{{ IAMResourceId }}' }
)"},
    {"AWSConfigRemediation-SetIAMPasswordPolicy", R"(schemaVersion: '0.3'
description: Sets what passwords of users must have.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  AllowUsersToChangePassword: { type: Boolean, default: false }
  HardExpiry: { type: Boolean, default: false }
  MaxPasswordAge: { type: Integer, default: 0 }
  MinimumPasswordLength: { type: Integer, default: 6 }
  PasswordReusePrevention: { type: Integer, default: 0 }
  RequireLowercaseCharacters: { type: Boolean, default: false }
  RequireNumbers: { type: Boolean, default: false }
  RequireSymbols: { type: Boolean, default: false }
  RequireUppercaseCharacters: { type: Boolean, default: false }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: SetPasswordPolicy
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { MinimumPasswordLength: '{{ MinimumPasswordLength }}' }
)"},
};

}  // namespace

std::span<const AwsDocument> aws_remedy_runbooks() { return kRemedyDocuments; }

}  // namespace opsim::ssm
