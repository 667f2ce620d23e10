#include "models/kms/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/kms/kms.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using kms::Kms;

template <ApiResult<Json> (*Handle)(Kms&, const Request&)>
constexpr auto on_kms = immediate<Kms, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CancelKeyDeletion", Access::write, on_kms<kms::cancel_key_deletion>},
    {"CreateAlias", Access::write, on_kms<kms::create_alias>},
    {.name = "CreateGrant", .not_simulated = "who may use a key is not asked"},
    {"CreateKey", Access::write, on_kms<kms::create_key>},
    {"Decrypt", Access::read, on_kms<kms::decrypt>},
    {"DeleteAlias", Access::write, on_kms<kms::delete_alias>},
    {"DescribeKey", Access::read, on_kms<kms::describe_key>},
    {"DisableKey", Access::write, on_kms<kms::disable_key>},
    {"DisableKeyRotation", Access::write, on_kms<kms::disable_key_rotation>},
    {"EnableKey", Access::write, on_kms<kms::enable_key>},
    {"EnableKeyRotation", Access::write, on_kms<kms::enable_key_rotation>},
    {"Encrypt", Access::read, on_kms<kms::encrypt>},
    {"GenerateDataKey", Access::read, on_kms<kms::generate_data_key>},
    {"GetKeyPolicy", Access::read, on_kms<kms::get_key_policy>},
    {"GetKeyRotationStatus", Access::read, on_kms<kms::get_key_rotation_status>},
    {"ListAliases", Access::read, on_kms<kms::list_aliases>},
    {"ListKeys", Access::read, on_kms<kms::list_keys>},
    {"PutKeyPolicy", Access::write, on_kms<kms::put_key_policy>},
    {"ScheduleKeyDeletion", Access::write, on_kms<kms::schedule_key_deletion>},
    {.name = "Sign", .not_simulated = "no cryptography"},
    {"UpdateAlias", Access::write, on_kms<kms::update_alias>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kWindow{.kind = Kind::integer, .min = 7, .max = 30};
constexpr Shape kRotation{.kind = Kind::integer, .min = 90, .max = 2'560};
constexpr Field kAliasFields[] = {
    {.name = "AliasName", .shape = &kText, .need = Need::required},
    {.name = "TargetKeyId", .shape = &kText, .need = Need::required},
};
constexpr Field kKeyFields[] = {
    {.name = "BypassPolicyLockoutSafetyCheck", .simulated = Simulated::no},
    {.name = "Description", .shape = &kText},
    {.name = "EnableKeyRotation", .shape = &kBoolean},
    {.name = "Enabled", .shape = &kBoolean},
    {.name = "KeyPolicy", .doc = "Kept; not asked."},
    {.name = "KeySpec", .shape = &kText},
    {.name = "KeyUsage", .shape = &kText},
    {.name = "MultiRegion", .shape = &kBoolean, .simulated = Simulated::no},
    {.name = "Origin", .simulated = Simulated::no},
    {.name = "PendingWindowInDays", .shape = &kWindow, .simulated = Simulated::no},
    {.name = "RotationPeriodInDays", .shape = &kRotation},
    {.name = "Tags"},
};
constexpr Shape kAlias{.kind = Kind::mapping, .fields = kAliasFields};
constexpr Shape kKey{.kind = Kind::mapping, .fields = kKeyFields};

constexpr ResourceType kResources[] = {
    {"AWS::KMS::Alias", create<Kms, kms::create_alias_resource>, &kAlias},
    {"AWS::KMS::Key", create<Kms, kms::create_key_resource>, &kKey},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "keys and their states, deletion after 7 to 30 days, aliases, rotation as a "
     "setting",
     "KMS Developer Guide, key-state, deleting-keys"},
    {Grade::simulated, "a key that is disabled or pending deletion refuses its uses",
     "KMS Developer Guide, key-state"},
    {Grade::simplified, "ciphertext is readable: nothing is secret here"},
    {Grade::simplified, "key policies are kept and allow everything"},
    {Grade::absent, "grants, imported material, multi-Region keys, signatures"},
    {Grade::absent, "what other services encrypt does not stop working with its key"},
};

}  // namespace

ApiResult<Created> kms::create_key_resource(Kms& kms, const ResourceRequest& request) {
  Key& key = add_key(kms, request.place, request.properties);
  const Json& policy = input::member(request.properties, "KeyPolicy");
  key.policy = policy.is_object() ? policy.dump() : input::text(policy);
  key.rotates = input::boolean(request.properties, "EnableKeyRotation").value_or(false);
  key.rotation_days = input::integer(request.properties, "RotationPeriodInDays").value_or(365);
  if (!input::boolean(request.properties, "Enabled").value_or(true)) key.state = KeyState::disabled;
  return Created{key.id, key.arn, {{"Arn", key.arn}, {"KeyId", key.id}}};
}

ApiResult<Created> kms::create_alias_resource(Kms& kms, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "AliasName");
  const ApiResult<void> added =
      add_alias(kms, request.place, name, input::text(request.properties, "TargetKeyId"));
  if (!added) return added.error();
  return Created{name, arn(request.place, "kms", name), Json::object()};
}

extern const Service kKms{
    .name = "kms",
    .title = "AWS Key Management Service",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Kms>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim
