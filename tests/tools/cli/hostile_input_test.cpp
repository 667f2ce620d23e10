// Files that nobody writes by accident end in a clear diagnosis, soon and in little memory.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tools/cli/verbs.hpp"

namespace opsim::cli {
namespace {

namespace fs = std::filesystem;

/// Generous: sanitizers multiply it. An unbounded reader takes gigabytes, and minutes: CTest's own
/// limit ends it.
constexpr long kLittleMegabytes = 1500;

struct Told {
  int status = -1;
  std::string text;
};

Told told(std::string_view verb, const fs::path& file) {
  const std::string path = file.string();
  const std::vector<std::string_view> words = {verb, path};
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Streams streams{in, out, err};
  Told result;
  result.status = main_with(words, streams);
  result.text = out.str() + err.str();
  return result;
}

long peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// A folder of the test's own, gone with it.
class HostileFolder {
 public:
  HostileFolder() : path_{fs::temp_directory_path() / "opsim-hostile"} {
    fs::create_directories(path_);
  }
  ~HostileFolder() { fs::remove_all(path_); }
  HostileFolder(const HostileFolder&) = delete;
  HostileFolder& operator=(const HostileFolder&) = delete;

  [[nodiscard]] fs::path put(std::string_view name, const std::string& text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
    return path_ / name;
  }

 private:
  fs::path path_;
};

/// Each line names the one before nine times: 9^14 values.
std::string alias_bomb() {
  std::string text = "scenario: a bomb\na0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 15; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    std::string nine = before;
    for (int j = 1; j < 9; ++j) nine += ", " + before;
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + nine + "]\n";
  }
  return text;
}

std::string nested(std::string_view open, std::string_view close) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += open;
  text += "1";
  for (int i = 0; i < 100'000; ++i) text += close;
  return text;
}

void check_that_it_ends(const fs::path& file, std::string_view says) {
  for (const std::string_view verb : {"check", "run"}) {
    const Told result = told(verb, file);
    CAPTURE(result.text);
    CHECK(result.status == kBadInput);
    CHECK(result.text.find(says) != result.text.npos);
    CHECK(result.text.size() < 4000);
  }
  CHECK(peak_megabytes() < kLittleMegabytes);
}

TEST_SUITE("opsim: hostile input") {
  TEST_CASE("a YAML alias bomb") {
    const HostileFolder folder;
    check_that_it_ends(folder.put("bomb.yaml", alias_bomb()), "alias");
  }

  TEST_CASE("nesting of 100,000, in JSON and in YAML") {
    const HostileFolder folder;
    check_that_it_ends(folder.put("deep.json", nested("[", "]")), "deep");
    check_that_it_ends(folder.put("objects.json", nested("{\"a\":", "}")), "deep");
    check_that_it_ends(folder.put("deep.yaml", "a: " + nested("[", "]")), "deep");
    check_that_it_ends(folder.put("lists.yaml", nested("- ", "")), "deep");
  }

  TEST_CASE("a file of 200 MB is refused before it is read") {
    const HostileFolder folder;
    const fs::path file = folder.put("large.yaml", "scenario: large\n");
    fs::resize_file(file, 200'000'000);  // sparse: it takes no room
    check_that_it_ends(file, "large.yaml");
    CHECK(told("check", file).status == 2);
  }

  TEST_CASE("no text, no file, a folder without a scenario") {
    const HostileFolder folder;
    CHECK(told("check", folder.put("empty.yaml", "")).status == kBadInput);
    CHECK(told("run", folder.put("nul.yaml", std::string(100, '\0'))).status == kBadInput);
    CHECK(told("run", folder.put("empty.yaml", "").parent_path()).status == kBadInput);
  }

  TEST_CASE("check stands stacks up: what only a choice gets wrong is told") {
    const HostileFolder folder;
    static_cast<void>(folder.put("stack.yaml", R"(Parameters:
  Colour: { Type: String, Default: red, AllowedValues: [red, green] }
Resources:
  Topic: { Type: AWS::SNS::Topic }
)"));
    const Told result = told("check", folder.put("scenario.yaml", R"(scenario: a wrong choice
clock: { duration: 1h }
stacks: [{ template: stack.yaml }]
choices: { plain: {}, odd: { parameters: { Colour: blue } } }
)"));
    CAPTURE(result.text);
    CHECK(result.status == kBadInput);
    CHECK(result.text.find("Colour") != result.text.npos);
    CHECK(result.text.find("1 error.") != result.text.npos);
  }
}

}  // namespace
}  // namespace opsim::cli
