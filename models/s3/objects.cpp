// Objects and their versions: what a Put replaces, what a Delete leaves.
// AWS: S3 User Guide, "How S3 Versioning works"; S3 API Reference, the operation of the same name.
// Content is text and kept up to 256 KiB; an object without Body has the size that ContentLength
// says.
#include <fmt/format.h>

#include <algorithm>

#include "models/s3/s3.hpp"

namespace opsim::s3 {

namespace {

constexpr std::int64_t kLargestObject = 50LL << 40U;  // S3 User Guide, 2025: 50 TB
constexpr std::size_t kLongestKey = 1'024;            // bytes of UTF-8

ApiError method_not_allowed() {
  return {"MethodNotAllowed", "The specified method is not allowed against this resource.", 405};
}

std::string quoted_etag(const ObjectVersion& version) {
  return fmt::format("\"{}\"", version.etag);
}

void add_version_id(const Bucket& bucket, const ObjectVersion& version, Json& answer) {
  if (bucket.versioning != Versioning::never) answer["VersionId"] = version.version_id;
}

std::map<std::string, std::string> tags_in(const Json& tagging) {
  if (tagging.is_object()) return input::tags(input::member(tagging, "TagSet"));
  std::map<std::string, std::string> tags;  // "a=1&b=2", of a header
  std::string_view text;
  const std::string written = input::text(tagging);
  text = written;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    const auto equals = pair.find('=');
    tags[std::string{pair.substr(0, equals)}] =
        equals == pair.npos ? "" : std::string{pair.substr(equals + 1)};
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
  }
  return tags;
}

ApiResult<ObjectVersion> read_object(S3& s3, const Bucket& bucket, const Json& input) {
  const std::string key = input::text(input, "Key");
  if (key.empty() || key.size() > kLongestKey)
    return ApiError{"KeyTooLongError", "Your key is too long"};
  ObjectVersion version;
  const std::string body = input::text(input, "Body");
  const bool has_body = !input::member(input, "Body").is_null();
  version.size_bytes = has_body ? static_cast<std::int64_t>(body.size())
                                : input::integer(input, "ContentLength").value_or(0);
  if (version.size_bytes < 0 || version.size_bytes > kLargestObject)
    return ApiError{"EntityTooLarge",
                    "Your proposed upload exceeds the maximum allowed object size."};
  if (body.size() <= kLargestKeptBody && (has_body || version.size_bytes == 0)) version.body = body;
  version.etag = version.body ? md5_of(body)
                              : md5_of(fmt::format("{}/{}/{}", bucket.name, key, ++s3.sequence));
  if (const std::string type = input::text(input, "ContentType"); !type.empty())
    version.content_type = type;
  if (const std::string kept = input::text(input, "StorageClass"); !kept.empty())
    version.storage_class = kept;
  if (const Json& metadata = input::member(input, "Metadata"); metadata.is_object())
    version.metadata = metadata;
  version.tags = tags_in(input::member(input, "Tagging"));
  return version;
}

/// S3 User Guide, "How to prevent object overwrites with conditional writes".
std::optional<ApiError> wrong_condition(const Bucket& bucket, const std::string& key,
                                        const Json& input) {
  const ObjectVersion* now = bucket.newest(key);
  const bool stands = now != nullptr && !now->delete_marker;
  const std::string match = input::text(input, "IfMatch");
  const bool none = input::text(input, "IfNoneMatch") == "*";
  const bool other =
      !match.empty() && (!stands || (match != quoted_etag(*now) && match != now->etag));
  if (!(none && stands) && !other) return std::nullopt;
  return ApiError{"PreconditionFailed",
                  "At least one of the pre-conditions you specified did not hold", 412};
}

Json description_of(const Bucket& bucket, const ObjectVersion& version) {
  Json answer{{"ContentLength", version.size_bytes},
              {"ETag", quoted_etag(version)},
              {"LastModified", moment(version.modified)},
              {"ContentType", version.content_type},
              {"Metadata", version.metadata},
              {"AcceptRanges", "bytes"}};
  add_version_id(bucket, version, answer);
  if (version.storage_class != "STANDARD") answer["StorageClass"] = version.storage_class;
  if (!version.replication_status.empty()) answer["ReplicationStatus"] = version.replication_status;
  if (!version.tags.empty()) answer["TagCount"] = version.tags.size();
  return answer;
}

/// The object that a request names, or why it cannot be read.
ApiResult<const ObjectVersion*> asked_object(const Bucket& bucket, const Json& input) {
  const std::string key = input::text(input, "Key");
  const std::string id = input::text(input, "VersionId");
  const ObjectVersion* version = bucket.version(key, id);
  if (version == nullptr && !id.empty())
    return ApiError{"NoSuchVersion", "The specified version does not exist.", 404};
  if (version == nullptr) return no_such_key();
  if (!version->delete_marker) return version;
  if (id.empty()) return no_such_key();
  return method_not_allowed();
}

void forget(Bucket& bucket, std::map<std::string, std::vector<ObjectVersion>>::iterator at,
            std::vector<ObjectVersion>::iterator version) {
  bucket.bytes -= version->size_bytes;
  --bucket.versions;
  at->second.erase(version);
  if (at->second.empty()) bucket.objects.erase(at);
}

/// Takes one version away, or puts a delete marker on top.
Json remove(S3& s3, Bucket& bucket, const std::string& key, const std::string& id,
            const Request& request) {
  const auto at = bucket.objects.find(key);
  ObjectChange change{.event = "ObjectRemoved:Delete",
                      .reason = "DeleteObject",
                      .key = key,
                      .version = {},
                      .requester = request.caller.place.account};
  if (bucket.versioning != Versioning::never && id.empty()) {
    ObjectVersion marker;
    marker.delete_marker = true;
    ApiResult<ObjectVersion> stored = store(s3, bucket, key, std::move(marker));
    if (!stored) return Json::object();  // full: nothing more is kept
    change.event = "ObjectRemoved:DeleteMarkerCreated";
    change.version = *std::move(stored);
    notify(s3, bucket, change);
    replicate(s3, bucket, key, change.version);
    return Json{{"DeleteMarker", true}, {"VersionId", change.version.version_id}};
  }
  if (at == bucket.objects.end()) return Json::object();  // "204 No Content" all the same
  const auto version = id.empty() ? std::prev(at->second.end())
                                  : std::ranges::find(at->second, id, &ObjectVersion::version_id);
  if (version == at->second.end()) return Json::object();
  change.version = *version;
  Json answer = Json::object();
  if (!id.empty()) answer["VersionId"] = id;
  if (version->delete_marker) answer["DeleteMarker"] = true;
  forget(bucket, at, version);
  publish_storage(s3, bucket);
  notify(s3, bucket, change);
  return answer;
}

}  // namespace

