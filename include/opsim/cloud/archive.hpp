#pragma once
/// Files as one text. What AWS keeps as a zip (a source bundle, an artifact of a pipeline) is here
/// a JSON mapping of paths to their texts, so that a build finds its buildspec and a stack its
/// template.
#include <map>
#include <string>
#include <string_view>

#include "opsim/json.hpp"

namespace opsim {

using Files = std::map<std::string, std::string>;  // path to content

/// Empty where the text is no archive: then it is one file of which only the size counts.
[[nodiscard]] inline Files files_of(std::string_view text) {
  Files files;
  const Json read = Json::parse(text, nullptr, false);
  if (!read.is_object()) return files;
  for (const auto& [path, content] : read.items())
    files[path] = content.is_string() ? content.get<std::string>() : content.dump();
  return files;
}

[[nodiscard]] inline std::string archive_of(const Files& files) { return Json(files).dump(); }

}  // namespace opsim
