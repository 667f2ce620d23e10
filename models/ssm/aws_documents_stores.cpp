// Runbooks of AWS's own for databases, buckets, keys and topics.
// AWS: Systems Manager Automation runbook reference, the page of each.
#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

namespace {

constexpr AwsDocument kStoreDocuments[] = {
    {"AWS-ChangeDDBRWCapacityMode", R"(schemaVersion: '0.3'
description: Changes how a table pays for its capacity.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  TableName: { type: String }
  CapacityMode: { type: String, allowedValues: [PROVISIONED, PAY_PER_REQUEST] }
  ReadCapacity: { type: Integer, default: 1 }
  WriteCapacity: { type: Integer, default: 1 }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: ChooseMode
    action: aws:branch
    inputs:
      Choices:
        - { NextStep: OnDemand, Variable: '{{ CapacityMode }}', StringEquals: PAY_PER_REQUEST }
      Default: Provisioned
  - name: Provisioned
    action: aws:executeAwsApi
    nextStep: WaitForTable
    inputs:
      { Service: dynamodb, Api: UpdateTable, TableName: '{{ TableName }}', BillingMode: PROVISIONED, ProvisionedThroughput: { ReadCapacityUnits: '{{ ReadCapacity }}', WriteCapacityUnits: '{{ WriteCapacity }}' } }
  - name: OnDemand
    action: aws:executeAwsApi
    inputs:
      { Service: dynamodb, Api: UpdateTable, TableName: '{{ TableName }}', BillingMode: PAY_PER_REQUEST }
  - name: WaitForTable
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: dynamodb, Api: DescribeTable, TableName: '{{ TableName }}', PropertySelector: '$.Table.TableStatus', DesiredValues: [ACTIVE] }
)"},
    {"AWS-ConfigureS3BucketLogging", R"(schemaVersion: '0.3'
description: Logs the requests to a bucket.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  BucketName: { type: String }
  TargetBucket: { type: String }
  TargetPrefix: { type: String, default: '{{ BucketName }}/' }
  GranteeType: { type: StringList, default: [CanonicalUser] }
  GrantedPermission: { type: StringList, default: [READ] }
  GranteeId: { type: StringList, default: [''] }
  GranteeEmailAddress: { type: StringList, default: [''] }
  GranteeUri: { type: StringList, default: [''] }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: PutBucketLogging
    action: aws:executeAwsApi
    inputs:
      { Service: s3, Api: PutBucketLogging, Bucket: '{{ BucketName }}', BucketLoggingStatus: { LoggingEnabled: { TargetBucket: '{{ TargetBucket }}', TargetPrefix: '{{ TargetPrefix }}' } } }
)"},
    {"AWS-ConfigureS3BucketVersioning", R"(schemaVersion: '0.3'
description: Sets the versioning of a bucket.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  BucketName: { type: String }
  VersioningState: { type: String, default: Enabled, allowedValues: [Enabled, Suspended] }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: PutBucketVersioning
    action: aws:executeAwsApi
    inputs:
      { Service: s3, Api: PutBucketVersioning, Bucket: '{{ BucketName }}', VersioningConfiguration: { Status: '{{ VersioningState }}' } }
)"},
    {"AWS-CreateDynamoDBBackup", R"(schemaVersion: '0.3'
description: Backs a table up.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  TableName: { type: String }
  BackupName: { type: String }
  LambdaAssumeRole: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: CreateBackup
    action: aws:executeAwsApi
    outputs:
      - { Name: BackupArn, Selector: '$.BackupDetails.BackupArn', Type: String }
    inputs:
      { Service: dynamodb, Api: CreateBackup, TableName: '{{ TableName }}', BackupName: '{{ BackupName }}' }
  - name: WaitForBackup
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: dynamodb, Api: DescribeBackup, BackupArn: '{{ CreateBackup.BackupArn }}', PropertySelector: '$.BackupDescription.BackupDetails.BackupStatus', DesiredValues: [AVAILABLE] }
outputs: [CreateBackup.BackupArn]
)"},
    {"AWS-CreateRdsSnapshot", R"(schemaVersion: '0.3'
description: Makes a snapshot of a DB instance.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  DBInstanceIdentifier: { type: String }
  DBSnapshotIdentifier: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: createSnapshot
    action: aws:executeAwsApi
    outputs:
      - { Name: DBSnapshotIdentifier, Selector: '$.DBSnapshot.DBSnapshotIdentifier', Type: String }
    inputs:
      { Service: rds, Api: CreateDBSnapshot, DBInstanceIdentifier: '{{ DBInstanceIdentifier }}', DBSnapshotIdentifier: '{{ DBInstanceIdentifier }}-{{ automation:EXECUTION_ID }}' }
  - name: verifySnapshot
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: rds, Api: DescribeDBSnapshots, DBSnapshotIdentifier: '{{ createSnapshot.DBSnapshotIdentifier }}', PropertySelector: '$.DBSnapshots[0].Status', DesiredValues: [available] }
)"},
    {"AWS-DeleteDynamoDBBackup", R"(schemaVersion: '0.3'
description: Deletes a backup of a table.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  BackupArn: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: DeleteBackup
    action: aws:executeAwsApi
    inputs: { Service: dynamodb, Api: DeleteBackup, BackupArn: '{{ BackupArn }}' }
)"},
    {"AWS-DisableS3BucketPublicReadWrite", R"(schemaVersion: '0.3'
description: Takes public access from a bucket.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  S3BucketName: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: DisableS3BucketPublicReadWrite
    action: aws:executeAwsApi
    inputs: { Service: s3, Api: PutBucketAcl, Bucket: '{{ S3BucketName }}', ACL: private }
  - name: PutPublicAccessBlock
    action: aws:executeAwsApi
    inputs:
      { Service: s3, Api: PutPublicAccessBlock, Bucket: '{{ S3BucketName }}', PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true } }
)"},
    {"AWS-EnableS3BucketEncryption", R"(schemaVersion: '0.3'
description: Encrypts a bucket by default.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  BucketName: { type: String }
  SSEAlgorithm: { type: String, default: AES256 }
  KMSMasterKey: { type: String, default: '' }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: PutBucketEncryption
    action: aws:executeAwsApi
    inputs:
      { Service: s3, Api: PutBucketEncryption, Bucket: '{{ BucketName }}', ServerSideEncryptionConfiguration: { Rules: [ { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: '{{ SSEAlgorithm }}' } } ] } }
)"},
    {"AWS-RebootRdsInstance", R"(schemaVersion: '0.3'
description: Reboots a DB instance.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: RebootInstance
    action: aws:executeAwsApi
    inputs: { Service: rds, Api: RebootDBInstance, DBInstanceIdentifier: '{{ InstanceId }}' }
  - name: WaitForInstance
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: rds, Api: DescribeDBInstances, DBInstanceIdentifier: '{{ InstanceId }}', PropertySelector: '$.DBInstances[0].DBInstanceStatus', DesiredValues: [available] }
)"},
    {"AWS-StartRdsInstance", R"(schemaVersion: '0.3'
description: Starts a DB instance.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: StartInstance
    action: aws:executeAwsApi
    inputs: { Service: rds, Api: StartDBInstance, DBInstanceIdentifier: '{{ InstanceId }}' }
  - name: WaitForInstance
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: rds, Api: DescribeDBInstances, DBInstanceIdentifier: '{{ InstanceId }}', PropertySelector: '$.DBInstances[0].DBInstanceStatus', DesiredValues: [available] }
)"},
    {"AWS-StartStopAuroraCluster", R"(schemaVersion: '0.3'
description: Starts or stops a cluster of Aurora.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  ClusterName: { type: String }
  Action: { type: String, allowedValues: [Start, Stop] }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: ChooseAction
    action: aws:branch
    inputs:
      Choices:
        - { NextStep: StopCluster, Variable: '{{ Action }}', StringEquals: Stop }
      Default: StartCluster
  - name: StartCluster
    action: aws:executeAwsApi
    inputs: { Service: rds, Api: StartDBCluster, DBClusterIdentifier: '{{ ClusterName }}' }
  - name: WaitForStart
    action: aws:waitForAwsResourceProperty
    isEnd: true
    inputs:
      { Service: rds, Api: DescribeDBClusters, DBClusterIdentifier: '{{ ClusterName }}', PropertySelector: '$.DBClusters[0].Status', DesiredValues: [available] }
  - name: StopCluster
    action: aws:executeAwsApi
    inputs: { Service: rds, Api: StopDBCluster, DBClusterIdentifier: '{{ ClusterName }}' }
  - name: WaitForStop
    action: aws:waitForAwsResourceProperty
    isEnd: true
    inputs:
      { Service: rds, Api: DescribeDBClusters, DBClusterIdentifier: '{{ ClusterName }}', PropertySelector: '$.DBClusters[0].Status', DesiredValues: [stopped] }
)"},
    {"AWS-StopRdsInstance", R"(schemaVersion: '0.3'
description: Stops a DB instance.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  InstanceId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: StopInstance
    action: aws:executeAwsApi
    inputs: { Service: rds, Api: StopDBInstance, DBInstanceIdentifier: '{{ InstanceId }}' }
  - name: WaitForInstance
    action: aws:waitForAwsResourceProperty
    inputs:
      { Service: rds, Api: DescribeDBInstances, DBInstanceIdentifier: '{{ InstanceId }}', PropertySelector: '$.DBInstances[0].DBInstanceStatus', DesiredValues: [stopped] }
)"},
    {"AWSConfigRemediation-CancelKeyDeletion", R"(schemaVersion: '0.3'
description: Keeps a key that was to be deleted.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  KeyId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: CancelKeyDeletion
    action: aws:executeAwsApi
    inputs: { Service: kms, Api: CancelKeyDeletion, KeyId: '{{ KeyId }}' }
)"},
    {"AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock", R"(schemaVersion: '0.3'
description: Blocks public access to a bucket.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  BucketName: { type: String }
  BlockPublicAcls: { type: Boolean, default: true }
  BlockPublicPolicy: { type: Boolean, default: true }
  IgnorePublicAcls: { type: Boolean, default: true }
  RestrictPublicBuckets: { type: Boolean, default: true }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: PutBucketPublicAccessBlock
    action: aws:executeAwsApi
    inputs:
      { Service: s3, Api: PutPublicAccessBlock, Bucket: '{{ BucketName }}', PublicAccessBlockConfiguration: { BlockPublicAcls: '{{ BlockPublicAcls }}', BlockPublicPolicy: '{{ BlockPublicPolicy }}', IgnorePublicAcls: '{{ IgnorePublicAcls }}', RestrictPublicBuckets: '{{ RestrictPublicBuckets }}' } }
  - name: AssertPublicAccessBlock
    action: aws:assertAwsResourceProperty
    inputs:
      { Service: s3, Api: GetPublicAccessBlock, Bucket: '{{ BucketName }}', PropertySelector: '$.PublicAccessBlockConfiguration.BlockPublicAcls', DesiredValues: ['{{ BlockPublicAcls }}'] }
)"},
    {"AWSConfigRemediation-DisablePublicAccessToRDSInstance", R"(schemaVersion: '0.3'
description: Takes a DB instance off the internet.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  DbiResourceId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: DisablePublicAccess
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { DbiResourceId: '{{ DbiResourceId }}' }
)"},
    {"AWSConfigRemediation-EnableKeyRotation", R"(schemaVersion: '0.3'
description: Rotates a key each year.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  KeyId: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: EnableKeyRotation
    action: aws:executeAwsApi
    inputs: { Service: kms, Api: EnableKeyRotation, KeyId: '{{ KeyId }}' }
  - name: VerifyKeyRotation
    action: aws:assertAwsResourceProperty
    inputs:
      { Service: kms, Api: GetKeyRotationStatus, KeyId: '{{ KeyId }}', PropertySelector: '$.KeyRotationEnabled', DesiredValues: ['True'] }
)"},
    {"AWSConfigRemediation-EnableMultiAZOnRDSInstance", R"(schemaVersion: '0.3'
description: Gives a DB instance a standby.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  DbiResourceId: { type: String }
  ApplyImmediately: { type: Boolean, default: false }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: EnableMultiAZ
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: 'def handler(events, context): ...'
      InputPayload: { DbiResourceId: '{{ DbiResourceId }}' }
)"},
    {"AWSConfigRemediation-EnablePITRForDynamoDbTable", R"(schemaVersion: '0.3'
description: Lets a table be restored to any second.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  TableName: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: EnablePITR
    action: aws:executeAwsApi
    inputs:
      { Service: dynamodb, Api: UpdateContinuousBackups, TableName: '{{ TableName }}', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }
)"},
    {"AWSConfigRemediation-EncryptSNSTopic", R"(schemaVersion: '0.3'
description: Encrypts a topic.
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  TopicArn: { type: String }
  KmsKeyArn: { type: String }
  AutomationAssumeRole: { type: String, default: '' }
mainSteps:
  - name: EncryptSNSTopic
    action: aws:executeAwsApi
    inputs:
      { Service: sns, Api: SetTopicAttributes, TopicArn: '{{ TopicArn }}', AttributeName: KmsMasterKeyId, AttributeValue: '{{ KmsKeyArn }}' }
)"},
};

}  // namespace

std::span<const AwsDocument> aws_store_runbooks() { return kStoreDocuments; }

}  // namespace opsim::ssm
