// Words that must not stand in code or prose, each with what stands instead.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "source_tree.hpp"

namespace opsim::style {
namespace {

constexpr std::string_view kOurs[] = {"include", "models", "sim", "tests", "tools"};
constexpr std::string_view kPlayed[] = {"include", "models", "sim"};
constexpr std::string_view kModels[] = {"models"};

/// A piece of code that must not stand in these folders; files may be excused, each with a reason.
struct Banned {
  std::string_view code;
  std::span<const std::string_view> in;
  std::string_view instead;
  std::vector<std::string_view> excused = {};
};

const Banned kBanned[] = {
    {"std::unordered_", kPlayed, "std::map or a sorted vector: hash order leaks into results"},
    {"<unordered_", kPlayed, "std::map or a sorted vector: hash order leaks into results"},
    // Tests hold bounds of real time.
    {"system_clock::now", kOurs, "sim.now()", {"tools/"}},
    {"steady_clock::now", kOurs, "sim.now()", {"tools/", "tests/"}},
    {"high_resolution_clock", kOurs, "sim.now()"},
    {"std::random_device", kOurs, "sim.random(name)"},
    {"std::mt19937", kPlayed, "sim.random(name)"},
    {" rand(", kOurs, "sim.random(name)"},
    {"srand(", kOurs, "sim.random(name)"},
    {"_distribution<", kOurs, "opsim/kernel/distribution.hpp: libraries differ in theirs"},
    {"_distribution{", kOurs, "opsim/kernel/distribution.hpp: libraries differ in theirs"},
    {"getenv(", kPlayed, "a setting of the scenario"},
    {"setlocale(", kOurs, "nothing: results know no locale"},
    {"std::locale", kOurs, "nothing: results know no locale"},
    {"std::this_thread", kPlayed, "co_await sim.sleep()"},
    {"ifstream", kModels, "what the scenario read: a model opens no file"},
    {"ofstream", kPlayed, "the journal: a run writes no file"},
    {"std::cout", kPlayed, "the journal"},
    {"std::cerr", kPlayed, "the journal"},
    {"std::endl", kOurs, "'\\n'"},
};

bool concerns(const Banned& banned, const SourceFile& file) {
  return file.is_code() &&
         std::ranges::any_of(banned.in, [&](auto folder) { return file.under(folder); }) &&
         std::ranges::none_of(banned.excused, [&](auto at) { return file.path.starts_with(at); });
}

/// Nouns that attract everything. AWS's own names may have them.
constexpr std::string_view kVague[] = {"Manager", "Helper", "Utils",   "Util",        "_manager",
                                       "helper",  "utils",  "helpers", "process_data"};
constexpr std::string_view kOfAws[] = {
    "CertificateManager", "ChangeManager",    "IncidentManager", "PatchManager",
    "SecretsManager",     "SessionManager",   "StateManager",    "SystemsManager",
    "change_manager",     "incident_manager", "patch_manager",   "secrets_manager",
    "session_manager",    "state_manager",    "systems_manager", "certificate_manager",
    "incidentmanager",    "secretsmanager",   "FleetManager",    "AccountManager"};

/// "FleetManager", "string_utils": the word, or what it ends in.
bool is_vague(std::string_view word) {
  std::string rest{word};
  for (const std::string_view name : kOfAws)
    for (std::size_t at = rest.find(name); at != rest.npos; at = rest.find(name))
      rest.erase(at, name.size());
  return std::ranges::any_of(kVague, [&](std::string_view vague) {
    const bool whole_word = vague.front() >= 'a';
    return rest == vague || rest.ends_with((whole_word ? "_" : "") + std::string{vague});
  });
}

/// Marks of unfinished work, and words that belong to a workplace and not to this program. Taken
/// apart here, since this file is read, too.
const std::string kMarks[] = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "X"
    "XX",
    "HA"
    "CK"};
const std::string kWorkplace[] = {
    "/tmp/"
    "work",
    "/wo"
    "rk/",
    "this ses"
    "sion",
    "the is"
    "sue text",
    "issue "
    "tool",
    "coding as"
    "sistant",
    "language mo"
    "del"};

TEST_SUITE("style: words") {
  TEST_CASE("what is read as code: no comments, no literals; offsets stay") {
    struct Row {
      std::string_view text;
      std::string_view code;
    };
    const Row rows[] = {
        {"a; // rand()", "a;          "},
        {"f(\"rand()\", 'x');", "f(        ,    );"},
        {"f(R\"x(rand())\" )x\", 1)", "f(                , 1)"},
        {"1'000'000 /* b */ + c", "1'000'000         + c"},
        {"#include \"opsim/a.hpp\"", "#include \"opsim/a.hpp\""},
        {"f(\"\\\"\", b)", "f(    , b)"},
    };
    for (const auto& [text, code] : rows) CHECK(code_of(text) == code);
    CHECK(!is_vague("FleetManager"));  // of Systems Manager
    CHECK(is_vague("QueueManager"));
    CHECK(is_vague("string_utils"));
    CHECK(!is_vague("IncidentManager"));
    CHECK(!is_vague("utilization"));
  }

  TEST_CASE("code has no hash order, no wall clock, no luck but the simulation's") {
    std::vector<std::string> wrong;
    for (const SourceFile& file : source_tree()) {
      if (!file.is_code()) continue;
      const std::string code = code_of(file.text);
      for (const Banned& banned : kBanned) {
        if (!concerns(banned, file)) continue;
        for (std::size_t at = code.find(banned.code); at != code.npos;
             at = code.find(banned.code, at + 1))
          wrong.push_back(
              fmt::format("{}{}; expected {}", place_of(file, at), banned.code, banned.instead));
      }
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }

  TEST_CASE("names are nouns of the domain: no Manager, no helpers, no utils") {
    std::vector<std::string> wrong;
    for (const SourceFile& file : source_tree()) {
      if (!file.is_code()) continue;
      for (const Word& word : words_of(file.path))
        if (is_vague(word.text) || word.text == "common")
          wrong.push_back(fmt::format("{}: is called {}", file.path, word.text));
      const std::string code = code_of(file.text);
      for (const Word& word : words_of(code))
        if (is_vague(word.text))
          wrong.push_back(place_of(file, word.offset) + std::string{word.text});
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }

  TEST_CASE("no macros: only what doctest asks for") {
    std::vector<std::string> wrong;
    for (const SourceFile& file : source_tree()) {
      if (!file.is_code()) continue;
      const std::string code = "\n" + code_of(file.text);
      constexpr std::string_view define = "\n#define ";
      for (std::size_t at = code.find(define); at != code.npos; at = code.find(define, at + 1))
        if (!code.substr(at + define.size()).starts_with("DOCTEST_"))
          wrong.push_back(place_of(file, at) + "a macro");
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }

  TEST_CASE("nothing is left for later, and nothing tells of the place where it was written") {
    std::vector<std::string> wrong;
    for (const SourceFile& file : source_tree()) {
      for (const Word& word : words_of(file.text)) {
        const bool escape = word.offset > 0 && file.text[word.offset - 1] == '\\';
        if (!escape && std::ranges::find(kMarks, word.text) != std::end(kMarks))
          wrong.push_back(place_of(file, word.offset) + std::string{word.text});
      }
      for (const std::string& words : kWorkplace)
        if (const std::size_t at = file.text.find(words); at != file.text.npos)
          wrong.push_back(place_of(file, at) + words);
    }
    CHECK_MESSAGE(wrong.empty(), listed(wrong));
  }
}

}  // namespace
}  // namespace opsim::style
