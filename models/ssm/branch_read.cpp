// aws:branch: reading its inputs.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/branch.hpp"
#include "models/ssm/step_names.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kOperators[] = {
    "BooleanEquals",
    "Contains",
    "EndsWith",
    "EqualsIgnoreCase",
    "NumericEquals",
    "NumericGreater",
    "NumericGreaterOrEquals",
    "NumericLesser",
    "NumericLesserOrEquals",
    "StartsWith",
    "StringEquals",
};

struct Reader {
  const Names& names;
  const std::string& subject;
  Diagnostics& diagnostics;

  void complain(const Node& at, const std::string& what) {
    diagnostics.add(at.complaint(fmt::format("{}: {}", subject, what)));
  }
  Condition group(const Node& parts, Condition::Kind kind);
  Condition test(const Node& node);
  Condition condition(const Node& node);
  std::optional<std::uint32_t> step(const Node& name, std::string_view key) {
    return read_step_name(name, key, names, subject, diagnostics);
  }
};

Condition Reader::group(const Node& parts, Condition::Kind kind) {
  Condition made;
  made.kind = kind;
  if (parts.is_mapping()) {
    made.parts.push_back(condition(parts));
  } else if (parts.is_list()) {
    for (const Node& part : parts.items()) made.parts.push_back(condition(part));
  } else {
    complain(parts, fmt::format("{} where conditions belong; expected a list", parts.describe()));
  }
  return made;
}

Condition Reader::test(const Node& node) {
  Condition made;
  const std::optional<Node> variable = node.find("Variable");
  if (variable) {
    made.variable = Fillable::compile(variable->to_json(), names);
  } else {
    complain(node, "a choice has no Variable");
  }
  for (const auto& [key, value, at] : node.entries()) {
    if (key == "Variable" || key == "NextStep") continue;
    if (std::ranges::find(kOperators, key) == std::end(kOperators)) {
      diagnostics.add(node.file(), at,
                      fmt::format("{}: {} is no operator; {}{}", subject, opsim::quoted(key),
                                  one_of_text(kOperators), did_you_mean(key, kOperators)));
      continue;
    }
    made.symbol = key;
    made.operand = Fillable::compile(value.to_json(), names);
  }
  if (made.symbol.empty() && variable && node.size() <= 2 && node.contains("Variable"))
    complain(node, fmt::format("a choice compares nothing; add {}", one_of_text(kOperators)));
  return made;
}

Condition Reader::condition(const Node& node) {
  if (!node.is_mapping()) {
    complain(node, fmt::format("{} where a condition belongs", node.describe()));
    return {};
  }
  if (const auto parts = node.find("And")) return group(*parts, Condition::Kind::all);
  if (const auto parts = node.find("Or")) return group(*parts, Condition::Kind::any);
  if (const auto parts = node.find("Not")) return group(*parts, Condition::Kind::none);
  return test(node);
}

}  // namespace

Condition read_condition(const Node& node, const Names& names, const std::string& subject,
                         Diagnostics& diagnostics) {
  return Reader{names, subject, diagnostics}.condition(node);
}

Branch read_branch(const Node& inputs, const Names& names, const std::string& subject,
                   Diagnostics& diagnostics) {
  Reader reader{names, subject, diagnostics};
  Branch branch;
  const std::optional<Node> choices = inputs.find("Choices");
  if (!choices || !choices->is_list() || choices->size() == 0) {
    reader.complain(choices.value_or(inputs), "Choices must be a list of at least one choice");
  } else {
    for (const Node& item : choices->items()) {
      Choice choice{reader.condition(item), 0};
      const std::optional<Node> next = item.find("NextStep");
      if (!next) {
        reader.complain(item, "a choice has no NextStep");
        continue;
      }
      if (const auto step = reader.step(*next, "NextStep")) {
        choice.next = *step;
        branch.choices.push_back(std::move(choice));
      }
    }
  }
  if (const auto otherwise = inputs.find("Default"))
    branch.otherwise = reader.step(*otherwise, "Default");
  return branch;
}

}  // namespace opsim::ssm
