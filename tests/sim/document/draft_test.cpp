// A document put together from another one: values and positions.
#include <doctest/doctest.h>

#include "sim/document/draft.hpp"

using namespace opsim;

TEST_SUITE("document: drafts") {
  TEST_CASE(
      "what is taken over keeps its line; what is made up has the line of what it comes from") {
    const Document source = read_yaml("t.yaml", "a: 1\nb:\n  - x\n  - { c: 2 }\n");
    const Node b = *source.root.find("b");
    Draft draft = Draft::mapping(source.root);
    draft.set("taken", Draft::of(b));
    draft.set("made", Draft::text("word", b.at(1)));
    draft.set("json", Draft::json({{"n", 3}, {"l", {true, nullptr, "s"}}}, b));
    const Node root = build(draft).root;
    CHECK(root.to_json().dump() ==
          R"({"json":{"l":[true,null,"s"],"n":3},"made":"word","taken":["x",{"c":2}]})");
    CHECK(root.locate("/taken/1/c").source() == "t.yaml:4");
    CHECK(root.find("made")->source() == "t.yaml:4");
    CHECK(root.locate("/json/n").source() == "t.yaml:3");
    CHECK(root.locate("/json/n").pointer() == "/json/n");
  }

  TEST_CASE("an opened mapping is changed; the original is not") {
    const Document source = read_yaml("t.yaml", "a: 1\nb: [1]\n");
    Draft draft = Draft::opened(source.root);
    draft.set("a", Draft::text("2", source.root));
    draft.set("c", Draft::of(*source.root.find("b")));
    draft.erase("b");
    Draft list = Draft::opened(*source.root.find("b"));
    list.add(Draft::text("two", source.root));
    draft.set("d", std::move(list));
    CHECK(build(draft).root.to_json().dump() == R"({"a":"2","c":[1],"d":[1,"two"]})");
    CHECK(source.root.to_json().dump() == R"({"a":1,"b":[1]})");
  }
}
