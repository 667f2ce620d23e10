#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
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

  PathTree() : steps_(1), origins_(1) {}

  /// The number of a path, one more use of it. Numbers count from 0 and are never reused.
  std::uint32_t add(std::string_view path);
  /// One use less.
  void remove(std::uint32_t path);

  /// Where a key leads; kNowhere if no rule asks about anything there.
  [[nodiscard]] Spot enter(Spot from, std::string_view key, bool may_have_dot) const;
  /// The same of a key without a dot. So many bytes may be read from where it begins.
  [[nodiscard]] Spot step(Spot from, std::string_view key, std::size_t readable) const {
    if ((steps_[from].look & look_of(key)) == 0) return kNowhere;
    if (readable < std::max<std::size_t>(key.size(), kWord)) return used(child(from, key));
    return used(child(from, key, Name::of(key)));
  }
  /// False if no rule asks about anything behind such a key, also where it has dots.
  [[nodiscard]] bool may_lead(Spot from, std::string_view key) const {
    return key.empty() || (steps_[from].firsts & first_of(key)) != 0;
  }
  /// The path that ends here, or kNoPath.
  [[nodiscard]] std::uint32_t path_at(Spot spot) const { return steps_[spot].path; }
  [[nodiscard]] std::size_t paths() const { return ends_.size(); }

 private:
  static constexpr std::size_t kWord = sizeof(std::uint64_t);

  /// What tells names of up to 16 bytes apart, without asking byte by byte.
  struct Name {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    std::uint64_t size = 0;

    /// At least kWord bytes can be read where `text` begins.
    static Name of(std::string_view text) {
      const std::size_t size = text.size();
      const std::size_t behind = std::max(size, kWord) - kWord;
      const std::uint64_t mask = ~std::uint64_t{0} >> ((8 * (kWord - std::min(size, kWord))) & 63);
      const std::uint64_t kept = size == 0 ? 0 : mask;
      return {load_word<std::uint64_t>(text.data()) & kept,
              load_word<std::uint64_t>(text.data() + behind) & kept, size};
    }
    [[nodiscard]] std::size_t hash() const {
      const std::uint64_t mixed =
          ((head ^ size) * 0x9E3779B97F4A7C15U) ^ (tail * 0xD1B54A32D192ED03U);
      return static_cast<std::size_t>(mixed >> 40);
    }
    bool operator==(const Name&) const = default;
  };
  struct Branch {
    Name name;
    Spot to = kNowhere;
  };
  /// What every key of an event asks of where it is: one line of memory.
  struct alignas(64) Step {
    std::uint64_t look = 0;    // of all children
    std::uint64_t firsts = 0;  // of all children: how names that lead to one may begin
    std::uint32_t path = kNoPath;
    std::uint32_t uses = 0;        // of paths that pass here or end here
    std::vector<Branch> branches;  // open addressing; a power of two, at most half full
    std::size_t mask = 0;          // of places among the branches
  };
  /// How a step came about.
  struct Origin {
    std::string name;
    Spot parent = kNowhere;
    std::uint32_t children = 0;  // how many
  };

  /// A bit by which most names that are not asked for differ from those that are.
  static std::uint64_t look_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto first = static_cast<unsigned char>(name.front());
    const auto last = static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << ((name.size() + 5U * first + 11U * last) & 63);
  }

  static std::uint64_t first_of(std::string_view name) {
    return std::uint64_t{1} << (static_cast<unsigned char>(name.front()) & 63U);
  }

  [[nodiscard]] Spot used(Spot spot) const {
    return spot == kNowhere || steps_[spot].uses == 0 ? kNowhere : spot;
  }
  /// Some name has `from` as its parent.
  [[nodiscard]] Spot child(Spot from, std::string_view text, const Name& name) const {
    const Step& step = steps_[from];
    for (std::size_t i = name.hash() & step.mask;; i = (i + 1) & step.mask) {
      const Branch& branch = step.branches[i];
      if (branch.to == kNowhere) return kNowhere;
      if (branch.name == name && (text.size() <= 2 * kWord || origins_[branch.to].name == text)) {
        return branch.to;
      }
    }
  }
  [[nodiscard]] Spot child(Spot from, std::string_view text) const;
  [[nodiscard]] static Name name_of(std::string_view text);
  static void put(std::vector<Branch>& branches, const Branch& branch);
  Spot new_child(Spot from, std::string_view name);

  std::vector<Step> steps_;
  std::vector<Origin> origins_;  // of the steps
  std::vector<Spot> ends_;       // by path
};

}  // namespace opsim::events
