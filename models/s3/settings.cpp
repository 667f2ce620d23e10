// What is set on a bucket and kept as it was said: encryption, policy, lifecycle, tags, ...: one
// table for all of them. AWS: S3 API Reference, PutBucketX, GetBucketX, DeleteBucketX.
#include <algorithm>
#include <iterator>

#include "models/s3/public_access.hpp"

namespace opsim::s3 {

namespace {

struct Setting {
  std::string_view name;       // "BucketEncryption": what follows Put, Get and Delete
  std::string_view key;        // in Bucket::settings
  std::string_view input;      // the member of Put that is kept
  std::string_view output;     // the member of Get that gives it; "" for its own members
  std::string_view absent;     // the code where none is set; "" for an empty answer
  std::string_view text = {};  // and what AWS says then
};

// To add a setting: a row here, and its operations in service.cpp.
constexpr Setting kSettings[] = {
    {"BucketAccelerateConfiguration", "Accelerate", "AccelerateConfiguration", "", ""},
    {"BucketAcl", "Acl", "AccessControlPolicy", "", ""},
    {"BucketCors", "Cors", "CORSConfiguration", "", "NoSuchCORSConfiguration",
     "The CORS configuration does not exist"},
    {"BucketEncryption", "Encryption", "ServerSideEncryptionConfiguration",
     "ServerSideEncryptionConfiguration", ""},
    {"BucketLifecycle", "Lifecycle", "LifecycleConfiguration", "", "NoSuchLifecycleConfiguration",
     "The lifecycle configuration does not exist"},
    {"BucketLifecycleConfiguration", "Lifecycle", "LifecycleConfiguration", "",
     "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"},
    {"BucketLogging", "Logging", "BucketLoggingStatus", "", ""},
    {"BucketNotificationConfiguration", "Notification", "NotificationConfiguration", "", ""},
    {"BucketOwnershipControls", "Ownership", "OwnershipControls", "OwnershipControls",
     "OwnershipControlsNotFoundError", "The bucket ownership controls were not found"},
    {"BucketPolicy", "Policy", "Policy", "Policy", "NoSuchBucketPolicy",
     "The bucket policy does not exist"},
    {"BucketReplication", "Replication", "ReplicationConfiguration", "ReplicationConfiguration",
     "ReplicationConfigurationNotFoundError", "The replication configuration was not found"},
    {"BucketRequestPayment", "RequestPayment", "RequestPaymentConfiguration", "", ""},
    {"BucketTagging", "Tagging", "Tagging", "", "NoSuchTagSet", "The TagSet does not exist"},
    {"BucketWebsite", "Website", "WebsiteConfiguration", "", "NoSuchWebsiteConfiguration",
     "The specified bucket does not have a website configuration"},
    {"PublicAccessBlock", "PublicAccessBlock", "PublicAccessBlockConfiguration",
     "PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration",
     "The public access block configuration was not found"},
};

/// "PutBucketEncryption" -> the row of "BucketEncryption".
const Setting& setting_of(std::string_view operation) {
  for (const std::string_view verb : {"Put", "Get", "Delete"})
    if (operation.starts_with(verb)) operation.remove_prefix(verb.size());
  return *std::ranges::find(kSettings, operation, &Setting::name);
}

/// "Amazon S3 applies server-side encryption with Amazon S3 managed keys (SSE-S3) as the base
/// level of encryption for every bucket" (S3 User Guide, 5 January 2023).
Json usual_encryption() {
  return {{"Rules",
           {{{"ApplyServerSideEncryptionByDefault", {{"SSEAlgorithm", "AES256"}}},
             {"BucketKeyEnabled", false}}}}};
}

bool blocks_public_policy(const Bucket& bucket) {
  const auto block = bucket.settings.find("PublicAccessBlock");
  return block != bucket.settings.end() &&
         input::boolean(block->second, "BlockPublicPolicy").value_or(false);
}

ApiResult<Json> read_policy(const Bucket& bucket, const Json& given) {
  Json policy = given.is_string() ? Json::parse(given.get<std::string>(), nullptr, false) : given;
  if (!policy.is_object() || !policy.contains("Statement"))
    return ApiError{"MalformedPolicy",
                    "Policies must be valid JSON and the first byte must be '{'"};
  if (blocks_public_policy(bucket) && is_public(policy))
    return ApiError{"AccessDenied",
                    "User is not authorized to perform: s3:PutBucketPolicy because public policies "
                    "are blocked by the BlockPublicPolicy block public access setting.",
                    403};
  return policy;
}

ApiResult<void> put_setting(Bucket& bucket, const Setting& setting, const Json& given) {
  const Json& value = input::member(given, setting.input);
  if (setting.key == "Acl") {
    ApiResult<Json> acl = acl_of(bucket, given);
    if (!acl) return acl.error();
    bucket.settings["Acl"] = *std::move(acl);
    return {};
  }
  if (setting.key == "Policy") {
    ApiResult<Json> policy = read_policy(bucket, value);
    if (!policy) return policy.error();
    bucket.settings["Policy"] = *std::move(policy);
    return {};
  }
  if (setting.key == "Replication") {
    if (const ApiResult<void> read = read_replication(bucket, value); !read) return read.error();
  }
  if (setting.key == "Notification") {
    read_notifications(bucket, value);
    return {};
  }
  bucket.settings[std::string{setting.key}] = value.is_null() ? Json::object() : value;
  return {};
}

}  // namespace

// S3 User Guide, "The meaning of public": a policy that grants a wildcard Principal, without a
// condition that narrows it. SIMPLIFIED: any condition narrows it.
bool is_public(const Json& policy) {
  const Json& written = input::member(policy, "Statement");
  const Json statements = written.is_array() ? written : Json::array({written});
  return std::ranges::any_of(statements, [](const Json& statement) {
    if (input::text(statement, "Effect") != "Allow") return false;
    if (const Json& condition = input::member(statement, "Condition");
        condition.is_object() && !condition.empty())
      return false;
    const Json& principal = input::member(statement, "Principal");
    if (principal == "*") return true;
    const std::vector<std::string> names = input::texts(principal, "AWS");
    return std::ranges::find(names, "*") != names.end();
  });
}

ApiResult<Json> change_setting(S3& s3, const Request& request) {
  const Setting& setting = setting_of(request.operation);
  Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  if (auto denied = denied_by_policy(*bucket, request)) return *std::move(denied);
  if (request.operation.starts_with("Delete")) {
    bucket->settings.erase(std::string{setting.key});
    if (setting.key == "Replication") bucket->replication.clear();
  } else if (const ApiResult<void> put = put_setting(*bucket, setting, request.input); !put) {
    return put.error();
  }
  look_at_access(s3, *bucket);
  return Json::object();
}

ApiResult<Json> read_setting(S3& s3, const Request& request) {
  const Setting& setting = setting_of(request.operation);
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  if (setting.key == "Notification") return notifications_of(*bucket);
  const auto found = bucket->settings.find(setting.key);
  Json value;
  if (found != bucket->settings.end()) {
    value = found->second;
  } else if (setting.key == "Encryption") {
    value = usual_encryption();
  } else if (setting.key == "Acl") {
    value = {{"Owner", {{"ID", bucket->place.account}}},
             {"Grants",
              {{{"Grantee", {{"Type", "CanonicalUser"}, {"ID", bucket->place.account}}},
                {"Permission", "FULL_CONTROL"}}}}};
  } else if (!setting.absent.empty()) {
    return ApiError{std::string{setting.absent}, std::string{setting.text}, 404};
  }
  if (setting.key == "Policy") value = value.dump();  // a text, as it was put
  if (setting.output.empty()) return value.is_object() ? value : Json::object();
  return Json{{setting.output, value}};
}

}  // namespace opsim::s3
