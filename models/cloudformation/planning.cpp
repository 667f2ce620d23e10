// What an update would do, before it does it: what change sets show, and what UpdateStack asks
// itself first.
// AWS: CloudFormation API reference, ResourceChange, ResourceChangeDetail,
// ResourceTargetDefinition: "Static: the value has been determined. Dynamic: it depends on the
// result of another resource's change".
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/cloudformation.hpp"
#include "models/cloudformation/resource_types.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr std::string_view kLater = "{{changeSet:KNOWN_AFTER_APPLY}}";

struct Planning {
  const Stack& stack;
  Assembly& next;
  std::map<std::string, std::string> replaced;  // logical id -> True, Conditional
};

/// Numbers of the old assembly: what stands there under this name.
std::optional<std::uint32_t> standing_before(const Stack& stack, std::string_view logical_id) {
  if (stack.assembly == nullptr) return std::nullopt;
  const auto number = stack.assembly->number_of(logical_id);
  if (!number || stack.assembly->standing(*number).state != Standing::State::stands)
    return std::nullopt;
  return number;
}

bool parameter_changed(const Stack& stack, const Assembly& next, const std::string& name) {
  const auto value_in = [&](const Assembly& assembly) {
    for (const Assembly::Parameter& one : assembly.parameters())
      if (one.name == name) return one.value;
    return Json{};
  };
  return value_in(*stack.assembly) != value_in(next);
}

/// What made the property change: an entity that was changed itself, or the template's text.
void attribute_cause(const Planning& planning, std::uint32_t number, PropertyChange& change) {
  change.evaluation = "Static";
  change.source = "DirectModification";
  for (const Mention& one : planning.next.mentions(number, change.name)) {
    const std::string logical_id = one.name.substr(0, one.name.find('.'));
    if (one.what == Mention::What::parameter &&
        parameter_changed(planning.stack, planning.next, one.name)) {
      change.source = "ParameterReference";
      change.entity = one.name;
    }
    if (one.what != Mention::What::parameter && planning.replaced.contains(logical_id)) {
      change.source =
          one.what == Mention::What::resource ? "ResourceReference" : "ResourceAttribute";
      change.entity = one.name;
      change.evaluation = "Dynamic";
    }
  }
}

PropertyChange property_change(const Planning& planning, std::uint32_t number,
                               const std::string& name, const Json& before, const Json& after) {
  PropertyChange change{.name = name,
                        .attribute = name == "Tags" ? "Tags" : "Properties",
                        .before = before,
                        .after = after};
  const std::string& type = planning.next.text().resources()[number].type;
  change.recreation = to_string(recreation_of(type, name, before, after));
  attribute_cause(planning, number, change);
  return change;
}

std::vector<PropertyChange> property_changes(const Planning& planning, std::uint32_t number,
                                             const Json& before, const Json& after) {
  std::set<std::string> names;
  for (const Json* object : {&before, &after})
    for (const auto& [name, value] : object->items()) names.insert(name);
  std::vector<PropertyChange> changes;
  for (const std::string& name : names) {
    const Json& old = before.contains(name) ? before[name] : Json{};
    const Json& now = after.contains(name) ? after[name] : Json{};
    if (old != now) changes.push_back(property_change(planning, number, name, old, now));
  }
  return changes;
}

/// "True", "Conditional" or "False": a replacement that hangs on another's is conditional.
std::string replacement_of(const std::vector<PropertyChange>& changes) {
  std::string worst = "False";
  for (const PropertyChange& one : changes) {
    if (one.recreation == "Always" && one.evaluation == "Static") return "True";
    if (one.recreation != "Never") worst = "Conditional";
  }
  return worst;
}

/// What stands for a resource until it is made: its id and attributes are not known yet.
Standing unknown_standing() {
  return {.state = Standing::State::stands,
          .physical_id = std::string{kLater},
          .arn = std::string{kLater}};
}

