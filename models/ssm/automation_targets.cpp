// The targets of an automation: Targets, TargetMaps, TargetLocations.
// AWS: Systems Manager API Reference, StartAutomationExecution, TargetLocation; User Guide, "Run
// automations with targets and rate controls", "Running automations in multiple AWS Regions and
// accounts" (the role in each account is AWS-SystemsManager-AutomationExecutionRole unless another
// is named; TargetLocationMaxConcurrency 1, TargetLocationMaxErrors 0; what a location says of its
// own targets comes before what the request says).
// SIMPLIFIED: a tag finds instances where any has it, else resources of any type that have it, not
// the document's TargetType; a resource group is a resource of the world that has members.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/ssm/branch.hpp"
#include "models/ssm/instances.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"
#include "models/ssm/start.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kConcurrencyPattern = "^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$";
constexpr std::string_view kErrorsPattern = "^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$";
constexpr std::string_view kDefaultLocationRole = "AWS-SystemsManager-AutomationExecutionRole";
constexpr std::size_t kMostMaps = 300;       // API Reference: TargetMaps, array members
constexpr std::size_t kMostLocations = 100;  // API Reference: TargetLocations, array members

ApiError refuse_targets(std::string message) { return {"InvalidTarget", std::move(message)}; }

/// "maxErrors" and "maxConcurrency" as AWS checks them: nothing below one runs at a time.
std::optional<ApiError> read_rate(const Json& input, std::string_view member, bool zero_is_fine,
                                  RateLimit& limit) {
  const std::string text = opsim::input::text(input, member);
  if (text.empty()) return std::nullopt;
  const std::optional<RateLimit> read = RateLimit::parse(text);
  if (read && (zero_is_fine || read->value > 0)) {
    limit = *read;
    return std::nullopt;
  }
  std::string name{member};
  name[0] = static_cast<char>(name[0] | 0x20);
  return ApiError{"ValidationException",
                  fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy "
                              "constraint: Member must satisfy regular expression pattern: {}",
                              text, name, zero_is_fine ? kErrorsPattern : kConcurrencyPattern)};
}

bool has_tag(const std::map<std::string, std::string>& tags, std::string_view key,
             const std::vector<std::string>& values) {
  const auto tag = tags.find(std::string{key});
  return tag != tags.end() && std::ranges::find(values, tag->second) != values.end();
}

std::vector<std::string> living(const std::vector<InstanceLook>& instances) {
  std::vector<std::string> found;
  for (const InstanceLook& instance : instances)
    if (instance.state != "terminated" && instance.state != "shutting-down")
      found.push_back(instance.id);
  return found;
}

/// Instances with the tag, else whatever else has it.
std::vector<std::string> tagged(Ssm& ssm, const Place& place, const std::string& key,
                                const std::vector<std::string>& values) {
  const Json filters = Json::array({Json{{"Name", key}, {"Values", values}}});
  std::vector<std::string> found = living(look_at_instances(ssm, place, filters));
  if (!found.empty()) return found;
  std::set<std::string> seen;
  for (const std::string& name : ssm.cloud.resources().names()) {
    const Resource* resource = ssm.cloud.resources().find(name);
    if (resource == nullptr || resource->place != place) continue;
    if (!has_tag(resource->tags, std::string_view{key}.substr(4), values)) continue;
    if (seen.insert(resource->physical_id).second) found.push_back(resource->physical_id);
  }
  return found;
}

ApiResult<std::vector<std::string>> found_by(Ssm& ssm, const Place& place, const Json& target) {
  const std::string key = opsim::input::text(target, "Key");
  const std::vector<std::string> values = opsim::input::texts(target, "Values");
  const bool names_instances = same_ignoring_case(key, "InstanceIds");
  // API Reference, Target: all instances of the Region.
  if ((names_instances || key == "AWS::EC2::Instance") && values == std::vector<std::string>{"*"})
    return living(look_at_instances(ssm, place, Json::array()));
  if (key == "ParameterValues" || names_instances) return values;
  if (key.starts_with("tag:")) return tagged(ssm, place, key, values);
  if (key == "tag-key")
    return living(
        look_at_instances(ssm, place, Json::array({Json{{"Name", key}, {"Values", values}}})));
  if (key != "ResourceGroup")
    return refuse_targets(
        fmt::format("targets by {} are not simulated; ParameterValues, tag:<name>, tag-key, "
                    "ResourceGroup and InstanceIds are",
                    opsim::quoted(key)));
  return members_of_groups(ssm, values);
}

