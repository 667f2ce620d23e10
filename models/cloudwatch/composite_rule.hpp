#pragma once
/// AlarmRule: the expression of a composite alarm over the states of other alarms. Pure.
///
///   ALARM(disk) AND NOT (OK("web 5xx") OR AT_LEAST(50%, ALARM, (a, b, c)))
///
/// AWS: CloudWatch User Guide, "Combining alarms" (alarm-combining); API PutCompositeAlarm,
/// AlarmRule: at most 10,240 characters, 100 alarms and 500 elements (alarms, TRUE, FALSE and
/// parentheses).
/// UNDOCUMENTED: which operator binds tighter without parentheses. Here NOT, then AND, then OR.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/cloudwatch/alarm_rules.hpp"

namespace opsim::cloudwatch {

class CompositeRule {
 public:
  /// The state of the alarm that the rule writes so: a name or an ARN.
  using StateOf = std::function<AlarmState(std::string_view written)>;

  /// What AWS answers to a rule that it cannot read, or the rule.
  [[nodiscard]] static std::variant<CompositeRule, std::string> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// Every alarm of the rule as it is written there, once each, in the order of appearance.
  [[nodiscard]] const std::vector<std::string>& alarms() const noexcept { return alarms_; }
  [[nodiscard]] bool holds(const StateOf& state_of) const;
  /// The alarms whose own condition holds (or does not): why the rule says what it says.
  [[nodiscard]] std::vector<std::string> alarms_that(bool hold, const StateOf& state_of) const;

 private:
  friend class CompositeRuleParser;
  enum class Kind : std::uint8_t { constant, state, at_least, negation, both, either };
  struct Node {
    Kind kind = Kind::constant;
    bool value = false;    // constant: itself; at_least: whether NOT stands before the state
    bool percent = false;  // at_least
    AlarmState state = AlarmState::alarm;
    std::uint32_t least = 0;                   // at_least
    std::uint32_t left = 0;                    // node
    std::uint32_t right = 0;                   // node
    std::vector<std::uint32_t> operands = {};  // indices into alarms_
  };
  [[nodiscard]] bool holds(const Node& node, const std::vector<AlarmState>& states) const;
  [[nodiscard]] std::vector<AlarmState> states(const StateOf& state_of) const;

  std::string text_;
  std::vector<std::string> alarms_;
  std::vector<Node> nodes_;  // operands before operators; the last one is the rule
};

}  // namespace opsim::cloudwatch
