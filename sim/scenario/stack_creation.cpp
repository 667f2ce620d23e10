// One resource of a stack: left out, nested, created by its model, or standing by convention.
#include "sim/scenario/stack_creation.hpp"

#include <fmt/format.h>

#include "sim/scenario/intrinsic_evaluation.hpp"
#include "sim/scenario/stack_catalog.hpp"
#include "sim/scenario/stack_coercion.hpp"
#include "sim/scenario/stack_convention.hpp"
#include "sim/scenario/stack_refusal.hpp"

namespace opsim {

namespace {

struct Creation {
  StackScope& scope;
  const TemplateResource& written;
  const ResourceBody& body;
  Json properties;
};

/// What AWS::CloudFormation::Stack passes on: "Parameters: a set of value pairs", lists by commas.
std::map<std::string, std::string> nested_parameters(const Json& properties) {
  std::map<std::string, std::string> parameters;
  const auto given = properties.find("Parameters");
  if (given == properties.end() || !given->is_object()) return parameters;
  for (const auto& [name, value] : given->items()) {
    std::string& text = parameters[name];
    if (!value.is_array()) {
      text = value.is_string() ? value.get<std::string>() : value.dump();
      continue;
    }
    for (const Json& item : value)
      text +=
          (text.empty() ? "" : ",") + (item.is_string() ? item.get<std::string>() : item.dump());
  }
  return parameters;
}

/// Stands the nested template up; its outputs are the attributes "Outputs.X".
Standing nest(const Creation& creation, Exports& exports, StackResult& result) {
  StackScope& scope = creation.scope;
  const StackSettings& outer = scope.settings;
  StackSettings settings{
      .name = scope.cloud.next_id(fmt::format("{}-{}-", outer.name, creation.written.logical_id)),
      .place = outer.place,
      .parameters = nested_parameters(creation.properties),
      .disabled = outer.disabled,
      .text = creation.written.text.locate("/Properties/Parameters")};
  const StackResult inner =
      stand_up(scope.cloud, *creation.body.nested, settings, exports, scope.diagnostics);
  Standing stack{.state = Standing::State::stands,
                 .simulated = true,
                 .physical_id = inner.stack_id,
                 .arn = inner.stack_id};
  for (const auto& [name, value] : inner.outputs) stack.attributes["Outputs." + name] = value;
  for (const auto& [name, count] : inner.not_simulated) result.not_simulated[name] += count;
  return stack;
}

Standing create_by_model(Creation& creation, const FoundType& found, Model& model) {
  StackScope& scope = creation.scope;
  if (found.row->properties != nullptr) coerce(creation.properties, *found.row->properties);
  const Json attributes = creation.body.attributes.operands.empty()
                              ? Json::object()
                              : Evaluation{scope}.value(creation.body.attributes);
  const ResourceRequest request{.cloud = scope.cloud,
                                .place = scope.place(),
                                .stack = scope.settings.name,
                                .logical_id = creation.written.logical_id,
                                .type = creation.written.type,
                                .properties = creation.properties,
                                .resource = attributes,
                                .source = creation.written.source,
                                .text = creation.written.text};
  ApiResult<Created> created = found.row->create(model, request);
  if (!created) {
    scope.diagnostics.add(refusal(scope, creation.written, creation.body, created.error()));
    return conventional_resource(scope.cloud, scope.settings, creation.written,
                                 creation.properties);
  }
  return {.state = Standing::State::stands,
          .simulated = true,
          .physical_id = std::move(created->physical_id),
          .arn = std::move(created->arn),
          .attributes = std::move(created->attributes)};
}

Standing create(Creation& creation, Exports& exports, StackResult& result) {
  StackScope& scope = creation.scope;
  if (creation.body.nested) return nest(creation, exports, result);
  const FoundType found = find_resource_type(scope.cloud.catalog(), creation.written.type);
  const bool known =
      found.row != nullptr && found.row->create != nullptr && found.row->not_simulated.empty();
  Model* model = known ? scope.cloud.model(found.service->name) : nullptr;
  if (model == nullptr)
    return conventional_resource(scope.cloud, scope.settings, creation.written,
                                 creation.properties);
  return create_by_model(creation, found, *model);
}

/// [{Key, Value}, ...] as most types have them, or a mapping.
std::map<std::string, std::string> tags_of(const Json& properties) {
  std::map<std::string, std::string> tags;
  const auto text = [](const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  const auto written = properties.find("Tags");
  if (written == properties.end()) return tags;
  if (written->is_object())
    for (const auto& [key, value] : written->items()) tags[key] = text(value);
  if (written->is_array())
    for (const Json& tag : *written)
      if (tag.is_object() && tag.contains("Key") && tag.contains("Value"))
        tags[text(tag["Key"])] = text(tag["Value"]);
  return tags;
}

/// User Guide, "Resource tags": CloudFormation adds three of its own.
void enter(const Creation& creation, const Standing& standing) {
  const StackScope& scope = creation.scope;
  std::map<std::string, std::string> tags = tags_of(creation.properties);
  tags["aws:cloudformation:logical-id"] = creation.written.logical_id;
  tags["aws:cloudformation:stack-id"] = scope.stack_id;
  tags["aws:cloudformation:stack-name"] = scope.settings.name;
  scope.cloud.resources().add_or_complete({.logical_id = creation.written.logical_id,
                                           .type = creation.written.type,
                                           .physical_id = standing.physical_id,
                                           .arn = standing.arn,
                                           .place = scope.place(),
                                           .stack = scope.settings.name,
                                           .owner = {},
                                           .source = creation.written.source,
                                           .attributes = standing.attributes,
                                           .tags = std::move(tags)});
}

}  // namespace

void create_resource(StackScope& scope, Exports& exports, std::uint32_t number,
                     StackResult& result) {
  const TemplateResource& written = scope.body.resources[number];
  const ResourceBody& body = scope.body.bodies[number];
  Standing& standing = scope.resources[number];
  if (scope.settings.disabled.contains(written.logical_id)) {
    standing.state = Standing::State::left_out;
    return;
  }
  if (body.condition && scope.conditions[*body.condition] == 0) {
    standing.state = Standing::State::absent;
    return;
  }
  Creation creation{scope, written, body, Json::object()};
  // SAM resources may refer to one another in circles: nothing of theirs is worked out.
  if (!written.type.starts_with("AWS::Serverless::"))
    creation.properties = Evaluation{scope}.value(body.properties);
  if (!creation.properties.is_object()) creation.properties = Json::object();
  standing = create(creation, exports, result);
  enter(creation, standing);
  result.created.push_back(written.logical_id);
}

}  // namespace opsim
