#include "models/events/event_text.hpp"

#include <doctest/doctest.h>

#include <string>

#include "models/events/event_text_members.hpp"

namespace {

using namespace opsim::events;

std::string reason(std::string_view text) {
  const auto event = EventText::parse(text);
  const auto* invalid = std::get_if<InvalidEvent>(&event);
  return invalid == nullptr ? "" : invalid->reason;
}

TEST_SUITE("events: reading their text") {
  TEST_CASE("every leaf is a field, in order; spelling and duplicate keys are kept") {
    EventText event;
    REQUIRE_FALSE(
        event.read(R"( {"a":{"b":1.50,"b":"x\u00e9"},"c.d":[true,[null]],"e":{},"":0} rest)"));
    REQUIRE(event.size() == 5);
    CHECK(event.field(0).path == "a.b");
    CHECK(event.field(0).kind == ValueKind::number);
    CHECK(event.field(0).text == "1.50");
    CHECK(event.field(1).text == "x\u00e9");
    CHECK(event.field(2).path == "c.d");
    CHECK(event.field(2).kind == ValueKind::truth);
    CHECK(event.field(2).places.empty());  // scalars have no place
    CHECK(event.field(3).places.size() == 1);
    CHECK(event.field(4).path == "");
    CHECK(event.field(4).under_empty_key);
  }

  TEST_CASE("objects in arrays have places, outermost first") {
    EventText event;
    REQUIRE_FALSE(event.read(R"({"a":[{"b":1},{"b":[{"c":2}]}]})"));
    REQUIRE(event.size() == 2);
    CHECK(event.field(0).places[0] == ArrayPlace{0, 0});
    REQUIRE(event.field(1).places.size() == 2);
    CHECK(event.field(1).places[0] == ArrayPlace{0, 1});
    CHECK(event.field(1).places[1] == ArrayPlace{1, 0});
  }

  TEST_CASE("a copy stands on its own, and one object reads many events") {
    EventText event;
    REQUIRE_FALSE(event.read(R"({"a":"first","b":"\n"})"));
    const EventText copy = event;
    REQUIRE_FALSE(event.read(R"({"a":"second"})"));
    CHECK(event.size() == 1);
    CHECK(copy.field(0).text == "first");
    CHECK(copy.field(1).text == "\n");
    CHECK(copy.text() == R"({"a":"first","b":"\n"})");
  }

  TEST_CASE("what is no event is told as AWS's reader tells it") {
    CHECK(reason("[]") == "Event must be a JSON object");
    CHECK(reason("") == "Event must be a JSON object");
    CHECK(reason(R"({"a":})") == "Unexpected character ('}' (code 125)): expected a value");
    CHECK(reason(R"({"a":01})") == "Invalid numeric value: Leading zeroes not allowed");
    CHECK(reason(R"({"a":"\q"})") == "Unrecognized character escape 'q' (code 113)");
    CHECK(reason("{\"a\":\"x\ny\"}")
              .starts_with("Illegal unquoted character ((CTRL-CHAR, code 10))"));
    CHECK(reason("{\"a\":\"\xff\"}") == "Invalid UTF-8 in string value");
    CHECK(reason(R"({"a":1)")
              .starts_with("Unexpected end-of-input: expected close marker for Object"));
    CHECK(reason(R"({"a":"\ud83d"})") == "");  // half a surrogate pair is a "?"
  }

  // The words of Jackson 2.14's ReaderBasedJsonParser, read off it with the same texts; it forgets
  // a space in some.
  TEST_CASE("a text that breaks off, or whose brackets do not fit, is told in the same words") {
    const std::string any_value =
        "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    CHECK(reason(R"({"a":"\)") == "Unexpected end-of-input in character escape sequence");
    CHECK(reason(R"({"a":"\u12)") == "Unexpected end-of-input in character escape sequence");
    CHECK(reason(R"({"a":-)") == "Unexpected end-of-inputNo digit following minus sign");
    CHECK(reason(R"({"a":1e+)") == "Unexpected end-of-inputexpected a digit for number exponent");
    CHECK(reason(R"({"a":1.)") ==
          "Unexpected character ('.' (code 46)) in numeric value: Decimal point not followed by a "
          "digit");
    CHECK(reason(R"({"a":+)") == "Unexpected end-of-input in a Number value");
    CHECK(reason(R"({"a":[1,]})") ==
          "Unexpected character (']' (code 93)): expected a valid value " + any_value);
    CHECK(reason("}") ==
          "Unexpected close marker '}': expected ']' (for root starting at [Source: "
          "(String)\"}\"; line: 1, column: 0])");
    CHECK(reason("{\"a\":" + std::string(300, 'x') + "}") ==
          "Unrecognized token '" + std::string(256, 'x') + "...': was expecting " + any_value);
    CHECK(reason(R"({"a":INF})") == "Unrecognized token 'INF': was expecting " + any_value);
  }

  TEST_CASE("a place in the text counts characters, and controls in it are spelt out") {
    CHECK(reason("{\"\u00e9\U0001F600\":[1}") ==
          "Unexpected close marker '}': expected ']' (for Array starting at [Source: "
          "(String)\"{\"\u00e9\U0001F600\":[1}\"; line: 1, column: 8])");
    CHECK(reason("{\"\x7f\":\n [1}")
              .ends_with("[Source: (String)\"{\"\\u007F\":\n [1}\"; line: 2, column: 2])"));
    CHECK(reason("{\"" + std::string(600, 'x') + "\":[1}")
              .ends_with("\"[truncated 107 chars]; line: 1, column: 605])"));
  }

  TEST_CASE("the last member of a name is found past strings, brackets and escapes") {
    const std::string text =
        R"( { "a" : "}\"]{", "b":[{"a":1},"]"], "c\u0064":{"a":[2]} ,"a":-1.50,"e":{},"f":null } )";
    const auto members = json_members(text);
    for (const auto& [name, value] : std::get<JsonMembers>(members)) {
      CAPTURE(name);
      if (name != "a") CHECK(last_member(text, name) == value);
    }
    EventIndex index;
    const std::string_view object = std::string_view{text}.substr(1, text.size() - 2);
    REQUIRE(index.build(object));
    const Brackets brackets{object, index};  // find the same
    for (const char* const name : {"a", "b", "cd", "e", "f", "g"}) {
      CAPTURE(name);
      CHECK(last_member(object, name, &brackets) == last_member(text, name));
    }
    CHECK(elements_of(*last_member(object, "b"), &brackets)->size() == 2);
    CHECK(last_member(text, "a") == "-1.50");
    CHECK(last_member(text, "cd") == R"({"a":[2]})");
    CHECK(last_member(text, "g") == std::nullopt);
    CHECK(last_member("{}", "a") == std::nullopt);
    CHECK(last_member(R"(["a",1])", "a") == std::nullopt);
  }
}

}  // namespace
