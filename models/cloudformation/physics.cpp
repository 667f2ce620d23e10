// What templates cannot say: how CloudFormation's work goes, and when instances signal.
#include "models/cloudformation/physics.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::cloudformation {

namespace {

constexpr Shape kShare{.kind = Kind::percent, .min = 0, .max = 100};
constexpr Shape kTime{.kind = Kind::distribution};
constexpr Shape kWords{.kind = Kind::text};
constexpr Shape kHookList{.kind = Kind::table, .of = &kWords};
constexpr Field kFields[] = {
    {.name = "fails",
     .shape = &kShare,
     .doc = "Share of creations and updates in which a resource of `of` does not stabilize."},
    {.name = "of",
     .shape = &kWords,
     .doc = "A logical id of the stack's resources, or a type. Needed by `fails` and `takes`."},
    {.name = "refuses",
     .shape = &kHookList,
     .doc = "Hooks that fail: a type, or type/Property that must be there -> what the hook says."},
    {.name = "says", .shape = &kWords, .doc = "The handler's message when it fails."},
    {.name = "takes",
     .shape = &kTime,
     .doc = "How long the handler works, for every resource `of`."},
};

std::string text_at(const Node& values, std::string_view key) {
  const auto found = values.find(key);
  return found ? std::string{found->spelling()} : std::string{};
}

/// The stack whose resource this is, and its name there.
std::pair<Stack*, std::string> signalled(CloudFormation& cfn, std::string_view instance) {
  const Resource* known = cfn.cloud.resources().find(instance);
  if (known == nullptr) return {};
  const std::string owner = known->owner.empty() ? known->physical_id : known->owner;
  for (const auto& stack : cfn.stacks) {
    if (stack->is_gone() || stack->place != known->place) continue;
    for (const auto& [id, resource] : stack->resources)
      if (resource.physical_id == owner && resource.status.ends_with("_IN_PROGRESS"))
        return {stack.get(), id};
  }
  return {};
}

}  // namespace

extern constexpr Shape kWorkShape{
    .kind = Kind::mapping,
    .doc = "How a stack's work goes: failures, durations, hooks that refuse.",
    .fields = kFields};

void apply_work_physics(CloudFormation& cfn, const PhysicsRequest& request) {
  const std::string of = text_at(request.values, "of");
  WorkPhysics& physics = cfn.physics[of];
  if (const auto fails = request.values.find("fails"))
    physics.fails = parse_percent(fails->spelling()).value_or(0) / 100;
  if (const auto takes = request.values.find("takes"))
    if (const ParsedDistribution read = Distribution::parse(takes->spelling()))
      physics.takes = *read;
  if (const std::string says = text_at(request.values, "says"); !says.empty()) physics.says = says;
  if (const auto refuses = request.values.find("refuses"))
    for (const auto& [rule, says, at] : refuses->entries())
      cfn.hook_refusals[std::string{rule}] = says.spelling();
}

void on_ready(CloudFormation& cfn, std::string_view instance) {
  if (!instance.starts_with("i-")) return;
  const auto [stack, id] = signalled(cfn, instance);
  if (stack == nullptr || stack->spec.text == nullptr) return;
  const std::string& body =
      stack->spec.body.empty() ? stack->spec.text->body_text() : stack->spec.body;
  if (body.find("cfn-signal") == std::string::npos) return;
  ++stack->signals[id].succeeded;
  tell_resource(cfn, *stack, id, stack->resources[id].status,
                fmt::format("Received SUCCESS signal with UniqueId {}", instance));
  stack->changed.notify_all();
}

}  // namespace opsim::cloudformation
