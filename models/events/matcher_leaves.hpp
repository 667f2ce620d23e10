#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/events/event_text.hpp"
#include "models/events/matcher_paths.hpp"
#include "models/events/pattern_leaves.hpp"

namespace opsim::events {

/// Leaves, by path, of what the rules ask about. The sink of an EventWalk or an IndexedWalk.
class AskedLeaves {
 public:
  struct Spot {
    PathTree::Spot at = PathTree::kRoot;
    bool under_empty_key = false;
  };

  explicit AskedLeaves(const PathTree& paths) : paths_(paths) {}

  /// For an event of so many bytes. Decoded strings are no longer than the text, so views into them
  /// stay.
  void clear(std::size_t text_bytes) {
    for (const std::uint32_t path : present()) table_.first[path] = LeafTable::kNone;
    table_.first.resize(paths_.paths(), LeafTable::kNone);
    present_.resize(paths_.paths());
    presents_ = 0;
    table_.clear();
    decoded_.clear();
    if (decoded_.capacity() < text_bytes) decoded_.reserve(text_bytes);
  }

  Spot enter(Spot from, std::string_view key, bool may_have_dot) const {
    return {paths_.enter(from.at, key, may_have_dot), from.under_empty_key || key.empty()};
  }
  /// Into a key without a dot; so many bytes may be read from where it begins.
  Spot step(Spot from, std::string_view key, std::size_t readable) const {
    return {paths_.step(from.at, key, readable), from.under_empty_key || key.empty()};
  }
  /// False: nowhere, by a glance at the key as it is written.
  [[nodiscard]] bool may_lead(Spot from, std::string_view key) const {
    return paths_.may_lead(from.at, key);
  }
  static bool wants(Spot spot) { return spot.at != PathTree::kNowhere; }

  [[gnu::always_inline]] inline void leaf(Spot spot, ValueKind kind, std::string_view text,
                                          bool is_decoded, const std::vector<ArrayPlace>& places) {
    const std::uint32_t path = paths_.path_at(spot.at);
    if (path == PathTree::kNoPath) return;
    if (table_.first[path] == LeafTable::kNone) present_[presents_++] = path;
    table_.add(path, kind, is_decoded ? keep(text) : text, spot.under_empty_key, places);
  }

  [[nodiscard]] const LeafTable& table() const { return table_; }
  [[nodiscard]] std::span<const std::uint32_t> present() const {
    return std::span{present_}.first(presents_);
  }

 private:
  [[gnu::noinline]] std::string_view keep(std::string_view text) {
    const std::size_t begin = decoded_.size();
    decoded_.append(text);
    return std::string_view{decoded_}.substr(begin);
  }

  const PathTree& paths_;
  LeafTable table_;
  std::vector<std::uint32_t> present_;  // paths that have a leaf, and room for all others
  std::size_t presents_ = 0;            // how many have one
  std::string decoded_;
};

}  // namespace opsim::events
