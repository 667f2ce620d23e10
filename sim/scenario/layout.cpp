#include "sim/scenario/layout.hpp"

#include <fmt/format.h>

#include "opsim/cloud/cloud.hpp"
#include "sim/scenario/physics_names.hpp"

namespace opsim {

namespace {

StackSettings with_choice(StackSettings settings, const Template& text, const Choice* choice) {
  if (choice == nullptr) return settings;
  settings.disabled.insert(choice->disable.begin(), choice->disable.end());
  for (const auto& [name, value] : choice->parameters)
    if (text.parameter(name) != nullptr) settings.parameters[name] = value;
  return settings;
}

void stand_up_all(Cloud& cloud, const Scenario& scenario, const Choice* choice,
                  Diagnostics& diagnostics) {
  auto* const keeper = dynamic_cast<StackKeeper*>(cloud.model("cloudformation"));
  Exports unkept;
  Exports& exports = keeper != nullptr ? keeper->exports() : unkept;
  if (keeper != nullptr)
    for (const TemplateFile& file : scenario.template_files) keeper->know(file);
  const auto stand = [&](const StackPlan& plan) {
    StackResult stood = stand_up(cloud, *plan.text, with_choice(plan.settings, *plan.text, choice),
                                 exports, diagnostics);
    if (keeper != nullptr && diagnostics.count() == 0) keeper->adopt(std::move(stood));
  };
  for (const StackPlan& plan : scenario.stacks) stand(plan);
  if (choice != nullptr)
    for (const StackPlan& plan : choice->stacks) stand(plan);
}

void apply_physics(Cloud& cloud, const PhysicsEntry& entry) {
  const auto [name, part] = split_physics_name(entry.name);
  const Resource* resource = cloud.resources().find_named(name);
  const std::string_view type = resource != nullptr ? resource->type : physics_type_of(name);
  for (const Service* service : cloud.catalog()) {
    for (const Physics& row : service->physics) {
      if (row.of != type) continue;
      row.apply(*cloud.model(service->name),
                PhysicsRequest{cloud, name, part, resource, entry.values});
      return;
    }
  }
  // A resource that this choice disabled: its physics has nothing to say.
}

std::string count_text(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

void write_start(Cloud& cloud, const Scenario& scenario, const Choice* choice) {
  std::size_t resources = 0;
  for (const Service* service : cloud.catalog())
    for (const ResourceType& row : service->resources)
      resources += cloud.resources().of_type(row.type).size();
  std::string text =
      fmt::format("{} in {}", count_text(scenario.stacks.size(), "stack stands", "stacks stand"),
                  cloud.home().region);
  for (const auto& [type, what] : {std::pair{"AWS::EC2::Instance", "instance"},
                                   {"AWS::CloudWatch::Alarm", "alarm"},
                                   {"AWS::Events::Rule", "rule"},
                                   {"AWS::SSM::Document", "runbook"}}) {
    const std::size_t n = cloud.resources().of_type(type).size();
    if (n > 0) text += fmt::format(" · {}", count_text(n, what, fmt::format("{}s", what)));
  }
  if (choice != nullptr) text += fmt::format(" · choice: {}", choice->name);
  cloud.journal().write({.kind = EntryKind::start,
                         .level = Level::story,
                         .subject = "",
                         .text = std::move(text),
                         .detail = {{"resources", resources}}});
}

}  // namespace

void lay_out(Cloud& cloud, const Scenario& scenario, const Choice* choice) {
  Diagnostics diagnostics;
  stand_up_all(cloud, scenario, choice, diagnostics);
  diagnostics.throw_if_any();
  const auto read = [&](const std::vector<SectionEntry>& sections) {
    for (const auto& [service, section, values] : sections)
      section->read(*cloud.model(service->name), cloud, values);
  };
  read(scenario.sections);
  if (choice != nullptr) read(choice->sections);
  for (const PhysicsEntry& entry : scenario.physics) apply_physics(cloud, entry);
  if (choice != nullptr)
    for (const PhysicsEntry& entry : choice->physics) apply_physics(cloud, entry);
  if (cloud.journal().keeps(Level::story)) write_start(cloud, scenario, choice);
}

}  // namespace opsim