std::optional<ResourceChange> plan_one(Planning& planning, std::uint32_t number) {
  Assembly& next = planning.next;
  const TemplateResource& written = next.text().resources()[number];
  const auto old = standing_before(planning.stack, written.logical_id);
  const Json after = next.properties(number);
  if (!old) {
    next.standing(number) = unknown_standing();
    planning.replaced[written.logical_id] = "True";
    return ResourceChange{"Add", written.logical_id, written.type, "", "", {}};
  }
  const Assembly& previous = *planning.stack.assembly;
  next.standing(number) = previous.standing(*old);
  ResourceChange change{
      "Modify", written.logical_id, written.type, previous.standing(*old).physical_id, "False", {}};
  change.details = property_changes(planning, number, previous.made_of(*old), after);
  const Json metadata = input::member(next.attributes(number), "Metadata");
  const Json metadata_before = input::member(planning.stack.assembly->attributes(*old), "Metadata");
  if (metadata != metadata_before)
    change.details.push_back({.name = "",
                              .attribute = "Metadata",
                              .recreation = "Never",
                              .evaluation = "Static",
                              .source = "DirectModification",
                              .entity = "",
                              .before = metadata_before,
                              .after = metadata});
  // A nested stack is always looked into: AWS calls that an automatic change.
  if (change.details.empty() && next.nested(number) != nullptr &&
      !(previous.nested(*old) != nullptr &&
        previous.nested(*old)->body_text() == next.nested(number)->body_text()))
    change.details.push_back({.name = "",
                              .attribute = "Properties",
                              .recreation = "Never",
                              .evaluation = "Dynamic",
                              .source = "Automatic",
                              .entity = "",
                              .before = {},
                              .after = {}});
  if (change.details.empty()) return std::nullopt;
  change.replacement = replacement_of(change.details);
  if (change.replacement != "False") {
    planning.replaced[written.logical_id] = change.replacement;
    next.standing(number) = unknown_standing();
  }
  return change;
}

}  // namespace

std::vector<ResourceChange> plan_update(CloudFormation&, const Stack& stack, Assembly& next) {
  Planning planning{stack, next, {}};
  std::map<std::uint32_t, ResourceChange> found;
  for (const std::uint32_t number : next.order())
    if (next.wanted(number))
      if (auto change = plan_one(planning, number)) found.emplace(number, std::move(*change));
  (void)next.take_errors();
  std::vector<ResourceChange> changes;
  for (auto& [number, change] : found) changes.push_back(std::move(change));
  if (stack.assembly == nullptr) return changes;
  for (const std::uint32_t number : stack.assembly->order()) {
    const TemplateResource& written = stack.assembly->text().resources()[number];
    const auto now = next.number_of(written.logical_id);
    if (!standing_before(stack, written.logical_id) || (now && next.wanted(*now))) continue;
    changes.push_back({"Remove",
                       written.logical_id,
                       written.type,
                       stack.assembly->standing(number).physical_id,
                       "",
                       {}});
  }
  return changes;
}

std::vector<ResourceChange> plan_creation(Assembly& next) {
  std::vector<ResourceChange> changes;
  for (std::uint32_t number = 0; number < next.size(); ++number) {
    const TemplateResource& written = next.text().resources()[number];
    if (next.wanted(number))
      changes.push_back({"Add", written.logical_id, written.type, "", "", {}});
  }
  return changes;
}

bool changes_beside_resources(const Stack& stack, const StackSpec& spec, Assembly& next) {
  if (spec.tags != stack.spec.tags || spec.notification_arns != stack.spec.notification_arns)
    return true;
  const std::vector<Assembly::Output> wanted = next.outputs();
  (void)next.take_errors();
  return !std::ranges::equal(wanted, stack.outputs, [](const auto& a, const auto& b) {
    return a.name == b.name && a.value == b.value && a.export_name == b.export_name &&
           a.description == b.description;
  });
}

}  // namespace opsim::cloudformation
