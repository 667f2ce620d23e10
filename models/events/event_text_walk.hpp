#pragma once
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "models/events/event_text.hpp"
#include "models/events/event_text_scan.hpp"

namespace opsim::events {

/// Why the text is no event, found by reading it again slowly and strictly.
InvalidEvent explain_invalid(std::string_view text);

/// Kept from event to event, so that reading one allocates nothing.
struct WalkBuffers {
  std::vector<ArrayPlace> places;
  std::string decoded;
};

/// Reads an event and shows a Sink its leaves. The whole text is checked; only what the sink wants
/// is shown.
///
/// A Sink has a type Spot, where in the event one stands (cheap to copy), and
///   Spot enter(Spot, std::string_view key, bool has_dot);   into a key of an object
///   bool wants(Spot);                                       false: skip all below
///   void leaf(Spot, ValueKind, std::string_view raw, bool has_escapes, const
///   std::vector<ArrayPlace>&);
template <class Sink>
class EventWalk {
 public:
  using Spot = typename Sink::Spot;

  EventWalk(Sink& sink, WalkBuffers& buffers)
      : sink_(sink), places_(buffers.places), decoded_(buffers.decoded) {}

  /// `text` is followed by scan::kPadding zeros. False if it is no event.
  bool run(const char* text, Spot root) {
    at_ = scan::skip_space(text);
    depth_ = 0;
    arrays_ = 0;
    places_.clear();
    return *at_ == '{' && object<true>(root);
  }

 private:
  template <bool kWanted>
  bool value(Spot spot) {
    switch (*at_) {
      case '"': return string<kWanted>(spot);
      case '{': return object<kWanted>(spot);
      case '[': return array<kWanted>(spot);
      case 't': return literal<kWanted>(spot, "true", ValueKind::truth);
      case 'f': return literal<kWanted>(spot, "false", ValueKind::untruth);
      case 'n': return literal<kWanted>(spot, "null", ValueKind::null);
      default: return number<kWanted>(spot);
    }
  }

  /// at_ is on the opening quotation mark; leaves it past the closing one.
  template <bool kDots>
  bool read_string(std::string_view& inside, bool& has_escapes, bool& has_dot) {
    const char* const begin = at_ + 1;
    scan::Run run = scan::plain_run<kDots>(begin);
    bool is_ascii = run.is_ascii;
    has_dot = run.has_dot;
    has_escapes = false;
    while (*run.end == '\\') {
      has_escapes = true;
      const char* const after = scan::past_escape(run.end);
      if (after == nullptr) return false;
      run = scan::plain_run<kDots>(after);
      is_ascii = is_ascii && run.is_ascii;
      has_dot = true;  // perhaps: an escape may stand for one
    }
    if (*run.end != '"') return false;
    inside = {begin, static_cast<std::size_t>(run.end - begin)};
    at_ = run.end + 1;
    return is_ascii || scan::is_utf8(inside);
  }

  template <bool kWanted>
  bool string(Spot spot) {
    std::string_view inside;
    bool has_escapes = false;
    bool has_dot = false;
    if (!read_string<false>(inside, has_escapes, has_dot)) return false;
    if constexpr (kWanted) {
      if (has_escapes) inside = decoded(inside);
      sink_.leaf(spot, ValueKind::string, inside, has_escapes, places_);
    }
    return true;
  }

  std::string_view decoded(std::string_view inside) {
    scan::decode(inside, decoded_);
    return decoded_;
  }

  template <bool kWanted>
  bool literal(Spot spot, std::string_view word, ValueKind kind) {
    if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
    if constexpr (kWanted) sink_.leaf(spot, kind, word, false, places_);
    at_ += word.size();
    return true;
  }

  template <bool kWanted>
  bool number(Spot spot) {
    if (*at_ != '-' && !scan::is_digit(*at_)) return false;
    const char* const end = scan::past_number(at_);
    if (end == nullptr) return false;
    const std::string_view spelling{at_, static_cast<std::size_t>(end - at_)};
    if constexpr (kWanted) sink_.leaf(spot, ValueKind::number, spelling, false, places_);
    at_ = end;
    return true;
  }

  template <bool kWanted>
  bool object(Spot spot) {
    if (++depth_ > EventText::kMaxDepth) return false;
    at_ = scan::skip_space(at_ + 1);
    if (*at_ != '}') {
      for (;; at_ = scan::skip_space(at_ + 1)) {
        if (*at_ != '"' || !member<kWanted>(spot)) return false;
        at_ = scan::skip_space(at_);
        if (*at_ != ',') break;
      }
      if (*at_ != '}') return false;
    }
    ++at_;
    --depth_;
    return true;
  }

  template <bool kWanted>
  bool member(Spot spot) {
    std::string_view key;
    bool has_escapes = false;
    bool has_dot = false;
    if (!read_string<kWanted>(key, has_escapes, has_dot)) return false;
    if constexpr (kWanted) {
      if (has_escapes) key = decoded(key);
      spot = sink_.enter(spot, key, has_dot);
    }
    at_ = scan::skip_space(at_);
    if (*at_ != ':') return false;
    at_ = scan::skip_space(at_ + 1);
    if constexpr (kWanted) {
      if (sink_.wants(spot)) return value<true>(spot);
    }
    return value<false>(spot);
  }

  template <bool kWanted>
  bool array(Spot spot) {
    if (++depth_ > EventText::kMaxDepth) return false;
    const std::uint32_t id = arrays_++;
    at_ = scan::skip_space(at_ + 1);
    if (*at_ != ']') {
      for (std::uint32_t element = 0;; ++element, at_ = scan::skip_space(at_ + 1)) {
        if (!element_value<kWanted>(spot, {id, element})) return false;
        at_ = scan::skip_space(at_);
        if (*at_ != ',') break;
      }
      if (*at_ != ']') return false;
    }
    ++at_;
    --depth_;
    return true;
  }

  /// Only what is inside an object or array has a place: scalars carry no constraint.
  template <bool kWanted>
  bool element_value(Spot spot, ArrayPlace place) {
    if (!kWanted || (*at_ != '{' && *at_ != '[')) return value<kWanted>(spot);
    places_.push_back(place);
    const bool is_good = value<kWanted>(spot);
    places_.pop_back();
    return is_good;
  }

  Sink& sink_;
  const char* at_ = nullptr;
  std::size_t depth_ = 0;
  std::uint32_t arrays_ = 0;
  std::vector<ArrayPlace>& places_;
  std::string& decoded_;
};

}  // namespace opsim::events
