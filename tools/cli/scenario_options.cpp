#include "tools/cli/scenario_options.hpp"

#include <fmt/format.h>

#include "opsim/document/diagnostic.hpp"

namespace opsim::cli {

std::vector<std::pair<std::string, std::string>> overrides_of(const Options& options) {
  std::vector<std::pair<std::string, std::string>> overrides;
  for (const std::string& text : options.values("--set")) {
    const auto equals = text.find('=');
    if (equals == text.npos)
      throw Options::Usage{fmt::format("--set takes KEY=VALUE, not {}", opsim::quoted(text))};
    overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return overrides;
}

std::vector<const Choice*> all_choices(const Scenario& scenario) {
  std::vector<const Choice*> all;
  for (const Choice& choice : scenario.choices) all.push_back(&choice);
  return all;
}

const Choice* choice_named(const Scenario& scenario, std::string_view name) {
  if (const Choice* choice = scenario.choice(name)) return choice;
  std::vector<std::string_view> names;
  for (const Choice& choice : scenario.choices) names.push_back(choice.name);
  throw Options::Usage{fmt::format("no choice {}{}; choices are {}", opsim::quoted(name),
                                   did_you_mean(name, names), one_of_text(names))};
}

const Choice* choice_of(const Scenario& scenario, const Options& options) {
  const std::optional<std::string> name = options.value("--choice");
  return name ? choice_named(scenario, *name) : scenario.recommended();
}

}  // namespace opsim::cli
