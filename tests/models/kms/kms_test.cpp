// AWS: KMS Developer Guide, "Key states of AWS KMS keys", "Deleting AWS KMS keys".
#include <doctest/doctest.h>

#include "models/kms/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kKmsOnly[] = {&kKms};

struct KeyWorld : SmallWorld {
  KeyWorld() : SmallWorld{kKmsOnly} {}
  std::string key = must("kms", "CreateKey").at("KeyMetadata").at("KeyId").get<std::string>();
  std::string state() {
    return must("kms", "DescribeKey", {{"KeyId", key}})
        .at("KeyMetadata")
        .at("KeyState")
        .get<std::string>();
  }
  std::string use() { return refusal("kms", "Encrypt", {{"KeyId", key}, {"Plaintext", "x"}}); }
};

}  // namespace

TEST_SUITE("kms") {
  TEST_CASE("what a key may be used for in each state") {
    KeyWorld world;
    CHECK(world.state() == "Enabled");
    CHECK(world.use() == "");
    world.must("kms", "DisableKey", {{"KeyId", world.key}});
    CHECK(world.state() == "Disabled");
    CHECK(world.use() == "DisabledException");
    world.must("kms", "ScheduleKeyDeletion", {{"KeyId", world.key}});
    CHECK(world.state() == "PendingDeletion");
    CHECK(world.use() == "KMSInvalidStateException");
    CHECK(world.refusal("kms", "EnableKey", {{"KeyId", world.key}}) == "KMSInvalidStateException");
  }

  TEST_CASE("a cancelled deletion leaves the key disabled") {
    KeyWorld world;
    world.must("kms", "ScheduleKeyDeletion", {{"KeyId", world.key}, {"PendingWindowInDays", 7}});
    world.must("kms", "CancelKeyDeletion", {{"KeyId", world.key}});
    CHECK(world.state() == "Disabled");
    world.run_for(24h * 40);
    CHECK(world.state() == "Disabled");
  }

  TEST_CASE("a key is gone after its waiting period, with its aliases") {
    KeyWorld world;
    world.must("kms", "CreateAlias", {{"AliasName", "alias/app"}, {"TargetKeyId", world.key}});
    const Json told = world.must("kms", "ScheduleKeyDeletion", {{"KeyId", "alias/app"}});
    CHECK(told.at("PendingWindowInDays") == 30);
    CHECK(told.at("DeletionDate").get<std::string>().starts_with("2026-04-01T09:00:00"));
    world.run_for(24h * 30 - 1s);
    CHECK(world.refusal("kms", "DescribeKey", {{"KeyId", "alias/app"}}) == "");
    world.run_for(1min);
    CHECK(world.refusal("kms", "DescribeKey", {{"KeyId", "alias/app"}}) == "NotFoundException");
    CHECK(world.told({EntryKind::event}).size() == 1);
  }

  TEST_CASE("a waiting period has 7 to 30 days") {
    KeyWorld world;
    for (const int days : {6, 31})
      CHECK(world.refusal("kms", "ScheduleKeyDeletion",
                          {{"KeyId", world.key}, {"PendingWindowInDays", days}}) ==
            "ValidationException");
  }

  TEST_CASE("what is encrypted comes back, while its key works") {
    KeyWorld world;
    const Json sealed =
        world.must("kms", "Encrypt", {{"KeyId", world.key}, {"Plaintext", "a|b secret"}});
    const Json blob{{"CiphertextBlob", sealed.at("CiphertextBlob")}};
    CHECK(world.must("kms", "Decrypt", blob).at("Plaintext") == "a|b secret");
    CHECK(world.refusal("kms", "Decrypt", {{"CiphertextBlob", "?"}}) ==
          "InvalidCiphertextException");
    world.must("kms", "DisableKey", {{"KeyId", world.key}});
    CHECK(world.refusal("kms", "Decrypt", blob) == "DisabledException");
  }

  TEST_CASE("aliases name one key each, and move") {
    KeyWorld world;
    const std::string other =
        world.must("kms", "CreateKey").at("KeyMetadata").at("KeyId").get<std::string>();
    const Json named{{"AliasName", "alias/app"}, {"TargetKeyId", world.key}};
    world.must("kms", "CreateAlias", named);
    CHECK(world.refusal("kms", "CreateAlias", named) == "AlreadyExistsException");
    CHECK(world.refusal("kms", "CreateAlias", {{"AliasName", "app"}, {"TargetKeyId", other}}) ==
          "InvalidAliasNameException");
    world.must("kms", "UpdateAlias", {{"AliasName", "alias/app"}, {"TargetKeyId", other}});
    CHECK(world.must("kms", "ListAliases", {{"KeyId", other}}).at("Aliases").size() == 1);
    CHECK(world.must("kms", "ListAliases", {{"KeyId", world.key}}).at("Aliases").empty());
  }

  TEST_CASE("stacks make keys and aliases") {
    KeyWorld world;
    const std::string id = world.make("AWS::KMS::Key", "Key", {{"EnableKeyRotation", true}});
    world.make("AWS::KMS::Alias", "Alias", {{"AliasName", "alias/stack"}, {"TargetKeyId", id}});
    CHECK(world.must("kms", "GetKeyRotationStatus", {{"KeyId", "alias/stack"}})
              .at("KeyRotationEnabled") == true);
  }
}

}  // namespace opsim::tests
