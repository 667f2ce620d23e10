// Runbooks of AWS's own that AWS Config's rules name as remedies, and those that tell people.
// AWS: Systems Manager Automation runbook reference, the page of each.
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kRemedyDocuments[] = {
    {"AWS-CloseSecurityGroup", "Takes all rules from a security group.", "SecurityGroupId",
     R"(DescribeSecurityGroup: api ec2:DescribeSecurityGroups { GroupIds: ['{{ SecurityGroupId }}'] }
  gives IpPermissionsIngress: MapList = $.SecurityGroups[0].IpPermissions
  gives IpPermissionsEgress: MapList = $.SecurityGroups[0].IpPermissionsEgress
RemoveIngressRules: api ec2:RevokeSecurityGroupIngress { GroupId: '{{ SecurityGroupId }}', IpPermissions: '{{ DescribeSecurityGroup.IpPermissionsIngress }}' }
  onFailure: Continue
RemoveEgressRules: api ec2:RevokeSecurityGroupEgress { GroupId: '{{ SecurityGroupId }}', IpPermissions: '{{ DescribeSecurityGroup.IpPermissionsEgress }}' }
  onFailure: Continue)"},
    {"AWS-CreateJiraIssue", "Opens an issue in Jira.",
     "JiraUsername; SSMParameterName; JiraURL; ProjectKey; IssueSummary; IssueDescription; "
     "IssueTypeName = Task; PriorityName = ''",
     R"(createIssue: script { summary: '{{ IssueSummary }}' })"},
    {"AWS-CreateServiceNowIncident", "Opens an incident in ServiceNow.",
     "ServiceNowInstanceUsername; ServiceNowInstancePassword; ServiceNowInstanceURL; "
     "ShortDescription; Description = ''; Impact = Low; Urgency = Low",
     R"(Push_incident: script { shortDescription: '{{ ShortDescription }}' })"},
    {"AWS-DisablePublicAccessForSecurityGroup",
     "Closes the ports of SSH and RDP of a security group to all addresses.",
     "GroupId; IpAddressToBlock = 0.0.0.0/0",
     R"(RevokeSsh: api ec2:RevokeSecurityGroupIngress { GroupId: '{{ GroupId }}', IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: '{{ IpAddressToBlock }}' }
  onFailure: Continue
RevokeRdp: api ec2:RevokeSecurityGroupIngress { GroupId: '{{ GroupId }}', IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: '{{ IpAddressToBlock }}' }
  onFailure: Continue)"},
    {"AWS-EnableCLBAccessLogs", "Logs the requests to Classic Load Balancers.",
     "LoadBalancerNames; S3BucketName; EmitInterval: Integer = 60; S3BucketPrefix = ''",
     R"(EnableAccessLogs: script { LoadBalancerNames: '{{ LoadBalancerNames }}' })"},
    {"AWS-EnableCloudTrail", "Makes a trail that logs to a bucket.", "S3BucketName; TrailName",
     R"(CreateTrail: api cloudtrail:CreateTrail { Name: '{{ TrailName }}', S3BucketName: '{{ S3BucketName }}' }
StartLogging: api cloudtrail:StartLogging { Name: '{{ TrailName }}' })"},
    {"AWS-EnableVPCFlowLogs", "Logs the traffic of a VPC.",
     "VPCIds: StringList; LogDestinationType = s3; LogDestination = ''; TrafficType = REJECT",
     R"(EnableFlowLogs: script { VPCIds: '{{ VPCIds }}' })"},
    {"AWS-PublishSNSNotification", "Publishes to a topic.", "TopicArn; Message",
     R"(PublishSNSNotification: api sns:Publish { TopicArn: '{{ TopicArn }}', Message: '{{ Message }}' })"},
    {"AWS-ReleaseElasticIP", "Releases an Elastic IP address.", "AllocationId",
     R"(ReleaseAddress: api ec2:ReleaseAddress { AllocationId: '{{ AllocationId }}' })"},
    {"AWS-SetRequiredTags", "Tags resources.", "RequiredTags: MapList; ResourceARNs: StringList",
     R"(SetRequiredTags: script { RequiredTags: '{{ RequiredTags }}', ResourceARNs: '{{ ResourceARNs }}' })"},
    {"AWSConfigRemediation-DeleteUnusedEBSVolume",
     "Deletes a volume that nothing uses, after a snapshot.",
     "VolumeId; CreateSnapshot: Boolean = false",
     R"(AssertVolumeIsUnused: assert ec2:DescribeVolumes { VolumeIds: ['{{ VolumeId }}'] } -> $.Volumes[0].State = [available]
DeleteVolume: api ec2:DeleteVolume { VolumeId: '{{ VolumeId }}' })"},
    {"AWSConfigRemediation-EnableAutoScalingGroupELBHealthCheck",
     "Lets a group heed the health checks of its load balancer.",
     "AutoScalingGroupARN; HealthCheckGracePeriod: Integer = 300",
     R"(EnableHealthCheck: script { AutoScalingGroupARN: '{{ AutoScalingGroupARN }}' })"},
    {"AWSConfigRemediation-EnableCloudTrailLogFileValidation",
     "Lets log files of a trail be proven.", "TrailName",
     R"(UpdateTrail: api cloudtrail:UpdateTrail { Name: '{{ TrailName }}', EnableLogFileValidation: true })"},
    {"AWSConfigRemediation-EnableEbsEncryptionByDefault", "Encrypts new volumes of the Region.", "",
     R"(ModifyAccount: api ec2:EnableEbsEncryptionByDefault)"},
    {"AWSConfigRemediation-EnforceEC2InstanceIMDSv2",
     "Asks of an instance the second version of its metadata service.",
     "InstanceId; HttpPutResponseHopLimit: Integer = 1",
     R"(RequireTokens: api ec2:ModifyInstanceMetadataOptions { InstanceId: '{{ InstanceId }}', HttpTokens: required, HttpEndpoint: enabled })"},
    {"AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules",
     "Takes all rules from the default security group of a VPC.", "GroupId",
     R"(DescribeSecurityGroup: api ec2:DescribeSecurityGroups { GroupIds: ['{{ GroupId }}'] }
  gives IpPermissionsIngress: MapList = $.SecurityGroups[0].IpPermissions
  gives IpPermissionsEgress: MapList = $.SecurityGroups[0].IpPermissionsEgress
RemoveIngressRules: api ec2:RevokeSecurityGroupIngress { GroupId: '{{ GroupId }}', IpPermissions: '{{ DescribeSecurityGroup.IpPermissionsIngress }}' }
  onFailure: Continue
RemoveEgressRules: api ec2:RevokeSecurityGroupEgress { GroupId: '{{ GroupId }}', IpPermissions: '{{ DescribeSecurityGroup.IpPermissionsEgress }}' }
  onFailure: Continue)"},
    {"AWSConfigRemediation-RevokeUnusedIAMUserCredentials", "Takes credentials that nobody uses.",
     "IAMResourceId; MaxCredentialUsageAge: Integer = 90",
     R"(RevokeCredentials: script { IAMResourceId: '{{ IAMResourceId }}' })"},
    {"AWSConfigRemediation-SetIAMPasswordPolicy", "Sets what passwords of users must have.",
     "AllowUsersToChangePassword: Boolean = false; HardExpiry: Boolean = false; MaxPasswordAge: "
     "Integer = 0; MinimumPasswordLength: Integer = 6; PasswordReusePrevention: Integer = 0; "
     "RequireLowercaseCharacters: Boolean = false; RequireNumbers: Boolean = false; "
     "RequireSymbols: Boolean = false; RequireUppercaseCharacters: Boolean = false",
     R"(SetPasswordPolicy: script { MinimumPasswordLength: '{{ MinimumPasswordLength }}' })"},
};

}  // namespace

std::span<const AwsDocument> aws_remedy_runbooks() { return kRemedyDocuments; }

}  // namespace opsim::ssm
