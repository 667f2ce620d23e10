#include <doctest/doctest.h>

#include "opsim/json.hpp"
#include "reading.hpp"

using namespace opsim;
using opsim::tests::errors_of_json;
using opsim::tests::json;

TEST_SUITE("document: JSON") {
  TEST_CASE("values stand where their first character does, keys too") {
    const Node root = json("{\n  \"a\": [1, {\"b\": null}],\n\t\"c\": true\r\n}");
    CHECK(root.position() == Position{1, 1});
    CHECK(root.find("a")->position() == Position{2, 8});
    CHECK(root.find("a")->at(0).position() == Position{2, 9});
    CHECK(root.find("a")->at(1).position() == Position{2, 12});
    CHECK(root.find("a")->at(1).entry(0).at == Position{2, 13});
    CHECK(root.find("a")->at(1).find("b")->position() == Position{2, 18});
    CHECK(root.entry(1).at == Position{3, 2});
    CHECK(root.find("c")->position() == Position{3, 7});
  }

  TEST_CASE("a column counts characters, not bytes") {
    const Node root = json("[\"h\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\", 1]");
    CHECK(root.at(0).spelling() == "h\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    CHECK(root.at(1).position() == Position{1, 10});
  }

  TEST_CASE("a byte order mark is no character") {
    CHECK(json("\xEF\xBB\xBF[7]").at(0).position() == Position{1, 2});
  }

  TEST_CASE("every escape") {
    const Node root =
        json(R"(["\"\\\/\b\f\n\r\t", "\u0041\u00e9\u20AC", "\ud83d\ude00", "\u0000"])");
    CHECK(root.at(0).spelling() == "\"\\/\b\f\n\r\t");
    CHECK(root.at(1).spelling() == "A\xC3\xA9\xE2\x82\xAC");
    CHECK(root.at(2).spelling() == "\xF0\x9F\x98\x80");
    CHECK(root.at(3).spelling() == std::string_view("\0", 1));
  }

  TEST_CASE("a scalar alone is a document") {
    CHECK(json(" 7 ").as_integer() == 7);
    CHECK(json("\"x\"").spelling() == "x");
    CHECK(json("null").is_null());
  }

  TEST_CASE("errors say where, what was expected and what stands there") {
    struct Row {
      std::string_view text;
      std::string_view error;
    };
    constexpr Row rows[] = {
        {"", "f:1:1: expected a value, found the end of the text"},
        {"  \n ", "f:2:2: expected a value, found the end of the text"},
        {"}", "f:1:1: expected a value, found '}'"},
        {"{",
         "f:1:2: expected a key in double quotes, found the end of the text; the '{' of line 1 is "
         "open"},
        {"{\n\"a\": 1\n",
         "f:3:1: expected ',' or '}', found the end of the text; the '{' of line 1 is open"},
        {"[1\n",
         "f:2:1: expected ',' or ']', found the end of the text; the '[' of line 1 is open"},
        {"{\"a\" 1}", "f:1:6: expected ':' after a key, found '1'"},
        {"{\"a\": }", "f:1:7: expected a value, found '}'"},
        {"{\"a\": 1]", "f:1:8: expected '}' for the '{' of line 1, found ']'"},
        {"[1}", "f:1:3: expected ']' for the '[' of line 1, found '}'"},
        {"[1 : 2]", "f:1:4: expected ',' or ']', found ':'"},
        {"{a: 1}", "f:1:2: expected a key in double quotes, found \"a:\""},
        {"{'a': 1}",
         "f:1:2: expected a key in double quotes, found \"'a':\"; JSON wants double quotes"},
        {"['a']", "f:1:2: expected a value, found \"'a'\"; JSON wants double quotes"},
        {"[${Name}]", "f:1:2: expected a value, found \"${Name\""},
        {"{{ Name }}", "f:1:2: expected a key in double quotes, found '{'"},
        {"[,]", "f:1:2: expected a value, found ','"},
        {"[\"abc\n\"]", "f:1:2: this text has no closing '\"' in its line"},
        {"[\"abc", "f:1:2: this text has no closing '\"' in its line"},
        {"[/1]", "f:1:2: expected a value, a ',' or the end, found \"/1\""},
    };
    for (const auto& [text, error] : rows) {
      CAPTURE(text);
      CHECK(errors_of_json(text) == error);
    }
  }

  TEST_CASE("slips that leave no doubt are told and stepped over: one pass finds them all") {
    struct Row {
      std::string_view text;
      std::string_view error;
    };
    constexpr Row rows[] = {
        {"[1,]", "f:1:3: nothing follows this ',' before ']'; remove it"},
        {"{\"a\": 1,\n}", "f:1:8: nothing follows this ',' before '}'; remove it"},
        {"[1 2]", "f:1:4: expected ',' or ']', found '2'"},
        {"{\"a\": 1\n \"b\": 2}", "f:2:2: expected ',' or '}', found \"b\""},
        {"// x\n[1]", "f:1:1: JSON has no comments; remove it, or write the file as YAML"},
        {"[1 /* x */]", "f:1:4: JSON has no comments; remove it, or write the file as YAML"},
        {"[\"\\d\"]",
         "f:1:3: '\\' begins no escape that JSON knows; for the character itself write \\\\"},
        {"[\"\\u12g4\"]", "f:1:3: \\u wants four hexadecimal digits"},
        {"[\"\\ud83dx\"]", "f:1:3: \\ud83d is half of a surrogate pair; its other half is missing"},
        {"[\"\\ude00\"]", "f:1:3: \\ude00 is half of a surrogate pair; its other half is missing"},
        {"[\"a\tb\"]", "f:1:4: a control character in a text; write \\u0009"},
        {"[01]", "f:1:2: \"01\" is no number; a text needs double quotes"},
        {"[+1]", "f:1:2: expected a value, found \"+1\""},
        {"[1.]", "f:1:2: \"1.\" is no number; a text needs double quotes"},
        {"[15min]", "f:1:2: \"15min\" is no number; a text needs double quotes"},
        {"[-]", "f:1:2: \"-\" is no number; a text needs double quotes"},
        {"[1e999]", "f:1:2: \"1e999\" is too large a number"},
        {"[True]", "f:1:2: \"True\" is no value; write true"},
        {"[nul]", "f:1:2: \"nul\" is no value; write null"},
        {"[word]", "f:1:2: \"word\" is no value; a text needs double quotes"},
        {"[1] x", "f:1:5: the value has ended, yet 'x' follows"},
        {"{\"a\": 1, \"a\": 2}",
         "f:1:10: key \"a\" stands here a second time; the first is in line 1"},
    };
    for (const auto& [text, error] : rows) {
      CAPTURE(text);
      CHECK(errors_of_json(text) == error);
    }
    CHECK(errors_of_json("{\"a\": 01,\n\"a\": True,\n}") ==
          "f:1:7: \"01\" is no number; a text needs double quotes\n"
          "f:2:1: key \"a\" stands here a second time; the first is in line 1\n"
          "f:2:6: \"True\" is no value; write true\n"
          "f:2:10: nothing follows this ',' before '}'; remove it");
  }

  TEST_CASE("an error in an inner value carries its pointer") {
    try {
      static_cast<void>(read_json("f", R"({"a": [0, {"b/c": {"d": 1, "d": 2}}]})"));
      FAIL("must throw");
    } catch (const BadInput& bad) {
      CHECK(bad.diagnostics().all()[0].pointer == "/a/1/b~1c");
    }
  }

  TEST_CASE("duplicate keys: refused, last wins with a note, or every value") {
    constexpr std::string_view kText = "{\"a\": 1,\n \"b\": 2,\n \"a\": 3}";
    const Document last = read_json("f", kText, {.duplicates = Duplicates::last_wins});
    CHECK(last.root.to_json() == Json{{"a", 3}, {"b", 2}});
    CHECK(last.root.size() == 2);
    CHECK(last.root.find("a")->pointer() == "/a");
    CHECK(last.notes.text() == "f:1:2: note: key \"a\" is overridden in line 3");

    const Node every = json(kText, {.duplicates = Duplicates::every});
    CHECK(every.size() == 3);
    CHECK(every.entry(0).value.as_integer() == 1);
    CHECK(every.find("a")->as_integer() == 3);
  }

  TEST_CASE("text that is not UTF-8 is refused at its first bad byte") {
    constexpr std::string_view kBad[] = {"[\"caf\xE9\"]", "[\"\xC0\x80\"]", "[\"\xED\xA0\x80\"]",
                                         "[\"\xF5\x80\x80\x80\"]", "[\"\xE2\x82"};
    for (const std::string_view text : kBad)
      CHECK(errors_of_json(text).find("is not UTF-8") != std::string::npos);
    CHECK(errors_of_json(kBad[0]) == "f:1:6: the byte E9 is not UTF-8; save the file as UTF-8");
  }
}
