// The program as a person and as a script use it: words in, text and exit status out.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "opsim/json.hpp"
#include "tests/tools/cli/program.hpp"

namespace opsim::cli {
namespace {

TEST_SUITE("opsim") {
  TEST_CASE("a missed goal is exit status 1 and names the next command") {
    const Outcome met = opsim({"run", kDiskFull});
    CHECK(met.status == 0);
    CHECK(contains(met.out, "All 4 goals met."));
    const Outcome missed = opsim({"run", kDiskFull, "--choice", "people only"});
    CHECK(missed.status == 1);
    CHECK(contains(missed.out, "MISSED  pages"));
    CHECK(contains(missed.out, "Why: opsim why"));
  }

  TEST_CASE("a report is one page that loads nothing, runs nothing and says what the text says") {
    const TemporaryFile file{"opsim-report.html", ""};
    const Outcome missed =
        opsim({"run", kDiskFull, "--choice", "people only", "--report", file.path()});
    CHECK(missed.status == 1);
    const std::string page = text_of_file(file.path());
    CHECK(page.starts_with("<!doctype html>"));
    CHECK(contains(page, "4 of 4 goals missed."));
    CHECK(contains(page, "<td>24 min 49 s, by people</td>"));
    CHECK(contains(page, "2 of 2 datapoints above 90 (90.5, 91.5)"));
    CHECK(contains(page, "Maximum of disk_used_percent, every 1 min, fires above 90"));
    CHECK(contains(page, "<path class=\"metric\""));
    for (const char* loaded : {"<script", "http:", "https:", "src=", "url(", "@import"})
      CHECK_FALSE(contains(page, loaded));
    opsim({"run", kDiskFull, "--choice", "people only", "--report", file.path()});
    CHECK(text_of_file(file.path()) == page);  // the same run, the same bytes
  }

  TEST_CASE("what a file says is text in a report, never markup") {
    const TemporaryFile scenario{"opsim-hostile.yaml",
                                 "scenario: '<script>alert(1)</script> & \"more\"'\n"
                                 "clock: { duration: 1h }\ngoals: [ { pages: { at most: 0 } } ]\n"};
    const TemporaryFile file{"opsim-hostile.html", ""};
    CHECK(opsim({"run", scenario.path(), "--report", file.path()}).status == 0);
    const std::string page = text_of_file(file.path());
    CHECK_FALSE(contains(page, "<script"));
    CHECK(contains(page, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"));
  }

  TEST_CASE("a sweep says how often, how long and which seed to look at") {
    const Outcome good = opsim({"sweep", kDiskFull, "--seeds", "20"});
    CHECK(good.status == 0);
    CHECK(contains(good.out, "recommended · 20 seeds"));
    CHECK(contains(good.out,
                   "  recovery time of WebFleet at most 15 min\n    100.0 % [83.9, 100.0]"));
    const Outcome bad = opsim({"sweep", kDiskFull, "--seeds=20", "--choice=people only"});
    CHECK(bad.status == 1);
    CHECK(contains(bad.out, "Every goal met in 0 of 20 runs"));
    CHECK(contains(bad.out, "--choice 'people only' --seed 1"));
    const Json json = Json::parse(opsim({"sweep", kDiskFull, "--seeds", "20", "--json"}).out);
    const Json& goal = json["sweeps"][0]["goals"][1];
    CHECK(goal["met"] == 20);
    CHECK(goal["values"].size() == 20);
    // The worst run is one that can be played again.
    const std::string seed = std::to_string(goal["worst"]["seed"].get<int>());
    const Json run = Json::parse(opsim({"run", kDiskFull, "--seed", seed, "--json"}).out);
    CHECK(run["goals"][1]["value"] == goal["worst"]["value"]);
  }

  TEST_CASE("choices are compared on the same luck") {
    const Outcome two =
        opsim({"compare", kDiskFull, "--choices", "recommended, people only", "--seeds", "20"});
    CHECK(two.status == 0);
    CHECK(contains(two.out, "'people only' against 'recommended', seed by seed (95 %):"));
    CHECK(contains(two.out, "'people only' is worse"));
    CHECK(contains(two.out, "First difference (seed 1):"));
    const Outcome one = opsim({"compare", kDiskFull, "--choices", "recommended"});
    CHECK(one.status == 2);
    CHECK(contains(one.err, "comparing takes two choices or more"));
    const Outcome unknown = opsim({"compare", kDiskFull, "--choices", "recomended,people only"});
    CHECK(unknown.status == 2);
    CHECK(contains(unknown.err, "did you mean \"recommended\""));
  }

  TEST_CASE("--all-choices plays every choice; --json is for programs") {
    const Outcome all = opsim({"run", kDiskFull, "--all-choices"});
    CHECK(all.status == 1);
    for (const char* choice :
         {"recommended · seed 1", "people only · seed 1", "nightly clean-up · seed 1"})
      CHECK(contains(all.out, choice));
    const Json several = Json::parse(opsim({"run", kDiskFull, "--all-choices", "--json"}).out);
    CHECK(several["version"] == 1);
    CHECK(several["met"] == false);
    REQUIRE(several["runs"].size() == 3);
    CHECK(several["runs"][1]["choice"] == "people only");
    const Json json = Json::parse(opsim({"run", kDiskFull, "--json"}).out);
    CHECK(json["version"] == 1);
    CHECK(json["met"] == true);
    CHECK(json["incidents"].size() == 1);
    const Json& split = json["incidents"][0]["split_seconds"];
    double sum = 0;
    for (const auto& part : split) sum += part.get<double>();
    CHECK(sum == doctest::Approx(json["incidents"][0]["recovery_seconds"].get<double>()));
  }

  TEST_CASE("--review writes the post-incident review, one file a choice") {
    const auto folder = std::filesystem::temp_directory_path();
    const std::string path = (folder / "opsim-review.md").string();
    const Outcome all = opsim({"run", kDiskFull, "--all-choices", "--review", path});
    CHECK(all.status == 1);
    for (const char* choice : {"recommended", "people-only", "nightly-clean-up"}) {
      const auto file = folder / (std::string{"opsim-review-"} + choice + ".md");
      std::stringstream text;
      text << std::ifstream{file}.rdbuf();
      CHECK(text.str().starts_with("# Post-incident review: A disk fills"));
      std::filesystem::remove(file);
    }
  }

  TEST_CASE("wrong words are told with what was meant, exit status 2") {
    struct Row {
      std::vector<std::string_view> words;
      std::string_view says;
    };
    const Row rows[] = {
        {{"rum", kDiskFull}, "did you mean \"run\"?"},
        {{"run"}, "expected a scenario file or its folder"},
        {{"run", kDiskFull, "--sed", "3"}, "unknown option --sed; did you mean \"--seed\"?"},
        {{"run", kDiskFull, "--seed", "three"}, "expected a whole number"},
        {{"run", kDiskFull, "--choice", "recomended"}, "did you mean \"recommended\"?"},
        {{"run", "no/such/folder"}, "no/such/folder"},
        {{"run", kDiskFull, "--set", "clock.duration=soon"}, "clock.duration=6h"},
        {{"why", kDiskFull, "page-9"}, "nothing in this run is called \"page-9\""},
        {{"lesson", "play", "automation-first/q99"}, "no lesson"},
        {{"services", "clodwatch"}, "did you mean \"cloudwatch\"?"},
    };
    for (const auto& [words, says] : rows) {
      const Outcome outcome = opsim(words);
      CAPTURE(outcome.err);
      CHECK(outcome.status == 2);
      CHECK(contains(outcome.err, says));
    }
  }

  TEST_CASE("why walks from a page up to the fault, and tells that it need not have come") {
    const Outcome why = opsim({"why", kDiskFull, "page-1", "--choice", "people only"});
    CAPTURE(why.out);
    CHECK(why.status == 0);
    CHECK(contains(why.out, "page-1"));
    CHECK(contains(why.out, "because"));
    CHECK(contains(why.out, "DiskAlarm"));
    CHECK(contains(why.out, "surge disk growth"));
    CHECK(contains(why.out, "Nothing acted before the page"));
    CHECK(contains(why.out,
                   "With choice 'recommended' (this seed, replayed): it would not have come"));
  }

  TEST_CASE("why tells of what did not happen") {
    const Outcome rule = opsim({"why", kDiskFull, "DiskAlmostFull"});
    CHECK(rule.status == 0);
    CHECK(contains(rule.out, "98"));
  }

  TEST_CASE("call answers as AWS does, in a world of its own") {
    const std::string batch =
        R"({"call": "cloudwatch:PutMetricAlarm", "input": {"AlarmName": "a", "Namespace": "N", "MetricName": "m", "Statistic": "Average", "Period": 60, "EvaluationPeriods": 1, "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold"}})"
        "\n"
        R"({"call": "cloudwatch:PutMetricData", "input": {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": 9}]}})"
        "\n"
        R"({"advance": "2m"})"
        "\n"
        R"({"call": "cloudwatch:DescribeAlarms", "input": {"AlarmNames": ["a"]}})"
        "\n"
        R"({"call": "cloudwatch:DescribeAlarm", "input": {}})"
        "\n"
        "not json\n";
    const Outcome outcome = opsim({"call", "--batch", "-"}, batch);
    std::istringstream lines{outcome.out};
    std::vector<Json> answers;
    for (std::string line; std::getline(lines, line);) answers.push_back(Json::parse(line));
    REQUIRE(answers.size() == 6);
    CHECK(answers[0].contains("output"));
    CHECK(answers[2]["output"]["now"] == "2026-01-01T00:02:00Z");
    CHECK(answers[3]["output"]["MetricAlarms"][0]["StateValue"] == "ALARM");
    CHECK(answers[4]["error"]["code"] == "InvalidAction");
    CHECK(contains(answers[4]["error"]["message"].get<std::string>(), "DescribeAlarms"));
    CHECK(answers[5]["error"]["code"] == "InvalidLine");
  }

  TEST_CASE("services and schema are read off the tables") {
    const Outcome services = opsim({"services"});
    CHECK(contains(services.out, "cloudwatch"));
    CHECK(contains(opsim({"services", "events"}).out, "PutRule"));
    const Json schema = Json::parse(opsim({"schema"}).out);
    CHECK(schema["properties"].contains("people"));
    CHECK(schema["properties"].contains("goals"));
  }

  TEST_CASE(
      "a lesson lists, asks, plays every choice and answers a wrong pick by its consequence") {
    CHECK(contains(opsim({"lesson", "list"}).out, "automation-first/q1"));
    bool told = false;
    bool missed = false;
    bool explained = false;
    for (const char* pick : {"1\n", "2\n", "3\n"}) {
      const Outcome played = opsim({"lesson", "play", "automation-first/q1", "--seeds", "5"}, pick);
      CHECK(played.status == 0);
      CHECK(contains(played.out, "Machines act before humans"));
      const std::string asked = played.out.substr(0, played.out.find("Which one?"));
      CHECK(contains(asked, "3  "));
      CHECK_FALSE(contains(asked, "recommended"));  // the names tell too much before one is taken
      told = told || contains(played.out, "You took 'people only'.");
      missed = missed || contains(played.out, "'people only' misses");
      // Why, in the words of the run: a page and what led to it.
      explained = explained || (contains(played.out, "'people only' misses") &&
                                contains(played.out, "page-1: primary paged") &&
                                contains(played.out, "because"));
    }
    CHECK(told);
    CHECK(missed);
    CHECK(explained);
    const Outcome later = opsim(
        {"lesson", "play", "automation-first/q1", "--seeds", "3", "--first-seed", "500"}, "1\n2\n");
    CHECK(later.status == 0);
    CHECK(contains(later.out, "on seed 50"));  // an outcome of a seed that was played
  }
}

}  // namespace
}  // namespace opsim::cli
