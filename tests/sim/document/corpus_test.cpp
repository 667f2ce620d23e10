// Real artefacts of public repositories, where they are at hand.
#include <doctest/doctest.h>

#include <set>

#include "opsim/json.hpp"
#include "reading.hpp"
#include "tests/shared_folder.hpp"

using namespace opsim;

namespace {

struct Count {
  std::size_t read = 0;
  std::vector<std::string> refused;
};

Count read_all(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> files;  // in one order, whatever the file system's
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(entry.path());
  }
  Count count;
  for (const std::filesystem::path& file : files) {
    try {
      const Document document = read_document(file, {.duplicates = Duplicates::last_wins});
      CHECK_FALSE(document.root.to_json().is_null());
      ++count.read;
    } catch (const BadInput& bad) {
      CHECK(bad.diagnostics().count() > 0);
      count.refused.emplace_back(bad.what());
    }
  }
  return count;
}

}  // namespace

TEST_SUITE("document: the corpus") {
  TEST_CASE("every artefact reads, but for what its service would refuse too") {
    const auto shared = tests::shared_folder();
    if (!shared || !std::filesystem::exists(*shared / "corpus")) {
      MESSAGE("skipped: no corpus here");
      return;
    }
    struct Row {
      std::string_view folder;
      std::size_t read;
      std::size_t refused;
    };
    constexpr Row rows[] = {
        {"asl", 145, 0},         {"cfn", 218, 1},  // a !Rain::Embed that rain has not embedded yet
        {"event-pattern", 2, 0}, {"fis", 27, 1},   // a comma too many in JSON
        {"response-plan", 3, 0}, {"ssm-automation", 160, 0},
        {"ssm-command", 13, 0},  {"conformance-pack", 27, 0},
        {"appspec", 19, 0},      {"buildspec", 18, 0},
    };
    for (const auto& [folder, read, refused] : rows) {
      CAPTURE(folder);
      const Count count = read_all(*shared / "corpus" / folder);
      CHECK(count.read == read);
      CHECK(count.refused.size() == refused);
    }
  }
}
