// Calls that make, change and take away stack sets and their instances.
// AWS: CloudFormation API reference, the page of each operation.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/operations.hpp"
#include "models/cloudformation/stack_set_work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr std::size_t kMostSets = 1000;          // quota: stack sets of an administrator account
constexpr std::size_t kMostInstances = 100'000;  // quota: instances of a stack set

bool is_set_name(std::string_view name) {
  if (name.empty() || name.size() > 128) return false;
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  return letter(name.front()) && std::ranges::all_of(name, [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '-';
         });
}

ApiResult<StackSet*> named_set(CloudFormation& cfn, const Request& request) {
  const std::string name = input::text(request.input, "StackSetName");
  StackSet* set = find_set(cfn, request.place(), name);
  if (set == nullptr || set->status == "DELETED") return no_such_set(name);
  return set;
}

/// Targets that are, or (`wanted` false) are not, instances of the set yet.
std::vector<Place> only(const StackSet& set, std::vector<Place> targets, bool wanted) {
  std::erase_if(targets, [&](const Place& one) { return set.instances.contains(one) != wanted; });
  return targets;
}

std::vector<Place> all_places(const StackSet& set) {
  std::vector<Place> places;
  for (const auto& [place, instance] : set.instances)
    if (instance.status != "INOPERABLE") places.push_back(place);
  return places;
}

std::optional<ApiError> check_targets(const StackSet& set, const DeploymentTargets& targets) {
  if (set.service_managed && targets.units.empty())
    return validation_error("OrganizationalUnitIds are required");
  if (!set.service_managed && !targets.units.empty())
    return validation_error(
        "StackSets with SELF_MANAGED permission model can only have Accounts as target");
  if (targets.units.empty() && targets.accounts.empty())
    return validation_error("Either Accounts or DeploymentTargets must be specified");
  if (targets.regions.empty()) return validation_error("Regions are required");
  return std::nullopt;
}

std::map<std::string, std::string> read_overrides(const Json& input) {
  std::map<std::string, std::string> overrides;
  const Json& written = input::member(input, "ParameterOverrides");
  if (written.is_array())
    for (const Json& one : written)
      overrides[input::text(one, "ParameterKey")] = input::text(one, "ParameterValue");
  return overrides;
}

void remember_units(StackSet& set, const DeploymentTargets& targets) {
  const auto add = [](std::vector<std::string>& to, const std::vector<std::string>& more) {
    for (const std::string& one : more)
      if (std::ranges::find(to, one) == to.end()) to.push_back(one);
  };
  if (targets.units.empty()) return;
  add(set.units, targets.units);
  add(set.regions, targets.regions);
}

ApiResult<Json> begin(CloudFormation& cfn, StackSet& set, const Request& request,
                      std::string action, std::vector<Place> targets) {
  auto preferences = read_preferences(input::member(request.input, "OperationPreferences"));
  if (!preferences) return preferences.error();
  NewOperation asked{std::move(action), std::move(targets), std::move(*preferences),
                     input::boolean(request.input, "RetainStacks").value_or(false),
                     input::text(request.input, "OperationId")};
  auto operation = begin_operation(cfn, set, std::move(asked));
  if (!operation) return operation.error();
  return Json{{"OperationId", (*operation)->id}};
}

}  // namespace

StackSet* find_set(CloudFormation& cfn, const Place& home, std::string_view name_or_id) {
  for (const auto& [key, set] : cfn.sets)
    if (set->home == home &&
        (set->name == name_or_id || set->id == name_or_id || set->arn == name_or_id))
      return set.get();
  return nullptr;
}

ApiError no_such_set(std::string_view name) {
  return {"StackSetNotFoundException", fmt::format("StackSet {} not found", name), 404};
}

