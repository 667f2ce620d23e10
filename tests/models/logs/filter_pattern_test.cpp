#include <doctest/doctest.h>

#include "models/logs/filter_pattern.hpp"

namespace opsim::tests {
namespace {

using logs::FilterPattern;

bool matches(std::string_view pattern, std::string_view message) {
  const auto read = FilterPattern::parse(pattern);
  if (const auto* complaint = std::get_if<std::string>(&read)) FAIL(pattern << ": " << *complaint);
  return std::get<FilterPattern>(read).match(message).has_value();
}

TEST_SUITE("logs: filter patterns") {
  struct Row {
    std::string_view pattern;
    std::string_view message;
    bool expected;
  };

  TEST_CASE("of terms: all, any, none; the guide's examples") {
    constexpr Row rows[] = {
        {"", "anything", true},
        {"ERROR", "[ERROR 400] BAD REQUEST", true},
        {"ERROR", "[error 400]", false},  // case counts
        {"ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", true},
        {"ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST", false},
        {"?ERROR ?ARGUMENTS", "[INFO] ARGUMENTS", true},
        {"?ERROR ?ARGUMENTS", "[INFO] fine", false},
        {"\"INTERNAL SERVER ERROR\"", "[ERROR 500] INTERNAL SERVER ERROR", true},
        {"\"INTERNAL SERVER ERROR\"", "SERVER INTERNAL ERROR", false},
        {"ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST", true},
        {"ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", false},
    };
    for (const Row& row : rows) {
      CAPTURE(row.pattern);
      CAPTURE(row.message);
      CHECK(matches(row.pattern, row.message) == row.expected);
    }
  }

  TEST_CASE("of JSON: members, comparisons, existence; the guide's event") {
    constexpr std::string_view event = R"({"eventType": "UpdateTrail", "sourceIPAddress":
        "111.111.111.111", "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": null, "cluster.name": "c", "ok": true, "latency": 12.5})";
    constexpr Row rows[] = {
        {R"({ $.eventType = "UpdateTrail" })", event, true},
        {"{ $.eventType = UpdateTrail }", event, true},
        {R"({ $.sourceIPAddress != 123.123.* })", event, true},
        {R"({ $.sourceIPAddress = 111.111.* })", event, true},
        {R"({ $.arrayKey[0] = "value" })", event, true},
        {"{ $.objectList[1].id = 2 }", event, true},
        {"{ $.objectList[1].id > 2 }", event, false},
        {"{ $.SomeObject IS NULL }", event, true},
        {"{ $.SomeOtherObject NOT EXISTS }", event, true},
        {"{ $.eventType NOT EXISTS }", event, false},
        {"{ $.ok IS TRUE }", event, true},
        {"{ $.latency >= 12.5 && $.latency < 1.3e1 }", event, true},
        {"{ ($.latency > 20 || $.ok IS TRUE) && $.eventType = Update* }", event, true},
        {"{ $.latency > 20 || $.ok IS FALSE }", event, false},
        {R"({ $.["cluster.name"] = "c" })", event, true},
        {"{ $.missing = 1 }", event, false},
        {"{ $.eventType = * }", event, true},
        {"{ $.eventType = * }", "no JSON", false},
    };
    for (const Row& row : rows) {
      CAPTURE(row.pattern);
      CHECK(matches(row.pattern, row.message) == row.expected);
    }
  }

  TEST_CASE("of columns: by place, with conditions; the guide's access log") {
    constexpr std::string_view line =
        R"(127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534)";
    constexpr Row rows[] = {
        {"[ip, env, user, time, request, status, bytes]", line, true},
        {"[ip, env, user, time, request, status]", line, false},
        {"[ip, env, user, time, request = *.html*, status = 4*, bytes]", line, true},
        {"[..., status = 404, bytes > 1000]", line, true},
        {"[ip, ..., bytes > 2000]", line, false},
        {"[ip, ..., status = 404 || status = 410, bytes]", line, true},
        {"[ip, ..., status != 404 && status != 410, bytes]", line, false},
        {"[w1 = ERROR, w2]", "ERROR disk", true},
    };
    for (const Row& row : rows) {
      CAPTURE(row.pattern);
      CHECK(matches(row.pattern, row.message) == row.expected);
    }
    const auto pattern = std::get<FilterPattern>(FilterPattern::parse("[ip, ..., status, bytes]"));
    const auto match = pattern.match(line);
    REQUIRE(match);
    CHECK(match->value("$bytes") == "1534");
    CHECK(match->value("$none") == std::nullopt);
  }

