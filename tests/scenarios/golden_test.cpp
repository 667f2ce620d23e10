// Every scenario of the repository has its story beside it, in expected.txt: none goes untested.
// UPDATE_GOLDEN=1 rewrites them; `git diff` is the review.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/catalog.hpp"
#include "opsim/scenario/world.hpp"
#include "tools/report/exports.hpp"
#include "tools/report/summary.hpp"
#include "tools/report/timeline.hpp"

namespace opsim {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> scenario_files() {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{"scenarios"})
    if (entry.path().filename() == "scenario.yaml") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

std::vector<const Choice*> choices_of(const Scenario& scenario) {
  std::vector<const Choice*> choices;
  for (const Choice& choice : scenario.choices) choices.push_back(&choice);
  if (choices.empty()) choices.push_back(nullptr);
  return choices;
}

std::string story_of(const Scenario& scenario, const Choice* choice) {
  World world{scenario, catalog(), {.seed = scenario.seed, .choice = choice}};
  world.run();
  const report::Ink ink{false};
  const std::string name = choice == nullptr ? "" : "== " + choice->name + "\n";
  return name + report::timeline_text(world.journal(), scenario.start, ink) +
         report::incidents_text(world.incidents(), world.journal(), scenario.start, ink) +
         report::goals_text(world.verdicts(), ink) + "\n";
}

std::string journal_of(const Scenario& scenario, const Choice* choice, Seed seed) {
  World world{scenario, catalog(), {.seed = seed, .choice = choice, .keep = Level::everything}};
  world.run();
  return report::journal_lines(world.journal(), scenario.start);
}

std::string text_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): enough to tell that two builds wrote other bytes.
std::uint64_t digest_of(std::string_view text) {
  std::uint64_t digest = 0xcbf29ce484222325;
  for (const char c : text) {
    digest ^= static_cast<unsigned char>(c);
    digest *= 0x100000001b3;
  }
  return digest;
}

/// "recommended, seed 1: 10bd... of 12943 bytes", a line for each choice and seed.
std::string digests_of(const Scenario& scenario) {
  std::string lines;
  for (const Choice* choice : choices_of(scenario))
    for (const std::uint64_t seed : {1U, 2U}) {
      const std::string journal = journal_of(scenario, choice, Seed{seed});
      lines += fmt::format("{}, seed {}: {:016x} of {} bytes\n",
                           choice == nullptr ? "no choice" : choice->name, seed, digest_of(journal),
                           journal.size());
    }
  return lines;
}

TEST_SUITE("scenarios") {
  TEST_CASE("each tells the story that stands beside it") {
    REQUIRE(!scenario_files().empty());
    for (const fs::path& file : scenario_files()) {
      CAPTURE(file.string());
      const Scenario scenario = read_scenario(file, catalog());
      std::string story;
      for (const Choice* choice : choices_of(scenario)) story += story_of(scenario, choice);
      const fs::path golden = file.parent_path() / "expected.txt";
      if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream{golden, std::ios::binary} << story;
      CHECK(text_of(golden) == story);
    }
  }

  TEST_CASE("the journal is the same, byte for byte, in every build: its digest stands beside it") {
    CHECK(digest_of("") == 0xcbf29ce484222325);  // published vectors
    CHECK(digest_of("a") == 0xaf63dc4c8601ec8c);
    CHECK(digest_of("foobar") == 0x85944171f73967e8);
    for (const fs::path& file : scenario_files()) {
      CAPTURE(file.string());
      const std::string digests = digests_of(read_scenario(file, catalog()));
      const fs::path golden = file.parent_path() / "expected.journal";
      if (std::getenv("UPDATE_GOLDEN") != nullptr)
        std::ofstream{golden, std::ios::binary} << digests;
      CHECK(text_of(golden) == digests);
    }
  }

  TEST_CASE("same scenario and seed, same journal, byte for byte; another seed, another one") {
    for (const fs::path& file : scenario_files()) {
      CAPTURE(file.string());
      const Scenario scenario = read_scenario(file, catalog());
      const Choice* choice = choices_of(scenario).front();  // digests know them all
      const std::string first = journal_of(scenario, choice, Seed{7});
      CHECK(first == journal_of(scenario, choice, Seed{7}));
      CHECK(first != journal_of(scenario, choice, Seed{8}));
    }
  }
}

}  // namespace
}  // namespace opsim
