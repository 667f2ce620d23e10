// Runbooks of AWS's own for databases, buckets, keys and topics.
// AWS: Systems Manager Automation runbook reference, the page of each.
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kStoreDocuments[] = {
    {"AWS-ChangeDDBRWCapacityMode", "Changes how a table pays for its capacity.",
     "TableName; CapacityMode in [PROVISIONED, PAY_PER_REQUEST]; ReadCapacity: Integer = 1; "
     "WriteCapacity: Integer = 1",
     R"(ChooseMode: aws:branch { Choices: [{ NextStep: OnDemand, Variable: '{{ CapacityMode }}', StringEquals: PAY_PER_REQUEST }], Default: Provisioned }
Provisioned: api dynamodb:UpdateTable { TableName: '{{ TableName }}', BillingMode: PROVISIONED, ProvisionedThroughput: { ReadCapacityUnits: '{{ ReadCapacity }}', WriteCapacityUnits: '{{ WriteCapacity }}' } }
  nextStep: WaitForTable
OnDemand: api dynamodb:UpdateTable { TableName: '{{ TableName }}', BillingMode: PAY_PER_REQUEST }
WaitForTable: wait dynamodb:DescribeTable { TableName: '{{ TableName }}' } -> $.Table.TableStatus = [ACTIVE])"},
    {"AWS-ConfigureS3BucketLogging", "Logs the requests to a bucket.",
     "BucketName; TargetBucket; TargetPrefix = '{{ BucketName }}/'; GranteeType: StringList = "
     "[CanonicalUser]; GrantedPermission: StringList = [READ]; GranteeId: StringList = ['']; "
     "GranteeEmailAddress: StringList = ['']; GranteeUri: StringList = ['']",
     R"(PutBucketLogging: api s3:PutBucketLogging { Bucket: '{{ BucketName }}', BucketLoggingStatus: { LoggingEnabled: { TargetBucket: '{{ TargetBucket }}', TargetPrefix: '{{ TargetPrefix }}' } } })"},
    {"AWS-ConfigureS3BucketVersioning", "Sets the versioning of a bucket.",
     "BucketName; VersioningState in [Enabled, Suspended] = Enabled",
     R"(PutBucketVersioning: api s3:PutBucketVersioning { Bucket: '{{ BucketName }}', VersioningConfiguration: { Status: '{{ VersioningState }}' } })"},
    {"AWS-CreateDynamoDBBackup", "Backs a table up.",
     "TableName; BackupName; LambdaAssumeRole = ''",
     R"(CreateBackup: api dynamodb:CreateBackup { TableName: '{{ TableName }}', BackupName: '{{ BackupName }}' }
  gives BackupArn = $.BackupDetails.BackupArn
WaitForBackup: wait dynamodb:DescribeBackup { BackupArn: '{{ CreateBackup.BackupArn }}' } -> $.BackupDescription.BackupDetails.BackupStatus = [AVAILABLE])",
     "[CreateBackup.BackupArn]"},
    {"AWS-CreateRdsSnapshot", "Makes a snapshot of a DB instance.",
     "DBInstanceIdentifier; DBSnapshotIdentifier = ''",
     R"(createSnapshot: api rds:CreateDBSnapshot { DBInstanceIdentifier: '{{ DBInstanceIdentifier }}', DBSnapshotIdentifier: '{{ DBInstanceIdentifier }}-{{ automation:EXECUTION_ID }}' }
  gives DBSnapshotIdentifier = $.DBSnapshot.DBSnapshotIdentifier
verifySnapshot: wait rds:DescribeDBSnapshots { DBSnapshotIdentifier: '{{ createSnapshot.DBSnapshotIdentifier }}' } -> $.DBSnapshots[0].Status = [available])"},
    {"AWS-DeleteDynamoDBBackup", "Deletes a backup of a table.", "BackupArn",
     R"(DeleteBackup: api dynamodb:DeleteBackup { BackupArn: '{{ BackupArn }}' })"},
    {"AWS-DisableS3BucketPublicReadWrite", "Takes public access from a bucket.", "S3BucketName",
     R"(DisableS3BucketPublicReadWrite: api s3:PutPublicAccessBlock { Bucket: '{{ S3BucketName }}', PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true } })"},
    {"AWS-EnableS3BucketEncryption", "Encrypts a bucket by default.",
     "BucketName; SSEAlgorithm = AES256; KMSMasterKey = ''",
     R"(PutBucketEncryption: api s3:PutBucketEncryption { Bucket: '{{ BucketName }}', ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: '{{ SSEAlgorithm }}' } }] } })"},
    {"AWS-RebootRdsInstance", "Reboots a DB instance.", "InstanceId",
     R"(RebootInstance: api rds:RebootDBInstance { DBInstanceIdentifier: '{{ InstanceId }}' }
WaitForInstance: wait rds:DescribeDBInstances { DBInstanceIdentifier: '{{ InstanceId }}' } -> $.DBInstances[0].DBInstanceStatus = [available])"},
    {"AWS-StartRdsInstance", "Starts a DB instance.", "InstanceId",
     R"(StartInstance: api rds:StartDBInstance { DBInstanceIdentifier: '{{ InstanceId }}' }
WaitForInstance: wait rds:DescribeDBInstances { DBInstanceIdentifier: '{{ InstanceId }}' } -> $.DBInstances[0].DBInstanceStatus = [available])"},
    {"AWS-StartStopAuroraCluster", "Starts or stops a cluster of Aurora.",
     "ClusterName; Action in [Start, Stop]",
     R"(ChooseAction: aws:branch { Choices: [{ NextStep: StopCluster, Variable: '{{ Action }}', StringEquals: Stop }], Default: StartCluster }
StartCluster: api rds:StartDBCluster { DBClusterIdentifier: '{{ ClusterName }}' }
WaitForStart: wait rds:DescribeDBClusters { DBClusterIdentifier: '{{ ClusterName }}' } -> $.DBClusters[0].Status = [available]
  isEnd: true
StopCluster: api rds:StopDBCluster { DBClusterIdentifier: '{{ ClusterName }}' }
WaitForStop: wait rds:DescribeDBClusters { DBClusterIdentifier: '{{ ClusterName }}' } -> $.DBClusters[0].Status = [stopped]
  isEnd: true)"},
    {"AWS-StopRdsInstance", "Stops a DB instance.", "InstanceId",
     R"(StopInstance: api rds:StopDBInstance { DBInstanceIdentifier: '{{ InstanceId }}' }
WaitForInstance: wait rds:DescribeDBInstances { DBInstanceIdentifier: '{{ InstanceId }}' } -> $.DBInstances[0].DBInstanceStatus = [stopped])"},
    {"AWSConfigRemediation-CancelKeyDeletion", "Keeps a key that was to be deleted.", "KeyId",
     R"(CancelKeyDeletion: api kms:CancelKeyDeletion { KeyId: '{{ KeyId }}' })"},
    {"AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock", "Blocks public access to a bucket.",
     "BucketName; BlockPublicAcls: Boolean = true; BlockPublicPolicy: Boolean = true; "
     "IgnorePublicAcls: Boolean = true; RestrictPublicBuckets: Boolean = true",
     R"(PutBucketPublicAccessBlock: api s3:PutPublicAccessBlock { Bucket: '{{ BucketName }}', PublicAccessBlockConfiguration: { BlockPublicAcls: '{{ BlockPublicAcls }}', BlockPublicPolicy: '{{ BlockPublicPolicy }}', IgnorePublicAcls: '{{ IgnorePublicAcls }}', RestrictPublicBuckets: '{{ RestrictPublicBuckets }}' } }
AssertPublicAccessBlock: assert s3:GetPublicAccessBlock { Bucket: '{{ BucketName }}' } -> $.PublicAccessBlockConfiguration.BlockPublicAcls = ['{{ BlockPublicAcls }}'])"},
    {"AWSConfigRemediation-DisablePublicAccessToRDSInstance",
     "Takes a DB instance off the internet.", "DbiResourceId",
     R"(DisablePublicAccess: script { DbiResourceId: '{{ DbiResourceId }}' })"},
    {"AWSConfigRemediation-EnableKeyRotation", "Rotates a key each year.", "KeyId",
     R"(EnableKeyRotation: api kms:EnableKeyRotation { KeyId: '{{ KeyId }}' }
VerifyKeyRotation: assert kms:GetKeyRotationStatus { KeyId: '{{ KeyId }}' } -> $.KeyRotationEnabled = ['True'])"},
    {"AWSConfigRemediation-EnableMultiAZOnRDSInstance", "Gives a DB instance a standby.",
     "DbiResourceId; ApplyImmediately: Boolean = false",
     R"(EnableMultiAZ: script { DbiResourceId: '{{ DbiResourceId }}' })"},
    {"AWSConfigRemediation-EnablePITRForDynamoDbTable", "Lets a table be restored to any second.",
     "TableName",
     R"(EnablePITR: api dynamodb:UpdateContinuousBackups { TableName: '{{ TableName }}', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })"},
    {"AWSConfigRemediation-EncryptSNSTopic", "Encrypts a topic.", "TopicArn; KmsKeyArn",
     R"(EncryptSNSTopic: api sns:SetTopicAttributes { TopicArn: '{{ TopicArn }}', AttributeName: KmsMasterKeyId, AttributeValue: '{{ KmsKeyArn }}' })"},
};

}  // namespace

std::span<const AwsDocument> aws_store_runbooks() { return kStoreDocuments; }

}  // namespace opsim::ssm
