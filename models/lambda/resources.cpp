// AWS: CloudFormation User Guide, AWS::Lambda::*.
// SIMPLIFIED: a Version of a template is always a new one, even where $LATEST has not changed, so
// that a template may state both ends of a deployment; layers and URLs are names only.
#include <fmt/format.h>

#include "models/lambda/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::lambda {

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kSeconds{.kind = Kind::integer, .min = 1, .max = 900};
constexpr Shape kMemory{.kind = Kind::integer, .min = 128, .max = 10'240};
constexpr Shape kReserved{.kind = Kind::integer, .min = 0};
constexpr Shape kRetries{.kind = Kind::integer, .min = 0, .max = 2};
constexpr Shape kAge{.kind = Kind::integer, .min = 60, .max = 21'600};

constexpr Field kFunctionFields[] = {
    {.name = "Architectures"},
    {.name = "Code", .doc = "Not run: see physics. Its S3 key or image names the revision."},
    {.name = "DeadLetterConfig", .doc = "Where asynchronous events go that failed for good."},
    {.name = "Description", .shape = &kText},
    {.name = "Environment"},
    {.name = "EphemeralStorage"},
    {.name = "FunctionName", .shape = &kText},
    {.name = "Handler", .shape = &kText},
    {.name = "ImageConfig", .simulated = Simulated::no},
    {.name = "KmsKeyArn", .simulated = Simulated::no},
    {.name = "Layers"},
    {.name = "LoggingConfig", .simulated = Simulated::no},
    {.name = "MemorySize", .shape = &kMemory},
    {.name = "PackageType", .shape = &kText},
    {.name = "ReservedConcurrentExecutions", .shape = &kReserved},
    {.name = "Role", .shape = &kText, .need = Need::required},
    {.name = "Runtime", .shape = &kText},
    {.name = "SnapStart", .simulated = Simulated::no},
    {.name = "Tags"},
    {.name = "Timeout", .shape = &kSeconds, .doc = "Seconds a run may take; 3 where it is absent."},
    {.name = "TracingConfig", .simulated = Simulated::no},
    {.name = "VpcConfig", .simulated = Simulated::no},
};
constexpr Field kConfigFields[] = {
    {.name = "DestinationConfig"},
    {.name = "FunctionName", .shape = &kText, .need = Need::required},
    {.name = "MaximumEventAgeInSeconds", .shape = &kAge},
    {.name = "MaximumRetryAttempts", .shape = &kRetries},
    {.name = "Qualifier", .shape = &kText, .need = Need::required},
};
constexpr Field kPermissionFields[] = {
    {.name = "Action", .shape = &kText, .need = Need::required},
    {.name = "EventSourceToken", .shape = &kText},
    {.name = "FunctionName", .shape = &kText, .need = Need::required},
    {.name = "FunctionUrlAuthType", .shape = &kText},
    {.name = "Principal", .shape = &kText, .need = Need::required},
    {.name = "PrincipalOrgID", .shape = &kText},
    {.name = "SourceAccount", .shape = &kText},
    {.name = "SourceArn", .shape = &kText},
};
constexpr Field kVersionFields[] = {
    {.name = "CodeSha256", .shape = &kText},
    {.name = "Description", .shape = &kText},
    {.name = "FunctionName", .shape = &kText, .need = Need::required},
    {.name = "ProvisionedConcurrencyConfig"},
    {.name = "RuntimePolicy", .simulated = Simulated::no},
};
constexpr Field kAliasFields[] = {
    {.name = "Description", .shape = &kText},
    {.name = "FunctionName", .shape = &kText, .need = Need::required},
    {.name = "FunctionVersion", .shape = &kText, .need = Need::required},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "ProvisionedConcurrencyConfig"},
    {.name = "RoutingConfig", .doc = "The second version's share: AdditionalVersionWeights."},
};
constexpr Field kLayerFields[] = {
    {.name = "CompatibleArchitectures"},         {.name = "CompatibleRuntimes"},
    {.name = "Content", .need = Need::required}, {.name = "Description", .shape = &kText},
    {.name = "LayerName", .shape = &kText},      {.name = "LicenseInfo", .shape = &kText},
};
constexpr Field kUrlFields[] = {
    {.name = "AuthType", .shape = &kText, .need = Need::required},
    {.name = "Cors", .simulated = Simulated::no},
    {.name = "InvokeMode", .shape = &kText},
    {.name = "Qualifier", .shape = &kText},
    {.name = "TargetFunctionArn", .shape = &kText, .need = Need::required},
};

ApiResult<Function*> function_in(Lambda& lambda, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "FunctionName");
  Function* function = lambda.find(request.place, name);
  if (function == nullptr) return no_such_function(request.place, name);
  return function;
}

ApiResult<void> provision_in(Lambda& lambda, const ResourceRequest& request, Function& function,
                             const std::string& qualifier) {
  const Json& config = input::member(request.properties, "ProvisionedConcurrencyConfig");
  const auto wanted = input::integer(config, "ProvisionedConcurrentExecutions");
  if (!wanted) return {};
  return provision(lambda, function, qualifier, *wanted, true);
}

}  // namespace

