// Event patterns, one rule of the language after another.
// eb-event-patterns.html, eb-create-pattern-operators.html (EventBridge User Guide).
#include "models/events/pattern.hpp"

#include <doctest/doctest.h>

#include <span>
#include <string>

namespace {

using namespace opsim::events;

/// `pattern` for the field "v", `value` of that field: JSON text. "-": the event has no such field.
struct Row {
  const char* pattern;
  const char* value;
  bool matches;
};

Pattern compiled(const std::string& text) {
  CAPTURE(text);
  PatternResult result = Pattern::compile(text);
  REQUIRE(std::holds_alternative<Pattern>(result));
  return std::get<Pattern>(std::move(result));
}

EventText read(const std::string& text) {
  CAPTURE(text);
  auto event = EventText::parse(text);
  REQUIRE(std::holds_alternative<EventText>(event));
  return std::get<EventText>(std::move(event));
}

bool matches(const std::string& pattern, const std::string& event) {
  return compiled(pattern).matches(read(event));
}

void check(std::span<const Row> rows) {
  for (const auto& [pattern, value, expected] : rows) {
    CAPTURE(pattern);
    CAPTURE(value);
    const bool is_absent = std::string_view{value} == "-";
    const std::string event = is_absent ? "{}" : std::string{"{\"v\":"} + value + "}";
    CHECK(matches(std::string{"{\"v\":"} + pattern + "}", event) == expected);
  }
}

TEST_SUITE("event patterns") {
  TEST_CASE("the guide's first example: an instance that stopped") {
    const std::string pattern = R"({"source": ["aws.ec2"],
      "detail-type": ["EC2 Instance State-change Notification"],
      "detail": {"state": ["stopped", "terminated"]}})";
    const std::string event = R"({"version": "0", "id": "7bf73129", "source": "aws.ec2",
      "detail-type": "EC2 Instance State-change Notification", "account": "111122223333",
      "resources": ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],
      "detail": {"instance-id": "i-1234567890abcdef0", "state": "terminated"}})";
    CHECK(matches(pattern, event));
    CHECK_FALSE(matches(pattern, R"({"source": "aws.ec2", "detail": {"state": "stopped"}})"));
  }

  TEST_CASE("a value matches exactly: type, case and every character") {
    constexpr Row rows[] = {
        {R"(["running"])", R"("running")", true},
        {R"(["running"])", R"("Running")", false},
        {R"(["running"])", R"("runnin")", false},
        {R"(["a", "b"])", R"("b")", true},
        {R"([""])", R"("")", true},
        {R"([""])", "null", false},
        {R"([null])", "null", true},
        {R"([null])", "-", false},
        {R"(["null"])", "null", false},
        {R"([true])", "true", true},
        {R"([true])", R"("true")", false},
        {R"(["\u0061"])", R"("a")", true},
        {R"([{"exactly": "a"}])", R"("a")", true},
    };
    check(rows);
  }

  TEST_CASE("numbers compare by value, where nothing is lost by it") {
    constexpr Row rows[] = {
        {"[300]", "3.0e2", true},
        {"[5]", R"("5")", false},
        {"[-0]", "0.0", true},
        {"[1e23]", "100000000000000000000000", true},
        {"[9007199254740993]", "9007199254740993", true},     // the same text
        {"[9007199254740993]", "9007199254740993.0", false},  // no double is that number
        {"[0.1]", "0.10000000000000001", false},
        {R"([{"numeric": [">", 0, "<=", 5]}])", "5", true},
        {R"([{"numeric": [">", 0, "<=", 5]}])", "0", false},
        {R"([{"numeric": ["=", 3.018e2]}])", "301.8", true},
        {R"([{"numeric": ["<", 10]}])", R"("5")", false},
        {R"([{"numeric": [">", 0]}])", "9007199254740993", false},
        {R"([{"anything-but": [5]}])", "5.0", false},
        {R"([{"anything-but": [5]}])", R"("5")", true},
    };
    check(rows);
  }

  TEST_CASE("prefix, suffix, wildcard and their kin are about strings") {
    constexpr Row rows[] = {
        {R"([{"prefix": "2017-10-"}])", R"("2017-10-02")", true},
        {R"([{"prefix": ""}])", R"("")", true},
        {R"([{"prefix": "5"}])", "5", false},
        {R"([{"suffix": ".png"}])", R"("a.png")", true},
        {R"([{"prefix": {"equals-ignore-case": "EventB"}}])", R"("eventbridge")", true},
        {R"([{"suffix": {"equals-ignore-case": ".PNG"}}])", R"("a.pnG")", true},
        {R"([{"equals-ignore-case": "Alice"}])", R"("ALICE")", true},
        {R"([{"equals-ignore-case": "Alice"}])", R"("ALICES")", false},
        {R"([{"wildcard": "dir/*.png"}])", R"("dir/a/b.png")", true},
        {R"([{"wildcard": "dir/*.png"}])", R"("dir/.pn")", false},
        {R"([{"wildcard": "*a*b*"}])", R"("xxbxaxbx")", true},
        {R"([{"wildcard": "a\\*b\\\\c"}])", R"("a*b\\c")", true},
        {R"([{"wildcard": "a\\*b"}])", R"("axb")", false},
        {R"([{"wildcard": "a*a"}])", R"("a")", false},
    };
    check(rows);
  }

  TEST_CASE("anything-but takes whatever is not listed, except nothing at all") {
    constexpr Row rows[] = {
        {R"([{"anything-but": "a"}])", R"("a")", false},
        {R"([{"anything-but": ["a", "b"]}])", R"("c")", true},
        {R"([{"anything-but": "a"}])", "null", true},
        {R"([{"anything-but": "a"}])", "-", false},
        {R"([{"anything-but": "a"}])", "[]", false},
        {R"([{"anything-but": "a"}])", R"(["a", "b"])", true},  // one other element is enough
        {R"([{"anything-but": {"prefix": "init"}}])", R"("initial")", false},
        {R"([{"anything-but": {"suffix": [".txt", ".rtf"]}}])", R"("a.rtf")", false},
        {R"([{"anything-but": {"equals-ignore-case": ["INIT"]}}])", R"("init")", false},
        {R"([{"anything-but": {"wildcard": "*/lib/*"}}])", R"("a/lib/b")", false},
        {R"([{"anything-but": {"wildcard": "*/lib/*"}}])", "5", true},
    };
    check(rows);
  }

  TEST_CASE("exists looks at leaves") {
    constexpr Row rows[] = {
        {R"([{"exists": true}])", "null", true},
        {R"([{"exists": true}])", "-", false},
        {R"([{"exists": true}])", "[]", false},
        {R"([{"exists": true}])", R"({"a": 1})", false},
        {R"([{"exists": false}])", "[{}]", true},
        {R"([{"exists": false}])", "[[1]]", false},
        {R"(["x", {"exists": false}])", "-", true},
        {R"(["x", {"exists": false}])", R"("y")", false},
    };
    check(rows);
  }

  TEST_CASE("what looks like an address is compared as one") {
    constexpr Row rows[] = {
        {R"([{"cidr": "10.0.0.0/24"}])", R"("10.0.0.255")", true},
        {R"([{"cidr": "10.0.0.77/24"}])", R"("10.0.0.1")", true},
        {R"([{"cidr": "10.0.0.0/24"}])", R"("10.0.1.0")", false},
        {R"([{"cidr": "2001:db8::/32"}])", R"("2001:DB8:1::1")", true},
        {R"([{"cidr": "0.0.0.0/0"}])", R"("::1")", false},
        {R"(["::1"])", R"("0:0:0:0:0:0:0:1")", true},
        {R"(["10.0.0.1"])", R"("::ffff:0a00:0001")", true},
        {R"(["12:30"])", R"("12:30")", true},
    };
    check(rows);
  }

  TEST_CASE("an array of the event matches if one of its elements does") {
    constexpr Row rows[] = {
        {R"(["b"])", R"(["a", "b"])", true},
        {R"(["b"])", R"([["a"], ["b"]])", true},
        {R"(["b"])", R"([{"x": "b"}])", false},
    };
    check(rows);
  }

  TEST_CASE("fields inside an array of objects must agree on the element") {
    const std::string pattern = R"({"tags": {"key": ["env"], "value": ["prod"]}})";
    CHECK(matches(pattern,
                  R"({"tags": [{"key": "a", "value": "b"}, {"key": "env", "value": "prod"}]})"));
    CHECK_FALSE(matches(
        pattern, R"({"tags": [{"key": "env", "value": "b"}, {"key": "a", "value": "prod"}]})"));
    const std::string without = R"({"tags": {"key": ["env"], "value": [{"exists": false}]}})";
    CHECK(matches(without, R"({"tags": [{"key": "env"}, {"key": "a", "value": "prod"}]})"));
    CHECK_FALSE(matches(without, R"({"tags": [{"key": "env", "value": "x"}]})"));
  }

  TEST_CASE("$or is alternatives; in any other shape, a field of that name as in former times") {
    const std::string pattern = R"({"a": ["1"], "$or": [{"b": ["2"]}, {"c": [{"prefix": "3"}]}]})";
    CHECK(matches(pattern, R"({"a": "1", "b": "2"})"));
    CHECK(matches(pattern, R"({"a": "1", "c": "33"})"));
    CHECK_FALSE(matches(pattern, R"({"b": "2"})"));
    CHECK(matches(R"({"$or": ["x", {"prefix": "y"}]})", R"({"$or": "yes"})"));
    CHECK(matches(R"({"\u0024or": ["x", {"prefix": "y"}]})", R"({"$or": "yes"})"));
  }

  TEST_CASE("a dot in a name is a step; the last of two equal names in a pattern counts") {
    CHECK(matches(R"({"a": {"b": ["x"]}})", R"({"a.b": "x"})"));
    CHECK(matches(R"({"a.b": ["x"]})", R"({"a": {"b": "x"}})"));
    CHECK_FALSE(matches(R"({"a": ["1"], "a": ["2"]})", R"({"a": "1"})"));
    CHECK(matches(R"({"a": ["1"]})", R"({"a": "1", "a": "2"})"));  // of an event, both
  }

  TEST_CASE("hostile patterns and events end soon, with a reason") {
    const auto nested = [](int depth, const std::string& open, const std::string& close) {
      std::string text;
      for (int i = 0; i < depth; ++i) text += open;
      text += R"("x")";
      for (int i = 0; i < depth; ++i) text += close;
      return text;
    };
    const PatternResult deep = Pattern::compile(nested(100'000, R"({"a":)", "}"));
    REQUIRE(std::holds_alternative<InvalidPattern>(deep));
    CHECK(std::get<InvalidPattern>(deep).reason == "Longer than 65536 bytes");
    const PatternResult steep = Pattern::compile(nested(2'000, R"({"a":)", "}"));
    REQUIRE(std::holds_alternative<InvalidPattern>(steep));
    CHECK(std::get<InvalidPattern>(steep).reason.starts_with(
        "Document nesting depth (1001) exceeds"));
    const auto event = EventText::parse(R"({"a":)" + nested(100'000, "[", "]") + "}");
    REQUIRE(std::holds_alternative<InvalidEvent>(event));
    CHECK(
        std::get<InvalidEvent>(event).reason.starts_with("Document nesting depth (1001) exceeds"));

    std::string stars;
    for (int i = 0; i < 1'000; ++i) stars += "*a";
    const std::string long_text(100'000, 'a');
    CHECK_FALSE(matches(R"({"v": [{"wildcard": ")" + stars + R"(*b"}]})",
                        R"({"v": ")" + long_text + R"("})"));

    std::string ors = R"({"a": ["1"])";
    for (int i = 0; i < 10; ++i) ors += R"(, "$or": [{"b": ["2"]}, {"c": ["3"]}])";
    const PatternResult many = Pattern::compile(ors + "}");
    REQUIRE(std::holds_alternative<InvalidPattern>(many));
    CHECK(std::get<InvalidPattern>(many).reason == "More than 1000 combinations of $or");
  }
}

}  // namespace
