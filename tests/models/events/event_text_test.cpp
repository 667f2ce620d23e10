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

  TEST_CASE("the last member of a name is found past strings, brackets and escapes") {
    const std::string text =
        R"( { "a" : "}\"]{", "b":[{"a":1},"]"], "c\u0064":{"a":[2]} ,"a":-1.50,"e":{},"f":null } )";
    const auto members = json_members(text);
    for (const auto& [name, value] : std::get<JsonMembers>(members)) {
      CAPTURE(name);
      if (name != "a") CHECK(last_member(text, name) == value);
    }
    CHECK(last_member(text, "a") == "-1.50");
    CHECK(last_member(text, "cd") == R"({"a":[2]})");
    CHECK(last_member(text, "g") == std::nullopt);
    CHECK(last_member("{}", "a") == std::nullopt);
    CHECK(last_member(R"(["a",1])", "a") == std::nullopt);
  }
}

}  // namespace
