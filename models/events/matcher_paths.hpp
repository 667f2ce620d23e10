#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/events/matcher_hash.hpp"

namespace opsim::events {

/// The paths that rules ask about, as a tree of steps, so that an event is looked into only where
/// some rule cares. A dot in a key and a step into an object are the same thing.
class PathTree {
 public:
  using Spot = std::uint32_t;
  static constexpr Spot kRoot = 0;
  static constexpr Spot kNowhere = 0xFFFF'FFFF;
  static constexpr std::uint32_t kNoPath = 0xFFFF'FFFF;

  PathTree() : steps_(1) {}

  /// The number of a path, one more use of it. Numbers count from 0 and are never reused.
  std::uint32_t add(std::string_view path);
  /// One use less.
  void remove(std::uint32_t path);

  /// Where a key leads; kNowhere if no rule asks about anything there.
  [[nodiscard]] Spot enter(Spot from, std::string_view key, bool may_have_dot) const;
  /// The path that ends here, or kNoPath.
  [[nodiscard]] std::uint32_t path_at(Spot spot) const { return steps_[spot].path; }
  [[nodiscard]] std::size_t paths() const { return ends_.size(); }

 private:
  struct Step {
    std::string name;
    Spot parent = kNowhere;
    std::uint32_t path = kNoPath;
    std::uint32_t uses = 0;      // of paths that pass here or end here
    std::uint64_t children = 0;  // a bit for each child's name: most keys fail it
  };

  [[nodiscard]] Spot child(Spot from, std::string_view name) const;
  [[nodiscard]] static std::uint64_t key_of(Spot from, std::string_view name) {
    return hash_text(name, from);
  }
  [[nodiscard]] static std::uint64_t bit_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
    const std::size_t n = name.size();
    return std::uint64_t{1} << ((n * 7 + byte(0) * 3U + byte(n - 1) * 5U + byte(n / 2)) & 63);
  }

  std::vector<Step> steps_;
  std::vector<Spot> ends_;  // by path
  NumberMap by_name_;       // key_of -> first step of that key; others follow in same_key_
  std::vector<Spot> same_key_;
};

}  // namespace opsim::events
