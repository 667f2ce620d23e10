// Any bytes: the first line a JSONPath, the rest a document. Nothing may crash, hang or bloat, and
// what is read twice is the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/step_functions/json_path/json_path.hpp"

using namespace opsim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto line = text.find('\n');
  const auto read = json_path::parse(text.substr(0, line));
  const auto* path = std::get_if<json_path::Path>(&read);
  if (path == nullptr || line == std::string_view::npos || size > 4'000) return 0;
  Json document = Json::parse(text.substr(line + 1), nullptr, false);
  if (document.is_discarded()) return 0;
  if (json_path::read(*path, document) != json_path::read(*path, document)) std::abort();
  if (json_path::is_reference(*path)) {
    const bool written = json_path::write(*path, document, Json("new"));
    if (written && std::get<Json>(json_path::read(*path, document)) != Json("new")) std::abort();
  }
  return 0;
}
