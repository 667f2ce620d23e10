#pragma once
/// Amazon S3: buckets by name, which is one name space over all accounts and Regions.
#include "models/s3/bucket.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::s3 {

class S3 : public Model {
 public:
  explicit S3(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, Bucket, std::less<>> buckets;
  std::optional<Distribution> usually_replicates_in;  // physics of the type as a whole
  std::uint64_t sequence = 0;                         // of changes, over all buckets

  [[nodiscard]] Bucket* find(std::string_view name);
  /// The bucket of a request's `Bucket`: its name, or the ARN of an access point of that name.
  [[nodiscard]] Bucket* asked_for(const Request& request);
};

/// What a Put, a Copy or a Delete came to, for whoever is told.
struct ObjectChange {
  std::string_view event;   // "ObjectCreated:Put"
  std::string_view reason;  // "PutObject"
  std::string key;
  ObjectVersion version;
  std::string requester;
};

// ---- Words of the service ----
/// Requests for objects that come too fast: 503 SlowDown.
enum class Pace : std::uint8_t { read, write };
std::optional<ApiError> too_fast(S3& s3, const Request& request, Pace pace);
ApiError no_such_bucket();
ApiError no_such_key();
std::string md5_of(std::string_view text);
/// RFC 7231 is what HTTP has; boto3 gives a time, which JSON has as ISO 8601.
std::string moment(SimTime time);

// ---- Buckets ----
/// S3 User Guide, "Bucket naming rules". "" where the name is good.
std::string wrong_name(std::string_view name);
ApiResult<Bucket*> add_bucket(S3& s3, const Place& place, const std::string& name);

// ---- Objects ----
/// Puts a version in its place, as the bucket's versioning says; answers what now stands.
ApiResult<ObjectVersion> store(S3& s3, Bucket& bucket, const std::string& key,
                               ObjectVersion version);
/// Publishes the daily storage metrics anew.
void publish_storage(S3& s3, Bucket& bucket);

// ---- Who is told ----
void notify(S3& s3, const Bucket& bucket, const ObjectChange& change);
/// NotificationConfiguration in the words of the API or of CloudFormation.
void read_notifications(Bucket& bucket, const Json& configuration);
Json notifications_of(const Bucket& bucket);

// ---- Replication ----
ApiResult<void> read_replication(Bucket& bucket, const Json& configuration);
/// Starts the way of a new version to every destination whose rule takes it.
void replicate(S3& s3, Bucket& bucket, const std::string& key, const ObjectVersion& version);
void pause_replication(S3& s3, Bucket& bucket, Duration how_long);
/// Nothing arrives until it is let go again; then all of it does.
void stop_replication(Bucket& bucket, bool stopped);

// ---- Operations: buckets ----
ApiResult<Json> create_bucket(S3& s3, const Request& request);
ApiResult<Json> delete_bucket(S3& s3, const Request& request);
ApiResult<Json> get_bucket_location(S3& s3, const Request& request);
ApiResult<Json> get_bucket_policy_status(S3& s3, const Request& request);
ApiResult<Json> get_bucket_versioning(S3& s3, const Request& request);
ApiResult<Json> head_bucket(S3& s3, const Request& request);
ApiResult<Json> list_buckets(S3& s3, const Request& request);
ApiResult<Json> put_bucket_versioning(S3& s3, const Request& request);

// ---- Operations: settings, a table of them ----
/// PutBucketEncryption, GetBucketPolicy, DeletePublicAccessBlock, ...
ApiResult<Json> change_setting(S3& s3, const Request& request);
ApiResult<Json> read_setting(S3& s3, const Request& request);
/// True for a policy that lets everybody do something.
bool is_public(const Json& policy);

// ---- Operations: objects ----
ApiResult<Json> copy_object(S3& s3, const Request& request);
ApiResult<Json> delete_object(S3& s3, const Request& request);
ApiResult<Json> delete_objects(S3& s3, const Request& request);
ApiResult<Json> get_object(S3& s3, const Request& request);
ApiResult<Json> get_object_tagging(S3& s3, const Request& request);
ApiResult<Json> head_object(S3& s3, const Request& request);
ApiResult<Json> list_object_versions(S3& s3, const Request& request);
ApiResult<Json> list_objects(S3& s3, const Request& request);
ApiResult<Json> put_object(S3& s3, const Request& request);
ApiResult<Json> put_object_tagging(S3& s3, const Request& request);

// ---- Resources, physics, faults ----
ApiResult<Created> create_bucket_resource(S3& s3, const ResourceRequest& request);
ApiResult<Created> create_policy_resource(S3& s3, const ResourceRequest& request);
extern const Shape kBucketProperties;
extern const Shape kPolicyProperties;
extern const Shape kBucketPhysics;
extern const Shape kPauseShape;
void apply_physics(Model& model, const PhysicsRequest& request);
void begin_pause(Model& model, const FaultRequest& request);

}  // namespace opsim::s3
