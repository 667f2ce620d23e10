// AWS::S3::Bucket and AWS::S3::BucketPolicy; what physics and a timeline say of a bucket.
// AWS: CloudFormation User Guide, the type of the same name.
// SIMPLIFIED: a policy that a template puts on a bucket is not refused for being public.
#include <fmt/format.h>

#include <algorithm>

#include "models/s3/public_access.hpp"
#include "opsim/document/quantity.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::s3 {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// "stack-bucket-1x2y3z": in lower case, random letters are a counter here; 63 at most.
std::string generated_name(S3& s3, const ResourceRequest& request) {
  std::string stem = fmt::format("{}-{}", request.stack, request.logical_id).substr(0, 50);
  std::ranges::transform(stem, stem.begin(), lower);
  while (!stem.empty() && stem.front() == '-') stem.erase(0, 1);
  return s3.cloud.next_id(stem + "-");
}

struct Kept {
  std::string_view property;
  std::string_view setting;
};
/// Properties that are settings of the API under another name; nested members have the same names
/// but for a few lists, which are kept as they stand in the template.
constexpr Kept kKept[] = {
    {"BucketEncryption", "Encryption"},
    {"CorsConfiguration", "Cors"},
    {"LifecycleConfiguration", "Lifecycle"},
    {"LoggingConfiguration", "Logging"},
    {"OwnershipControls", "Ownership"},
    {"PublicAccessBlockConfiguration", "PublicAccessBlock"},
    {"WebsiteConfiguration", "Website"},
};

/// CloudFormation says ServerSideEncryptionByDefault where the API says
/// ApplyServerSideEncryptionByDefault.
Json encryption_of(const Json& property) {
  Json rules = Json::array();
  if (const Json& given = input::member(property, "ServerSideEncryptionConfiguration");
      given.is_array())
    for (const Json& one : given) {
      Json rule = Json::object();
      rule["ApplyServerSideEncryptionByDefault"] =
          input::member(one, "ServerSideEncryptionByDefault");
      rule["BucketKeyEnabled"] = input::boolean(one, "BucketKeyEnabled").value_or(false);
      rules.push_back(std::move(rule));
    }
  return {{"Rules", std::move(rules)}};
}

void keep_settings(Bucket& bucket, const Json& properties) {
  for (const auto& [property, setting] : kKept)
    if (const Json& value = input::member(properties, property); value.is_object())
      bucket.settings[std::string{setting}] =
          setting == "Encryption" ? encryption_of(value) : value;
  if (const Json& tags = input::member(properties, "Tags"); tags.is_array())
    bucket.settings["Tagging"] = {{"TagSet", tags}};
}

Created created(const Bucket& bucket) {
  const std::string& name = bucket.name;
  const std::string& region = bucket.place.region;
  return {
      .physical_id = name,
      .arn = bucket.arn(),
      .attributes = {
          {"Arn", bucket.arn()},
          {"DomainName", fmt::format("{}.s3.amazonaws.com", name)},
          {"DualStackDomainName", fmt::format("{}.s3.dualstack.{}.amazonaws.com", name, region)},
          {"RegionalDomainName", fmt::format("{}.s3.{}.amazonaws.com", name, region)},
          {"WebsiteURL", fmt::format("http://{}.s3-website-{}.amazonaws.com", name, region)}}};
}

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr std::string_view kOnOff[] = {"Enabled", "Suspended"};
constexpr Shape kStatus{.kind = Kind::text, .allowed = kOnOff};
constexpr Field kVersioningFields[] = {
    {.name = "Status", .shape = &kStatus, .need = Need::required}};
constexpr Shape kVersioning{.kind = Kind::mapping, .fields = kVersioningFields};

constexpr Field kBucketFields[] = {
    {.name = "AbacStatus", .simulated = Simulated::no},
    {.name = "AccelerateConfiguration", .simulated = Simulated::no},
    {.name = "AccessControl", .shape = &kText, .simulated = Simulated::no},
    {.name = "AnalyticsConfigurations", .simulated = Simulated::no},
    {.name = "BucketEncryption"},
    {.name = "BucketName", .shape = &kText},
    {.name = "CorsConfiguration"},
    {.name = "IntelligentTieringConfigurations", .simulated = Simulated::no},
    {.name = "InventoryConfigurations", .simulated = Simulated::no},
    {.name = "LifecycleConfiguration", .simulated = Simulated::no},
    {.name = "LoggingConfiguration", .simulated = Simulated::no},
    {.name = "MetadataTableConfiguration", .simulated = Simulated::no},
    {.name = "MetricsConfigurations", .simulated = Simulated::no},
    {.name = "NotificationConfiguration"},
    {.name = "ObjectLockConfiguration", .simulated = Simulated::no},
    {.name = "ObjectLockEnabled", .shape = &kBoolean, .simulated = Simulated::no},
    {.name = "OwnershipControls"},
    {.name = "PublicAccessBlockConfiguration"},
    {.name = "ReplicationConfiguration",
     .doc = "Objects arrive at the destination some time later."},
    {.name = "Tags"},
    {.name = "VersioningConfiguration", .shape = &kVersioning},
    {.name = "WebsiteConfiguration", .simulated = Simulated::no},
};
constexpr Field kPolicyFields[] = {
    {.name = "Bucket", .shape = &kText, .need = Need::required},
    {.name = "PolicyDocument",
     .need = Need::required,
     .doc = "Asked for what it denies of the bucket's own settings."},
};

