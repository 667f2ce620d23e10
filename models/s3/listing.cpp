// Lists of objects, in pages. AWS: S3 API Reference, ListObjectsV2, ListObjects,
// ListObjectVersions; S3 User Guide, "Organizing objects using prefixes": keys in UTF-8 binary
// order, common prefixes rolled up, both counting to MaxKeys.
#include <algorithm>

#include "models/s3/s3.hpp"

namespace opsim::s3 {

namespace {

constexpr std::int64_t kMostInAPage = 1'000;

struct Page {
  Json contents = Json::array();
  Json prefixes = Json::array();
  std::string last;  // the last key or prefix in it
  bool truncated = false;
};

/// The part of a key up to the delimiter behind the prefix, or "".
std::string common_prefix(const std::string& key, const std::string& prefix,
                          const std::string& delimiter) {
  if (delimiter.empty()) return {};
  const auto at = key.find(delimiter, prefix.size());
  return at == key.npos ? std::string{} : key.substr(0, at + delimiter.size());
}

template <class Describe>
Page page_of(const Bucket& bucket, const Json& input, const std::string& after, Describe describe) {
  Page page;
  const std::string prefix = input::text(input, "Prefix");
  const std::string delimiter = input::text(input, "Delimiter");
  const std::int64_t most = std::clamp<std::int64_t>(
      input::integer(input, "MaxKeys").value_or(kMostInAPage), 0, kMostInAPage);
  std::int64_t count = 0;
  for (auto at = bucket.objects.lower_bound(std::max(prefix, after)); at != bucket.objects.end();
       ++at) {
    const std::string& key = at->first;
    if (!key.starts_with(prefix)) break;
    if (!after.empty() && (key <= after || (!delimiter.empty() && after.ends_with(delimiter) &&
                                            key.starts_with(after))))
      continue;
    const std::string rolled = common_prefix(key, prefix, delimiter);
    if (!rolled.empty() && rolled == page.last) continue;
    const std::vector<Json> rows = rolled.empty() ? describe(key, at->second) : std::vector<Json>{};
    if (rolled.empty() && rows.empty()) continue;  // deleted
    if (count >= most) {
      page.truncated = true;
      break;
    }
    ++count;
    page.last = rolled.empty() ? key : rolled;
    if (!rolled.empty()) page.prefixes.push_back({{"Prefix", rolled}});
    for (const Json& row : rows) page.contents.push_back(row);
  }
  return page;
}

std::vector<Json> object_row(const std::string& key, const std::vector<ObjectVersion>& versions) {
  const ObjectVersion& newest = versions.back();
  if (newest.delete_marker) return {};
  return {{{"Key", key},
           {"Size", newest.size_bytes},
           {"ETag", "\"" + newest.etag + "\""},
           {"LastModified", moment(newest.modified)},
           {"StorageClass", newest.storage_class}}};
}

}  // namespace

ApiResult<Json> list_objects(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const bool second = request.operation.ends_with("V2");
  std::string after = input::text(request.input, second ? "ContinuationToken" : "Marker");
  if (second && after.empty()) after = input::text(request.input, "StartAfter");
  const Page page = page_of(*bucket, request.input, after, object_row);
  Json answer{{"Name", bucket->name},
              {"Prefix", input::text(request.input, "Prefix")},
              {"MaxKeys", input::integer(request.input, "MaxKeys").value_or(kMostInAPage)},
              {"IsTruncated", page.truncated},
              {"Contents", page.contents}};
  if (!page.prefixes.empty()) answer["CommonPrefixes"] = page.prefixes;
  if (second) answer["KeyCount"] = page.contents.size() + page.prefixes.size();
  if (page.truncated) answer[second ? "NextContinuationToken" : "NextMarker"] = page.last;
  return answer;
}

// Newest version of each key first. SIMPLIFIED: a page ends between keys, not between versions.
ApiResult<Json> list_object_versions(S3& s3, const Request& request) {
  const Bucket* bucket = s3.asked_for(request);
  if (bucket == nullptr) return no_such_bucket();
  const auto rows = [](const std::string& key, const std::vector<ObjectVersion>& versions) {
    std::vector<Json> all;
    for (auto one = versions.rbegin(); one != versions.rend(); ++one) {
      Json row{{"Key", key},
               {"VersionId", one->version_id},
               {"IsLatest", one == versions.rbegin()},
               {"LastModified", moment(one->modified)}};
      if (one->delete_marker) {
        row["DeleteMarker"] = true;
      } else {
        row["Size"] = one->size_bytes;
        row["ETag"] = "\"" + one->etag + "\"";
        row["StorageClass"] = one->storage_class;
      }
      all.push_back(std::move(row));
    }
    return all;
  };
  const Page page = page_of(*bucket, request.input, input::text(request.input, "KeyMarker"), rows);
  Json versions = Json::array();
  Json markers = Json::array();
  for (Json row : page.contents) {
    const bool marker = row.erase("DeleteMarker") != 0;
    (marker ? markers : versions).push_back(std::move(row));
  }
  Json answer{{"Name", bucket->name},
              {"IsTruncated", page.truncated},
              {"Versions", versions},
              {"DeleteMarkers", markers}};
  if (page.truncated) answer["NextKeyMarker"] = page.last;
  return answer;
}

}  // namespace opsim::s3
