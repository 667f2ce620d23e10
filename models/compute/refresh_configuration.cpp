// What a group launches from while an instance refresh has a desired configuration.
// AWS: EC2 Auto Scaling API reference, DesiredConfiguration; User Guide: "If a scale-out event
// occurs during an instance refresh, new instances are launched with the desired configuration.
// [...] After it succeeds, the settings of the group are updated". SIMPLIFIED:
// DescribeAutoScalingGroups shows the desired configuration while the refresh runs.
#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

void read_desired(const Json& desired, GroupSpec& spec) {
  if (const Json& own = member(desired, "LaunchTemplate"); own.is_object()) {
    spec.launch_template = own;
    spec.launch_config.clear();
  }
  const Json& policy = member(member(desired, "MixedInstancesPolicy"), "LaunchTemplate");
  if (!policy.is_object()) return;
  spec.launch_template = member(policy, "LaunchTemplateSpecification");
  spec.launch_config.clear();
  if (auto mixed = read_mixed_instances(desired)) spec.mixed = std::move(*mixed);
}

}  // namespace

std::optional<ApiError> wrong_configuration(Groups& groups, const Group& group,
                                            const Json& desired) {
  if (desired.is_null()) return std::nullopt;
  GroupSpec spec = group.spec;
  read_desired(desired, spec);
  if (!spec.launch_config.empty())
    return ApiError{"ValidationError", "DesiredConfiguration must name a launch template"};
  if (auto mixed = read_mixed_instances(desired); !mixed) return mixed.error();
  if (const auto found = find_template(groups.fleet(), group.place, spec.launch_template); !found)
    return found.error();
  return std::nullopt;
}

void use_desired(Group& group, const Json& desired) {
  group.launch = nullptr;
  if (desired.is_null()) return;
  group.own_source = {group.spec.launch_template, group.spec.launch_config, group.spec.mixed};
  read_desired(desired, group.spec);
}

void adopt_desired(Group& group) { group.own_source.reset(); }

void forget_desired(Group& group) {
  group.launch = nullptr;
  if (!group.own_source) return;
  group.spec.launch_template = std::move(group.own_source->launch_template);
  group.spec.launch_config = std::move(group.own_source->launch_config);
  group.spec.mixed = std::move(group.own_source->mixed);
  group.own_source.reset();
}

}  // namespace opsim::compute
