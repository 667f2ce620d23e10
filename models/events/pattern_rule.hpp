#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "models/events/pattern_value.hpp"

namespace opsim::events {

/// What a pattern asks of one field: one of its values passes one of the tests, or, where
/// [{"exists": false}] is among them, it has none.
struct FieldTest {
  std::uint32_t path = 0;  // number in PatternRule::paths
  std::vector<ValueTest> any_of;
  bool or_absent = false;
};

/// A compiled pattern: it matches if all field tests of one of the alternatives do.
struct PatternRule {
  static constexpr std::size_t kMaxAlternatives = 1000;  // eb-create-pattern-operators: $or
  static constexpr std::size_t kMaxFields = 256;         // event-ruler: MAXIMUM_RULE_SIZE

  std::vector<std::string> paths;  // distinct; keys joined by dots
  std::vector<FieldTest> tests;    // in the order of the text
  /// Numbers of tests, ordered by path as UTF-16: absence is judged in the array elements that the
  /// tests before it have settled on.
  std::vector<std::vector<std::uint32_t>> alternatives;
  /// Whether keys "" of an event are looked into: only if some path has an empty step before
  /// another.
  bool sees_empty_keys = false;
};

}  // namespace opsim::events
