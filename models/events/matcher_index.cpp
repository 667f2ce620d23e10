#include "models/events/matcher_index.hpp"

#include <algorithm>
#include <span>

namespace opsim::events {
namespace {

constexpr std::uint32_t kListed = 8;  // so few entries are checked one by one
constexpr std::size_t kMostKeys = 8;  // a condition with more is checked only for some value at all
constexpr std::uint32_t kRegrowth = 4;  // a part is planned anew when it has grown this much
constexpr double kWorthIt = 0.9;        // a question must leave less than this share to be checked

/// The key of one entry on one path, when judging what to ask for.
struct PathKey {
  std::uint32_t path = 0;
  std::uint64_t key = 0;
  auto operator<=>(const PathKey&) const = default;
};

bool contains(const std::vector<std::uint32_t>& paths, std::uint32_t path) {
  return std::ranges::find(paths, path) != paths.end();
}

/// How many of `entries` are left to check if a path is asked for; `run` are their keys on it,
/// sorted. A value that many ask for is taken to be frequent, and any of them to occur in one event
/// of two.
double cost_of(std::span<const PathKey> run, std::size_t entries) {
  double squares = 0;
  for (std::size_t i = 0; i < run.size();) {
    std::size_t j = i;
    while (j < run.size() && run[j] == run[i]) ++j;
    const auto count = static_cast<double>(j - i);
    squares += count * count * (run[i].key == kPresentKey ? 0.85 : 0.5);
    i = j;
  }
  const auto keys = static_cast<double>(run.size());
  return std::max(0.0, static_cast<double>(entries) - keys) + squares / keys;
}

}  // namespace

std::uint32_t RuleIndex::new_node() {
  if (free_nodes_.empty()) {
    nodes_.emplace_back();
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  const std::uint32_t node = free_nodes_.back();
  free_nodes_.pop_back();
  return node;
}

bool RuleIndex::can_be_asked(const Condition& condition) {
  return !condition.keys.empty() && condition.keys.front().form != KeyForm::contains;
}

const std::vector<AnchorKey>* RuleIndex::keys_on(Entry entry, std::uint32_t path) const {
  for (const Condition& condition : conditions_[entry]) {
    if (condition.path == path && can_be_asked(condition)) return &condition.keys;
  }
  return nullptr;
}

void RuleIndex::add(Entry entry, std::vector<Condition> conditions) {
  if (entry >= conditions_.size()) {
    conditions_.resize(entry + 1);
    seen_.resize(entry + 1, 0);
  }
  conditions_[entry] = std::move(conditions);
  Paths asked;
  insert(0, entry, asked);
}

void RuleIndex::remove(Entry entry) {
  erase(0, entry);
  conditions_[entry].clear();
}

// ---- Adding and removing, node by node. Nodes may move when one is made: no reference is kept.
// ----

void RuleIndex::insert(std::uint32_t node, Entry entry, Paths& asked) {
  const std::uint32_t size = ++nodes_[node].size;
  if (size > std::max(kListed, kRegrowth * nodes_[node].planned)) {
    Entries entries{entry};
    collect(node, entries);
    free_below(node);
    return plan(node, std::move(entries), asked);
  }
  if (nodes_[node].kind == Kind::list) {
    return list(node, entry, asked);
  }
  const bool is_dispatch = nodes_[node].kind == Kind::dispatch;
  const std::uint32_t path = is_dispatch ? rarest_path(node, entry, asked) : nodes_[node].path;
  const auto* keys = path == kNone ? nullptr : keys_on(entry, path);
  if (keys == nullptr) return insert(otherwise_of(node), entry, asked);
  if (is_dispatch) {
    const std::uint32_t child = child_of(node, path);
    if (nodes_[child].size == 0) return plan_path(child, path, {entry}, asked);
    return insert(child, entry, asked);
  }
  asked.push_back(path);
  for (const AnchorKey& key : *keys) insert(child_for(node, key), entry, asked);
  asked.pop_back();
}

bool RuleIndex::erase(std::uint32_t node, Entry entry) {
  bool is_found = false;
  if (nodes_[node].kind == Kind::list) {
    is_found = unlist(node, entry);
  } else if (nodes_[node].kind == Kind::dispatch) {
    for (const Condition& condition : conditions_[entry]) {
      const std::uint32_t child = nodes_[node].children.find(condition.path);
      if (child != kNone) is_found = erase(child, entry) || is_found;
    }
  } else if (const auto* keys = keys_on(entry, nodes_[node].path)) {
    for (const AnchorKey& key : *keys) {
      const std::uint32_t child = nodes_[node].children.find(key.hash);
      if (child != kNone) is_found = erase(child, entry) || is_found;
    }
  }
  if (!is_found && nodes_[node].otherwise != kNone) is_found = erase(nodes_[node].otherwise, entry);
  if (is_found) --nodes_[node].size;
  return is_found;
}

std::uint32_t RuleIndex::child_of(std::uint32_t node, std::uint64_t key) {
  const std::uint32_t known = nodes_[node].children.find(key);
  if (known != kNone) return known;
  const std::uint32_t child = new_node();
  nodes_[node].children.insert(key, child);
  return child;
}

std::uint32_t RuleIndex::child_for(std::uint32_t node, const AnchorKey& key) {
  const std::uint32_t child = child_of(node, key.hash);
  Node& here = nodes_[node];
  here.forms |= static_cast<std::uint32_t>(key.form);
  if (key.form == KeyForm::prefix || key.form == KeyForm::suffix) {
    auto& lengths = key.form == KeyForm::prefix ? here.prefixes : here.suffixes;
    const auto at = std::ranges::lower_bound(lengths, key.length);
    if (at == lengths.end() || *at != key.length) lengths.insert(at, key.length);
  }
  return child;
}

std::uint32_t RuleIndex::otherwise_of(std::uint32_t node) {
  if (nodes_[node].otherwise == kNone) {
    const std::uint32_t child = new_node();
    nodes_[node].otherwise = child;
  }
  return nodes_[node].otherwise;
}

/// What the way to the node has not asked yet. Conditions that name one value come first.
void RuleIndex::list(std::uint32_t node, Entry entry, const Paths& asked) {
  std::vector<Check>& listed = nodes_[node].listed;
  const std::size_t header = listed.size();
  listed.push_back({.hash = 0, .subject = entry, .length = 0});
  for (const bool narrow : {true, false}) {
    for (const Condition& condition : conditions_[entry]) {
      const auto& [path, keys] = condition;
      if (keys.empty() || (can_be_asked(condition) && contains(asked, path))) continue;
      const bool is_narrow = keys.size() <= kMostKeys && keys[0].form != KeyForm::present;
      if (is_narrow != narrow) continue;
      if (!narrow) listed.push_back({kPresentKey, path, 0, KeyForm::present, true});
      for (const AnchorKey& key : keys) {
        if (narrow) listed.push_back({key.hash, path, key.length, key.form, &key == &keys.back()});
      }
    }
  }
  listed[header].length = static_cast<std::uint16_t>(listed.size() - header - 1);
}

bool RuleIndex::unlist(std::uint32_t node, Entry entry) {
  std::vector<Check>& listed = nodes_[node].listed;
  for (std::size_t i = 0; i < listed.size(); i += 1U + listed[i].length) {
    if (listed[i].subject != entry) continue;
    const auto begin = listed.begin() + static_cast<std::ptrdiff_t>(i);
    listed.erase(begin, begin + 1 + listed[i].length);
    return true;
  }
  return false;
}

void RuleIndex::collect(std::uint32_t node, Entries& out) const {
  const Node& here = nodes_[node];
  for (std::size_t i = 0; i < here.listed.size(); i += 1U + here.listed[i].length) {
    out.push_back(here.listed[i].subject);
  }
  here.children.for_each([&](std::uint32_t child) { collect(child, out); });
  if (here.otherwise != kNone) collect(here.otherwise, out);
}

void RuleIndex::free_below(std::uint32_t node) {
  Node before;
  std::swap(before, nodes_[node]);
  const auto release = [this](std::uint32_t child) {
    free_below(child);
    free_nodes_.push_back(child);
  };
  before.children.for_each(release);
  if (before.otherwise != kNone) release(before.otherwise);
}

// ---- Planning: what to ask first, for a set of entries. ----

std::uint32_t RuleIndex::best_path(const Entries& entries, const Paths& asked) const {
  std::vector<PathKey> all;
  for (const Entry entry : entries) {
    for (const Condition& condition : conditions_[entry]) {
      if (contains(asked, condition.path) || !can_be_asked(condition)) continue;
      for (const AnchorKey& key : condition.keys) all.push_back({condition.path, key.hash});
    }
  }
  std::ranges::sort(all);
  std::uint32_t best = kNone;
  double least = kWorthIt * static_cast<double>(entries.size());
  for (std::size_t i = 0; i < all.size();) {
    std::size_t j = i;
    while (j < all.size() && all[j].path == all[i].path) ++j;
    const double cost = cost_of(std::span{all}.subspan(i, j - i), entries.size());
    if (cost < least) {
      least = cost;
      best = all[i].path;
    }
    i = j;
  }
  return best;
}

/// The path on which fewest entries of a dispatch share the entry's keys.
std::uint32_t RuleIndex::rarest_path(std::uint32_t node, Entry entry, const Paths& asked) const {
  std::uint32_t best = kNone;
  std::uint32_t least = kNone;
  for (const Condition& condition : conditions_[entry]) {
    if (!can_be_asked(condition) || contains(asked, condition.path)) continue;
    const std::uint32_t child = nodes_[node].children.find(condition.path);
    std::uint32_t sharing = 0;
    for (const AnchorKey& key : condition.keys) {
      if (child == kNone) break;
      const std::uint32_t same = nodes_[child].children.find(key.hash);
      if (same != kNone) sharing += nodes_[same].size;
    }
    if (sharing < least) {
      least = sharing;
      best = condition.path;
    }
  }
  return best;
}

/// `node` is empty. An entry may stand in `entries` more than once.
void RuleIndex::plan(std::uint32_t node, Entries entries, Paths& asked) {
  std::ranges::sort(entries);
  entries.erase(std::ranges::unique(entries).begin(), entries.end());
  const auto size = static_cast<std::uint32_t>(entries.size());
  const std::uint32_t path = size > kListed ? best_path(entries, asked) : kNone;
  if (path != kNone) return plan_path(node, path, entries, asked);
  nodes_[node].size = size;
  nodes_[node].planned = size > kListed ? size : 0;
  if (size > 4 * kListed) return plan_dispatch(node, entries, asked);
  for (const Entry entry : entries) list(node, entry, asked);
}

void RuleIndex::plan_path(std::uint32_t node, std::uint32_t path, const Entries& entries,
                          Paths& asked) {
  nodes_[node].kind = Kind::path;
  nodes_[node].path = path;
  nodes_[node].size = nodes_[node].planned = static_cast<std::uint32_t>(entries.size());
  std::vector<std::pair<std::uint32_t, Entry>> by_child;
  for (const Entry entry : entries) {
    if (const auto* keys = keys_on(entry, path)) {
      for (const AnchorKey& key : *keys) by_child.emplace_back(child_for(node, key), entry);
    } else {
      by_child.emplace_back(otherwise_of(node), entry);
    }
  }
  std::ranges::sort(by_child);
  asked.push_back(path);
  for (std::size_t i = 0; i < by_child.size();) {
    const std::uint32_t child = by_child[i].first;
    Entries group;
    for (; i < by_child.size() && by_child[i].first == child; ++i)
      group.push_back(by_child[i].second);
    plan(child, std::move(group), asked);
  }
  asked.pop_back();
}

void RuleIndex::plan_dispatch(std::uint32_t node, const Entries& entries, Paths& asked) {
  nodes_[node].kind = Kind::dispatch;
  Entries rest;
  for (const Entry entry : entries) {
    const std::uint32_t path = rarest_path(node, entry, asked);
    if (path == kNone) {
      rest.push_back(entry);
      continue;
    }
    const std::uint32_t child = child_of(node, path);
    if (nodes_[child].size == 0) {
      plan_path(child, path, {entry}, asked);
    } else {
      insert(child, entry, asked);
    }
  }
  if (rest.empty()) return;
  const std::uint32_t otherwise = otherwise_of(node);
  nodes_[otherwise].size = nodes_[otherwise].planned = static_cast<std::uint32_t>(rest.size());
  for (const Entry entry : rest) list(otherwise, entry, asked);
}

}  // namespace opsim::events
