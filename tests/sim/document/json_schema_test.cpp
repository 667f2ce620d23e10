#include <doctest/doctest.h>

#include <boost/regex.hpp>

#include "opsim/document/shape.hpp"
#include "opsim/json.hpp"

using namespace opsim;

namespace {

constexpr std::string_view kWords[] = {"a", "b"};
constexpr std::string_view kUnits[] = {"GB", "MB"};
constexpr Shape kWord{.kind = Kind::text, .doc = "A word.", .allowed = kWords};
constexpr Shape kCount{.kind = Kind::integer, .min = 1, .max = 10};
constexpr Shape kShare{.kind = Kind::percent};
constexpr Shape kDuration{.kind = Kind::duration};
constexpr Shape kTakes{.kind = Kind::distribution};
constexpr Shape kRate{.kind = Kind::rate};
constexpr Shape kSize{.kind = Kind::quantity, .allowed = kUnits};
constexpr Shape kMoment{.kind = Kind::time};

extern const Shape kStep;
constexpr Shape kSteps{.kind = Kind::list, .of = &kStep, .min = 1};
constexpr Field kStepFields[] = {
    {.name = "name", .shape = &kWord, .need = Need::required, .doc = "What it is called."},
    {.name = "count", .shape = &kCount},
    {.name = "steps", .shape = &kSteps, .simulated = Simulated::no, .doc = "Inner steps."},
    {.name = "anything"},
};
const Shape kStep{.kind = Kind::mapping, .name = "step", .doc = "A step.", .fields = kStepFields};

bool matches(const Shape& shape, const std::string& text) {
  return boost::regex_search(text, boost::regex(json_schema(shape)["pattern"].get<std::string>()));
}

}  // namespace

TEST_SUITE("document: JSON Schema") {
  TEST_CASE(
      "a mapping: its keys, which are required, hover texts; one that holds itself is a $ref") {
    CHECK(json_schema(kStep, "runbook") == Json::parse(R"({
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "runbook",
      "$ref": "#/$defs/step",
      "$defs": {"step": {
        "type": "object",
        "description": "A step.",
        "additionalProperties": false,
        "required": ["name"],
        "properties": {
          "name": {"type": "string", "enum": ["a", "b"], "description": "What it is called."},
          "count": {"type": "integer", "minimum": 1, "maximum": 10},
          "steps": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"},
                    "description": "Inner steps. Not simulated."},
          "anything": {}
        }}}
    })"));
  }

  TEST_CASE("the other kinds") {
    const Shape table{.kind = Kind::table, .of = &kCount, .allowed = kWords};
    CHECK(json_schema(table)["additionalProperties"]["type"] == "integer");
    CHECK(json_schema(table)["propertyNames"]["enum"] == Json::array({"a", "b"}));
    const Shape one_or_list{.kind = Kind::one_or_list, .of = &kCount};
    CHECK(json_schema(one_or_list)["anyOf"][1]["items"]["maximum"] == 10);
    constexpr const Shape* choices[] = {&kWord, &kCount};
    const Shape either{.kind = Kind::either, .choices = choices};
    CHECK(json_schema(either)["anyOf"][0]["description"] == "A word.");
    const Shape name{.kind = Kind::text, .min = 1, .max = 64};
    CHECK(json_schema(name)["maxLength"] == 64);
    CHECK(json_schema(Shape{.kind = Kind::boolean})["type"] == "boolean");
    CHECK_FALSE(json_schema(Shape{}).contains("type"));
  }

  TEST_CASE("two shapes of one name keep apart") {
    const Shape first{.kind = Kind::boolean, .name = "x"};
    const Shape second{.kind = Kind::integer, .name = "x"};
    const Field fields[] = {{.name = "a", .shape = &first}, {.name = "b", .shape = &second}};
    const Json schema = json_schema(Shape{.kind = Kind::mapping, .fields = fields});
    CHECK(schema["properties"]["b"]["$ref"] == "#/$defs/x-2");
    CHECK(schema["$defs"]["x-2"]["type"] == "integer");
  }

  TEST_CASE("patterns take what the readers take, and redden what they refuse") {
    struct Row {
      const Shape* shape;
      std::string_view text;
      bool taken;
    };
    const Row rows[] = {
        {&kDuration, "15min", true},    {&kDuration, "1h 30min", true},
        {&kDuration, "1.5 s", true},    {&kDuration, "15", false},
        {&kDuration, "min", false},     {&kShare, "60 %", true},
        {&kShare, "60", false},         {&kRate, "8 %/h", true},
        {&kRate, "40/s", true},         {&kRate, "3 per 5min", true},
        {&kRate, "40", false},          {&kSize, "2 GB", true},
        {&kSize, "2 TB", false},        {&kMoment, "2026-03-02T09:00:00Z", true},
        {&kMoment, "yesterday", false}, {&kTakes, "40s", true},
        {&kTakes, "97 %", true},        {&kTakes, "lognormal(p50 40s, p99 3min)", true},
        {&kTakes, "often", false},
    };
    for (const auto& [shape, text, taken] : rows) {
      CAPTURE(text);
      CHECK(matches(*shape, std::string(text)) == taken);
    }
  }

  TEST_CASE("the examples shown in an editor match their patterns") {
    for (const Shape* shape : {&kShare, &kDuration, &kTakes, &kRate, &kSize, &kMoment}) {
      const Json schema = json_schema(*shape);
      const std::string example = schema["examples"][0].get<std::string>();
      CAPTURE(example);
      CHECK(matches(*shape, example));
    }
  }
}
