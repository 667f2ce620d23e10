// Stacks that a scenario begins with: they stand as if they had long been created.
#include "models/cloudformation/cloudformation.hpp"

namespace opsim::cloudformation {

namespace {

void show_resources(CloudFormation& cfn, Stack& stack) {
  for (std::uint32_t number = 0; number < stack.assembly->size(); ++number) {
    const Standing& standing = stack.assembly->standing(number);
    if (standing.state != Standing::State::stands) continue;
    const TemplateResource& written = stack.assembly->text().resources()[number];
    StackResource& shown = stack.resources[written.logical_id];
    shown.type = written.type;
    shown.status = "CREATE_COMPLETE";
    shown.physical_id = standing.physical_id;
    shown.changed = cfn.sim().now();
  }
}

void adopt_as(CloudFormation& cfn, StackResult stood, const std::string& parent,
              const std::string& root) {
  const StackSettings& settings = stood.assembly->settings();
  auto kept = std::make_unique<Stack>(cfn.sim());
  Stack& stack = *kept;
  stack.id = stood.stack_id;
  stack.name = settings.name;
  stack.place = settings.place;
  stack.parent = parent;
  stack.root = root;
  stack.created = cfn.sim().now();
  stack.status = "CREATE_COMPLETE";
  stack.caller = {stack.place, "cloudformation.amazonaws.com", ""};
  stack.assembly = stood.assembly;
  stack.spec.name = stack.name;
  stack.spec.parameters = settings.parameters;
  stack.spec.text = std::make_shared<const Template>(stack.assembly->text());
  stack.outputs = stack.assembly->outputs();
  (void)stack.assembly->take_errors();
  show_resources(cfn, stack);
  cfn.by_id[stack.id] = &stack;
  cfn.by_name[{stack.place, stack.name}] = &stack;
  cfn.stacks.push_back(std::move(kept));
  for (StackResult& inner : stood.nested)
    adopt_as(cfn, std::move(inner), stack.id, root.empty() ? stack.id : root);
}

}  // namespace

void CloudFormation::adopt(StackResult stood) {
  if (stood.assembly != nullptr) adopt_as(*this, std::move(stood), "", "");
}

void CloudFormation::know(const TemplateFile& file) { templates.try_emplace(file.text, file.read); }

Stack* CloudFormation::find(const Place& place, std::string_view name_or_id) const {
  if (const auto found = by_id.find(name_or_id); found != by_id.end()) return found->second;
  const auto found = by_name.find({place, std::string{name_or_id}});
  return found == by_name.end() ? nullptr : found->second;
}

Stack& CloudFormation::add_stack(const Place& place, const std::string& name) {
  auto made = std::make_unique<Stack>(sim());
  Stack& stack = *made;
  stack.name = name;
  stack.place = place;
  stack.id = arn(place, "cloudformation", "stack/" + name + "/" + cloud.next_uuid("stack"));
  stack.created = sim().now();
  by_id[stack.id] = &stack;
  by_name[{place, name}] = &stack;
  stacks.push_back(std::move(made));
  return stack;
}

}  // namespace opsim::cloudformation
