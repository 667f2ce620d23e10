#pragma once
/// The source tree as the style tests see it: tests run in its root.
#include <string>
#include <string_view>
#include <vector>

namespace opsim::style {

struct SourceFile {
  std::string path;  // "sim/kernel/random.cpp"
  std::string text;

  [[nodiscard]] bool under(std::string_view folder) const {
    return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
  }
  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
  [[nodiscard]] bool is_source() const { return path.ends_with(".cpp"); }
  [[nodiscard]] bool is_code() const { return is_header() || is_source(); }
  /// "random.cpp"
  [[nodiscard]] std::string name() const { return path.substr(path.rfind('/') + 1); }
  /// "sim/kernel"
  [[nodiscard]] std::string folder() const { return path.substr(0, path.rfind('/')); }
};

/// Every text file of ours, sorted by path: code, CMake, scripts, scenarios, prose.
const std::vector<SourceFile>& source_tree();

/// "sim/kernel/random.cpp:12: ": the place of a byte, for messages.
std::string place_of(const SourceFile& file, std::size_t offset);

/// The same text with comments and the contents of literals blanked: what the compiler acts on.
/// Lines and offsets stay.
std::string code_of(std::string_view text);

/// The whole words (letters, digits, _) of a text with the offset of each.
struct Word {
  std::string_view text;
  std::size_t offset;
};
std::vector<Word> words_of(std::string_view text);

/// One complaint a line, as a test shows them; "" when there are none.
std::string listed(const std::vector<std::string>& complaints);

}  // namespace opsim::style
