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

void put_current(Secrets& all, Secret& secret, std::string text) {
  Version version{.id = all.cloud.next_uuid("secret version"),
                  .text = std::move(text),
                  .stages = {"AWSCURRENT"},
                  .created = all.cloud.sim().now()};
  drop_stage(secret, "AWSPREVIOUS");
  for (Version& old : secret.versions)
    if (old.stages.erase("AWSCURRENT") != 0) old.stages.insert("AWSPREVIOUS");
  secret.versions.push_back(std::move(version));
  if (secret.versions.size() > kMostVersions) secret.versions.erase(secret.versions.begin());
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

// "createSecret, setSecret, testSecret, finishSecret": what fails leaves AWSPENDING, and the secret
// as it was.
Process<> rotate(Secrets& all, Place place, std::string name) {
  for (const char* const step : {"createSecret", "setSecret", "testSecret", "finishSecret"}) {
    const Secret* secret = all.find(place, name);
    if (secret == nullptr || secret->rotation_function.empty()) break;
    const Json event{{"Step", step}, {"SecretId", secret->arn}, {"ClientRequestToken", name}};
    const Caller caller{place, "secretsmanager.amazonaws.com", ""};
    Json call{{"FunctionName", secret->rotation_function}, {"Payload", event.dump()}};
    Process<ApiResult<Json>> calling = all.cloud.call(caller, "lambda", "Invoke", std::move(call));
    const ApiResult<Json> answer = co_await std::move(calling);
    if (!answer || !input::text(*answer, "FunctionError").empty()) {
      all.cloud.journal().write({.kind = EntryKind::note,
                                 .level = Level::story,
                                 .subject = name,
                                 .text = fmt::format("rotation failed in {}", step)});
      co_return;
    }
  }
  Secret* secret = all.find(place, name);
  if (secret == nullptr) co_return;
  put_current(all, *secret, generated(all, Json::object(), name));
  secret->rotated = all.cloud.sim().now();
}

void plan_rotation(Secrets& all, Secret& secret) {
  if (!secret.rotation) return;
  Simulation& sim = all.cloud.sim();
  const auto next = schedule::next_time(*secret.rotation, TimeZone{}, secret.created, sim.now());
  if (!next) return;
  sim.at(*next, [&all, place = secret.place, name = secret.name] {
    Secret* after = all.find(place, name);
    if (after == nullptr || after->deletion) return;
    all.cloud.sim().spawn(rotate(all, place, name));
    plan_rotation(all, *after);
  });
}

}  // namespace opsim::secrets_manager
