// New values, labels, and the rotation that makes both. AWS: Secrets Manager API Reference, the
// operation of the same name; CloudFormation, AWS::SecretsManager::RotationSchedule.
#include <fmt/format.h>

#include <algorithm>

#include "models/secrets_manager/secrets.hpp"

namespace opsim::secrets_manager {

namespace {

ApiError no_such_version() {
  return {"ResourceNotFoundException", "Secrets Manager can't find the specified secret version."};
}

/// The function of a HostedRotationLambda, which CloudFormation makes; then the first rotation.
Process<> host(Secrets& all, Place place, std::string name, std::string function, bool rotates) {
  constexpr Duration pending = std::chrono::seconds{5};  // estimate
  Json input{{"FunctionName", function},
             {"Runtime", "python3.10"},
             {"Handler", "lambda_function.lambda_handler"},
             {"Role", fmt::format("arn:aws:iam::{}:role/{}", place.account, function)},
             {"Timeout", 30},
             {"Code", {{"S3Bucket", "secrets-manager-rotation"}, {"S3Key", function + ".zip"}}}};
  const Caller caller{place, "cloudformation.amazonaws.com", ""};
  Process<ApiResult<Json>> calling =
      all.cloud.call(caller, "lambda", "CreateFunction", std::move(input));
  const ApiResult<Json> made = co_await std::move(calling);
  if (!made) co_return;
  co_await all.cloud.sim().sleep(pending);
  if (!rotates) co_return;
  Process<> rotation = rotate(all, place, name);
  co_await std::move(rotation);
}

ApiResult<Json> put_version(Secrets& all, Secret& secret, const Json& asked) {
  std::string text = input::text(asked, "SecretString");
  if (text.size() > kLargestSecret)
    return ApiError{"ValidationException", "A secret's value has at most 65536 bytes"};
  const std::string token = input::text(asked, "ClientRequestToken");
  std::vector<std::string> stages = input::texts(asked, "VersionStages");
  Json answer = named(secret);
  if (Version* same = token.empty() ? nullptr : secret.version(token);
      same != nullptr && !same->text.empty()) {
    // "if a version with this value already exists and the version of SecretString ... don't match"
    if (same->text != text)
      return ApiError{"ResourceExistsException",
                      "A resource with the ID you requested already exists."};
  } else if (same != nullptr) {
    same->text = std::move(text);  // the empty version of a rotation
  } else if (stages.empty() || std::ranges::find(stages, "AWSCURRENT") != stages.end()) {
    put_current(all, secret, std::move(text), token);
  } else {
    secret.versions.push_back({.id = token.empty() ? all.cloud.next_uuid("secret version") : token,
                               .text = std::move(text),
                               .stages = {},
                               .created = all.cloud.sim().now()});
  }
  Version& version = token.empty() ? secret.versions.back() : *secret.version(token);
  for (const std::string& stage : stages) move_stage(all, secret, stage, version);
  answer["VersionId"] = version.id;
  answer["VersionStages"] = version.stages;
  drop_oldest(secret);
  return answer;
}

}  // namespace

ApiResult<Json> put_secret_value(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  return put_version(all, **found, request.input);
}

ApiResult<Json> update_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  if (request.input.contains("Description"))
    (*found)->description = input::text(request.input, "Description");
  if (!request.input.contains("SecretString")) return named(**found);
  return put_version(all, **found, request.input);
}

// "If you move AWSCURRENT, Secrets Manager automatically moves AWSPREVIOUS to the version that it
// was removed from."
ApiResult<Json> update_stage(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  Secret& secret = **found;
  const std::string stage = input::text(request.input, "VersionStage");
  const std::string from = input::text(request.input, "RemoveFromVersionId");
  const std::string to = input::text(request.input, "MoveToVersionId");
  const Version* holder = secret.staged(stage);
  if (holder != nullptr && holder->id != from && holder->id != to)
    return ApiError{
        "InvalidParameterException",
        fmt::format("The parameter RemoveFromVersionId can't be empty. Staging label {} "
                    "is currently attached to version {}, so you must explicitly "
                    "reference that version in RemoveFromVersionId.",
                    stage, holder->id)};
  if (to.empty() && stage == "AWSCURRENT")
    return ApiError{"InvalidParameterException",
                    "You can't remove the staging label AWSCURRENT; you can only move it."};
  if (!to.empty()) {
    Version* version = secret.version(to);
    if (version == nullptr) return no_such_version();
    move_stage(all, secret, stage, *version);
  } else if (Version* version = secret.version(from)) {
    version->stages.erase(stage);
  }
  return named(secret);
}

