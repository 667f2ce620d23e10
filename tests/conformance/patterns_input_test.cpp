// InputPath and InputTransformer: what AWS delivered, row by row.
#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "models/events/event_text_members.hpp"
#include "models/events/input_transformer.hpp"
#include "opsim/json.hpp"
#include "tests/shared_folder.hpp"

namespace {

using namespace opsim;
using namespace opsim::events;

/// The recordings mask what differs from run to run: <date> in the event, date in what was
/// delivered.
std::string unmasked(std::string text) {
  for (const std::string mask : {"any", "date", "region"}) {
    const std::string masked = "<" + mask + ">";
    for (std::size_t at = text.find(masked); at != std::string::npos; at = text.find(masked)) {
      text.replace(at, masked.size(), mask);
    }
  }
  return text;
}

InputTransformer to_transformer(const Json& json) {
  return {json.at("InputPathsMap").get<std::map<std::string, std::string>>(),
          json.at("InputTemplate").get<std::string>()};
}

InputResult deliver(const Json& row) {
  const std::string event = unmasked(row.at("event").dump());
  if (row.contains("InputPath")) {
    return apply_input_path(row.at("InputPath").get<std::string>(), event);
  }
  return apply_input_transformer(to_transformer(row.at("InputTransformer")), event, {});
}

void check_row(const Json& row) {
  if (row.contains("expect_error")) {
    const auto complaint =
        check_input_transformer(to_transformer(row.at("InputTransformer")), "<target-id>");
    REQUIRE(complaint);
    CHECK(*complaint == row.at("expect_error").at("Message").get<std::string>());
    return;
  }
  const InputResult result = deliver(row);
  const Json& expected = row.at("expect");
  const auto* delivered = std::get_if<DeliveredInput>(&result);
  CHECK((delivered == nullptr) == expected.is_null());
  if (delivered == nullptr || expected.is_null()) return;
  if (expected.is_string()) {
    CHECK(delivered->text == expected.get<std::string>());
  } else {
    CHECK(Json::parse(delivered->text) == expected);
  }
}

TEST_SUITE("conformance: input transformers") {
  TEST_CASE("every row of input_transformers.jsonl") {
    const auto shared = tests::shared_folder();
    if (!shared) {
      MESSAGE("skipped: no ../shared");
      return;
    }
    std::ifstream file{*shared / "cases/input_transformers.jsonl"};
    int rows = 0;
    for (std::string line; std::getline(file, line); ++rows) {
      const Json row = Json::parse(line);
      const std::string id = row.at("id").get<std::string>();
      CAPTURE(id);
      check_row(row);
    }
    CHECK(rows >= 19);
  }

  TEST_CASE("the worked examples eb-xform-...") {
    const auto shared = tests::shared_folder();
    if (!shared) {
      MESSAGE("skipped: no ../shared");
      return;
    }
    std::ifstream file{*shared / "cases/worked_examples.jsonl"};
    int rows = 0;
    for (std::string line; std::getline(file, line);) {
      const Json row = Json::parse(line);
      const std::string id = row.at("id").get<std::string>();
      const Json& given = row.at("given");
      if (!id.starts_with("eb-xform") || !given.contains("template")) continue;
      CAPTURE(id);
      const InputTransformer transformer{given.at("vars").get<std::map<std::string, std::string>>(),
                                         given.at("template").get<std::string>()};
      const std::string event = Json{{"detail", given.at("event_detail")}}.dump();
      const InputResult result = apply_input_transformer(transformer, event, {});
      const auto* delivered = std::get_if<DeliveredInput>(&result);
      REQUIRE(delivered != nullptr);
      CHECK(delivered->text == row.at("expect").at("output").get<std::string>());
      ++rows;
    }
    CHECK(rows >= 3);
  }
}

}  // namespace
