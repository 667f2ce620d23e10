// Why an event matches a pattern, or not, field by field: what `opsim match` prints.
#include <algorithm>
#include <numeric>

#include "models/events/pattern.hpp"
#include "models/events/pattern_leaves.hpp"

namespace opsim::events {
namespace {

bool is_exact(const ValueTest& test) {
  return std::holds_alternative<EqualsText>(test) || std::holds_alternative<EqualsAddress>(test) ||
         std::holds_alternative<EqualsLiteral>(test) || std::holds_alternative<EqualsNumber>(test);
}

void join(std::string& list, std::string_view separator, std::string_view item) {
  if (!list.empty()) list += separator;
  list += item;
}

/// in ["a", "b"] or prefix "c"
std::string wanted_of(const FieldTest& test) {
  std::string exact;
  std::string others;
  for (const ValueTest& one : test.any_of) {
    if (is_exact(one)) {
      join(exact, ", ", wanted(one));
    } else {
      join(others, " or ", wanted(one));
    }
  }
  std::string all = exact.empty() ? "" : "in [" + exact + "]";
  if (!others.empty()) join(all, " or ", others);
  if (test.or_absent) join(all, " or ", "absent");
  return all;
}

FieldExplanation explain_field(const PatternRule& rule, const FieldTest& test,
                               const EventText& event) {
  FieldExplanation row{.path = rule.paths[test.path], .value = "", .wanted = wanted_of(test)};
  for (std::size_t i = 0; i < event.size(); ++i) {
    const EventField field = event.field(i);
    if (field.path != row.path || (field.under_empty_key && !rule.sees_empty_keys)) continue;
    const FieldValue value{field.kind, field.text};
    join(row.value, ", ", value.is_string() ? json_quoted(field.text) : std::string{field.text});
    row.matches = row.matches || std::ranges::any_of(test.any_of, [&](const ValueTest& one) {
                    return passes(one, value);
                  });
  }
  if (row.value.empty()) {
    row.value = "(absent)";
    row.matches = test.or_absent;
  }
  return row;
}

std::vector<FieldExplanation> explain_fields(const PatternRule& rule,
                                             std::vector<std::uint32_t> tests,
                                             const EventText& event) {
  std::ranges::sort(tests);  // as in the text
  std::vector<FieldExplanation> rows;
  for (const std::uint32_t test : tests) {
    rows.push_back(explain_field(rule, rule.tests[test], event));
  }
  return rows;
}

}  // namespace

Explanation Pattern::explain(const EventText& event) const {
  Explanation best;
  std::ptrdiff_t fewest = -1;  // fields that do not match
  for (const auto& tests : rule_->alternatives) {
    Explanation here{.matches = false, .fields = explain_fields(*rule_, tests, event), .note = ""};
    const auto misses = std::ranges::count(here.fields, false, &FieldExplanation::matches);
    if (fewest < 0 || misses < fewest) {
      fewest = misses;
      best = std::move(here);
    }
  }
  best.matches = matches(event);
  if (!best.matches && fewest == 0) {
    best.note = "each field matches, but not all within the same element of an array";
  }
  return best;
}

}  // namespace opsim::events