ApiResult<StackSet*> make_set(CloudFormation& cfn, const Place& home, const Json& input) {
  const std::string name = input::text(input, "StackSetName");
  if (!is_set_name(name))
    return validation_error(fmt::format(
        "1 validation error detected: Value '{}' at 'stackSetName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
        name));
  if (StackSet* known = find_set(cfn, home, name); known != nullptr && known->status != "DELETED")
    return ApiError{"NameAlreadyExistsException",
                    fmt::format("The name {} is already in use by another StackSet", name), 409};
  Json asked = input;
  asked["StackName"] = name;
  auto spec = read_stack_spec(cfn, home, asked, nullptr);
  if (!spec) return spec.error();
  if (cfn.sets.size() >= kMostSets)
    return ApiError{"LimitExceededException", "The quota for stack sets has been reached", 400};
  auto made = std::make_unique<StackSet>();
  made->name = name;
  made->home = home;
  made->id = fmt::format("{}:{}", name, cfn.cloud.next_uuid("stack set"));
  made->arn = arn(home, "cloudformation", "stackset/" + made->id);
  made->spec = std::move(*spec);
  made->description = input::text(input, "Description");
  made->service_managed = input::text(input, "PermissionModel") == "SERVICE_MANAGED";
  made->administration_role = input::text(input, "AdministrationRoleARN");
  if (made->administration_role.empty())
    made->administration_role =
        fmt::format("arn:{}:iam::{}:role/AWSCloudFormationStackSetAdministrationRole",
                    partition_of(home.region), home.account);
  if (const std::string role = input::text(input, "ExecutionRoleName"); !role.empty())
    made->execution_role = role;
  const Json& automatic = input::member(input, "AutoDeployment");
  made->auto_deployment = input::boolean(automatic, "Enabled").value_or(false);
  made->retain_on_removal =
      input::boolean(automatic, "RetainStacksOnAccountRemoval").value_or(false);
  if (made->auto_deployment && !made->service_managed)
    return validation_error("AutoDeployment can only be enabled with SERVICE_MANAGED permissions");
  StackSet& set = *made;
  cfn.sets[home.account + "/" + set.id] = std::move(made);
  return &set;
}

std::optional<ApiError> change_set_spec(CloudFormation& cfn, StackSet& set, const Json& input) {
  Stack before{cfn.sim()};
  before.name = set.name;
  before.spec = set.spec;
  Json asked = input;
  if (!asked.contains("TemplateBody") && !asked.contains("TemplateURL"))
    asked["UsePreviousTemplate"] = true;
  // "If you don't specify a parameter, its value stays as it is".
  if (!asked.contains("Capabilities")) asked["Capabilities"] = set.spec.capabilities;
  auto spec = read_stack_spec(cfn, set.home, asked, &before);
  if (!spec) return spec.error();
  for (const auto& [key, value] : set.spec.parameters)
    if (spec->text->parameter(key) != nullptr) spec->parameters.try_emplace(key, value);
  set.spec = std::move(*spec);
  if (const std::string text = input::text(input, "Description"); !text.empty())
    set.description = text;
  const Json& automatic = input::member(input, "AutoDeployment");
  if (!automatic.is_null())
    set.auto_deployment = input::boolean(automatic, "Enabled").value_or(false);
  ++set.version;
  for (auto& [place, instance] : set.instances)
    if (instance.status == "CURRENT") instance.status = "OUTDATED";
  return std::nullopt;
}

ApiResult<Json> create_stack_set(CloudFormation& cfn, const Request& request) {
  auto set = make_set(cfn, request.place(), request.input);
  if (!set) return set.error();
  return Json{{"StackSetId", (*set)->id}};
}