  // CloudWatch Logs User Guide, regex-expressions: the examples of the page.
  TEST_CASE("of regular expressions: %...%, also within JSON and columns") {
    constexpr std::string_view event = R"({"sourceIPAddress": "10.10.0.1", "level": "Warn"})";
    constexpr std::string_view line = "10.10.0.1 Prod frank 404";
    constexpr Row rows[] = {
        {"%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true},
        {"%AUTHORIZED%", "[SUCCESS 200] AUTHORIZED REQUEST", true},
        {"%AUTHORIZED%", "[SUCCESS 200] REQUEST", false},
        {"%^ERROR%", "ERROR here", true},
        {"%^ERROR%", "no ERROR", false},
        {"%colou?r%", "color", true},
        {"%gray|grey%", "a grey day", true},
        {"%10\\.10\\.0\\.1%", "from 10.10.0.1", true},
        {"%10\\.10\\.0\\.1%", "from 10.10.001", false},
        {"%a{3,5}%", "aa", false},
        {"ERROR -%5[0-9]{2}%", "ERROR 404", true},
        {"ERROR -%5[0-9]{2}%", "ERROR 503", false},
        {"{ $.sourceIPAddress = %10\\.[0-9.]+% }", event, true},
        {"{ $.level != %[Ww]arn% }", event, false},
        {"[ip = %^10\\.10%, env, user, status = %4[0-9]{2}%]", line, true},
        {"[ip, env, user, status = %5[0-9]{2}%]", line, false},
    };
    for (const Row& row : rows) {
      CAPTURE(row.pattern);
      CAPTURE(row.message);
      CHECK(matches(row.pattern, row.message) == row.expected);
    }
    for (const std::string_view pattern :
         {"%something!%", "%(a)%", "{ $.a = %x% && $.b = %y% && $.c = %z% }"}) {
      CAPTURE(pattern);
      CHECK(std::holds_alternative<std::string>(FilterPattern::parse(pattern)));
    }
  }

  // FilterAndPatternSyntax, "Creating filter patterns to match terms in JSON log events": one
  // wildcard a selector.
  TEST_CASE("of JSON with a wildcard: any element will do") {
    constexpr std::string_view event =
        R"({"items": [{"id": 1}, {"id": 2}], "by": {"a": {"n": 5}, "b": {"n": 7}}})";
    constexpr Row rows[] = {
        {"{ $.items[*].id = 2 }", event, true},    {"{ $.items[*].id = 3 }", event, false},
        {"{ $.by.*.n > 6 }", event, true},         {"{ $.items[*].none NOT EXISTS }", event, true},
        {"{ $.items[*].id EXISTS }", event, true},
    };
    for (const Row& row : rows) {
      CAPTURE(row.pattern);
      CHECK(matches(row.pattern, row.message) == row.expected);
    }
  }

  TEST_CASE("are refused when they cannot be read") {
    for (const std::string_view pattern :
         {"{ $.a = }", "{ a = 1 }", "{ $.a = 1", "{ $.a = 1 } x", "{ $.a > x }", "[a, b", "[a,,b]",
          "[..., ...]", "\"open", "%open", "%%", "{ $.a IS 1 }", "{ $.a > %1% }",
          "{ $.a[*].b[*] = 1 }", "{ $.a.* = 1 || $.b.* = 1 || $.c.* = 1 || $.d.* = 1 }",
          "[a = 1 && b = 2]"}) {
      CAPTURE(pattern);
      CHECK(std::holds_alternative<std::string>(FilterPattern::parse(pattern)));
    }
    CHECK(std::holds_alternative<std::string>(FilterPattern::parse(std::string(1025, 'a'))));
    const std::string deep = "{" + std::string(500, '(') + "$.a = 1" + std::string(500, ')') + "}";
    CHECK(std::holds_alternative<std::string>(FilterPattern::parse(deep)));
  }
}

}  // namespace
}  // namespace opsim::tests
