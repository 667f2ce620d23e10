// Where a configuration of the CloudWatch agent hides: in a here-document of user data, in a file
// that cfn-init writes, in a parameter of SSM.
#include "models/compute/agent_config.hpp"
#include "models/compute/input.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kMark = "metrics_collected";
constexpr int kCandidates = 200;  // opening braces tried before a script is given up

/// In an unquoted here-document a shell turns \$ into $; in JSON it is an error.
std::string without_shell_escapes(std::string_view script) {
  std::string out;
  out.reserve(script.size());
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (script[i] == '\\' && i + 1 < script.size() && script[i + 1] == '$') continue;
    out.push_back(script[i]);
  }
  return out;
}

/// Where the object that opens at `begin` closes, or npos.
std::size_t end_of_object(std::string_view text, std::size_t begin) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

/// The word after "ssm:" where a line runs fetch-config.
std::string parameter_in_line(std::string_view line) {
  if (line.find("fetch-config") == std::string_view::npos) return {};
  const auto mark = line.find("ssm:");
  if (mark == std::string_view::npos) return {};
  std::string_view name = line.substr(mark + 4);
  name = name.substr(0, name.find_first_of(" \t\"'\\;&|"));
  return std::string{name};
}

}  // namespace

std::optional<AgentConfig> agent_config_in_script(std::string_view script) {
  const auto mark = script.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string text = without_shell_escapes(script);
  std::size_t begin = text.find('{');
  for (int tried = 0; tried < kCandidates && begin != std::string::npos && begin < mark; ++tried) {
    const std::size_t end = end_of_object(text, begin);
    if (end != std::string::npos) {
      const Json value =
          Json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                      text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
      if (auto config = parse_agent_config(value)) return config;
    }
    begin = text.find('{', begin + 1);
  }
  return std::nullopt;
}

std::optional<AgentConfig> agent_config_in_metadata(const Json& metadata) {
  if (metadata.is_string()) return agent_config_in_script(metadata.get_ref<const std::string&>());
  if (!metadata.is_structured()) return std::nullopt;
  if (auto config = parse_agent_config(metadata)) return config;
  for (const Json& value : metadata)
    if (auto config = agent_config_in_metadata(value)) return config;
  return std::nullopt;
}

std::string agent_parameter_in_script(std::string_view script) {
  while (!script.empty()) {
    const auto end = script.find('\n');
    if (std::string name = parameter_in_line(script.substr(0, end)); !name.empty()) return name;
    if (end == std::string_view::npos) break;
    script.remove_prefix(end + 1);
  }
  return {};
}

std::string agent_parameter_in_metadata(const Json& metadata) {
  if (metadata.is_string())
    return agent_parameter_in_script(metadata.get_ref<const std::string&>());
  if (!metadata.is_structured()) return {};
  for (const Json& value : metadata)
    if (std::string name = agent_parameter_in_metadata(value); !name.empty()) return name;
  return {};
}

}  // namespace opsim::compute
