// Compiles values of a template.
// AWS: CloudFormation User Guide, "Intrinsic function reference", "Ref".
#include "sim/scenario/intrinsic_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace opsim {

namespace {

/// A template body is at most 1 MB (User Guide, "CloudFormation quotas"), so it has never so many
/// values; aliases might.
constexpr std::size_t kMostValues = 500'000;

struct PseudoName {
  std::string_view name;
  Pseudo pseudo;
};
constexpr PseudoName kPseudos[] = {
    {"AWS::AccountId", Pseudo::account_id},
    {"AWS::NoValue", Pseudo::no_value},
    {"AWS::NotificationARNs", Pseudo::notification_arns},
    {"AWS::Partition", Pseudo::partition},
    {"AWS::Region", Pseudo::region},
    {"AWS::StackId", Pseudo::stack_id},
    {"AWS::StackName", Pseudo::stack_name},
    {"AWS::URLSuffix", Pseudo::url_suffix},
};

/// As a template spells it; the scalars of a mapping's key and of JSON are texts already.
bool names_function(std::string_view key) { return key == "Ref" || key.starts_with("Fn::"); }

}  // namespace

bool TemplateNames::may_be_added(std::string_view name) const {
  return macros || std::ranges::any_of(added_prefixes, [&](const std::string& prefix) {
           return name.starts_with(prefix);
         });
}

bool is_macro(std::string_view key) {
  return key == "Fn::Transform" || key.starts_with("Fn::ForEach::");
}

Expression literal(Json value, const Node& at) {
  return {.op = Op::literal, .value = std::move(value), .text = at};
}

Expression list_of(std::vector<Expression> items, const Node& at) {
  if (!std::ranges::all_of(items, &Expression::constant))
    return {.op = Op::list, .operands = std::move(items), .text = at};
  Json list = Json::array();
  for (Expression& item : items) list.push_back(std::move(item.value));
  return literal(std::move(list), at);
}

bool is_boolean(const Expression& expression) {
  switch (expression.op) {
    case Op::equals:
    case Op::all:
    case Op::any:
    case Op::negate:
    case Op::condition:
    case Op::contains:
    case Op::each_equals:
    case Op::each_in: return true;
    default: return false;
  }
}

Expression IntrinsicReader::read_in(Part part, const Node& node) {
  part_ = part;
  return read(node);
}

Expression IntrinsicReader::read_truth(Part part, const Node& node) {
  const std::size_t before = diagnostics_.count();
  Expression holds = read_in(part, node);
  if (!is_boolean(holds) && diagnostics_.count() == before)
    complain(node, fmt::format("a condition is {}; write one of Fn::And, Fn::Equals, Fn::Not, "
                               "Fn::Or, Condition",
                               node.describe()));
  return holds;
}

Expression IntrinsicReader::read(const Node& node) {
  if (too_many(node)) return literal(nullptr, node);
  if (node.is_list()) return read_list(node);
  if (node.is_mapping()) return read_mapping(node);
  Expression scalar = literal(node.to_json(), node);
  return node.is_text() ? with_dynamic_references(std::move(scalar)) : scalar;
}

Expression IntrinsicReader::read_list(const Node& node) {
  std::vector<Expression> items;
  items.reserve(node.size());
  for (const Node& item : node.items()) items.push_back(read(item));
  return list_of(std::move(items), node);
}

Expression IntrinsicReader::read_mapping(const Node& node) {
  if (node.size() == 1) {
    const Entry only = node.entry(0);
    const bool condition = part_ == Part::conditions && only.key == "Condition";
    if (condition) return condition_named(only.value);
    if (names_function(only.key)) return read_function(only.key, only.value, node);
  }
  std::vector<Expression> values;
  std::vector<std::string> keys;
  for (const auto& [key, value, at] : node.entries()) {
    if (left_out(key, value)) continue;
    keys.emplace_back(key);
    values.push_back(read(value));
  }
  if (!std::ranges::all_of(values, &Expression::constant))
    return {.op = Op::object, .operands = std::move(values), .keys = std::move(keys), .text = node};
  Json object = Json::object();
  for (std::size_t i = 0; i < keys.size(); ++i) object[keys[i]] = std::move(values[i].value);
  return literal(std::move(object), node);
}

/// A macro beside other keys adds what it likes there: nothing, here.
bool IntrinsicReader::left_out(std::string_view key, const Node& value) {
  if (key == "Fn::Transform") {
    const auto name = value.find("Name");
    not_simulated(fmt::format("Fn::Transform{}{}", name ? " " : "",
                              name ? name->spelling() : std::string_view{}));
    return true;
  }
  if (key.starts_with("Fn::ForEach::")) {  // with AWS's transform it is written out already
    if (names_.macros) {
      not_simulated("Fn::ForEach");
    } else {
      complain(value,
               fmt::format("{} needs \"Transform: AWS::LanguageExtensions\" in the template", key));
    }
    return true;
  }
  if (key.starts_with("Fn::"))
    complain(value,
             fmt::format("{} stands beside other keys; an intrinsic function stands alone in "
                         "its mapping",
                         key));
  return false;
}

