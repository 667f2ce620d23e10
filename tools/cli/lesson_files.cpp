#include "tools/cli/lesson_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/document/diagnostic.hpp"
#include "opsim/document/read.hpp"
#include "tools/cli/options.hpp"

namespace opsim::cli {

namespace fs = std::filesystem;

namespace {

fs::path scenarios_folder(const std::optional<std::string>& named) {
  if (named) return *named;
  if (fs::exists("scenarios")) return "scenarios";
  return fs::path{OPSIM_SOURCE_FOLDER} / "scenarios";
}

std::optional<LessonFile> read_lesson(const fs::path& file) {
  try {
    const Document document = read_document(file);
    const auto lesson = document.root.find("lesson");
    if (!lesson) return std::nullopt;
    const Node title = document.root.find("scenario").value_or(Node{});
    return LessonFile{std::string{lesson->spelling()}, std::string{title.spelling()},
                      file.parent_path()};
  } catch (const BadInput&) {
    return std::nullopt;  // `opsim check` tells what is wrong with it
  }
}

}  // namespace

std::vector<LessonFile> find_lessons(const std::optional<std::string>& scenarios) {
  std::vector<LessonFile> lessons;
  const fs::path folder = scenarios_folder(scenarios);
  if (!fs::is_directory(folder)) return lessons;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder})
    if (entry.path().filename() == "scenario.yaml")
      if (std::optional<LessonFile> lesson = read_lesson(entry.path())) lessons.push_back(*lesson);
  std::ranges::sort(lessons, {}, &LessonFile::id);
  return lessons;
}

fs::path lesson_folder(const std::string& id_or_path, const std::optional<std::string>& scenarios) {
  if (fs::exists(id_or_path)) return id_or_path;
  const std::vector<LessonFile> lessons = find_lessons(scenarios);
  // "config/q1", or "config/q1-agent" as its folder is called.
  const auto found = std::ranges::find_if(lessons, [&](const LessonFile& lesson) {
    return lesson.id == id_or_path || lesson.folder.generic_string().ends_with("/" + id_or_path);
  });
  if (found != lessons.end()) return found->folder;
  std::vector<std::string_view> ids;
  for (const LessonFile& lesson : lessons) ids.push_back(lesson.id);
  throw Options::Usage{
      fmt::format("no lesson {}{}", opsim::quoted(id_or_path), did_you_mean(id_or_path, ids))};
}

}  // namespace opsim::cli
