// What happens when a mapping closes: merge keys, keys that stand twice, the order for look-ups.
#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <set>

#include "sim/document/tree_builder.hpp"

namespace opsim {

std::vector<std::uint32_t> TreeBuilder::sorted_by_key(const Open& mapping) const {
  std::vector<std::uint32_t> order(pending_.size() - mapping.first_pending);
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&](std::uint32_t i) {
    return tree_->text(pending_[mapping.first_pending + i].key);
  };
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const std::strong_ordering order_of_keys = key(a) <=> key(b);
    return order_of_keys == 0 ? a < b : order_of_keys < 0;
  });
  return order;
}

/// YAML 1.1 merge keys (https://yaml.org/type/merge.html): the entries of the mappings under `<<`
/// that this mapping does not have itself; of several mappings the first wins.
void TreeBuilder::merge(const Open& mapping) {
  const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(mapping.first_pending);
  std::vector<Tree::Slot> own(first, pending_.end());
  std::vector<Tree::Slot> merged;
  std::erase_if(own, [&](const Tree::Slot& slot) {
    if (tree_->text(slot.key) != "<<") return false;
    const Tree::Cell& value = tree_->cells[slot.value];
    if (value.kind != NodeKind::list) {
      take_entries_of(slot.value, slot, merged);
      return true;
    }
    for (std::uint32_t i = 0; i < value.count; ++i) {
      take_entries_of(tree_->slots[value.first + i].value, slot, merged);
    }
    return true;
  });
  std::set<std::string_view> taken;
  for (const Tree::Slot& slot : own) taken.insert(tree_->text(slot.key));
  for (const Tree::Slot& slot : merged) {
    if (taken.insert(tree_->text(slot.key)).second) own.push_back(slot);
  }
  pending_.resize(mapping.first_pending);
  pending_.insert(pending_.end(), own.begin(), own.end());
}

void TreeBuilder::take_entries_of(std::uint32_t merged, const Tree::Slot& where,
                                  std::vector<Tree::Slot>& into) {
  const Tree::Cell& cell = tree_->cells[merged];
  if (cell.kind != NodeKind::mapping) {
    complain(where.key_at, "<< merges mappings; this is none");
    return;
  }
  const auto first = tree_->slots.begin() + cell.first;
  into.insert(into.end(), first, first + cell.count);
  if (tree_->slots.size() + into.size() > options_.max_expanded) {
    stop(where.key_at,
         fmt::format("with its merge keys expanded this file holds more than {} values",
                     options_.max_expanded));
  }
}

/// Most mappings are small, and then this is all the work there is.
bool TreeBuilder::has_duplicates(const Open& mapping) const {
  const std::size_t count = pending_.size() - mapping.first_pending;
  if (count > Tree::kScanned) return true;  // perhaps
  const auto key = [&](std::size_t i) {
    return tree_->text(pending_[mapping.first_pending + i].key);
  };
  for (std::size_t i = 1; i < count; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (key(i) == key(j)) return true;
    }
  }
  return false;
}

void TreeBuilder::settle_duplicates(const Open& mapping) {
  if (!has_duplicates(mapping)) return;
  const std::vector<std::uint32_t> order = sorted_by_key(mapping);
  std::vector<std::uint32_t> dropped;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Tree::Slot& earlier = pending_[mapping.first_pending + order[i - 1]];
    const Tree::Slot& later = pending_[mapping.first_pending + order[i]];
    const std::string_view name = tree_->text(later.key);
    if (tree_->text(earlier.key) != name) continue;
    if (options_.duplicates == Duplicates::refused) {
      complain(later.key_at,
               fmt::format("key {} stands here a second time; the first is in line {}",
                           quoted(name), earlier.key_at.line));
    } else {
      diagnostics_.note(
          tree_->file, earlier.key_at,
          fmt::format("key {} is overridden in line {}", quoted(name), later.key_at.line));
      dropped.push_back(order[i - 1]);
    }
  }
  if (!dropped.empty()) drop_earlier(mapping, dropped);
}

void TreeBuilder::drop_earlier(const Open& mapping, const std::vector<std::uint32_t>& dropped) {
  std::vector<bool> drop(pending_.size() - mapping.first_pending, false);
  for (const std::uint32_t i : dropped) drop[i] = true;
  std::size_t kept = mapping.first_pending;
  for (std::size_t i = 0; i < drop.size(); ++i) {
    if (!drop[i]) pending_[kept++] = pending_[mapping.first_pending + i];
  }
  pending_.resize(kept);
}

}  // namespace opsim
