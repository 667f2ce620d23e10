// Signatures, parents and matches: docs.jsonata.org/programming, path-operators, regex; answers of
// the reference implementation, jsonata 2.0.6.
#include <doctest/doctest.h>

#include "tests/models/step_functions/jsonata/evaluated.hpp"

namespace opsim::tests {
namespace {

std::string complaint(const std::string& text) {
  const auto read = jsonata::parse(text);
  if (const auto* error = std::get_if<jsonata::Error>(&read)) return error->message;
  const jsonata::Host host{[] { return 0.0; }, [] { return 0.5; }, [] { return std::string{"u"}; }};
  const auto result = jsonata::evaluate(std::get<jsonata::Expression>(read), kInvoice, {}, host);
  const auto* const error = std::get_if<jsonata::Error>(&result);
  return error == nullptr ? "" : error->message;
}

void check_answers(std::initializer_list<ExpressionRow> rows) {
  for (const auto& [text, expected] : rows) {
    CAPTURE(std::string{text});
    CHECK(evaluated(text) == std::string{expected});
  }
}

}  // namespace

TEST_SUITE("jsonata: signatures") {
  TEST_CASE("a lambda is called as its signature says") {
    check_answers({
        {"($f := function($x)<n:n>{$x * 2}; $f('a'))", "T0410"},
        {"($f := function($x)<n-:n>{$x * 2}; Age.$f())", "56"},
        {"($f := function($x)<a<s>:x>{$x}; $f('a'))", R"(["a"])"},
        {"($f := function($x)<a<s>:x>{$x}; $f(1))", "T0412"},
        {"function($x)<n<s>:n>{$x}", "S0401"},
        {"$map([1, 2], $pad)", "T0410"},  // $map hands on the place and the whole, too
    });
  }

  TEST_CASE("messages name the function and the place of the argument") {
    CHECK(complaint("$length(5)") ==
          "Argument 1 of function \"length\" does not match function signature");
    CHECK(complaint("$sum([1, 'a'])") ==
          "Argument 1 of function \"sum\" must be an array of \"numbers\"");
    CHECK(complaint("($f := function($x, $y)<nn>{$x}; $f(1, 'b'))") ==
          "Argument 2 of function \"f\" does not match function signature");
    CHECK(complaint("-'a'") == "Cannot negate a non-numeric value: \"a\"");
  }

  TEST_CASE("the operators of later versions are none") {
    CHECK(complaint("a ?: b") == "The symbol \":\" cannot be used as a unary operator");
    CHECK(complaint("a ?? b") == "The symbol \"?\" cannot be used as a unary operator");
  }

  // Measured on AWS: github.com/floci-io/floci, issues 2662 and 2737.
  TEST_CASE("bounds of an evaluation are those of the service") {
    CHECK(evaluated("[1..873782] ~> $count()") == "873782");
    CHECK(complaint("[1..873783] ~> $count()") ==
          "Expression evaluation memory limit exceeded: Check for excessive memory usage");
    const std::string doubled =
        "($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p('x', ";
    CHECK(evaluated(doubled + "22)))") == "4194304");
    CHECK(evaluated(doubled + "23)))") == "U1001");
    std::string sum = "1";
    for (int term = 1; term < 200; ++term) sum += "+1";
    CHECK(complaint(sum) ==
          "Stack overflow error: Check for non-terminating recursive function. Consider rewriting "
          "as tail-recursive.");
    CHECK(evaluated("($f := function($n) { $n > 5000 ? $n : $f($n + 1) }; $f(1))") == "5001");
    CHECK(evaluated("$random(42)") == "0.7275636800328681");
  }

  TEST_CASE("% is the value that a step was taken from") {
    check_answers({
        {"Order.Product.{'id': %.OrderID, 'price': Price}[1]",
         R"({"id":"order103","price":21.67})"},
        {"Order.Product.Description.Colour[$ = 'Black'].%.%.Price", "107.99"},
        {"Order.Product[%.OrderID = 'order104'].Quantity", "[4,1]"},
        {"%", "S0217"},
        {"Age.%.%.Age", "S0217"},
    });
  }

  TEST_CASE("a regular expression is a function whose match has a next") {
    check_answers({
        {"/b/('abcb').next().start", "3"},
        {"$match('日本語', /本(語)?/)", R"({"groups":["語"],"index":1,"match":"本語"})"},
        {"$replace('ab', /(a)(b)/, '$2$1$$$0')", R"("ba$ab")"},
        {"$match('aab', /b*/)", "D1004"},
        {"$uppercase('straße é')", R"("STRASSE É")"},
    });
  }
}

}  // namespace opsim::tests
