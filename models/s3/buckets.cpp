// Buckets: names, versions on or off, and who is there.
// AWS: S3 API Reference, the operation of the same name; S3 User Guide, "Bucket naming rules".
#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/detail/md5.hpp>

#include "models/s3/s3.hpp"

namespace opsim::s3 {

namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string_view text_of(Versioning versioning) {
  return versioning == Versioning::enabled ? "Enabled" : "Suspended";
}

}  // namespace

std::string Bucket::arn() const {
  return fmt::format("arn:{}:s3:::{}", partition_of(place.region), name);
}

const ObjectVersion* Bucket::newest(const std::string& key) const {
  const auto found = objects.find(key);
  return found == objects.end() ? nullptr : &found->second.back();
}

const ObjectVersion* Bucket::version(const std::string& key, const std::string& version_id) const {
  if (version_id.empty()) return newest(key);
  const auto found = objects.find(key);
  if (found == objects.end()) return nullptr;
  const auto one = std::ranges::find(found->second, version_id, &ObjectVersion::version_id);
  return one == found->second.end() ? nullptr : &*one;
}

Bucket* S3::find(std::string_view name) {
  if (const auto slash = name.rfind("/"); name.starts_with("arn:") && slash != name.npos)
    name.remove_prefix(slash + 1);  // an access point
  else if (const auto colons = name.rfind(":::"); colons != name.npos)
    name.remove_prefix(colons + 3);
  const auto found = buckets.find(name);
  return found == buckets.end() ? nullptr : &found->second;
}

Bucket* S3::asked_for(const Request& request) { return find(input::text(request.input, "Bucket")); }

ApiError no_such_bucket() { return {"NoSuchBucket", "The specified bucket does not exist", 404}; }

std::string md5_of(std::string_view text) {
  boost::uuids::detail::md5 hash;
  hash.process_bytes(text.data(), text.size());
  boost::uuids::detail::md5::digest_type digest;
  hash.get_digest(digest);
  std::string hex;
  for (const unsigned word : digest) hex += fmt::format("{:08x}", word);
  return hex;
}

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

