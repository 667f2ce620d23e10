#include "source_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace opsim::style {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolders[] = {"include", "models", "scenarios", "sim", "tests", "tools"};
constexpr std::string_view kAtTheRoot[] = {"CMakeLists.txt", "CMakePresets.json", "README.md"};

std::string text_of_file(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

bool is_word_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::vector<SourceFile> read_tree() {
  std::vector<SourceFile> files;
  const auto take = [&](const fs::path& path) {
    std::string text = text_of_file(path);
    if (text.find('\0') == text.npos) files.push_back({path.generic_string(), std::move(text)});
  };
  for (const std::string_view name : kAtTheRoot) take(name);
  for (const std::string_view folder : kFolders)
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder})
      if (entry.is_regular_file()) take(entry.path());
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace

const std::vector<SourceFile>& source_tree() {
  static const std::vector<SourceFile> tree = read_tree();
  return tree;
}

std::string place_of(const SourceFile& file, std::size_t offset) {
  const auto before = std::string_view{file.text}.substr(0, offset);
  return fmt::format("{}:{}: ", file.path, 1 + std::ranges::count(before, '\n'));
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word_part(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_word_part(text[at])) ++at;
    words.push_back({text.substr(begin, at - begin), begin});
  }
  return words;
}

std::string listed(const std::vector<std::string>& complaints) {
  std::string text;
  for (const std::string& complaint : complaints) text += "\n  " + complaint;
  return text;
}

}  // namespace opsim::style
