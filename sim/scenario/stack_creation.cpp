// One resource of a stack: left out, nested, created by its model, or standing by convention.
#include "sim/scenario/stack_creation.hpp"

#include <fmt/format.h>

#include "sim/scenario/stack_catalog.hpp"
#include "sim/scenario/stack_convention.hpp"
#include "sim/scenario/stack_refusal.hpp"

namespace opsim {

namespace {

/// Stands the nested template up; its outputs are the attributes "Outputs.X".
Standing nest(Assembly& assembly, std::uint32_t number, const Json& properties,
              StackResult& result) {
  StackScope& scope = assembly.parts().scope;
  const TemplateResource& written = scope.body.resources[number];
  const StackSettings& outer = scope.settings;
  const StackSettings settings{
      .name = scope.cloud.next_id(fmt::format("{}-{}-", outer.name, written.logical_id)),
      .place = outer.place,
      .parameters = nested_parameters(properties),
      .disabled = outer.disabled,
      .text = written.text.locate("/Properties/Parameters")};
  StackResult inner = stand_up(scope.cloud, *assembly.nested(number), settings,
                               assembly.parts().exports, scope.diagnostics);
  Standing stack = nested_standing(inner.stack_id, inner.outputs);
  for (const auto& [name, count] : inner.not_simulated) scope.not_simulated[name] += count;
  result.nested.push_back(std::move(inner));
  return stack;
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

}  // namespace

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

Standing nested_standing(const std::string& stack_id, const std::map<std::string, Json>& outputs) {
  Standing stack{.state = Standing::State::stands,
                 .simulated = true,
                 .physical_id = stack_id,
                 .arn = stack_id};
  for (const auto& [name, value] : outputs) stack.attributes["Outputs." + name] = value;
  return stack;
}

ApiResult<Standing> make_resource(Assembly& assembly, std::uint32_t number,
                                  const Json& properties) {
  StackScope& scope = assembly.parts().scope;
  const TemplateResource& written = scope.body.resources[number];
  const FoundType found = find_resource_type(scope.cloud.catalog(), written.type);
  const bool known =
      found.row != nullptr && found.row->create != nullptr && found.row->not_simulated.empty();
  Model* model = known ? scope.cloud.model(found.service->name) : nullptr;
  if (model == nullptr)
    return conventional_resource(scope.cloud, scope.settings, written, properties);
  const Json attributes = assembly.attributes(number);
  const ResourceRequest request{.cloud = scope.cloud,
                                .place = scope.place(),
                                .stack = scope.settings.name,
                                .logical_id = written.logical_id,
                                .type = written.type,
                                .properties = properties,
                                .resource = attributes,
                                .source = written.source,
                                .text = written.text};
  ApiResult<Created> created = found.row->create(*model, request);
  if (!created) return created.error();
  return Standing{.state = Standing::State::stands,
                  .simulated = true,
                  .physical_id = std::move(created->physical_id),
                  .arn = std::move(created->arn),
                  .attributes = std::move(created->attributes)};
}

/// User Guide, "Resource tags": CloudFormation adds three of its own.
void enter_resource(const StackScope& scope, std::uint32_t number, const Json& properties) {
  const TemplateResource& written = scope.body.resources[number];
  const Standing& standing = scope.resources[number];
  std::map<std::string, std::string> tags = tags_of(properties);
  tags["aws:cloudformation:logical-id"] = written.logical_id;
  tags["aws:cloudformation:stack-id"] = scope.stack_id;
  tags["aws:cloudformation:stack-name"] = scope.settings.name;
  scope.cloud.resources().add_or_complete({.logical_id = written.logical_id,
                                           .type = written.type,
                                           .physical_id = standing.physical_id,
                                           .arn = standing.arn,
                                           .place = scope.place(),
                                           .stack = scope.settings.name,
                                           .owner = {},
                                           .source = written.source,
                                           .attributes = standing.attributes,
                                           .tags = std::move(tags)});
}

void create_resource(Assembly& assembly, std::uint32_t number, StackResult& result) {
  if (!assembly.wanted(number)) return;
  StackScope& scope = assembly.parts().scope;
  const TemplateResource& written = scope.body.resources[number];
  Json properties = assembly.properties(number);
  Standing standing;
  if (assembly.nested(number) != nullptr) {
    standing = nest(assembly, number, properties, result);
  } else {
    ApiResult<Standing> made = make_resource(assembly, number, properties);
    if (!made) {
      scope.diagnostics.add(refusal(scope, written, scope.body.bodies[number], made.error()));
      standing = conventional_resource(scope.cloud, scope.settings, written, properties);
    } else {
      standing = std::move(*made);
    }
  }
  assembly.enter(number, properties, std::move(standing));
  assembly.keep(number, std::move(properties));
  result.created.push_back(written.logical_id);
}

}  // namespace opsim
