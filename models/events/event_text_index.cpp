// JSON checked 512 characters at a time, with bits for characters (as Langdale and Lemire's
// simdjson does, "Parsing Gigabytes of JSON per Second", 2019, for the strings) and, beyond that,
// the grammar too: what may stand next to what is a question to eight words of bits at once; only
// brackets are looked at one by one.
#include "models/events/event_text_index.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "models/events/event_text.hpp"
#include "models/events/event_text_scan.hpp"
#include "models/events/event_text_wide.hpp"

namespace opsim::events {
namespace {

using blocks::Bits;
using blocks::kBlock;
using blocks::kGroup;
using blocks::kLanes;
using blocks::Words;
using wide::first_bit;
using wide::load;
using wide::shift;
using wide::store;
using wide::Wide;

bool ends_scalar(char c) {
  return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Bytes of the literal that stands at the beginning of `rest`, or 0.
std::size_t literal_size(std::string_view rest) {
  const std::string_view word = rest.starts_with('t')   ? "true"
                                : rest.starts_with('f') ? "false"
                                                        : "null";
  const bool fits = rest.starts_with(word) && rest.size() > word.size();
  return fits && ends_scalar(rest[word.size()]) ? word.size() : 0;
}

}  // namespace

/// One pass over one event, with a Processor's way of what words of bits need.
template <class Processor>
class EventIndexBuilder {
 public:
  EventIndexBuilder(EventIndex& index, std::string_view text)
      : index_(index),
        text_(text),
        mark_(index.marks_.get()),
        backslashes_(index.backslashes_.data()),
        open_(index.open_.data()) {}

  [[gnu::always_inline]] inline bool run() {
    enclosures_ = index_.enclosures_.data();
    const blocks::Group* is = index_.groups_.get();
    Bits others = 0;
    for (std::size_t begin = 0; begin < text_.size(); begin += kGroup) {
      others |= is->any_other;
      group(*is++, begin);
      if (bad_ != 0) return false;
      if (!is_complete_) continue;
      index_.any_backslash_ = any_backslash_;
      index_.end_ = end_;
      return others == 0 || scan::is_utf8(text_.substr(0, end_));
    }
    return false;
  }

 private:
  [[gnu::always_inline]] inline void group(const blocks::Group& is, std::size_t begin) {
    Wide quotes;
    load(quotes, is.quotes);
    if ((is.any_backslash | escape_carry_) != 0) take_escaped(is, quotes, begin);
    Wide inside;  // with the opening mark, not the closing
    Processor::parity(inside, quotes, string_carry_);

    Wide commas;
    Wide colons;
    Wide opens;
    Wide closes;
    Wide space;
    Wide controls;
    load(commas, is.commas);
    load(colons, is.colons);
    load(opens, is.opens);
    load(closes, is.closes);
    load(space, is.spaces);
    load(controls, is.controls);
    commas &= ~inside;
    colons &= ~inside;
    opens &= ~inside;
    closes &= ~inside;
    space = (space | controls) & ~inside;
    Wide bad = controls & inside;
    if (is.any_control != 0) no_space(bad, controls & ~inside, begin);
    const Wide scalars = ~(commas | colons | opens | closes | space | inside | quotes);
    const Bits before = scalar_carry_[kLanes - 1];
    Wide behind_scalar;
    shift(behind_scalar, scalars, scalar_carry_);
    const Wide starts = scalars & ~behind_scalar;
    if (Processor::any(scalars) || before != 0) no_scalars(bad, is, scalars, starts, begin);

    const bool any_space = Processor::any(space);
    Wide ends;
    shift(ends, (quotes & ~inside) | closes, end_carry_);
    ends |= behind_scalar & ~scalars;
    Wide behind_value;
    over_space(behind_value, ends, space, any_space, value_carry_);
    Wide must_follow;
    shift(must_follow, commas | colons, separator_carry_);
    Wide behind_separator;
    over_space(behind_separator, must_follow, space, any_space, behind_separator_carry_);
    Wide entry;
    shift(entry, commas | opens, entry_carry_);
    // What comes behind the string, if any, that a comma or opening bracket begins with.
    Wide behind_name;
    Processor::follow(behind_name, entry, space | inside | quotes, name_carry_);
    bad |= (commas & ~behind_value) | (colons & ~(behind_value & behind_name)) |
           (closes & behind_separator) | (((quotes & inside) | starts | opens) & behind_value);
    const Wide no_member = behind_name & ~colons & ~(closes & ~behind_value);

    const std::size_t word = begin / kBlock;
    std::memcpy(backslashes_ + word, is.backslashes.lane, sizeof is.backslashes);
    Seen seen;
    store(seen.marks, quotes | opens | closes | starts);
    store(seen.brackets, opens | closes);
    store(seen.bad, bad);
    store(seen.no_member, no_member);
    store(seen.colons, colons);
    walk(seen, begin);
  }

