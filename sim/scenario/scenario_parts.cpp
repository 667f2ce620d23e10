// The parts of a scenario that name stacks: stacks, physics, choices.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "sim/scenario/physics_names.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace opsim {

namespace {

std::map<std::string, std::string> read_parameters(const Node& parameters) {
  std::map<std::string, std::string> read;
  for (const auto& [name, value, at] : parameters.entries()) {
    std::string text{value.spelling()};
    for (const Node& item : value.items())  // a list is a CommaDelimitedList
      text += fmt::format("{}{}", text.empty() ? "" : ",", item.spelling());
    read[std::string{name}] = std::move(text);
  }
  return read;
}

std::optional<StackPlan> read_stack(ScenarioReading& reading, const Node& stack) {
  const Node file = stack.find("template").value_or(Node{});
  if (!file.is_text()) {  // complained of by the shape
    reading.names_unknown = true;
    return std::nullopt;
  }
  const std::filesystem::path path = reading.folder / std::string{file.spelling()};
  const auto text_or = [&](std::string_view key, const std::string& otherwise) {
    const std::optional<Node> found = stack.find(key);
    return found ? std::string{found->spelling()} : otherwise;
  };
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    reading.diagnostics.add(file.complaint(
        fmt::format("no file {} beside the scenario", opsim::quoted(file.spelling()))));
    reading.names_unknown = true;
    return std::nullopt;
  }
  StackPlan plan;
  const Node parameters = stack.find("parameters").value_or(Node{});
  const ReadOptions as_cloudformation{.duplicates = Duplicates::last_wins};
  try {
    plan.text = std::make_shared<const Template>(
        Template::read(read_document(path, as_cloudformation), reading.diagnostics,
                       templates_beside(), read_parameters(parameters)));
  } catch (const BadInput& bad) {
    reading.diagnostics.append(bad.diagnostics());
    reading.names_unknown = true;
    return std::nullopt;
  }
  const Place& home = reading.scenario.home;
  plan.settings = {.name = text_or("name", path.stem().string()),
                   .place = {text_or("account", home.account), text_or("region", home.region)},
                   .parameters = read_parameters(parameters),
                   .disabled = {},
                   .text = parameters};
  check(*plan.text, reading.catalog, reading.diagnostics, reading.scenario.not_simulated);
  return plan;
}

std::set<std::string> read_disabled(ScenarioReading& reading, const Node& names) {
  std::set<std::string> disabled;
  const std::map<std::string, std::string> known = logical_ids(reading.scenario);
  const auto take = [&](const Node& name) {
    const std::string id{name.spelling()};
    if (!known.contains(id) && !reading.names_unknown)
      reading.diagnostics.add(
          name.complaint(fmt::format("no stack has a resource {}{}", opsim::quoted(id),
                                     did_you_mean(id, std::views::keys(known)))));
    disabled.insert(id);
  };
  if (names.is_text()) take(names);
  for (const Node& name : names.items()) take(name);
  return disabled;
}

}  // namespace

std::vector<StackPlan> read_stacks(ScenarioReading& reading, const Node& stacks) {
  std::vector<StackPlan> plans;
  for (const Node& stack : stacks.items())
    if (std::optional<StackPlan> plan = read_stack(reading, stack)) plans.push_back(*plan);
  return plans;
}

std::vector<PhysicsEntry> read_physics(ScenarioReading&, const Node& physics) {
  std::vector<PhysicsEntry> entries;
  for (const auto& [name, values, at] : physics.entries())
    entries.push_back({std::string{name}, values});
  return entries;
}

std::vector<SectionEntry> read_sections(ScenarioReading& reading, const Node& parts) {
  std::vector<SectionEntry> entries;
  for (const Service* service : reading.catalog)
    for (const Section& section : service->sections)
      if (const auto values = parts.find(section.name))
        entries.push_back({service, &section, *values});
  return entries;
}

void read_choices(ScenarioReading& reading, const Node& choices) {
  for (const auto& [name, values, at] : choices.entries()) {
    Choice choice;
    choice.name = name;
    choice.says = values.find("says").value_or(Node{}).spelling();
    if (const auto recommended = values.find("recommended"))
      choice.recommended = recommended->as_boolean().value_or(false);
    choice.source = fmt::format("{}:{}", values.file(), at.line);
    choice.stacks = read_stacks(reading, values.find("stacks").value_or(Node{}));
    choice.parameters = read_parameters(values.find("parameters").value_or(Node{}));
    choice.physics = read_physics(reading, values.find("physics").value_or(Node{}));
    choice.sections = read_sections(reading, values);
    reading.scenario.choices.push_back(std::move(choice));
    Choice& added = reading.scenario.choices.back();
    added.disable = read_disabled(reading, values.find("disable").value_or(Node{}));
  }
}

