// YAML 1.1, by libyaml's event parser: no recursion, and a mark for every event.
#include "sim/document/yaml_reader.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <cstring>

#include "sim/document/yaml_events.hpp"
#include "sim/document/yaml_problem.hpp"

namespace opsim {
namespace {

std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

std::string_view line_at(std::string_view text, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(start, text.find('\n', start) - start);
}

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* operator->() { return &event_; }
  yaml_event_t* get() { return &event_; }

 private:
  yaml_event_t event_{};
};

class YamlReader {
 public:
  YamlReader(const SourceText& source, TreeBuilder& builder)
      : source_(source), builder_(builder), events_(source, builder) {
    yaml_parser_initialize(&parser_);
    const std::string_view text = source.text();
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, bytes, text.size());
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;
  ~YamlReader() { yaml_parser_delete(&parser_); }

  /// False where there is no (further) document.
  [[nodiscard]] bool begins_document();
  void read_document();

 private:
  void next(Event& event);
  void take(Event& event);
  [[nodiscard]] std::size_t offset(const yaml_mark_t& mark);
  [[noreturn]] void stop();

  const SourceText& source_;
  TreeBuilder& builder_;
  YamlEvents events_;
  yaml_parser_t parser_{};
  // libyaml counts characters, this reader bytes; the last mark of both
  std::size_t characters_ = 0;
  std::size_t bytes_ = 0;
};

bool YamlReader::begins_document() {
  for (;;) {
    Event event;
    next(event);
    if (event->type == YAML_DOCUMENT_START_EVENT) return true;
    if (event->type == YAML_STREAM_END_EVENT) return false;
  }
}

void YamlReader::read_document() {
  for (;;) {
    Event event;
    next(event);
    if (event->type == YAML_DOCUMENT_END_EVENT) return;
    take(event);
  }
}

void YamlReader::next(Event& event) {
  if (yaml_parser_parse(&parser_, event.get()) == 0) stop();
}

void YamlReader::take(Event& event) {
  const std::size_t at = offset(event->start_mark);
  switch (event->type) {
    case YAML_SCALAR_EVENT: {
      const auto& scalar = event->data.scalar;
      const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
      const YamlProperties properties{at, text_of(scalar.tag), text_of(scalar.anchor)};
      return events_.scalar(properties, text, scalar.style == YAML_PLAIN_SCALAR_STYLE);
    }
    case YAML_SEQUENCE_START_EVENT: {
      const auto& list = event->data.sequence_start;
      return events_.start(NodeKind::list, {at, text_of(list.tag), text_of(list.anchor)});
    }
    case YAML_MAPPING_START_EVENT: {
      const auto& mapping = event->data.mapping_start;
      return events_.start(NodeKind::mapping, {at, text_of(mapping.tag), text_of(mapping.anchor)});
    }
    case YAML_ALIAS_EVENT: return events_.alias(at, text_of(event->data.alias.anchor));
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: return events_.end();
    default: return;
  }
}

/// Of a mark; costs the distance from the last one.
std::size_t YamlReader::offset(const yaml_mark_t& mark) {
  const std::string_view text = source_.text();
  const auto continues = [&](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
  };
  for (; characters_ < mark.index && bytes_ < text.size(); ++characters_) {
    ++bytes_;
    while (continues(bytes_)) ++bytes_;
  }
  for (; characters_ > mark.index && bytes_ > 0; --characters_) {
    --bytes_;
    while (continues(bytes_)) --bytes_;
  }
  return bytes_;
}

void YamlReader::stop() {
  const std::string_view problem = parser_.problem == nullptr ? "cannot be read" : parser_.problem;
  if (parser_.error == YAML_READER_ERROR) {
    const std::size_t at = std::min(parser_.problem_offset, source_.text().size());
    builder_.stop(source_.at(at), fmt::format("{}; is this a text file?", problem));
  }
  const std::string_view context = parser_.context == nullptr ? "" : parser_.context;
  const std::size_t at = offset(parser_.problem_mark);
  const std::string_view text = source_.text();
  builder_.stop(source_.at(at), yaml_problem(problem, context, line_at(text, at), text.substr(at)));
}

void refuse_control_characters(const SourceText& source, TreeBuilder& builder) {
  const std::string_view text = source.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != 0x7f) continue;
    if (byte == '\t' || byte == '\n' || byte == '\r') continue;
    builder.stop(source.at(i),
                 fmt::format("the control character U+{:04X}; is this a text file?", byte));
  }
}

}  // namespace

bool read_yaml_events(std::string_view file, const SourceText& source, TreeBuilder& builder,
                      Diagnostics& diagnostics) {
  refuse_control_characters(source, builder);
  YamlReader reader(source, builder);
  if (!reader.begins_document()) return false;
  reader.read_document();
  if (reader.begins_document()) {
    diagnostics.note(file, {0, 0}, "holds several YAML documents; the first is read");
  }
  return true;
}

}  // namespace opsim
