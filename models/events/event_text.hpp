#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace opsim::events {

/// Why a text is no event: told as the engine behind EventBridge tells it.
struct InvalidEvent {
  std::string reason;
};

enum class ValueKind : std::uint8_t { string, number, truth, untruth, null };

/// Where a value stands: element `element` (from 0) of the event's array number `array`.
struct ArrayPlace {
  std::uint32_t array = 0;
  std::uint32_t element = 0;
  bool operator==(const ArrayPlace&) const = default;
};

/// One leaf of an event. Views into the EventText it came from.
struct EventField {
  std::string_view path;  // "detail.state": keys joined by dots
  ValueKind kind = ValueKind::null;
  std::string_view text;               // a string decoded; anything else as it was spelt
  std::span<const ArrayPlace> places;  // the arrays of objects around it, outermost first
  bool under_empty_key = false;        // some key on the way is ""
};

/// One event, from its exact text: the spelling of numbers, duplicate keys and their order are
/// kept.
///
/// Order     Fields stand as in the text; a path occurs once for each of its values.
/// Errors    A text that is not a JSON object, or nests deeper than kMaxDepth, is an InvalidEvent.
///           Whatever follows the closing brace is ignored, as EventBridge does.
/// Memory    read() reuses the buffers: no allocation for an event, once they have grown.
/// Lifetime  Fields and text() are views into this object, until the next read().
class EventText {
 public:
  static constexpr std::size_t kMaxDepth = 1000;  // StreamReadConstraints of AWS's JSON reader

  EventText();
  ~EventText();
  EventText(EventText&&) noexcept;
  EventText& operator=(EventText&&) noexcept;
  EventText(const EventText& other);
  EventText& operator=(const EventText& other);

  static std::variant<EventText, InvalidEvent> parse(std::string_view text);
  std::optional<InvalidEvent> read(std::string_view text);

  [[nodiscard]] std::string_view text() const { return std::string_view{text_}.substr(0, size_); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] EventField field(std::size_t index) const;

 private:
  friend class EventTextReader;
  struct Buffers;
  struct Slice {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  struct Entry {
    Slice path;    // in paths_
    Slice value;   // in text_, or in decoded_
    Slice places;  // in places_
    ValueKind kind = ValueKind::null;
    bool is_decoded = false;
    bool under_empty_key = false;
  };

  std::string text_;  // followed by zeros
  std::size_t size_ = 0;
  std::string paths_;
  std::string decoded_;  // strings that were written with escapes
  std::vector<ArrayPlace> places_;
  std::vector<Entry> fields_;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace opsim::events
