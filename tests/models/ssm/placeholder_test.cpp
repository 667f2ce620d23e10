#include "models/ssm/placeholder.hpp"

#include <doctest/doctest.h>

namespace opsim::ssm {

namespace {

const Names kNames{{"Name", "Ids", "Tags", "Count", "Flag"}, {"find", "my.step"}};

class Fixed final : public Values {
 public:
  [[nodiscard]] const Json* find(const Reference& reference, Json& scratch) const override {
    static const Json values[] = {"web", Json::array({"i-1", "i-2"}), Json{{"k", "v"}}, 7, true};
    if (reference.of == Reference::Of::parameter) return &values[reference.index];
    if (reference.of == Reference::Of::output && reference.name == "Out") {
      scratch = reference.index == 0 ? "found" : "dotted";
      return &scratch;
    }
    if (reference.of == Reference::Of::global && reference.name == "REGION") {
      scratch = "us-east-1";
      return &scratch;
    }
    return nullptr;
  }
};

std::string filled(const Json& value) {
  return Fillable::compile(value, kNames).fill(Fixed{}).dump();
}

}  // namespace

TEST_SUITE("ssm: placeholders") {
  TEST_CASE("a text that is one placeholder takes the type of its value") {
    CHECK(filled("{{ Ids }}") == R"(["i-1","i-2"])");
    CHECK(filled("{{Tags}}") == R"({"k":"v"})");
    CHECK(filled("  {{ Count }} ") == "7");
    CHECK(filled("{{Flag}}") == "true");
  }
  TEST_CASE("inside other text, values are written out") {
    CHECK(filled("PT{{Count}}S") == R"("PT7S")");
    CHECK(filled("{{ Name }}-{{ global:REGION }}") == R"("web-us-east-1")");
    CHECK(filled("got {{ Ids }}") == R"("got [\"i-1\",\"i-2\"]")");
    CHECK(filled("is {{ Flag }}") == R"("is true")");
  }
  TEST_CASE("in a list, a list is spliced in") {
    CHECK(filled(Json::array({"{{ Ids }}"})) == R"(["i-1","i-2"])");
    CHECK(filled(Json::array({"i-0", "{{ Ids }}", "{{ Name }}"})) ==
          R"(["i-0","i-1","i-2","web"])");
  }
  TEST_CASE("outputs of steps, also of steps with dots in their names") {
    CHECK(filled("{{ find.Out }}") == R"("found")");
    CHECK(filled("{{ my.step.Out }}") == R"("dotted")");
  }
  TEST_CASE("what stands for nothing stays as written") {
    CHECK(filled("{{ find.Other }}") == R"("{{ find.Other }}")");
    CHECK(filled("a {{ Unknown }} b") == R"("a {{ Unknown }} b")");
  }
  TEST_CASE("braces of other languages are no placeholders") {
    for (const std::string_view text : {"body {{ color: red; }}", "{{}}", "{{ }", "f'{{x y}}'"}) {
      CAPTURE(text);
      CHECK(Fillable::compile(text, kNames).is_literal());
    }
  }
  TEST_CASE("mappings are filled throughout, and literals are kept as they are") {
    const Json inputs{{"A", {{"B", Json::array({"{{ Name }}", 1})}}}, {"C", 2.5}};
    CHECK(filled(inputs) == R"({"A":{"B":["web",1]},"C":2.5})");
  }
}

}  // namespace opsim::ssm
