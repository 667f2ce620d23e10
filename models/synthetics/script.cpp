// What the script of a canary does, as far as its text tells.
// AWS: "Library functions available for Node.js canary scripts": `synthetics.executeStep(stepName,
// functionToExecute)`; "... for Python": `executor.execute_step(step_name, ...)`.
// SIMPLIFIED: the names of its steps and the domain that it names are read; the code is not run. A
// script in S3 is not seen: it opens the first page.
#include <algorithm>
#include <string_view>

#include "models/synthetics/synthetics.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::synthetics {

namespace {

/// The text between the quotes that begin at or after `at`, blanks apart; "" where none begins.
std::string quoted(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t')) ++at;
  if (at >= text.size() || std::string_view{"'\"`"}.find(text[at]) == std::string_view::npos)
    return {};
  const std::size_t end = text.find(text[at], at + 1);
  return end == std::string_view::npos ? std::string{}
                                       : std::string{text.substr(at + 1, end - at - 1)};
}

std::vector<std::string> steps_of(std::string_view text) {
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const std::string_view call : {"executeStep(", "execute_step("})
    for (std::size_t at = text.find(call); at != std::string_view::npos;
         at = text.find(call, at + call.size()))
      if (std::string name = quoted(text, at + call.size()); !name.empty())
        found.emplace_back(at, std::move(name));
  std::ranges::sort(found);
  std::vector<std::string> names;
  for (auto& [at, name] : found) names.push_back(std::move(name));
  return names;
}

}  // namespace

Script read_script(const Json& input) {
  Script script{.steps = {}, .text = input::text(input::member(input, "Code"), "Script")};
  script.steps = steps_of(script.text);
  const Json& environment =
      input::member(input::member(input, "RunConfig"), "EnvironmentVariables");
  if (environment.is_object())
    for (const auto& [name, value] : environment.items())
      script.text.append("\n").append(input::text(value));
  return script;
}

}  // namespace opsim::synthetics