ApiResult<Json> update_stack_set(CloudFormation& cfn, const Request& request) {
  auto set = named_set(cfn, request);
  if (!set) return set.error();
  for (const auto& other : (*set)->operations)
    if (!other->ended)
      return ApiError{"OperationInProgressException",
                      fmt::format("Another Operation on StackSet {} is in progress: {}",
                                  (*set)->arn, other->id),
                      409};
  auto preferences = read_preferences(input::member(request.input, "OperationPreferences"));
  if (!preferences) return preferences.error();
  if (auto wrong = change_set_spec(cfn, **set, request.input)) return *std::move(wrong);
  const DeploymentTargets targets = read_targets(request.input);
  const bool some = !targets.accounts.empty() || !targets.units.empty();
  return begin(cfn, **set, request, "UPDATE",
               some ? only(**set, places_of(cfn, **set, targets), true) : all_places(**set));
}

ApiResult<Json> delete_stack_set(CloudFormation& cfn, const Request& request) {
  auto set = named_set(cfn, request);
  if (!set) return set.error();
  if (!(*set)->instances.empty())
    return ApiError{"StackSetNotEmptyException", "StackSet is not empty", 409};
  (*set)->status = "DELETED";
  return Json::object();
}

ApiResult<Json> create_stack_instances(CloudFormation& cfn, const Request& request) {
  auto set = named_set(cfn, request);
  if (!set) return set.error();
  const DeploymentTargets targets = read_targets(request.input);
  if (auto wrong = check_targets(**set, targets)) return *std::move(wrong);
  remember_units(**set, targets);
  const std::vector<Place> places = places_of(cfn, **set, targets);
  if ((*set)->instances.size() + places.size() > kMostInstances)
    return ApiError{"LimitExceededException", "The quota for stack instances has been reached",
                    400};
  const auto overrides = read_overrides(request.input);
  const auto units = accounts_of_units(cfn, **set, targets.units);
  for (const Place& place : places) {
    StackInstance& instance = (*set)->instances[place];
    instance.target = place;
    if (!overrides.empty()) instance.overrides = overrides;
    if (const auto unit = units.find(place.account); unit != units.end())
      instance.unit = unit->second;
  }
  return begin(cfn, **set, request, "CREATE", places);
}

ApiResult<Json> update_stack_instances(CloudFormation& cfn, const Request& request) {
  auto set = named_set(cfn, request);
  if (!set) return set.error();
  const DeploymentTargets targets = read_targets(request.input);
  if (auto wrong = check_targets(**set, targets)) return *std::move(wrong);
  const std::vector<Place> places = only(**set, places_of(cfn, **set, targets), true);
  for (const Place& place : places)
    (*set)->instances[place].overrides = read_overrides(request.input);
  return begin(cfn, **set, request, "UPDATE", places);
}

ApiResult<Json> delete_stack_instances(CloudFormation& cfn, const Request& request) {
  auto set = named_set(cfn, request);
  if (!set) return set.error();
  const DeploymentTargets targets = read_targets(request.input);
  if (auto wrong = check_targets(**set, targets)) return *std::move(wrong);
  if (input::member(request.input, "RetainStacks").is_null())
    return validation_error("RetainStacks is required");
  return begin(cfn, **set, request, "DELETE", only(**set, places_of(cfn, **set, targets), true));
}

ApiResult<Json> detect_stack_set_drift(CloudFormation& cfn, const Request& request) {
  auto set = named_set(cfn, request);
  if (!set) return set.error();
  return begin(cfn, **set, request, "DETECT_DRIFT", all_places(**set));
}

ApiResult<Json> stop_stack_set_operation(CloudFormation& cfn, const Request& request) {
  auto set = named_set(cfn, request);
  if (!set) return set.error();
  const std::string id = input::text(request.input, "OperationId");
  for (const auto& operation : (*set)->operations) {
    if (operation->id != id) continue;
    if (operation->status != "RUNNING")
      return ApiError{"InvalidOperationException",
                      fmt::format("Operation {} is in status: {}", id, operation->status)};
    operation->status = "STOPPING";
    operation->stopping = true;
    return Json::object();
  }
  return ApiError{"OperationNotFoundException", fmt::format("Operation {} not found", id), 404};
}

}  // namespace opsim::cloudformation
