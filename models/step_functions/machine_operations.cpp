// State machines: CreateStateMachine and its like, AWS::StepFunctions::StateMachine.
// AWS: API Reference; aws-resource-stepfunctions-statemachine.
#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/machine_versions.hpp"
#include "models/step_functions/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

ApiError no_machine(std::string_view arn) {
  return {"StateMachineDoesNotExist", fmt::format("State Machine Does Not Exist: '{}'", arn)};
}

// CreateStateMachine: "1 to 80 characters", none of white space, brackets, wildcards, special and
// control characters.
bool good_name(std::string_view name) {
  constexpr std::string_view kForbidden = "<>{}[]?*\"#%\\^|~`$&,;:/ ";
  return !name.empty() && name.size() <= 80 && std::ranges::none_of(name, [&](char c) {
    return kForbidden.find(c) != std::string_view::npos || static_cast<unsigned char>(c) < 0x20;
  });
}

Json described(const StateMachine& machine) {
  Json told{{"stateMachineArn", machine.arn},
            {"name", machine.name},
            {"status", "ACTIVE"},
            {"definition", machine.definition},
            {"roleArn", machine.role_arn},
            {"type", machine.type == MachineType::express ? "EXPRESS" : "STANDARD"},
            {"creationDate", iso8601(machine.created)},
            {"loggingConfiguration", machine.logging.is_null()
                                         ? Json{{"level", "OFF"}, {"includeExecutionData", false}}
                                         : machine.logging},
            {"tracingConfiguration",
             machine.tracing.is_null() ? Json{{"enabled", false}} : machine.tracing},
            {"revisionId", machine.revision_id}};
  return told;
}

ApiResult<MachineSpec> read_spec(const Json& input) {
  MachineSpec spec;
  spec.name = input::text(input, "name");
  spec.role_arn = input::text(input, "roleArn");
  spec.definition = definition_text(input::member(input, "definition"));
  const std::string type = input::text(input, "type");
  if (!type.empty() && type != "STANDARD" && type != "EXPRESS" && type != "None")
    return ApiError{
        "ValidationException",
        fmt::format("1 validation error detected: Value '{}' at 'type' failed to satisfy "
                    "constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]",
                    type)};
  spec.type = type == "EXPRESS" ? MachineType::express : MachineType::standard;
  spec.tags = input::tags(input::member(input, "tags"));
  spec.logging = input::member(input, "loggingConfiguration");
  spec.tracing = input::member(input, "tracingConfiguration");
  return spec;
}

// ${name} of DefinitionSubstitutions, after CloudFormation's own functions.
std::string substituted(std::string text, const Json& substitutions) {
  if (!substitutions.is_object()) return text;
  for (const auto& [name, value] : substitutions.items()) {
    const std::string mark = fmt::format("${{{}}}", name);
    const std::string replacement = input::text(value);
    for (auto at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + replacement.size()))
      text.replace(at, mark.size(), replacement);
  }
  return text;
}

}  // namespace

std::string definition_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? std::string{} : value.dump();
}

std::optional<ApiError> refused_definition(const std::string& text, MachineType type) {
  Json definition;
  std::string told;
  const auto tell = [&](const Diagnostic& one) {
    const std::string place = one.code == "INVALID_JSON_DESCRIPTION" ? ""
                              : one.location.empty()                 ? " at null"
                                                                     : " at " + one.location;
    if (!told.empty()) told += ", ";
    told += fmt::format("{}: {}{}", one.code, one.message, place);
  };
  if (const std::optional<Diagnostic> unreadable = read_definition_text(text, definition)) {
    tell(*unreadable);
  } else {
    for (const Diagnostic& one : validate(definition, type))
      if (!one.warning) tell(one);
  }
  if (told.empty()) return std::nullopt;
  return ApiError{"InvalidDefinition", fmt::format("Invalid State Machine Definition: '{}'", told)};
}