  /// Past the space behind each of `from`; sooner where there is none, as in the text that machines
  /// write.
  [[gnu::always_inline]] inline static void over_space(Wide& moved, const Wide& from,
                                                       const Wide& space, bool any_space,
                                                       Bits& carry) {
    if (any_space || carry != 0) {
      Processor::follow(moved, from, space, carry);
    } else {
      moved = from;
    }
  }

  /// Escaped quotation marks are none; what else is escaped must be well-formed.
  void take_escaped(const blocks::Group& is, Wide& quotes, std::size_t begin) {
    any_backslash_ = any_backslash_ || is.any_backslash != 0;
    Words unescaped;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const Bits escaped = escapes(is.backslashes.lane[i]);
      unescaped.lane[i] = is.quotes.lane[i] & ~escaped;
      check_escapes(escaped & ~(is.quotes.lane[i] | is.backslashes.lane[i]), begin + i * kBlock);
    }
    load(quotes, unescaped);
  }

  /// What a backslash takes its own meaning from.
  Bits escapes(Bits backslashes) {
    Bits escaped = escape_carry_;
    Bits left = backslashes & ~escape_carry_;
    escape_carry_ = 0;
    while (left != 0) {
      const Bits bit = left & (Bits{0} - left);
      escaped |= bit << 1;
      escape_carry_ = bit >> 63;
      left &= ~(bit | bit << 1);
    }
    return escaped;
  }

  void check_escapes(Bits letters, std::size_t begin) {
    for (; letters != 0; letters &= letters - 1) {
      const std::size_t at = begin + static_cast<std::size_t>(first_bit(letters));
      if (at + 5 >= text_.size() || scan::past_escape(text_.data() + at - 1) == nullptr) bad_ = 1;
    }
  }

  void no_space(Wide& bad, const Wide& controls, std::size_t begin) const {
    Words left;
    Words wrong{};
    store(left, controls);
    for (std::size_t i = 0; i < kLanes; ++i) {
      const char* const at = text_.data() + begin + i * kBlock;
      for (; left.lane[i] != 0; left.lane[i] &= left.lane[i] - 1) {
        const char c = at[first_bit(left.lane[i])];
        if (c != '\n' && c != '\r' && c != '\t')
          wrong.lane[i] |= left.lane[i] & (Bits{0} - left.lane[i]);
      }
    }
    Wide all;
    load(all, wrong);
    bad |= all;
  }

