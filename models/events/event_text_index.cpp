// JSON checked 512 characters at a time, with bits for characters (as Langdale and Lemire's
// simdjson does, "Parsing Gigabytes of JSON per Second", 2019, for the strings) and, beyond that,
// the grammar too: what may stand next to what is a question to eight words of bits at once; only
// brackets are looked at one by one.
#include "models/events/event_text_index.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "models/events/event_text.hpp"
#include "models/events/event_text_brackets.hpp"
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
        backslashes_(index.backslashes_.data()),
        brackets_(text, index.marks_.get(), index.open_.data(), index.enclosures_) {}

  [[gnu::always_inline]] inline bool run() {
    const blocks::Group* is = index_.groups_.get();
    Bits others = 0;
    EventBrackets::Seen seen[kAhead];
    for (std::size_t begin = 0; begin < text_.size();) {
      std::size_t count = 0;
      for (std::size_t at = begin; count < kAhead && at < text_.size(); at += kGroup) {
        others |= is->any_other;
        group(*is++, at, seen[count++]);
      }
      for (std::size_t i = 0; i < count; ++i, begin += kGroup) {
        brackets_.template walk<Processor>(seen[i], begin);
        if (brackets_.is_bad()) return false;
        if (!brackets_.is_complete()) continue;
        index_.any_backslash_ = any_backslash_;
        index_.end_ = brackets_.end();
        return others == 0 || scan::is_utf8(text_.substr(0, index_.end_));
      }
    }
    return false;
  }

 private:
  /// Groups whose grammar is asked before their brackets are walked: where a walk takes a branch
  /// that nothing foretold, what the processor did ahead of it is lost.
  static constexpr std::size_t kAhead = 4;

  [[gnu::always_inline]] inline void group(const blocks::Group& is, std::size_t begin,
                                           EventBrackets::Seen& seen) {
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
    store(seen.marks, quotes | opens | closes | starts);
    store(seen.brackets, opens | closes);
    store(seen.bad, bad);
    store(seen.no_member, no_member);
    store(seen.colons, colons);
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
      if (at + 5 >= text_.size() || scan::past_escape(text_.data() + at - 1) == nullptr)
        brackets_.fail();
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

  EventIndex& index_;
  std::string_view text_;
  Bits* backslashes_;
  EventBrackets brackets_;
  bool any_backslash_ = false;
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
Run narrow_run() { return run_narrow; }
Run best_run() {
  const bool is_broad = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512vbmi2") &&
                        __builtin_cpu_supports("vpclmulqdq");
  return is_broad ? run_broad : run_narrow;
}
#else
Run narrow_run() { return nullptr; }
Run best_run() { return nullptr; }
#endif

}  // namespace

bool EventIndex::build(std::string_view text, Way way) {
  struct Means {
    blocks::Classify classify;
    Run run;
  };
  static const Means kMeans[] = {{blocks::best_classify(), best_run()},
                                 {blocks::narrow_classify(), narrow_run()}};
  const auto& [classify, run] = kMeans[static_cast<std::size_t>(way)];
  if (classify == nullptr) return false;
  if (!text.starts_with('{')) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || text[first] != '{') return false;
  }
  if (text.size() > std::numeric_limits<std::uint32_t>::max() / 2) return false;
  const std::size_t groups = text.size() / kGroup + 1;
  if (groups > room_) {
    room_ = 2 * groups;
    groups_ = std::make_unique_for_overwrite<blocks::Group[]>(room_);
    backslashes_.resize(room_ * kLanes);
    marks_ = std::make_unique_for_overwrite<std::uint32_t[]>(room_ * kGroup + kBlock);
  }
  if (open_.empty()) open_.resize(EventText::kMaxDepth);
  any_backslash_ = false;
  classify(text, groups_.get());
  return run(*this, text);
}

}  // namespace opsim::events
