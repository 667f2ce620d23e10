#include "models/codebuild/buildspec.hpp"

#include <fmt/format.h>

#include <charconv>

#include "opsim/document/read.hpp"

namespace opsim::codebuild {

namespace {

constexpr std::string_view kPhases[] = {"install", "pre_build", "build", "post_build"};

std::vector<std::string> texts_in(const std::optional<Node>& list) {
  std::vector<std::string> found;
  if (!list) return found;
  if (list->is_scalar() && !list->is_null()) found.push_back(list->as_text().value_or(""));
  for (const Node& one : list->items()) found.push_back(one.as_text().value_or(""));
  return found;
}

/// "ABORT | CONTINUE | RETRY | RETRY-count | RETRY-regex"; three retries unless it says.
std::optional<OnFailure> read_on_failure(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (text == "CONTINUE") return OnFailure{OnFailure::Act::go_on, 0};
  if (!text.starts_with("RETRY")) return OnFailure{};
  int count = 3;
  if (text.starts_with("RETRY-"))
    std::from_chars(text.data() + 6, text.data() + text.size(), count);
  return OnFailure{OnFailure::Act::retry, count};
}

/// AWS: build-spec-ref, "phases/*/on-failure".
bool is_on_failure(std::string_view text) {
  return text == "ABORT" || text == "CONTINUE" || text == "RETRY" || text.starts_with("RETRY-");
}

PhaseSpec read_phase(const Node& phase) {
  PhaseSpec spec{.commands = texts_in(phase.find("commands")),
                 .finally = texts_in(phase.find("finally"))};
  if (const auto written = phase.find("on-failure"))
    spec.on_failure = read_on_failure(written->as_text().value_or(""));
  return spec;
}

void read_environment(const Node& environment, Buildspec& spec) {
  for (const char* section : {"variables", "parameter-store", "secrets-manager"})
    if (const auto variables = environment.find(section))
      for (const auto& [name, value, at] : variables->entries())
        spec.variables[std::string{name}] = value.as_text().value_or("");
  spec.exported = texts_in(environment.find("exported-variables"));
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

ApiResult<Buildspec> read_buildspec(const std::string& name, const std::string& text) {
  Buildspec spec;
  Node root;
  try {
    root = read_text(name, text, {.duplicates = Duplicates::last_wins}).root;
  } catch (const BadInput& wrong) {
    return ApiError{"YAML_FILE_ERROR", wrong.what()};
  }
  if (!root.is_mapping()) return ApiError{"YAML_FILE_ERROR", "the buildspec is no mapping"};
  const auto version = root.find("version");
  const std::string number = version ? version->as_text().value_or("") : "";
  if (number != "0.1" && number != "0.2")
    return ApiError{"YAML_FILE_ERROR", fmt::format("unsupported version: {}", number)};
  const auto phases = root.find("phases");
  if (!phases) return ApiError{"YAML_FILE_ERROR", "phases is required"};
  for (const auto& [key, phase, at] : phases->entries()) {
    if (std::ranges::find(kPhases, key) == std::end(kPhases))
      return ApiError{"YAML_FILE_ERROR", fmt::format("unknown phase: {}", key)};
    const std::string on_failure =
        phase.find("on-failure").value_or(Node{}).as_text().value_or("ABORT");
    if (!is_on_failure(on_failure))
      return ApiError{
          "YAML_FILE_ERROR",
          fmt::format("{}: on-failure is {}; expected ABORT, CONTINUE or RETRY", key, on_failure)};
    spec.phases[std::string{key}] = read_phase(phase);
  }
  if (const auto environment = root.find("env")) read_environment(*environment, spec);
  if (const auto artifacts = root.find("artifacts")) {
    spec.artifacts = texts_in(artifacts->find("files"));
    if (const auto base = artifacts->find("base-directory"))
      spec.base_directory = base->as_text().value_or("");
  }
  spec.caches = root.contains("cache");
  return spec;
}

std::string expanded(std::string_view text, const Variables& variables) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '$') {
      out += text[at];
      continue;
    }
    const bool braced = at + 1 < text.size() && text[at + 1] == '{';
    std::size_t begin = at + (braced ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && is_name_char(text[end])) ++end;
    const auto found = variables.find(std::string{text.substr(begin, end - begin)});
    if (found != variables.end()) out += found->second;
    at = braced && end < text.size() && text[end] == '}' ? end : end - 1;
  }
  return out;
}

}  // namespace opsim::codebuild
