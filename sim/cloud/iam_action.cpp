// AWS: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3",
// "... for AWS Lambda": the operations whose action is named otherwise.
#include "opsim/cloud/iam_action.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace opsim {

namespace {

/// IAM's prefix where it is not the endpoint's.
std::string_view action_prefix(std::string_view service) {
  if (service == "elbv2" || service == "elb") return "elasticloadbalancing";
  if (service == "monitoring") return "cloudwatch";
  if (service == "docdb" || service == "neptune") return "rds";
  if (service == "efs") return "elasticfilesystem";
  return service;
}

struct NamedOtherwise {
  std::string_view operation;
  std::string_view action;
};
constexpr NamedOtherwise kS3Actions[] = {
    {"CompleteMultipartUpload", "PutObject"},
    {"CopyObject", "PutObject"},
    {"CreateMultipartUpload", "PutObject"},
    {"DeleteBucketCors", "PutBucketCORS"},
    {"DeleteBucketEncryption", "PutEncryptionConfiguration"},
    {"DeleteBucketLifecycle", "PutLifecycleConfiguration"},
    {"DeleteBucketOwnershipControls", "PutBucketOwnershipControls"},
    {"DeleteBucketReplication", "PutReplicationConfiguration"},
    {"DeleteBucketTagging", "PutBucketTagging"},
    {"DeleteObjects", "DeleteObject"},
    {"DeletePublicAccessBlock", "PutBucketPublicAccessBlock"},
    {"GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"},
    {"GetBucketCors", "GetBucketCORS"},
    {"GetBucketEncryption", "GetEncryptionConfiguration"},
    {"GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"},
    {"GetBucketNotificationConfiguration", "GetBucketNotification"},
    {"GetBucketReplication", "GetReplicationConfiguration"},
    {"GetPublicAccessBlock", "GetBucketPublicAccessBlock"},
    {"HeadBucket", "ListBucket"},
    {"HeadObject", "GetObject"},
    {"ListBuckets", "ListAllMyBuckets"},
    {"ListObjectVersions", "ListBucketVersions"},
    {"ListObjects", "ListBucket"},
    {"ListObjectsV2", "ListBucket"},
    {"PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"},
    {"PutBucketCors", "PutBucketCORS"},
    {"PutBucketEncryption", "PutEncryptionConfiguration"},
    {"PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"},
    {"PutBucketNotificationConfiguration", "PutBucketNotification"},
    {"PutBucketReplication", "PutReplicationConfiguration"},
    {"PutPublicAccessBlock", "PutBucketPublicAccessBlock"},
    {"UploadPart", "PutObject"},
};
static_assert(std::ranges::is_sorted(kS3Actions, {}, &NamedOtherwise::operation));

}  // namespace

std::string iam_action(std::string_view service, std::string_view operation) {
  if (service == "s3") {
    const auto found =
        std::ranges::lower_bound(kS3Actions, operation, {}, &NamedOtherwise::operation);
    if (found != std::end(kS3Actions) && found->operation == operation) operation = found->action;
  }
  if (service == "lambda" && operation == "Invoke") operation = "InvokeFunction";
  return fmt::format("{}:{}", action_prefix(service), operation);
}

}  // namespace opsim
