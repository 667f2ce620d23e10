#include "sim/scenario/scenario_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "opsim/document/quantity.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim {

namespace {

constexpr std::string_view kDefaultAccount = "111122223333";  // as AWS's own examples use
constexpr std::string_view kDefaultRegion = "us-east-1";
constexpr std::string_view kDefaultStart = "2026-01-01T00:00:00Z";

std::string text_at(const Node& node, std::string_view key, std::string_view otherwise = {}) {
  const std::optional<Node> found = node.find(key);
  return std::string{found ? found->spelling() : otherwise};
}

void read_clock(Scenario& scenario, const Node& root) {
  const Node clock = root.find("clock").value_or(Node{});
  scenario.start = parse_iso8601(text_at(clock, "start", kDefaultStart)).value_or(SimTime{});
  scenario.duration = parse_duration(text_at(clock, "duration")).value_or(Duration{});
  if (const auto seed = clock.find("seed"))
    scenario.seed = static_cast<Seed>(seed->as_integer().value_or(1));
}

/// Simulated time ends in 2262: a run must end well before.
void check_clock(ScenarioReading& reading, const Node& root) {
  static const SimTime latest = *parse_iso8601("2250-01-01");
  const Scenario& scenario = reading.scenario;
  if (scenario.start >= *parse_iso8601("1970-01-01") && scenario.start < latest &&
      scenario.duration <= kLongestRun && scenario.start + scenario.duration <= latest)
    return;
  reading.diagnostics.add(root.find("clock").value_or(root).complaint(
      "clock: a run begins after 1970, lasts ten years at most, and ends before 2250"));
}

void read_head(Scenario& scenario, const Node& root) {
  scenario.title = text_at(root, "scenario");
  scenario.lesson = text_at(root, "lesson");
  scenario.situation = text_at(root, "situation");
  scenario.question = text_at(root, "question");
  scenario.moral = text_at(root, "moral");
  if (const auto confidence = root.find("confidence"))
    scenario.confidence = parse_percent(confidence->spelling()).value_or(95) / 100;
  scenario.home = {text_at(root, "account", kDefaultAccount),
                   text_at(root, "region", kDefaultRegion)};
  read_clock(scenario, root);
}

/// A goal about a name that nothing has would always be met.
void check_of(ScenarioReading& reading, const Entry& goal) {
  const std::optional<Node> of = goal.value.find("of");
  if (!of || !of->is_text() || reading.names_unknown) return;
  if (is_resource_name(reading, of->spelling())) return;
  reading.diagnostics.add(of->complaint(
      fmt::format("{}: no stack has a resource {}{}", goal.key, opsim::quoted(of->spelling()),
                  did_you_mean(of->spelling(), std::views::keys(logical_ids(reading.scenario))))));
}

void complain_of_kind(ScenarioReading& reading, const Entry& goal) {
  std::vector<std::string_view> names;
  for (const GoalKind& kind : goal_kinds()) names.push_back(kind.name);
  Diagnostic wrong =
      goal.value.complaint(fmt::format("{} is no goal{}; goals are {}", opsim::quoted(goal.key),
                                       did_you_mean(goal.key, names), fmt::join(names, ", ")));
  wrong.at = goal.at;
  reading.diagnostics.add(std::move(wrong));
}

void check_goal(ScenarioReading& reading, const GoalKind& kind, const Entry& goal) {
  const std::size_t before = reading.diagnostics.count();
  check(goal.value, *kind.shape, reading.diagnostics, {.subject = std::string{goal.key}});
  if (reading.diagnostics.count() > before) return;
  if (const std::string wrong = kind.complaint(goal.value); !wrong.empty())
    reading.diagnostics.add(goal.value.complaint(fmt::format("{}: {}", goal.key, wrong)));
  if (kind.of_resource) check_of(reading, goal);
}

void read_goals(ScenarioReading& reading, const Node& goals) {
  for (const Node& item : goals.items()) {
    if (item.size() != 1) {
      reading.diagnostics.add(item.complaint(
          "a goal is one entry, for example `- pages: { at most: 0 }`; write the others apart"));
      continue;
    }
    const Entry entry = item.entry(0);
    const GoalKind* const kind = find_goal_kind(entry.key);
    if (kind == nullptr) {
      complain_of_kind(reading, entry);
      continue;
    }
    check_goal(reading, *kind, entry);
    reading.scenario.goals.push_back(
        {kind, entry.value, item.source().substr(reading.scenario.folder.size())});
  }
}

std::filesystem::path scenario_file(const std::filesystem::path& path) {
  std::error_code ignored;  // what cannot be looked at cannot be read: that is told then
  if (!std::filesystem::is_directory(path, ignored)) return path;
  return path / "scenario.yaml";
}

}  // namespace

Scenario read_scenario(const std::filesystem::path& path, Catalog catalog,
                       const std::vector<std::pair<std::string, std::string>>& overrides) {
  const std::filesystem::path file = scenario_file(path);
  Scenario scenario;
  scenario.document = read_document(file);
  const std::size_t name_length = file.filename().string().size();
  scenario.folder = file.string().substr(0, file.string().size() - name_length);
  const Node root = scenario.document.root;
  Diagnostics diagnostics;
  const ScenarioShape shape{catalog};
  check(root, shape.shape_around_goals(), diagnostics);

  read_head(scenario, root);
  ScenarioReading reading{catalog, file.parent_path(), scenario, diagnostics};
  scenario.stacks = read_stacks(reading, root.find("stacks").value_or(Node{}));
  read_choices(reading, root.find("choices").value_or(Node{}));
  scenario.physics = read_physics(reading, root.find("physics").value_or(Node{}));
  scenario.sections = read_sections(reading, root);
  read_timeline(reading, root.find("timeline").value_or(Node{}));
  read_goals(reading, root.find("goals").value_or(Node{}));
  for (const auto& [key, value] : overrides) apply_override(reading, key, value);
  check_clock(reading, root);
  check_physics(reading);
  check_choices(reading, root.find("choices").value_or(Node{}));
  diagnostics.throw_if_any();
  return scenario;
}

const Choice* Scenario::choice(std::string_view name) const {
  const auto found = std::ranges::find(choices, name, &Choice::name);
  return found == choices.end() ? nullptr : &*found;
}

const Choice* Scenario::recommended() const {
  const auto found = std::ranges::find(choices, true, &Choice::recommended);
  return found == choices.end() ? nullptr : &*found;
}

}  // namespace opsim
