#include "models/events/matcher_paths.hpp"

#include <algorithm>

namespace opsim::events {

PathTree::Spot PathTree::child(Spot from, std::string_view name) const {
  if ((steps_[from].children & bit_of(name)) == 0) return kNowhere;
  Spot spot = by_name_.find(key_of(from, name));
  while (spot != kNowhere && (steps_[spot].parent != from || !same_text(steps_[spot].name, name))) {
    spot = same_key_[spot];
  }
  return spot;
}

std::uint32_t PathTree::add(std::string_view path) {
  same_key_.resize(steps_.size(), kNowhere);
  Spot spot = kRoot;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t dot = std::min(path.find('.', begin), path.size());
    const std::string_view name = path.substr(begin, dot - begin);
    begin = dot + 1;
    Spot next = child(spot, name);
    if (next == kNowhere) {
      next = static_cast<Spot>(steps_.size());
      steps_.push_back({.name = std::string{name}, .parent = spot});
      steps_[spot].children |= bit_of(name);
      const std::uint64_t key = key_of(spot, name);
      Spot last = by_name_.find(key);
      same_key_.push_back(kNowhere);
      if (last == kNowhere) {
        by_name_.insert(key, next);
      } else {
        while (same_key_[last] != kNowhere) last = same_key_[last];
        same_key_[last] = next;
      }
    }
    spot = next;
  }
  if (steps_[spot].path == kNoPath) {
    steps_[spot].path = static_cast<std::uint32_t>(ends_.size());
    ends_.push_back(spot);
  }
  const std::uint32_t number = steps_[spot].path;
  for (; spot != kNowhere; spot = steps_[spot].parent) ++steps_[spot].uses;
  return number;
}

void PathTree::remove(std::uint32_t path) {
  for (Spot spot = ends_[path]; spot != kNowhere; spot = steps_[spot].parent) --steps_[spot].uses;
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
  spot = child(spot, key);
  return spot == kNowhere || steps_[spot].uses == 0 ? kNowhere : spot;
}

}  // namespace opsim::events
