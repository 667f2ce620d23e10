// Keys and their states, aliases.
// AWS: KMS API Reference, the operation of the same name; KMS Developer Guide, "Key states",
// "Deleting AWS KMS keys" (a waiting period of 7 to 30 days, 30 by default).
#include <fmt/format.h>

#include <algorithm>

#include "models/kms/kms.hpp"

namespace opsim::kms {

namespace {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

std::string_view text_of(KeyState state) {
  switch (state) {
    case KeyState::enabled: return "Enabled";
    case KeyState::disabled: return "Disabled";
    case KeyState::pending_deletion: break;
  }
  return "PendingDeletion";
}

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

ApiError pending_deletion(const Key& key) {
  return {"KMSInvalidStateException", fmt::format("{} is pending deletion.", key.arn)};
}

/// "Changes the state of a KMS key": refused while the deletion is pending.
ApiResult<Json> set_state(Kms& kms, const Request& request, KeyState state) {
  Key* key = kms.find(request.place(), input::text(request.input, "KeyId"));
  if (key == nullptr) return no_such_key(request.place(), input::text(request.input, "KeyId"));
  if (key->state == KeyState::pending_deletion) return pending_deletion(*key);
  key->state = state;
  return Json::object();
}

Json metadata_of(const Key& key) {
  Json data{{"AWSAccountId", key.place.account},
            {"Arn", key.arn},
            {"CreationDate", moment(key.created)},
            {"CustomerMasterKeySpec", key.spec},
            {"Description", key.description},
            {"Enabled", key.state == KeyState::enabled},
            {"KeyId", key.id},
            {"KeyManager", "CUSTOMER"},
            {"KeySpec", key.spec},
            {"KeyState", text_of(key.state)},
            {"KeyUsage", key.usage},
            {"MultiRegion", false},
            {"Origin", "AWS_KMS"}};
  if (key.state == KeyState::pending_deletion) data["DeletionDate"] = moment(key.deletion);
  return data;
}

/// The key is gone, its aliases too. EventBridge: KMS Developer Guide, "Monitor KMS keys with
/// Amazon EventBridge", "KMS CMK Deletion".
void remove(Kms& kms, const Place& place, const std::string& id) {
  const auto found = kms.keys[place].find(id);
  if (found == kms.keys[place].end()) return;
  const std::string key_arn = found->second.arn;
  kms.keys[place].erase(found);
  std::erase_if(kms.aliases[place], [&](const auto& alias) { return alias.second == id; });
  kms.cloud.emit({.source = "aws.kms",
                  .detail_type = "KMS CMK Deletion",
                  .place = place,
                  .resources = {key_arn},
                  .detail = {{"key-id", id}},
                  .line = fmt::format("key {} deleted", id)});
}

ApiResult<Key*> asked_for(Kms& kms, const Request& request) {
  const std::string name = input::text(request.input, "KeyId");
  Key* key = kms.find(request.place(), name);
  if (key == nullptr) return no_such_key(request.place(), name);
  return key;
}

ApiError no_such_alias(const Place& place, std::string_view name) {
  return {"NotFoundException", fmt::format("Alias {} is not found.", arn(place, "kms", name))};
}

}  // namespace

Key* Kms::find(const Place& near, std::string_view name) {
  Place place = near;
  std::string own{name};
  if (const auto parsed = Arn::parse(name)) {
    place = parsed->place();
    own = parsed->resource;
  }
  if (own.starts_with("key/")) own.erase(0, 4);
  if (own.starts_with("alias/")) {
    const auto alias = aliases[place].find(own);
    if (alias == aliases[place].end()) return nullptr;
    own = alias->second;
  }
  const auto found = keys[place].find(own);
  return found == keys[place].end() ? nullptr : &found->second;
}

ApiError no_such_key(const Place& place, std::string_view name) {
  const std::string full = name.starts_with("arn:") || name.starts_with("alias/")
                               ? std::string{name}
                               : arn(place, "kms", fmt::format("key/{}", name));
  return {"NotFoundException", fmt::format("Key '{}' does not exist", full)};
}

Key& add_key(Kms& kms, const Place& place, const Json& input) {
  const std::string id = kms.cloud.next_uuid("kms key");
  Key& key = kms.keys[place][id];
  key.id = id;
  key.place = place;
  key.arn = arn(place, "kms", "key/" + id);
  key.description = input::text(input, "Description");
  key.created = kms.cloud.sim().now();
  if (const std::string spec = input::text(input, "KeySpec"); !spec.empty()) key.spec = spec;
  if (const std::string usage = input::text(input, "KeyUsage"); !usage.empty()) key.usage = usage;
  return key;
}

ApiResult<void> add_alias(Kms& kms, const Place& place, const std::string& name,
                          const std::string& target) {
  if (!name.starts_with("alias/") || name.size() == 6)
    return ApiError{"InvalidAliasNameException",
                    fmt::format("Alias must start with the prefix \"alias/\": {}", name)};
  if (name.starts_with("alias/aws/"))
    return ApiError{"NotAuthorizedException", "alias/aws/ is for AWS managed keys"};
  if (kms.aliases[place].contains(name))
    return ApiError{
        "AlreadyExistsException",
        fmt::format("An alias with the name {} already exists", arn(place, "kms", name))};
  const Key* key = kms.find(place, target);
  if (key == nullptr) return no_such_key(place, target);
  kms.aliases[place][name] = key->id;
  return {};
}

ApiResult<Json> create_key(Kms& kms, const Request& request) {
  Key& key = add_key(kms, request.place(), request.input);
  key.policy = input::text(request.input, "Policy");
  return Json{{"KeyMetadata", metadata_of(key)}};
}

ApiResult<Json> describe_key(Kms& kms, const Request& request) {
  const ApiResult<Key*> key = asked_for(kms, request);
  if (!key) return key.error();
  return Json{{"KeyMetadata", metadata_of(**key)}};
}

ApiResult<Json> enable_key(Kms& kms, const Request& request) {
  return set_state(kms, request, KeyState::enabled);
}

ApiResult<Json> disable_key(Kms& kms, const Request& request) {
  return set_state(kms, request, KeyState::disabled);
}

ApiResult<Json> schedule_key_deletion(Kms& kms, const Request& request) {
  const ApiResult<Key*> found = asked_for(kms, request);
  if (!found) return found.error();
  Key& key = **found;
  if (key.state == KeyState::pending_deletion) return pending_deletion(key);
  const std::int64_t days = input::integer(request.input, "PendingWindowInDays").value_or(30);
  if (days < 7 || days > 30)
    return ApiError{"ValidationException",
                    fmt::format("Value '{}' at 'pendingWindowInDays' must be from 7 to 30", days)};
  key.state = KeyState::pending_deletion;
  key.deletion = kms.cloud.sim().now() + Days{days};
  key.deletes = kms.cloud.sim().at(
      key.deletion, [&kms, place = key.place, id = key.id] { remove(kms, place, id); });
  return Json{{"KeyId", key.arn},
              {"DeletionDate", moment(key.deletion)},
              {"KeyState", "PendingDeletion"},
              {"PendingWindowInDays", days}};
}

/// "When this operation succeeds, the key state of the KMS key is Disabled."
ApiResult<Json> cancel_key_deletion(Kms& kms, const Request& request) {
  const ApiResult<Key*> found = asked_for(kms, request);
  if (!found) return found.error();
  Key& key = **found;
  if (key.state != KeyState::pending_deletion)
    return ApiError{"KMSInvalidStateException",
                    fmt::format("{} is not pending deletion.", key.arn)};
  kms.cloud.sim().cancel(key.deletes);
  key.state = KeyState::disabled;
  return Json{{"KeyId", key.arn}};
}

ApiResult<Json> enable_key_rotation(Kms& kms, const Request& request) {
  const ApiResult<Key*> key = asked_for(kms, request);
  if (!key) return key.error();
  if ((*key)->state == KeyState::disabled)
    return ApiError{"DisabledException", fmt::format("{} is disabled.", (*key)->arn)};
  if ((*key)->state == KeyState::pending_deletion) return pending_deletion(**key);
  const std::int64_t days = input::integer(request.input, "RotationPeriodInDays").value_or(365);
  if (days < 90 || days > 2'560)
    return ApiError{"ValidationException", "RotationPeriodInDays must be from 90 to 2560"};
  (*key)->rotates = true;
  (*key)->rotation_days = days;
  return Json::object();
}

ApiResult<Json> disable_key_rotation(Kms& kms, const Request& request) {
  const ApiResult<Key*> key = asked_for(kms, request);
  if (!key) return key.error();
  (*key)->rotates = false;
  return Json::object();
}

ApiResult<Json> get_key_rotation_status(Kms& kms, const Request& request) {
  const ApiResult<Key*> key = asked_for(kms, request);
  if (!key) return key.error();
  Json answer{{"KeyRotationEnabled", (*key)->rotates}, {"KeyId", (*key)->id}};
  if ((*key)->rotates) answer["RotationPeriodInDays"] = (*key)->rotation_days;
  return answer;
}

ApiResult<Json> get_key_policy(Kms& kms, const Request& request) {
  const ApiResult<Key*> key = asked_for(kms, request);
  if (!key) return key.error();
  return Json{{"Policy", input::text((*key)->policy)}, {"PolicyName", "default"}};
}

ApiResult<Json> put_key_policy(Kms& kms, const Request& request) {
  const ApiResult<Key*> key = asked_for(kms, request);
  if (!key) return key.error();
  const std::string policy = input::text(request.input, "Policy");
  if (!Json::accept(policy))
    return ApiError{"MalformedPolicyDocumentException", "The policy is no JSON"};
  (*key)->policy = policy;
  return Json::object();
}

// SIMPLIFIED: all in one page.
ApiResult<Json> list_keys(Kms& kms, const Request& request) {
  Json list = Json::array();
  for (const auto& [id, key] : kms.keys[request.place()])
    list.push_back({{"KeyId", id}, {"KeyArn", key.arn}});
  return Json{{"Keys", list}, {"Truncated", false}};
}

ApiResult<Json> create_alias(Kms& kms, const Request& request) {
  const ApiResult<void> added =
      add_alias(kms, request.place(), input::text(request.input, "AliasName"),
                input::text(request.input, "TargetKeyId"));
  if (!added) return added.error();
  return Json::object();
}

ApiResult<Json> delete_alias(Kms& kms, const Request& request) {
  const std::string name = input::text(request.input, "AliasName");
  if (kms.aliases[request.place()].erase(name) == 0) return no_such_alias(request.place(), name);
  return Json::object();
}

ApiResult<Json> update_alias(Kms& kms, const Request& request) {
  const std::string name = input::text(request.input, "AliasName");
  const std::string target = input::text(request.input, "TargetKeyId");
  const Key* key = kms.find(request.place(), target);
  if (!kms.aliases[request.place()].contains(name)) return no_such_alias(request.place(), name);
  if (key == nullptr) return no_such_key(request.place(), target);
  kms.aliases[request.place()][name] = key->id;
  return Json::object();
}

// SIMPLIFIED: all in one page, without the aliases of AWS managed keys.
ApiResult<Json> list_aliases(Kms& kms, const Request& request) {
  const std::string of = input::text(request.input, "KeyId");
  const Key* wanted = of.empty() ? nullptr : kms.find(request.place(), of);
  if (!of.empty() && wanted == nullptr) return no_such_key(request.place(), of);
  Json list = Json::array();
  for (const auto& [name, id] : kms.aliases[request.place()])
    if (wanted == nullptr || wanted->id == id)
      list.push_back({{"AliasName", name},
                      {"AliasArn", arn(request.place(), "kms", name)},
                      {"TargetKeyId", id}});
  return Json{{"Aliases", list}, {"Truncated", false}};
}

}  // namespace opsim::kms
