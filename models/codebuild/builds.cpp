// A build: from the queue to COMPLETED.
// AWS: CodeBuild User Guide, "Build phase transitions" (view-build-details-phases): a failed
// INSTALL or PRE_BUILD leads to FINALIZING; after a failed BUILD POST_BUILD still runs; on-failure
// decides otherwise. "Quotas": 60 concurrent builds an account, five times as many in the queue.
#include <fmt/format.h>

#include <algorithm>

#include "models/codebuild/codebuild.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codebuild {

namespace {

constexpr std::size_t kAtOnce = 60;           // Quotas: concurrent number of builds
constexpr std::size_t kMostWaiting = 5 * 60;  // "builds in the queue: five times"
/// Whether a place is free is looked at so often (estimate).
constexpr Duration kQueueLooks = std::chrono::seconds{5};

bool runs(const Build& build) {
  return !build.is_over() && !build.phases.empty() && build.phases.back().type != "QUEUED" &&
         build.phases.back().type != "SUBMITTED";
}

std::size_t running_at(const CodeBuild& all, const Place& place) {
  return static_cast<std::size_t>(std::ranges::count_if(all.builds, [&](const auto& one) {
    return one.second->place == place && runs(*one.second);
  }));
}

/// First come, first served.
bool has_turn(const CodeBuild& all, const Build& build) {
  if (running_at(all, build.place) >= kAtOnce) return false;
  return std::ranges::none_of(all.builds, [&](const auto& one) {
    const Build& other = *one.second;
    return !other.is_over() && !runs(other) && other.place == build.place &&
           std::pair{other.began, other.number} < std::pair{build.began, build.number} &&
           &other != &build;
  });
}

/// False where the queue's time-out passed.
Process<bool> wait_in_queue(CodeBuild& all, Build& build) {
  begin_phase(all, build, "QUEUED");
  const SimTime until = all.sim().now() + std::chrono::minutes{build.spec.queued_timeout_minutes};
  co_await all.sim().sleep(std::chrono::seconds{1});  // estimate: a build is taken up at once
  while (!has_turn(all, build)) {
    if (all.sim().now() >= until) {
      end_phase(all, build, "TIMED_OUT");
      co_return false;
    }
    co_await all.sim().sleep(kQueueLooks);
  }
  end_phase(all, build, "SUCCEEDED");
  co_return true;
}

std::string_view spec_key(std::string_view phase) {
  if (phase == "INSTALL") return "install";
  if (phase == "PRE_BUILD") return "pre_build";
  return phase == "BUILD" ? "build" : "post_build";
}

OnFailure on_failure(const Build& build, std::string_view phase) {
  const auto found = build.buildspec.phases.find(std::string{spec_key(phase)});
  if (found != build.buildspec.phases.end() && found->second.on_failure)
    return *found->second.on_failure;
  return {phase == "BUILD" ? OnFailure::Act::go_on : OnFailure::Act::abort, 0};
}

/// The container's phases; true where none failed.
Process<bool> run_container(CodeBuild& all, Build& build) {
  bool good = true;
  for (const char* phase : {"INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD"}) {
    const OnFailure policy = on_failure(build, phase);
    bool worked = false;
    for (int tries = 0; !worked && tries <= policy.retries; ++tries) {
      Process<bool> running = run_phase(all, build, phase);
      worked = co_await running;
    }
    // A failed build phase fails the build, but for an explicit CONTINUE.
    const bool forgiven = policy.act == OnFailure::Act::go_on &&
                          build.buildspec.phases.contains(std::string{spec_key(phase)}) &&
                          build.buildspec.phases.at(std::string{spec_key(phase)}).on_failure;
    good = good && (worked || forgiven);
    if (!worked && policy.act != OnFailure::Act::go_on) co_return false;
  }
  co_return good;
}

Process<bool> run_phases(CodeBuild& all, Build& build) {
  for (const char* phase : {"PROVISIONING", "DOWNLOAD_SOURCE"}) {
    Process<bool> running = run_phase(all, build, phase);
    if (!co_await running) co_return false;
  }
  Process<bool> container = run_container(all, build);
  const bool good = co_await container;
  if (good) {
    Process<bool> uploading = run_phase(all, build, "UPLOAD_ARTIFACTS");
    if (!co_await uploading) co_return false;
  }
  co_return good;
}

void complete(CodeBuild& all, Build& build, std::string status) {
  begin_phase(all, build, "COMPLETED");
  build.status = std::move(status);
  build.ended = all.sim().now();
  if (build.status == "SUCCEEDED")
    for (const std::string& name : build.buildspec.exported)
      build.exported[name] = build.variables[name];
  if (Project* project = all.find(build.place, build.project); project != nullptr) {
    project->cached = project->cached || build.status == "SUCCEEDED";
    project->cached_at = all.sim().now();
  }
  tell_build(all, build);
  publish(all, build);
  all.sim().spawn(write_log(all, build));
}

Process<> play_build(CodeBuild& all, Build& build) {
  begin_phase(all, build, "SUBMITTED");
  end_phase(all, build, "SUCCEEDED");
  Process<bool> waiting = wait_in_queue(all, build);
  if (!co_await waiting) co_return complete(all, build, "TIMED_OUT");
  Process<bool> work = run_phases(all, build);
  const Duration limit = std::chrono::minutes{build.spec.timeout_minutes};
  Process<std::optional<bool>> in_time = with_timeout(std::move(work), limit);
  const std::optional<bool> good = co_await in_time;
  if (!good) {
    build.phases.back().code = "BUILD_TIMED_OUT";
    build.phases.back().message = "Build has timed out.";
    end_phase(all, build, "TIMED_OUT");
    co_return complete(all, build, "TIMED_OUT");
  }
  Process<bool> finalizing = run_phase(all, build, "FINALIZING");
  co_await finalizing;
  complete(all, build, *good ? "SUCCEEDED" : "FAILED");
}

std::optional<ApiError> no_room(const CodeBuild& all, const Project& project) {
  const auto count = std::ranges::count_if(
      project.builds, [&](const std::string& id) { return !all.builds.at(id)->is_over(); });
  if (project.spec.concurrent_limit && count >= *project.spec.concurrent_limit)
    return ApiError{"AccountLimitExceededException",
                    fmt::format("Cannot have more than {} concurrent builds for the project {}",
                                *project.spec.concurrent_limit, project.spec.name)};
  const auto waiting = std::ranges::count_if(all.builds, [&](const auto& one) {
    return one.second->place == project.place && !one.second->is_over() && !runs(*one.second);
  });
  if (static_cast<std::size_t>(waiting) >= kMostWaiting)
    return ApiError{
        "AccountLimitExceededException",
        fmt::format("Cannot have more than {} builds in queue for the account", kMostWaiting)};
  return std::nullopt;
}

/// What a build's shell has (build-env-ref-env-vars), then the project's own.
Variables variables_of(const Build& build) {
  Variables all{{"AWS_ACCOUNT_ID", build.place.account},
                {"AWS_DEFAULT_REGION", build.place.region},
                {"AWS_REGION", build.place.region},
                {"CODEBUILD_BUILD_ID", build.id},
                {"CODEBUILD_BUILD_NUMBER", std::to_string(build.number)},
                {"CODEBUILD_INITIATOR", build.initiator},
                {"CODEBUILD_RESOLVED_SOURCE_VERSION", build.source_version},
                {"CODEBUILD_SOURCE_VERSION", build.source_version}};
  const Json& given = input::member(build.spec.environment, "EnvironmentVariables");
  if (given.is_array())
    for (const Json& one : given) all[input::text(one, "Name")] = input::text(one, "Value");
  return all;
}

}  // namespace

