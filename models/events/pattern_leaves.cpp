// AWS: eb-event-patterns.html ("arrays"); array consistency and the judgement of absence:
// event-ruler's ACFinder, ArrayMembership and NameState.
#include "models/events/pattern_leaves.hpp"

#include <algorithm>
#include <optional>

namespace opsim::events {
namespace {

/// UNDOCUMENTED: choosing elements of many arrays can take exponential time; a choice not found
/// within this many trials counts as none. Real events need a few.
constexpr std::size_t kMaxTrials = 10'000'000;

bool passes_any(const FieldTest& test, const FieldValue& value) {
  for (const ValueTest& one : test.any_of) {
    if (passes(one, value)) return true;
  }
  return false;
}

/// One search for a choice of leaves, one for each test, that agree on array elements.
class Choice {
 public:
  Choice(const PatternRule& rule, const std::vector<std::uint32_t>& tests,
         std::span<const std::uint32_t> path_numbers, const LeafTable& table,
         EvaluationBuffers& buffers)
      : rule_(rule), tests_(tests), path_numbers_(path_numbers), table_(table), buffers_(buffers) {}

  /// Each test on its own. Remembers which leaves pass; false if some test has no chance.
  bool each_has_a_chance() {
    buffers_.passing.clear();
    buffers_.passing_end.clear();
    for (const std::uint32_t number : tests_) {
      if (!has_a_chance(rule_.tests[number])) return false;
      buffers_.passing_end.push_back(static_cast<std::uint32_t>(buffers_.passing.size()));
    }
    return true;
  }

  bool holds() {
    if (const std::optional<bool> plain = holds_for_single_values()) return *plain;
    if (!each_has_a_chance()) return false;
    if (!in_arrays_) return true;
    buffers_.settled.clear();
    return choose(0);
  }

 private:
  /// The answer where no field has several values, nor stands in an array: nothing is to choose.
  [[nodiscard]] std::optional<bool> holds_for_single_values() const {
    for (const std::uint32_t number : tests_) {
      const FieldTest& test = rule_.tests[number];
      const std::uint32_t only = first_leaf(test);
      if (only == LeafTable::kNone) {
        if (!test.or_absent) return false;
        continue;
      }
      const LeafTable::Leaf& leaf = table_.leaves[only];
      const bool is_single = leaf.next == LeafTable::kNone && leaf.places_size == 0;
      if (!is_single || leaf.under_empty_key) return std::nullopt;
      if (!passes_any(test, leaf.value)) return false;
    }
    return true;
  }

  bool is_visible(const LeafTable::Leaf& leaf) const {
    return !leaf.under_empty_key || rule_.sees_empty_keys;
  }

  std::uint32_t first_leaf(const FieldTest& test) const {
    return table_.first[path_numbers_[test.path]];
  }

  bool has_a_chance(const FieldTest& test) {
    bool is_present = false;
    bool is_in_arrays = false;
    const std::size_t before = buffers_.passing.size();
    for (std::uint32_t i = first_leaf(test); i != LeafTable::kNone; i = table_.leaves[i].next) {
      const LeafTable::Leaf& leaf = table_.leaves[i];
      if (!is_visible(leaf)) continue;
      is_present = true;
      is_in_arrays = is_in_arrays || leaf.places_size > 0;
      if (passes_any(test, leaf.value)) buffers_.passing.push_back(i);
    }
    in_arrays_ = in_arrays_ || is_in_arrays;
    return buffers_.passing.size() > before || (test.or_absent && (!is_present || is_in_arrays));
  }

  bool is_consistent(const LeafTable::Leaf& leaf) const {
    for (const ArrayPlace& place : table_.places_of(leaf)) {
      for (const ArrayPlace& settled : buffers_.settled) {
        if (settled.array == place.array && settled.element != place.element) return false;
      }
    }
    return true;
  }

  void settle(const LeafTable::Leaf& leaf) {
    for (const ArrayPlace& place : table_.places_of(leaf)) {
      if (std::ranges::find(buffers_.settled, place) == buffers_.settled.end()) {
        buffers_.settled.push_back(place);
      }
    }
  }

  /// No value in the elements settled on. One under a key "" counts only where those are seen.
  bool is_absent(const FieldTest& test) const {
    for (std::uint32_t i = first_leaf(test); i != LeafTable::kNone; i = table_.leaves[i].next) {
      const LeafTable::Leaf& leaf = table_.leaves[i];
      if (is_visible(leaf) && is_consistent(leaf)) return false;
    }
    return true;
  }

  bool choose(std::size_t position) {
    if (position == tests_.size()) return true;
    const FieldTest& test = rule_.tests[tests_[position]];
    if (test.or_absent && is_absent(test) && choose(position + 1)) return true;
    const std::size_t begin = position == 0 ? 0 : buffers_.passing_end[position - 1];
    for (std::size_t k = begin; k < buffers_.passing_end[position]; ++k) {
      if (++trials_ > kMaxTrials) return false;
      const LeafTable::Leaf& leaf = table_.leaves[buffers_.passing[k]];
      if (!is_consistent(leaf)) continue;
      const std::size_t settled = buffers_.settled.size();
      settle(leaf);
      if (choose(position + 1)) return true;
      buffers_.settled.resize(settled);
    }
    return false;
  }

  const PatternRule& rule_;
  const std::vector<std::uint32_t>& tests_;
  std::span<const std::uint32_t> path_numbers_;
  const LeafTable& table_;
  EvaluationBuffers& buffers_;
  bool in_arrays_ = false;
  std::size_t trials_ = 0;
};

}  // namespace

bool alternative_holds(const PatternRule& rule, std::size_t alternative,
                       std::span<const std::uint32_t> path_numbers, const LeafTable& table,
                       EvaluationBuffers& buffers) {
  return Choice{rule, rule.alternatives[alternative], path_numbers, table, buffers}.holds();
}

}  // namespace opsim::events
