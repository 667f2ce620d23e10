#include <doctest/doctest.h>

#include "opsim/json.hpp"
#include "reading.hpp"

using namespace opsim;
using opsim::tests::errors_of_yaml;
using opsim::tests::yaml;

TEST_SUITE("document: YAML") {
  TEST_CASE("values and keys stand where their first character does") {
    struct Row {
      std::string_view text;
      std::string_view pointer;
      Position at;
    };
    constexpr Row rows[] = {
        {"a: 1", "", {1, 1}},
        {"a: 1", "/a", {1, 4}},
        {"a:\n  b: x\n  c:   y", "/a/c", {3, 8}},
        {"a:\n- x\n- y", "/a", {2, 1}},
        {"a:\n- x\n- y", "/a/1", {3, 3}},
        {"a: |\n  x\nb: >-\n  y", "/b", {3, 4}},
        {"a: \"q\"\nb: 'q'", "/b", {2, 4}},
        {"a: {b: [1, 2]}", "/a/b/1", {1, 12}},
        {"a: {b: [1, 2]}", "/a", {1, 4}},
        {"# c\n\na: &n x\nb: *n", "/a", {3, 7}},
        {"a: !!str 1", "/a", {1, 10}},
        {"a: &n\n  b: 1", "/a", {2, 3}},
        {"a: &n\n  b: 1", "/a/b", {2, 6}},
        {"---\r\na: 1\r\nb: 2\r\n", "/b", {3, 4}},
        {"\xEF\xBB\xBF"
         "a: 1",
         "/a",
         {1, 4}},
        {"h\xC3\xA9: \xE2\x82\xAC\nb: [\xF0\x9F\x98\x80, 1]", "/b/1", {2, 8}},
        {"a: x\n   y\nb: 1", "/b", {3, 4}},
    };
    for (const auto& [text, pointer, at] : rows) {
      CAPTURE(text);
      CAPTURE(pointer);
      const Node found = yaml(text).locate(pointer);
      CHECK(found.pointer() == pointer);
      CHECK(found.position() == at);
    }
    CHECK(yaml("a: 1\n  \nb : 2").entry(1).at == Position{3, 1});
  }

  TEST_CASE("plain scalars are what YAML 1.1 makes of them in CloudFormation and SSM") {
    struct Row {
      std::string_view text;
      NodeKind kind;
      std::string_view json;
    };
    constexpr Row rows[] = {
        {"12", NodeKind::number, "12"},
        {"-3", NodeKind::number, "-3"},
        {"+3", NodeKind::number, "3"},
        {"0", NodeKind::number, "0"},
        {"1.50", NodeKind::number, "1.5"},
        {".5", NodeKind::number, "0.5"},
        {"1.5e+3", NodeKind::number, "1500.0"},
        {"123456789012", NodeKind::number, "123456789012"},    // an account id
        {"012345678901", NodeKind::text, "\"012345678901\""},  // another
        {"000000000000", NodeKind::text, "\"000000000000\""},
        {"0755", NodeKind::text, "\"0755\""},
        {"9223372036854775807", NodeKind::number, "9223372036854775807"},
        {"18446744073709551615", NodeKind::number, "18446744073709551615"},
        {"1e3", NodeKind::text, "\"1e3\""},  // YAML 1.1 wants a point and a sign
        {"0x1F", NodeKind::text, "\"0x1F\""},
        {"1_000", NodeKind::text, "\"1_000\""},
        {"12:30:45", NodeKind::text, "\"12:30:45\""},
        {"1.2.3", NodeKind::text, "\"1.2.3\""},
        {"2010-09-09", NodeKind::text, "\"2010-09-09\""},
        {"2012-10-17", NodeKind::text, "\"2012-10-17\""},
        {"2026-03-02T09:00:00Z", NodeKind::text, "\"2026-03-02T09:00:00Z\""},
        {".inf", NodeKind::text, "\".inf\""},
        {".NaN", NodeKind::text, "\".NaN\""},
        {"-", NodeKind::list, "[null]"},
        {"true", NodeKind::boolean, "true"},
        {"False", NodeKind::boolean, "false"},
        {"yes", NodeKind::boolean, "true"},
        {"Yes", NodeKind::boolean, "true"},
        {"NO", NodeKind::boolean, "false"},
        {"on", NodeKind::boolean, "true"},
        {"off", NodeKind::boolean, "false"},
        {"y", NodeKind::text, "\"y\""},
        {"N", NodeKind::text, "\"N\""},
        {"tRUE", NodeKind::text, "\"tRUE\""},
        {"~", NodeKind::null, "null"},
        {"null", NodeKind::null, "null"},
        {"NULL", NodeKind::null, "null"},
        {"\"12\"", NodeKind::text, "\"12\""},
        {"'true'", NodeKind::text, "\"true\""},
        {"|\n 12", NodeKind::text, "\"12\""},
        {"!!str 12", NodeKind::text, "\"12\""},
        {"!!int '12'", NodeKind::number, "12"},
        {"!!bool 'yes'", NodeKind::boolean, "true"},
        {"! 12", NodeKind::text, "\"12\""},
        {"arn:aws:sns:us-east-1:123456789012:t", NodeKind::text,
         "\"arn:aws:sns:us-east-1:123456789012:t\""},
        {"15min", NodeKind::text, "\"15min\""},
        {"60 %", NodeKind::text, "\"60 %\""},
        {"cron(0 2 * * ? *)", NodeKind::text, "\"cron(0 2 * * ? *)\""},
    };
    for (const auto& [text, kind, expected] : rows) {
      CAPTURE(text);
      const Node root = yaml(text);
      CHECK(root.kind() == kind);
      CHECK(root.to_json().dump() == expected);
    }
  }

  TEST_CASE("keys are text, however they look") {
    const Node root =
        yaml("012345678901: a\n200: b\ntrue: c\nnull: d\n~: e\n2020-01-01: f\n\"q\": g");
    CHECK(
        root.to_json().dump() ==
        R"({"012345678901":"a","200":"b","2020-01-01":"f","null":"d","q":"g","true":"c","~":"e"})");
  }

  TEST_CASE("block scalars keep every character") {
    struct Row {
      std::string_view text;
      std::string_view value;
    };
    constexpr Row rows[] = {
        {"a: |\n  x\n   y\n\n  z\n", "x\n y\n\nz\n"},
        {"a: |-\n  x\n  y\n\n", "x\ny"},
        {"a: |+\n  x\n\n\n", "x\n\n\n"},
        {"a: |2\n    x\n  y\n", "  x\ny\n"},
        {"a: |\n\n  x\n", "\nx\n"},
        {"a: >\n  x\n  y\n\n  z\n", "x y\nz\n"},
        {"a: >-\n  x\n    deep\n  y\n", "x\n  deep\ny"},
        {"a: | # comment\n  x # no comment\n", "x # no comment\n"},
        {"a: |\r\n  x\r\n  y\r\n", "x\ny\n"},  // CRLF reads as LF, as every YAML parser has it
        {"a: |\n  #!/bin/bash\n  if [ -f x ]; then\n\techo: hi\n",
         "#!/bin/bash\nif [ -f x ]; then\n"},
        {"a: '\n\n  '", "\n"},
        {"a: \"x\n\n  y\\\n  z\"", "x\nyz"},
        {"a: x\n  y\n\n  z", "x y\nz"},
    };
    for (const auto& [text, value] : rows) {
      CAPTURE(text);
      const std::string errors = errors_of_yaml(text);
      if (text.find("\techo") != std::string_view::npos) {
        CHECK(errors == "f:4:1: a tab indents this line; YAML wants spaces");
        continue;
      }
      REQUIRE(errors.empty());
      CHECK(yaml(text).find("a")->spelling() == value);
    }
  }

  TEST_CASE("a tagged block scalar in a list may be indented by two") {
    const Node root = yaml("- !Sub |\n  a: ${b}\n  if x:\n- 2\n");
    CHECK(root.to_json() == Json::array({Json{{"Fn::Sub", "a: ${b}\nif x:\n"}}, 2}));
  }

  TEST_CASE("flow mappings and lists, nested and over lines") {
    const Node root = yaml("a: {b: [1, {c: d}, 'x, y'],\n    e: ~, \"f\": }\n");
    CHECK(root.to_json().dump() == R"({"a":{"b":[1,{"c":"d"},"x, y"],"e":null,"f":null}})");
  }

  TEST_CASE("aliases stand for what they name, and are told where that stands") {
    const Node root = yaml("a: &x {k: [1, 2]}\nb: *x\nc: [*x, &y z, *y]\n*y : w\n");
    CHECK(root.to_json().dump() ==
          R"({"a":{"k":[1,2]},"b":{"k":[1,2]},"c":[{"k":[1,2]},"z","z"],"z":"w"})");
    CHECK(root.locate("/b/k/1").position() == Position{1, 15});
    CHECK(root.locate("/b/k/1").pointer() == "/a/k/1");
  }

  TEST_CASE("merge keys: what stands in the mapping itself wins, then the first mapping merged") {
    const Node root = yaml(
        "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\n"
        "one: {<<: *base, b: 9}\nboth:\n  <<: [*base, *more]\n  d: 5\nquoted: {'<<': 1}\n");
    CHECK(root.find("one")->to_json() == Json{{"a", 1}, {"b", 9}});
    CHECK(root.find("both")->to_json() == Json{{"a", 1}, {"b", 2}, {"c", 4}, {"d", 5}});
    CHECK(root.find("both")->find("d")->pointer() == "/both/d");
    CHECK(root.find("quoted")->to_json() == Json{{"<<", 1}});
  }

  TEST_CASE("of several documents the first is read, and a note says so") {
    const Document document = read_yaml("f", "---\na: 1\n---\nb: 2\n");
    CHECK(document.root.to_json() == Json{{"a", 1}});
    CHECK(document.notes.text() == "f: note: holds several YAML documents; the first is read");
    CHECK(read_yaml("f", "---\nschemaVersion: '0.3'\n...\n").notes.empty());
  }

  TEST_CASE("errors say what is wrong and what to write") {
    struct Row {
      std::string_view text;
      std::string_view error;
    };
    constexpr Row rows[] = {
        {"", "f: is empty; expected a YAML or JSON document"},
        {"# only a comment\n", "f: is empty; expected a YAML or JSON document"},
        {"a: b: c", "f:1:5: a ':' that makes no key here; put a text that holds ': ' in quotes"},
        {"a:\n  b: 1\n c: 2",
         "f:3:2: expected another key of this mapping; is the line indented like the others?"},
        {"a: 1\n  b: 2",
         "f:2:4: a key below a value that is complete; is the line indented like the others?"},
        {"a:\n  - x\n - y",
         "f:3:2: expected another key of this mapping; is the line indented like the others?"},
        {"- a\nb: 1",
         "f:2:1: expected another '- ' of this list; is the line indented like the others?"},
        {"a: [1, 2", "f:1:9: expected ',' or ']' in this flow list"},
        {"a: {b: 1", "f:1:9: expected ',' or '}' in this flow mapping"},
        {"a: \"x", "f:1:6: the text ends within quotes; a closing quote is missing"},
        {"a: \"\\d\"",
         "f:1:5: a '\\' that begins no escape of YAML; within \"...\" write \\\\ for the character "
         "itself"},
        {"a:\n\tb: 1", "f:2:1: a tab indents this line; YAML wants spaces"},
        {"a: @x", "f:1:4: a text cannot begin with @; put it in quotes"},
        {"a: `x`", "f:1:4: a text cannot begin with `; put it in quotes"},
        {"a: *.example.com",
         "f:1:5: expected a name after '*'; put a text that begins with '*' in quotes"},
        {"a: *x", "f:1:4: no anchor &x stands before this; a text that begins with * needs quotes"},
        {"a: &base 1\nb: *bace",
         "f:2:4: no anchor &bace stands before this; did you mean \"base\"?"},
        {"a: &x [*x]", "f:1:8: *x stands within what it stands for: it has no end"},
        {"a: x\nb", "f:2:2: expected ':' after this; is it a key, or a line indented too little?"},
        {"a: {{ Name }}", "f:1:4: a text that begins with {{ needs quotes around it"},
        {"? [a]\n: b\nc: 1", "f:1:3: a key must be a text; here it is a list or a mapping"},
        {"{<<: 1}", "f:1:2: << merges mappings; this is none"},
        {"a: 1\nb: 2\na: 3", "f:3:1: key \"a\" stands here a second time; the first is in line 1"},
        {"a: \x01", "f:1:4: the control character U+0001; is this a text file?"},
        {"a: !Reff x", "f:1:4: !Reff is no tag known here; did you mean \"!Ref\"?"},
        {"a: !getatt x.y", "f:1:4: !getatt is no tag known here; did you mean \"!GetAtt\"?"},
        {"a: !Rain::Embed x", "f:1:4: !Rain::Embed is no tag known here"},
        {"a: !!binary aGk=", "f:1:4: !!binary is not read here"},
        {"{a: 1} b",
         "f:1:8: the document has ended, yet this follows; is the line indented like the first "
         "one?"},
        {"a: >x\n  b", "f:1:5: nothing but a comment may follow here in this line"},
    };
    for (const auto& [text, error] : rows) {
      CAPTURE(text);
      CHECK(errors_of_yaml(text) == error);
    }
  }

  TEST_CASE("one pass finds several errors, also around a key that is no text") {
    CHECK(errors_of_yaml("a: {{ X }}\nb: !Foo 1\nc: {{a: b}: {d: e}, f: g}\nb: 2\nd: [") ==
          "f:1:4: a text that begins with {{ needs quotes around it\n"
          "f:2:4: !Foo is no tag known here\n"
          "f:3:4: a text that begins with {{ needs quotes around it\n"
          "f:5:5: expected a value");
  }
}

