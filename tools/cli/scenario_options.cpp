#include "tools/cli/scenario_options.hpp"

#include <fmt/format.h>

#include "opsim/document/diagnostic.hpp"
#include "opsim/json.hpp"

namespace opsim::cli {

namespace {

/// "2h terminate instance on WebFleet", "uniform(1h, 3h) …": when, and what.
Json line_of(const std::string& text) {
  const auto blank = text.find(' ');
  const auto open = text.find('(');
  const auto end = open < blank ? text.find(')', open) : blank;
  if (end == text.npos || end + 1 >= text.size())
    throw Options::Usage{fmt::format(
        "expected a time and a fault, as in '2h terminate instance on WebFleet', not {}",
        opsim::quoted(text))};
  const std::size_t at_end = open < blank ? end + 1 : end;
  const std::size_t act = text.find_first_not_of(' ', at_end);
  return {{"at", text.substr(0, at_end)}, {"do", act == text.npos ? "" : text.substr(act)}};
}

/// JSON is YAML: nothing in a sentence needs to be escaped for it.
std::string lines_of(const std::vector<std::string>& texts) {
  Json lines = Json::array();
  for (const std::string& text : texts) lines.push_back(line_of(text));
  return lines.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> overrides_of(const Options& options) {
  std::vector<std::pair<std::string, std::string>> overrides;
  for (const std::string& text : options.values("--set")) {
    const auto equals = text.find('=');
    if (equals == text.npos)
      throw Options::Usage{fmt::format("--set takes KEY=VALUE, not {}", opsim::quoted(text))};
    overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  std::vector<std::string> instead = options.values("--instead");
  if (!instead.empty()) overrides.emplace_back("timeline", lines_of(instead));
  for (const std::string& text : options.values("--also"))
    overrides.emplace_back("timeline+", lines_of({text}));
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
