#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "models/events/event_text_blocks.hpp"

namespace opsim::events {

/// Where the strings, scalars and brackets of an event stand, and that the text is JSON: found for
/// 512 characters at a time.
///
/// Errors    build() says no to what is no event, and also to some rare texts that are (numbers
/// with
///           an exponent): the caller then reads the slow way, which decides.
/// Memory    build() reuses the buffers.
/// Lifetime  Keeps nothing of the text.
class EventIndex {
 public:
  /// What an opening bracket encloses.
  struct Enclosure {
    std::uint32_t behind = 0;     // number of the first mark behind the closing bracket
    std::uint32_t next_open = 0;  // number of the first opening bracket behind it
  };

  /// As this processor best can, or as one without AVX-512 does.
  enum class Way : std::uint8_t { best, narrow };
  bool build(std::string_view text, Way way = Way::best);

  /// Where the marks stand, in order: quotation marks, brackets, and the first characters of
  /// numbers and literals.
  [[nodiscard]] const std::uint32_t* marks() const { return marks_.get(); }
  /// Behind the event's closing brace.
  [[nodiscard]] std::size_t end() const { return end_; }
  /// By number of the opening bracket, counted from 0 in the order of the text.
  [[nodiscard]] const Enclosure& enclosure(std::uint32_t open) const { return enclosures_[open]; }
  [[nodiscard]] bool has_backslash(std::string_view text, std::string_view part) const {
    return any_backslash_ && any(backslashes_, text, part);
  }
  [[nodiscard]] bool has_dot(std::string_view text, std::string_view part) const {
    const auto begin = static_cast<std::size_t>(part.data() - text.data());
    const std::size_t in_block = begin % blocks::kBlock;
    if (in_block + part.size() > blocks::kBlock) return part.find('.') != part.npos;
    if (part.empty()) return false;
    const blocks::Words& dots = groups_[begin / blocks::kGroup].dots;
    const blocks::Bits from_begin = dots.lane[begin / blocks::kBlock % blocks::kLanes] >> in_block;
    return (from_begin << (blocks::kBlock - part.size())) != 0;
  }

 private:
  template <class Processor>
  friend class EventIndexBuilder;
  using Words = std::vector<std::uint64_t>;

  /// Whether a bit is set for some character of `part`, which is a part of `text`.
  [[nodiscard]] static bool any(const Words& words, std::string_view text, std::string_view part) {
    if (part.empty()) return false;
    const auto begin = static_cast<std::size_t>(part.data() - text.data());
    const std::size_t last = begin + part.size() - 1;
    const std::uint64_t head = ~std::uint64_t{0} << (begin & 63);
    const std::uint64_t tail = ~std::uint64_t{0} >> (63 - (last & 63));
    std::size_t i = begin >> 6;
    if (i == last >> 6) return (words[i] & head & tail) != 0;
    if ((words[i] & head) != 0) return true;
    while (++i < last >> 6) {
      if (words[i] != 0) return true;
    }
    return (words[i] & tail) != 0;
  }

  std::size_t room_ = 0;  // in groups; what is written anew for each event begins with anything
  std::unique_ptr<blocks::Group[]> groups_;
  std::unique_ptr<std::uint32_t[]> marks_;
  Words backslashes_;
  std::vector<Enclosure> enclosures_;
  std::vector<std::uint32_t> open_;  // EventBrackets'
  bool any_backslash_ = false;
  std::size_t end_ = 0;
};

}  // namespace opsim::events
