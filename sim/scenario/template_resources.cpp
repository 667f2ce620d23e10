// Resources and Outputs, and the order in which resources are created.
// AWS: CloudFormation User Guide, "Resources", "Resource attribute reference", "Outputs".
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "opsim/document/shape.hpp"
#include "sim/scenario/dependency_graph.hpp"
#include "sim/scenario/template_reader.hpp"

namespace opsim {

namespace {

constexpr std::string_view kDeletion[] = {"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"};
constexpr std::string_view kReplacement[] = {"Delete", "Retain", "Snapshot"};
constexpr Shape kAttributeText{.kind = Kind::text};
constexpr Shape kMapping{.kind = Kind::table};
constexpr Shape kAttributeTexts{.kind = Kind::one_or_list, .of = &kAttributeText};
constexpr Shape kDeletionPolicy{.kind = Kind::text, .allowed = kDeletion};
constexpr Shape kReplacePolicy{.kind = Kind::text, .allowed = kReplacement};

constexpr Field kResourceFields[] = {
    {.name = "Condition", .shape = &kAttributeText},
    {.name = "Connectors", .shape = &kMapping},  // SAM
    {.name = "CreationPolicy", .shape = &kMapping},
    {.name = "DeletionPolicy", .shape = &kDeletionPolicy},
    {.name = "DependsOn", .shape = &kAttributeTexts},
    {.name = "Description", .shape = &kAttributeText},
    {.name = "Metadata", .shape = &kMapping},
    {.name = "Properties", .shape = &kMapping},
    {.name = "Type", .shape = &kAttributeText, .need = Need::required},
    {.name = "UpdatePolicy", .shape = &kMapping},
    {.name = "UpdateReplacePolicy", .shape = &kReplacePolicy},
    {.name = "Version", .shape = &kAttributeText},  // of a custom resource
};
constexpr Shape kResource{.kind = Kind::mapping, .fields = kResourceFields};

constexpr Field kExportFields[] = {{.name = "Name", .need = Need::required}};
constexpr Shape kExport{.kind = Kind::mapping, .fields = kExportFields};
constexpr Field kOutputFields[] = {
    {.name = "Condition", .shape = &kAttributeText},
    {.name = "Description", .shape = &kAttributeText},
    {.name = "Export", .shape = &kExport},
    {.name = "Value", .need = Need::required},
};
constexpr Shape kOutput{.kind = Kind::mapping, .fields = kOutputFields};

CheckOptions lenient(std::string subject, bool macros) {
  return {.subject = std::move(subject),
          .intrinsics = Intrinsics::accepted,
          .placeholders = Placeholders::accepted,
          .scalars = Scalars::loose,
          .unknown_keys = macros ? UnknownKeys::not_simulated : UnknownKeys::refused};
}

/// YAML takes names such as No and 007 for a boolean and a number.
bool is_name(const Node& node) { return node.is_scalar() && !node.is_null(); }

/// "AWS::EC2::Instance", "Custom::Anything", "My::Org::Thing::MODULE".
bool is_type(std::string_view type) {
  const auto colons = type.find("::");
  return colons != std::string_view::npos && colons > 0 && colons + 2 < type.size();
}

}  // namespace

void TemplateReader::read_resources() {
  const std::vector<Entry> entries = entries_of("Resources");
  if (entries.empty() && !names_.macros) {
    const Node written = section("Resources");
    complain(written.is_null() ? root_ : written, "a template needs at least one of Resources");
  }
  for (const auto& [logical_id, text, at] : entries) read_resource(logical_id, text);
  order_resources();
}

void TemplateReader::read_resource(std::string_view logical_id, const Node& text) {
  // "resource definition is malformed"
  if (is_intrinsic(text) && text.entry(0).key != "Condition")
    complain(text,
             fmt::format("resource {} is {}; it must have a Type, and Condition names when it "
                         "is made",
                         logical_id, text.entry(0).key));
  check(text, kResource, diagnostics_,
        lenient(fmt::format("resource {}", logical_id), names_.macros));
  const Node type = text.find("Type").value_or(Node{});
  if (type.is_text() && !is_type(type.spelling()))
    complain(type, fmt::format("resource {}: Type is {}; write it as AWS::Service::Resource",
                               logical_id, opsim::quoted(type.spelling())));
  body_->resources.push_back({.logical_id = std::string{logical_id},
                              .type = std::string{type.spelling()},
                              .source = text.source(),
                              .text = text});
  ResourceBody body;
  const Node properties = text.find("Properties").value_or(Node{});
  body.properties =
      properties.is_null() ? literal(Json::object(), text) : values_.read_value(properties);
  body.attributes = {.op = Op::object, .text = text};
  constexpr std::string_view kOthers[] = {"Condition", "DependsOn", "Properties", "Type"};
  for (const auto& [key, value, at] : text.entries()) {
    if (std::ranges::find(kOthers, key) != std::end(kOthers) || is_macro(key)) continue;
    body.attributes.keys.emplace_back(key);
    body.attributes.operands.push_back(values_.read_value(value));
  }
  (void)values_.take_conditions();
  body.condition = condition_of(text);
  body.refers_to = values_.take_resources();
  read_depends_on(text, body);
  read_nested(body_->resources.back(), body);
  body_->bodies.push_back(std::move(body));
}

void TemplateReader::read_depends_on(const Node& text, ResourceBody& body) {
  const Node written = text.find("DependsOn").value_or(Node{});
  std::vector<Node> names;
  if (is_name(written)) names.push_back(written);
  for (const Node& name : written.items())
    if (is_name(name)) names.push_back(name);
  for (const Node& name : names) {
    const auto found = names_.resources.find(name.spelling());
    if (found != names_.resources.end()) {
      body.refers_to.push_back(found->second);
    } else if (!names_.may_be_added(name.spelling())) {
      complain(name,
               fmt::format("DependsOn {} is no resource of this template{}",
                           opsim::quoted(name.spelling()),
                           did_you_mean(name.spelling(), names_.resources | std::views::keys)));
    }
  }
}

std::optional<std::uint32_t> TemplateReader::condition_of(const Node& text) {
  const auto name = text.find("Condition");
  if (!name || !is_name(*name)) return std::nullopt;
  const Expression condition = values_.condition_named(*name);
  (void)values_.take_conditions();
  if (condition.op != Op::condition) return std::nullopt;
  return condition.index;
}

void TemplateReader::order_resources() {
  DependencyGraph graph{names_.resources.size()};
  for (std::uint32_t number = 0; number < body_->bodies.size(); ++number) {
    // SAM tears its resources into parts, whose references go other ways than these.
    if (body_->resources[number].type.starts_with("AWS::Serverless::")) continue;
    for (const std::uint32_t other : body_->bodies[number].refers_to) graph.add(number, other);
  }
  const auto cycles = graph.cycles();
  for (const auto& cycle : cycles) {
    std::string told;
    for (const std::uint32_t number : cycle)
      told += (told.empty() ? "" : " -> ") + body_->resources[number].logical_id;
    complain(body_->resources[cycle.front()].text,
             fmt::format("resources that wait for one another: {}", told));
  }
  if (cycles.empty()) body_->order = graph.order();
}

void TemplateReader::read_outputs() {
  const Node outputs = section("Outputs");
  if (!outputs.is_null() && !outputs.is_mapping())
    complain(outputs, fmt::format("Outputs is {}; it must be a mapping", outputs.describe()));
  for (const auto& [name, text, at] : entries_of("Outputs")) read_output(name, text);
}

void TemplateReader::read_output(std::string_view name, const Node& text) {
  if (is_intrinsic(text) && text.entry(0).key != "Condition")
    return complain(text,
                    fmt::format("output {} is {}; write it under Value", name, text.entry(0).key));
  check(text, kOutput, diagnostics_, lenient(fmt::format("output {}", name), names_.macros));
  const auto value = text.find("Value");
  if (!value) return;
  OutputBody output{.name = std::string{name},
                    .condition = condition_of(text),
                    .value = values_.read_value(*value),
                    .export_name = std::nullopt,
                    .text = text};
  if (const auto exported = text.find("Export"))
    if (const auto export_name = exported->find("Name"))
      output.export_name = values_.read_value(*export_name);
  (void)values_.take_resources();
  (void)values_.take_conditions();
  body_->outputs.push_back(std::move(output));
}

}  // namespace opsim
