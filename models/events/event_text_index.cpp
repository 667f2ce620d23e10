// JSON checked 64 characters at a time, with bits for characters (as Langdale and Lemire's simdjson
// does, "Parsing Gigabytes of JSON per Second", 2019, for the strings) and, beyond that, the
// grammar too: what may stand next to what is a question to whole words of bits; only brackets are
// looked at one by one.
#include "models/events/event_text_index.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "models/events/event_text.hpp"
#include "models/events/event_text_scan.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace opsim::events {
namespace {

using blocks::Bits;
using blocks::kBlock;

int first_bit(Bits bits) { return __builtin_ctzll(bits); }

/// Each bit moved to the next character, across blocks.
[[gnu::always_inline]] inline Bits shift(Bits bits, Bits& carry) {
  const Bits moved = bits << 1 | carry;
  carry = bits >> 63;
  return moved;
}

/// Each bit of `from` moved to the first character at or behind it that is not in `through`.
[[gnu::always_inline]] inline Bits follow(Bits from, Bits through, Bits& carry) {
  Bits sum = 0;
  const bool over = __builtin_add_overflow(from, through, &sum);
  const bool over_again = __builtin_add_overflow(sum, carry, &sum);
  carry = over || over_again ? 1 : 0;
  return sum & ~through;
}

/// The same, sooner where there is no space, as in the text that machines write.
[[gnu::always_inline]] inline Bits over_space(Bits from, Bits space, Bits& carry) {
  return (space | carry) == 0 ? from : follow(from, space, carry);
}

/// Bit i tells whether an odd number of bits up to i is set.
#if defined(__x86_64__)
[[gnu::target("pclmul")]] Bits parity(Bits bits) {
  const __m128i product =
      _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
  return static_cast<Bits>(_mm_cvtsi128_si64(product));
}
#else
Bits parity(Bits bits) {
  for (const int distance : {1, 2, 4, 8, 16, 32}) bits ^= bits << distance;
  return bits;
}
#endif

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

/// One pass over one event.
class EventIndexBuilder {
 public:
  EventIndexBuilder(EventIndex& index, std::string_view text)
      : index_(index),
        text_(text),
        marks_(index.marks_.data()),
        backslashes_(index.backslashes_.data()),
        dots_(index.dots_.data()),
        open_(index.open_.data()) {}

  [[gnu::always_inline]] inline bool run() {
    enclosures_ = index_.enclosures_.data();
    const blocks::Block* is = index_.blocks_.data();
    for (std::size_t begin = 0; begin < text_.size(); begin += kBlock) {
      block(*is++, begin);
      if (bad_ != 0) return false;
      if (!is_complete_) continue;
      index_.any_backslash_ = any_backslash_;
      return others_ == 0 || scan::is_utf8(text_.substr(0, end_));
    }
    return false;
  }

 private:
  [[gnu::always_inline]] inline void block(const blocks::Block& is, std::size_t begin) {
    const char* const at = text_.data() + begin;
    others_ |= is.others;
    const Bits escaped = (is.backslashes | escape_carry_) == 0 ? 0 : escapes(is.backslashes);
    const Bits quotes = is.quotes & ~escaped;
    const Bits inside = parity(quotes) ^ string_carry_;  // with the opening mark, not the closing
    string_carry_ = Bits{0} - (inside >> 63);
    if (escaped != 0) check_escapes(escaped & ~(is.quotes | is.backslashes), begin);

    const Bits commas = is.commas & ~inside;
    const Bits colons = is.colons & ~inside;
    const Bits opens = is.opens & ~inside;
    const Bits closes = is.closes & ~inside;
    const Bits space = (is.spaces | is.controls) & ~inside;
    Bits bad = is.controls & inside;
    if ((is.controls & ~inside) != 0) bad |= no_space(is.controls & ~inside, at);
    const Bits scalars = ~(commas | colons | opens | closes | space | inside | quotes);
    const Bits before = scalar_carry_;
    const Bits behind_scalar = shift(scalars, scalar_carry_);
    const Bits starts = scalars & ~behind_scalar;
    if ((scalars | before) != 0) bad |= no_scalars(is, scalars, starts, begin);

    const Bits ends = shift((quotes & ~inside) | closes, end_carry_) | (behind_scalar & ~scalars);
    const Bits behind_value = over_space(ends, space, value_carry_);
    const Bits must_follow = shift(commas | colons, separator_carry_);
    const Bits behind_separator = over_space(must_follow, space, behind_separator_carry_);
    const Bits entry = shift(commas | opens, entry_carry_);
    // What comes behind the string, if any, that a comma or opening bracket begins with.
    const Bits behind_name = follow(entry, space | inside | quotes, name_carry_);
    bad |= (commas & ~behind_value) | (colons & ~(behind_value & behind_name)) |
           (closes & behind_separator) | (((quotes & inside) | starts | opens) & behind_value);
    const Bits no_member = behind_name & ~colons & ~(closes & ~behind_value);

    const std::size_t word = begin / kBlock;
    marks_[word] = quotes | opens | closes | starts;
    backslashes_[word] = is.backslashes;
    dots_[word] = is.dots;
    brackets(opens | closes, at, begin, bad, no_member, colons);
  }

