#pragma once
#include <string_view>

#include "models/events/event_text_index.hpp"
#include "models/events/event_text_scan.hpp"
#include "models/events/event_text_walk.hpp"
#include "models/events/matcher_leaves.hpp"

namespace opsim::events {

/// Shows an AskedLeaves what it wants of a text that an EventIndex found good: from mark to mark,
/// past what no rule asks about in one step.
class IndexedWalk {
 public:
  using Spot = AskedLeaves::Spot;

  /// `index` was built from `text`.
  IndexedWalk(AskedLeaves& leaves, const EventIndex& index, std::string_view text,
              WalkBuffers& buffers)
      : leaves_(leaves),
        index_(index),
        text_(text),
        marks_(index.marks()),
        word_(marks_[0]),
        places_(buffers.places),
        decoded_(buffers.decoded) {
    places_.clear();
  }

  void run() {
    next();
    object({});
  }

 private:
  /// The position of the next mark.
  std::size_t next() {
    while (word_ == 0) word_ = marks_[++block_];
    const std::size_t position = block_ * 64 + static_cast<std::size_t>(__builtin_ctzll(word_));
    word_ &= word_ - 1;
    return position;
  }

  /// The next mark will be the first behind `position`.
  void go_behind(std::size_t position) {
    block_ = position / 64;
    word_ = marks_[block_] & (~std::uint64_t{1} << (position & 63));
  }

  [[nodiscard]] std::string_view part(std::size_t begin, std::size_t end) const {
    return {text_.data() + begin, end - begin};
  }

  /// Past the opening bracket; leaves behind the closing one.
  void object(Spot spot) {
    ++opens_;
    for (std::size_t at = next(); text_[at] == '"'; at = next()) {
      const Spot inside = enter(spot, part(at + 1, next()));
      value(next(), inside, AskedLeaves::wants(inside));
    }
  }

  Spot enter(Spot spot, std::string_view key) {
    if (index_.has_backslash(text_, key)) return leaves_.enter(spot, decoded(key), true);
    const auto begin = static_cast<std::size_t>(key.data() - text_.data());
    const Spot inside = leaves_.step(spot, key, text_.size() - begin);
    // No name that is asked for has a dot in it, but the key of an event may.
    if (AskedLeaves::wants(inside) || !index_.has_dot(text_, key)) return inside;
    return leaves_.enter(spot, key, true);
  }

  void value(std::size_t at, Spot spot, bool is_wanted) {
    const char c = text_[at];
    if (c == '"') {
      const std::size_t end = next();
      if (is_wanted) string(part(at + 1, end), spot);
    } else if (c == '{' || c == '[') {
      if (!is_wanted) {
        const EventIndex::Enclosure& enclosure = index_.enclosure(opens_);
        opens_ = enclosure.next_open;
        go_behind(enclosure.close);
      } else if (c == '{') {
        object(spot);
      } else {
        array(spot);
      }
    } else if (is_wanted) {
      scalar(at, spot);
    }
  }

  void array(Spot spot) {
    const std::uint32_t id = opens_++;
    std::uint32_t element = 0;
    for (std::size_t at = next(); text_[at] != ']'; at = next(), ++element) {
      if (text_[at] != '{' && text_[at] != '[') {
        value(at, spot, true);
      } else {
        places_.push_back({id, element});
        value(at, spot, true);
        places_.pop_back();
      }
    }
  }

  void string(std::string_view inside, Spot spot) {
    const bool has_escapes = index_.has_backslash(text_, inside);
    if (has_escapes) inside = decoded(inside);
    leaves_.leaf(spot, ValueKind::string, inside, has_escapes, places_);
  }

  void scalar(std::size_t at, Spot spot) {
    switch (text_[at]) {
      case 't': return leaves_.leaf(spot, ValueKind::truth, "true", false, places_);
      case 'f': return leaves_.leaf(spot, ValueKind::untruth, "false", false, places_);
      case 'n': return leaves_.leaf(spot, ValueKind::null, "null", false, places_);
      default: break;
    }
    std::size_t end = at + 1;
    while (scan::is_digit(text_[end]) || text_[end] == '.') ++end;
    leaves_.leaf(spot, ValueKind::number, part(at, end), false, places_);
  }

  std::string_view decoded(std::string_view inside) {
    scan::decode(inside, decoded_);
    return decoded_;
  }

  AskedLeaves& leaves_;
  const EventIndex& index_;
  std::string_view text_;
  const std::uint64_t* marks_;
  std::size_t block_ = 0;
  std::uint64_t word_;
  std::uint32_t opens_ = 0;  // opening brackets behind us
  std::vector<ArrayPlace>& places_;
  std::string& decoded_;
};

}  // namespace opsim::events
