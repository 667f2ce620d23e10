// Sizes, build lists and the README of each folder.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "source_tree.hpp"

namespace opsim::style {
namespace {

constexpr std::ptrdiff_t kLongestFile = 400;
constexpr std::ptrdiff_t kLongestFunction = 60;

/// Tables of data may be longer.
bool is_table(const SourceFile& file) {
  return file.name().ends_with("_table.cpp") || file.name().ends_with("_rows.cpp");
}

struct LongFunction {
  std::size_t offset;
  std::ptrdiff_t lines;
};

/// Functions of a namespace: clang-format puts their first line and their last brace in column 0.
std::vector<LongFunction> long_functions(const std::string& code) {
  std::vector<LongFunction> found;
  std::size_t offset = 0;
  std::size_t begin = 0;
  std::ptrdiff_t lines = 0;
  bool is_function = false;
  std::istringstream text{code};
  for (std::string line; std::getline(text, line); offset += line.size() + 1) {
    ++lines;
    if (line.starts_with("}")) {
      if (is_function && line == "}" && lines > kLongestFunction) found.push_back({begin, lines});
      is_function = false;
      lines = 0;
    } else if (!line.empty() && line.front() != ' ' && line.front() != '#') {
      is_function = line.find('(') != line.npos;
      begin = offset;
      lines = 1;
    }
  }
  return found;
}

std::string without_comments(const std::string& cmake) {
  std::string text;
  std::istringstream in{cmake};
  for (std::string line; std::getline(in, line);) text += line.substr(0, line.find('#')) + "\n";
  return text;
}

/// Every .cpp that some CMakeLists.txt names.
std::set<std::string> built_sources() {
  namespace fs = std::filesystem;
  std::set<std::string> built;
  for (const SourceFile& file : source_tree()) {
    if (file.name() != "CMakeLists.txt") continue;
    const std::string folder = file.path == file.name() ? "" : file.folder();
    std::string text = without_comments(file.text);
    std::ranges::replace_if(
        text, [](char c) { return c == '(' || c == ')' || c == '"'; }, ' ');
    std::istringstream words{text};
    for (std::string word; words >> word;) {
      if (!word.ends_with(".cpp")) continue;
      constexpr std::string_view root = "${PROJECT_SOURCE_DIR}/";
      const fs::path path =
          word.starts_with(root) ? fs::path{word.substr(root.size())} : fs::path{folder} / word;
      built.insert(path.lexically_normal().generic_string());
    }
  }
  return built;
}

/// The last heading of a README, without its marks.
std::string_view last_heading(std::string_view text) {
  const std::size_t at = text.rfind("\n#");
  if (at == text.npos) return {};
  std::string_view line = text.substr(at + 1);
  line = line.substr(0, line.find('\n'));
  return line.substr(std::min(line.find_first_not_of("# "), line.size()));
}

/// Folders of code have a README each; the contracts of include/ and the mirror that tests/ is have
/// one for all.
std::string readme_of(const SourceFile& file) {
  for (const std::string_view whole : {"include", "tests"})
    if (file.under(whole)) return std::string{whole} + "/README.md";
  return file.folder() + "/README.md";
}

TEST_SUITE("style: layout") {
  TEST_CASE("a file has 400 lines at most, a function 60") {
    std::vector<std::string> wrong;
    for (const SourceFile& file : source_tree()) {
      if (!file.is_code() || is_table(file)) continue;
      const auto lines = std::ranges::count(file.text, '\n');
      if (lines > kLongestFile) wrong.push_back(fmt::format("{}: {} lines", file.path, lines));
      if (file.under("tests")) continue;
      for (const LongFunction& function : long_functions(code_of(file.text)))
        wrong.push_back(fmt::format("{}a function of {} lines", place_of(file, function.offset),
                                    function.lines));
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }

  TEST_CASE(
      "every source is listed by name in a CMakeLists.txt, and every listed source is there") {
    const std::set<std::string> built = built_sources();
    std::vector<std::string> wrong;
    std::set<std::string> there;
    for (const SourceFile& file : source_tree()) {
      if (!file.is_source()) continue;
      there.insert(file.path);
      // What is fuzzed is built by clang, by the script beside it.
      if (!built.contains(file.path) && !file.under("tests/fuzz"))
        wrong.push_back(file.path + ": in no CMakeLists.txt");
    }
    for (const std::string& path : built)
      if (path.find('$') == path.npos && !there.contains(path))
        wrong.push_back(path + ": listed, and not there");
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }

  TEST_CASE("each folder has a README.md that ends in its decisions") {
    std::set<std::string> wanted;
    for (const SourceFile& file : source_tree())
      if (file.is_code()) wanted.insert(readme_of(file));
    std::vector<std::string> wrong;
    for (const std::string& path : wanted) {
      const auto readme = std::ranges::find(source_tree(), path, &SourceFile::path);
      if (readme == source_tree().end())
        wrong.push_back(path + ": is missing");
      else if (last_heading(readme->text) != "Decisions")
        wrong.push_back(fmt::format("{}: ends in \"{}\"", path, last_heading(readme->text)));
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }
}

}  // namespace
}  // namespace opsim::style
