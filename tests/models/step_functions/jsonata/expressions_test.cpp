// The language of JSONata. Source: docs.jsonata.org, the pages named by the cases.
#include <doctest/doctest.h>

#include "tests/models/step_functions/jsonata/evaluated.hpp"

namespace opsim::tests {
namespace {

void check_rows(std::initializer_list<ExpressionRow> rows) {
  for (const auto& [text, expected] : rows) {
    CAPTURE(std::string{text});
    CHECK(evaluated(text) == std::string{expected});
  }
}

}  // namespace

TEST_SUITE("jsonata: expressions") {
  TEST_CASE("simple queries navigate objects and arrays") {
    check_rows({
        {"Surname", R"("Smith")"},
        {"Address.City", R"("Winchester")"},
        {"Other.Misc", "null"},
        {"Other.Nothing", "nothing"},
        {"Other.`Over 18 ?`", "true"},
        {"Phone[0].type", R"("home")"},
        {"Phone[-1].type", R"("mobile")"},
        {"Phone[-2].type", R"("office")"},
        {"Phone[8]", "nothing"},
        {"Phone[[0..1]].type", R"(["home","office"])"},
        {"Phone[0].number", R"("0203 544 1234")"},
        {"(Phone.number)[0]", R"("0203 544 1234")"},
        {"Phone.number[0]", R"(["0203 544 1234","01962 001234","01962 001235","077 7700 1234"])"},
        {"$.Age + $$.Age", "56"},
        {"$v.x", "1"},
    });
  }
  TEST_CASE("predicates filter, singletons and arrays are one, [] keeps the array") {
    check_rows({
        {"Phone[type='mobile'].number", R"("077 7700 1234")"},
        {"Phone[type='office'].number", R"(["01962 001234","01962 001235"])"},
        {"Phone[type='mobile'].number[]", R"(["077 7700 1234"])"},
        {"Phone[][type='home'].number", R"(["0203 544 1234"])"},
        {"Address[City='Winchester'].Street", R"("Hursley Park")"},
        {"Order.Product[Quantity > 1].Price", "[34.45,34.45]"},
    });
  }
  TEST_CASE("wildcards and descendants") {
    check_rows({
        {"Address.*", R"(["Winchester","SO21 2JN","Hursley Park"])"},
        {"*.Postcode", R"("SO21 2JN")"},
        {"$count(**.Colour)", "4"},
    });
  }
  TEST_CASE("operators") {
    check_rows({
        {"5 % 2 + 2 * 3 - 8 / 4", "5"},
        {"'a' & 1 & true & null", R"("a1truenull")"},
        {"1 = 1.0 and 'a' != 'b'", "true"},
        {"[1,2] = [1,2]", "true"},
        {"Nothing = Nothing", "false"},
        {"'a' < 'b' or false", "true"},
        {"2 in [1,2,3]", "true"},
        {"[1..5]", "[1,2,3,4,5]"},
        {"5..1", "S0201"},
        {"[5..1]", "[]"},
        {"Age > 18 ? 'adult' : 'child'", R"("adult")"},
        {"-Age", "-28"},
        {"1 / 0", R"("Infinity")"},
        {"'a' + 1", "T2001"},
        {"1 + 'a'", "T2002"},
        {"'a' < 1", "T2009"},
        {"[] < 1", "T2010"},
    });
  }
  TEST_CASE("constructors build arrays and objects, grouping collects") {
    check_rows({
        {"Phone.{type: number}",
         R"([{"home":"0203 544 1234"},{"office":"01962 001234"},{"office":"01962 001235"},{"mobile":"077 7700 1234"}])"},
        {"Phone{type: number}",
         R"({"home":"0203 544 1234","mobile":"077 7700 1234","office":["01962 001234","01962 001235"]})"},
        {"Phone{type: number[]}",
         R"({"home":["0203 544 1234"],"mobile":["077 7700 1234"],"office":["01962 001234","01962 001235"]})"},
        {"Order.Product{Description.Colour: $sum(Quantity)}",
         R"({"Black":1,"Orange":1,"Purple":6})"},
        {"[Address, Other.`Alternative.Address`].Street", R"(["Hursley Park","Brick Lane"])"},
        {"Order.[OrderID]", R"([["order103"],["order104"]])"},
        {"{'a': Nothing}", "{}"},
        {"{1: 2}", "T1003"},
    });
  }
  TEST_CASE("sorting, positions and focus") {
    check_rows({
        {"Order.Product^(>Price).Price", "[107.99,34.45,34.45,21.67]"},
        {"Order.Product^(Price, >Quantity).Quantity", "[1,4,2,1]"},
        {"Order#$i.{'n': $i, 'id': OrderID}",
         R"([{"id":"order103","n":0},{"id":"order104","n":1}])"},
        {"Order@$o.Product[Quantity=4].($o.OrderID)", "nothing"},
        {"Phone^(type.x)[0].type", R"("home")"},
    });
  }
  TEST_CASE("variables, blocks, functions and closures") {
    check_rows({
        {"($a := 2; $b := 3; $a * $b)", "6"},
        {"($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))", "3628800"},
        {"($add := function($x) { function($y) { $x + $y } }; $add(1)(2))", "3"},
        {"($first := $substring(?, 0, 1); $first('hello'))", R"("h")"},
        {"'hello' ~> $uppercase ~> $length", "5"},
        {"($up := $trim ~> $uppercase; $up(' a '))", R"("A")"},
        {"Age ~> $string", R"("28")"},
        {"nosuch()", "T1006"},
        {"uppercase('a')", "T1005"},
        {"$reduce([1..5], function($a, $b) { $a * $b })", "120"},
    });
  }
  TEST_CASE("transforms change a copy") {
    check_rows({
        {"Address ~> |$|{'City': 'Ashford'}|",
         R"({"City":"Ashford","Postcode":"SO21 2JN","Street":"Hursley Park"})"},
        {"(Order ~> |Product|{'Total': Price * Quantity}, ['Description']|).Product[0].Total",
         "[68.9,137.8]"},
    });
  }
  TEST_CASE("what cannot be read says where and why") {
    check_rows({
        {"1 +", "S0207"},
        {"(1", "S0203"},
        {"'a", "S0101"},
        {"1 2", "S0201"},
        {"~", "S0204"},
        {"", "S0207"},
        {"a := 1", "S0212"},
        {"1.a", "S0213"},
        {"/* x", "S0106"},
    });
  }
  TEST_CASE("an expression that does not end is stopped by its limits, not by a clock") {
    CHECK(evaluated("($f := function() { $f() }; $f())") == "U1001");
    CHECK(evaluated("$map([1..100000], function($x) { $sum([1..1000]) })", {.steps = 10'000}) ==
          "U1001");
    CHECK(evaluated("$join($map([1..1000000], function($x) { 'aaaaaaaaaaaaaaaaaaaa' }))",
                    {.held = 1'000'000}) == "U1001");
    CHECK(evaluated(std::string(5'000, '(')) == "U1001");
  }
  TEST_CASE("the variables that an expression reads") {
    const auto read = jsonata::parse("$states.input.a + $x[$y > 1] & $string($z)");
    const std::vector<std::string> wanted{"states", "string", "x", "y", "z"};
    CHECK(jsonata::free_variables(std::get<jsonata::Expression>(read)) == wanted);
  }
}

}  // namespace opsim::tests
