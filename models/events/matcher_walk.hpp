#pragma once
#include <bit>
#include <cstdint>
#include <string_view>

#include "models/events/event_text_index.hpp"
#include "models/events/event_text_scan.hpp"
#include "models/events/event_text_walk.hpp"
#include "models/events/matcher_hash.hpp"
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
        places_(buffers.places),
        decoded_(buffers.decoded) {
    places_.clear();
  }

  void run() { object(marks_ + 1, {}); }

 private:
  /// The next mark.
  using Cursor = const std::uint32_t*;

  [[nodiscard]] std::string_view part(std::size_t begin, std::size_t end) const {
    return {text_.data() + begin, end - begin};
  }

  /// From behind the opening bracket to behind the closing one.
  Cursor object(Cursor cursor, Spot spot) {
    ++opens_;
    for (std::size_t at = *cursor++; text_[at] == '"'; at = *cursor++) {
      const Spot inside = enter(spot, part(at + 1, *cursor++));
      const std::size_t begin = *cursor++;
      if (AskedLeaves::wants(inside)) {
        value(cursor, begin, inside);
      } else {
        pass(cursor, begin);
      }
    }
    return cursor;
  }

  [[gnu::always_inline]] inline Spot enter(Spot spot, std::string_view key) {
    if (index_.has_backslash(text_, key)) return leaves_.enter(spot, decoded(key), true);
    if (!leaves_.may_lead(spot, key)) return {PathTree::kNowhere, false};
    const auto begin = static_cast<std::size_t>(key.data() - text_.data());
    const Spot inside = leaves_.step(spot, key, text_.size() - begin);
    // No name that is asked for has a dot in it, but the key of an event may.
    if (AskedLeaves::wants(inside) || !index_.has_dot(text_, key)) return inside;
    return leaves_.enter(spot, key, true);
  }

  /// A value that no rule asks about.
  [[gnu::always_inline]] inline void pass(Cursor& cursor, std::size_t at) {
    const char c = text_[at];
    if (c == '"') {
      ++cursor;
    } else if (c == '{' || c == '[') {
      const EventIndex::Enclosure& enclosure = index_.enclosure(opens_);
      opens_ = enclosure.next_open;
      cursor = marks_ + enclosure.behind;
    }
  }

  [[gnu::always_inline]] inline void value(Cursor& cursor, std::size_t at, Spot spot) {
    const char c = text_[at];
    if (c == '"') {
      string(part(at + 1, *cursor++), spot);
    } else if (c == '{') {
      cursor = object(cursor, spot);
    } else if (c == '[') {
      cursor = array(cursor, spot);
    } else {
      scalar(at, spot);
    }
  }

  Cursor array(Cursor cursor, Spot spot) {
    const std::uint32_t id = opens_++;
    std::uint32_t element = 0;
    for (std::size_t at = *cursor++; text_[at] != ']'; at = *cursor++, ++element) {
      if (text_[at] != '{' && text_[at] != '[') {
        value(cursor, at, spot);
      } else {
        places_.push_back({id, element});
        value(cursor, at, spot);
        places_.pop_back();
      }
    }
    return cursor;
  }

  void string(std::string_view inside, Spot spot) {
    const bool has_escapes = index_.has_backslash(text_, inside);
    if (has_escapes) inside = decoded(inside);
    leaves_.leaf(spot, ValueKind::string, inside, has_escapes, places_);
  }

  void scalar(std::size_t at, Spot spot) {
    ValueKind kind = ValueKind::number;
    std::string_view text;
    switch (text_[at]) {
      case 't': kind = ValueKind::truth, text = "true"; break;
      case 'f': kind = ValueKind::untruth, text = "false"; break;
      case 'n': kind = ValueKind::null, text = "null"; break;
      default: text = part(at, number_end(at + 1)); break;
    }
    leaves_.leaf(spot, kind, text, false, places_);
  }

  /// Behind the digits and the point of a number: eight characters at once, all between '.' and '9'
  /// being one of them.
  [[nodiscard]] std::size_t number_end(std::size_t at) const {
    if constexpr (std::endian::native == std::endian::little) {
      constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
      constexpr std::uint64_t kTops = 0x80 * kOnes;
      for (; at + sizeof(std::uint64_t) <= text_.size(); at += sizeof(std::uint64_t)) {
        const auto eight = load_word<std::uint64_t>(text_.data() + at);
        const std::uint64_t below = (eight - '.' * kOnes) & ~eight;
        const std::uint64_t above = (eight + (0x7F - '9') * kOnes) | eight;
        const std::uint64_t ends = (below | above) & kTops;  // right up to the first
        if (ends != 0) return at + static_cast<std::size_t>(std::countr_zero(ends)) / 8;
      }
    }
    while (scan::is_digit(text_[at]) || text_[at] == '.') ++at;
    return at;
  }

  std::string_view decoded(std::string_view inside) {
    scan::decode(inside, decoded_);
    return decoded_;
  }

  AskedLeaves& leaves_;
  const EventIndex& index_;
  std::string_view text_;
  const std::uint32_t* marks_;
  std::uint32_t opens_ = 0;  // opening brackets behind us
  std::vector<ArrayPlace>& places_;
  std::string& decoded_;
};

}  // namespace opsim::events
