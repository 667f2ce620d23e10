// eb-transform-target-input.html (EventBridge User Guide), and what AWS was seen to deliver.
#include "models/events/input_transformer.hpp"

#include <doctest/doctest.h>

namespace {

using namespace opsim::events;

constexpr std::string_view kEvent =
    R"({"id":"7","detail-type":"T","time":"2024-01-01T00:00:00Z","detail":{"state":"running","n":1.50,"ok":true,"quote":"a \"b\"",)"
    R"("tags":["x","y"],"o":{"k":"v","l":[1]},"items":[{"id":"i-1"},{"id":"i-2"}]}})";
const DeliveryContext kContext{"arn:aws:events:us-east-1:1:rule/r", "r", "2024-01-01T00:00:01Z"};

std::string delivered(const InputResult& result) {
  const auto* nothing = std::get_if<NothingDelivered>(&result);
  return nothing == nullptr ? std::get<DeliveredInput>(result).text : "nothing: " + nothing->reason;
}

std::string transformed(std::string text) {
  const InputTransformer transformer{{{"state", "$.detail.state"},
                                      {"n", "$.detail.n"},
                                      {"ok", "$.detail.ok"},
                                      {"quote", "$.detail.quote"},
                                      {"tags", "$.detail.tags"},
                                      {"o", "$.detail.o"},
                                      {"second", "$.detail.items[1].id"},
                                      {"ids", "$.detail.items[*]['id']"},
                                      {"gone", "$.detail.gone"}},
                                     std::move(text)};
  return delivered(apply_input_transformer(transformer, kEvent, kContext));
}

