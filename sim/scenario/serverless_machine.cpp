// AWS::Serverless::StateMachine: a state machine, its role, and what starts it.
// AWS: SAM specification, AWS::Serverless::StateMachine.
#include <fmt/format.h>

#include "opsim/json.hpp"
#include "sim/scenario/serverless_expansion.hpp"

namespace opsim {

void ServerlessExpansion::expand_machine(const ServerlessResource& resource) {
  const Node& properties = resource.properties;
  const Node& at = resource.text;
  Draft machine = Draft::mapping(at);
  add_definition(resource, machine);
  copy(properties, {"DefinitionSubstitutions"}, machine);
  copy(properties, "Name", machine, "StateMachineName");
  copy(properties, "Type", machine, "StateMachineType");
  copy(properties, "Logging", machine, "LoggingConfiguration");
  if (const auto tracing = properties.find("Tracing")) {
    Draft config = Draft::mapping(*tracing);
    copy(*tracing, {"Enabled"}, config);
    machine.set("TracingConfiguration", std::move(config));
  }
  if (const auto tags = properties.find("Tags")) machine.set("Tags", tag_list(*tags));
  const auto role = properties.find("Role");
  machine.set("RoleArn", role ? Draft::of(*role) : attribute_of(resource.id + "Role", "Arn", at));
  Draft made = Draft::mapping(at);
  made.set("Type", Draft::text("AWS::StepFunctions::StateMachine", at));
  copy(at, {"Condition", "DeletionPolicy", "DependsOn", "Metadata", "UpdateReplacePolicy"}, made);
  made.set("Properties", std::move(machine));
  resources_.set(resource.id, std::move(made));
  if (!role) add_role(resource, "states.amazonaws.com", {});
  expand_events(resource, ref_to(resource.id, at), ref_to(resource.id, at), true);
}

/// A DefinitionUri that is a file beside the template is read, as `sam build` does; else the text
/// lies in a bucket.
void ServerlessExpansion::add_definition(const ServerlessResource& resource, Draft& properties) {
  if (const auto definition = resource.properties.find("Definition")) {
    properties.set("Definition", Draft::of(*definition));
    return;
  }
  const auto uri = resource.properties.find("DefinitionUri");
  if (!uri) return;
  if (uri->is_text() && find_) {
    try {
      if (const auto found = find_(uri->spelling(), root_.file())) {
        properties.set("DefinitionString", Draft::text(found->root.to_json().dump(), *uri));
        return;
      }
    } catch (const BadInput& wrong) {
      diagnostics_.append(wrong.diagnostics());
      return;
    }
  }
  Draft location = Draft::mapping(*uri);
  location.set("Bucket", Draft::text("packaged", *uri));
  location.set("Key",
               Draft::text(std::string{uri->is_text() ? uri->spelling() : "definition"}, *uri));
  if (uri->is_mapping() && uri->contains("Bucket")) location = Draft::of(*uri);
  properties.set("DefinitionS3Location", std::move(location));
}

}  // namespace opsim
