// AWS: S3 User Guide, "Bucket naming rules", "How S3 Versioning works", "Organizing objects using
// prefixes", "How to prevent object overwrites with conditional writes".
#include <doctest/doctest.h>

#include "models/s3/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kS3Only[] = {&kS3};

struct BucketWorld : SmallWorld {
  BucketWorld() : SmallWorld{kS3Only} { must("s3", "CreateBucket", {{"Bucket", "files"}}); }
  Json put(const std::string& key, const std::string& body) {
    return must("s3", "PutObject", {{"Bucket", "files"}, {"Key", key}, {"Body", body}});
  }
  Json of(const std::string& key) { return {{"Bucket", "files"}, {"Key", key}}; }
  void set_versioning(const std::string& status) {
    must("s3", "PutBucketVersioning",
         {{"Bucket", "files"}, {"VersioningConfiguration", {{"Status", status}}}});
  }
  std::string body(const std::string& key) {
    return must("s3", "GetObject", of(key)).at("Body").get<std::string>();
  }
};

std::string keys_of(const Json& list) {
  std::string all;
  for (const Json& one : list.value("Contents", Json::array()))
    all += one.at("Key").get<std::string>() + " ";
  for (const Json& one : list.value("CommonPrefixes", Json::array()))
    all += "[" + one.at("Prefix").get<std::string>() + "] ";
  return all;
}

}  // namespace

