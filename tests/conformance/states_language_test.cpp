// State machines executed on AWS: ../shared/cases/states_language.jsonl, row by row.
#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "models/step_functions/service.hpp"
#include "tests/models/small_world.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

const Service* const kStatesServices[] = {&kStepFunctions};

std::vector<Json> states_rows(const std::string& file) {
  std::vector<Json> found;
  const auto folder = shared_folder();
  if (!folder) return found;
  std::ifstream in{*folder / "cases" / file};
  for (std::string line; std::getline(in, line);) found.push_back(Json::parse(line));
  return found;
}

/// Text that looks like JSON, decoded at every depth: how outputs are compared.
Json decoded(const Json& value) {
  if (value.is_string()) {
    Json inner = Json::parse(value.get_ref<const std::string&>(), nullptr, false);
    return inner.is_discarded() || inner.is_string() ? value : decoded(inner);
  }
  if (!value.is_structured()) return value;
  Json copy = value;
  for (Json& item : copy) item = decoded(item);
  return copy;
}

/// What an execution came to, in the shape of a row's `expect`.
struct Played {
  Json expect;
  Json history = Json::array();
  std::string refused{};
};

Played play_row(const Json& row) {
  SmallWorld world{kStatesServices};
  Played played;
  const Json definition = row.at("definition");
  ApiResult<Json> made = world.call("states", "CreateStateMachine",
                                    {{"name", "machine"},
                                     {"definition", definition.dump()},
                                     {"roleArn", "arn:aws:iam::123456789012:role/states"}});
  if (!made) {
    played.refused = made.error().message;
    return played;
  }
  const Json begun = world.must("states", "StartExecution",
                                {{"stateMachineArn", made->at("stateMachineArn")},
                                 {"input", row.value("input", Json::object()).dump()}});
  const Json which{{"executionArn", begun.at("executionArn")}};
  world.run_for(std::chrono::hours{24 * 400});
  const Json told = world.must("states", "DescribeExecution", which);
  for (const char* const key : {"status", "error", "cause"})
    if (told.contains(key)) played.expect[key] = told.at(key);
  if (told.contains("output"))
    played.expect["output"] = Json::parse(told.at("output").get<std::string>());
  Json page = which;
  do {
    const Json events = world.must("states", "GetExecutionHistory", page);
    for (const Json& event : events.at("events")) {
      Json state = nullptr;
      for (const auto& [key, detail] : event.items())
        if (key.ends_with("EventDetails") && detail.contains("name")) state = detail.at("name");
      played.history.push_back({event.at("type"), state});
    }
    page["nextToken"] = events.value("nextToken", Json());
  } while (!page.at("nextToken").is_null());
  return played;
}

std::string difference(const Json& row, const Played& played) {
  if (!played.refused.empty()) return "refused: " + played.refused;
  const Json& expect = row.at("expect");
  for (const char* const key : {"status", "error", "cause"}) {
    const Json wanted = expect.value(key, Json());
    const Json got = played.expect.value(key, Json());
    if (wanted != got &&
        !(wanted.is_null() && !expect.contains(key) && expect.at("status") == "TIMED_OUT"))
      return fmt::format("{}: {} instead of {}", key, got.dump(), wanted.dump());
  }
  if (expect.contains("output")) {
    const Json wanted = decoded(expect.at("output"));
    const Json got = decoded(played.expect.value("output", Json()));
    if (wanted != got) return fmt::format("output: {} instead of {}", got.dump(), wanted.dump());
  }
  if (row.contains("history") && row.value("history_exact", false) &&
      row.at("history") != played.history)
    return fmt::format("history: {} instead of {}", played.history.dump(),
                       row.at("history").dump());
  return {};
}

}  // namespace

TEST_SUITE("conformance: Amazon States Language") {
  TEST_CASE("every state machine executed on AWS ends as it did there, with the same history") {
    const std::vector<Json> rows = states_rows("states_language.jsonl");
    if (rows.empty()) MESSAGE("no ../shared/cases/states_language.jsonl: skipped");
    for (const Json& row : rows) {
      const std::string name = row.at("id").get<std::string>();
      CAPTURE(name);
      if (row.value("nondeterministic", false) || !row.value("usable", true)) continue;
      const std::string wrong = difference(row, play_row(row));
      CHECK_MESSAGE(wrong.empty(), name << ": " << wrong);
    }
  }
}

}  // namespace opsim::tests
