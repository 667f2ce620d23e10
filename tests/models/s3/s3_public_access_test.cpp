// AWS: S3 User Guide, "Blocking public access to your Amazon S3 storage", "Controlling ownership of
// objects and disabling ACLs for your bucket"; IAM User Guide, "Policy evaluation logic".
#include <doctest/doctest.h>

#include "models/s3/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kOpenServices[] = {&kS3};

struct OpenWorld : SmallWorld {
  OpenWorld() : SmallWorld{kOpenServices} {
    make("AWS::S3::Bucket", "Files", {{"BucketName", "files"}});
  }
  void put_block(const Json& block) {
    must("s3", "PutPublicAccessBlock",
         {{"Bucket", "files"}, {"PublicAccessBlockConfiguration", block}});
  }
  void put_policy(const Json& statement) {
    must("s3", "PutBucketPolicy",
         {{"Bucket", "files"}, {"Policy", Json{{"Statement", Json::array({statement})}}.dump()}});
  }
  void let_acls_be() {
    must("s3", "PutBucketOwnershipControls",
         {{"Bucket", "files"},
          {"OwnershipControls", {{"Rules", {{{"ObjectOwnership", "ObjectWriter"}}}}}}});
  }
  [[nodiscard]] bool is_open() { return cloud.read_quantity("files", "public") == 1.0; }
  const Json everybody{{"Effect", "Allow"}, {"Principal", "*"}, {"Action", "s3:GetObject"}};
};

}  // namespace

TEST_SUITE("s3: who may read a bucket") {
  // "RestrictPublicBuckets ... restricts access to ... AWS service principals and authorized users
  // within the bucket owner's account"; BlockPublicPolicy refuses only new policies.
  TEST_CASE("a public policy lets everybody in until RestrictPublicBuckets is set") {
    OpenWorld world;
    CHECK_FALSE(world.is_open());
    world.must("s3", "DeletePublicAccessBlock", {{"Bucket", "files"}});
    CHECK_FALSE(world.is_open());
    world.put_policy(world.everybody);
    CHECK(world.is_open());
    CHECK(world.cloud.health("files") == Health::in_danger);
    world.run_for(10min);
    world.put_block({{"BlockPublicPolicy", true}});
    CHECK(world.is_open());
    world.put_block({{"RestrictPublicBuckets", true}});
    CHECK_FALSE(world.is_open());
    CHECK(world.cloud.health("files") == Health::ok);
    const auto minutes = world.cloud.read_quantity("files", "public minutes");
    REQUIRE(minutes.has_value());
    CHECK(*minutes == doctest::Approx(10).epsilon(0.01));
  }

  // "Requests to set ACLs or update ACLs fail and return the AccessControlListNotSupported error".
  TEST_CASE("an ACL counts where ownership allows ACLs and nothing ignores public ones") {
    OpenWorld world;
    const Json open{{"Bucket", "files"}, {"ACL", "public-read"}};
    CHECK(world.refusal("s3", "PutBucketAcl", open) == "AccessControlListNotSupported");
    world.let_acls_be();
    CHECK(world.refusal("s3", "PutBucketAcl", open) == "AccessDenied");  // BlockPublicAcls
    world.must("s3", "DeletePublicAccessBlock", {{"Bucket", "files"}});
    world.must("s3", "PutBucketAcl", open);
    CHECK(world.is_open());
    CHECK(world.must("s3", "GetBucketAcl", {{"Bucket", "files"}})["Grants"].size() == 2);
    world.put_block({{"IgnorePublicAcls", true}});
    CHECK_FALSE(world.is_open());
    world.put_block({{"BlockPublicAcls", true}});
    CHECK(world.is_open());  // it refuses new ones only
    world.must("s3", "PutBucketAcl", {{"Bucket", "files"}, {"ACL", "private"}});
    CHECK_FALSE(world.is_open());
  }

  // "An explicit deny in any of these policies overrides the allow."
  TEST_CASE("a bucket's policy may deny that its settings are changed, but for one role") {
    OpenWorld world;
    world.put_policy(
        {{"Effect", "Deny"},
         {"Principal", "*"},
         {"Action", "s3:PutBucketPublicAccessBlock"},
         {"Resource", "arn:aws:s3:::files"},
         {"Condition",
          {{"ArnNotEquals", {{"aws:PrincipalArn", "arn:aws:iam::123456789012:role/Owner"}}}}}});
    CHECK(world.refusal("s3", "DeletePublicAccessBlock", {{"Bucket", "files"}}) == "AccessDenied");
    const Caller owner{world.cloud.home(), "arn:aws:sts::123456789012:assumed-role/Owner/ann", ""};
    Json which{{"Bucket", "files"}};
    CHECK(world.finish(world.cloud.call(owner, "s3", "DeletePublicAccessBlock", std::move(which)))
              .has_value());
  }

  TEST_CASE("what a person does in the console closes it, and leaves a call") {
    OpenWorld world;
    world.must("s3", "DeletePublicAccessBlock", {{"Bucket", "files"}});
    world.put_policy(world.everybody);
    CHECK(world.cloud.change_quantity("files", "public", {Change::How::to, 0}));
    CHECK_FALSE(world.is_open());
    world.run_for(1min);
    const auto calls = world.told({EntryKind::call});
    REQUIRE_FALSE(calls.empty());
    CHECK(calls.back().find("PutPublicAccessBlock") != std::string::npos);
  }
}

}  // namespace opsim::tests