  /// What a backslash takes its own meaning from.
  Bits escapes(Bits backslashes) {
    any_backslash_ = true;
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

  static Bits no_space(Bits controls, const char* at) {
    Bits bad = 0;
    for (; controls != 0; controls &= controls - 1) {
      const char c = at[first_bit(controls)];
      if (c != '\n' && c != '\r' && c != '\t') bad |= controls & (Bits{0} - controls);
    }
    return bad;
  }

  /// Where what is neither string nor bracket is no number or literal either.
  [[gnu::always_inline]] inline Bits no_scalars(const blocks::Block& is, Bits scalars, Bits starts,
                                                std::size_t begin) {
    const Bits dots = is.dots & scalars;
    const Bits digits = is.digits & scalars;
    const Bits minuses = is.minuses & scalars;
    const Bits letters = scalars & ~(digits | minuses | dots) & ~literal_carry_;
    literal_carry_ = 0;
    Bits bad = letters == 0 ? 0 : no_literals(letters, starts, begin);

    const Bits behind_minus = shift(minuses, minus_carry_);
    const Bits behind_dot = shift(dots, dot_carry_);
    const Bits behind_digit = shift(digits, digit_carry_);
    const Bits behind_fraction = follow(behind_dot, digits, fraction_carry_);
    const Bits first_digits = digits & (starts | behind_minus);
    const Bits behind_zero = shift(is.zeros & first_digits, zero_carry_);
    bad |= minuses & ~starts;
    bad |= (behind_minus | behind_dot) & ~digits;
    bad |= dots & (~behind_digit | behind_fraction);
    bad |= behind_zero & digits;
    return bad;
  }

  Bits no_literals(Bits letters, Bits starts, std::size_t begin) {
    for (Bits left = letters & starts; left != 0; left &= left - 1) {
      const int bit = first_bit(left);
      const std::size_t size = literal_size(text_.substr(begin + static_cast<std::size_t>(bit)));
      const Bits run = (Bits{1} << size) - 1;
      letters &= ~(run << bit);
      if (bit + size > kBlock) literal_carry_ = run >> (kBlock - static_cast<std::size_t>(bit));
    }
    return letters;
  }

  /// Brackets one by one, and between them: where an object's members must stand and do not
  /// (`no_member`), and colons in arrays.
  [[gnu::always_inline]] inline void brackets(Bits left, const char* at, std::size_t begin,
                                              Bits bad, Bits no_member, Bits colons) {
    Bits seen = 0;
    if (index_.enclosures_.size() < opened_ + kBlock) grow();
    for (; left != 0; left &= left - 1) {
      const Bits up_to = left ^ (left - 1);
      bad_ |= (bad | (in_object_ ? no_member : colons)) & up_to & ~seen;
      seen = up_to;
      const auto bit = static_cast<std::size_t>(first_bit(left));
      if (!bracket(at[bit], static_cast<std::uint32_t>(begin + bit))) return;
    }
    bad_ |= (bad | (in_object_ ? no_member : colons)) & ~seen;
  }

  /// False if nothing more is to be read.
  [[gnu::always_inline]] inline bool bracket(char c, std::uint32_t position) {
    if (c == '{' || c == '[') {
      const bool is_object = c == '{';
      if (depth_ == EventText::kMaxDepth || (depth_ == 0 && !is_object)) return fail();
      enclosures_[opened_].close = is_object;
      open_[depth_++] = opened_++;
      in_object_ = is_object;
      return true;
    }
    if (depth_ == 0 || in_object_ != (c == '}')) return fail();
    enclosures_[open_[--depth_]] = {position, opened_};
    if (depth_ == 0) {
      end_ = position + std::size_t{1};
      is_complete_ = true;
      return false;
    }
    in_object_ = enclosures_[open_[depth_ - 1]].close != 0;
    return true;
  }

  void grow() {
    index_.enclosures_.resize(2 * opened_ + 2 * kBlock);
    enclosures_ = index_.enclosures_.data();
  }

  bool fail() {
    bad_ = 1;
    return false;
  }

  EventIndex& index_;
  std::string_view text_;
  Bits* marks_;
  Bits* backslashes_;
  Bits* dots_;
  std::uint32_t* open_;
  EventIndex::Enclosure* enclosures_ = nullptr;
  bool any_backslash_ = false;
  Bits bad_ = 0;
  Bits escape_carry_ = 0;
  Bits string_carry_ = 0;
  Bits scalar_carry_ = 0;
  Bits end_carry_ = 0;
  Bits value_carry_ = 0;
  Bits separator_carry_ = 0;
  Bits behind_separator_carry_ = 0;
  Bits entry_carry_ = 0;
  Bits name_carry_ = 0;
  Bits literal_carry_ = 0;
  Bits minus_carry_ = 0;
  Bits dot_carry_ = 0;
  Bits digit_carry_ = 0;
  Bits fraction_carry_ = 0;
  Bits zero_carry_ = 0;
  std::size_t depth_ = 0;
  std::uint32_t opened_ = 0;
  std::size_t end_ = 0;
  bool in_object_ = false;
  Bits others_ = 0;
  bool is_complete_ = false;
};

namespace {

#if defined(__x86_64__)
[[gnu::target("avx2,bmi,pclmul"), gnu::flatten]]
#endif
bool run_builder(EventIndex& index, std::string_view text) {
  return EventIndexBuilder{index, text}.run();
}

}  // namespace

bool EventIndex::build(std::string_view text) {
  static const blocks::Classify kClassify = blocks::best_classify();
  if (kClassify == nullptr) return false;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return false;
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) return false;
  const std::size_t words = text.size() / kBlock + 1;
  if (words > marks_.size()) {
    blocks_.resize(2 * words);
    for (Words* each : {&marks_, &backslashes_, &dots_}) each->resize(2 * words);
  }
  open_.resize(EventText::kMaxDepth);
  any_backslash_ = false;
  kClassify(text, blocks_.data());
  return run_builder(*this, text);
}

}  // namespace opsim::events
