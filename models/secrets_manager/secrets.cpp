// Secrets and their versions. Nothing is secret here: texts are kept in the clear.
#include "models/secrets_manager/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace opsim::secrets_manager {

namespace {

void drop_stage(Secret& secret, const std::string& stage) {
  for (Version& version : secret.versions) version.stages.erase(stage);
}

std::string without(std::string letters, const std::string& excluded) {
  std::erase_if(letters, [&](char c) { return excluded.find(c) != excluded.npos; });
  return letters;
}

}  // namespace

const Version* Secret::staged(std::string_view stage) const {
  for (const Version& version : versions)
    if (version.stages.contains(std::string{stage})) return &version;
  return nullptr;
}

Version* Secret::version(std::string_view wanted) {
  const auto found = std::ranges::find(versions, wanted, &Version::id);
  return found == versions.end() ? nullptr : &*found;
}

Secret* Secrets::find(const Place& near, std::string_view id) {
  const auto parsed = Arn::parse(id);
  const Place place = parsed ? parsed->place() : near;
  for (auto& [key, secret] : secrets)
    if (key.first == place && (secret.name == id || secret.arn == id ||
                               (parsed && secret.arn.substr(0, secret.arn.size() - 7) == id)))
      return &secret;
  return nullptr;
}

ApiResult<Secret*> add_secret(Secrets& all, const Place& place, const std::string& name,
                              const std::string& text) {
  if (name.empty() || name.size() > 512)
    return ApiError{"InvalidParameterException", "A secret's name has from 1 to 512 characters"};
  if (text.size() > kLargestSecret)
    return ApiError{"ValidationException", "A secret's value has at most 65536 bytes"};
  if (const Secret* other = all.find(place, name)) {
    if (other->deletion)
      return ApiError{"InvalidRequestException",
                      "You can't create this secret because a secret with this name is already "
                      "scheduled for deletion."};
    return ApiError{
        "ResourceExistsException",
        fmt::format("The operation failed because the secret {} already exists.", name)};
  }
  Secret& secret = all.secrets[{place, name}];
  secret.name = name;
  secret.place = place;
  secret.created = all.cloud.sim().now();
  // "Secrets Manager automatically adds a hyphen and six random characters".
  secret.arn = arn(place, "secretsmanager",
                   fmt::format("secret:{}-{}", name, all.cloud.next_id("").substr(2, 6)));
  if (!text.empty()) put_current(all, secret, text);
  return &secret;
}

void put_current(Secrets& all, Secret& secret, std::string text, std::string id) {
  // "When you manually create a new version of a secret, you send a message signalling the
  // abandonment of the current ongoing rotation".
  if (secret.staged("AWSPENDING") != nullptr) {
    drop_stage(secret, "AWSPENDING");
    tell_service_event(all, secret, "RotationAbandoned");
  }
  secret.versions.push_back({.id = id.empty() ? all.cloud.next_uuid("secret version") : id,
                             .text = std::move(text),
                             .stages = {},
                             .created = all.cloud.sim().now()});
  move_stage(all, secret, "AWSCURRENT", secret.versions.back());
  drop_oldest(secret);
  if (secret.rotation && secret.rotation->after_days) plan_rotation(all, secret);
}

void move_stage(Secrets& all, Secret& secret, const std::string& stage, Version& to) {
  const bool current = stage == "AWSCURRENT";
  if (current && !to.stages.contains(stage)) drop_stage(secret, "AWSPREVIOUS");
  for (Version& old : secret.versions)
    if (&old != &to && old.stages.erase(stage) != 0 && current) old.stages.insert("AWSPREVIOUS");
  to.stages.insert(stage);
  if (current) secret.changed = all.cloud.sim().now();
}

// "Secrets Manager removes deprecated versions with no staging labels" above 100.
void drop_oldest(Secret& secret) {
  if (secret.versions.size() <= kMostVersions) return;
  const auto unlabelled = std::ranges::find_if(
      secret.versions, [](const Version& version) { return version.stages.empty(); });
  if (unlabelled != secret.versions.end()) secret.versions.erase(unlabelled);
}

// GetRandomPassword: 32 characters of letters, digits and punctuation by default.
std::string generated(Secrets& all, const Json& settings, const std::string& name) {
  const std::string excluded = input::text(settings, "ExcludeCharacters");
  const auto left_out = [&](const char* member) {
    return input::boolean(settings, member).value_or(false);
  };
  std::string letters;
  if (!left_out("ExcludeLowercase")) letters += "abcdefghijklmnopqrstuvwxyz";
  if (!left_out("ExcludeUppercase")) letters += "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (!left_out("ExcludeNumbers")) letters += "0123456789";
  if (!left_out("ExcludePunctuation")) letters += "!#$%&()*+,-.:;<=>?@[]^_{|}~";
  letters = without(letters, excluded);
  if (letters.empty()) letters = "x";
  const std::int64_t length =
      std::clamp<std::int64_t>(input::integer(settings, "PasswordLength").value_or(32), 1, 4'096);
  Stream& luck = all.cloud.sim().random("secretsmanager " + name);
  std::string password;
  for (std::int64_t i = 0; i < length; ++i) password += letters[luck.below(letters.size())];
  const std::string key = input::text(settings, "GenerateStringKey");
  Json around = Json::parse(input::text(settings, "SecretStringTemplate"), nullptr, false);
  if (key.empty() || !around.is_object()) return password;
  around[key] = password;
  return around.dump();
}

}  // namespace opsim::secrets_manager
