#include "models/s3/service.hpp"

#include <algorithm>

#include "models/s3/public_access.hpp"

namespace opsim {

namespace {

using s3::S3;

template <ApiResult<Json> (*Handle)(S3&, const Request&)>
constexpr auto on_s3 = immediate<S3, Handle>;
/// Of objects: so many requests a second.
template <s3::Pace Which, ApiResult<Json> (*Handle)(S3&, const Request&)>
ApiResult<Json> paced(S3& model, const Request& request) {
  if (auto refused = s3::too_fast(model, request, Which)) return *std::move(refused);
  return Handle(model, request);
}
template <ApiResult<Json> (*Handle)(S3&, const Request&)>
constexpr auto writes = on_s3<paced<s3::Pace::write, Handle>>;
template <ApiResult<Json> (*Handle)(S3&, const Request&)>
constexpr auto reads = on_s3<paced<s3::Pace::read, Handle>>;
constexpr auto kChange = on_s3<s3::change_setting>;
constexpr auto kRead = on_s3<s3::read_setting>;
constexpr std::string_view kNoParts = "uploads in parts: PutObject takes objects of any size";

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "AbortMultipartUpload", .not_simulated = kNoParts},
    {.name = "CompleteMultipartUpload", .not_simulated = kNoParts},
    {"CopyObject", Access::write, writes<s3::copy_object>},
    {"CreateBucket", Access::write, on_s3<s3::create_bucket>},
    {.name = "CreateMultipartUpload", .not_simulated = kNoParts},
    {"DeleteBucket", Access::write, on_s3<s3::delete_bucket>},
    {"DeleteBucketCors", Access::write, kChange},
    {"DeleteBucketEncryption", Access::write, kChange},
    {"DeleteBucketLifecycle", Access::write, kChange},
    {"DeleteBucketOwnershipControls", Access::write, kChange},
    {"DeleteBucketPolicy", Access::write, kChange},
    {"DeleteBucketReplication", Access::write, kChange},
    {"DeleteBucketTagging", Access::write, kChange},
    {"DeleteBucketWebsite", Access::write, kChange},
    {"DeleteObject", Access::write, writes<s3::delete_object>},
    {"DeleteObjects", Access::write, on_s3<s3::delete_objects>},
    {"DeletePublicAccessBlock", Access::write, kChange},
    {"GetBucketAccelerateConfiguration", Access::read, kRead},
    {"GetBucketAcl", Access::read, kRead},
    {"GetBucketCors", Access::read, kRead},
    {"GetBucketEncryption", Access::read, kRead},
    {"GetBucketLifecycleConfiguration", Access::read, kRead},
    {"GetBucketLocation", Access::read, on_s3<s3::get_bucket_location>},
    {"GetBucketLogging", Access::read, kRead},
    {"GetBucketNotificationConfiguration", Access::read, kRead},
    {"GetBucketOwnershipControls", Access::read, kRead},
    {"GetBucketPolicy", Access::read, kRead},
    {"GetBucketPolicyStatus", Access::read, on_s3<s3::get_bucket_policy_status>},
    {"GetBucketReplication", Access::read, kRead},
    {"GetBucketRequestPayment", Access::read, kRead},
    {"GetBucketTagging", Access::read, kRead},
    {"GetBucketVersioning", Access::read, on_s3<s3::get_bucket_versioning>},
    {"GetBucketWebsite", Access::read, kRead},
    {"GetObject", Access::read, reads<s3::get_object>},
    {"GetObjectTagging", Access::read, on_s3<s3::get_object_tagging>},
    {"GetPublicAccessBlock", Access::read, kRead},
    {"HeadBucket", Access::read, on_s3<s3::head_bucket>},
    {"HeadObject", Access::read, reads<s3::head_object>},
    {"ListBuckets", Access::read, on_s3<s3::list_buckets>},
    {"ListObjectVersions", Access::read, on_s3<s3::list_object_versions>},
    {"ListObjects", Access::read, on_s3<s3::list_objects>},
    {"ListObjectsV2", Access::read, on_s3<s3::list_objects>},
    {"PutBucketAccelerateConfiguration", Access::write, kChange},
    {"PutBucketAcl", Access::write, kChange},
    {"PutBucketCors", Access::write, kChange},
    {"PutBucketEncryption", Access::write, kChange},
    {"PutBucketLifecycleConfiguration", Access::write, kChange},
    {"PutBucketLogging", Access::write, kChange},
    {"PutBucketNotificationConfiguration", Access::write, kChange},
    {"PutBucketOwnershipControls", Access::write, kChange},
    {"PutBucketPolicy", Access::write, kChange},
    {"PutBucketReplication", Access::write, kChange},
    {"PutBucketRequestPayment", Access::write, kChange},
    {"PutBucketTagging", Access::write, kChange},
    {"PutBucketVersioning", Access::write, on_s3<s3::put_bucket_versioning>},
    {"PutBucketWebsite", Access::write, kChange},
    {"PutObject", Access::write, writes<s3::put_object>},
    {"PutObjectTagging", Access::write, on_s3<s3::put_object_tagging>},
    {"PutPublicAccessBlock", Access::write, kChange},
    {.name = "RestoreObject", .not_simulated = "archive classes are names"},
    {.name = "UploadPart", .not_simulated = kNoParts},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr ResourceType kResources[] = {
    {"AWS::S3::Bucket", create<S3, s3::create_bucket_resource>, &s3::kBucketProperties},
    {"AWS::S3::BucketPolicy", create<S3, s3::create_policy_resource>, &s3::kPolicyProperties},
};

constexpr Physics kPhysics[] = {{"AWS::S3::Bucket", &s3::kBucketPhysics, s3::apply_physics}};
constexpr Fault kFaults[] = {
    {"open to the public", &s3::kOpenShape, s3::begin_open},
    {"pause replication", &s3::kPauseShape, s3::begin_pause},
};

/// "replication" of a bucket: 0 while an experiment holds it.
std::optional<double> read_replication(Model& model, std::string_view name, std::string_view) {
  const s3::Bucket* bucket = static_cast<S3&>(model).find(name);
  return bucket == nullptr ? std::nullopt : std::optional{bucket->replication_stopped ? 0.0 : 1.0};
}
void change_replication(Model& model, std::string_view name, std::string_view, Change change) {
  if (s3::Bucket* bucket = static_cast<S3&>(model).find(name))
    s3::stop_replication(*bucket, change.value < 0.5);
}
constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::S3::Bucket", "public", "", s3::read_public, s3::change_public},
    {"AWS::S3::Bucket", "public minutes", "min", s3::read_public_minutes, nullptr},
    {"AWS::S3::Bucket", "replication", "", read_replication, change_replication}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "buckets, names, objects with versions and delete markers, lists, copies",
     "S3 API Reference; S3 User Guide, bucketnamingrules, versioning-workflows"},
    {Grade::simulated, "conditional writes (IfNoneMatch, IfMatch)",
     "S3 User Guide, conditional-writes"},
    {Grade::simulated, "notifications to EventBridge, SNS, SQS and Lambda in AWS's shapes",
     "S3 User Guide, EventNotifications, ev-events, notification-content-structure"},
    {Grade::simulated, "replication with a lag, its status, metrics and Time Control's events",
     "S3 User Guide, replication, replication-time-control, viewing-replication-metrics"},
    {Grade::simulated, "BucketSizeBytes and NumberOfObjects, once a day",
     "S3 User Guide, metrics-dimensions"},
    {Grade::simplified,
     "encryption, tags, CORS, logging are kept; a bucket's policy is asked what it denies of its "
     "settings, not of its objects"},
    {Grade::simulated,
     "public or not: policies, ACLs where ownership allows them, Block Public Access of the bucket",
     "S3 User Guide, access-control-block-public-access, about-object-ownership"},
    {Grade::simplified, "content is text and kept up to 256 KiB; larger objects are sizes"},
    {Grade::simplified, "replication and notification delays are estimates within AWS's words"},
    {Grade::absent, "lifecycle actions, archive classes, object lock, uploads in parts"},
    {Grade::simulated, "503 SlowDown beyond 3,500 writes, 5,500 reads a second of a prefix",
     "S3 User Guide, optimizing-performance"},
    {Grade::absent, "request metrics, access points, batch replication, website hosting"},
};

}  // namespace

extern const Service kS3{
    .name = "s3",
    .title = "Amazon S3",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<S3>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .physics = kPhysics,
    .quantities = kQuantities,
    .faults = kFaults,
    .fidelity = kFidelity,
};

}  // namespace opsim
