// Operations and resources. AWS: Secrets Manager API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/secrets_manager/secrets.hpp"

namespace opsim::secrets_manager {

namespace {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

}  // namespace

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

Json description_of(const Secret& secret) {
  Json one = named(secret);
  one["Description"] = secret.description;
  one["RotationEnabled"] = !secret.rotation_function.empty();
  one["CreatedDate"] = moment(secret.created);
  Json stages = Json::object();
  for (const Version& version : secret.versions)
    if (!version.stages.empty()) stages[version.id] = version.stages;
  one["VersionIdsToStages"] = std::move(stages);
  if (!secret.rotation_function.empty()) one["RotationLambdaARN"] = secret.rotation_function;
  if (secret.changed) one["LastChangedDate"] = moment(*secret.changed);
  if (secret.next_rotation) one["NextRotationDate"] = moment(*secret.next_rotation);
  for (const auto& [key, value] : secret.tags)
    one["Tags"].push_back({{"Key", key}, {"Value", value}});
  if (secret.rotated) one["LastRotatedDate"] = moment(*secret.rotated);
  if (secret.deletion) one["DeletedDate"] = moment(*secret.deletion);
  return one;
}

ApiError no_such_secret() {
  return {"ResourceNotFoundException", "Secrets Manager can't find the specified secret."};
}

ApiResult<Secret*> asked_for(Secrets& all, const Request& request, bool also_deleted) {
  Secret* secret = all.find(request.place(), input::text(request.input, "SecretId"));
  if (secret == nullptr) return no_such_secret();
  if (secret->deletion && !also_deleted)
    return ApiError{"InvalidRequestException",
                    "You can't perform this operation on the secret because it was marked for "
                    "deletion."};
  return secret;
}

Json named(const Secret& secret) { return {{"ARN", secret.arn}, {"Name", secret.name}}; }

ApiResult<Json> create_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> made =
      add_secret(all, request.place(), input::text(request.input, "Name"),
                 input::text(request.input, "SecretString"));
  if (!made) return made.error();
  (*made)->description = input::text(request.input, "Description");
  (*made)->tags = input::tags(input::member(request.input, "Tags"));
  return named(**made);
}

// "a waiting period of 7 to 30 days (default 30)"
ApiResult<Json> delete_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  Secret& secret = **found;
  const bool at_once = input::boolean(request.input, "ForceDeleteWithoutRecovery").value_or(false);
  const std::int64_t days = input::integer(request.input, "RecoveryWindowInDays").value_or(30);
  if (days < 7 || days > 30)
    return ApiError{"InvalidParameterException",
                    "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."};
  Simulation& sim = all.cloud.sim();
  Json answer = named(secret);
  secret.deletion = sim.now() + (at_once ? Duration{} : Duration{Days{days}});
  answer["DeletionDate"] = moment(*secret.deletion);
  sim.cancel(secret.rotates);
  secret.next_rotation.reset();
  const std::pair<Place, std::string> key{secret.place, secret.name};
  if (at_once)
    all.secrets.erase(key);
  else
    secret.deletes = sim.at(*secret.deletion, [&all, key] { all.secrets.erase(key); });
  return answer;
}

ApiResult<Json> restore_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request, true);
  if (!found) return found.error();
  all.cloud.sim().cancel((*found)->deletes);
  (*found)->deletion.reset();
  plan_rotation(all, **found);
  return named(**found);
}

ApiResult<Json> describe_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request, true);
  if (!found) return found.error();
  return description_of(**found);
}

Json value_of(const Secret& secret, const Version& version) {
  Json answer = named(secret);
  answer["VersionId"] = version.id;
  answer["SecretString"] = version.text;
  answer["VersionStages"] = version.stages;
  answer["CreatedDate"] = moment(version.created);
  return answer;
}

ApiResult<Json> get_secret_value(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  std::string stage = input::text(request.input, "VersionStage");
  if (stage.empty()) stage = "AWSCURRENT";
  const std::string id = input::text(request.input, "VersionId");
  const Version* version = (*found)->staged(stage);
  if (!id.empty()) version = (*found)->version(id);
  if (!id.empty() && version != nullptr && !input::text(request.input, "VersionStage").empty() &&
      !version->stages.contains(stage))
    return ApiError{
        "InvalidRequestException",
        "You provided a VersionStage that is not associated to the provided VersionId."};
  if (version == nullptr || version->text.empty())
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Secrets Manager can't find the specified secret value for staging "
                                "label: {}",
                                stage)};
  return value_of(**found, *version);
}

ApiResult<Json> get_random_password(Secrets& all, const Request& request) {
  return Json{{"RandomPassword", generated(all, request.input, "random passwords")}};
}

ApiResult<Created> create_secret_resource(Secrets& all, const ResourceRequest& request) {
  std::string name = input::text(request.properties, "Name");
  if (name.empty())
    name = all.cloud.next_id(fmt::format("{}-{}-", request.stack, request.logical_id));
  std::string text = input::text(request.properties, "SecretString");
  if (const Json& wanted = input::member(request.properties, "GenerateSecretString");
      wanted.is_object())
    text = generated(all, wanted, name);
  const ApiResult<Secret*> made = add_secret(all, request.place, name, text);
  if (!made) return made.error();
  (*made)->description = input::text(request.properties, "Description");
  (*made)->tags = input::tags(input::member(request.properties, "Tags"));
  return Created{(*made)->arn, (*made)->arn, {{"Id", (*made)->arn}}};
}

/// "adds the database connection information to the secret": engine, host, port, identifier.
ApiResult<Created> create_attachment(Secrets& all, const ResourceRequest& request) {
  Secret* secret = all.find(request.place, input::text(request.properties, "SecretId"));
  if (secret == nullptr)  // of another stack, which is not here
    return Created{.physical_id = input::text(request.properties, "SecretId")};
  const std::string target = input::text(request.properties, "TargetId");
  const bool cluster = input::text(request.properties, "TargetType").ends_with("DBCluster");
  const Version* current = secret->staged("AWSCURRENT");
  Version* now = current == nullptr ? nullptr : secret->version(current->id);
  Json value = now == nullptr ? Json{} : Json::parse(now->text, nullptr, false);
  if (value.is_object()) {
    value[cluster ? "dbClusterIdentifier" : "dbInstanceIdentifier"] = target;
    if (const Resource* database = all.cloud.resources().find(target)) {
      value["host"] = input::text(database->attributes, "Endpoint.Address");
      value["port"] = input::text(database->attributes, "Endpoint.Port");
    }
    now->text = value.dump();
  }
  return Created{secret->arn, secret->arn, {{"Id", secret->arn}}};
}

}  // namespace opsim::secrets_manager
