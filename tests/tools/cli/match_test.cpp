// opsim match, as a person and as a program use it.
#include "tools/cli/match.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tools/cli/match_batch.hpp"

namespace {

using opsim::cli::answer_match_line;

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

Outcome match(const std::vector<std::string>& args, const std::string& in = "") {
  const std::vector<std::string_view> views{args.begin(), args.end()};
  std::istringstream input{in};
  std::ostringstream out;
  std::ostringstream err;
  const int status = opsim::cli::match_main(views, input, out, err);
  return {status, out.str(), err.str()};
}

/// A file that is gone when the test is over.
class TextFile {
 public:
  TextFile(const std::string& name, const std::string& text)
      : path_((std::filesystem::temp_directory_path() / ("opsim_match_test_" + name)).string()) {
    std::ofstream{path_} << text;
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  ~TextFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_SUITE("opsim match") {
  TEST_CASE("one pattern and one event: the verdict first, then the fields") {
    const TextFile pattern{
        "pattern.json",
        R"({"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"],
                               "detail": {"state": ["stopped", "terminated"]}})"};
    const TextFile event{
        "event.json",
        R"({"source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification",
                             "detail": {"state": "stopping"}})"};
    const Outcome outcome = match({"--pattern", pattern.path(), "--event", event.path()});
    CHECK(outcome.status == 0);
    CHECK(outcome.out ==
          R"(no match
  source                 "aws.ec2"                    in ["aws.ec2"]                    yes
  detail-type            "EC2 Instance State-change…" in ["EC2 Instance State-change…"] yes
  detail.state           "stopping"                   in ["stopped", "terminated"]      NO
)");
    const Outcome json = match({"--json", "--pattern", pattern.path(), "--event", event.path()});
    CHECK(json.out.find("\"match\": false") != std::string::npos);
  }

  TEST_CASE("wrong input is told, with its place, and ends with status 2") {
    const TextFile pattern{"bad.json", "{\n  \"source\": \"aws.ec2\"\n}"};
    const TextFile event{"good.json", "{}"};
    const Outcome bad = match({"--pattern", pattern.path(), "--event", event.path()});
    CHECK(bad.status == 2);
    CHECK(bad.out.empty());
    CHECK(bad.err.find(":2:22: Event pattern is not valid. Reason: \"source\" must be an object or "
                       "an array") != std::string::npos);
    CHECK(match({"--pattern", "/no/such", "--event", event.path()}).err ==
          "/no/such: cannot be read\n");
    CHECK(match({"--patern", "x"}).status == 2);
    CHECK(match({}).status == 2);
  }

  TEST_CASE("a batch answers line by line, whatever a line holds") {
    struct Row {
      const char* line;
      const char* answer;
    };
    constexpr Row rows[] = {
        {R"({"pattern": {"a": ["1"]}, "event": {"a": "1"}})", R"({"match":true})"},
        {R"({"event": {"a": "2"}, "pattern": {"a": ["1"]}})", R"({"match":false})"},
        {R"({"pattern": {"a": [9007199254740993]}, "event": {"a": 9007199254740993.0}})",
         R"({"match":false})"},
        {R"({"pattern": {"a": ["1"]}, "event": {"a": "1", "a": "2"}})", R"({"match":true})"},
        {R"({"pattern_text": "{\"a\":[1]}", "event_text": "{\"a\":1.0}"})", R"({"match":true})"},
        {R"({"pattern": {"a": []}, "event": {}})", R"({"invalid":"Empty arrays are not allowed"})"},
        {R"({"pattern": {"a": ["1"]}})", R"({"valid":true})"},
        {R"({"pattern": {"a": ["1"]}, "event": [1]})",
         R"({"error":"Event must be a JSON object"})"},
        {R"({"rules": {"r2": {"a": ["1"]}, "r1": {"a": [{"prefix": ""}]}, "r3": {"b": ["1"]}}, "event": {"a": "1"}})",
         R"({"match":["r1","r2"]})"},
        {R"({"rules_list": [["r", {"a": ["1"]}], ["r", {"a": ["2"]}]], "event": {"a": "2"}})",
         R"({"match":["r"]})"},
        {R"({"event": {}})",
         R"({"error":"a line needs \"pattern\", \"pattern_text\", \"rules\" or \"rules_list\""})"},
        {R"({"pattern_text": 5, "event": {}})", R"({"error":"pattern_text must be a string"})"},
        {"{nonsense}",
         R"json({"error":"Unexpected character ('n' (code 110)): was expecting double-quote to start field name"})json"},
        {"[]", R"({"error":"Not a JSON object"})"},
    };
    std::string all;
    std::string answers;
    for (const auto& [line, answer] : rows) {
      CAPTURE(line);
      CHECK(answer_match_line(line) == answer);
      all += std::string{line} + "\n";
      answers += std::string{answer} + "\n";
    }
    CHECK(match({"--batch", "-"}, all).out == answers);
  }

  TEST_CASE("nesting without end is an answer, not a crash") {
    std::string deep = R"({"event": {}, "pattern": )";
    for (int i = 0; i < 100'000; ++i) deep += R"({"a":)";
    CHECK(answer_match_line(deep).starts_with(R"({"error":"Document nesting depth)"));
  }

  TEST_CASE("opsim bench match counts events a second and writes the names") {
    const TextFile rules{"rules.jsonl",
                         "{\"name\":\"one\",\"pattern\":{\"a\":[\"1\"]}}\n{\"name\":\"two\","
                         "\"pattern\":{\"b\":[2]}}\n"};
    const TextFile events{"events.jsonl", "{\"a\":\"1\",\"b\":2.0}\n{\"a\":\"3\"}\n"};
    const TextFile names{"names.jsonl", ""};
    std::ostringstream out;
    std::ostringstream err;
    const std::vector<std::string_view> args{"--rules",     rules.path(), "--events",
                                             events.path(), "--out",      names.path()};
    CHECK(opsim::cli::bench_match(args, out, err) == 0);
    CHECK(out.str().find("events_per_second ") != std::string::npos);
    std::ifstream file{names.path()};
    std::stringstream written;
    written << file.rdbuf();
    CHECK(written.str() == "[\"one\",\"two\"]\n[]\n");
  }
}

}  // namespace
