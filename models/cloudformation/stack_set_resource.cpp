// AWS::CloudFormation::StackSet in a template, and sets that follow their organization.
// AWS: CloudFormation Template Reference, "AWS::CloudFormation::StackSet"; User Guide, "Manage
// automatic deployments for StackSets that use service-managed permissions".
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/resources.hpp"
#include "models/cloudformation/stack_set_work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

/// StackInstancesGroup: [{DeploymentTargets, Regions, ParameterOverrides}]
std::vector<DeploymentTargets> groups_of(const Json& properties) {
  std::vector<DeploymentTargets> groups;
  const Json& written = input::member(properties, "StackInstancesGroup");
  if (written.is_array())
    for (const Json& group : written) groups.push_back(read_targets(group));
  return groups;
}

void add_instance(StackSet& set, const Place& place,
                  const std::map<std::string, std::string>& units) {
  StackInstance& instance = set.instances[place];
  instance.target = place;
  if (const auto unit = units.find(place.account); unit != units.end())
    instance.unit = unit->second;
}

std::vector<Place> add_groups(CloudFormation& cfn, StackSet& set,
                              const std::vector<DeploymentTargets>& groups) {
  std::vector<Place> places;
  for (const DeploymentTargets& group : groups) {
    const auto units = accounts_of_units(cfn, set, group.units);
    for (const Place& place : places_of(cfn, set, group)) {
      add_instance(set, place, units);
      places.push_back(place);
    }
    for (const std::string& unit : group.units)
      if (std::ranges::find(set.units, unit) == set.units.end()) set.units.push_back(unit);
    if (!group.units.empty()) set.regions = group.regions;
  }
  return places;
}

/// The scenario's organization is known once its sections are read: before the first event.
Process<> stand_up_later(CloudFormation& cfn, StackSet& set,
                         std::vector<DeploymentTargets> groups) {
  for (const Place& place : add_groups(cfn, set, groups)) stand_instance_up(cfn, set, place);
  co_return;
}

/// Accounts in reach now: those that came gain their instances, those that left lose them.
void follow(CloudFormation& cfn, StackSet& set) {
  const auto accounts = accounts_of_units(cfn, set, set.units);
  std::vector<Place> come;
  std::vector<Place> gone;
  for (const auto& [account, unit] : accounts)
    for (const std::string& region : set.regions)
      if (!set.instances.contains({account, region})) come.push_back({account, region});
  for (const auto& [place, instance] : set.instances)
    if (!instance.unit.empty() && !accounts.contains(place.account)) gone.push_back(place);
  // "StackSetOperationPreferences don't apply to AutoDeployment": one account after the other.
  if (!come.empty()) {
    for (const Place& place : come) add_instance(set, place, accounts);
    (void)begin_operation(cfn, set, {.action = "CREATE", .targets = std::move(come)});
  } else if (!gone.empty()) {
    (void)begin_operation(
        cfn, set,
        {.action = "DELETE", .targets = std::move(gone), .retain_stacks = set.retain_on_removal});
  }
}

}  // namespace

void stand_instance_up(CloudFormation& cfn, StackSet& set, const Place& target) {
  StackInstance& instance = set.instances[target];
  StackSpec spec = set.spec;
  for (const auto& [key, value] : instance.overrides) spec.parameters[key] = value;
  // Where no set rolls out, there is none in truth: each account has a stack of its own.
  spec.name =
      cfn.rollouts.contains(set.id) && cfn.rollouts[set.id].way != "stack set"
          ? set.name
          : fmt::format("StackSet-{}-{}", set.name, cfn.cloud.next_uuid("stack set instance"));
  StackSettings settings{.name = spec.name, .place = target, .parameters = spec.parameters};
  Diagnostics diagnostics;
  StackResult stood = stand_up(cfn.cloud, *spec.text, settings, cfn.all_exports, diagnostics);
  const std::string id = stood.stack_id;
  if (diagnostics.count() > 0) {
    cfn.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = set.name,
         .text = fmt::format("{} {}: cannot stand: {}", target.account, target.region,
                             diagnostics.sorted().front().message),
         .source = set.source});
    return;
  }
  cfn.adopt(std::move(stood));
  Stack& stack = *cfn.find(target, id);
  stack.stack_set = set.name;
  stack.spec = std::move(spec);
  stack.caller = executor(set, target);
  instance.stack_id = id;
  instance.status = "CURRENT";
  instance.detailed = "SUCCEEDED";
  instance.version = set.version;
}

void follow_organization(CloudFormation& cfn, const CallRecord& call) {
  if (call.service != "organizations" || call.read_only || !call.answer) return;
  for (const auto& [key, set] : cfn.sets)
    if (set->auto_deployment && set->status == "ACTIVE") follow(cfn, *set);
}

ApiResult<Created> create_stack_set_resource(CloudFormation& cfn, const ResourceRequest& request) {
  Json asked = request.properties;
  if (!asked.contains("StackSetName"))
    asked["StackSetName"] = cfn.cloud.next_id(request.stack + "-" + request.logical_id + "-");
  auto made = make_set(cfn, request.place, asked);
  if (!made) return made.error();
  StackSet& set = **made;
  set.source = request.source;
  if (const Json& written = input::member(request.properties, "OperationPreferences");
      written.is_object())
    set.written_preferences = written;
  std::vector<DeploymentTargets> groups = groups_of(request.properties);
  if (cfn.sim().now() == cfn.sim().start()) {
    cfn.sim().spawn(stand_up_later(cfn, set, std::move(groups)));
  } else if (!groups.empty()) {
    auto preferences = read_preferences(input::member(request.properties, "OperationPreferences"));
    if (!preferences) return preferences.error();
    NewOperation operation{"CREATE", add_groups(cfn, set, groups), std::move(*preferences), false,
                           ""};
    auto begun = begin_operation(cfn, set, std::move(operation));
    if (!begun) return begun.error();
  }
  return Created{.physical_id = set.id, .arn = set.arn, .attributes = {{"StackSetId", set.id}}};
}

/// A handle's URL is what `cfn-signal` is told; conditions wait in signals.cpp.
ApiResult<Created> create_wait_handle(CloudFormation& cfn, const ResourceRequest& request) {
  const std::string url = fmt::format("https://cloudformation-waitcondition-{}.s3.amazonaws.com/{}",
                                      request.place.region, cfn.cloud.next_uuid("wait condition"));
  return Created{.physical_id = url, .arn = "", .attributes = Json::object()};
}
ApiResult<Created> create_wait_condition(CloudFormation& cfn, const ResourceRequest& request) {
  const std::string id =
      arn(request.place, "cloudformation",
          fmt::format("stack/{}/{}/{}", request.stack, cfn.cloud.next_uuid("wait condition"),
                      request.logical_id));
  return Created{.physical_id = id, .arn = "", .attributes = {{"Data", "{}"}}};
}

}  // namespace opsim::cloudformation
