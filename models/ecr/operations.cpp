// Repositories by call and by template.
// AWS: ECR API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecr/ecr.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecr {

namespace {

using input::member;
using input::text;

Json repository_json(const Repository& one) {
  return {{"repositoryName", one.name},
          {"repositoryArn", one.arn},
          {"repositoryUri", one.uri()},
          {"registryId", one.place.account},
          {"imageTagMutability", one.immutable ? "IMMUTABLE" : "MUTABLE"},
          {"imageScanningConfiguration", {{"scanOnPush", one.scans_on_push}}}};
}

Repository& add(Ecr& all, const Place& place, std::string name, const Json& members) {
  Repository made{.name = name, .arn = arn(place, "ecr", "repository/" + name), .place = place};
  made.immutable = text(members, "ImageTagMutability") == "IMMUTABLE";
  made.scans_on_push =
      input::boolean(member(members, "ImageScanningConfiguration"), "ScanOnPush").value_or(false);
  return all.repositories.emplace(std::pair{place, std::move(name)}, std::move(made)).first->second;
}

constexpr Shape kCount{.kind = Kind::integer, .min = 0};
constexpr Field kFindingFields[] = {
    {.name = "critical", .shape = &kCount},
    {.name = "high", .shape = &kCount},
    {.name = "low", .shape = &kCount},
    {.name = "medium", .shape = &kCount},
};

}  // namespace

constexpr Shape kFindingsShape{
    .kind = Kind::mapping,
    .doc = "What scans find in the images of a repository, or in those with the tag after a slash.",
    .fields = kFindingFields};

void apply_findings(Model& model, const PhysicsRequest& request) {
  if (request.resource == nullptr) return;
  auto& all = static_cast<Ecr&>(model);
  const auto found =
      all.repositories.find({request.resource->place, request.resource->physical_id});
  if (found == all.repositories.end()) return;
  Findings findings;
  for (const auto& [key, value, at] : request.values.entries()) {
    std::string severity{key};
    std::ranges::transform(severity, severity.begin(),
                           [](char c) { return static_cast<char>(c - 32); });
    findings[severity] = value.as_integer().value_or(0);
  }
  found->second.findings[std::string{request.part}] = std::move(findings);
}

ApiResult<Repository*> named_repository(Ecr& all, const Request& request) {
  const std::string name = text(request.input, "repositoryName");
  const auto found = all.repositories.find({request.place(), name});
  if (found != all.repositories.end()) return &found->second;
  return ApiError{
      "RepositoryNotFoundException",
      fmt::format("The repository with name '{}' does not exist in the registry with id "
                  "'{}'",
                  name, request.place().account)};
}

ApiResult<Json> create_repository(Ecr& all, const Request& request) {
  const std::string name = text(request.input, "repositoryName");
  if (all.repositories.contains({request.place(), name}))
    return ApiError{"RepositoryAlreadyExistsException",
                    fmt::format("The repository with name '{}' already exists in the registry with "
                                "id '{}'",
                                name, request.place().account)};
  return Json{{"repository", repository_json(add(all, request.place(), name, request.input))}};
}

ApiResult<Json> delete_repository(Ecr& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  if (!(*repository)->images.empty() && !input::boolean(request.input, "force").value_or(false))
    return ApiError{"RepositoryNotEmptyException",
                    fmt::format("The repository with name '{}' in registry with id '{}' cannot be "
                                "deleted because it still contains images",
                                (*repository)->name, request.place().account)};
  const Json told = repository_json(**repository);
  all.repositories.erase({request.place(), text(request.input, "repositoryName")});
  return Json{{"repository", told}};
}

ApiResult<Json> describe_repositories(Ecr& all, const Request& request) {
  const auto names = input::texts(request.input, "repositoryNames");
  Json list = Json::array();
  for (const auto& [key, one] : all.repositories)
    if (key.first == request.place() &&
        (names.empty() || std::ranges::find(names, one.name) != names.end()))
      list.push_back(repository_json(one));
  return Json{{"repositories", std::move(list)}};
}

ApiResult<Json> get_authorization_token(Ecr& all, const Request& request) {
  const SimTime until = all.cloud.sim().now() + std::chrono::hours{12};
  return Json{
      {"authorizationData",
       Json::array({Json{
           {"authorizationToken", "QVdTOnRva2Vu"},
           {"expiresAt", std::chrono::duration<double>(until.time_since_epoch()).count()},
           {"proxyEndpoint", fmt::format("https://{}.dkr.ecr.{}.amazonaws.com",
                                         request.place().account, request.place().region)}}})}};
}

ApiResult<Json> put_lifecycle_policy(Ecr& all, const Request& request) {
  const auto repository = named_repository(all, request);
  if (!repository) return repository.error();
  const std::string policy = text(request.input, "lifecyclePolicyText");
  if (!Json::accept(policy))
    return ApiError{"InvalidParameterException",
                    "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
                    "'Lifecycle policy validation failure'"};
  (*repository)->lifecycle = policy;
  look_at_lifecycle_later(all, **repository);
  return Json{{"repositoryName", (*repository)->name}, {"lifecyclePolicyText", policy}};
}

ApiResult<Created> create_repository_resource(Ecr& all, const ResourceRequest& request) {
  std::string name = text(request.properties, "RepositoryName");
  if (name.empty()) {
    name = fmt::format("{}-{}-{}", request.stack, request.logical_id,
                       all.cloud.next_id("").substr(0, 8));
    std::ranges::transform(name, name.begin(), [](char c) {
      return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
  }
  if (all.repositories.contains({request.place, name}))
    return ApiError{
        "RepositoryAlreadyExistsException",
        fmt::format("The repository with name '{}' already exists (RepositoryName)", name)};
  Repository& made = add(all, request.place, std::move(name), request.properties);
  made.lifecycle = text(member(request.properties, "LifecyclePolicy"), "LifecyclePolicyText");
  return Created{.physical_id = made.name,
                 .arn = made.arn,
                 .attributes = {{"Arn", made.arn}, {"RepositoryUri", made.uri()}}};
}

}  // namespace opsim::ecr
