#include "opsim/scenario/assembly.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/assembly_parts.hpp"
#include "sim/scenario/intrinsic_evaluation.hpp"
#include "sim/scenario/stack_catalog.hpp"
#include "sim/scenario/stack_coercion.hpp"
#include "sim/scenario/stack_creation.hpp"

namespace opsim {

namespace {

void decide_conditions(StackScope& scope) {
  scope.conditions.assign(scope.body.conditions.size(), 0);
  Evaluation evaluation{scope};
  for (const std::uint32_t number : scope.body.condition_order)
    scope.conditions[number] = evaluation.holds(scope.body.conditions[number].holds) ? 1 : 0;
}

/// False, each broken assertion told, where the parameters do not hold to the template's Rules.
/// UNDOCUMENTED: the wording of the refusal.
bool rules_hold(StackScope& scope) {
  Evaluation evaluation{scope};
  bool hold = true;
  for (const RuleBody& rule : scope.body.stack_rules) {
    if (rule.condition && !evaluation.holds(*rule.condition)) continue;
    for (const RuleBody::Assertion& one : rule.assertions) {
      if (evaluation.holds(one.holds)) continue;
      hold = false;
      scope.complain(one.text, fmt::format("Rule {} failed: {}", rule.name,
                                           one.description.empty() ? "an assertion does not hold"
                                                                   : one.description));
    }
  }
  return hold;
}

void mark_unwanted(StackScope& scope) {
  scope.resources.resize(scope.body.resources.size());
  for (std::size_t i = 0; i < scope.resources.size(); ++i) {
    const auto& condition = scope.body.bodies[i].condition;
    if (scope.settings.disabled.contains(scope.body.resources[i].logical_id)) {
      scope.resources[i].state = Standing::State::left_out;
    } else if (condition && scope.conditions[*condition] == 0) {
      scope.resources[i].state = Standing::State::absent;
    }
  }
}

/// Everything below an expression, the untaken branches of Fn::If too.
void collect(const Template::Body& body, const Expression& e, std::vector<Mention>& found) {
  if (e.op == Op::parameter)
    found.push_back({Mention::What::parameter, body.parameters[e.index].name});
  if (e.op == Op::resource)
    found.push_back({Mention::What::resource, body.resources[e.index].logical_id});
  if (e.op == Op::attribute) {
    const Json& name = e.operands.empty() ? e.value : e.operands[0].value;
    found.push_back({Mention::What::attribute,
                     body.resources[e.index].logical_id + "." +
                         (name.is_string() ? name.get<std::string>() : std::string{})});
  }
  for (const Expression& operand : e.operands) collect(body, operand, found);
}

}  // namespace

Assembly::Parts::Parts(Cloud& cloud, Template read, StackSettings as, Exports& exported,
                       std::string id)
    : text{std::move(read)},
      settings{std::move(as)},
      exports{exported},
      scope{.cloud = cloud,
            .body = text.body(),
            .settings = settings,
            .exports = exported,
            .diagnostics = diagnostics,
            .not_simulated = not_simulated,
            .stack_id = std::move(id)} {}

Assembly::Assembly(Cloud& cloud, Template text, StackSettings settings, Exports& exports,
                   std::string stack_id)
    : parts_{std::make_unique<Parts>(cloud, std::move(text), std::move(settings), exports,
                                     std::move(stack_id))} {}
Assembly::~Assembly() = default;

bool Assembly::resolve() {
  if (!resolve_parameters(parts_->scope)) return false;
  if (!rules_hold(parts_->scope)) return false;
  decide_conditions(parts_->scope);
  mark_unwanted(parts_->scope);
  parts_->made_of.resize(parts_->scope.resources.size(), Json::object());
  return true;
}

const Template& Assembly::text() const { return parts_->text; }
const StackSettings& Assembly::settings() const { return parts_->settings; }
const std::string& Assembly::stack_id() const { return parts_->scope.stack_id; }
Diagnostics& Assembly::diagnostics() { return parts_->diagnostics; }
const NotSimulated& Assembly::not_simulated() const { return parts_->not_simulated; }
const std::set<std::string, std::less<>>& Assembly::imports() const {
  return parts_->scope.imports;
}

std::string Assembly::take_errors() {
  std::string errors;
  for (const Diagnostic& one : parts_->diagnostics.all())
    if (one.severity == Severity::error) errors += (errors.empty() ? "" : "; ") + one.message;
  parts_->diagnostics = {};
  return errors;
}

std::vector<Assembly::Parameter> Assembly::parameters() const {
  std::vector<Parameter> all;
  for (std::size_t i = 0; i < parts_->scope.parameters.size(); ++i)
    all.push_back({parts_->scope.body.parameters[i].name, parts_->scope.parameters[i],
                   parts_->scope.body.parameters[i].no_echo});
  return all;
}

std::size_t Assembly::size() const { return parts_->scope.body.resources.size(); }
std::span<const std::uint32_t> Assembly::order() const { return parts_->scope.body.order; }

std::optional<std::uint32_t> Assembly::number_of(std::string_view logical_id) const {
  const auto& all = parts_->scope.body.resources;
  const auto found = std::ranges::find(all, logical_id, &TemplateResource::logical_id);
  if (found == all.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - all.begin());
}

bool Assembly::wanted(std::uint32_t number) const {
  const Standing::State state = parts_->scope.resources[number].state;
  return state == Standing::State::waiting || state == Standing::State::stands;
}

std::vector<std::uint32_t> Assembly::needs(std::uint32_t number) const {
  std::vector<std::uint32_t> all;
  for (const std::uint32_t other : parts_->scope.body.bodies[number].refers_to)
    if (other != number && wanted(other)) all.push_back(other);
  std::ranges::sort(all);
  const auto rest = std::ranges::unique(all);
  all.erase(rest.begin(), rest.end());
  return all;
}

const Template* Assembly::nested(std::uint32_t number) const {
  const auto& nested = parts_->scope.body.bodies[number].nested;
  return nested ? &*nested : nullptr;
}

Standing& Assembly::standing(std::uint32_t number) { return parts_->scope.resources[number]; }
const Standing& Assembly::standing(std::uint32_t number) const {
  return parts_->scope.resources[number];
}

Json Assembly::properties(std::uint32_t number) {
  StackScope& scope = parts_->scope;
  const TemplateResource& written = scope.body.resources[number];
  // SAM resources may refer to one another in circles: nothing of theirs is worked out.
  if (written.type.starts_with("AWS::Serverless::")) return Json::object();
  Json properties = Evaluation{scope}.value(scope.body.bodies[number].properties);
  if (!properties.is_object()) return Json::object();
  const FoundType found = find_resource_type(scope.cloud.catalog(), written.type);
  if (found.row != nullptr && found.row->properties != nullptr)
    coerce(properties, *found.row->properties);
  return properties;
}

Json Assembly::attributes(std::uint32_t number) {
  const Expression& written = parts_->scope.body.bodies[number].attributes;
  return written.operands.empty() ? Json::object() : Evaluation{parts_->scope}.value(written);
}

const Json& Assembly::made_of(std::uint32_t number) const { return parts_->made_of[number]; }
void Assembly::keep(std::uint32_t number, Json properties) {
  parts_->made_of[number] = std::move(properties);
}

std::vector<Mention> Assembly::mentions(std::uint32_t number, std::string_view property) const {
  const Template::Body& body = parts_->scope.body;
  const Expression& properties = body.bodies[number].properties;
  std::vector<Mention> found;
  for (std::size_t i = 0; i < properties.operands.size(); ++i) {
    const bool named = i < properties.keys.size() && properties.keys[i] == property;
    if (property.empty() || named || properties.op != Op::object)
      collect(body, properties.operands[i], found);
  }
  std::ranges::sort(found);
  const auto rest = std::ranges::unique(found);
  found.erase(rest.begin(), rest.end());
  return found;
}

ApiResult<Standing> Assembly::create(std::uint32_t number, const Json& properties) {
  return make_resource(*this, number, properties);
}

void Assembly::enter(std::uint32_t number, const Json& properties, Standing standing) {
  parts_->scope.resources[number] = std::move(standing);
  enter_resource(parts_->scope, number, properties);
}

std::vector<Assembly::Output> Assembly::outputs() {
  StackScope& scope = parts_->scope;
  Evaluation evaluation{scope};
  std::vector<Output> all;
  for (const OutputBody& output : scope.body.outputs) {
    if (output.condition && scope.conditions[*output.condition] == 0) continue;
    const Json value = evaluation.value(output.value);
    if (value.is_discarded()) continue;  // of a resource that a choice leaves out
    all.push_back(
        {.name = output.name,
         .description = output.text.find("Description").value_or(Node{}).as_text().value_or(""),
         .value = value.is_string() ? value.get<std::string>() : evaluation.text(output.value),
         .export_name = output.export_name ? evaluation.text(*output.export_name) : "",
         .text = output.text});
  }
  return all;
}

}  // namespace opsim
