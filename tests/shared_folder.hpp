#pragma once
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace opsim::tests {

/// The folder of conformance cases and real artefacts that some tests read: $OPSIM_SHARED, else
/// ../shared beside the source tree (tests run from its root). Absent in a plain clone: such tests
/// then skip themselves with a MESSAGE.
inline std::optional<std::filesystem::path> shared_folder() {
  const char* named = std::getenv("OPSIM_SHARED");
  const std::filesystem::path folder = named != nullptr ? named : "../shared";
  if (!std::filesystem::exists(folder)) return std::nullopt;
  return folder;
}

}  // namespace opsim::tests