TEST_SUITE("s3: buckets and objects") {
  TEST_CASE("names as the naming rules have them") {
    struct Row {
      std::string name;
      bool good;
    };
    const Row rows[] = {
        {"amzn-bucket1-a1b2c3d4-5678-90ab-cdef-example11111", true},
        {"example.com", true},
        {"my.example.bucket", true},
        {"ab", false},
        {std::string(64, 'a'), false},
        {"amzn_bucket", false},
        {"AmznBucket", false},
        {"amzn-bucket-", false},
        {"example..com", false},
        {"192.168.5.4", false},
        {"xn--bucket", false},
        {"bucket-s3alias", false},
    };
    BucketWorld world;
    for (const auto& [name, good] : rows) {
      CAPTURE(name);
      CHECK((world.refusal("s3", "CreateBucket", {{"Bucket", name}}) == "") == good);
    }
  }

  TEST_CASE("a bucket's own name again: an error, but not in us-east-1") {
    BucketWorld world;
    CHECK(world.refusal("s3", "CreateBucket", {{"Bucket", "files"}}) == "");
    const Json there{{"Bucket", "files"},
                     {"CreateBucketConfiguration", {{"LocationConstraint", "eu-west-1"}}}};
    CHECK(world.refusal("s3", "CreateBucket", there) == "BucketAlreadyOwnedByYou");
  }

  TEST_CASE("only an empty bucket is deleted") {
    BucketWorld world;
    world.put("a", "1");
    CHECK(world.refusal("s3", "DeleteBucket", {{"Bucket", "files"}}) == "BucketNotEmpty");
    world.must("s3", "DeleteObject", world.of("a"));
    world.must("s3", "DeleteBucket", {{"Bucket", "files"}});
    CHECK(world.refusal("s3", "HeadBucket", {{"Bucket", "files"}}) == "404");
    CHECK(world.refusal("s3", "ListObjectsV2", {{"Bucket", "files"}}) == "NoSuchBucket");
  }

  TEST_CASE("without versioning a Put replaces, with it a Put adds") {
    BucketWorld world;
    CHECK_FALSE(world.put("a", "1").contains("VersionId"));
    world.set_versioning("Enabled");
    const Json second = world.put("a", "2");
    const Json third = world.put("a", "3");
    CHECK(world.body("a") == "3");
    Json old = world.of("a");
    old["VersionId"] = second.at("VersionId");
    CHECK(world.must("s3", "GetObject", old).at("Body") == "2");
    old["VersionId"] = "null";  // stored before the bucket was versioned
    CHECK(world.must("s3", "GetObject", old).at("Body") == "1");
    CHECK(world.must("s3", "ListObjectVersions", {{"Bucket", "files"}}).at("Versions").size() == 3);
    world.set_versioning("Suspended");
    world.put("a", "4");  // takes the place of the null version
    CHECK(world.must("s3", "ListObjectVersions", {{"Bucket", "files"}}).at("Versions").size() == 3);
    CHECK(world.must("s3", "GetObject", old).at("Body") == "4");
  }

  TEST_CASE("a simple Delete of a versioned object leaves a marker, which can be deleted") {
    BucketWorld world;
    world.set_versioning("Enabled");
    world.put("a", "1");
    const Json marker = world.must("s3", "DeleteObject", world.of("a"));
    CHECK(marker.at("DeleteMarker") == true);
    CHECK(world.refusal("s3", "GetObject", world.of("a")) == "NoSuchKey");
    CHECK(world.refusal("s3", "HeadObject", world.of("a")) == "404");
    CHECK(keys_of(world.must("s3", "ListObjectsV2", {{"Bucket", "files"}})) == "");
    Json version = world.of("a");
    version["VersionId"] = marker.at("VersionId");
    CHECK(world.refusal("s3", "GetObject", version) == "MethodNotAllowed");
    world.must("s3", "DeleteObject", version);
    CHECK(world.body("a") == "1");
  }

  TEST_CASE("lists: prefixes, delimiters, pages") {
    BucketWorld world;
    for (const char* const key : {"sample.jpg", "photos/2006/January/sample.jpg",
                                  "photos/2006/February/sample2.jpg", "photos/index.html"})
      world.put(key, "x");
    const auto list = [&](Json more) {
      more["Bucket"] = "files";
      return world.must("s3", "ListObjectsV2", more);
    };
    CHECK(keys_of(list({{"Delimiter", "/"}})) == "sample.jpg [photos/] ");
    CHECK(keys_of(list({{"Delimiter", "/"}, {"Prefix", "photos/"}})) ==
          "photos/index.html [photos/2006/] ");
    CHECK(keys_of(list({{"Prefix", "photos/2006/F"}})) == "photos/2006/February/sample2.jpg ");
    CHECK(keys_of(list({{"StartAfter", "photos/index.html"}})) == "sample.jpg ");
    std::string all;
    Json page = list({{"MaxKeys", 1}, {"Delimiter", "/"}});
    all += keys_of(page);
    CHECK(page.at("IsTruncated") == true);
    page = list({{"MaxKeys", 1},
                 {"Delimiter", "/"},
                 {"ContinuationToken", page.at("NextContinuationToken")}});
    all += keys_of(page);
    CHECK(page.at("IsTruncated") == false);
    CHECK(all == "[photos/] sample.jpg ");
  }

  TEST_CASE("conditional writes: first come, first served") {
    BucketWorld world;
    Json first = world.of("lock");
    first["IfNoneMatch"] = "*";
    CHECK(world.refusal("s3", "PutObject", first) == "");
    CHECK(world.refusal("s3", "PutObject", first) == "PreconditionFailed");
    const Json held = world.must("s3", "HeadObject", world.of("lock"));
    Json match = world.of("lock");
    match["Body"] = "mine";
    match["IfMatch"] = held.at("ETag");
    CHECK(world.refusal("s3", "PutObject", match) == "");
    CHECK(world.refusal("s3", "PutObject", match) == "PreconditionFailed");
  }

  TEST_CASE("the ETag of an object is the MD5 of its content") {
    BucketWorld world;
    CHECK(world.put("a", "hello").at("ETag") == "\"5d41402abc4b2a76b9719d911017c592\"");
  }

  TEST_CASE("copies, from a path or a mapping") {
    BucketWorld world;
    world.put("a", "1");
    for (const Json& source :
         {Json("files/a"), Json("/files/a"), Json{{"Bucket", "files"}, {"Key", "a"}}}) {
      Json copy = world.of("b");
      copy["CopySource"] = source;
      world.must("s3", "CopyObject", copy);
      CHECK(world.body("b") == "1");
    }
    Json none = world.of("c");
    none["CopySource"] = "files/nothing";
    CHECK(world.refusal("s3", "CopyObject", none) == "NoSuchKey");
  }

  TEST_CASE("an object without a body is a size; its content is not invented") {
    BucketWorld world;
    Json large = world.of("film");
    large["ContentLength"] = 5'000'000'000;
    world.must("s3", "PutObject", large);
    CHECK(world.must("s3", "HeadObject", world.of("film")).at("ContentLength") == 5'000'000'000);
    CHECK(world.refusal("s3", "GetObject", world.of("film")) == "NotSimulated");
  }

  TEST_CASE("settings: what was put is what is got; what was not has a code of its own") {
    struct Row {
      std::string name;
      std::string member;
      Json value;
      std::string absent;
    };
    const Row rows[] = {
        {"BucketTagging", "Tagging", {{"TagSet", Json::array()}}, "NoSuchTagSet"},
        {"BucketPolicy", "Policy", R"({"Statement":[]})", "NoSuchBucketPolicy"},
        {"BucketCors",
         "CORSConfiguration",
         {{"CORSRules", Json::array()}},
         "NoSuchCORSConfiguration"},
    };
    BucketWorld world;
    for (const auto& [name, member, value, absent] : rows) {
      CAPTURE(name);
      CHECK(world.refusal("s3", "Get" + name, {{"Bucket", "files"}}) == absent);
      world.must("s3", "Put" + name, {{"Bucket", "files"}, {member, value}});
      CHECK_FALSE(world.must("s3", "Get" + name, {{"Bucket", "files"}}).empty());
    }
    // Every bucket is encrypted by default.
    const Json usual = world.must("s3", "GetBucketEncryption", {{"Bucket", "files"}});
    CHECK(usual["ServerSideEncryptionConfiguration"]["Rules"][0]
               ["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256");
  }

  TEST_CASE("new buckets block public policies, until that is switched off") {
    BucketWorld world;
    const Json open{
        {"Bucket", "files"},
        {"Policy",
         R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]})"}};
    CHECK(world.refusal("s3", "PutBucketPolicy", open) == "AccessDenied");
    world.must("s3", "DeletePublicAccessBlock", {{"Bucket", "files"}});
    CHECK(world.refusal("s3", "PutBucketPolicy", open) == "");
    CHECK(world.must("s3", "GetBucketPolicyStatus",
                     {{"Bucket", "files"}})["PolicyStatus"]["IsPublic"] == true);
  }

  // "Optimizing Amazon S3 performance": 5,500 GET/HEAD requests per second per prefix.
  TEST_CASE("a prefix takes 5,500 reads a second, then slows callers down") {
    BucketWorld world;
    for (const char* key : {"a/one", "b/one"})
      world.must("s3", "PutObject", {{"Bucket", "files"}, {"Key", key}, {"Body", "x"}});
    world.run_for(1s);
    const auto read = [&](const char* key) {
      const auto answer = world.cloud.inspect(world.cloud.home(), "s3", "GetObject",
                                              {{"Bucket", "files"}, {"Key", key}});
      return answer ? std::string{} : answer.error().code;
    };
    int taken = 0;
    while (taken < 10'000 && read("a/one").empty()) ++taken;
    CHECK(taken == 5'500);
    CHECK(read("a/one") == "SlowDown");
    CHECK(read("b/one") == "");
    world.run_for(1s);
    CHECK(read("a/one") == "");
  }

  TEST_CASE("stacks make buckets with AWS's attributes") {
    BucketWorld world;
    const std::string name = world.make("AWS::S3::Bucket", "Logs", Json::object());
    CHECK(name == "stack-logs-00000001");
    const Resource* made = world.cloud.resources().find("Logs");
    CHECK(made->arn == "arn:aws:s3:::" + name);
    CHECK(made->attributes.at("RegionalDomainName") == name + ".s3.us-east-1.amazonaws.com");
    world.make("AWS::S3::BucketPolicy", "LogsPolicy",
               {{"Bucket", name}, {"PolicyDocument", {{"Statement", Json::array()}}}});
    CHECK(world.refusal("s3", "GetBucketPolicy", {{"Bucket", name}}) == "");
  }
}

}  // namespace opsim::tests
