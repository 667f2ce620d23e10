#pragma once
/// AppSpec files of the three platforms.
///
/// AWS: CodeDeploy User Guide, "AppSpec file reference" (reference-appspec-file).
#include <map>
#include <string>
#include <vector>

#include "models/codedeploy/deployment_config.hpp"

namespace opsim::codedeploy {

struct HookScript {
  std::string location;
  std::int64_t timeout = 3600;  // seconds; "if not specified, one hour"
};

struct AppSpec {
  /// By lifecycle event: scripts of instances, or the names of functions.
  std::map<std::string, std::vector<HookScript>> hooks;
  // ---- Lambda ----
  std::string function;
  std::string alias;
  std::string current_version;
  std::string target_version;
  // ---- ECS ----
  std::string task_definition;
  std::string container;
  std::int64_t container_port = 0;
};

/// YAML or JSON. The error is InvalidRevisionException with every complaint.
[[nodiscard]] ApiResult<AppSpec> read_appspec(Platform platform, const std::string& text);

/// The lifecycle events of a platform, in their order; `balanced`: instances behind a load
/// balancer.
[[nodiscard]] std::vector<std::string_view> lifecycle_events(Platform platform, bool balanced);

/// Where a revision lies, in words: "s3://bucket/key", "appspec 3f2a..".
[[nodiscard]] std::string revision_name(const Json& revision);

}  // namespace opsim::codedeploy
