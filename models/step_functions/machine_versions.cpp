// SIMPLIFIED: lists come in one page; a deleted version that executions still run is gone at once.
#include "models/step_functions/machine_versions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

constexpr std::size_t kMostVersions = 1'000;  // quotas
constexpr std::size_t kMostAliases = 100;

ApiError missing_machine(std::string_view arn) {
  return {"StateMachineDoesNotExist", fmt::format("State Machine Does Not Exist: '{}'", arn)};
}
ApiError no_resource(std::string_view arn) {
  return {"ResourceNotFound", fmt::format("Resource not found: '{}'", arn)};
}
ApiError invalid(std::string message) { return {"ValidationException", std::move(message)}; }

bool alias_name(std::string_view name) {
  const bool digits = std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
  return !name.empty() && name.size() <= 80 && !digits && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

/// "…:stateMachine:name" and what stands behind it.
std::pair<std::string_view, std::string_view> split_arn(std::string_view arn) {
  const auto last = arn.rfind(':');
  if (last == std::string_view::npos) return {arn, {}};
  return {arn.substr(0, last), arn.substr(last + 1)};
}

const MachineVersion* version_by_arn(const StateMachine& machine, std::string_view arn) {
  for (const auto& [number, version] : machine.versions)
    if (version.arn == arn) return &version;
  return nullptr;
}

/// [{stateMachineVersionArn, weight}]: one or two versions of one machine, together 100.
ApiResult<std::vector<AliasRoute>> read_routes(StepFunctions& states, const Json& list,
                                               StateMachine*& machine) {
  if (!list.is_array() || list.empty() || list.size() > 2)
    return invalid("The routing configuration must have one or two state machine versions");
  std::vector<AliasRoute> routes;
  std::int64_t sum = 0;
  for (const Json& item : list) {
    AliasRoute route{input::text(item, "stateMachineVersionArn"),
                     input::integer(item, "weight").value_or(-1)};
    const auto [machine_arn, number] = split_arn(route.version_arn);
    const auto found = states.machines.find(machine_arn);
    if (found == states.machines.end() ||
        version_by_arn(found->second, route.version_arn) == nullptr)
      return no_resource(route.version_arn);
    if (machine != nullptr && machine != &found->second)
      return invalid("The versions of an alias must belong to the same state machine");
    machine = &found->second;
    if (route.weight < 0 || route.weight > 100)
      return invalid("The weight of a version must be from 0 to 100");
    if (!routes.empty() && routes.front().version_arn == route.version_arn)
      return invalid("The versions of an alias must differ");
    sum += route.weight;
    routes.push_back(std::move(route));
  }
  if (sum != 100) return invalid("Sum of routing configuration weights must equal 100");
  return routes;
}

Json shown_alias(const MachineAlias& alias) {
  Json routes = Json::array();
  for (const AliasRoute& route : alias.routes)
    routes.push_back({{"stateMachineVersionArn", route.version_arn}, {"weight", route.weight}});
  return {{"stateMachineAliasArn", alias.arn},      {"name", alias.name},
          {"description", alias.description},       {"routingConfiguration", std::move(routes)},
          {"creationDate", iso8601(alias.created)}, {"updateDate", iso8601(alias.updated)}};
}

MachineAlias* alias_asked_for(StepFunctions& states, const Json& input, StateMachine*& machine) {
  const std::string arn = input::text(input, "stateMachineAliasArn");
  const auto [machine_arn, name] = split_arn(arn);
  const auto found = states.machines.find(machine_arn);
  if (found == states.machines.end()) return nullptr;
  machine = &found->second;
  const auto alias = machine->aliases.find(name);
  return alias == machine->aliases.end() ? nullptr : &alias->second;
}

ApiResult<MachineAlias*> make_alias(StepFunctions& states, std::string name,
                                    std::string description, const Json& routing) {
  if (!alias_name(name)) return invalid(fmt::format("Invalid alias name: '{}'", name));
  StateMachine* machine = nullptr;
  ApiResult<std::vector<AliasRoute>> routes = read_routes(states, routing, machine);
  if (!routes) return routes.error();
  if (machine->aliases.size() >= kMostAliases)
    return ApiError{"ServiceQuotaExceededException",
                    "The maximum number of aliases of a state machine is reached"};
  const auto [kept, fresh] = machine->aliases.try_emplace(name);
  MachineAlias& alias = kept->second;
  if (!fresh) {
    // "CreateStateMachineAlias is an idempotent API."
    const bool same = alias.description == description &&
                      std::ranges::equal(alias.routes, *routes, {}, &AliasRoute::version_arn,
                                         &AliasRoute::version_arn);
    if (same) return &alias;
    return ApiError{"ConflictException",
                    fmt::format("State Machine Alias already exists: '{}'", alias.arn)};
  }
  alias.arn = fmt::format("{}:{}", machine->arn, name);
  alias.name = std::move(name);
  alias.description = std::move(description);
  alias.routes = *std::move(routes);
  alias.created = alias.updated = states.cloud.sim().now();
  return &alias;
}

}  // namespace

