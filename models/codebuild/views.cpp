// Builds and projects in the API's members.
// AWS: CodeBuild API Reference, Build, BuildPhase, Project.
#include <fmt/format.h>

#include "models/codebuild/codebuild.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codebuild {

namespace {

/// A template's capitals become the API's small first letters.
Json small_letters(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& one : value) list.push_back(small_letters(one));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, inner] : value.items()) {
    if (key == "buildspec" && value.contains("BuildSpec")) continue;
    std::string small = key == "BuildSpec" ? "buildspec" : key;
    if (!small.empty() && small[0] >= 'A' && small[0] <= 'Z')
      small[0] = static_cast<char>(small[0] | 0x20);
    object[small] = small_letters(inner);
  }
  return object;
}

Json phase_json(const Phase& phase) {
  Json one{{"phaseType", phase.type}, {"startTime", seconds_of(phase.began)}};
  if (phase.status.empty()) return one;
  one["phaseStatus"] = phase.status;
  one["endTime"] = seconds_of(phase.ended);
  one["durationInSeconds"] =
      std::chrono::floor<std::chrono::seconds>(phase.ended - phase.began).count();
  one["contexts"] = Json::array({Json{{"statusCode", phase.code}, {"message", phase.message}}});
  return one;
}

}  // namespace

Json build_json(const Build& build) {
  Json one{{"id", build.id},
           {"arn", arn(build.place, "codebuild", "build/" + build.id)},
           {"buildNumber", build.number},
           {"projectName", build.project},
           {"buildStatus", build.status},
           {"buildComplete", build.is_over()},
           {"startTime", seconds_of(build.began)},
           {"currentPhase", build.phases.empty() ? "SUBMITTED" : build.phases.back().type},
           {"phases", Json::array()},
           {"source", small_letters(build.spec.source)},
           {"artifacts", {{"location", build.artifact_location}}},
           {"environment", small_letters(build.spec.environment)},
           {"serviceRole", build.spec.role},
           {"timeoutInMinutes", build.spec.timeout_minutes},
           {"queuedTimeoutInMinutes", build.spec.queued_timeout_minutes},
           {"initiator", build.initiator},
           {"logs",
            {{"groupName", build.spec.log_group},
             {"streamName", build.id.substr(build.id.find(':') + 1)}}},
           {"exportedEnvironmentVariables", Json::array()}};
  for (const Phase& phase : build.phases) one["phases"].push_back(phase_json(phase));
  if (build.ended) one["endTime"] = seconds_of(*build.ended);
  if (!build.source_version.empty())
    one["sourceVersion"] = one["resolvedSourceVersion"] = build.source_version;
  for (const auto& [name, value] : build.exported)
    one["exportedEnvironmentVariables"].push_back({{"name", name}, {"value", value}});
  return one;
}

Json project_json(const Project& project) {
  Json one = small_letters(project.spec.given);
  one["name"] = project.spec.name;
  one["arn"] = project.arn;
  one["serviceRole"] = project.spec.role;
  one["timeoutInMinutes"] = project.spec.timeout_minutes;
  one["queuedTimeoutInMinutes"] = project.spec.queued_timeout_minutes;
  one["created"] = seconds_of(project.created);
  return one;
}

}  // namespace opsim::codebuild