Project* CodeBuild::find(const Place& place, std::string_view name_or_arn) {
  const auto slash = name_or_arn.rfind("project/");
  const std::string name{slash == name_or_arn.npos ? name_or_arn : name_or_arn.substr(slash + 8)};
  const auto found = projects.find({place, name});
  return found == projects.end() ? nullptr : &found->second;
}

ApiResult<Build*> start_build(CodeBuild& all, Project& project, BuildOrder order) {
  if (auto full = no_room(all, project)) return *std::move(full);
  auto made = std::make_unique<Build>(all.sim());
  Build& build = *made;
  build.id = fmt::format("{}:{}", project.spec.name, all.cloud.next_uuid("build"));
  build.project = project.spec.name;
  build.place = project.place;
  build.number = ++project.last_number;
  build.spec = std::move(order.spec);
  build.source_version = std::move(order.source_version);
  build.initiator = std::move(order.initiator);
  build.began = all.sim().now();
  build.variables = variables_of(build);
  project.builds.push_back(build.id);
  all.builds[build.id] = std::move(made);
  tell_build(all, build);
  build.scope.spawn(play_build(all, build));
  return &build;
}

void stop_build(CodeBuild& all, Build& build) {
  if (build.is_over()) return;
  build.scope.cancel();
  end_phase(all, build, "STOPPED");
  complete(all, build, "STOPPED");
}

}  // namespace opsim::codebuild
