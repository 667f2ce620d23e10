// Functions: what they are, where they stand and how callers name them.
// AWS: Lambda API, CreateFunction, UpdateFunctionCode, UpdateFunctionConfiguration,
// PutFunctionEventInvokeConfig.
// SIMPLIFIED: CodeSha256 has the shape of a digest and tells codes apart; it is none. While an
// update is in progress the new code runs already.
#include <fmt/format.h>

#include <algorithm>

#include "models/lambda/lambda.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::lambda {

namespace {

/// Estimate: how long a function without a VPC is Pending, or its update InProgress.
constexpr Duration kGetsReady = std::chrono::seconds{1};

ApiError bad_parameter(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

bool well_formed(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// A number from `lowest` to `highest`, `otherwise` where none is given, nothing where it is wrong.
std::optional<std::int64_t> number_in(const Json& input, std::string_view name,
                                      std::int64_t otherwise, std::int64_t lowest,
                                      std::int64_t highest) {
  if (input::member(input, name).is_null()) return otherwise;
  const auto number = input::integer(input, name);
  return number && *number >= lowest && *number <= highest ? number : std::nullopt;
}

/// 44 characters, as 32 bytes in base64 have.
std::string like_a_digest(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string digest;
  for (std::uint64_t i = 0; i < 43; ++i)
    digest += kDigits[bits_at(Seed{1}, name_key(text), i) % kDigits.size()];
  return digest + '=';
}

}  // namespace

Named read_name(const Place& near, std::string_view written) {
  Named named{near, {}, {}};
  if (const auto arn = Arn::parse(written)) named.place = arn->place();
  if (const auto at = written.find("function:"); at != std::string_view::npos)
    written.remove_prefix(at + 9);
  const auto colon = written.find(':');
  named.name = written.substr(0, colon);
  if (colon != std::string_view::npos) named.qualifier = written.substr(colon + 1);
  return named;
}

Function* Lambda::find(const Place& near, std::string_view name) {
  const Named named = read_name(near, name);
  const auto here = accounts.find(named.place);
  if (here == accounts.end()) return nullptr;
  const auto found = here->second.functions.find(named.name);
  return found == here->second.functions.end() ? nullptr : &found->second;
}

ApiResult<Asked> asked_for(Lambda& lambda, const Place& near, const Json& input) {
  const std::string written = input::text(input, "FunctionName");
  Named named = read_name(near, written);
  std::string qualifier = input::text(input, "Qualifier");
  if (!qualifier.empty() && !named.qualifier.empty() && qualifier != named.qualifier)
    return bad_parameter(
        "The derived qualifier from the function name does not match the specified qualifier.");
  if (qualifier.empty()) qualifier = std::move(named.qualifier);
  Function* function = lambda.find(near, written);
  if (function == nullptr) return no_such_function(near, written);
  return Asked{function, std::move(qualifier)};
}

ApiError no_such_function(const Place& place, std::string_view name) {
  const std::string full = name.starts_with("arn:")
                               ? std::string{name}
                               : arn(place, "lambda", fmt::format("function:{}", name));
  return {"ResourceNotFoundException", fmt::format("Function not found: {}", full), 404};
}

ApiResult<FunctionSpec> read_function(const Json& input) {
  FunctionSpec spec;
  spec.name = input::text(input, "FunctionName");
  if (!well_formed(spec.name))
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'functionName' failed "
                                "to satisfy constraint: a name of up to 64 letters, digits, "
                                "hyphens and underscores",
                                spec.name)};
  const auto timeout = number_in(input, "Timeout", 3, 1, 900);
  if (!timeout) return bad_parameter("Timeout must be from 1 to 900 seconds");
  const auto memory = number_in(input, "MemorySize", 128, 128, 10'240);
  if (!memory) return bad_parameter("MemorySize must be from 128 to 10240 MB");
  spec.timeout = std::chrono::seconds{*timeout};
  spec.memory_mb = *memory;
  spec.role = input::text(input, "Role");
  spec.runtime = input::text(input, "Runtime");
  spec.handler = input::text(input, "Handler");
  spec.description = input::text(input, "Description");
  spec.dead_letter_arn = input::text(input::member(input, "DeadLetterConfig"), "TargetArn");
  spec.written = input.is_object() ? input : Json::object();
  for (const char* apart : {"Code", "Tags", "Publish"}) spec.written.erase(apart);
  return spec;
}

Code read_code(const Json& input) {
  Code code;
  code.image_uri = input::text(input, "ImageUri");
  for (const char* name : {"S3ObjectVersion", "S3Key", "ImageUri"})
    if (code.revision.empty()) code.revision = input::text(input, name);
  Json which = Json::object();
  for (const char* name : {"S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri", "ZipFile"})
    if (const Json& member = input::member(input, name); !member.is_null()) which[name] = member;
  code.sha256 = like_a_digest(which.dump(-1, ' ', false, Json::error_handler_t::replace));
  return code;
}

ApiResult<Function*> add_function(Lambda& lambda, const Place& place, FunctionSpec spec,
                                  Code code) {
  const auto [found, fresh] = lambda.accounts[place].functions.try_emplace(spec.name);
  if (!fresh)
    return ApiError{"ResourceConflictException",
                    fmt::format("Function already exist: {}", spec.name), 409};
  Function& function = found->second;
  function.place = place;
  function.name = spec.name;
  function.arn = arn(place, "lambda", fmt::format("function:{}", spec.name));
  function.created = lambda.cloud.sim().now();
  function.latest = {.number = std::string{kLatest},
                     .spec = std::move(spec),
                     .code = std::move(code),
                     .revision_id = lambda.cloud.next_uuid("lambda.revision"),
                     .modified = function.created,
                     .ready = function.created,
                     .updated = false,
                     .environments = {}};
  return &function;
}

void change_latest(Lambda& lambda, Function& function, std::optional<FunctionSpec> spec,
                   std::optional<Code> code) {
  Version& latest = function.latest;
  if (spec) latest.spec = *std::move(spec);
  if (code) latest.code = *std::move(code);
  latest.revision_id = lambda.cloud.next_uuid("lambda.revision");
  latest.modified = lambda.cloud.sim().now();
  latest.ready = latest.modified + kGetsReady;
  latest.updated = true;
  latest.environments.retire();
}

ApiResult<AsyncSpec> read_async(const Json& input) {
  AsyncSpec spec;
  const auto retries = number_in(input, "MaximumRetryAttempts", 2, 0, 2);
  if (!retries) return bad_parameter("MaximumRetryAttempts must be from 0 to 2");
  const auto age = number_in(input, "MaximumEventAgeInSeconds", 21'600, 60, 21'600);
  if (!age) return bad_parameter("MaximumEventAgeInSeconds must be from 60 to 21600");
  spec.most_retries = static_cast<int>(*retries);
  spec.most_age = std::chrono::seconds{*age};
  const Json& destinations = input::member(input, "DestinationConfig");
  spec.on_failure = input::text(input::member(destinations, "OnFailure"), "Destination");
  spec.on_success = input::text(input::member(destinations, "OnSuccess"), "Destination");
  return spec;
}

const AsyncSpec& async_of(const Function& function, std::string_view qualifier) {
  static const AsyncSpec kUsual;
  const auto found = function.async.find(qualifier.empty() ? kLatest : qualifier);
  return found == function.async.end() ? kUsual : found->second;
}

}  // namespace opsim::lambda
