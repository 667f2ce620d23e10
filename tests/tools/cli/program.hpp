#pragma once
/// The program as a person and as a script use it: words in, text and exit status out.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/verbs.hpp"

namespace opsim::cli {

inline constexpr std::string_view kDiskFull = "scenarios/automation-first/q1-disk-full";

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

inline Outcome opsim(std::vector<std::string_view> words, const std::string& input = "") {
  std::istringstream in{input};
  std::ostringstream out;
  std::ostringstream err;
  Streams streams{in, out, err};
  Outcome outcome;
  outcome.status = main_with(words, streams);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

inline std::string text_of_file(std::string_view path) {
  std::ostringstream text;
  text << std::ifstream{std::string{path}}.rdbuf();
  return text.str();
}

/// A file of the test's own, gone with it.
class TemporaryFile {
 public:
  TemporaryFile(std::string_view name, std::string_view text)
      : path_{(std::filesystem::temp_directory_path() / name).string()} {
    std::ofstream{path_} << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] std::string_view path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace opsim::cli