std::optional<Startable> startable(StepFunctions& states, std::string_view arn) {
  if (const auto whole = states.machines.find(arn); whole != states.machines.end())
    return Startable{&whole->second};
  const auto [machine_arn, qualifier] = split_arn(arn);
  const auto found = states.machines.find(machine_arn);
  if (found == states.machines.end()) return std::nullopt;
  StateMachine& machine = found->second;
  if (const MachineVersion* version = version_by_arn(machine, arn))
    return Startable{&machine, version};
  const auto alias = machine.aliases.find(qualifier);
  if (alias == machine.aliases.end()) return std::nullopt;
  const std::vector<AliasRoute>& routes = alias->second.routes;
  std::size_t chosen = 0;
  if (routes.size() == 2) {
    Stream& luck = states.cloud.sim().random(fmt::format("states.alias.{}", alias->second.arn));
    if (!luck.chance(static_cast<double>(routes[0].weight) / 100)) chosen = 1;
  }
  const MachineVersion* version = version_by_arn(machine, routes[chosen].version_arn);
  if (version == nullptr) return std::nullopt;
  return Startable{&machine, version, &alias->second};
}

// "If the state machine has not changed since the last version, its ARN is answered"
// (PublishStateMachineVersion: idempotent).
const MachineVersion& publish_version(StepFunctions& states, StateMachine& machine,
                                      std::string description) {
  if (!machine.versions.empty()) {
    const MachineVersion& last = machine.versions.rbegin()->second;
    if (last.definition == machine.definition && last.role_arn == machine.role_arn) return last;
  }
  const std::int64_t number = machine.next_version++;
  MachineVersion& made = machine.versions[number];
  made.arn = fmt::format("{}:{}", machine.arn, number);
  made.definition = machine.definition;
  made.workflow = machine.workflow;
  made.role_arn = machine.role_arn;
  made.description = std::move(description);
  made.revision_id = machine.revision_id;
  made.created = states.cloud.sim().now();
  return made;
}

ApiResult<Execution*> begin_by_arn(StepFunctions& states, std::string_view arn, StartSpec spec) {
  const std::optional<Startable> found = startable(states, arn);
  if (!found) return missing_machine(arn);
  if (found->version != nullptr) {
    spec.workflow = found->version->workflow;
    spec.role_arn = found->version->role_arn;
    spec.version_arn = found->version->arn;
  }
  if (found->alias != nullptr) spec.alias_arn = found->alias->arn;
  return begin_execution(states, *found->machine, std::move(spec));
}

ApiResult<Json> publish_state_machine_version(StepFunctions& states, const Request& request) {
  const std::string machine_arn = input::text(request.input, "stateMachineArn");
  const auto at = states.machines.find(machine_arn);
  if (at == states.machines.end()) return missing_machine(machine_arn);
  StateMachine& machine = at->second;
  const std::string revision = input::text(request.input, "revisionId");
  if (!revision.empty() && revision != machine.revision_id)
    return ApiError{"ConflictException",
                    "Failed to publish the State Machine version for revision. The current State "
                    "Machine revision is different."};
  if (machine.versions.size() >= kMostVersions)
    return ApiError{"ServiceQuotaExceededException",
                    "The maximum number of versions of a state machine is reached"};
  const MachineVersion& made =
      publish_version(states, machine, input::text(request.input, "description"));
  return Json{{"stateMachineVersionArn", made.arn}, {"creationDate", iso8601(made.created)}};
}

ApiResult<Json> list_state_machine_versions(StepFunctions& states, const Request& request) {
  const std::string machine_arn = input::text(request.input, "stateMachineArn");
  const auto at = states.machines.find(machine_arn);
  if (at == states.machines.end()) return missing_machine(machine_arn);
  Json list = Json::array();
  // "in descending order of the version creation time"
  for (auto version = at->second.versions.rbegin(); version != at->second.versions.rend();
       ++version)
    list.push_back({{"stateMachineVersionArn", version->second.arn},
                    {"creationDate", iso8601(version->second.created)}});
  return Json{{"stateMachineVersions", std::move(list)}};
}