Expression IntrinsicReader::read_function(std::string_view name, const Node& argument,
                                          const Node& whole) {
  if (is_macro(name)) {
    left_out(name, argument);
    return {.op = Op::pseudo, .index = static_cast<std::uint32_t>(Pseudo::no_value), .text = whole};
  }
  const auto rows = intrinsic_functions();
  const auto row = std::ranges::lower_bound(rows, name, {}, &IntrinsicFunction::name);
  using Stands = IntrinsicFunction::Stands;
  const auto give_up = [&](std::string message) {
    complain(argument, std::move(message));
    return literal(nullptr, whole);
  };
  if (row == rows.end() || row->name != name)
    return give_up(
        fmt::format("{} is no intrinsic function{}", name,
                    did_you_mean(name, rows | std::views::transform(&IntrinsicFunction::name))));
  const bool in_conditions = part_ != Part::resources;
  if (row->stands == Stands::in_rules && part_ != Part::rules)
    return give_up(fmt::format("{} stands in Rules only", name));
  if (row->stands == Stands::in_conditions && !in_conditions)
    return give_up(fmt::format(
        "{} stands in Conditions and Rules only; name a condition and use Fn::If", name));
  if (row->stands == Stands::in_resources && in_conditions)
    return give_up(fmt::format("{} cannot stand in {}: they are decided before any resource exists",
                               name, part_ == Part::rules ? "Rules" : "Conditions"));
  if (row->most > 0 && !argument.is_list())
    return give_up(fmt::format("{} is {}; it takes {}", name, argument.describe(), row->usage));
  if (row->most > 0 && (argument.size() < row->least || argument.size() > row->most))
    return give_up(fmt::format("{} has {} {}; it takes {}", name, argument.size(),
                               argument.size() == 1 ? "item" : "items", row->usage));
  Expression read = row->read(*this, argument);
  read.text = whole;
  return read;
}

Expression IntrinsicReader::reference(std::string_view name, const Node& at) {
  if (const auto found = names_.parameters.find(name); found != names_.parameters.end())
    return {.op = Op::parameter, .index = found->second, .text = at};
  const auto pseudo = std::ranges::find(kPseudos, name, &PseudoName::name);
  if (pseudo != std::end(kPseudos))
    return {.op = Op::pseudo, .index = static_cast<std::uint32_t>(pseudo->pseudo), .text = at};
  const auto resource = names_.resources.find(name);
  if (resource != names_.resources.end() && part_ == Part::resources) {
    resources_.push_back(resource->second);
    return {.op = Op::resource, .index = resource->second, .text = at};
  }
  if (resource != names_.resources.end()) {
    complain(at, fmt::format("{} is a resource; a {} refers to parameters only", quoted(name),
                             part_ == Part::rules ? "rule" : "condition"));
  } else if (!names_.may_be_added(name)) {
    complain(at, fmt::format("{} is no parameter or resource of this template{}", quoted(name),
                             suggestion(name)));
  }
  return literal(std::string{name}, at);
}

Expression IntrinsicReader::attribute(std::string_view resource, Expression name, const Node& at) {
  const auto found = names_.resources.find(resource);
  if (found == names_.resources.end()) {
    if (names_.parameters.contains(resource)) {
      complain(
          at, fmt::format("{} is a parameter, which has no attributes; use Ref", quoted(resource)));
    } else if (!names_.may_be_added(resource)) {
      complain(at, fmt::format("{} is no resource of this template{}", quoted(resource),
                               did_you_mean(resource, names_.resources | std::views::keys)));
    }
    return literal(name.constant() && name.value.is_string()
                       ? fmt::format("{}.{}", resource, name.value.get_ref<const std::string&>())
                       : std::string{resource},
                   at);
  }
  resources_.push_back(found->second);
  Expression read{.op = Op::attribute, .index = found->second, .text = at};
  read.operands.push_back(std::move(name));
  return read;
}

Expression IntrinsicReader::condition_named(const Node& name) {
  const auto found = names_.conditions.find(name.spelling());
  const bool named = name.is_scalar() && !name.is_null();  // YAML takes No for a boolean
  if (named && found != names_.conditions.end()) {
    conditions_.push_back(found->second);
    return {.op = Op::condition, .index = found->second, .text = name};
  }
  if (!named) {
    complain(name,
             fmt::format("the name of a condition is {}; it must be a text", name.describe()));
  } else if (!names_.macros) {
    complain(name,
             fmt::format("{} is no condition of this template{}", quoted(name.spelling()),
                         did_you_mean(name.spelling(), names_.conditions | std::views::keys)));
  }
  return literal(false, name);
}

void IntrinsicReader::complain(const Node& at, std::string message) {
  diagnostics_.add(at.complaint(std::move(message)));
}

bool IntrinsicReader::too_many(const Node& node) {
  if (++values_ == kMostValues)
    complain(node, fmt::format("a template of more than {} values is not read", kMostValues));
  return values_ >= kMostValues;
}

std::string IntrinsicReader::suggestion(std::string_view wrong) const {
  std::vector<std::string_view> known;
  for (const auto& [name, number] : names_.parameters) known.push_back(name);
  for (const auto& [name, number] : names_.resources) known.push_back(name);
  for (const PseudoName& pseudo : kPseudos) known.push_back(pseudo.name);
  return did_you_mean(wrong, std::span<const std::string_view>(known));
}

}  // namespace opsim