ApiError no_such_key() { return {"NoSuchKey", "The specified key does not exist.", 404}; }

// "Objects that are stored in your bucket before you set the versioning state have a version ID of
// null." Suspended: "the PUT ... overwrites" the null version, others stay.
ApiResult<ObjectVersion> store(S3& s3, Bucket& bucket, const std::string& key,
                               ObjectVersion version) {
  std::vector<ObjectVersion>& versions = bucket.objects[key];
  const bool keeps = bucket.versioning == Versioning::enabled;
  if (!keeps) {
    const auto old = std::ranges::find(versions, "null", &ObjectVersion::version_id);
    if (old != versions.end()) {
      bucket.bytes -= old->size_bytes;
      --bucket.versions;
      versions.erase(old);
    }
  }
  if (static_cast<std::size_t>(bucket.versions) >= kMostVersions) {
    if (versions.empty()) bucket.objects.erase(key);
    return ApiError{"NotSimulated",
                    fmt::format("more than {} objects in one bucket are not kept", kMostVersions),
                    400};
  }
  ++s3.sequence;
  if (keeps) version.version_id = fmt::format("v{:016x}", s3.sequence);
  version.modified = s3.cloud.sim().now();
  bucket.bytes += version.size_bytes;
  ++bucket.versions;
  versions.push_back(std::move(version));
  publish_storage(s3, bucket);
  return versions.back();
}

ApiResult<Json> put_object(S3& s3, const Request& request) {
  Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const std::string key = input::text(request.input, "Key");
  ApiResult<ObjectVersion> version = read_object(s3, *bucket, request.input);
  if (!version) return version.error();
  if (const auto wrong = wrong_condition(*bucket, key, request.input)) return *wrong;
  ApiResult<ObjectVersion> stored = store(s3, *bucket, key, *std::move(version));
  if (!stored) return stored.error();
  replicate(s3, *bucket, key, *stored);
  notify(s3, *bucket,
         {.event = "ObjectCreated:Put",
          .reason = "PutObject",
          .key = key,
          .version = *stored,
          .requester = request.caller.place.account});
  Json answer{{"ETag", quoted_etag(*stored)}, {"ServerSideEncryption", "AES256"}};
  add_version_id(*bucket, *stored, answer);
  return answer;
}

