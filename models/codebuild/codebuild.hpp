#pragma once
/// The state of CodeBuild: projects and their builds.
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/codebuild/buildspec.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::codebuild {

struct ProjectSpec {
  std::string name;
  std::string role;
  Json source;                     // as given
  Json artifacts;                  // as given
  Json environment;                // as given
  std::string cache = "NO_CACHE";  // S3, LOCAL
  std::int64_t timeout_minutes = 60;
  std::int64_t queued_timeout_minutes = 480;
  std::optional<std::int64_t> concurrent_limit{};
  std::string log_group;  // "" where logs are off
  Json given;
};

struct Phase {
  std::string type;    // SUBMITTED, QUEUED, ...
  std::string status;  // SUCCEEDED, FAILED, FAULT, TIMED_OUT, STOPPED; "" while it runs
  SimTime began{};
  SimTime ended{};
  std::string code{};  // of its context: COMMAND_EXECUTION_ERROR, YAML_FILE_ERROR
  std::string message{};
};

struct Project {
  Place place{};
  std::string arn;
  ProjectSpec spec;
  std::string file_line;
  SimTime created{};
  std::int64_t last_number = 0;
  std::vector<std::string> builds{};  // ids, oldest first
  bool cached = false;                // a build has left a cache
  SimTime cached_at{};
};

struct Build {
  std::string id;  // "web:uuid"
  std::string project;
  Place place{};
  std::int64_t number = 0;
  ProjectSpec spec;  // with what StartBuild overrode
  std::string source_version{};
  std::string initiator{};
  std::string status = "IN_PROGRESS";
  std::vector<Phase> phases{};
  Variables variables{};
  std::map<std::string, std::string> exported{};
  Files files{};
  Buildspec buildspec{};
  std::string artifact_location{};
  SimTime began{};
  std::optional<SimTime> ended{};
  Scope scope;

  explicit Build(Simulation& sim) : scope{sim} {}
  [[nodiscard]] bool is_over() const { return ended.has_value(); }
};

/// `physics: WebBuild: {...}` for the build phase, `WebBuild/INSTALL: {...}` for another.
struct PhasePhysics {
  std::optional<Distribution> takes{};
  std::optional<Distribution> with_cache{};
  double succeeds = 100;  // per cent
  std::string fails_with{};
};

class CodeBuild : public Model {
 public:
  explicit CodeBuild(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Project> projects;
  std::map<std::string, std::unique_ptr<Build>> builds;  // by id
  std::map<std::string, PhasePhysics> physics;           // by "Project/PHASE"

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  [[nodiscard]] Project* find(const Place& place, std::string_view name_or_arn);
};

// ---- builds.cpp ----

struct BuildOrder {
  ProjectSpec spec;
  std::string source_version;
  std::string initiator;
};
ApiResult<Build*> start_build(CodeBuild& all, Project& project, BuildOrder order);
void stop_build(CodeBuild& all, Build& build);

// ---- phases.cpp ----

/// One phase from its begin to its end; false where it did not succeed.
Process<bool> run_phase(CodeBuild& all, Build& build, std::string type);
void end_phase(CodeBuild& all, Build& build, std::string status);
void begin_phase(CodeBuild& all, Build& build, std::string type);

// ---- notices.cpp ----

void tell_build(CodeBuild& all, const Build& build);
void tell_phase(CodeBuild& all, const Build& build, const Phase& phase);
void publish(CodeBuild& all, const Build& build);
/// What its container wrote, to CloudWatch Logs.
Process<> write_log(CodeBuild& all, const Build& build);

// ---- views.cpp ----

[[nodiscard]] Json build_json(const Build& build);
[[nodiscard]] Json project_json(const Project& project);

[[nodiscard]] inline double seconds_of(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace opsim::codebuild