TEST_SUITE("events: what reaches a target") {
  TEST_CASE("InputPath delivers a part of the event, as it is written") {
    CHECK(delivered(apply_input_path("$", kEvent)) == kEvent);
    CHECK(delivered(apply_input_path("$.detail.state", kEvent)) == R"("running")");
    CHECK(delivered(apply_input_path("$.detail.n", kEvent)) == "1.50");
    CHECK(delivered(apply_input_path("$.detail.items[0]", kEvent)) == R"({"id":"i-1"})");
    CHECK(delivered(apply_input_path("$.detail.gone", kEvent)) ==
          "nothing: the event has nothing at $.detail.gone");
  }

  TEST_CASE("in a JSON template a variable stands for its value") {
    struct Row {
      const char* text;
      const char* result;
    };
    constexpr Row rows[] = {
        {R"({"s":<state>,"n":<n>,"b":<ok>})", R"({"s":"running","n":1.50,"b":true})"},
        {R"({"s":"now <state>, <n>"})", R"({"s":"now running, 1.50"})"},
        {R"({"o":<o>,"t":<tags>})", R"({"o":{"k":"v","l":[1]},"t":["x","y"]})"},
        {R"({"id":<second>,"ids":<ids>})", R"({"id":"i-2","ids":["i-1","i-2"]})"},
        {R"({"g":<gone>,"h":"<gone>"})", R"({"g":"","h":""})"},
        {R"({"rule":<aws.events.rule-name>})", R"({"rule":"r"})"},
        {R"({"e":<aws.events.event>})",
         R"({"e":{"id":"7","detailType":"T","time":"2024-01-01T00:00:00Z"}})"},
    };
    for (const auto& [text, result] : rows) {
      CAPTURE(text);
      CHECK(transformed(text) == result);
    }
    CHECK(transformed("{\"e\":<aws.events.event.json>}") == "{\"e\":" + std::string{kEvent} + "}");
  }

  // eb-transform-target-input.html, "Input transform examples".
  TEST_CASE("the guide's examples") {
    constexpr std::string_view event =
        R"({"version":"0","detail":{"instance-id":"i-0123456789","state":"RUNNING"}})";
    const auto result = [&](std::string text) {
      const InputTransformer transformer{
          {{"instance", "$.detail.instance-id"}, {"state", "$.detail.state"}}, std::move(text)};
      return delivered(apply_input_transformer(transformer, event, kContext));
    };
    CHECK(result(R"("instance <instance> is in <state>")") ==
          R"("instance i-0123456789 is in RUNNING")");
    CHECK(result(R"("instance \"<instance>\" is in <state>")") ==
          R"("instance \"i-0123456789\" is in RUNNING")");
    CHECK(result(R"({"instance":<instance>,"state":<state>})") ==
          R"({"instance":"i-0123456789","state":"RUNNING"})");
    CHECK(result(R"({"instance":<instance>,"state":"<state>","instanceStatus":)"
                 R"("instance \"<instance>\" is in <state>"})") ==
          R"({"instance":"i-0123456789","state":"RUNNING","instanceStatus":)"
          R"("instance \"i-0123456789\" is in RUNNING"})");
    CHECK(result(R"({"instance":<instance>,"state":[9,<state>,true],"Transformed":"Yes"})") ==
          R"({"instance":"i-0123456789","state":[9,"RUNNING",true],"Transformed":"Yes"})");
    CHECK(result(R"({"ruleArn":<aws.events.rule-arn>,"originalEvent":<aws.events.event.json>})") ==
          R"({"ruleArn":"arn:aws:events:us-east-1:1:rule/r","originalEvent":)" +
              std::string{event} + "}");
    CHECK(result(R"("<aws.events.rule-name> triggered")") == R"("r triggered")");
    CHECK(result(R"("at <aws.events.event.ingestion-time>")") == R"("at 2024-01-01T00:00:01Z")");
  }

  TEST_CASE("in a text, objects and lists lose their quotation marks") {
    CHECK(transformed(R"("<tags> and <o>, <gone>.")") == R"("[x,y] and {k:v,l:[1]}, .")");
    CHECK(transformed("\"in <state>\"\n\"by <aws.events.rule-arn>\"") ==
          "\"in running\"\n\"by arn:aws:events:us-east-1:1:rule/r\"");
  }

  TEST_CASE("what would be no JSON is not delivered") {
    CHECK(transformed(R"({"o":"<o>"})") ==
          "nothing: <o> is an object or a list, and stands in quotes");
    CHECK(transformed(R"({"t":"<tags>"})").starts_with("nothing: "));
    CHECK(transformed(R"({"q":"<quote>"})")
              .starts_with("nothing: the template with its values is no JSON"));
    CHECK(transformed(R"({"q":<quote>})") == R"({"q":"a \"b\""})");
  }

  // JSONPath: a wildcard asks every element or member, and all that is found is one list.
  TEST_CASE("wildcards in a path lead to one flat list") {
    constexpr std::string_view event =
        R"({"detail":{"by":{"b":{"n":2},"a":{"n":1},"c":{}},"rows":[{"l":[1,2]},{"l":[3]}]}})";
    CHECK(delivered(apply_input_path("$.detail.by.*.n", event)) == "[2,1]");
    CHECK(delivered(apply_input_path("$.detail.by[*].n", event)) == "[2,1]");
    CHECK(delivered(apply_input_path("$.detail.rows[*].l[*]", event)) == "[1,2,3]");
    CHECK(delivered(apply_input_path("$.detail.rows[*].gone", event)) == "[]");
    CHECK(delivered(apply_input_path("$.detail.gone[*]", event)) ==
          "nothing: the event has nothing at $.detail.gone[*]");
  }

  TEST_CASE("PutTargets refuses a variable that nothing defines") {
    CHECK_FALSE(
        check_input_transformer({{{"a", "$.a"}}, R"("<a> <aws.events.rule-arn>, 1 < 2")"}, "t"));
    CHECK(check_input_transformer({{{"a", "$.a"}}, R"("<b>")"}, "t") ==
          "InputTemplate for target t contains invalid placeholder b.");
  }

  // Measured with PutTargets on 2026-09-07 (github.com/badmintoncryer/cdk-preflight, rules/events:
  // pf-events-input-transformer-json-var, pf-events-input-path-jsonpath).
  TEST_CASE("PutTargets refuses the whole event outside of a JSON object, and paths in brackets") {
    const auto complaint = [](std::string text) {
      return check_input_transformer({{{"k", "$.k"}}, std::move(text)}, "t1").value_or("taken");
    };
    CHECK(complaint(R"({"e": <aws.events.event.json>})") == "taken");
    CHECK(complaint(R"("event was <k> today")") == "taken");
    constexpr std::string_view refused =
        "InputTemplate for target t1 contains placeholder aws.events.event.json valid only for "
        "JSON template.";
    CHECK(complaint("[<aws.events.event.json>]") == refused);
    CHECK(complaint(R"("<aws.events.event.json>")") == refused);
    CHECK(complaint("<aws.events.event.json>") == refused);
    CHECK(complaint(R"("at <aws.events.event.ingestion-time>")") == "taken");
    for (const char* path : {"$", "$.detail.a[0]", "$.detail.*", "$.a-b_c/d"})
      CHECK_MESSAGE(is_target_path(path), path);
    for (const char* path : {"", "detail", "$.", "$.detail['key']", "$.detail[\"key\"]"})
      CHECK_MESSAGE(!is_target_path(path), path);
    CHECK(check_input_transformer({{{"k", "detail"}}, R"("<k>")"}, "t1") ==
          "InputPath for target t1 is invalid.");
  }

  // eb-transform-target-input, "Common issues": quotation marks around a text; JSON otherwise.
  TEST_CASE("PutTargets refuses a template that is neither JSON nor text in quotation marks") {
    const auto complaint = [](std::string text) {
      return check_input_transformer({{{"k", "$.k"}}, std::move(text)}, "t").value_or("taken");
    };
    for (const char* text :
         {R"({"a": <k>, "b": "<k>"})", R"([<k>, 1])", R"("one <k>")", "\"one <k>\"\n\"two\"\n",
          "<k>", R"({"a": "<k> and \"<k>\""})", "  {\"a\": 1}\n"})
      CHECK_MESSAGE(complaint(text) == "taken", text);
    CHECK(complaint("<k> is up") ==
          "Invalid InputTemplate for target t : [Source: (String)\"null is up\"; line: 1, column: "
          "6].");
    for (const char* text :
         {"plain words", R"({"a": <k>)", R"({"a": <k>} more)", R"({<k>: 1})", R"({"a": <k> <k>})",
          R"({"a": one})", R"("one)", "\"one\ntwo\"", " ", R"({"a": 1,})"})
      CHECK_MESSAGE(complaint(text).starts_with("Invalid InputTemplate for target t : "), text);
  }
}

}  // namespace
