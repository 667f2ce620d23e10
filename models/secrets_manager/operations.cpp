// Operations and resources. AWS: Secrets Manager API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/secrets_manager/secrets.hpp"

namespace opsim::secrets_manager {

namespace {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

ApiError no_such_secret() {
  return {"ResourceNotFoundException", "Secrets Manager can't find the specified secret."};
}

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

ApiResult<Secret*> asked_for(Secrets& all, const Request& request, bool also_deleted = false) {
  Secret* secret = all.find(request.place(), input::text(request.input, "SecretId"));
  if (secret == nullptr) return no_such_secret();
  if (secret->deletion && !also_deleted)
    return ApiError{"InvalidRequestException",
                    "You can't perform this operation on the secret because it was marked for "
                    "deletion."};
  return secret;
}

Json named(const Secret& secret) { return {{"ARN", secret.arn}, {"Name", secret.name}}; }

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
  if (secret.rotated) one["LastRotatedDate"] = moment(*secret.rotated);
  if (secret.deletion) one["DeletedDate"] = moment(*secret.deletion);
  return one;
}

/// RotationRules: AutomaticallyAfterDays, or a ScheduleExpression.
std::optional<schedule::Expression> rules_of(const Json& rules) {
  const std::string text = input::text(rules, "ScheduleExpression");
  if (!text.empty()) return schedule::parse(text);
  const auto days = input::integer(rules, "AutomaticallyAfterDays");
  if (!days || *days < 1 || *days > 1'000) return std::nullopt;
  return schedule::Expression{schedule::Rate{Days{*days}}};
}

}  // namespace

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
  return named(**found);
}

ApiResult<Json> describe_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request, true);
  if (!found) return found.error();
  return description_of(**found);
}

ApiResult<Json> get_secret_value(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  std::string stage = input::text(request.input, "VersionStage");
  if (stage.empty()) stage = "AWSCURRENT";
  const std::string id = input::text(request.input, "VersionId");
  const Version* version = (*found)->staged(stage);
  for (const Version& one : (*found)->versions)
    if (one.id == id) version = &one;
  if (version == nullptr)
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Secrets Manager can't find the specified secret value for staging "
                                "label: {}",
                                stage)};
  Json answer = named(**found);
  answer["VersionId"] = version->id;
  answer["SecretString"] = version->text;
  answer["VersionStages"] = version->stages;
  answer["CreatedDate"] = moment(version->created);
  return answer;
}

ApiResult<Json> put_secret_value(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  std::string text = input::text(request.input, "SecretString");
  if (text.size() > kLargestSecret)
    return ApiError{"ValidationException", "A secret's value has at most 65536 bytes"};
  put_current(all, **found, std::move(text));
  Json answer = named(**found);
  answer["VersionId"] = (*found)->versions.back().id;
  return answer;
}

// SIMPLIFIED: all in one page.
ApiResult<Json> list_secrets(Secrets& all, const Request& request) {
  Json list = Json::array();
  for (const auto& [key, secret] : all.secrets)
    if (key.first == request.place() && !secret.deletion) list.push_back(description_of(secret));
  return Json{{"SecretList", list}};
}

ApiResult<Json> get_random_password(Secrets& all, const Request& request) {
  return Json{{"RandomPassword", generated(all, request.input, "random passwords")}};
}

ApiResult<Json> rotate_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  Secret& secret = **found;
  if (const std::string function = input::text(request.input, "RotationLambdaARN");
      !function.empty())
    secret.rotation_function = function;
  if (secret.rotation_function.empty())
    return ApiError{"InvalidRequestException",
                    "No Lambda rotation function ARN is associated with this secret."};
  if (const Json& rules = input::member(request.input, "RotationRules"); rules.is_object()) {
    secret.rotation = rules_of(rules);
    if (!secret.rotation) return ApiError{"InvalidParameterException", "Invalid RotationRules"};
    plan_rotation(all, secret);
  }
  if (input::boolean(request.input, "RotateImmediately").value_or(true))
    all.cloud.sim().spawn(rotate(all, secret.place, secret.name));
  return named(secret);
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

ApiResult<Created> create_rotation(Secrets& all, const ResourceRequest& request) {
  const std::string id = input::text(request.properties, "SecretId");
  Secret* secret = all.find(request.place, id);
  if (secret == nullptr) return no_such_secret();
  secret->rotation_function = input::text(request.properties, "RotationLambdaARN");
  secret->rotation = rules_of(input::member(request.properties, "RotationRules"));
  plan_rotation(all, *secret);
  return Created{secret->arn, secret->arn, {{"Id", secret->arn}}};
}

/// "adds the database connection information to the secret": engine, host, port, identifier.
ApiResult<Created> create_attachment(Secrets& all, const ResourceRequest& request) {
  Secret* secret = all.find(request.place, input::text(request.properties, "SecretId"));
  if (secret == nullptr)  // of another stack, which is not here
    return Created{.physical_id = input::text(request.properties, "SecretId")};
  const std::string target = input::text(request.properties, "TargetId");
  const bool cluster = input::text(request.properties, "TargetType").ends_with("DBCluster");
  const Version* now = secret->staged("AWSCURRENT");
  Json value = now == nullptr ? Json{} : Json::parse(now->text, nullptr, false);
  if (value.is_object() && secret->versions.size() < kMostVersions) {
    value[cluster ? "dbClusterIdentifier" : "dbInstanceIdentifier"] = target;
    if (const Resource* database = all.cloud.resources().find(target)) {
      value["host"] = input::text(database->attributes, "Endpoint.Address");
      value["port"] = input::text(database->attributes, "Endpoint.Port");
    }
    secret->versions.back().text = value.dump();
  }
  return Created{secret->arn, secret->arn, {{"Id", secret->arn}}};
}

}  // namespace opsim::secrets_manager