bool is_resource_name(const ScenarioReading& reading, std::string_view name) {
  // A section that is a table names things of its own: the components of a workload.
  const auto names = [&](const SectionEntry& entry) {
    return entry.section->shape->kind == Kind::table && entry.values.contains(name);
  };
  return name.starts_with("i-") || std::ranges::any_of(reading.scenario.sections, names) ||
         logical_ids(reading.scenario).contains(std::string{name});
}

std::map<std::string, std::string> logical_ids(const Scenario& scenario) {
  std::map<std::string, std::string> ids;
  const auto take = [&](const StackPlan& plan) {
    for (const TemplateResource& resource : plan.text->resources())
      ids.emplace(resource.logical_id, resource.type);
  };
  for (const StackPlan& plan : scenario.stacks) take(plan);
  for (const Choice& choice : scenario.choices)
    for (const StackPlan& plan : choice.stacks) take(plan);
  return ids;
}

namespace {

const Physics* physics_row(Catalog catalog, std::string_view type) {
  for (const Service* service : catalog)
    for (const Physics& row : service->physics)
      if (row.of == type) return &row;
  return nullptr;
}

void check_entry(ScenarioReading& reading, const std::map<std::string, std::string>& ids,
                 const PhysicsEntry& entry) {
  const auto [name, part] = split_physics_name(entry.name);
  const auto found = ids.find(std::string{name});
  const std::string_view type = found != ids.end() ? found->second : physics_type_of(name);
  const Physics* row = physics_row(reading.catalog, type);
  if (row == nullptr && found == ids.end() && reading.names_unknown) return;
  if (row == nullptr) {
    reading.diagnostics.add(entry.values.complaint(
        found != ids.end()
            ? fmt::format("physics of {}: nothing is known of the physics of {}", name, type)
            : fmt::format("physics of {}: no stack has a resource of that name{}",
                          opsim::quoted(name), did_you_mean(name, std::views::keys(ids)))));
    return;
  }
  check(entry.values, *row->shape, reading.diagnostics,
        {.subject = fmt::format("physics of {}", entry.name)});
}

}  // namespace

void check_physics(ScenarioReading& reading) {
  std::map<std::string, std::string> ids = logical_ids(reading.scenario);
  // What a section names has the physics of the section's model.
  for (const SectionEntry& entry : reading.scenario.sections)
    if (entry.section->shape->kind == Kind::table && !entry.service->physics.empty())
      for (const auto& [name, text, at] : entry.values.entries())
        ids.emplace(name, entry.service->physics.front().of);
  for (const PhysicsEntry& entry : reading.scenario.physics) check_entry(reading, ids, entry);
  for (const Choice& choice : reading.scenario.choices)
    for (const PhysicsEntry& entry : choice.physics) check_entry(reading, ids, entry);
}

namespace {

void check_stack_names(ScenarioReading& reading, const Choice* choice, const Node& at) {
  std::set<std::pair<Place, std::string>> taken;
  const auto take = [&](const StackPlan& plan) {
    if (taken.emplace(plan.settings.place, plan.settings.name).second) return;
    reading.diagnostics.add(
        at.complaint(fmt::format("two stacks are called {}; give one of them another `name:`",
                                 opsim::quoted(plan.settings.name))));
  };
  for (const StackPlan& plan : reading.scenario.stacks) take(plan);
  if (choice != nullptr)
    for (const StackPlan& plan : choice->stacks) take(plan);
}

std::vector<std::string_view> parameter_names(const Scenario& scenario, const Choice& choice) {
  std::vector<std::string_view> names;
  for (const auto* stacks : {&scenario.stacks, &choice.stacks})
    for (const StackPlan& plan : *stacks)
      for (const TemplateParameter& parameter : plan.text->parameters())
        names.push_back(parameter.name);
  return names;
}

}  // namespace

void check_choices(ScenarioReading& reading, const Node& choices) {
  check_stack_names(reading, nullptr, reading.scenario.document.root);
  std::string recommended;
  for (const Choice& choice : reading.scenario.choices) {
    const Node text = choices.find(choice.name).value_or(Node{});
    if (!choice.stacks.empty()) check_stack_names(reading, &choice, text);
    if (choice.recommended && !std::exchange(recommended, choice.name).empty())
      reading.diagnostics.add(text.complaint("two choices are recommended; expected one"));
    const std::vector<std::string_view> known = parameter_names(reading.scenario, choice);
    for (const auto& [name, value, at] : text.find("parameters").value_or(Node{}).entries())
      if (!reading.names_unknown && std::ranges::find(known, name) == known.end())
        reading.diagnostics.add(
            value.complaint(fmt::format("choice {}: no stack has a parameter {}{}", choice.name,
                                        opsim::quoted(name), did_you_mean(name, known))));
  }
}

}  // namespace opsim
