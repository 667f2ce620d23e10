// AWS: CodeBuild API Reference, the operation of the same name; limits: build time-out 5 to 2,160
// minutes, queued time-out 5 to 480.
#include "models/codebuild/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::codebuild {

namespace {

using input::member;
using input::text;

ApiError invalid(std::string message) { return {"InvalidInputException", std::move(message)}; }

std::string group_of(const Json& logs, const std::string& name) {
  const Json& watch = member(logs, "CloudWatchLogs");
  if (text(watch, "Status") == "DISABLED") return {};
  const std::string given = text(watch, "GroupName");
  return given.empty() ? "/aws/codebuild/" + name : given;
}

std::optional<ApiError> out_of_range(const char* what, std::int64_t value, std::int64_t most) {
  if (value >= 5 && value <= most) return std::nullopt;
  return invalid(fmt::format("Invalid {}: must be from 5 to {}, in minutes", what, most));
}

ApiResult<ProjectSpec> read_project(const Json& members, std::string name) {
  ProjectSpec spec;
  spec.name = std::move(name);
  spec.role = text(members, "ServiceRole");
  spec.source = member(members, "Source");
  // "buildspec" in the API, "BuildSpec" in templates.
  if (spec.source.is_object() && spec.source.contains("buildspec"))
    spec.source["BuildSpec"] = spec.source["buildspec"];
  spec.artifacts = member(members, "Artifacts");
  spec.environment = member(members, "Environment");
  if (const std::string cache = text(member(members, "Cache"), "Type"); !cache.empty())
    spec.cache = cache;
  spec.timeout_minutes = input::integer(members, "TimeoutInMinutes").value_or(60);
  spec.queued_timeout_minutes = input::integer(members, "QueuedTimeoutInMinutes").value_or(480);
  spec.concurrent_limit = input::integer(members, "ConcurrentBuildLimit");
  spec.log_group = group_of(member(members, "LogsConfig"), spec.name);
  spec.given = members;
  if (auto wrong = out_of_range("TimeoutInMinutes", spec.timeout_minutes, 2'160))
    return *std::move(wrong);
  if (auto wrong = out_of_range("QueuedTimeoutInMinutes", spec.queued_timeout_minutes, 480))
    return *std::move(wrong);
  for (const char* part : {"Source", "Artifacts", "Environment"})
    if (!member(members, part).is_object())
      return invalid(fmt::format("Project must have {}", part));
  const std::string source = text(spec.source, "Type");
  constexpr std::string_view kSources[] = {
      "BITBUCKET", "CODECOMMIT",          "CODEPIPELINE", "GITHUB", "GITHUB_ENTERPRISE",
      "GITLAB",    "GITLAB_SELF_MANAGED", "NO_SOURCE",    "S3"};
  if (std::ranges::find(kSources, source) == std::end(kSources))
    return invalid(fmt::format("Invalid project source: Type is '{}'", source));
  // "If source type is CODEPIPELINE, so must the artifacts' be", and the other way round.
  if ((source == "CODEPIPELINE") != (text(spec.artifacts, "Type") == "CODEPIPELINE"))
    return invalid("Invalid artifacts: Type CODEPIPELINE goes with Source Type CODEPIPELINE");
  return spec;
}

ApiResult<Project*> add_project(CodeBuild& all, const Place& place, ProjectSpec spec,
                                std::string file_line) {
  if (all.find(place, spec.name) != nullptr)
    return ApiError{
        "ResourceAlreadyExistsException",
        fmt::format("Project already exists: {}", arn(place, "codebuild", "project/" + spec.name))};
  Project project{.place = place,
                  .arn = arn(place, "codebuild", "project/" + spec.name),
                  .spec = std::move(spec),
                  .file_line = std::move(file_line),
                  .created = all.sim().now()};
  const std::pair key{place, project.spec.name};
  return &all.projects.emplace(key, std::move(project)).first->second;
}

ApiError no_such_project(const Place& place, const std::string& name) {
  return {"ResourceNotFoundException",
          fmt::format("Project cannot be found: {}", arn(place, "codebuild", "project/" + name))};
}

/// "codepipeline/shop", or the user's name.
std::string initiator_of(const Request& request) {
  if (request.caller.invoked_by == "codepipeline.amazonaws.com") {
    const std::string role = request.caller.principal;
    return "codepipeline/" + role.substr(role.rfind('/') + 1);
  }
  const std::string& who = request.caller.principal;
  return who.substr(who.rfind('/') == who.npos ? 0 : who.rfind('/') + 1);
}

/// What a single build does otherwise than its project.
ProjectSpec overridden(ProjectSpec spec, const Json& asked) {
  if (const std::string type = text(asked, "sourceTypeOverride"); !type.empty())
    spec.source["Type"] = type;
  if (const std::string at = text(asked, "sourceLocationOverride"); !at.empty())
    spec.source["Location"] = at;
  if (const std::string given = text(asked, "buildspecOverride"); !given.empty())
    spec.source["BuildSpec"] = given;
  if (const Json& artifacts = member(asked, "artifactsOverride"); artifacts.is_object())
    spec.artifacts = artifacts;
  if (const Json& more = member(asked, "environmentVariablesOverride"); more.is_array()) {
    Json all = member(spec.environment, "EnvironmentVariables");
    if (!all.is_array()) all = Json::array();
    for (const Json& one : more) all.push_back(one);
    spec.environment["EnvironmentVariables"] = std::move(all);
  }
  spec.timeout_minutes =
      input::integer(asked, "timeoutInMinutesOverride").value_or(spec.timeout_minutes);
  spec.queued_timeout_minutes =
      input::integer(asked, "queuedTimeoutInMinutesOverride").value_or(spec.queued_timeout_minutes);
  return spec;
}

Json ids_newest_first(const std::vector<std::string>& ids) {
  Json list = Json::array();
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) list.push_back(*id);
  return list;
}

ApiResult<Build*> named_build(CodeBuild& all, const Request& request) {
  const auto found = all.builds.find(text(request.input, "id"));
  if (found != all.builds.end() && found->second->place == request.place())
    return found->second.get();
  return ApiError{"ResourceNotFoundException",
                  fmt::format("Build {} cannot be found", text(request.input, "id"))};
}

}  // namespace

ApiResult<Json> create_project(CodeBuild& all, const Request& request) {
  ApiResult<ProjectSpec> spec = read_project(request.input, text(request.input, "name"));
  if (!spec) return spec.error();
  const auto made = add_project(all, request.place(), *std::move(spec), "");
  if (!made) return made.error();
  return Json{{"project", project_json(**made)}};
}

ApiResult<Json> update_project(CodeBuild& all, const Request& request) {
  const std::string name = text(request.input, "name");
  Project* project = all.find(request.place(), name);
  if (project == nullptr) return no_such_project(request.place(), name);
  Json members = project_json(*project);
  for (const auto& [key, value] : request.input.items()) members[key] = value;
  ApiResult<ProjectSpec> spec = read_project(members, name);
  if (!spec) return spec.error();
  project->spec = *std::move(spec);
  return Json{{"project", project_json(*project)}};
}

ApiResult<Json> delete_project(CodeBuild& all, const Request& request) {
  all.projects.erase({request.place(), text(request.input, "name")});
  return Json::object();
}

ApiResult<Json> list_projects(CodeBuild& all, const Request& request) {
  Json names = Json::array();
  for (const auto& [key, one] : all.projects)
    if (key.first == request.place()) names.push_back(one.spec.name);
  return Json{{"projects", std::move(names)}};
}

ApiResult<Json> batch_get_projects(CodeBuild& all, const Request& request) {
  Json found = Json::array();
  Json missing = Json::array();
  for (const std::string& name : input::texts(request.input, "names"))
    if (const Project* project = all.find(request.place(), name); project != nullptr)
      found.push_back(project_json(*project));
    else
      missing.push_back(name);
  return Json{{"projects", std::move(found)}, {"projectsNotFound", std::move(missing)}};
}

ApiResult<Json> start_build_call(CodeBuild& all, const Request& request) {
  const std::string name = text(request.input, "projectName");
  Project* project = all.find(request.place(), name);
  if (project == nullptr) return no_such_project(request.place(), name);
  BuildOrder order{overridden(project->spec, request.input), text(request.input, "sourceVersion"),
                   initiator_of(request)};
  const auto build = start_build(all, *project, std::move(order));
  if (!build) return build.error();
  return Json{{"build", build_json(**build)}};
}

ApiResult<Json> retry_build(CodeBuild& all, const Request& request) {
  const auto old = named_build(all, request);
  if (!old) return old.error();
  Project* project = all.find(request.place(), (*old)->project);
  if (project == nullptr) return no_such_project(request.place(), (*old)->project);
  BuildOrder order{(*old)->spec, (*old)->source_version, initiator_of(request)};
  const auto build = start_build(all, *project, std::move(order));
  if (!build) return build.error();
  return Json{{"build", build_json(**build)}};
}

ApiResult<Json> stop_build_call(CodeBuild& all, const Request& request) {
  const auto build = named_build(all, request);
  if (!build) return build.error();
  stop_build(all, **build);
  return Json{{"build", build_json(**build)}};
}

ApiResult<Json> batch_get_builds(CodeBuild& all, const Request& request) {
  Json found = Json::array();
  Json missing = Json::array();
  for (const std::string& id : input::texts(request.input, "ids")) {
    const auto one = all.builds.find(id);
    if (one != all.builds.end() && one->second->place == request.place())
      found.push_back(build_json(*one->second));
    else
      missing.push_back(id);
  }
  return Json{{"builds", std::move(found)}, {"buildsNotFound", std::move(missing)}};
}

ApiResult<Json> list_builds_for_project(CodeBuild& all, const Request& request) {
  const std::string name = text(request.input, "projectName");
  const Project* project = all.find(request.place(), name);
  if (project == nullptr) return no_such_project(request.place(), name);
  return Json{{"ids", ids_newest_first(project->builds)}};
}

ApiResult<Json> list_builds(CodeBuild& all, const Request& request) {
  std::vector<const Build*> ordered;
  for (const auto& [id, build] : all.builds)
    if (build->place == request.place()) ordered.push_back(build.get());
  std::ranges::stable_sort(ordered, {}, [](const Build* one) { return one->began; });
  std::vector<std::string> ids;
  for (const Build* one : ordered) ids.push_back(one->id);
  return Json{{"ids", ids_newest_first(ids)}};
}

ApiResult<Created> create_project_resource(CodeBuild& all, const ResourceRequest& request) {
  std::string name = text(request.properties, "Name");
  if (name.empty())
    name = fmt::format("{}-{}", request.logical_id, all.cloud.next_id("").substr(0, 8));
  ApiResult<ProjectSpec> spec = read_project(request.properties, std::move(name));
  if (!spec) return spec.error();
  const auto made = add_project(all, request.place, *std::move(spec), request.source);
  if (!made) return made.error();
  return Created{.physical_id = (*made)->spec.name,
                 .arn = (*made)->arn,
                 .attributes = {{"Arn", (*made)->arn}}};
}

Process<ApiResult<Json>> deliver_start(CodeBuild& all, Delivery delivery) {
  Json asked = Json::parse(delivery.text, nullptr, false);
  // A constant or transformed input may hold overrides; an event as it is holds none.
  if (!asked.is_object() || asked.contains("detail-type")) asked = Json::object();
  const std::string& resource = delivery.target.resource;
  asked["projectName"] = resource.substr(resource.find('/') + 1);
  Caller caller = delivery.caller;
  caller.place = delivery.target.place();
  Process<ApiResult<Json>> calling =
      all.cloud.call(std::move(caller), "codebuild", "StartBuild", std::move(asked));
  ApiResult<Json> answer = co_await calling;
  co_return answer;
}

}  // namespace opsim::codebuild
