// What the expression of a composite alarm says, given the states of its alarms.
#include "models/cloudwatch/composite_rule.hpp"

#include <algorithm>

namespace opsim::cloudwatch {

std::vector<AlarmState> CompositeRule::states(const StateOf& state_of) const {
  std::vector<AlarmState> states;
  states.reserve(alarms_.size());
  for (const std::string& alarm : alarms_) states.push_back(state_of(alarm));
  return states;
}

bool CompositeRule::holds(const Node& node, const std::vector<AlarmState>& states) const {
  const auto in_state = [&](std::uint32_t alarm) { return (states[alarm] == node.state); };
  switch (node.kind) {
    case Kind::constant: return node.value;
    case Kind::state: return in_state(node.operands[0]);
    case Kind::at_least: {
      const auto all = node.operands.size();
      const auto there = static_cast<std::size_t>(std::ranges::count_if(node.operands, in_state));
      const std::size_t counted = node.value ? all - there : there;
      return node.percent ? counted * 100 >= node.least * all : counted >= node.least;
    }
    default: return false;
  }
}

// Nodes stand in the order of evaluation: no recursion, whatever a rule nests.
bool CompositeRule::holds(const StateOf& state_of) const {
  const std::vector<AlarmState> now = states(state_of);
  std::vector<bool> values(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    switch (node.kind) {
      case Kind::negation: values[i] = !values[node.left]; break;
      case Kind::both: values[i] = values[node.left] && values[node.right]; break;
      case Kind::either: values[i] = values[node.left] || values[node.right]; break;
      default: values[i] = holds(node, now);
    }
  }
  return !values.empty() && values.back();
}

std::vector<std::string> CompositeRule::alarms_that(bool hold, const StateOf& state_of) const {
  const std::vector<AlarmState> now = states(state_of);
  std::vector<bool> chosen(alarms_.size());
  for (const Node& node : nodes_) {
    for (const std::uint32_t alarm : node.operands) {
      const bool in_state = now[alarm] == node.state;
      const bool negated = node.kind == Kind::at_least && node.value;
      if ((in_state != negated) == hold) chosen[alarm] = true;
    }
  }
  std::vector<std::string> found;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) found.push_back(alarms_[i]);
  }
  return found;
}

}  // namespace opsim::cloudwatch
