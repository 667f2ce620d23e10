#include "models/events/pattern.hpp"

#include <algorithm>
#include <numeric>

#include "models/events/pattern_compiler.hpp"
#include "models/events/pattern_leaves.hpp"

namespace opsim::events {
namespace {

/// The leaves that a rule asks about; paths are numbered as in the rule.
LeafTable leaves_for(const PatternRule& rule, const EventText& event) {
  LeafTable table;
  table.first.assign(rule.paths.size(), LeafTable::kNone);
  for (std::size_t i = event.size(); i-- > 0;) {  // backwards: each becomes the first of its path
    const EventField field = event.field(i);
    const auto path = std::ranges::find(rule.paths, field.path);
    if (path == rule.paths.end()) continue;
    table.add(static_cast<std::uint32_t>(path - rule.paths.begin()), field.kind, field.text,
              field.under_empty_key, field.places);
  }
  return table;
}

}  // namespace

PatternResult Pattern::compile(std::string_view text) {
  auto compiled = compile_pattern(text);
  if (auto* invalid = std::get_if<InvalidPattern>(&compiled)) return std::move(*invalid);
  return Pattern{std::make_shared<const PatternRule>(std::get<PatternRule>(std::move(compiled)))};
}

bool Pattern::matches(const EventText& event) const {
  const LeafTable table = leaves_for(*rule_, event);
  std::vector<std::uint32_t> same_numbers(rule_->paths.size());
  std::iota(same_numbers.begin(), same_numbers.end(), 0U);
  EvaluationBuffers buffers;
  for (std::size_t i = 0; i < rule_->alternatives.size(); ++i) {
    if (alternative_holds(*rule_, i, same_numbers, table, buffers)) return true;
  }
  return false;
}

}  // namespace opsim::events