TEST_SUITE("document: CloudFormation short forms") {
  TEST_CASE("each becomes its long form") {
    struct Row {
      std::string_view text;
      std::string_view json;
    };
    constexpr Row rows[] = {
        {"!Ref A", R"({"Ref":"A"})"},
        {"!Ref AWS::Region", R"({"Ref":"AWS::Region"})"},
        {"!Condition C", R"({"Condition":"C"})"},
        {"!GetAtt A.Arn", R"({"Fn::GetAtt":["A","Arn"]})"},
        {"!GetAtt Nested.Outputs.Url", R"({"Fn::GetAtt":["Nested","Outputs.Url"]})"},
        {"!GetAtt [A, Arn]", R"({"Fn::GetAtt":["A","Arn"]})"},
        {"!Sub '${A}-x'", R"({"Fn::Sub":"${A}-x"})"},
        {"!Sub ['${x}', {x: !Ref A}]", R"({"Fn::Sub":["${x}",{"x":{"Ref":"A"}}]})"},
        {"!Sub 1.10", R"({"Fn::Sub":"1.10"})"},  // its argument is text, not a number
        {"!Join ['', [a, !Ref B]]", R"({"Fn::Join":["",["a",{"Ref":"B"}]]})"},
        {"!If [C, 1, !Ref AWS::NoValue]", R"({"Fn::If":["C",1,{"Ref":"AWS::NoValue"}]})"},
        {"!Equals [!Ref A, yes]", R"({"Fn::Equals":[{"Ref":"A"},true]})"},
        {"!Not [!Condition C]", R"({"Fn::Not":[{"Condition":"C"}]})"},
        {"!And\n- !Condition A\n- !Condition B",
         R"({"Fn::And":[{"Condition":"A"},{"Condition":"B"}]})"},
        {"!FindInMap [M, !Ref AWS::Region, AMI]",
         R"({"Fn::FindInMap":["M",{"Ref":"AWS::Region"},"AMI"]})"},
        {"!Select [0, !GetAZs '']", R"({"Fn::Select":[0,{"Fn::GetAZs":""}]})"},
        {"!GetAZs", R"({"Fn::GetAZs":""})"},
        {"!Split [',', x]", R"({"Fn::Split":[",","x"]})"},
        {"!ImportValue {'Fn::Sub': '${S}-x'}", R"({"Fn::ImportValue":{"Fn::Sub":"${S}-x"}})"},
        {"!Base64 |\n  #!/bin/sh\n  x: y\n", R"({"Fn::Base64":"#!/bin/sh\nx: y\n"})"},
        {"!Cidr [10.0.0.0/16, 2, 8]", R"({"Fn::Cidr":["10.0.0.0/16",2,8]})"},
        {"!Transform {Name: AWS::Include, Parameters: {}}",
         R"({"Fn::Transform":{"Name":"AWS::Include","Parameters":{}}})"},
        {"!ToJsonString {a: 1}", R"({"Fn::ToJsonString":{"a":1}})"},
    };
    for (const auto& [text, expected] : rows) {
      CAPTURE(text);
      CHECK(yaml(text).to_json().dump() == expected);
    }
  }

  TEST_CASE("the long form stands at the tag, its argument where it is written") {
    const Node root = yaml("a: !Ref  Name\nb: !GetAtt Disk.Arn\nc: !Sub\n  - x\n  - {}\n");
    const Node ref = *root.find("a");
    CHECK(ref.tag() == "!Ref");
    CHECK(ref.position() == Position{1, 4});
    CHECK(ref.entry(0).at == Position{1, 4});
    CHECK(ref.find("Ref")->position() == Position{1, 10});
    CHECK(ref.find("Ref")->pointer() == "/a/Ref");
    CHECK(root.locate("/b/Fn::GetAtt/0").position() == Position{2, 12});
    CHECK(root.locate("/b/Fn::GetAtt/1").position() == Position{2, 17});
    CHECK(root.locate("/c").position() == Position{3, 4});
    CHECK(root.locate("/c/Fn::Sub").position() == Position{4, 3});
    CHECK(root.locate("/c/Fn::Sub/0").tag().empty());
  }

  TEST_CASE("a short form can have an alias") {
    CHECK(yaml("a: &x !Ref A\nb: *x\nc: !Sub &y z\nd: *y").to_json().dump() ==
          R"({"a":{"Ref":"A"},"b":{"Ref":"A"},"c":{"Fn::Sub":"z"},"d":{"Fn::Sub":"z"}})");
  }
}
