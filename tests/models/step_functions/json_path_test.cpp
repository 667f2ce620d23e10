// JSONPath. Source: states-language.net, "Paths" and "Reference Paths".
#include <doctest/doctest.h>

#include "models/step_functions/json_path/json_path.hpp"

namespace opsim::tests {
namespace {

const Json kStore = Json::parse(
    R"({"a":{"b":[10,20,30]},"list":[{"n":1,"s":"x"},{"n":2,"s":"y"},{"n":3}],"odd name":1})");

std::string read_at(const char* text) {
  const auto read = json_path::parse(text);
  if (std::holds_alternative<json_path::Error>(read)) return "no path";
  const auto found = json_path::read(std::get<json_path::Path>(read), kStore);
  const auto* value = std::get_if<Json>(&found);
  return value != nullptr ? value->dump() : std::get<std::string>(found);
}

}  // namespace

TEST_SUITE("step functions: JSONPath") {
  TEST_CASE("leads to values") {
    constexpr std::pair<const char*, const char*> kRows[] = {
        {"$.a.b[1]", "20"},
        {"$.a.b[-1]", "30"},
        {"$['odd name']", "1"},
        {"$.a.b[0,2]", "[10,30]"},
        {"$.a.b[1:]", "[20,30]"},
        {"$.a.b[:-1]", "[10,20]"},
        {"$.list[*].n", "[1,2,3]"},
        {"$.list[?(@.n > 1)].s", R"(["y"])"},
        {"$.list[?(@.s == 'x' || @.n == 3)].n", "[1,3]"},
        {"$.list[?(!@.s)].n", "[3]"},
        {"$.list[?(@.s)].n", "[1,2]"},
        {"$..n", "[1,2,3]"},
        {"$.nothing", "No results for path: $['nothing']"},
        {"$.a.x.y", "Missing property in path $['a']['x']"},
        {"$.a.b[7]", "No results for path: $['a']['b'][7]"},
        {"a.b", "no path"},
        {"$.a[", "no path"},
        {"$.list[?(@.n >)]", "no path"},
    };
    for (const auto& [text, expected] : kRows) {
      CAPTURE(text);
      CHECK(read_at(text) == expected);
    }
  }
  TEST_CASE("a reference path writes, making objects on its way") {
    Json value = Json::object();
    const auto path = std::get<json_path::Path>(json_path::parse("$.a.b"));
    CHECK(json_path::write(path, value, 1));
    CHECK(value == Json{{"a", {{"b", 1}}}});
    const auto inside = std::get<json_path::Path>(json_path::parse("$.a.b.c"));
    CHECK_FALSE(json_path::write(inside, value, 2));  // a number has no members
  }
}

}  // namespace opsim::tests
