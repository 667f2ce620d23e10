#include "models/events/matcher_index.hpp"

#include <algorithm>

namespace opsim::events {
namespace {

constexpr bool has(std::uint32_t forms, KeyForm form) {
  return (forms & static_cast<std::uint32_t>(form)) != 0;
}

}  // namespace

void RuleIndex::candidates(const LeafTable& leaves, std::span<const std::uint32_t> paths,
                           std::vector<Entry>& out) {
  leaves_ = &leaves;
  paths_ = paths;
  out_ = &out;
  if (++event_ == 0) {  // the counter came round
    std::ranges::fill(seen_, 0);
    event_ = 1;
  }
  visit(0);
}

/// With all that it does at a node in one piece; only the next node is a call.
[[gnu::flatten]] void RuleIndex::visit(std::uint32_t number) {
  const Node& node = nodes_[number];
  switch (node.kind) {
    case Kind::list: visit_listed(node); return;
    case Kind::path: visit_values(number); break;
    case Kind::dispatch:
      for (const std::uint32_t path : paths_) visit_child(node, path);
      break;
  }
  if (node.otherwise != kNone) visit(node.otherwise);
}

void RuleIndex::visit_listed(const Node& node) {
  for (std::size_t i = 0; i < node.listed.size(); i += 1U + node.listed[i].length) {
    const Entry entry = node.listed[i].subject;
    const auto checks = std::span{node.listed}.subspan(i + 1, node.listed[i].length);
    if (!could_hold(checks) || seen_[entry] == event_) continue;
    seen_[entry] = event_;
    out_->push_back(entry);
  }
}

bool RuleIndex::could_hold(std::span<const Check> checks) {
  bool holds = false;  // some key of this condition
  for (const Check& check : checks) {
    holds = holds || has_key(check);
    if (!check.ends_condition) continue;
    if (!holds) return false;
    holds = false;
  }
  return true;
}

bool RuleIndex::has_key(const Check& check) {
  std::uint32_t i = leaves_->first[check.subject];
  if (check.form == KeyForm::present) return i != LeafTable::kNone;
  for (; i != LeafTable::kNone; i = leaves_->leaves[i].next) {
    if (value_has_key(check, i)) return true;
  }
  return false;
}

bool RuleIndex::value_has_key(const Check& check, std::uint32_t leaf) {
  const FieldValue& value = leaves_->leaves[leaf].value;
  const std::string_view text = value.text();
  switch (check.form) {
    case KeyForm::text: return value.is_string() && text_key_of(leaf) == check.hash;
    case KeyForm::number: return value.nearest() && number_key(*value.nearest()) == check.hash;
    case KeyForm::caseless: return value.is_string() && caseless_key(text) == check.hash;
    case KeyForm::prefix:
      return value.is_string() && text.size() >= check.length &&
             prefix_key(text.substr(0, check.length)) == check.hash;
    case KeyForm::suffix:
      return value.is_string() && text.size() >= check.length &&
             suffix_key(text.substr(text.size() - check.length)) == check.hash;
    case KeyForm::contains:
      return value.is_string() && contains_bytes(text, check.hash, check.length);
    case KeyForm::other: break;
    case KeyForm::present: return true;
  }
  if (value.is_string()) return value.address() && address_key(*value.address()) == check.hash;
  if (value.kind() == ValueKind::number) return spelling_key(text) == check.hash;
  return literal_key(value.kind()) == check.hash;
}

std::uint64_t RuleIndex::text_key_of(std::uint32_t leaf) {
  const LeafTable::Leaf& its = leaves_->leaves[leaf];
  if (its.text_key == 0) its.text_key = text_key(its.value.text());
  return its.text_key;
}

void RuleIndex::visit_child(const Node& node, std::uint64_t key) {
  const std::uint32_t child = node.children.find(key);
  if (child != kNone) visit(child);
}

void RuleIndex::visit_values(std::uint32_t number) {
  const Node& node = nodes_[number];
  std::uint32_t i = leaves_->first[node.path];
  if (i == LeafTable::kNone) return;
  if (has(node.forms, KeyForm::present)) visit_child(node, kPresentKey);
  for (; i != LeafTable::kNone; i = leaves_->leaves[i].next) {
    const FieldValue& value = leaves_->leaves[i].value;
    if (value.is_string()) {
      visit_string(node, i);
    } else if (value.kind() != ValueKind::number) {
      if (has(node.forms, KeyForm::other)) visit_child(node, literal_key(value.kind()));
    } else {
      // Whether it can be compared at all is asked of what is found.
      if (has(node.forms, KeyForm::number) && value.nearest()) {
        visit_child(node, number_key(*value.nearest()));
      }
      if (has(node.forms, KeyForm::other)) visit_child(node, spelling_key(value.text()));
    }
  }
}

void RuleIndex::visit_string(const Node& node, std::uint32_t leaf) {
  const FieldValue& value = leaves_->leaves[leaf].value;
  const std::string_view text = value.text();
  if (has(node.forms, KeyForm::text)) visit_child(node, text_key_of(leaf));
  if (has(node.forms, KeyForm::caseless)) visit_child(node, caseless_key(text));
  if (has(node.forms, KeyForm::other) && value.address()) {
    visit_child(node, address_key(*value.address()));
  }
  for (const std::uint16_t length : node.prefixes) {
    if (length > text.size()) break;
    visit_child(node, prefix_key(text.substr(0, length)));
  }
  for (const std::uint16_t length : node.suffixes) {
    if (length > text.size()) break;
    visit_child(node, suffix_key(text.substr(text.size() - length)));
  }
}

}  // namespace opsim::events
