#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "opsim/json.hpp"
#include "reading.hpp"

using namespace opsim;
using opsim::tests::errors_of_json;
using opsim::tests::errors_of_yaml;
using opsim::tests::json;
using opsim::tests::yaml;

namespace {

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// Nine lists of nine lists of nine ...: 9^22 values in 600 bytes.
std::string alias_bomb() {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'x'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    text += std::string(1, c) + ": &" + c + " [" + repeated("*" + before + ",", 9) + "]\n";
  }
  return text;
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / ("opsim-limits-" + name)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  void write(std::string_view text) const { std::ofstream(path_, std::ios::binary) << text; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string errors_of_file(const std::filesystem::path& path, const ReadOptions& options = {}) {
  try {
    static_cast<void>(read_document(path, options));
  } catch (const BadInput& bad) {
    return bad.what();
  }
  return "";
}

}  // namespace

TEST_SUITE("document: limits") {
  TEST_CASE("256 levels read, the 257th is a diagnosis, 100,000 cost no more") {
    CHECK(json(repeated("[", 256) + repeated("]", 256)).size() == 1);
    CHECK(errors_of_json(repeated("[", 257) + repeated("]", 257)) ==
          "f:1:257: nested more than 256 levels deep");
    CHECK(errors_of_json(repeated("[", 100'000)) == "f:1:257: nested more than 256 levels deep");
    CHECK(errors_of_json(repeated("{\"a\":", 100'000)) ==
          "f:1:1281: nested more than 256 levels deep");
    CHECK(errors_of_yaml(repeated("[", 100'000)) == "f:1:257: nested more than 256 levels deep");
    CHECK(errors_of_yaml(repeated("- ", 100'000)) == "f:1:513: nested more than 256 levels deep");
    CHECK(errors_of_yaml(repeated("? ", 100'000)) ==
          "f:1:3: a key must be a text; here it is a list or a mapping");
    CHECK(yaml(repeated("- ", 256) + "x").size() == 1);
  }

  TEST_CASE("an alias counts with the depth of what it stands for") {
    const ReadOptions options{.max_depth = 4};
    CHECK(yaml("a: &a [[x]]\nb: [*a]", options).size() == 2);
    CHECK(errors_of_yaml("a: &a [[x]]\nb: [[*a]]", options) ==
          "f:2:6: with its aliases expanded, nested more than 4 levels deep");
  }

  TEST_CASE("an alias bomb is a diagnosis") {
    CHECK(errors_of_yaml(alias_bomb()) ==
          "f:7:7: with its aliases expanded this holds more than 4000000 values");
  }

  TEST_CASE("a bomb of merge keys is a diagnosis") {
    std::string text = "a: &a {";
    for (int i = 0; i < 100; ++i) text += "k" + std::to_string(i) + ": 1, ";
    text += "}\n";
    for (int i = 0; i < 100; ++i) text += "b" + std::to_string(i) + ": {<<: *a}\n";
    CHECK(yaml(text).size() == 101);
    CHECK(errors_of_yaml(text, {.max_expanded = 5000}) ==
          "f:51:7: with its merge keys expanded this file holds more than 5000 values");
  }

  TEST_CASE("too many values are a diagnosis") {
    const std::string text = "[" + repeated("1,", 99) + "1]";
    CHECK(json(text, {.max_values = 101}).size() == 100);
    CHECK(errors_of_json(text, {.max_values = 100}) ==
          "f:1:200: more than 100 values; split this file");
  }

  TEST_CASE("errors without end are cut: reading stops at the thousandth") {
    CHECK(errors_of_yaml(repeated("- !Foo x\n", 50'000)).size() < 100'000);
    CHECK(errors_of_json("[" + repeated("1 ", 1'000'000)).size() < 100'000);
  }

  TEST_CASE("a file over the limit is refused before it is read, and says both sizes") {
    const TemporaryFile file("large.json");
    file.write("");
    std::filesystem::resize_file(file.path(), 200U << 20U);  // sparse: it takes no space
    CHECK(errors_of_file(file.path()) ==
          file.path().string() + ": is 200.0 MB; the most that is read is 32.0 MB");
    CHECK(errors_of_json("[" + repeated(" ", 3U << 20U) + "]", {.max_bytes = 1U << 20U}) ==
          "f: is 3.0 MB; the most that is read is 1.0 MB");
  }

  TEST_CASE("no file, a folder, binary") {
    CHECK(errors_of_file("no/such.yaml") == "no/such.yaml: there is no such file");
    const std::string folder = std::filesystem::temp_directory_path().string();
    CHECK(errors_of_file(folder) == folder + ": is a folder; expected a file");
    const TemporaryFile file("binary");
    file.write(
        std::string_view("\x7F"
                         "ELF\x02\x01\0\0",
                         8));
    CHECK(errors_of_file(file.path()) ==
          file.path().string() + ":1:1: the control character U+007F; is this a text file?");
  }

  TEST_CASE("the content decides whether it is JSON or YAML, whatever the name") {
    struct Row {
      std::string_view name;
      std::string_view text;
      std::string_view expected;  // JSON, or the error
    };
    constexpr Row rows[] = {
        {"a.template", "\xEF\xBB\xBF {\r\n\t\"a\": 1\r\n}", R"({"a":1})"},
        {"a.template", "a: 1", R"({"a":1})"},
        {"a.json", "a: 1", R"({"a":1})"},
        {"a.json", "[1, 2]", "[1,2]"},
        {"a.json", "{a: 1}", "a.json:1:2: expected a key in double quotes, found \"a:\""},
        {"a.yaml", "{a: 1}", R"({"a":1})"},
        {"a.yml", "[a, b]", R"(["a","b"])"},
        {"a.txt", "{{ a }}", "a.txt:1:1: a text that begins with {{ needs quotes around it"},
    };
    for (const auto& [name, text, expected] : rows) {
      CAPTURE(text);
      std::string outcome;
      try {
        outcome = read_text(name, text).root.to_json().dump();
      } catch (const BadInput& bad) {
        outcome = bad.what();
      }
      CHECK(outcome == expected);
    }
  }
}
