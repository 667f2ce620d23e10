#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <string>

#include "models/cloudwatch/composite_rule.hpp"

namespace opsim::tests {
namespace {

using cloudwatch::AlarmState;
using cloudwatch::CompositeRule;

/// A, B are in ALARM, O and P are OK, N has no data.
AlarmState letter_state(std::string_view name) {
  if (name == "A" || name == "B") return AlarmState::alarm;
  return name == "N" ? AlarmState::insufficient_data : AlarmState::ok;
}

bool says(std::string_view text) {
  auto rule = CompositeRule::parse(text);
  if (const auto* complaint = std::get_if<std::string>(&rule)) FAIL(text << ": " << *complaint);
  return std::get<CompositeRule>(rule).holds(letter_state);
}

std::string refused(std::string_view text) {
  auto rule = CompositeRule::parse(text);
  const auto* complaint = std::get_if<std::string>(&rule);
  return complaint == nullptr ? "accepted" : *complaint;
}

TEST_SUITE("cloudwatch: alarm rules of composite alarms") {
  TEST_CASE("combine states as the guide says") {
    struct Row {
      std::string_view rule;
      bool holds;
    };
    constexpr Row rows[] = {
        {"ALARM(A)", true},
        {"OK(A)", false},
        {"INSUFFICIENT_DATA(N)", true},
        {"OK(N)", false},
        {"TRUE", true},
        {"FALSE", false},
        {"ALARM(\"A\") AND ALARM(B)", true},
        {"ALARM(A) AND ALARM(O)", false},
        {"ALARM(O) OR ALARM(A)", true},
        {"ALARM(A) AND NOT ALARM(B)", false},
        {"NOT ALARM(O)", true},
        {"NOT NOT ALARM(A)", true},
        {"NOT (ALARM(A) OR ALARM(O))", false},
        {"(ALARM(A) OR ALARM(O)) AND OK(N)", false},
        {"ALARM(A) OR ALARM(O) AND ALARM(P)", true},  // AND binds tighter
        {"NOT ALARM(A) OR ALARM(B)", true},           // NOT binds tightest
        {"(NOT ALARM(A)) AND (TRUE)", false},
        {"AT_LEAST(2, ALARM, (A, B, O, P))", true},
        {"AT_LEAST(3, ALARM, (A, B, O, P))", false},
        {"AT_LEAST(50%, OK, (O, A, B, N))", false},
        {"AT_LEAST(50%, OK, (O, P, A, B))", true},
        {"AT_LEAST(34%, ALARM, (A, O, P))", false},  // one of three is 33.3 %
        {"AT_LEAST(33%, ALARM, (A, O, P))", true},
        {"AT_LEAST(2, NOT OK, (A, N, O))", true},
        {"AT_LEAST(2, ALARM, (A, B, O)) AND NOT ALARM(A)", false},
        {"AT_LEAST(100%, ALARM, (\"A\", B))", true},
    };
    for (const Row& row : rows) {
      CAPTURE(row.rule);
      CHECK(says(row.rule) == row.holds);
    }
  }

  TEST_CASE("name alarms by name or ARN, quoted or not") {
    const auto rule = std::get<CompositeRule>(CompositeRule::parse(
        R"(ALARM("web 5xx (prod), \"EU\"") OR OK(arn:aws:cloudwatch:us-east-1:012345678901:alarm:a)"
        R"() OR ALARM(a.b/c-d))"));
    REQUIRE(rule.alarms().size() == 3);
    CHECK(rule.alarms()[0] == R"(web 5xx (prod), "EU")");
    CHECK(rule.alarms()[1] == "arn:aws:cloudwatch:us-east-1:012345678901:alarm:a");
    CHECK(rule.alarms()[2] == "a.b/c-d");
  }

  TEST_CASE("are refused in AWS's words, with the position") {
    struct Row {
      std::string_view rule;
      std::string_view message;
    };
    constexpr std::string_view kOperand =
        "must be: '(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA]";
    constexpr Row rows[] = {
        {"()", "Error in AlarmRule [Unsupported token ')' at char 1, "},
        {"(ALARM(Sample Oldest))",
         "Error in AlarmRule [Unsupported token 'Oldest' at char 14, must be: ')']"},
        {"ALARM(a) AND", "Error in AlarmRule [Unsupported token '' at char 12, "},
        {"ALERT(a)", "Error in AlarmRule [Unsupported token 'ALERT' at char 0, "},
        {"ALARM a", "Error in AlarmRule [Unsupported token 'a' at char 6, must be: '(']"},
        {"ALARM(a) ALARM(b)", "Error in AlarmRule [Unsupported token 'ALARM' at char 9, "},
        {"ALARM(\"a)", "Error in AlarmRule [Missing '\"' for char 6]"},
        {"AT_LEAST(0, ALARM, (a))", "Error in AlarmRule [Unsupported token '0' at char 9, "},
        {"AT_LEAST(101%, ALARM, (a))", "Error in AlarmRule [Unsupported token '101%' at char 9, "},
        {"AT_LEAST(2, ALARM, (a))", "Error in AlarmRule [AT_LEAST asks for 2 of 1 alarms]"},
        {" ALARM(a)", "AlarmRule must not contain leading or trailing whitespace or be null"},
        {"", "AlarmRule must not contain leading or trailing whitespace or be null"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.rule);
      CHECK(refused(row.rule).starts_with(row.message));
    }
    CHECK(refused("()").ends_with(kOperand));
  }

  TEST_CASE("hold at most 100 alarms, 500 elements and 10,240 characters") {
    const auto many = [](int alarms, std::string_view one) {
      std::string text;
      for (int i = 0; i < alarms; ++i) text += fmt::format("{}ALARM(a{})", i == 0 ? "" : one, i);
      return text;
    };
    CHECK(refused(many(100, " OR ")) == "accepted");
    CHECK(refused(many(101, " OR ")) == "Error in AlarmRule [The number of alarms exceeds 100]");
    const auto nested = [](std::size_t depth) {
      return std::string(depth, '(') + "TRUE" + std::string(depth, ')');
    };
    CHECK(refused(nested(499)) == "accepted");
    CHECK(refused(nested(500)) == "Error in AlarmRule [The number of elements exceeds 500]");
    std::string spaces(10'300, ' ');
    spaces.front() = 'a';
    spaces.back() = 'b';
    CHECK(refused(spaces).find("longer than 10240 characters") != std::string::npos);
  }
}

}  // namespace
}  // namespace opsim::tests
