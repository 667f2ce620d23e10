#include "models/events/matcher_paths.hpp"

#include <algorithm>

namespace opsim::events {

PathTree::Name PathTree::name_of(std::string_view text) {
  if (text.size() >= kWord) return Name::of(text);
  char padded[kWord] = {};
  std::ranges::copy(text, padded);
  return Name::of({padded, text.size()});
}

PathTree::Spot PathTree::child(Spot from, std::string_view text) const {
  return steps_[from].branches.empty() ? kNowhere : child(from, text, name_of(text));
}

void PathTree::put(std::vector<Branch>& branches, const Branch& branch) {
  const std::size_t mask = branches.size() - 1;
  std::size_t i = branch.name.hash() & mask;
  while (branches[i].to != kNowhere) i = (i + 1) & mask;
  branches[i] = branch;
}

PathTree::Spot PathTree::new_child(Spot from, std::string_view name) {
  const auto spot = static_cast<Spot>(steps_.size());
  steps_.emplace_back();
  origins_.push_back({.name = std::string{name}, .parent = from});
  Step& parent = steps_[from];
  std::uint32_t& children = origins_[from].children;
  if (parent.branches.size() < 2 * (std::size_t{children} + 1)) {
    std::vector<Branch> grown(std::max<std::size_t>(8, 4 * parent.branches.size()));
    for (const Branch& branch : parent.branches) {
      if (branch.to != kNowhere) put(grown, branch);
    }
    parent.branches = std::move(grown);
    parent.mask = parent.branches.size() - 1;
  }
  put(parent.branches, {name_of(name), spot});
  ++children;
  parent.look |= look_of(name);
  parent.firsts |= first_of(name.empty() ? "." : name);  // ".a" is "" and then "a"
  return spot;
}

std::uint32_t PathTree::add(std::string_view path) {
  Spot spot = kRoot;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t dot = std::min(path.find('.', begin), path.size());
    const std::string_view name = path.substr(begin, dot - begin);
    begin = dot + 1;
    const Spot next = child(spot, name);
    spot = next == kNowhere ? new_child(spot, name) : next;
  }
  if (steps_[spot].path == kNoPath) {
    steps_[spot].path = static_cast<std::uint32_t>(ends_.size());
    ends_.push_back(spot);
  }
  const std::uint32_t number = steps_[spot].path;
  for (; spot != kNowhere; spot = origins_[spot].parent) ++steps_[spot].uses;
  return number;
}

void PathTree::remove(std::uint32_t path) {
  for (Spot spot = ends_[path]; spot != kNowhere; spot = origins_[spot].parent) --steps_[spot].uses;
}

PathTree::Spot PathTree::enter(Spot from, std::string_view key, bool may_have_dot) const {
  Spot spot = from;
  if (may_have_dot) {
    for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
      spot = child(spot, key.substr(0, dot));
      if (spot == kNowhere) return kNowhere;
      key.remove_prefix(dot + 1);
    }
  }
  return used(child(spot, key));
}

}  // namespace opsim::events
