// AWS: Lambda API Reference, the operation of the same name. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include "models/lambda/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::lambda {

namespace {

/// What UpdateFunctionConfiguration may change.
constexpr const char* kSettings[] = {
    "Role",        "Handler",          "Description", "Timeout",       "MemorySize",
    "VpcConfig",   "Environment",      "Runtime",     "TracingConfig", "DeadLetterConfig",
    "Layers",      "EphemeralStorage", "SnapStart",   "LoggingConfig", "KMSKeyArn",
    "ImageConfig", "FileSystemConfigs"};

/// An update while another goes on, or one of a revision that is gone.
std::optional<ApiError> may_not_change(Lambda& lambda, const Function& function,
                                       const Json& input) {
  if (lambda.cloud.sim().now() < function.latest.ready)
    return ApiError{"ResourceConflictException",
                    fmt::format("The operation cannot be performed at this time. An update is in "
                                "progress for resource: {}",
                                function.arn),
                    409};
  const std::string revision = input::text(input, "RevisionId");
  if (!revision.empty() && revision != function.latest.revision_id)
    return ApiError{"PreconditionFailedException",
                    "The RevisionId provided does not match the latest RevisionId. Call the "
                    "GetFunction/GetAlias API to retrieve the latest RevisionId for your resource.",
                    412};
  return std::nullopt;
}

Json answer_of(Lambda& lambda, Function& function, const Json& input) {
  if (input::boolean(input, "Publish").value_or(false)) {
    const Version& made = publish(lambda, function, "", false);
    return configuration(lambda, function, made, made.number);
  }
  return configuration(lambda, function, function.latest, "");
}

/// $LATEST, or the version that the qualifier means.
ApiResult<Version*> version_asked_for(const Asked& asked) {
  Version* version = version_of(*asked.function, route(*asked.function, asked.qualifier, nullptr));
  if (version == nullptr || route(*asked.function, asked.qualifier, nullptr).empty())
    return no_such_version(*asked.function, asked.qualifier);
  return version;
}

}  // namespace

ApiResult<Json> create_function(Lambda& lambda, const Request& request) {
  ApiResult<FunctionSpec> spec = read_function(request.input);
  if (!spec) return spec.error();
  const ApiResult<Function*> made = add_function(lambda, request.place(), *std::move(spec),
                                                 read_code(input::member(request.input, "Code")));
  if (!made) return made.error();
  Function& function = **made;
  function.tags = input::tags(input::member(request.input, "Tags"));
  function.latest.ready += std::chrono::seconds{1};  // Pending (estimate)
  return answer_of(lambda, function, request.input);
}

ApiResult<Json> delete_function(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Function& function = *asked->function;
  if (asked->qualifier.empty()) {
    const Place place = function.place;
    const std::string name = function.name;
    lambda.accounts[place].functions.erase(name);
    return Json::object();
  }
  for (const auto& [name, alias] : function.aliases)
    if (alias.version == asked->qualifier ||
        (alias.additional && alias.additional->first == asked->qualifier))
      return ApiError{"ResourceConflictException",
                      fmt::format("Alias {} points to version {}", name, asked->qualifier), 409};
  const Version* version = version_of(function, asked->qualifier);
  if (version == nullptr || version == &function.latest)
    return ApiError{"InvalidParameterValueException",
                    "$LATEST version cannot be deleted without deleting the function."};
  const std::string number = version->number;
  function.published.erase(std::stoll(number));
  return Json::object();
}

ApiResult<Json> get_function(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const ApiResult<Version*> version = version_asked_for(*asked);
  if (!version) return version.error();
  const Function& function = *asked->function;
  Json code{{"RepositoryType", "S3"}};
  if (!(*version)->code.image_uri.empty())
    code = {{"RepositoryType", "ECR"}, {"ImageUri", (*version)->code.image_uri}};
  Json answer{{"Configuration", configuration(lambda, function, **version, asked->qualifier)},
              {"Code", std::move(code)}};
  if (!function.tags.empty()) answer["Tags"] = function.tags;
  if (function.reserved)
    answer["Concurrency"] = {{"ReservedConcurrentExecutions", *function.reserved}};
  return answer;
}

ApiResult<Json> get_function_configuration(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const ApiResult<Version*> version = version_asked_for(*asked);
  if (!version) return version.error();
  return configuration(lambda, *asked->function, **version, asked->qualifier);
}

ApiResult<Json> list_functions(Lambda& lambda, const Request& request) {
  const bool every = input::text(request.input, "FunctionVersion") == "ALL";
  Json all = Json::array();
  for (const auto& [name, function] : lambda.accounts[request.place()].functions) {
    all.push_back(
        configuration(lambda, function, function.latest, every ? kLatest : std::string_view{}));
    if (!every) continue;
    for (const auto& [number, version] : function.published)
      all.push_back(configuration(lambda, function, version, version.number));
  }
  return Json{{"Functions", std::move(all)}};
}

ApiResult<Json> update_function_code(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Function& function = *asked->function;
  if (std::optional<ApiError> no = may_not_change(lambda, function, request.input))
    return *std::move(no);
  if (input::boolean(request.input, "DryRun").value_or(false))
    return configuration(lambda, function, function.latest, "");
  change_latest(lambda, function, std::nullopt, read_code(request.input));
  return answer_of(lambda, function, request.input);
}

ApiResult<Json> update_function_configuration(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Function& function = *asked->function;
  if (std::optional<ApiError> no = may_not_change(lambda, function, request.input))
    return *std::move(no);
  Json written = function.latest.spec.written;
  written["FunctionName"] = function.name;
  for (const char* setting : kSettings)
    if (const Json& member = input::member(request.input, setting); !member.is_null())
      written[setting] = member;
  ApiResult<FunctionSpec> spec = read_function(written);
  if (!spec) return spec.error();
  change_latest(lambda, function, *std::move(spec), std::nullopt);
  return configuration(lambda, function, function.latest, "");
}

ApiResult<Json> get_account_settings(Lambda& lambda, const Request& request) {
  std::int64_t unreserved = lambda.account_concurrency;
  const Account& account = lambda.accounts[request.place()];
  for (const auto& [name, function] : account.functions)
    unreserved -= function.reserved.value_or(0);
  return Json{
      {"AccountLimit",
       {{"ConcurrentExecutions", lambda.account_concurrency},
        {"UnreservedConcurrentExecutions", unreserved},
        {"TotalCodeSize", 80'530'636'800},
        {"CodeSizeUnzipped", 262'144'000},
        {"CodeSizeZipped", 52'428'800}}},
      {"AccountUsage", {{"FunctionCount", account.functions.size()}, {"TotalCodeSize", 0}}}};
}

}  // namespace opsim::lambda