ApiResult<Json> rotate_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  Secret& secret = **found;
  if (const std::string function = input::text(request.input, "RotationLambdaARN");
      !function.empty()) {
    if (auto refused = cannot_invoke(all, secret.place, function)) return *refused;
    secret.rotation_function = function;
  }
  if (secret.rotation_function.empty())
    return ApiError{"InvalidRequestException",
                    "No Lambda rotation function ARN is associated with this secret."};
  if (const Json& rules = input::member(request.input, "RotationRules"); rules.is_object()) {
    ApiResult<RotationRules> read = read_rules(rules);
    if (!read) return read.error();
    secret.rotation = *std::move(read);
    plan_rotation(all, secret);
  }
  // "any later invocation of RotateSecret assumes that a previous rotation request is still in
  // progress and returns an error"
  if (secret.staged("AWSPENDING") != nullptr)
    return ApiError{"InvalidRequestException",
                    "A previous rotation isn't complete. That rotation will be reattempted."};
  Json answer = named(secret);
  if (input::boolean(request.input, "RotateImmediately").value_or(true)) {
    answer["VersionId"] = begin_version(all, secret);
    all.cloud.sim().spawn(rotate(all, secret.place, secret.name));
  } else {
    all.cloud.sim().spawn(try_rotation(all, secret.place, secret.name));
  }
  return answer;
}

// "Turns off automatic rotation, and if a rotation is currently in progress, cancels the rotation."
ApiResult<Json> cancel_rotate_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  Secret& secret = **found;
  all.cloud.sim().cancel(secret.rotates);
  secret.rotation.reset();
  secret.next_rotation.reset();
  secret.rotation_function.clear();
  return named(secret);
}

ApiResult<Json> tag_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  for (const auto& [key, value] : input::tags(input::member(request.input, "Tags")))
    (*found)->tags[key] = value;
  return Json::object();
}

ApiResult<Json> untag_secret(Secrets& all, const Request& request) {
  const ApiResult<Secret*> found = asked_for(all, request);
  if (!found) return found.error();
  for (const std::string& key : input::texts(request.input, "TagKeys")) (*found)->tags.erase(key);
  return Json::object();
}

ApiResult<Created> create_rotation(Secrets& all, const ResourceRequest& request) {
  const std::string id = input::text(request.properties, "SecretId");
  Secret* secret = all.find(request.place, id);
  if (secret == nullptr) return no_such_secret();
  if (const Json& rules = input::member(request.properties, "RotationRules"); rules.is_object()) {
    ApiResult<RotationRules> read = read_rules(rules);
    if (!read) return read.error();
    secret->rotation = *std::move(read);
  }
  plan_rotation(all, *secret);
  const bool rotates =
      input::boolean(request.properties, "RotateImmediatelyOnUpdate").value_or(true);
  Simulation& sim = all.cloud.sim();
  if (const Json& hosted = input::member(request.properties, "HostedRotationLambda");
      hosted.is_object()) {
    secret->alternating = input::text(hosted, "RotationType").ends_with("MultiUser");
    std::string function = input::text(hosted, "RotationLambdaName");
    if (function.empty()) function = fmt::format("{}-{}", request.stack, request.logical_id);
    secret->rotation_function = arn(request.place, "lambda", "function:" + function);
    sim.spawn(host(all, request.place, secret->name, function, rotates));
  } else {
    const std::string function = input::text(request.properties, "RotationLambdaARN");
    if (!function.empty())
      if (auto refused = cannot_invoke(all, request.place, function)) return *refused;
    secret->rotation_function = function;
    if (rotates) sim.spawn(rotate(all, request.place, secret->name));
  }
  return Created{secret->arn, secret->arn, {{"Id", secret->arn}}};
}

}  // namespace opsim::secrets_manager
