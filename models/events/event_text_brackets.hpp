#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/events/event_text.hpp"
#include "models/events/event_text_index.hpp"
#include "models/events/event_text_wide.hpp"

namespace opsim::events {

/// The one thing in an event that goes from bracket to bracket: which closes which, and whether the
/// text between them is in an object or in an array. Lists the marks on the way.
class EventBrackets {
 public:
  using Bits = blocks::Bits;

  /// What is known of a group of characters.
  struct Seen {
    blocks::Words marks;
    blocks::Words brackets;
    blocks::Words bad;
    blocks::Words no_member;  // where an object's members must stand and do not
    blocks::Words colons;
  };

  /// `open` has room for kMaxDepth numbers, `marks` for all marks and kBlock more.
  EventBrackets(std::string_view text, std::uint32_t* marks, std::uint32_t* open,
                std::vector<EventIndex::Enclosure>& enclosures)
      : text_(text), marks_(marks), mark_(marks), open_(open), enclosures_(enclosures) {}

  /// Through the group that begins at `begin`, word by word, until the event is complete or bad.
  template <class Processor>
  [[gnu::always_inline]] inline void walk(const Seen& seen, std::size_t begin) {
    if (enclosures_.size() < opened_ + blocks::kGroup) {
      enclosures_.resize(2 * opened_ + 2 * blocks::kGroup);
    }
    At at{mark_, enclosures_.data(), depth_, opened_, in_object_};
    for (std::size_t i = 0; i < blocks::kLanes; ++i) {
      const std::size_t from = begin + i * blocks::kBlock;
      const bool goes_on = word(at, seen, i, from);
      at.mark = Processor::list(at.mark, seen.marks.lane[i], static_cast<std::uint32_t>(from));
      if (!goes_on) break;
    }
    mark_ = at.mark;
    depth_ = at.depth;
    opened_ = at.opened;
    in_object_ = at.in_object;
  }

  void fail() { bad_ = 1; }
  [[nodiscard]] bool is_bad() const { return bad_ != 0; }
  [[nodiscard]] bool is_complete() const { return end_ != 0; }
  /// Behind the closing brace of a complete event.
  [[nodiscard]] std::size_t end() const { return end_; }

 private:
  /// Where the walk is: kept in registers.
  struct At {
    std::uint32_t* mark;
    EventIndex::Enclosure* enclosures;
    std::size_t depth;
    std::uint32_t opened;
    bool in_object;
  };

  /// Brackets one by one, and between them: missing members of objects, and colons in arrays. False
  /// if nothing more is to be read.
  [[gnu::always_inline]] inline bool word(At& at, const Seen& all, std::size_t lane,
                                          std::size_t begin) {
    const char* const text = text_.data() + begin;
    const Bits bad = all.bad.lane[lane];
    const Bits no_member = all.no_member.lane[lane];
    const Bits colons = all.colons.lane[lane];
    Bits seen = 0;
    Bits wrong = 0;
    for (Bits left = all.brackets.lane[lane]; left != 0; left &= left - 1) {
      const Bits up_to = left ^ (left - 1);
      wrong |= (at.in_object ? no_member : colons) & up_to & ~seen;
      seen = up_to;
      const char c = text[wide::first_bit(left)];
      if (c == '{' || c == '[') {
        if (at.depth == EventText::kMaxDepth || (at.depth == 0 && c != '{')) return failed();
        at.in_object = c == '{';
        open_[at.depth++] = at.opened++ << 1 | static_cast<std::uint32_t>(at.in_object);
        continue;
      }
      if (at.depth == 0 || at.in_object != (c == '}')) return failed();
      const int marks_here = __builtin_popcountll(all.marks.lane[lane] & up_to);
      at.enclosures[open_[--at.depth] >> 1] = {
          static_cast<std::uint32_t>(at.mark - marks_) + static_cast<std::uint32_t>(marks_here),
          at.opened};
      if (at.depth == 0) {
        bad_ |= wrong | (bad & up_to);
        end_ = begin + static_cast<std::size_t>(wide::first_bit(left)) + 1;
        return false;
      }
      at.in_object = (open_[at.depth - 1] & 1) != 0;
    }
    bad_ |= wrong | bad | ((at.in_object ? no_member : colons) & ~seen);
    return bad_ == 0;
  }

  bool failed() {
    fail();
    return false;
  }

  std::string_view text_;
  std::uint32_t* marks_;
  std::uint32_t* mark_;  // the next
  std::uint32_t* open_;  // the brackets not closed yet: twice the number, one more for an object
  std::vector<EventIndex::Enclosure>& enclosures_;
  Bits bad_ = 0;
  std::size_t depth_ = 0;
  std::uint32_t opened_ = 0;
  bool in_object_ = false;
  std::size_t end_ = 0;
};

}  // namespace opsim::events
