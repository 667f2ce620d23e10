#include "opsim/document/node.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "opsim/json.hpp"
#include "reading.hpp"

using namespace opsim;
using opsim::tests::json;
using opsim::tests::yaml;

namespace {

std::string random_text(std::mt19937& random) {
  constexpr std::string_view kPieces[] = {
      "a", "Z", "\"", "\\", "/", "\n", "\t", "\x01", " ", "\xC3\xA9", "\xF0\x9F\x98\x80", "{{"};
  std::string text;
  for (auto length = random() % 6; length > 0; --length) text += kPieces[random() % 12];
  return text;
}

Json random_json(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 9 : 7)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return static_cast<std::int64_t>(random()) - 2'000'000'000;
    case 3: return (static_cast<std::uint64_t>(random()) << 32U) + random();
    case 4: return static_cast<double>(random()) * 1e-3;
    case 5:
      return std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 1500) - 750);
    case 6: return random_text(random);
    case 7: {
      Json list = Json::array();
      for (auto n = random() % 5; n > 0; --n) list.push_back(random_json(random, depth - 1));
      return list;
    }
    default: {
      Json object = Json::object();
      for (auto n = random() % 14; n > 0; --n) {
        object[random_text(random)] = random_json(random, depth - 1);
      }
      return object;
    }
  }
}

}  // namespace

TEST_SUITE("document: node") {
  TEST_CASE("the empty node is null, and no question harms it") {
    const Node none;
    CHECK(none.is_null());
    CHECK(none.size() == 0);
    CHECK_FALSE(none.find("a"));
    CHECK(none.file().empty());
    CHECK(none.spelling().empty());
    CHECK(none.pointer().empty());
    CHECK(none.to_json() == nullptr);
    CHECK(none.entries().begin() == none.entries().end());
    CHECK(none.locate("/a/b") == none);
  }

  TEST_CASE("scalars: what each reads as") {
    struct Row {
      std::string_view text;
      std::optional<std::string> as_text;
      std::optional<std::int64_t> as_integer;
      std::optional<double> as_number;
      std::optional<bool> as_boolean;
    };
    const Row rows[] = {
        {"12", "12", 12, 12.0, {}},
        {"1.0", "1.0", 1, 1.0, {}},
        {"1.50", "1.50", {}, 1.5, {}},
        {"-0", "-0", 0, -0.0, {}},
        {"123456789012", "123456789012", 123456789012, 123456789012.0, {}},
        {"99999999999999999999", "99999999999999999999", {}, 1e20, {}},
        {"\"12\"", "12", {}, {}, {}},
        {"true", "true", {}, {}, true},
        {"null", {}, {}, {}, {}},
        {"[]", {}, {}, {}, {}},
    };
    for (const Row& row : rows) {
      CAPTURE(row.text);
      const Node node = json(row.text);
      CHECK(node.as_text() == row.as_text);
      CHECK(node.as_integer() == row.as_integer);
      CHECK(node.as_number() == row.as_number);
      CHECK(node.as_boolean() == row.as_boolean);
    }
    CHECK(json("1e3").as_integer() == 1000);
    CHECK(json("1e-400").as_number() == 0.0);
    CHECK(yaml("No").as_boolean() == false);
    CHECK(yaml("No").as_text() == "No");
  }

  TEST_CASE("a mapping keeps its order, however large, and finds each key") {
    std::string text = "{";
    for (int i = 0; i < 100; ++i)
      text += "\"k" + std::to_string(i * 37 % 100) + "\":" + std::to_string(i) + ",";
    text.back() = '}';
    const Node root = json(text);
    REQUIRE(root.size() == 100);
    std::size_t i = 0;
    for (const auto& [key, value, at] : root.entries()) {
      CHECK(key == "k" + std::to_string(i * 37 % 100));
      CHECK(root.find(key)->as_integer() == static_cast<std::int64_t>(i));
      CHECK(root.entry(i).value == value);
      ++i;
    }
    CHECK_FALSE(root.contains("k100"));
    CHECK_FALSE(root.contains(""));
  }

  TEST_CASE("items of a list, through a temporary too") {
    std::vector<std::int64_t> seen;
    for (const Node& item : yaml("[3, 1, 2]").items()) seen.push_back(*item.as_integer());
    CHECK(seen == std::vector<std::int64_t>{3, 1, 2});
  }

  TEST_CASE("locate follows a pointer as far as the document goes") {
    const Node root = yaml("Resources:\n  A/b~c:\n    Tags: [x, {Key: k}]\n");
    struct Row {
      std::string_view pointer;
      std::string_view found;
      Position at;
    };
    constexpr Row rows[] = {
        {"", "", {1, 1}},
        {"/Resources", "/Resources", {2, 3}},
        {"/Resources/A~1b~0c/Tags/1/Key", "/Resources/A~1b~0c/Tags/1/Key", {3, 21}},
        {"/Resources/A~1b~0c/Tags/7", "/Resources/A~1b~0c/Tags", {3, 11}},
        {"/Resources/A~1b~0c/Tags/x", "/Resources/A~1b~0c/Tags", {3, 11}},
        {"/Resources/A~1b~0c/Tags/0/deeper", "/Resources/A~1b~0c/Tags/0", {3, 12}},
        {"/Nothing/at/all", "", {1, 1}},
        {"no pointer", "", {1, 1}},
    };
    for (const auto& [pointer, found, at] : rows) {
      CAPTURE(pointer);
      CHECK(root.locate(pointer).pointer() == found);
      CHECK(root.locate(pointer).position() == at);
    }
  }

  TEST_CASE("messages: what a node is, and a complaint about it") {
    CHECK(json("\"x\"").describe() == "\"x\"");
    CHECK(json("1.50").describe() == "1.50");
    CHECK(json("[]").describe() == "a list");
    CHECK(json("{}").describe() == "a mapping");
    CHECK(json("null").describe() == "nothing");
    const Node node = yaml("a:\n  - b: 7").locate("/a/0/b");
    CHECK(node.source() == "f:2");
    const Diagnostic complaint = node.complaint("is odd");
    CHECK(complaint.text() == "f:2:8: is odd");
    CHECK(complaint.pointer == "/a/0/b");
  }

  TEST_CASE("a node keeps its document") {
    Node value;
    {
      const Document document = read_yaml("f", "a: {b: kept}");
      value = *document.root.find("a")->find("b");
    }
    CHECK(value.spelling() == "kept");
    CHECK(value.file() == "f");
  }

  TEST_CASE("any JSON comes back as it was: through JSON text and through YAML's reader") {
    std::mt19937 random(20260302);
    for (int i = 0; i < 2000; ++i) {
      const Json value = random_json(random, 4);
      const std::string text = value.dump();
      CAPTURE(text);
      CHECK(json(text).to_json().dump() == text);
      CHECK(json(value.dump(2)).to_json().dump() == text);
      CHECK(document_of("d", value).root.to_json().dump() == text);
    }
  }

  TEST_CASE("YAML reads JSON") {
    constexpr std::string_view kText =
        R"({"a": [1, 2.5, true, null, "x\n\u00e9"], "b": {"c": []}})";
    CHECK(yaml(kText).to_json() == json(kText).to_json());
  }
}
