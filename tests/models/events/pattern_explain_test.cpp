#include <doctest/doctest.h>

#include "models/events/pattern.hpp"

namespace {

using namespace opsim::events;

Explanation explain(std::string_view pattern, std::string_view event) {
  const PatternResult compiled = Pattern::compile(pattern);
  REQUIRE(std::holds_alternative<Pattern>(compiled));
  const auto read = EventText::parse(event);
  REQUIRE(std::holds_alternative<EventText>(read));
  return std::get<Pattern>(compiled).explain(std::get<EventText>(read));
}

TEST_SUITE("event patterns: why, field by field") {
  TEST_CASE("fields come in the order of the pattern, with value, wish and verdict") {
    const Explanation why =
        explain(R"({"source": ["aws.ec2"], "detail": {"state": ["stopped", {"prefix": "term"}],
                    "n": [{"numeric": [">", 5]}], "gone": [{"exists": false}]}})",
                R"({"source": "aws.ec2", "detail": {"state": ["stopping", 7]}})");
    CHECK_FALSE(why.matches);
    REQUIRE(why.fields.size() == 4);
    CHECK(why.fields[0].path == "source");
    CHECK(why.fields[0].value == R"("aws.ec2")");
    CHECK(why.fields[0].wanted == R"(in ["aws.ec2"])");
    CHECK(why.fields[0].matches);
    CHECK(why.fields[1].value == R"("stopping", 7)");
    CHECK(why.fields[1].wanted == R"(in ["stopped"] or prefix "term")");
    CHECK_FALSE(why.fields[1].matches);
    CHECK(why.fields[2].value == "(absent)");
    CHECK(why.fields[2].wanted == "number > 5");
    CHECK(why.fields[3].wanted == "absent");
    CHECK(why.fields[3].matches);
  }

  TEST_CASE("of $or, the nearest branch is shown") {
    const Explanation why =
        explain(R"({"$or": [{"a": ["1"], "b": ["1"]}, {"a": ["2"], "b": ["1"]}]})",
                R"({"a": "2", "b": "3"})");
    REQUIRE(why.fields.size() == 2);
    CHECK(why.fields[0].wanted == R"(in ["2"])");
    CHECK(why.fields[0].matches);
    CHECK_FALSE(why.fields[1].matches);
  }

  TEST_CASE("fields that match in different elements of an array are no match, and it says so") {
    const Explanation why = explain(R"({"t": {"k": ["a"], "v": ["b"]}})",
                                    R"({"t": [{"k": "a", "v": "x"}, {"k": "y", "v": "b"}]})");
    CHECK_FALSE(why.matches);
    CHECK(why.fields[0].matches);
    CHECK(why.fields[1].matches);
    CHECK(why.note == "each field matches, but not all within the same element of an array");
  }
}

}  // namespace
