// Rules that need no world: aws:branch, parameters, rate control.
#include <doctest/doctest.h>

#include <fstream>

#include "models/ssm/branch.hpp"
#include "models/ssm/parameter.hpp"
#include "models/ssm/rate_control.hpp"
#include "opsim/document/read.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::ssm {

TEST_SUITE("ssm: aws:branch operators") {
  TEST_CASE("each operator, on texts and on typed values") {
    struct Row {
      std::string_view symbol;
      Json variable, operand;
      bool expected;
    };
    const Row rows[] = {
        {"StringEquals", "a", "a", true},      {"StringEquals", "a", "A", false},
        {"StringEquals", 5, "5", true},        {"EqualsIgnoreCase", "Prod", "PROD", true},
        {"StartsWith", "i-0abc", "i-", true},  {"StartsWith", "x", "xy", false},
        {"EndsWith", "a.log", ".log", true},   {"Contains", "abc", "b", true},
        {"Contains", "abc", "d", false},       {"NumericEquals", 3, 3.0, true},
        {"NumericEquals", "3", 3, true},       {"NumericGreater", 4, "3.5", true},
        {"NumericGreater", 3, 3, false},       {"NumericGreaterOrEquals", 3, 3, true},
        {"NumericLesser", 2, 3, true},         {"NumericLesserOrEquals", 4, 3, false},
        {"NumericEquals", "many", 3, false},   {"BooleanEquals", true, true, true},
        {"BooleanEquals", "True", true, true}, {"BooleanEquals", false, "false", true},
        {"BooleanEquals", "yes", true, false},
    };
    for (const Row& row : rows) {
      CAPTURE(row.symbol);
      CAPTURE(row.variable.dump());
      CAPTURE(row.operand.dump());
      CHECK(compare(row.symbol, row.variable, row.operand) == row.expected);
    }
  }
}

TEST_SUITE("ssm: parameters") {
  std::vector<ParameterSpec> declared(std::string_view yaml) {
    Diagnostics diagnostics;
    auto specs = read_parameters(read_yaml("doc.yaml", yaml).root, diagnostics);
    REQUIRE_MESSAGE(diagnostics.count() == 0, diagnostics.text());
    return specs;
  }
  /// The first value, or the refusal.
  std::string bound(std::string_view yaml, const Json& given) {
    const auto specs = declared(yaml);
    const auto values = bind_parameters(specs, given, "InvalidParameters");
    return values ? values->at(0).dump() : values.error().message;
  }

  TEST_CASE("lists of texts become values of the declared type") {
    CHECK(bound("P: { type: String }", {{"P", {"x"}}}) == R"("x")");
    CHECK(bound("P: { type: String }", {{"P", "x"}}) == R"("x")");
    CHECK(bound("P: { type: StringList }", {{"P", {"x", "y"}}}) == R"(["x","y"])");
    CHECK(bound("P: { type: StringList }", {{"P", Json::array()}}) == "[]");
    CHECK(bound("P: { type: Integer }", {{"P", {"42"}}}) == "42");
    CHECK(bound("P: { type: Boolean }", {{"P", {"true"}}}) == "true");
    CHECK(bound("P: { type: StringMap }", {{"P", {R"({"a":1})"}}}) == R"({"a":1})");
    CHECK(bound("P: { type: MapList }", {{"P", {R"({"a":1})", R"({"b":2})"}}}) ==
          R"([{"a":1},{"b":2}])");
    CHECK(bound("P: { type: 'AWS::EC2::Instance::Id' }", {{"P", {"i-1"}}}) == R"("i-1")");
    CHECK(bound("P: { type: 'List<AWS::EC2::Instance::Id>' }", {{"P", {"i-1", "i-2"}}}) ==
          R"(["i-1","i-2"])");
  }
  TEST_CASE("a parameter without a value takes its default, or is refused") {
    CHECK(bound("P: { type: Integer, default: 3 }", Json::object()) == "3");
    CHECK(bound("P: { type: String }", Json::object()) ==
          "Parameter P is required and was not passed");
  }
  TEST_CASE("unknown names, wrong types and broken constraints are refused") {
    CHECK(bound("InstanceId: { type: String }", {{"InstanceID", {"i-1"}}}) ==
          R"(Parameter "InstanceID" is not defined in the document; did you mean "InstanceId"?)");
    CHECK(bound("P: { type: Integer }", {{"P", {"many"}}}) ==
          R"(Parameter P is "many"; it must be of type Integer)");
    CHECK(bound("P: { type: String }", {{"P", {"a", "b"}}}) ==
          R"(Parameter P is "["a","b"]"; it must be of type String)");
    CHECK(bound("P: { type: String, allowedValues: [Scan, Install] }", {{"P", {"Instal"}}}) ==
          R"(Parameter P: "Instal" is not one of Scan, Install; did you mean "Install"?)");
    CHECK(bound("P: { type: String, allowedPattern: '[0-9]+' }", {{"P", {"12x"}}}) ==
          R"(Parameter P: "12x" does not match "[0-9]+")");
    CHECK(bound("P: { type: String, allowedPattern: '^[0-9]+$' }", {{"P", {"12"}}}) == R"("12")");
    CHECK(bound("P: { type: StringList, maxItems: 1 }", {{"P", {"a", "b"}}}) ==
          "Parameter P: has 2 items; at most 1 are allowed");
    CHECK(bound("P: { type: Integer, maxValue: 5 }", {{"P", {"6"}}}) ==
          "Parameter P: 6 is more than 5");
  }
  TEST_CASE("a pattern that backtracks without end ends, and refuses nothing it cannot judge") {
    const std::string tricky = std::string(60, 'a') + "b";
    CHECK(bound("P: { type: String, allowedPattern: '(a+)+(a+)+(a+)+$' }", {{"P", {tricky}}}) !=
          "");
  }
}

