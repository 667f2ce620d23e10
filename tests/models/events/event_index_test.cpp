// The index of an event against a reader that goes character by character: whatever it says yes to
// is an event, and its marks and brackets stand where they stand.
#include "models/events/event_text_index.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/events/event_text.hpp"
#include "opsim/kernel/random.hpp"

namespace {

using namespace opsim;
using namespace opsim::events;
using Way = EventIndex::Way;

class Writer {
 public:
  explicit Writer(std::uint64_t number) : dice_{Seed{number}, "events"} {}

  std::string event() {
    text_.clear();
    spaced_ = dice_.chance(0.3);
    padding_ = dice_.chance(0.3) ? dice_.below(200) : 0;
    object(0);
    return text_;
  }

  /// One or two characters are not what they were.
  std::string damaged(std::string text) {
    constexpr std::string_view kOdd = "{}[]\",:\\ \n\t0-1.etfnu\x01\x80\xc3";
    for (std::uint64_t i = 1 + dice_.below(2); i > 0 && !text.empty(); --i) {
      const std::size_t at = dice_.below(text.size());
      const char c = kOdd[dice_.below(kOdd.size())];
      switch (dice_.below(4)) {
        case 0: text.erase(at, 1 + dice_.below(3)); break;
        case 1: text.insert(at, 1, c); break;
        case 2: text[at] = c; break;
        default: text.resize(at); break;
      }
    }
    return text;
  }

 private:
  void space() {
    if (!spaced_ || dice_.chance(0.5)) return;
    constexpr std::string_view kSpaces = " \n\t\r  ";
    for (std::uint64_t i = dice_.below(padding_ / 20 + 3); i > 0; --i)
      text_ += kSpaces[dice_.below(kSpaces.size())];
  }
  void string() {
    constexpr std::string_view kPieces[] = {
        "a", "instance-id", "\\\"", "\\\\",     "\\u00e9", "\\n",  "{",    "]",
        ",", ":",           ".",    "\xc3\xa9", " ",       "true", "-1.5", "\\\\\\\""};
    text_ += '"';
    for (std::uint64_t i = dice_.below(5); i > 0; --i)
      text_ += kPieces[dice_.below(std::size(kPieces))];
    text_.append(dice_.below(padding_ + 1), 'x');
    text_ += '"';
  }
  void value(int depth) {
    constexpr std::string_view kScalars[] = {
        "true", "false", "null", "0", "-0.5", "1500", "10.25", "-7", "0.0", "12345678901234567890"};
    switch (dice_.below(depth > 4 ? 5 : 8)) {
      case 5: return object(depth + 1);
      case 6: return array(depth + 1);
      case 0:
      case 1: text_ += kScalars[dice_.below(std::size(kScalars))]; return;
      default: return string();
    }
  }
  void object(int depth) {
    text_ += '{';
    space();
    for (std::uint64_t i = 0, members = dice_.below(5); i < members; ++i) {
      if (i > 0) separator(',');
      string();
      space();
      separator(':');
      value(depth);
      space();
    }
    text_ += '}';
  }
  void array(int depth) {
    text_ += '[';
    space();
    for (std::uint64_t i = 0, elements = dice_.below(5); i < elements; ++i) {
      if (i > 0) separator(',');
      value(depth);
      space();
    }
    text_ += ']';
  }
  void separator(char c) {
    text_ += c;
    space();
  }

  Stream dice_;
  std::string text_;
  bool spaced_ = false;
  std::uint64_t padding_ = 0;
};

/// What the index says, found one by one in a text that is an event.
struct Expected {
  std::vector<std::uint32_t> marks;
  std::vector<EventIndex::Enclosure> enclosures;
  std::size_t end = 0;

  explicit Expected(std::string_view text) {
    std::vector<std::size_t> open;
    bool in_scalar = false;
    for (std::size_t i = text.find('{'); end == 0; ++i) {
      const char c = text[i];
      const bool separates = std::string_view{" \t\r\n,:"}.find(c) != std::string_view::npos;
      const bool begins = !separates && !(in_scalar && c != '}' && c != ']');
      in_scalar = !separates && std::string_view{"\"{}[]"}.find(c) == std::string_view::npos;
      if (begins) marks.push_back(static_cast<std::uint32_t>(i));
      if (c == '"') {
        for (++i; text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
        marks.push_back(static_cast<std::uint32_t>(i));
      } else if (c == '{' || c == '[') {
        open.push_back(enclosures.size());
        enclosures.emplace_back();
      } else if (c == '}' || c == ']') {
        enclosures[open.back()] = {static_cast<std::uint32_t>(marks.size()),
                                   static_cast<std::uint32_t>(enclosures.size())};
        open.pop_back();
        if (open.empty()) end = i + 1;
      }
    }
  }
};

void check_found(const EventIndex& index, const std::string& text) {
  for (std::size_t begin = 0; begin < text.size(); begin += 29) {
    for (const std::size_t size : {0, 1, 7, 40, 64, 65}) {
      const std::string_view part = std::string_view{text}.substr(begin, size);
      REQUIRE(index.has_dot(text, part) == (part.find('.') != part.npos));
    }
  }
  const Expected expected{text};
  CHECK(index.end() == expected.end);
  const std::vector<std::uint32_t> marks(index.marks(), index.marks() + expected.marks.size());
  REQUIRE(marks == expected.marks);
  for (std::uint32_t i = 0; i < expected.enclosures.size(); ++i) {
    REQUIRE(index.enclosure(i).behind == expected.enclosures[i].behind);
    REQUIRE(index.enclosure(i).next_open == expected.enclosures[i].next_open);
  }
}

}  // namespace

TEST_SUITE("events: the index of a text") {
  TEST_CASE("events are found whole, by each way that this processor has") {
    Writer writer{1};
    EventIndex index;
    for (int i = 0; i < 6'000; ++i) {
      const std::string text = writer.event() + (i % 3 == 0 ? " }rest" : "");
      for (const Way way : {Way::best, Way::narrow}) {
        CAPTURE(text);
        if (!index.build(text, way)) {
          // It may give up where an escape ends the text, and where a processor has no AVX2.
          CHECK((text.find('\\') != std::string::npos || !index.build("{}", way)));
          continue;
        }
        check_found(index, text);
      }
    }
  }

  TEST_CASE("what it says yes to is an event: of damaged texts, none that is not") {
    Writer writer{2};
    EventIndex index;
    EventText event;
    int good = 0;
    for (int i = 0; i < 30'000; ++i) {
      const std::string text = writer.damaged(writer.event());
      const bool is_event = !event.read(text);
      for (const Way way : {Way::best, Way::narrow}) {
        CAPTURE(text);
        const bool says_yes = index.build(text, way);
        REQUIRE((!says_yes || is_event));
        if (says_yes) check_found(index, text);
        good += says_yes ? 1 : 0;
      }
    }
    CHECK((good > 1'000 || !index.build("{}")));
  }
}