/// What every one of Targets finds.
ApiResult<std::vector<std::string>> targets_in(Ssm& ssm, const Place& place, const Json& targets) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    ApiResult<std::vector<std::string>> one = found_by(ssm, place, targets[i]);
    if (!one) return one.error();
    if (i == 0) {
      found = std::move(*one);
      continue;
    }
    std::erase_if(found,
                  [&](const std::string& id) { return std::ranges::find(*one, id) == one->end(); });
  }
  return found;
}

/// The value of the parameter that takes a target.
Json value_for(const ParameterSpec& parameter, const std::string& target) {
  return parameter.type == ParameterType::string_list ? Json::array({target}) : Json(target);
}

ApiResult<SpreadGroup> over_targets(Ssm& ssm, const Place& place, const Json& input,
                                    const DocumentSpec& document) {
  const std::string name = opsim::input::text(input, "TargetParameterName");
  const std::vector<std::string>& names = document.names.parameters;
  const auto at = std::ranges::find(names, name);
  if (at == names.end())
    return refuse_targets(fmt::format("TargetParameterName {} is no parameter of the document{}",
                                      opsim::quoted(name), did_you_mean(name, names)));
  ApiResult<std::vector<std::string>> targets =
      targets_in(ssm, place, list_member(input, "Targets"));
  if (!targets) return targets.error();
  const auto index = static_cast<std::size_t>(at - names.begin());
  SpreadGroup group;
  for (std::string& target : *targets) {
    Json value = value_for(document.parameters[index], target);
    group.items.push_back({std::move(target), {{index, std::move(value)}}, {}, "", ""});
  }
  return group;
}

/// Each map is one execution: {"InstanceId": ["i-1"], "Size": ["t3.large"]}.
ApiResult<SpreadGroup> over_maps(const Json& maps, const DocumentSpec& document) {
  SpreadGroup group;
  if (maps.size() > kMostMaps) return refuse_targets("TargetMaps: more than 300");
  for (const Json& map : maps) {
    SpreadItem item;
    if (!map.is_object()) return refuse_targets("TargetMaps must map parameters to lists of texts");
    for (const auto& [name, values] : map.items()) {
      const std::vector<std::string>& names = document.names.parameters;
      const auto at = std::ranges::find(names, name);
      if (at == names.end())
        return refuse_targets(fmt::format("TargetMaps: {} is no parameter of the document{}",
                                          opsim::quoted(name), did_you_mean(name, names)));
      const auto index = static_cast<std::size_t>(at - names.begin());
      const Json given{{name, values}};
      ApiResult<std::vector<Json>> bound =
          bind_parameters({&document.parameters[index], 1}, given, "InvalidTarget");
      if (!bound) return bound.error();
      if (item.target.empty()) item.target = text_of((*bound)[0]);
      item.values.emplace_back(index, std::move((*bound)[0]));
    }
    group.items.push_back(std::move(item));
  }
  return group;
}

/// The active accounts of an organizational unit, or one account.
void add_accounts(Ssm& ssm, const Place& here, const std::string& named, bool with_units,
                  std::vector<std::string>& accounts) {
  if (!named.starts_with("ou-") && !named.starts_with("r-")) {
    if (std::ranges::find(accounts, named) == accounts.end()) accounts.push_back(named);
    return;
  }
  const Json input{{"ParentId", named}};
  const auto members = ssm.cloud.inspect(here, "organizations", "ListAccountsForParent", input);
  if (members)
    for (const Json& account : list_member(*members, "Accounts"))
      if (opsim::input::text(account, "Status") == "ACTIVE")
        add_accounts(ssm, here, opsim::input::text(account, "Id"), with_units, accounts);
  if (!with_units) return;
  const auto units =
      ssm.cloud.inspect(here, "organizations", "ListOrganizationalUnitsForParent", input);
  if (!units) return;
  for (const Json& unit : list_member(*units, "OrganizationalUnits"))
    add_accounts(ssm, here, opsim::input::text(unit, "Id"), with_units, accounts);
}

/// Accounts without ExcludeAccounts; both may name units.
std::vector<std::string> accounts_of(Ssm& ssm, const Json& location, const Place& here) {
  std::vector<std::string> named = opsim::input::texts(location, "Accounts");
  if (named.empty()) named.push_back(here.account);
  const bool with_units =
      opsim::input::boolean(location, "IncludeChildOrganizationUnits").value_or(false);
  std::vector<std::string> accounts;
  for (const std::string& account : named) add_accounts(ssm, here, account, with_units, accounts);
  std::vector<std::string> excluded;
  for (const std::string& account : opsim::input::texts(location, "ExcludeAccounts"))
    add_accounts(ssm, here, account, true, excluded);
  std::erase_if(accounts, [&](const std::string& account) {
    return std::ranges::find(excluded, account) != excluded.end();
  });
  return accounts;
}

