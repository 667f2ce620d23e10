#pragma once
/// A buildspec, as far as it decides what comes of a build.
///
/// AWS: CodeBuild User Guide, "Build specification reference" (build-spec-ref).
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/archive.hpp"

namespace opsim::codebuild {

struct OnFailure {
  enum class Act : std::uint8_t { abort, go_on, retry } act = Act::abort;
  int retries = 0;
};

struct PhaseSpec {
  std::vector<std::string> commands;
  std::vector<std::string> finally;
  std::optional<OnFailure> on_failure{};
};

struct Buildspec {
  std::map<std::string, PhaseSpec> phases;  // install, pre_build, build, post_build
  std::map<std::string, std::string> variables;
  std::vector<std::string> exported;
  std::vector<std::string> artifacts;  // patterns
  std::string base_directory;
  bool caches = false;
};

/// YAML or JSON. The error is YAML_FILE_ERROR with what is wrong.
[[nodiscard]] ApiResult<Buildspec> read_buildspec(const std::string& name, const std::string& text);

using Variables = std::map<std::string, std::string>;
/// $NAME and ${NAME}; unknown ones are left out, as a shell does.
[[nodiscard]] std::string expanded(std::string_view text, const Variables& variables);

/// What commands leave behind that others look at. No command runs: these few are understood, the
/// rest only takes time.
struct Effects {
  std::vector<std::string> pushed;  // images: "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:7"
};
/// Changes `files` (cp, printf and echo into a file, cloudformation and sam package) and
/// `variables` (export NAME=...).
void play_commands(const std::vector<std::string>& commands, Files& files, Variables& variables,
                   Effects& effects);
/// The files that an artifacts section takes.
[[nodiscard]] Files taken(const Files& files, const Buildspec& spec);

}  // namespace opsim::codebuild
