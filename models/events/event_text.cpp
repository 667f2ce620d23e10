#include "models/events/event_text.hpp"

#include <fmt/format.h>

#include "models/events/event_text_tokens.hpp"
#include "models/events/event_text_walk.hpp"

namespace opsim::events {
namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20;  // EventBridge takes 256 KB
constexpr std::size_t kMaxPathBytes = std::size_t{64} << 20;  // of all fields together

}  // namespace

InvalidEvent explain_invalid(std::string_view text) {
  if (text.size() > kMaxTextBytes) return {fmt::format("Longer than {} bytes", kMaxTextBytes)};
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return {"Event must be a JSON object"};
  }
  try {
    JsonTokens tokens{text};
    if (tokens.next() != JsonToken::object_begin) return {"Event must be a JSON object"};
    while (tokens.depth() > 0) tokens.next();
  } catch (const JsonSyntaxError& error) {
    return {error.reason};
  }
  return {fmt::format("The paths of its fields take more than {} bytes", kMaxPathBytes)};
}

struct EventText::Buffers {
  std::string path;
  WalkBuffers walk;
};

EventText::EventText() = default;
EventText::~EventText() = default;
EventText::EventText(EventText&&) noexcept = default;
EventText& EventText::operator=(EventText&&) noexcept = default;
EventText::EventText(const EventText& other) { read(other.text()); }
EventText& EventText::operator=(const EventText& other) {
  if (this != &other) read(std::string{other.text()});
  return *this;
}

/// Writes down every leaf of an event.
class EventTextReader {
 public:
  struct Spot {
    std::size_t path_size = 0;
    bool is_root = true;
    bool under_empty_key = false;
    bool is_wanted = true;
  };

  explicit EventTextReader(EventText& event) : event_(event), path_(event.buffers_->path) {}

  Spot enter(Spot spot, std::string_view key, bool /*has_dot*/) {
    path_.resize(spot.path_size);
    if (!spot.is_root) path_.push_back('.');
    path_.append(key);
    return {path_.size(), false, spot.under_empty_key || key.empty(), spot.is_wanted};
  }
  static bool wants(Spot spot) { return spot.is_wanted; }

  void leaf(Spot spot, ValueKind kind, std::string_view text, bool is_decoded,
            const std::vector<ArrayPlace>& places) {
    if (event_.paths_.size() + spot.path_size > kMaxPathBytes) {
      is_too_large_ = true;
      return;
    }
    EventText::Entry entry;
    entry.kind = kind;
    entry.is_decoded = is_decoded;
    entry.under_empty_key = spot.under_empty_key;
    entry.path = append(event_.paths_, std::string_view{path_}.substr(0, spot.path_size));
    if (is_decoded) {
      entry.value = append(event_.decoded_, text);
    } else if (kind == ValueKind::string || kind == ValueKind::number) {
      entry.value = {static_cast<std::uint32_t>(text.data() - event_.text_.data()),
                     static_cast<std::uint32_t>(text.size())};
    }
    entry.places = {static_cast<std::uint32_t>(event_.places_.size()),
                    static_cast<std::uint32_t>(places.size())};
    event_.places_.insert(event_.places_.end(), places.begin(), places.end());
    event_.fields_.push_back(entry);
  }

  [[nodiscard]] bool is_too_large() const { return is_too_large_; }

 private:
  static EventText::Slice append(std::string& arena, std::string_view text) {
    const auto begin = static_cast<std::uint32_t>(arena.size());
    arena.append(text);
    return {begin, static_cast<std::uint32_t>(text.size())};
  }

  EventText& event_;
  std::string& path_;
  bool is_too_large_ = false;
};

std::variant<EventText, InvalidEvent> EventText::parse(std::string_view text) {
  EventText event;
  if (auto invalid = event.read(text)) return std::move(*invalid);
  return event;
}

std::optional<InvalidEvent> EventText::read(std::string_view text) {
  fields_.clear();
  paths_.clear();
  decoded_.clear();
  places_.clear();
  size_ = 0;
  text_.clear();
  if (text.size() > kMaxTextBytes) return explain_invalid(text);
  text_.append(text).append(scan::kPadding, '\0');
  size_ = text.size();
  if (!buffers_) buffers_ = std::make_unique<Buffers>();
  EventTextReader reader{*this};
  EventWalk walk{reader, buffers_->walk};
  if (walk.run(text_.data(), {}) && !reader.is_too_large()) return std::nullopt;
  fields_.clear();
  return explain_invalid(text);
}

EventField EventText::field(std::size_t index) const {
  const Entry& entry = fields_[index];
  const auto slice = [](std::string_view arena, Slice part) {
    return arena.substr(part.begin, part.size);
  };
  EventField field;
  field.path = slice(paths_, entry.path);
  field.kind = entry.kind;
  switch (entry.kind) {
    case ValueKind::truth: field.text = "true"; break;
    case ValueKind::untruth: field.text = "false"; break;
    case ValueKind::null: field.text = "null"; break;
    default: field.text = slice(entry.is_decoded ? decoded_ : text_, entry.value);
  }
  field.places = std::span{places_}.subspan(entry.places.begin, entry.places.size);
  field.under_empty_key = entry.under_empty_key;
  return field;
}

}  // namespace opsim::events