/// What a location says of its targets, under the names that StartAutomationExecution has for it.
constexpr std::pair<std::string_view, const char*> kOwnMembers[] = {
    {"TargetLocationAlarmConfiguration", "AlarmConfiguration"},
    {"Targets", "Targets"},
    {"TargetsMaxConcurrency", "MaxConcurrency"},
    {"TargetsMaxErrors", "MaxErrors"},
};

ApiResult<SpreadGroup> over_location(Ssm& ssm, const Json& location, const Place& here) {
  SpreadGroup group;
  group.max_concurrency = {1, false};
  const bool wrong_type = !location.is_object();
  if (wrong_type) return refuse_targets("TargetLocations must be a list of mappings");
  if (auto wrong =
          read_rate(location, "TargetLocationMaxConcurrency", false, group.max_concurrency))
    return *wrong;
  if (auto wrong = read_rate(location, "TargetLocationMaxErrors", true, group.max_errors))
    return *wrong;
  RateLimit unused;
  if (auto wrong = read_rate(location, "TargetsMaxConcurrency", false, unused)) return *wrong;
  if (auto wrong = read_rate(location, "TargetsMaxErrors", true, unused)) return *wrong;
  Json own = Json::object();
  for (const auto& [member, name] : kOwnMembers)
    if (const auto given = location.find(member); given != location.end()) own[name] = *given;
  std::vector<std::string> regions = opsim::input::texts(location, "Regions");
  if (regions.empty()) regions.push_back(here.region);
  std::string role = opsim::input::text(location, "ExecutionRoleName");
  if (role.empty()) role = kDefaultLocationRole;
  for (const std::string& account : accounts_of(ssm, location, here))
    for (const std::string& region : regions)
      group.items.push_back(
          {fmt::format("{}/{}", account, region), {}, Place{account, region}, role, "", own});
  return group;
}

ApiResult<Spread> over_locations(Ssm& ssm, const Json& input, const Place& here) {
  Spread spread;
  spread.over = Spread::Over::locations;
  const Json& locations = list_member(input, "TargetLocations");
  if (locations.size() > kMostLocations) return refuse_targets("TargetLocations: more than 100");
  for (const Json& location : locations) {
    ApiResult<SpreadGroup> group = over_location(ssm, location, here);
    if (!group) return group.error();
    spread.groups.push_back(std::move(*group));
  }
  spread.location_input = input;
  spread.location_input.erase("TargetLocations");
  return spread;
}

}  // namespace

ApiResult<std::vector<std::string>> members_of_groups(Ssm& ssm,
                                                      const std::vector<std::string>& groups) {
  std::vector<std::string> members;
  for (const std::string& group : groups) {
    if (ssm.cloud.resources().find(group) == nullptr)
      return refuse_targets(fmt::format("the resource group {} does not exist{}", group,
                                        did_you_mean(group, ssm.cloud.resources().names())));
    for (std::string& member : ssm.cloud.members(group)) members.push_back(std::move(member));
  }
  return members;
}

bool has_targets(const Json& input) {
  return !list_member(input, "Targets").empty() || !list_member(input, "TargetMaps").empty() ||
         !list_member(input, "TargetLocations").empty();
}

ApiResult<Spread> read_spread(Ssm& ssm, const Place& place, const Json& input,
                              const DocumentSpec& document) {
  if (!list_member(input, "TargetLocations").empty()) return over_locations(ssm, input, place);
  const Json& maps = list_member(input, "TargetMaps");
  if (!maps.empty() && !list_member(input, "Targets").empty())
    return refuse_targets("Targets and TargetMaps can't be specified together");
  Spread spread;
  spread.over = maps.empty() ? Spread::Over::targets : Spread::Over::maps;
  spread.parameter = opsim::input::text(input, "TargetParameterName");
  ApiResult<SpreadGroup> group =
      maps.empty() ? over_targets(ssm, place, input, document) : over_maps(maps, document);
  if (!group) return group.error();
  if (auto wrong = read_rate(input, "MaxConcurrency", false, group->max_concurrency)) return *wrong;
  if (auto wrong = read_rate(input, "MaxErrors", true, group->max_errors)) return *wrong;
  spread.groups.push_back(std::move(*group));
  return spread;
}

}  // namespace opsim::ssm
