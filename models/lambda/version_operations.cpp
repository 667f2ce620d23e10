// AWS: Lambda API Reference, the operation of the same name. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include "models/lambda/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::lambda {

namespace {

ApiError stale_revision() {
  return {"PreconditionFailedException",
          "The RevisionId provided does not match the latest RevisionId. Call the "
          "GetFunction/GetAlias API to retrieve the latest RevisionId for your resource.",
          412};
}

/// RoutingConfig.AdditionalVersionWeights; an empty one takes the second version away.
ApiResult<void> read_routing(const Json& input, Alias& alias) {
  const Json& routing = input::member(input, "RoutingConfig");
  if (routing.is_null()) return {};
  const Json& weights = input::member(routing, "AdditionalVersionWeights");
  alias.additional.reset();
  if (!weights.is_object() || weights.empty()) return {};
  if (weights.size() > 1)
    return ApiError{"InvalidParameterValueException",
                    "Number of items in AdditionalVersionWeights cannot be greater than 1"};
  const Json& weight = weights.begin().value();
  if (!weight.is_number())
    return ApiError{"InvalidParameterValueException",
                    "The weight of an additional version must be from 0.0 to 1.0"};
  alias.additional = {weights.begin().key(), weight.get<double>()};
  return {};
}

ApiResult<Alias*> alias_asked_for(Lambda& lambda, const Request& request, Function*& function) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  function = asked->function;
  const std::string name = input::text(request.input, "Name");
  const auto found = function->aliases.find(name);
  if (found == function->aliases.end())
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Cannot find alias arn: {}", qualified_arn(*function, name)), 404};
  return &found->second;
}

void tell_of_alias(Lambda& lambda, const Function& function, const Alias& alias) {
  Journal& journal = lambda.cloud.journal();
  if (!journal.keeps(Level::everything)) return;
  std::string text = fmt::format("alias {} is version {}", alias.name, alias.version);
  if (alias.additional)
    text += fmt::format(", {:.4g} % version {}", alias.additional->second * 100,
                        alias.additional->first);
  journal.write({.kind = EntryKind::resource,
                 .level = Level::everything,
                 .subject = std::string{lambda.cloud.resources().name_of(function.name)},
                 .text = std::move(text),
                 .source = std::string{lambda.cloud.resources().source_of(function.name)}});
}

}  // namespace

ApiResult<Json> publish_version(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Function& function = *asked->function;
  const std::string sha = input::text(request.input, "CodeSha256");
  if (!sha.empty() && sha != function.latest.code.sha256)
    return ApiError{"InvalidParameterValueException",
                    fmt::format("CodeSHA256 ({}) is different from current CodeSHA256 in $LATEST "
                                "({}). Please try again with the CodeSHA256 in $LATEST.",
                                sha, function.latest.code.sha256)};
  const std::string revision = input::text(request.input, "RevisionId");
  if (!revision.empty() && revision != function.latest.revision_id) return stale_revision();
  if (lambda.cloud.sim().now() < function.latest.ready)
    return ApiError{"ResourceConflictException",
                    fmt::format("The operation cannot be performed at this time. An update is in "
                                "progress for resource: {}",
                                function.arn),
                    409};
  const Version& made = publish(lambda, function, input::text(request.input, "Description"), false);
  return configuration(lambda, function, made, made.number);
}

ApiResult<Json> list_versions_by_function(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const Function& function = *asked->function;
  Json all = Json::array({configuration(lambda, function, function.latest, kLatest)});
  for (const auto& [number, version] : function.published)
    all.push_back(configuration(lambda, function, version, version.number));
  return Json{{"Versions", std::move(all)}};
}

ApiResult<Json> create_alias(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  Alias alias{.name = input::text(request.input, "Name"),
              .description = input::text(request.input, "Description"),
              .version = input::text(request.input, "FunctionVersion"),
              .additional = std::nullopt,
              .revision_id = ""};
  if (asked->function->aliases.contains(alias.name))
    return ApiError{
        "ResourceConflictException",
        fmt::format("Alias already exists: {}", qualified_arn(*asked->function, alias.name)), 409};
  if (const ApiResult<void> routed = read_routing(request.input, alias); !routed)
    return routed.error();
  const ApiResult<Alias*> made = put_alias(lambda, *asked->function, std::move(alias));
  if (!made) return made.error();
  tell_of_alias(lambda, *asked->function, **made);
  return shown_alias(*asked->function, **made);
}

ApiResult<Json> delete_alias(Lambda& lambda, const Request& request) {
  Function* function = nullptr;
  const ApiResult<Alias*> alias = alias_asked_for(lambda, request, function);
  if (!alias && function == nullptr) return alias.error();
  if (alias) {  // one that is gone already is no error
    const std::string name = (*alias)->name;
    function->provisioned.erase(name);
    function->async.erase(name);
    function->aliases.erase(name);
  }
  return Json::object();
}

ApiResult<Json> get_alias(Lambda& lambda, const Request& request) {
  Function* function = nullptr;
  const ApiResult<Alias*> alias = alias_asked_for(lambda, request, function);
  if (!alias) return alias.error();
  return shown_alias(*function, **alias);
}

ApiResult<Json> list_aliases(Lambda& lambda, const Request& request) {
  const ApiResult<Asked> asked = asked_for(lambda, request.place(), request.input);
  if (!asked) return asked.error();
  const std::string version = input::text(request.input, "FunctionVersion");
  Json all = Json::array();
  for (const auto& [name, alias] : asked->function->aliases)
    if (version.empty() || alias.version == version ||
        (alias.additional && alias.additional->first == version))
      all.push_back(shown_alias(*asked->function, alias));
  return Json{{"Aliases", std::move(all)}};
}

ApiResult<Json> update_alias(Lambda& lambda, const Request& request) {
  Function* function = nullptr;
  const ApiResult<Alias*> found = alias_asked_for(lambda, request, function);
  if (!found) return found.error();
  const std::string revision = input::text(request.input, "RevisionId");
  if (!revision.empty() && revision != (*found)->revision_id) return stale_revision();
  Alias alias = **found;
  const std::string version = input::text(request.input, "FunctionVersion");
  if (!version.empty()) alias.version = version;
  if (!input::member(request.input, "Description").is_null())
    alias.description = input::text(request.input, "Description");
  if (const ApiResult<void> routed = read_routing(request.input, alias); !routed)
    return routed.error();
  const ApiResult<Alias*> made = put_alias(lambda, *function, std::move(alias));
  if (!made) return made.error();
  tell_of_alias(lambda, *function, **made);
  return shown_alias(*function, **made);
}

}  // namespace opsim::lambda
