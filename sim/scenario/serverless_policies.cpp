// SAM policy templates: what each lets a function do, and with what.
// AWS: SAM Developer Guide, "AWS SAM policy templates", and the list of its templates.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/scenario/serverless_expansion.hpp"

namespace opsim {

namespace {

/// `resources` follow "arn:${AWS::Partition}:", or are "*" or a parameter alone; words are
/// separated by spaces.
struct PolicyTemplate {
  std::string_view name;
  std::string_view actions;
  std::string_view resources;
};

// To add a template: one row, sorted.
constexpr PolicyTemplate kTemplates[] = {
    {"AMIDescribePolicy", "ec2:DescribeImages", "*"},
    {"AWSSecretsManagerGetSecretValuePolicy", "secretsmanager:GetSecretValue", "${SecretArn}"},
    {"CloudFormationDescribeStacksPolicy", "cloudformation:DescribeStacks",
     "cloudformation:${AWS::Region}:${AWS::AccountId}:stack/*"},
    {"CloudWatchDashboardPolicy",
     "cloudwatch:GetDashboard cloudwatch:ListDashboards cloudwatch:PutDashboard "
     "cloudwatch:ListMetrics",
     "*"},
    {"CloudWatchDescribeAlarmHistoryPolicy", "cloudwatch:DescribeAlarmHistory", "*"},
    {"CloudWatchPutMetricPolicy", "cloudwatch:PutMetricData", "*"},
    {"CodePipelineLambdaExecutionPolicy",
     "codepipeline:PutJobSuccessResult codepipeline:PutJobFailureResult", "*"},
    {"CostExplorerReadOnlyPolicy", "ce:GetCostAndUsage ce:GetDimensionValues ce:GetTags", "*"},
    {"DynamoDBBackupFullAccessPolicy",
     "dynamodb:CreateBackup dynamodb:DescribeContinuousBackups dynamodb:DeleteBackup "
     "dynamodb:DescribeBackup dynamodb:ListBackups",
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName} "
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/backup/*"},
    {"DynamoDBCrudPolicy",
     "dynamodb:GetItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:Scan dynamodb:Query "
     "dynamodb:UpdateItem dynamodb:BatchWriteItem dynamodb:BatchGetItem dynamodb:DescribeTable "
     "dynamodb:ConditionCheckItem",
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName} "
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*"},
    {"DynamoDBReadPolicy",
     "dynamodb:GetItem dynamodb:Scan dynamodb:Query dynamodb:BatchGetItem dynamodb:DescribeTable",
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName} "
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*"},
    {"DynamoDBReconfigurePolicy", "dynamodb:UpdateTable",
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"},
    {"DynamoDBStreamReadPolicy",
     "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams",
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/stream/${StreamName}"},
    {"DynamoDBWritePolicy", "dynamodb:PutItem dynamodb:UpdateItem dynamodb:BatchWriteItem",
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName} "
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*"},
    {"EC2DescribePolicy", "ec2:DescribeRegions ec2:DescribeInstances", "*"},
    {"EventBridgePutEventsPolicy", "events:PutEvents",
     "events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBusName}"},
    {"FirehoseWritePolicy", "firehose:PutRecord firehose:PutRecordBatch",
     "firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/${DeliveryStreamName}"},
    {"KMSDecryptPolicy", "kms:Decrypt", "kms:${AWS::Region}:${AWS::AccountId}:key/${KeyId}"},
    {"KMSEncryptPolicy", "kms:Encrypt kms:GenerateDataKey",
     "kms:${AWS::Region}:${AWS::AccountId}:key/${KeyId}"},
    {"KinesisCrudPolicy",
     "kinesis:AddTagsToStream kinesis:CreateStream kinesis:DeleteStream kinesis:DescribeStream "
     "kinesis:GetShardIterator kinesis:GetRecords kinesis:ListTagsForStream kinesis:MergeShards "
     "kinesis:PutRecord kinesis:PutRecords kinesis:SplitShard kinesis:UpdateShardCount",
     "kinesis:${AWS::Region}:${AWS::AccountId}:stream/${StreamName}"},
    {"KinesisStreamReadPolicy",
     "kinesis:ListStreams kinesis:DescribeLimits kinesis:DescribeStream "
     "kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator",
     "kinesis:${AWS::Region}:${AWS::AccountId}:stream/${StreamName}"},
    {"LambdaInvokePolicy", "lambda:InvokeFunction",
     "lambda:${AWS::Region}:${AWS::AccountId}:function:${FunctionName}*"},
    {"OrganizationsListAccountsPolicy", "organizations:ListAccounts", "*"},
    {"Route53ChangeResourceRecordSetsPolicy", "route53:ChangeResourceRecordSets",
     "route53:::hostedzone/${HostedZoneId}"},
    {"S3CrudPolicy",
     "s3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:PutObject "
     "s3:PutObjectAcl s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration s3:DeleteObject",
     "s3:::${BucketName} s3:::${BucketName}/*"},
    {"S3FullAccessPolicy", "s3:*", "s3:::${BucketName} s3:::${BucketName}/*"},
    {"S3ReadPolicy",
     "s3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion "
     "s3:GetLifecycleConfiguration",
     "s3:::${BucketName} s3:::${BucketName}/*"},
    {"S3WritePolicy", "s3:PutObject s3:PutObjectAcl s3:PutLifecycleConfiguration",
     "s3:::${BucketName} s3:::${BucketName}/*"},
    {"SESSendBouncePolicy", "ses:SendBounce",
     "ses:${AWS::Region}:${AWS::AccountId}:identity/${IdentityName}"},
    {"SNSCrudPolicy",
     "sns:ListSubscriptionsByTopic sns:CreateTopic sns:SetTopicAttributes sns:Subscribe "
     "sns:Publish",
     "sns:${AWS::Region}:${AWS::AccountId}:${TopicName}*"},
    {"SNSPublishMessagePolicy", "sns:Publish", "sns:${AWS::Region}:${AWS::AccountId}:${TopicName}"},
    {"SQSPollerPolicy",
     "sqs:ChangeMessageVisibility sqs:ChangeMessageVisibilityBatch sqs:DeleteMessage "
     "sqs:DeleteMessageBatch sqs:GetQueueAttributes sqs:ReceiveMessage",
     "sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}"},
    {"SQSSendMessagePolicy", "sqs:SendMessage*",
     "sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}"},
    {"SSMParameterReadPolicy",
     "ssm:DescribeParameters ssm:GetParameters ssm:GetParameter ssm:GetParametersByPath",
     "ssm:${AWS::Region}:${AWS::AccountId}:parameter/${ParameterName}"},
    {"SSMParameterWithSlashPrefixReadPolicy",
     "ssm:DescribeParameters ssm:GetParameters ssm:GetParameter ssm:GetParametersByPath",
     "ssm:${AWS::Region}:${AWS::AccountId}:parameter${ParameterName}"},
    {"StepFunctionsExecutionPolicy", "states:StartExecution",
     "states:${AWS::Region}:${AWS::AccountId}:stateMachine:${StateMachineName}"},
    {"VPCAccessPolicy",
     "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces "
     "ec2:DetachNetworkInterface",
     "*"},
};
static_assert(std::ranges::adjacent_find(kTemplates, std::ranges::greater_equal{},
                                         &PolicyTemplate::name) == std::end(kTemplates),
              "sorted by name, no duplicates");

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    all.emplace_back(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return all;
}

/// Fn::Sub with the parameters as its variables.
Draft resource_of_pattern(const std::string& pattern, const Node& parameters) {
  if (pattern == "*") return Draft::text(pattern, parameters);
  Draft list = Draft::list(parameters);
  list.add(Draft::text(pattern.starts_with("${") ? pattern : "arn:${AWS::Partition}:" + pattern,
                       parameters));
  list.add(Draft::of(parameters));
  Draft made = Draft::mapping(parameters);
  made.set("Fn::Sub", std::move(list));
  return made;
}

}  // namespace

std::optional<Draft> policy_of_template(std::string_view name, const Node& parameters) {
  const auto row = std::ranges::lower_bound(kTemplates, name, {}, &PolicyTemplate::name);
  if (row == std::end(kTemplates) || row->name != name) return std::nullopt;
  Draft statement = Draft::mapping(parameters);
  statement.set("Effect", Draft::text("Allow", parameters));
  statement.set("Action", Draft::json(words(row->actions), parameters));
  Draft resources = Draft::list(parameters);
  const bool complete = parameters.is_mapping() || row->resources == "*";
  if (!complete) return std::nullopt;
  for (const std::string& pattern : words(row->resources))
    resources.add(resource_of_pattern(pattern, parameters));
  statement.set("Resource", std::move(resources));
  Draft statements = Draft::list(parameters);
  statements.add(std::move(statement));
  Draft policy = Draft::mapping(parameters);
  policy.set("Version", Draft::text("2012-10-17", parameters));
  policy.set("Statement", std::move(statements));
  return policy;
}

}  // namespace opsim