constexpr std::string_view kSizes[] = {"B",  "KB",  "MB",  "GB",  "TB",
                                       "PB", "KiB", "MiB", "GiB", "TiB"};
constexpr Shape kSize{.kind = Kind::quantity, .allowed = kSizes, .example = "3 TB"};
constexpr Shape kCount{.kind = Kind::integer, .min = 0, .max = 1e15};
constexpr Shape kTakes{.kind = Kind::distribution, .example = "lognormal(p50 10s, p99 3min)"};
constexpr Field kPhysicsFields[] = {
    {.name = "holds", .shape = &kSize, .doc = "How much it holds beside the objects known here."},
    {.name = "objects", .shape = &kCount, .doc = "How many objects that is."},
    {.name = "replicates in", .shape = &kTakes, .doc = "How long an object is on its way."},
};
constexpr Shape kOnText{.kind = Kind::text, .min = 1};
constexpr Shape kHowLong{.kind = Kind::duration, .min = 0, .example = "30min"};
constexpr Field kPauseFields[] = {
    {.name = "on", .shape = &kOnText, .need = Need::required, .doc = "The source bucket."},
    {.name = "for", .shape = &kHowLong, .need = Need::required, .doc = "Until it goes on."},
};

double bytes_of(const Quantity& size) {
  constexpr std::pair<std::string_view, double> kUnits[] = {{"B", 1},
                                                            {"KB", 1e3},
                                                            {"MB", 1e6},
                                                            {"GB", 1e9},
                                                            {"TB", 1e12},
                                                            {"PB", 1e15},
                                                            {"KiB", 1024.0},
                                                            {"MiB", 1048576.0},
                                                            {"GiB", 1073741824.0},
                                                            {"TiB", 1099511627776.0}};
  for (const auto& [unit, bytes] : kUnits)
    if (unit == size.unit) return size.value * bytes;
  return size.value;
}

}  // namespace

extern constexpr Shape kBucketProperties{.kind = Kind::mapping, .fields = kBucketFields};
extern constexpr Shape kPolicyProperties{.kind = Kind::mapping, .fields = kPolicyFields};
extern constexpr Shape kBucketPhysics{.kind = Kind::mapping,
                                      .name = "bucket",
                                      .doc = "What is in a bucket, and how fast it replicates.",
                                      .fields = kPhysicsFields};
extern constexpr Shape kPauseShape{.kind = Kind::mapping,
                                   .doc = "Nothing arrives at the destinations of a bucket.",
                                   .fields = kPauseFields};

ApiResult<Created> create_bucket_resource(S3& s3, const ResourceRequest& request) {
  std::string name = input::text(request.properties, "BucketName");
  if (name.empty()) name = generated_name(s3, request);
  const ApiResult<Bucket*> made = add_bucket(s3, request.place, name);
  if (!made) return made.error();
  Bucket& bucket = **made;
  const std::string status =
      input::text(input::member(request.properties, "VersioningConfiguration"), "Status");
  if (status == "Enabled") bucket.versioning = Versioning::enabled;
  if (status == "Suspended") bucket.versioning = Versioning::suspended;
  keep_settings(bucket, request.properties);
  if (const Json& told = input::member(request.properties, "NotificationConfiguration");
      told.is_object())
    read_notifications(bucket, told);
  if (const Json& replication = input::member(request.properties, "ReplicationConfiguration");
      replication.is_object()) {
    if (const ApiResult<void> read = read_replication(bucket, replication); !read) {
      s3.buckets.erase(name);
      return read.error();
    }
    bucket.settings["Replication"] = replication;
  }
  return created(bucket);
}

ApiResult<Created> create_policy_resource(S3& s3, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "Bucket");
  if (Bucket* bucket = s3.find(name)) {  // else of another stack, which is not here
    bucket->settings["Policy"] = input::member(request.properties, "PolicyDocument");
    look_at_access(s3, *bucket);
  }
  return Created{.physical_id = name};
}

void apply_physics(Model& model, const PhysicsRequest& request) {
  S3& s3 = static_cast<S3&>(model);
  Bucket* bucket = request.resource == nullptr ? nullptr : s3.find(request.resource->physical_id);
  if (const auto takes = request.values.find("replicates in"))
    if (const ParsedDistribution parsed = Distribution::parse(takes->spelling()))
      (bucket == nullptr ? s3.usually_replicates_in : bucket->replicates_in) = *parsed;
  if (bucket == nullptr) return;
  if (const auto holds = request.values.find("holds"))
    if (const auto size = parse_quantity(holds->spelling()))
      bucket->base_bytes = static_cast<std::int64_t>(std::clamp(bytes_of(*size), 0.0, 1e18));
  if (const auto objects = request.values.find("objects"))
    bucket->base_objects = objects->as_integer().value_or(0);
  publish_storage(s3, *bucket);
}

void begin_pause(Model& model, const FaultRequest& request) {
  S3& s3 = static_cast<S3&>(model);
  const auto text = request.arguments.find("for");
  const auto how_long = text ? parse_duration(text->spelling()) : std::nullopt;
  for (const std::string& name : request.targets)
    if (Bucket* bucket = s3.find(name); bucket != nullptr && how_long)
      pause_replication(s3, *bucket, *how_long);
}

}  // namespace opsim::s3