TEST_SUITE("ssm: rate control") {
  TEST_CASE("numbers, percentages, and what is neither") {
    CHECK(concurrency_of(*RateLimit::parse("10%"), 50) == 5);
    CHECK(concurrency_of(*RateLimit::parse("1%"), 50) == 1);  // AWS never runs none
    CHECK(concurrency_of(*RateLimit::parse("7"), 50) == 7);
    CHECK(errors_allowed(*RateLimit::parse("0"), 50) == 0);
    for (const std::string_view text : {"", "x", "-1", "10 %", "101%", "1.5"}) {
      CAPTURE(text);
      CHECK_FALSE(RateLimit::parse(text));
    }
  }
  TEST_CASE("the documentation's worked examples: the error that stops") {
    const auto shared = tests::shared_folder();
    if (!shared) {
      MESSAGE("no shared folder: skipped");
      return;
    }
    std::ifstream rows{*shared / "cases" / "worked_examples.jsonl"};
    int seen = 0;
    for (std::string line; std::getline(rows, line);) {
      const Json row = Json::parse(line);
      const Json& given = row.at("given");
      const std::string id = row.at("id").get<std::string>();
      if (!id.starts_with("ssm-err-") && !id.starts_with("ssm-conc-")) continue;
      CAPTURE(id);
      // The Automation guide's fifth-error example contradicts the API reference, which we follow.
      if (row.at("service") == "ssm-automation") continue;
      const auto targets = given.at("targets").get<std::size_t>();
      if (given.contains("max_errors")) {
        const auto allowed =
            errors_allowed(*RateLimit::parse(given.at("max_errors").get<std::string>()), targets);
        CHECK(allowed + 1 == row.at("expect").at("stops_on_error").get<std::size_t>());
      }
      if (given.contains("max_concurrency")) {
        const auto most = concurrency_of(
            *RateLimit::parse(given.at("max_concurrency").get<std::string>()), targets);
        CHECK(most == row.at("expect").at("max_in_flight").get<std::size_t>());
      }
      ++seen;
    }
    CHECK(seen >= 6);
  }
}

}  // namespace opsim::ssm