constexpr Shape kFunctionShape{.kind = Kind::mapping, .fields = kFunctionFields};
constexpr Shape kEventInvokeConfigShape{.kind = Kind::mapping, .fields = kConfigFields};
constexpr Shape kPermissionShape{.kind = Kind::mapping, .fields = kPermissionFields};
constexpr Shape kVersionShape{.kind = Kind::mapping, .fields = kVersionFields};
constexpr Shape kAliasShape{.kind = Kind::mapping, .fields = kAliasFields};
constexpr Shape kLayerVersionShape{.kind = Kind::mapping, .fields = kLayerFields};
constexpr Shape kUrlShape{.kind = Kind::mapping, .fields = kUrlFields};

ApiResult<Created> create_function_resource(Lambda& lambda, const ResourceRequest& request) {
  Json properties = request.properties;
  if (input::text(properties, "FunctionName").empty())  // AWS appends random letters
    properties["FunctionName"] =
        fmt::format("{}-{}", request.stack, request.logical_id).substr(0, 64);
  ApiResult<FunctionSpec> spec = read_function(properties);
  if (!spec) return spec.error();
  const ApiResult<Function*> made = add_function(lambda, request.place, *std::move(spec),
                                                 read_code(input::member(properties, "Code")));
  if (!made) return made.error();
  Function& function = **made;
  function.tags = input::tags(input::member(properties, "Tags"));
  if (const auto reserved = input::integer(properties, "ReservedConcurrentExecutions"))
    if (const ApiResult<void> done = reserve(lambda, function, *reserved); !done)
      return done.error();
  return Created{function.name, function.arn, {{"Arn", function.arn}}};
}

ApiResult<Created> create_version_resource(Lambda& lambda, const ResourceRequest& request) {
  const ApiResult<Function*> function = function_in(lambda, request);
  if (!function) return function.error();
  const Version& made =
      publish(lambda, **function, input::text(request.properties, "Description"), true);
  const std::string arn = qualified_arn(**function, made.number);
  const ApiResult<void> done = provision_in(lambda, request, **function, made.number);
  if (!done) return done.error();
  return Created{arn, arn, {{"Version", made.number}, {"FunctionArn", arn}}};
}

ApiResult<Created> create_alias_resource(Lambda& lambda, const ResourceRequest& request) {
  const ApiResult<Function*> function = function_in(lambda, request);
  if (!function) return function.error();
  Alias alias{.name = input::text(request.properties, "Name"),
              .description = input::text(request.properties, "Description"),
              .version = input::text(request.properties, "FunctionVersion"),
              .additional = std::nullopt,
              .revision_id = ""};
  const Json& weights =
      input::member(input::member(request.properties, "RoutingConfig"), "AdditionalVersionWeights");
  if (weights.is_array() && !weights.empty()) {
    const Json& weight = input::member(weights[0], "FunctionWeight");
    alias.additional = {input::text(weights[0], "FunctionVersion"),
                        weight.is_number() ? weight.get<double>() : -1};
  }
  std::string name = alias.name;
  const ApiResult<Alias*> made = put_alias(lambda, **function, std::move(alias));
  if (!made) return made.error();
  const ApiResult<void> done = provision_in(lambda, request, **function, name);
  if (!done) return done.error();
  const std::string arn = qualified_arn(**function, name);
  return Created{arn, arn, {{"AliasArn", arn}}};
}

ApiResult<Created> create_permission(Lambda& lambda, const ResourceRequest& request) {
  const ApiResult<Function*> function = function_in(lambda, request);
  if (!function) return function.error();
  const std::string id = fmt::format("{}-{}", request.stack, request.logical_id);
  const std::string named = input::text(request.properties, "FunctionName");
  permit(**function, read_name(request.place, named).qualifier, id, request.properties);
  return Created{id, "", {{"Id", id}}};
}

ApiResult<Created> create_event_invoke_config(Lambda& lambda, const ResourceRequest& request) {
  const ApiResult<Function*> function = function_in(lambda, request);
  if (!function) return function.error();
  ApiResult<AsyncSpec> spec = read_async(request.properties);
  if (!spec) return spec.error();
  std::string qualifier = input::text(request.properties, "Qualifier");
  (*function)->async[qualifier.empty() ? std::string{kLatest} : std::move(qualifier)] =
      *std::move(spec);
  return Created{fmt::format("{}-{}", request.stack, request.logical_id), "", Json::object()};
}

ApiResult<Created> create_layer_version(Lambda& lambda, const ResourceRequest& request) {
  std::string name = input::text(request.properties, "LayerName");
  if (name.empty()) name = fmt::format("{}-{}", request.stack, request.logical_id);
  const std::int64_t version = ++lambda.layers[{request.place, name}];
  const std::string made = arn(request.place, "lambda", fmt::format("layer:{}:{}", name, version));
  return Created{made, made, {{"LayerVersionArn", made}}};
}

ApiResult<Created> create_url(Lambda& lambda, const ResourceRequest& request) {
  const std::string target = input::text(request.properties, "TargetFunctionArn");
  const Function* function = lambda.find(request.place, target);
  if (function == nullptr) return no_such_function(request.place, target);
  const std::string url =
      fmt::format("https://{:016x}.lambda-url.{}.on.aws/",
                  name_key(function->arn + input::text(request.properties, "Qualifier")),
                  function->place.region);
  return Created{
      function->arn, function->arn, {{"FunctionArn", function->arn}, {"FunctionUrl", url}}};
}

}  // namespace opsim::lambda
