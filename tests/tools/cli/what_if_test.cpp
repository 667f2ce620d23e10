// Failures that no file tells of, and a run as a database.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>

#include "opsim/json.hpp"
#include "tests/tools/cli/program.hpp"

namespace opsim::cli {
namespace {

/// Every value of every row, each followed by "|".
std::string answer_of(const std::string& database, const char* question) {
  sqlite3* opened = nullptr;
  REQUIRE(sqlite3_open_v2(database.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  std::string answer;
  const auto add = [](void* told, int columns, char** values, char**) {
    for (int i = 0; i < columns; ++i)
      *static_cast<std::string*>(told) += std::string{values[i] == nullptr ? "" : values[i]} + "|";
    return 0;
  };
  CHECK(sqlite3_exec(opened, question, add, &answer, nullptr) == SQLITE_OK);
  sqlite3_close(opened);
  return answer;
}

TEST_SUITE("opsim: what if") {
  TEST_CASE(
      "what if: a failure that no file tells of, besides those of the file or instead of them") {
    const Outcome also = opsim({"run", kDiskFull, "--also", "3h terminate instance on WebFleet"});
    CHECK(contains(also.out, "surge disk growth"));
    CHECK(contains(also.out, "+3:00:00  fault       terminate instance on WebFleet"));
    const Outcome instead = opsim({"run", kDiskFull, "--instead",
                                   "uniform(1h, 2h) terminate instance on WebFleet hitting one"});
    CHECK_FALSE(contains(instead.out, "surge disk growth"));
    CHECK(contains(instead.out, "fault       terminate instance on WebFleet hitting one"));
    CHECK(contains(
        opsim({"why", kDiskFull, "i-00000001", "--instead", "1h terminate instance on WebFleet"})
            .out,
        "because"));

    CHECK(contains(opsim({"run", kDiskFull, "--also", "2h terminate instnace on WebFleet"}).err,
                   "did you mean \"terminate instance\"?"));
    CHECK(contains(opsim({"run", kDiskFull, "--also", "2h terminate instance on WebFlete"}).err,
                   "no stack has a resource \"WebFlete\"; did you mean \"WebFleet\"?"));
    CHECK(contains(opsim({"run", kDiskFull, "--also", "soon"}).err, "expected a time and a fault"));
  }

  TEST_CASE("a fault that finds nothing to hit says so, lest a goal be believed to be met for it") {
    const Outcome run =
        opsim({"run", kDiskFull, "--instead", "1h terminate instance on DiskAlarm"});
    CAPTURE(run.out);
    CHECK(contains(run.out, "DiskAlarm has nothing now that this could hit"));
  }

  TEST_CASE("hunt plays each failure alone, and tells which break a goal and how to see it") {
    const Outcome hunted = opsim({"hunt", kDiskFull, "--seeds", "1", "--only", "on WebFleet"});
    CAPTURE(hunted.out);
    CHECK(hunted.status == 1);
    CHECK(contains(hunted.out, "breaks  terminate instance on WebFleet"));
    CHECK(contains(hunted.out, "Look at one: opsim run"));
    // The same on one thread, for programs; and the command that it names shows the same.
    const Json found = Json::parse(opsim({"hunt", kDiskFull, "--seeds", "1", "--only",
                                          "on WebFleet", "--threads", "1", "--json"})
                                       .out);
    std::size_t broken = 0;
    for (const Json& fault : found.at("faults")) {
      if (fault.at("broken_runs") == 0) continue;
      ++broken;
      const std::string sentence = fault.at("fault").get<std::string>();
      CHECK(contains(hunted.out, "  breaks  " + sentence.substr(0, 30)));
      const std::string line = "90min " + sentence;
      CHECK(opsim({"run", kDiskFull, "--seed", "1", "--instead", line}).status == 1);
    }
    CHECK(broken > 5);
    CHECK(contains(opsim({"hunt", kDiskFull, "--at", "9h"}).err, "--at is \"9h\""));
  }

  TEST_CASE("a run as an SQLite database answers in SQL what led to a page") {
    const auto folder = std::filesystem::temp_directory_path();
    const std::string path = (folder / "opsim-run.db").string();
    const std::string again = (folder / "opsim-run-again.db").string();
    for (const std::string& file : {path, again})
      CHECK(opsim({"run", kDiskFull, "--choice", "people only", "--sqlite", file}).status == 1);
    CHECK(text_of_file(path) == text_of_file(again));

    CHECK(answer_of(path, "SELECT choice, met FROM run") == "people only|0|");
    CHECK(answer_of(path, "SELECT observed FROM goals WHERE goal = 'pages'") == "1|");
    CHECK(answer_of(path, "SELECT count(*) > 0 FROM entries WHERE level = 'everything'") == "1|");
    CHECK(answer_of(path,
                    "WITH RECURSIVE chain(id) AS (SELECT id FROM entries WHERE kind = 'page'"
                    " UNION ALL SELECT cause FROM entries JOIN chain USING (id)"
                    " WHERE cause IS NOT NULL)"
                    " SELECT kind FROM entries JOIN chain USING (id)"
                    " WHERE kind IN ('fault', 'alarm', 'page') ORDER BY id") ==
          "fault|alarm|page|");
    std::filesystem::remove(path);
    std::filesystem::remove(again);
  }
}

}  // namespace
}  // namespace opsim::cli