ApiResult<StateMachine*> add_machine(StepFunctions& states, const Place& place, MachineSpec spec) {
  if (!good_name(spec.name))
    return ApiError{"InvalidName", fmt::format("Invalid Name: '{}'", spec.name)};
  if (auto refused = refused_definition(spec.definition, spec.type)) return *std::move(refused);
  const std::string machine_arn = arn(place, "states", fmt::format("stateMachine:{}", spec.name));
  const auto [at, fresh] = states.machines.try_emplace(machine_arn);
  StateMachine& machine = at->second;
  if (!fresh) {
    // "CreateStateMachine is an idempotent API": the same definition, type and role.
    const bool same = machine.definition == spec.definition && machine.type == spec.type &&
                      machine.role_arn == spec.role_arn;
    if (same) return &machine;
    return ApiError{"StateMachineAlreadyExists",
                    fmt::format("State Machine Already Exists: '{}'", machine_arn)};
  }
  machine.place = place;
  machine.arn = machine_arn;
  machine.name = std::move(spec.name);
  machine.role_arn = std::move(spec.role_arn);
  machine.type = spec.type;
  machine.workflow = read_workflow(Json::parse(spec.definition));
  machine.definition = std::move(spec.definition);
  machine.revision_id = "INITIAL";
  machine.created = states.cloud.sim().now();
  machine.tags = std::move(spec.tags);
  machine.logging = std::move(spec.logging);
  machine.tracing = std::move(spec.tracing);
  return &machine;
}

ApiResult<Json> create_state_machine(StepFunctions& states, const Request& request) {
  ApiResult<MachineSpec> spec = read_spec(request.input);
  if (!spec) return spec.error();
  const ApiResult<StateMachine*> made = add_machine(states, request.place(), *std::move(spec));
  if (!made) return made.error();
  Json told{{"stateMachineArn", (*made)->arn}, {"creationDate", iso8601((*made)->created)}};
  if (input::boolean(request.input, "publish").value_or(false))
    told["stateMachineVersionArn"] =
        publish_version(states, **made, input::text(request.input, "versionDescription")).arn;
  return told;
}

ApiResult<Json> update_state_machine(StepFunctions& states, const Request& request) {
  const std::string machine_arn = input::text(request.input, "stateMachineArn");
  const auto at = states.machines.find(machine_arn);
  if (at == states.machines.end()) return no_machine(machine_arn);
  StateMachine& machine = at->second;
  std::string text = definition_text(input::member(request.input, "definition"));
  const std::string role = input::text(request.input, "roleArn");
  if (text.empty() && role.empty() &&
      input::member(request.input, "loggingConfiguration").is_null() &&
      input::member(request.input, "tracingConfiguration").is_null())
    return ApiError{"MissingRequiredParameter",
                    "Either the definition, the role ARN, the LoggingConfiguration, or the "
                    "TracingConfiguration must be specified"};
  if (!text.empty()) {
    if (auto refused = refused_definition(text, machine.type)) return *std::move(refused);
    // "Running executions will continue to use the previous definition and roleArn."
    machine.workflow = read_workflow(Json::parse(text));
    machine.definition = std::move(text);
  }
  if (!role.empty()) machine.role_arn = role;
  if (const Json& logging = input::member(request.input, "loggingConfiguration");
      !logging.is_null())
    machine.logging = logging;
  if (const Json& tracing = input::member(request.input, "tracingConfiguration");
      !tracing.is_null())
    machine.tracing = tracing;
  machine.revision_id = states.cloud.next_uuid("states.revision");
  Json told{{"updateDate", iso8601(states.cloud.sim().now())}, {"revisionId", machine.revision_id}};
  if (input::boolean(request.input, "publish").value_or(false))
    told["stateMachineVersionArn"] =
        publish_version(states, machine, input::text(request.input, "versionDescription")).arn;
  return told;
}

ApiResult<Json> delete_state_machine(StepFunctions& states, const Request& request) {
  const auto at = states.machines.find(input::text(request.input, "stateMachineArn"));
  // SIMPLIFIED: running executions go on to their end, and the machine is gone at once.
  if (at != states.machines.end()) states.machines.erase(at);
  return Json::object();
}

