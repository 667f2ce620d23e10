#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace opsim::cli {

struct LessonFile {
  std::string id;     // "automation-first/q1"
  std::string title;  // the scenario's first sentence
  std::filesystem::path folder;
};

/// The lessons under `scenarios` (--scenarios), else under ./scenarios, else beside the program's
/// source; sorted by id.
std::vector<LessonFile> find_lessons(const std::optional<std::string>& scenarios);

/// The folder of a lesson by its id, or the path itself where it names one. Throws Options::Usage.
std::filesystem::path lesson_folder(const std::string& id_or_path,
                                    const std::optional<std::string>& scenarios);

}  // namespace opsim::cli
