#include "tools/cli/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <ranges>
#include <set>

#include "models/catalog.hpp"
#include "models/change_manager/check.hpp"
#include "models/events/pattern.hpp"
#include "models/ssm/check.hpp"
#include "opsim/scenario/world.hpp"
#include "tools/cli/check_definitions.hpp"
#include "tools/cli/options.hpp"

namespace opsim::cli {

namespace fs = std::filesystem;

namespace {

struct Checked {
  Diagnostics diagnostics;
  NotSimulated not_simulated;
  std::map<std::string, std::size_t> kinds;  // "template" -> how many
};

/// What only shows when stacks stand: values of parameters, what a service refuses. One world a
/// choice, laid out and not played: a millisecond. What two choices have in common is told once.
void stand_up_choices(const Scenario& scenario, Checked& checked) {
  std::vector<const Choice*> choices;
  for (const Choice& choice : scenario.choices) choices.push_back(&choice);
  if (choices.empty()) choices.push_back(nullptr);
  std::set<std::string> told;
  NotSimulated idle;
  for (const Choice* choice : choices) {
    try {
      World world{scenario, catalog(), {.choice = choice}};
      for (const auto& [what, count] : idle_resources(world.journal()))
        idle[what] = std::max(idle[what], count);
    } catch (const BadInput& bad) {
      for (const Diagnostic& one : bad.diagnostics().all())
        if (told.insert(one.text()).second) checked.diagnostics.add(one);
    }
  }
  for (const auto& [what, count] : idle) checked.not_simulated[what] += count;
}

void check_scenario(const fs::path& file, Checked& checked) {
  const Scenario scenario = read_scenario(file, catalog());
  for (const auto& [what, count] : scenario.not_simulated) checked.not_simulated[what] += count;
  stand_up_choices(scenario, checked);
}

void check_template(const Document& document, Checked& checked) {
  Diagnostics read;
  const Template text = Template::read(document, read);
  checked.diagnostics.append(read);
  Diagnostics seen;
  check(text, catalog(), seen, checked.not_simulated);
  check_embedded_documents(text, seen);
  checked.diagnostics.append(seen);
  // What a service refuses of a resource that was complained of already would be told twice.
  if (read.count() == 0) check_standing(text, seen, checked.diagnostics, checked.not_simulated);
}

void check_ssm_document(const Document& document, Checked& checked) {
  if (change_manager::recognises(document.root))
    return change_manager::check_template(document.root, checked.diagnostics);
  std::vector<std::string> not_simulated;
  ssm::check_document(document.root, catalog(), checked.diagnostics, &not_simulated);
  for (const std::string& what : not_simulated) ++checked.not_simulated[what];
}

void check_pattern(const Node& root, const std::string& text, Checked& checked) {
  const events::PatternResult result = events::Pattern::compile(text);
  if (const auto* invalid = std::get_if<events::InvalidPattern>(&result)) {
    const auto before = std::string_view{text}.substr(0, std::min(invalid->offset, text.size()));
    const auto line = 1 + static_cast<int>(std::ranges::count(before, '\n'));
    const auto column = static_cast<int>(before.size() - (before.rfind('\n') + 1)) + 1;
    checked.diagnostics.add(root.file(), {line, column},
                            fmt::format("Event pattern is not valid. Reason: {}", invalid->reason));
  }
}

bool is_event_pattern(const Node& root) {
  constexpr std::string_view keys[] = {"source",    "detail-type", "detail", "account", "region",
                                       "resources", "time",        "id",     "version", "$or"};
  const bool known = std::ranges::all_of(root.entries(), [&](const Entry& entry) {
    return std::ranges::find(keys, entry.key) != std::end(keys);
  });
  const auto is_one = [&](std::string_view key) {
    return root.find(key).value_or(Node{}).is_text();
  };
  const bool is_event = is_one("id") && is_one("time");
  return root.is_mapping() && root.size() > 0 && known && !is_event;
}

/// What this document means to be, by what it holds: names and suffixes tell nothing.
std::string_view kind_of(const Node& root) {
  if (root.contains("scenario")) return "scenario";
  if (Template::recognises(root)) return "template";
  if (root.contains("schemaVersion")) return "SSM document";
  if (is_event_pattern(root)) return "event pattern";
  if (root.contains("States")) return "state machine";
  if (root.contains("actions") && root.contains("targets")) return "FIS template";
  if (root.contains("IncidentTemplate")) return "response plan";
  if (root.contains("hooks") || root.contains("Hooks")) return "AppSpec file";
  if (root.contains("phases")) return "buildspec";
  return "";
}

std::string read_text_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

void check_file(const fs::path& file, bool named, Checked& checked) {
  try {
    // As CloudFormation and SSM read it: of two equal keys the last one counts; a note tells.
    const Document document = read_document(file, {.duplicates = Duplicates::last_wins});
    const Node& root = document.root;
    const std::string_view kind = kind_of(root);
    if (kind != "template") checked.diagnostics.append(document.notes);  // its reader tells them
    if (kind.empty()) {
      if (named)
        checked.diagnostics.add(
            root.complaint("this is no scenario, template, SSM document or event pattern"));
      return;
    }
    ++checked.kinds[std::string{kind}];
    if (kind == "scenario") {
      check_scenario(file, checked);
    } else if (kind == "template") {
      check_template(document, checked);
    } else if (kind == "SSM document") {
      check_ssm_document(document, checked);
    } else if (kind == "state machine") {
      check_state_machine(document, checked.diagnostics);
    } else if (kind == "FIS template") {
      check_experiment_template(document, checked.diagnostics);
    } else if (kind == "AppSpec file") {
      check_appspec(document, read_text_of(file), checked.diagnostics);
    } else if (kind == "buildspec") {
      check_buildspec(document, read_text_of(file), checked.diagnostics);
    } else if (kind == "event pattern") {
      check_pattern(root, read_text_of(file), checked);
    } else {
      ++checked.not_simulated[fmt::format("{} as a file", kind)];
    }
  } catch (const BadInput& bad) {
    checked.diagnostics.append(bad.diagnostics());
  }
}

bool may_be_ours(const fs::path& file) {
  constexpr std::string_view suffixes[] = {".yaml", ".yml", ".json", ".template"};
  return std::ranges::find(suffixes, file.extension().string()) != std::end(suffixes);
}

void check_path(const fs::path& path, Checked& checked) {
  if (!fs::exists(path)) {
    checked.diagnostics.add(path.string(), {1, 1}, "there is no such file or folder");
    return;
  }
  if (!fs::is_directory(path)) return check_file(path, true, checked);
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator{path, fs::directory_options::skip_permission_denied})
    if (entry.is_regular_file() && may_be_ours(entry.path())) files.push_back(entry.path());
  std::ranges::sort(files);
  for (const fs::path& file : files) check_file(file, false, checked);
}

std::string kinds_text(const Checked& checked) {
  std::vector<std::string> parts;
  for (const auto& [kind, count] : checked.kinds)
    parts.push_back(fmt::format("{} {}{}", count, kind, count == 1 ? "" : "s"));
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

int check_main(Arguments arguments, Streams& streams) {
  const Options options{arguments, {}};
  if (options.operands().empty()) throw Options::Usage{"expected files or folders to check"};
  Checked checked;
  for (const std::string& path : options.operands()) check_path(path, checked);

  const std::string problems = checked.diagnostics.text();
  if (!problems.empty()) streams.out << problems << (problems.ends_with('\n') ? "\n" : "\n\n");
  const std::size_t errors = checked.diagnostics.count();
  streams.out << fmt::format("{} read. {}\n", kinds_text(checked),
                             errors == 0   ? "No errors."
                             : errors == 1 ? "1 error."
                                           : fmt::format("{} errors.", errors));
  if (const std::string list = not_simulated_text(checked.not_simulated); !list.empty())
    streams.out << list << '\n';
  return errors == 0 ? kGoalsMet : kBadInput;
}

}  // namespace opsim::cli