ApiResult<Json> delete_state_machine_version(StepFunctions& states, const Request& request) {
  const std::string arn = input::text(request.input, "stateMachineVersionArn");
  const auto [machine_arn, number] = split_arn(arn);
  const auto found = states.machines.find(machine_arn);
  if (found == states.machines.end()) return Json::object();
  for (const auto& [name, alias] : found->second.aliases)
    if (std::ranges::count(alias.routes, arn, &AliasRoute::version_arn) > 0)
      return ApiError{"ConflictException",
                      fmt::format("Version to be deleted must not be referenced by an alias. "
                                  "Current list of aliases referencing this version: [{}]",
                                  name)};
  std::erase_if(found->second.versions, [&](const auto& row) { return row.second.arn == arn; });
  return Json::object();
}

ApiResult<Json> create_state_machine_alias(StepFunctions& states, const Request& request) {
  const ApiResult<MachineAlias*> made = make_alias(
      states, input::text(request.input, "name"), input::text(request.input, "description"),
      input::member(request.input, "routingConfiguration"));
  if (!made) return made.error();
  return Json{{"stateMachineAliasArn", (*made)->arn}, {"creationDate", iso8601((*made)->created)}};
}

ApiResult<Json> describe_state_machine_alias(StepFunctions& states, const Request& request) {
  StateMachine* machine = nullptr;
  const MachineAlias* alias = alias_asked_for(states, request.input, machine);
  if (alias == nullptr) return no_resource(input::text(request.input, "stateMachineAliasArn"));
  return shown_alias(*alias);
}

ApiResult<Json> update_state_machine_alias(StepFunctions& states, const Request& request) {
  StateMachine* machine = nullptr;
  MachineAlias* alias = alias_asked_for(states, request.input, machine);
  if (alias == nullptr) return no_resource(input::text(request.input, "stateMachineAliasArn"));
  const Json& routing = input::member(request.input, "routingConfiguration");
  if (!routing.is_null()) {
    ApiResult<std::vector<AliasRoute>> routes = read_routes(states, routing, machine);
    if (!routes) return routes.error();
    alias->routes = *std::move(routes);
  }
  if (!input::member(request.input, "description").is_null())
    alias->description = input::text(request.input, "description");
  alias->updated = states.cloud.sim().now();
  return Json{{"updateDate", iso8601(alias->updated)}};
}

ApiResult<Json> delete_state_machine_alias(StepFunctions& states, const Request& request) {
  StateMachine* machine = nullptr;
  const MachineAlias* alias = alias_asked_for(states, request.input, machine);
  if (alias == nullptr) return no_resource(input::text(request.input, "stateMachineAliasArn"));
  const std::string name = alias->name;
  machine->aliases.erase(name);
  return Json::object();
}

ApiResult<Json> list_state_machine_aliases(StepFunctions& states, const Request& request) {
  const std::string arn = input::text(request.input, "stateMachineArn");
  const std::optional<Startable> found = startable(states, arn);
  if (!found) return missing_machine(arn);
  Json list = Json::array();
  for (const auto& [name, alias] : found->machine->aliases)
    if (found->version == nullptr ||
        std::ranges::count(alias.routes, found->version->arn, &AliasRoute::version_arn) > 0)
      list.push_back(
          {{"stateMachineAliasArn", alias.arn}, {"creationDate", iso8601(alias.created)}});
  return Json{{"stateMachineAliases", std::move(list)}};
}

ApiResult<Created> create_version_resource(StepFunctions& states, const ResourceRequest& request) {
  const std::string arn = input::text(request.properties, "StateMachineArn");
  const auto at = states.machines.find(arn);
  if (at == states.machines.end()) return missing_machine(arn);
  const MachineVersion& made =
      publish_version(states, at->second, input::text(request.properties, "Description"));
  return Created{made.arn, made.arn, {{"Arn", made.arn}}};
}

// DeploymentPreference shifts on updates of a stack, which do not happen here: all at once.
ApiResult<Created> create_alias_resource(StepFunctions& states, const ResourceRequest& request) {
  Json routes = Json::array();
  for (const Json& route : input::member(request.properties, "RoutingConfiguration"))
    routes.push_back({{"stateMachineVersionArn", input::text(route, "StateMachineVersionArn")},
                      {"weight", input::integer(route, "Weight").value_or(100)}});
  const Json& deployment = input::member(request.properties, "DeploymentPreference");
  if (routes.empty() && deployment.is_object())
    routes.push_back({{"stateMachineVersionArn", input::text(deployment, "StateMachineVersionArn")},
                      {"weight", 100}});
  std::string name = input::text(request.properties, "Name");
  if (name.empty()) name = request.logical_id;
  const ApiResult<MachineAlias*> made =
      make_alias(states, std::move(name), input::text(request.properties, "Description"), routes);
  if (!made) return made.error();
  return Created{(*made)->arn, (*made)->arn, {{"Arn", (*made)->arn}}};
}

}  // namespace opsim::step_functions
