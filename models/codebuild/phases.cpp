// One phase: how long it takes, whether it works, what it leaves.
// How long phases take is no page's: without physics these are estimates.
#include <fmt/format.h>

#include <algorithm>

#include "models/codebuild/codebuild.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codebuild {

namespace {

using input::member;
using input::text;

/// LOCAL: "works only if builds follow each other closely": the host is kept so long (estimate).
constexpr Duration kHostKept = std::chrono::minutes{15};

std::string_view usual_text(std::string_view phase, bool has_commands) {
  if (phase == "PROVISIONING") return "lognormal(p50 12s, p99 1min)";
  if (phase == "DOWNLOAD_SOURCE") return "lognormal(p50 3s, p99 15s)";
  if (phase == "UPLOAD_ARTIFACTS") return "2s";
  if (phase == "FINALIZING") return "4s";
  if (!has_commands) return "0s";
  if (phase == "INSTALL") return "lognormal(p50 20s, p99 2min)";
  if (phase == "BUILD") return "lognormal(p50 2min, p99 8min)";
  return "lognormal(p50 5s, p99 30s)";
}

bool has_cache(CodeBuild& all, const Build& build) {
  const Project* project = all.find(build.place, build.project);
  if (project == nullptr || !project->cached) return false;
  if (build.spec.cache == "S3") return true;
  return build.spec.cache == "LOCAL" && all.sim().now() - project->cached_at < kHostKept;
}

const PhasePhysics* physics_of(const CodeBuild& all, const Build& build, const std::string& phase) {
  const auto found = all.physics.find(build.project + "/" + phase);
  return found == all.physics.end() ? nullptr : &found->second;
}

PhaseSpec* spec_of(Build& build, std::string_view phase) {
  std::string key{phase};
  std::ranges::transform(key, key.begin(), [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  const auto found = build.buildspec.phases.find(key);
  return found == build.buildspec.phases.end() ? nullptr : &found->second;
}

Duration length_of(CodeBuild& all, Build& build, const std::string& phase, Stream& luck) {
  const PhasePhysics* physics = physics_of(all, build, phase);
  if (physics != nullptr && physics->with_cache && has_cache(all, build))
    return physics->with_cache->sample_duration(luck);
  if (physics != nullptr && physics->takes) return physics->takes->sample_duration(luck);
  // A buildspec that is not known is taken to build.
  const bool has_commands =
      build.buildspec.phases.empty() ? phase == "BUILD" : spec_of(build, phase) != nullptr;
  const ParsedDistribution usual = Distribution::parse(usual_text(phase, has_commands));
  return usual->sample_duration(luck);
}

Caller worker(const Build& build) {
  return {build.place, build.spec.role.empty() ? "codebuild.amazonaws.com" : build.spec.role,
          "codebuild.amazonaws.com"};
}

struct Trouble {
  std::string code{};
  std::string message{};
};

/// Where the source is an archive in S3 or a repository whose files are known.
Process<Trouble> download(CodeBuild& all, Build& build) {
  const std::string type = text(build.spec.source, "Type");
  const std::string location = text(build.spec.source, "Location");
  if ((type == "CODEPIPELINE" || type == "S3") && location.find('/') != location.npos) {
    Json wanted{{"Bucket", location.substr(0, location.find('/'))},
                {"Key", location.substr(location.find('/') + 1)}};
    Process<ApiResult<Json>> reading =
        all.cloud.call(worker(build), "s3", "GetObject", std::move(wanted));
    const ApiResult<Json> object = co_await reading;
    if (!object)
      co_return Trouble{"CLIENT_ERROR",
                        fmt::format("{}: {}", object.error().code, object.error().message)};
    build.files = files_of(text(*object, "Body"));
  }
  if (type == "CODECOMMIT") {
    const auto slash = location.rfind("/repos/");
    std::string name = slash == location.npos ? location : location.substr(slash + 7);
    while (name.ends_with('/')) name.pop_back();
    Json wanted{{"repositoryName", name}, {"branchName", build.source_version}};
    Process<ApiResult<Json>> reading =
        all.cloud.call(worker(build), "codecommit", "UploadArchive", std::move(wanted));
    const ApiResult<Json> commit = co_await reading;
    if (commit) build.files = files_of(text(*commit, "archive"));
  }
  co_return Trouble{};
}

/// Inline, or a file of the source: buildspec.yml unless the project says otherwise.
Trouble find_buildspec(Build& build) {
  std::string written = text(build.spec.source, "BuildSpec");
  const bool is_inline = written.find('\n') != written.npos || written.starts_with('{');
  const std::string name = is_inline ? "buildspec" : (written.empty() ? "buildspec.yml" : written);
  if (!is_inline) {
    const auto found = build.files.find(name.starts_with("./") ? name.substr(2) : name);
    if (found == build.files.end())
      return build.files.empty()
                 ? Trouble{}  // nothing is known of the source
                 : Trouble{"YAML_FILE_ERROR", fmt::format("YAML file does not exist: {}", name)};
    written = found->second;
  }
  ApiResult<Buildspec> read = read_buildspec(name, written);
  if (!read) return {read.error().code, read.error().message};
  build.buildspec = *std::move(read);
  for (const auto& [key, value] : build.buildspec.variables)
    build.variables.try_emplace(key, value);
  return {};
}

/// "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:7" is tag 7 of repository web.
Process<Trouble> push_image(CodeBuild& all, const Build& build, std::string uri) {
  const auto slash = uri.find('/');
  if (slash == uri.npos || uri.find(".dkr.ecr.") == uri.npos) co_return Trouble{};
  const auto colon = uri.find(':', slash);
  Caller caller = worker(build);
  caller.place.account = uri.substr(0, uri.find('.'));
  Json image{
      {"repositoryName", uri.substr(slash + 1, colon == uri.npos ? uri.npos : colon - slash - 1)},
      {"imageTag", colon == uri.npos ? "latest" : uri.substr(colon + 1)},
      {"imageManifest", fmt::format("{} build {}", build.project, build.number)}};
  Process<ApiResult<Json>> pushing =
      all.cloud.call(std::move(caller), "ecr", "PutImage", std::move(image));
  const ApiResult<Json> pushed = co_await pushing;
  if (pushed || pushed.error().code == "ImageAlreadyExistsException") co_return Trouble{};
  co_return Trouble{"COMMAND_EXECUTION_ERROR",
                    fmt::format("Error while executing command: docker push {}. Reason: {}", uri,
                                pushed.error().message)};
}

Process<Trouble> run_spec(CodeBuild& all, Build& build, std::string phase) {
  Effects effects;
  if (const PhaseSpec* spec = spec_of(build, phase)) {
    play_commands(spec->commands, build.files, build.variables, effects);
    play_commands(spec->finally, build.files, build.variables, effects);
  }
  for (const std::string& uri : effects.pushed) {
    Process<Trouble> pushing = push_image(all, build, uri);
    Trouble trouble = co_await pushing;
    if (!trouble.code.empty()) co_return trouble;
  }
  co_return Trouble{};
}

Process<Trouble> upload(CodeBuild& all, Build& build) {
  const std::string type = text(build.spec.artifacts, "Type");
  std::string location = text(build.spec.artifacts, "Location");
  if ((type != "CODEPIPELINE" && type != "S3") || location.empty()) co_return Trouble{};
  if (location.find('/') == location.npos)
    location +=
        "/" + (text(build.spec.artifacts, "Name").empty() ? build.project
                                                          : text(build.spec.artifacts, "Name"));
  // What commands make is mostly not known: then what came in goes out.
  const Files files =
      build.buildspec.artifacts.empty() ? build.files : taken(build.files, build.buildspec);
  Json object{{"Bucket", location.substr(0, location.find('/'))},
              {"Key", location.substr(location.find('/') + 1)},
              {"Body", archive_of(files)}};
  Process<ApiResult<Json>> putting =
      all.cloud.call(worker(build), "s3", "PutObject", std::move(object));
  const ApiResult<Json> put = co_await putting;
  if (!put)
    co_return Trouble{"CLIENT_ERROR", fmt::format("{}: {}", put.error().code, put.error().message)};
  build.artifact_location = "arn:aws:s3:::" + location;
  co_return Trouble{};
}

Process<Trouble> do_phase(CodeBuild& all, Build& build, std::string phase) {
  Process<Trouble> work = phase == "DOWNLOAD_SOURCE"    ? download(all, build)
                          : phase == "UPLOAD_ARTIFACTS" ? upload(all, build)
                                                        : run_spec(all, build, phase);
  Trouble trouble = co_await work;
  if (trouble.code.empty() && phase == "DOWNLOAD_SOURCE") trouble = find_buildspec(build);
  co_return trouble;
}

}  // namespace

void begin_phase(CodeBuild& all, Build& build, std::string type) {
  build.phases.push_back({.type = std::move(type), .status = "", .began = all.sim().now()});
}

void end_phase(CodeBuild& all, Build& build, std::string status) {
  Phase& phase = build.phases.back();
  phase.status = std::move(status);
  phase.ended = all.sim().now();
  tell_phase(all, build, phase);
}

Process<bool> run_phase(CodeBuild& all, Build& build, std::string type) {
  begin_phase(all, build, type);
  Stream& luck = all.sim().random(fmt::format("codebuild.{}.{}", build.project, type));
  co_await all.sim().sleep(length_of(all, build, type, luck));
  const PhasePhysics* physics = physics_of(all, build, type);
  const bool lucky = physics == nullptr || luck.uniform() * 100 < physics->succeeds;
  Trouble trouble;
  if (!lucky) {
    trouble = {"COMMAND_EXECUTION_ERROR",
               fmt::format("Error while executing command: {}. Reason: exit status 1",
                           physics->fails_with.empty() ? "the commands" : physics->fails_with)};
  } else {
    Process<Trouble> work = do_phase(all, build, type);
    trouble = co_await work;
  }
  build.phases.back().code = trouble.code;
  build.phases.back().message = trouble.message;
  end_phase(all, build, trouble.code.empty() ? "SUCCEEDED" : "FAILED");
  co_return trouble.code.empty();
}

}  // namespace opsim::codebuild