  /// Where what is neither string nor bracket is no number or literal either.
  [[gnu::always_inline]] inline void no_scalars(Wide& bad, const blocks::Group& is,
                                                const Wide& scalars, const Wide& starts,
                                                std::size_t begin) {
    Wide dots;
    Wide digits;
    Wide minuses;
    Wide zeros;
    load(dots, is.dots);
    load(digits, is.digits);
    load(minuses, is.minuses);
    load(zeros, is.zeros);
    dots &= scalars;
    digits &= scalars;
    minuses &= scalars;
    const Wide letters = scalars & ~(digits | minuses | dots);
    if (Processor::any(letters) || literal_carry_ != 0) no_literals(bad, letters, starts, begin);

    Wide behind_minus;
    Wide behind_dot;
    Wide behind_digit;
    Wide behind_zero;
    Wide behind_fraction;
    shift(behind_minus, minuses, minus_carry_);
    shift(behind_dot, dots, dot_carry_);
    shift(behind_digit, digits, digit_carry_);
    Processor::follow(behind_fraction, behind_dot, digits, fraction_carry_);
    const Wide first_digits = digits & (starts | behind_minus);
    shift(behind_zero, zeros & first_digits, zero_carry_);
    bad |= minuses & ~starts;
    bad |= (behind_minus | behind_dot) & ~digits;
    bad |= dots & (~behind_digit | behind_fraction);
    bad |= behind_zero & digits;
  }

  void no_literals(Wide& bad, const Wide& letters, const Wide& starts, std::size_t begin) {
    Words left;
    Words firsts;
    store(left, letters);
    store(firsts, starts);
    for (std::size_t i = 0; i < kLanes; ++i) {
      const Bits here = left.lane[i] & ~literal_carry_;
      literal_carry_ = 0;
      left.lane[i] = here == 0 ? 0 : no_literals_of(here, firsts.lane[i], begin + i * kBlock);
    }
    Wide wrong;
    load(wrong, left);
    bad |= wrong;
  }

  Bits no_literals_of(Bits letters, Bits starts, std::size_t begin) {
    for (Bits left = letters & starts; left != 0; left &= left - 1) {
      const auto bit = static_cast<std::size_t>(first_bit(left));
      const std::size_t size = literal_size(text_.substr(begin + bit));
      const Bits run = (Bits{1} << size) - 1;
      letters &= ~(run << bit);
      if (bit + size > kBlock) literal_carry_ = run >> (kBlock - bit);
    }
    return letters;
  }

  /// What the walk over the brackets of a group reads.
  struct Seen {
    Words marks;
    Words brackets;
    Words bad;
    Words no_member;  // where an object's members must stand and do not
    Words colons;
  };

  /// Word by word, until the event is complete or found bad.
  [[gnu::always_inline]] inline void walk(const Seen& seen, std::size_t begin) {
    Walk at{mark_, enclosures_, open_, depth_, opened_, in_object_};
    for (std::size_t i = 0; i < kLanes; ++i) {
      if (index_.enclosures_.size() < at.opened + kBlock) at.enclosures = grown(at.opened);
      const bool goes_on = word(at, seen, i, begin + i * kBlock);
      at.mark = Processor::list(at.mark, seen.marks.lane[i],
                                static_cast<std::uint32_t>(begin + i * kBlock));
      if (!goes_on) break;
    }
    mark_ = at.mark;
    enclosures_ = at.enclosures;
    depth_ = at.depth;
    opened_ = at.opened;
    in_object_ = at.in_object;
  }

  /// Where the walk is.
  struct Walk {
    std::uint32_t* mark;
    EventIndex::Enclosure* enclosures;
    std::uint32_t* open;
    std::size_t depth;
    std::uint32_t opened;
    bool in_object;
  };

