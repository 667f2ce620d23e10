// How an application comes by its password: from its image, from Parameter Store, from Secrets
// Manager.
#include <fmt/format.h>

#include "models/logins/logins.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::logins {

namespace {

/// Refused reads are tried again as SDKs do, with twice the pause each time (AWS SDKs and Tools
/// Reference Guide, "Retry behavior": three attempts). The pause is an estimate.
constexpr int kAttempts = 3;
constexpr Duration kPause = std::chrono::seconds{1};

struct Call {
  const char* service;
  const char* operation;
  Json input;
};

Call call_for(const AllLogins& all, const Source& source) {
  const std::string id = source_id(all, source);
  if (source.kind == Source::Kind::secret)
    return {"secretsmanager", "GetSecretValue", {{"SecretId", id}}};
  return {"ssm", "GetParameter", {{"Name", id}, {"WithDecryption", true}}};
}

std::string value_in(const Source& source, const Json& answer) {
  if (source.kind == Source::Kind::secret) return input::text(answer, "SecretString");
  return input::text(input::member(answer, "Parameter"), "Value");
}

/// What EC2 says of the instance; a mapping without members where it says nothing.
Json described(AllLogins& all, const std::string& instance) {
  const Resource* known = all.cloud.resources().find(instance);
  const Json asked{{"InstanceIds", Json::array({instance})}};
  const auto found = all.cloud.inspect(known == nullptr ? all.cloud.home() : known->place, "ec2",
                                       "DescribeInstances", asked);
  if (!found) return Json::object();
  return found->value(Json::json_pointer{"/Reservations/0/Instances/0"}, Json::object());
}

/// The application calls with the role of its instance's profile.
/// SIMPLIFIED: where there is none, EC2 itself asks; on AWS the application had no credentials.
Caller reader(AllLogins& all, const std::string& instance) {
  const Place& home = all.cloud.home();
  const Json one = described(all, instance);
  const std::string profile = input::text(input::member(one, "IamInstanceProfile"), "Arn");
  const auto found =
      all.cloud.inspect(home, "iam", "GetInstanceProfile",
                        {{"InstanceProfileName", profile.substr(profile.rfind('/') + 1)}});
  if (!found) return {home, "ec2.amazonaws.com", ""};
  const Json role = found->value(Json::json_pointer{"/InstanceProfile/Roles/0"}, Json::object());
  const std::string name = input::text(role, "RoleName");
  if (name.empty()) return {home, "ec2.amazonaws.com", ""};
  return {home, fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", home.account, name, instance),
          ""};
}

std::optional<Credential> of_image(AllLogins& all, const Logins& logins,
                                   const std::string& instance) {
  const auto image = logins.source.images.find(input::text(described(all, instance), "ImageId"));
  if (image == logins.source.images.end()) return std::nullopt;
  return read_credential(image->second);
}

void tell_refusal(AllLogins& all, const Logins& logins, const std::string& instance,
                  const ApiError& error) {
  all.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = logins.name,
       .text = fmt::format("{} cannot read its password: {}", instance, error.code),
       .source = logins.line});
}

}  // namespace

Credential read_credential(const std::string& text) {
  const Json value = Json::parse(text, nullptr, false);
  if (!value.is_object()) return {"", text};
  return {input::text(value, "username"), input::text(value, "password")};
}

std::string source_id(const AllLogins& all, const Source& source) {
  const Resource* known = all.cloud.resources().find_named(source.name);
  return known == nullptr ? source.name : known->physical_id;
}

std::optional<Credential> look(AllLogins& all, const Logins& logins, const std::string& instance) {
  if (logins.source.kind == Source::Kind::nothing) return std::nullopt;
  if (logins.source.kind == Source::Kind::images) return of_image(all, logins, instance);
  const Call call = call_for(all, logins.source);
  const auto answer = all.cloud.inspect(all.cloud.home(), call.service, call.operation, call.input);
  if (!answer) return std::nullopt;
  return read_credential(value_in(logins.source, *answer));
}

Process<> read_again(AllLogins& all, std::string name, std::string instance) {
  Duration pause = kPause;
  for (int tried = 0; tried < kAttempts; ++tried, pause *= 2) {
    if (tried > 0) co_await all.cloud.sim().sleep(pause);
    Call call = call_for(all, all.all.at(name).source);
    Caller caller = reader(all, instance);
    Process<ApiResult<Json>> calling =
        all.cloud.call(std::move(caller), call.service, call.operation, std::move(call.input));
    const ApiResult<Json> answer = co_await std::move(calling);
    Logins& logins = all.all.at(name);
    const auto holder = logins.holders.find(instance);
    if (holder == logins.holders.end()) co_return;  // gone meanwhile
    if (!answer) {
      const bool throttled = answer.error().code.find("Throttl") != std::string::npos;
      if (throttled)
        logins.throttled += 1;
      else
        tell_refusal(all, logins, instance, answer.error());
      continue;
    }
    count(all, logins);
    holder->second = read_credential(value_in(logins.source, *answer));
    co_return judge(all, logins);
  }
}

}  // namespace opsim::logins