ApiResult<Json> describe_state_machine(StepFunctions& states, const Request& request) {
  const std::string machine_arn = input::text(request.input, "stateMachineArn");
  const std::optional<Startable> found = startable(states, machine_arn);
  if (!found) return no_machine(machine_arn);
  Json told = described(*found->machine);
  if (found->version != nullptr) {
    told["stateMachineArn"] = found->version->arn;
    told["definition"] = found->version->definition;
    told["roleArn"] = found->version->role_arn;
    told["description"] = found->version->description;
    told["revisionId"] = found->version->revision_id;
    told["creationDate"] = iso8601(found->version->created);
  }
  return told;
}

ApiResult<Json> describe_state_machine_for_execution(StepFunctions& states,
                                                     const Request& request) {
  const std::string execution_arn = input::text(request.input, "executionArn");
  const Execution* const execution = states.find_execution(execution_arn);
  if (execution == nullptr)
    return ApiError{"ExecutionDoesNotExist",
                    fmt::format("Execution Does Not Exist: '{}'", execution_arn)};
  const StateMachine* const machine = states.find_machine(execution->machine_arn);
  if (machine == nullptr) return no_machine(execution->machine_arn);
  return described(*machine);
}

ApiResult<Json> list_state_machines(StepFunctions& states, const Request& request) {
  Json list = Json::array();
  for (const auto& [machine_arn, machine] : states.machines)
    if (machine.place == request.place())
      list.push_back({{"stateMachineArn", machine_arn},
                      {"name", machine.name},
                      {"type", machine.type == MachineType::express ? "EXPRESS" : "STANDARD"},
                      {"creationDate", iso8601(machine.created)}});
  return Json{{"stateMachines", std::move(list)}};
}

namespace {

/// What lies in the bucket; where nothing does, a machine that fails at once and says why.
std::string definition_in_bucket(StepFunctions& states, const Place& place, const Json& location) {
  const std::string bucket = input::text(location, "Bucket");
  const std::string key = input::text(location, "Key");
  const ApiResult<Json> object =
      states.cloud.inspect(place, "s3", "GetObject", {{"Bucket", bucket}, {"Key", key}});
  if (object) return input::text(*object, "Body");
  return Json{{"StartAt", "NoDefinition"},
              {"States",
               {{"NoDefinition",
                 {{"Type", "Fail"},
                  {"Error", "NotSimulated"},
                  {"Cause", fmt::format("the definition s3://{}/{} is not here", bucket, key)}}}}}}
      .dump();
}

}  // namespace

ApiResult<Created> create_machine_resource(StepFunctions& states, const ResourceRequest& request) {
  const Json& properties = request.properties;
  MachineSpec spec;
  spec.name = input::text(properties, "StateMachineName");
  if (spec.name.empty())
    spec.name = fmt::format("{}-{}", request.logical_id, states.cloud.next_id("").substr(0, 8));
  spec.role_arn = input::text(properties, "RoleArn");
  spec.type = input::text(properties, "StateMachineType") == "EXPRESS" ? MachineType::express
                                                                       : MachineType::standard;
  spec.definition = definition_text(input::member(properties, "DefinitionString"));
  if (spec.definition.empty())
    spec.definition = definition_text(input::member(properties, "Definition"));
  if (spec.definition.empty()) {
    const Json& location = input::member(properties, "DefinitionS3Location");
    if (location.is_null())
      return ApiError{"InvalidRequest",
                      "one of DefinitionString, Definition and DefinitionS3Location is needed"};
    spec.definition = definition_in_bucket(states, request.place, location);
  }
  spec.definition =
      substituted(std::move(spec.definition), input::member(properties, "DefinitionSubstitutions"));
  spec.tags = input::tags(input::member(properties, "Tags"));
  spec.logging = input::member(properties, "LoggingConfiguration");
  spec.tracing = input::member(properties, "TracingConfiguration");
  const ApiResult<StateMachine*> made = add_machine(states, request.place, std::move(spec));
  if (!made) return made.error();
  const StateMachine& machine = **made;
  return Created{.physical_id = machine.arn,
                 .arn = machine.arn,
                 .attributes = {{"Arn", machine.arn},
                                {"Name", machine.name},
                                {"StateMachineRevisionId", machine.revision_id}}};
}

}  // namespace opsim::step_functions