// "between 3 (min) and 63 (max) characters long", "only of lowercase letters, numbers, periods (.),
// and hyphens (-)", "must begin and end with a letter or number", "must not contain two adjacent
// periods", "must not be formatted as an IP address", some prefixes and suffixes are reserved.
std::string wrong_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return "it has 3 to 63 characters";
  if (!std::ranges::all_of(name,
                           [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; }))
    return "it has lower-case letters, digits, periods and hyphens only";
  if (!is_letter_or_digit(name.front()) || !is_letter_or_digit(name.back()))
    return "it begins and ends with a letter or a digit";
  if (name.find("..") != name.npos) return "it has no two adjacent periods";
  const bool numbers =
      std::ranges::all_of(name, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  if (numbers && std::ranges::count(name, '.') == 3) return "it is no IP address";
  for (const std::string_view prefix : {"xn--", "sthree-", "amzn-s3-demo-"})
    if (name.starts_with(prefix)) return fmt::format("names that begin with {} are AWS's", prefix);
  for (const std::string_view suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3"})
    if (name.ends_with(suffix)) return fmt::format("names that end in {} are AWS's", suffix);
  return {};
}

ApiResult<Bucket*> add_bucket(S3& s3, const Place& place, const std::string& name) {
  if (const std::string why = wrong_name(name); !why.empty())
    return ApiError{"InvalidBucketName",
                    fmt::format("The specified bucket is not valid: {}: {}", name, why)};
  if (const Bucket* other = s3.find(name)) {
    if (other->place.account == place.account)
      return ApiError{"BucketAlreadyOwnedByYou",
                      "Your previous request to create the named bucket succeeded and you already "
                      "own it.",
                      409};
    return ApiError{"BucketAlreadyExists",
                    "The requested bucket name is not available. The bucket namespace is shared by "
                    "all users of the system. Please select a different name and try again.",
                    409};
  }
  Bucket& bucket = s3.buckets[name];
  bucket.name = name;
  bucket.place = place;
  bucket.created = s3.cloud.sim().now();
  // Since April 2023 new buckets block public access (S3 User Guide, "Blocking public access").
  bucket.settings["PublicAccessBlock"] = {{"BlockPublicAcls", true},
                                          {"BlockPublicPolicy", true},
                                          {"IgnorePublicAcls", true},
                                          {"RestrictPublicBuckets", true}};
  return &bucket;
}

// "If you don't specify a Region, the bucket is created in the US East (N. Virginia) Region."
ApiResult<Json> create_bucket(S3& s3, const Request& request) {
  const std::string name = input::text(request.input, "Bucket");
  Place place = request.place();
  const std::string region =
      input::text(input::member(request.input, "CreateBucketConfiguration"), "LocationConstraint");
  if (!region.empty()) place.region = region;
  const ApiResult<Bucket*> made = add_bucket(s3, place, name);
  if (!made) {
    // "Amazon S3 returns this error in all AWS Regions except in the North Virginia Region. For
    // legacy compatibility, if you re-create an existing bucket that you already own in the North
    // Virginia Region, Amazon S3 returns 200 OK".
    const bool legacy =
        made.error().code == "BucketAlreadyOwnedByYou" && place.region == "us-east-1";
    if (!legacy) return made.error();
  }
  return Json{{"Location", "/" + name}};
}

ApiResult<Json> delete_bucket(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  if (!bucket->empty() || bucket->base_objects > 0)
    return ApiError{"BucketNotEmpty", "The bucket you tried to delete is not empty", 409};
  for (const auto& metric : {bucket->size_metric, bucket->count_metric})
    if (metric) s3.cloud.metrics().stop(*metric);
  s3.buckets.erase(bucket->name);
  return Json::object();
}

/// "Buckets in Region us-east-1 have a LocationConstraint of null."
ApiResult<Json> get_bucket_location(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const bool first = bucket->place.region == "us-east-1";
  return Json{{"LocationConstraint", first ? Json{} : Json(bucket->place.region)}};
}

ApiResult<Json> get_bucket_policy_status(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const auto policy = bucket->settings.find("Policy");
  const bool open = policy != bucket->settings.end() && is_public(policy->second);
  return Json{{"PolicyStatus", {{"IsPublic", open}}}};
}

ApiResult<Json> get_bucket_versioning(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  if (bucket->versioning == Versioning::never) return Json::object();
  return Json{{"Status", text_of(bucket->versioning)}};
}

/// "If the bucket does not exist or you do not have permission to access it, the HEAD request
/// returns a generic 400 Bad Request, 403 Forbidden, or 404 Not Found" without a body.
ApiResult<Json> head_bucket(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return ApiError{"404", "Not Found", 404};
  return Json{{"BucketRegion", bucket->place.region}, {"AccessPointAlias", false}};
}

// SIMPLIFIED: all in one page.
ApiResult<Json> list_buckets(S3& s3, const Request& request) {
  const std::string prefix = input::text(request.input, "Prefix");
  Json list = Json::array();
  for (const auto& [name, bucket] : s3.buckets)
    if (bucket.place.account == request.place().account && name.starts_with(prefix))
      list.push_back({{"Name", name},
                      {"CreationDate", moment(bucket.created)},
                      {"BucketRegion", bucket.place.region}});
  return Json{{"Buckets", list}, {"Owner", {{"ID", request.place().account}}}};
}

// "If you have an object expiration lifecycle configuration ..."; a bucket that was versioned once
// is never unversioned again.
ApiResult<Json> put_bucket_versioning(S3& s3, const Request& request) {
  Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const std::string status =
      input::text(input::member(request.input, "VersioningConfiguration"), "Status");
  if (status != "Enabled" && status != "Suspended")
    return ApiError{"MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our "
                    "published schema"};
  if (status == "Suspended" && !bucket->replication.empty())
    return ApiError{"InvalidBucketState",
                    "A replication configuration is present on this bucket, so the versioning "
                    "state cannot be changed.",
                    409};
  bucket->versioning = status == "Enabled" ? Versioning::enabled : Versioning::suspended;
  return Json::object();
}

}  // namespace opsim::s3