// CopySource: "bucket/key", "/bucket/key?versionId=...", or {Bucket, Key, VersionId} as boto3 has
// it.
ApiResult<Json> copy_object(S3& s3, const Request& request) {
  Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  Json source = input::member(request.input, "CopySource");
  if (!source.is_object()) {
    std::string text = input::text(source);
    if (text.starts_with('/')) text.erase(0, 1);
    const auto slash = text.find('/');
    const auto mark = text.find("?versionId=");
    if (slash == text.npos) return ApiError{"InvalidArgument", "Invalid copy source object key"};
    source = {{"Bucket", text.substr(0, slash)},
              {"Key", text.substr(slash + 1, mark == text.npos ? mark : mark - slash - 1)}};
    if (mark != text.npos) source["VersionId"] = text.substr(mark + 11);
  }
  const Bucket* from = s3.find(input::text(source, "Bucket"));
  if (from == nullptr) return no_such_bucket();
  const ApiResult<const ObjectVersion*> original = asked_object(*from, source);
  if (!original) return original.error();
  ObjectVersion copy = **original;
  copy.version_id = "null";
  copy.replication_status.clear();
  const std::string key = input::text(request.input, "Key");
  if (key.empty()) return ApiError{"InvalidArgument", "A key must be specified"};
  ApiResult<ObjectVersion> stored = store(s3, *bucket, key, std::move(copy));
  if (!stored) return stored.error();
  replicate(s3, *bucket, key, *stored);
  notify(s3, *bucket,
         {.event = "ObjectCreated:Copy",
          .reason = "CopyObject",
          .key = key,
          .version = *stored,
          .requester = request.caller.place.account});
  Json answer{{"CopyObjectResult",
               {{"ETag", quoted_etag(*stored)}, {"LastModified", moment(stored->modified)}}}};
  add_version_id(*bucket, *stored, answer);
  return answer;
}

ApiResult<Json> delete_object(S3& s3, const Request& request) {
  Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  return remove(s3, *bucket, input::text(request.input, "Key"),
                input::text(request.input, "VersionId"), request);
}

// "contains a list of up to 1,000 keys".
ApiResult<Json> delete_objects(S3& s3, const Request& request) {
  Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const Json& objects = input::member(input::member(request.input, "Delete"), "Objects");
  if (!objects.is_array() || objects.empty() || objects.size() > 1'000)
    return ApiError{"MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our "
                    "published schema"};
  Json deleted = Json::array();
  for (const Json& object : objects) {
    Json one =
        remove(s3, *bucket, input::text(object, "Key"), input::text(object, "VersionId"), request);
    one["Key"] = input::text(object, "Key");
    deleted.push_back(std::move(one));
  }
  return Json{{"Deleted", deleted}};
}

ApiResult<Json> get_object(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const ApiResult<const ObjectVersion*> version = asked_object(*bucket, request.input);
  if (!version) return version.error();
  if (!(*version)->body)
    return ApiError{"NotSimulated", "the content of large objects is not kept", 400};
  Json answer = description_of(*bucket, **version);
  answer["Body"] = *(*version)->body;
  return answer;
}

/// A HEAD has no body: its errors are numbers.
ApiResult<Json> head_object(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return ApiError{"404", "Not Found", 404};
  const ApiResult<const ObjectVersion*> version = asked_object(*bucket, request.input);
  if (!version)
    return ApiError{fmt::format("{}", version.error().http_status),
                    version.error().http_status == 404 ? "Not Found" : "Method Not Allowed",
                    version.error().http_status};
  return description_of(*bucket, **version);
}

ApiResult<Json> get_object_tagging(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const ApiResult<const ObjectVersion*> version = asked_object(*bucket, request.input);
  if (!version) return version.error();
  Json set = Json::array();
  for (const auto& [key, value] : (*version)->tags) set.push_back({{"Key", key}, {"Value", value}});
  return Json{{"TagSet", set}};
}

ApiResult<Json> put_object_tagging(S3& s3, const Request& request) {
  Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const ApiResult<const ObjectVersion*> version = asked_object(*bucket, request.input);
  if (!version) return version.error();
  const auto tags = tags_in(input::member(request.input, "Tagging"));
  if (tags.size() > 10) return ApiError{"BadRequest", "Object tags cannot be greater than 10"};
  for (ObjectVersion& one : bucket->objects[input::text(request.input, "Key")])
    if (one.version_id == (*version)->version_id) one.tags = tags;
  return Json::object();
}

}  // namespace opsim::s3