  /// Brackets one by one, and between them: missing members of objects, and colons in arrays. False
  /// if nothing more is to be read.
  [[gnu::always_inline]] inline bool word(Walk& at, const Seen& all, std::size_t lane,
                                          std::size_t begin) {
    const char* const text = text_.data() + begin;
    const Bits marks = all.marks.lane[lane];
    const Bits bad = all.bad.lane[lane];
    const Bits no_member = all.no_member.lane[lane];
    const Bits colons = all.colons.lane[lane];
    Bits seen = 0;
    Bits wrong = 0;
    for (Bits left = all.brackets.lane[lane]; left != 0; left &= left - 1) {
      const Bits up_to = left ^ (left - 1);
      wrong |= (at.in_object ? no_member : colons) & up_to & ~seen;
      seen = up_to;
      const char c = text[first_bit(left)];
      if (c == '{' || c == '[') {
        if (at.depth == EventText::kMaxDepth || (at.depth == 0 && c != '{')) return fail();
        at.in_object = c == '{';
        at.enclosures[at.opened].behind = at.in_object;  // until it closes
        at.open[at.depth++] = at.opened++;
        continue;
      }
      if (at.depth == 0 || at.in_object != (c == '}')) return fail();
      const auto behind = static_cast<std::uint32_t>(at.mark - index_.marks_.get()) +
                          static_cast<std::uint32_t>(__builtin_popcountll(marks & up_to));
      at.enclosures[at.open[--at.depth]] = {behind, at.opened};
      if (at.depth == 0) {
        bad_ |= wrong | (bad & up_to);
        end_ = begin + static_cast<std::size_t>(first_bit(left)) + 1;
        is_complete_ = true;
        return false;
      }
      at.in_object = at.enclosures[at.open[at.depth - 1]].behind != 0;
    }
    bad_ |= wrong | bad | ((at.in_object ? no_member : colons) & ~seen);
    return bad_ == 0;
  }

  EventIndex::Enclosure* grown(std::size_t opened) {
    index_.enclosures_.resize(2 * opened + 2 * kBlock);
    return index_.enclosures_.data();
  }

  bool fail() {
    bad_ = 1;
    return false;
  }

  EventIndex& index_;
  std::string_view text_;
  std::uint32_t* mark_;  // the next
  Bits* backslashes_;
  std::uint32_t* open_;
  EventIndex::Enclosure* enclosures_ = nullptr;
  bool any_backslash_ = false;
  Bits bad_ = 0;
  // What reaches from one group into the next.
  Bits escape_carry_ = 0;
  Bits string_carry_ = 0;
  Bits value_carry_ = 0;
  Bits behind_separator_carry_ = 0;
  Bits name_carry_ = 0;
  Bits literal_carry_ = 0;
  Bits fraction_carry_ = 0;
  Wide scalar_carry_{};
  Wide end_carry_{};
  Wide separator_carry_{};
  Wide entry_carry_{};
  Wide minus_carry_{};
  Wide dot_carry_{};
  Wide digit_carry_{};
  Wide zero_carry_{};
  std::size_t depth_ = 0;
  std::uint32_t opened_ = 0;
  std::size_t end_ = 0;
  bool in_object_ = false;
  bool is_complete_ = false;
};

namespace {

using Run = bool (*)(EventIndex&, std::string_view);

#if defined(__x86_64__)
[[gnu::target("avx2,bmi,pclmul,popcnt"), gnu::flatten]] bool run_narrow(EventIndex& index,
                                                                        std::string_view text) {
  return EventIndexBuilder<wide::Narrow>{index, text}.run();
}
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,vpclmulqdq,avx2,bmi,pclmul,popcnt"),
  gnu::flatten]] bool
run_broad(EventIndex& index, std::string_view text) {
  return EventIndexBuilder<wide::Broad>{index, text}.run();
}
Run best_run() {
  const bool is_broad = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512vbmi2") &&
                        __builtin_cpu_supports("vpclmulqdq");
  return is_broad ? run_broad : run_narrow;
}
#else
Run best_run() { return nullptr; }
#endif

}  // namespace

bool EventIndex::build(std::string_view text) {
  static const blocks::Classify kClassify = blocks::best_classify();
  static const Run kRun = best_run();
  if (kClassify == nullptr) return false;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return false;
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) return false;
  const std::size_t groups = text.size() / kGroup + 1;
  if (groups > room_) {
    room_ = 2 * groups;
    groups_ = std::make_unique_for_overwrite<blocks::Group[]>(room_);
    backslashes_.resize(room_ * kLanes);
    marks_ = std::make_unique_for_overwrite<std::uint32_t[]>(room_ * kGroup + kBlock);
  }
  open_.resize(EventText::kMaxDepth);
  any_backslash_ = false;
  kClassify(text, groups_.get());
  return kRun(*this, text);
}

}  // namespace opsim::events
