// What the AWS managed policies that real templates attach most say: their Allow statements, by
// action. Resources and conditions of these policies are left out.
// AWS: AWS Managed Policy Reference Guide, the page of each policy. Those not listed allow reads
// where ReadOnly, ViewOnly or Viewer is in their name, and everything otherwise.
#include <algorithm>
#include <array>
#include <cctype>

#include "models/iam/iam.hpp"

namespace opsim::iam {

namespace {

struct ManagedByAws {
  std::string_view name;     // behind the path
  std::string_view allowed;  // actions in lower case, by spaces
};

// To add one: a row, sorted by name.
constexpr std::array kManagedByAws{
    ManagedByAws{"AWSLambdaBasicExecutionRole",
                 "logs:createloggroup logs:createlogstream logs:putlogevents"},
    ManagedByAws{"AWSLambdaDynamoDBExecutionRole",
                 "dynamodb:describestream dynamodb:getrecords dynamodb:getsharditerator "
                 "dynamodb:liststreams logs:createloggroup logs:createlogstream "
                 "logs:putlogevents"},
    ManagedByAws{"AWSLambdaKinesisExecutionRole",
                 "kinesis:describestream kinesis:describestreamsummary kinesis:getrecords "
                 "kinesis:getsharditerator kinesis:listshards kinesis:liststreams "
                 "kinesis:subscribetoshard logs:createloggroup logs:createlogstream "
                 "logs:putlogevents"},
    ManagedByAws{"AWSLambdaSQSQueueExecutionRole",
                 "sqs:receivemessage sqs:deletemessage sqs:getqueueattributes "
                 "logs:createloggroup logs:createlogstream logs:putlogevents"},
    ManagedByAws{"AWSLambdaVPCAccessExecutionRole",
                 "logs:createloggroup logs:createlogstream logs:putlogevents "
                 "ec2:createnetworkinterface ec2:describenetworkinterfaces ec2:describesubnets "
                 "ec2:deletenetworkinterface ec2:assignprivateipaddresses "
                 "ec2:unassignprivateipaddresses"},
    ManagedByAws{"AWSStepFunctionsFullAccess", "states:*"},
    ManagedByAws{"AWSXRayDaemonWriteAccess",
                 "xray:puttracesegments xray:puttelemetryrecords xray:getsamplingrules "
                 "xray:getsamplingtargets xray:getsamplingstatisticsummaries"},
    ManagedByAws{
        "AmazonDynamoDBFullAccess",
        "dynamodb:* dax:* application-autoscaling:* cloudwatch:deletealarms "
        "cloudwatch:describe* cloudwatch:getmetric* cloudwatch:listmetrics "
        "cloudwatch:putmetricalarm ec2:describe* iam:getrole iam:listroles kms:describekey "
        "kms:listaliases sns:* lambda:* kinesis:* resource-groups:* tag:getresources"},
    ManagedByAws{"AmazonEC2FullAccess",
                 "ec2:* elasticloadbalancing:* cloudwatch:* autoscaling:* "
                 "iam:createservicelinkedrole"},
    ManagedByAws{"AmazonEC2ReadOnlyAccess",
                 "ec2:describe* ec2:getsecuritygroupsforvpc elasticloadbalancing:describe* "
                 "cloudwatch:listmetrics cloudwatch:getmetricstatistics cloudwatch:describe* "
                 "autoscaling:describe*"},
    ManagedByAws{"AmazonKinesisFullAccess", "kinesis:*"},
    ManagedByAws{"AmazonS3FullAccess", "s3:* s3-object-lambda:*"},
    ManagedByAws{"AmazonS3ReadOnlyAccess",
                 "s3:get* s3:list* s3:describe* s3-object-lambda:get* s3-object-lambda:list*"},
    ManagedByAws{"AmazonSNSFullAccess", "sns:*"},
    ManagedByAws{"AmazonSQSFullAccess", "sqs:*"},
    ManagedByAws{"AmazonSSMFullAccess",
                 "cloudwatch:putmetricdata ds:createcomputer ds:describedirectories "
                 "ec2:describeinstancestatus logs:* ssm:* ec2messages:* "
                 "iam:createservicelinkedrole iam:deleteservicelinkedrole "
                 "iam:getservicelinkedroledeletionstatus ssmmessages:*"},
    ManagedByAws{"AmazonSSMManagedInstanceCore",
                 "ssm:describeassociation ssm:getdeployablepatchsnapshotforinstance "
                 "ssm:getdocument ssm:describedocument ssm:getmanifest ssm:getparameter "
                 "ssm:getparameters ssm:listassociations ssm:listinstanceassociations "
                 "ssm:putinventory ssm:putcomplianceitems ssm:putconfigurepackageresult "
                 "ssm:updateassociationstatus ssm:updateinstanceassociationstatus "
                 "ssm:updateinstanceinformation ssmmessages:* ec2messages:*"},
    ManagedByAws{"AmazonSSMReadOnlyAccess", "ssm:describe* ssm:get* ssm:list*"},
    ManagedByAws{"CloudWatchAgentServerPolicy",
                 "cloudwatch:putmetricdata ec2:describevolumes ec2:describetags "
                 "logs:putlogevents logs:putretentionpolicy logs:describelogstreams "
                 "logs:describeloggroups logs:createlogstream logs:createloggroup "
                 "xray:puttracesegments xray:puttelemetryrecords xray:getsampling* "
                 "ssm:getparameter"},
    ManagedByAws{"CloudWatchFullAccess",
                 "autoscaling:describe* cloudwatch:* logs:* sns:* iam:getpolicy "
                 "iam:getpolicyversion iam:getrole oam:listsinks"},
    ManagedByAws{"CloudWatchLogsFullAccess", "logs:* cloudwatch:generatequery"},
    ManagedByAws{"IAMFullAccess", "iam:* organizations:describe* organizations:list*"},
};
static_assert(std::ranges::is_sorted(kManagedByAws, {}, &ManagedByAws::name));

bool is_read(std::string_view operation) {
  constexpr std::string_view kReads[] = {"BatchGet", "Describe", "Get", "List",
                                         "Lookup",   "Search",   "Test"};
  return std::ranges::any_of(kReads,
                             [&](std::string_view verb) { return operation.starts_with(verb); });
}

bool any_of_words(std::string_view words, std::string_view action) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (matches_policy_text(words.substr(0, end), action)) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

}  // namespace

Decision decide_unknown(std::string_view arn, std::string_view action, std::string_view operation) {
  if (arn.find(":iam::aws:policy/") == std::string_view::npos)
    return Decision::allowed;  // of another account or stack: its content is not known
  const std::string_view name = arn.substr(arn.rfind('/') + 1);
  if (name == "AWSDenyAll") return Decision::denied;
  if (name == "PowerUserAccess") {
    const bool left_out = action.starts_with("iam:") || action.starts_with("organizations:") ||
                          action.starts_with("account:");
    return left_out && action != "iam:createservicelinkedrole" && action != "iam:listroles"
               ? Decision::silent
               : Decision::allowed;
  }
  const auto row = std::ranges::lower_bound(kManagedByAws, name, {}, &ManagedByAws::name);
  if (row != kManagedByAws.end() && row->name == name)
    return any_of_words(row->allowed, action) ? Decision::allowed : Decision::silent;
  const bool reads_only = name.find("ReadOnly") != name.npos || name.find("Viewer") != name.npos ||
                          name.find("ViewOnly") != name.npos;
  return !reads_only || is_read(operation) ? Decision::allowed : Decision::silent;
}

}  // namespace opsim::iam
