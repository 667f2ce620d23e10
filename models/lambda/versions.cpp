// Versions and aliases: which code an invocation runs.
// AWS: Lambda API, PublishVersion, CreateAlias; Lambda Developer Guide, "Implement Lambda canary
// deployments using a weighted alias" (configuring-alias-routing).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/lambda/lambda.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/json.hpp"

namespace opsim::lambda {

namespace {

ApiError bad_alias(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

bool is_alias_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && !is_version_number(name) &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

std::string_view state_of(const Version& version, SimTime now) {
  return now < version.ready && !version.updated ? "Pending" : "Active";
}

}  // namespace

bool is_version_number(std::string_view qualifier) {
  return !qualifier.empty() &&
         std::ranges::all_of(qualifier, [](char c) { return c >= '0' && c <= '9'; });
}

Version* version_of(Function& function, std::string_view number) {
  if (number.empty() || number == kLatest) return &function.latest;
  if (!is_version_number(number) || number.size() > 9) return nullptr;
  const auto found = function.published.find(std::stoll(std::string{number}));
  return found == function.published.end() ? nullptr : &found->second;
}

std::string route(const Function& function, std::string_view qualifier, Stream* luck) {
  if (qualifier.empty() || qualifier == kLatest) return std::string{kLatest};
  if (const auto alias = function.aliases.find(qualifier); alias != function.aliases.end()) {
    const auto& additional = alias->second.additional;
    if (additional && luck != nullptr && luck->chance(additional->second)) return additional->first;
    return alias->second.version;
  }
  if (!is_version_number(qualifier) || qualifier.size() > 9) return {};
  const bool stands = function.published.contains(std::stoll(std::string{qualifier}));
  return stands ? std::string{qualifier} : std::string{};
}

std::string qualified_arn(const Function& function, std::string_view qualifier) {
  return qualifier.empty() ? function.arn : fmt::format("{}:{}", function.arn, qualifier);
}

ApiError no_such_version(const Function& function, std::string_view qualifier) {
  return {"ResourceNotFoundException",
          fmt::format("Function not found: {}", qualified_arn(function, qualifier)), 404};
}

// "Lambda doesn't publish a version if the function's configuration and code haven't changed since
// the last version" (PublishVersion).
Version& publish(Lambda& lambda, Function& function, std::string_view description, bool always) {
  const Version& latest = function.latest;
  if (!always && !function.published.empty()) {
    Version& last = function.published.rbegin()->second;
    FunctionSpec as_now = latest.spec;
    as_now.written.erase("Description");
    FunctionSpec as_then = last.spec;
    as_then.written.erase("Description");
    if (last.code.sha256 == latest.code.sha256 && as_then.written == as_now.written) return last;
  }
  const std::int64_t number = function.next_version++;
  Version& made = function.published[number];
  made.number = std::to_string(number);
  made.spec = latest.spec;
  made.code = latest.code;
  if (!description.empty()) made.spec.description = description;
  made.revision_id = lambda.cloud.next_uuid("lambda.revision");
  made.modified = lambda.cloud.sim().now();
  made.ready = std::max(made.modified, latest.ready);
  return made;
}

// "An alias can point to a maximum of two Lambda function versions", both published; the weights
// are shares (configuring-alias-routing).
ApiResult<Alias*> put_alias(Lambda& lambda, Function& function, Alias alias) {
  if (!is_alias_name(alias.name))
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'name' failed to "
                                "satisfy constraint: Member must satisfy regular expression "
                                "pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
                                alias.name)};
  if (version_of(function, alias.version) == nullptr || alias.version.empty())
    return no_such_version(function, alias.version);
  if (alias.additional) {
    const auto& [second, weight] = *alias.additional;
    if (alias.version == kLatest || second == kLatest)
      return bad_alias("$LATEST is not supported for an alias pointing to more than 1 version");
    if (version_of(function, second) == nullptr) return no_such_version(function, second);
    if (second == alias.version)
      return bad_alias(fmt::format(
          "Invalid function version {}. Function version {} is already included in routing "
          "configuration.",
          second, second));
    if (!(weight >= 0 && weight <= 1))
      return bad_alias("The weight of an additional version must be from 0.0 to 1.0");
  }
  alias.revision_id = lambda.cloud.next_uuid("lambda.revision");
  std::string name = alias.name;
  return &(function.aliases[std::move(name)] = std::move(alias));
}

Json shown_alias(const Function& function, const Alias& alias) {
  Json shown{{"AliasArn", qualified_arn(function, alias.name)},
             {"Name", alias.name},
             {"FunctionVersion", alias.version},
             {"Description", alias.description},
             {"RevisionId", alias.revision_id}};
  if (alias.additional)
    shown["RoutingConfig"] = {
        {"AdditionalVersionWeights", {{alias.additional->first, alias.additional->second}}}};
  return shown;
}

Json configuration(const Lambda& lambda, const Function& function, const Version& version,
                   std::string_view qualifier) {
  const FunctionSpec& spec = version.spec;
  const SimTime now = lambda.cloud.sim().now();
  const bool waits = now < version.ready;
  Json shown{{"FunctionName", function.name},
             {"FunctionArn", qualified_arn(function, qualifier)},
             {"Runtime", spec.runtime},
             {"Role", spec.role},
             {"Handler", spec.handler},
             {"CodeSha256", version.code.sha256},
             {"Description", spec.description},
             {"Timeout", spec.timeout.count()},
             {"MemorySize", spec.memory_mb},
             {"LastModified", iso8601(version.modified)},
             {"Version", version.number},
             {"RevisionId", version.revision_id},
             {"State", state_of(version, now)},
             {"LastUpdateStatus", waits && version.updated ? "InProgress" : "Successful"},
             {"PackageType", version.code.image_uri.empty() ? "Zip" : "Image"},
             {"Architectures", Json::array({"x86_64"})}};
  if (waits) {
    shown[version.updated ? "LastUpdateStatusReason" : "StateReason"] =
        "The function is being created.";
    shown[version.updated ? "LastUpdateStatusReasonCode" : "StateReasonCode"] = "Creating";
  }
  for (const char* kept : {"Architectures", "Environment", "VpcConfig", "TracingConfig", "Layers",
                           "EphemeralStorage", "LoggingConfig", "SnapStart"})
    if (const Json& member = input::member(spec.written, kept); !member.is_null())
      shown[kept] = member;
  if (!spec.dead_letter_arn.empty())
    shown["DeadLetterConfig"] = {{"TargetArn", spec.dead_letter_arn}};
  return shown;
}

}  // namespace opsim::lambda
