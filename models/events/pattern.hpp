#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/events/event_text.hpp"

namespace opsim::events {

struct PatternRule;  // the compiled form: models/events/pattern_rule.hpp
class Pattern;

/// Why a text is no event pattern. `reason` is what AWS puts after "Event pattern is not valid.
/// Reason: ".
struct InvalidPattern {
  std::string reason;
  std::size_t offset = 0;  // bytes into the text, where reading stopped
};
using PatternResult = std::variant<Pattern, InvalidPattern>;

/// One field that a pattern names: what the event has there, and what was wanted.
struct FieldExplanation {
  std::string path;
  std::string value;   // JSON; several values joined by ", "; "(absent)" for none
  std::string wanted;  // "in [...]", "prefix ...", "exists": as a person says it
  bool matches = false;
};

struct Explanation {
  bool matches = false;
  std::vector<FieldExplanation> fields;  // in the order of the pattern; of the nearest $or branch
  std::string note;  // why it is no match although every field matches: array elements disagree
};

/// An event pattern in the language of EventBridge rules.
///
/// AWS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and
/// eb-create-pattern-operators.html; where they are silent, the engine that AWS publishes
/// (event-ruler).
///
/// A value: compiled once, cheap to copy (shared, immutable). What it matches depends on nothing
/// else. Errors    compile() reports the first error, worded as AWS words it. Limits    Nesting
/// EventText::kMaxDepth; 1,000 combinations of $or; 256 fields in a combination.
class Pattern {
 public:
  static PatternResult compile(std::string_view text);

  [[nodiscard]] bool matches(const EventText& event) const;
  [[nodiscard]] Explanation explain(const EventText& event) const;
  [[nodiscard]] const PatternRule& rule() const { return *rule_; }

 private:
  explicit Pattern(std::shared_ptr<const PatternRule> rule) : rule_(std::move(rule)) {}
  std::shared_ptr<const PatternRule> rule_;
};

}  // namespace opsim::events
