#include "opsim/document/diagnostic.hpp"

#include <doctest/doctest.h>

#include <map>
#include <ranges>

using namespace opsim;

TEST_SUITE("document: diagnostics") {
  TEST_CASE("a diagnostic reads file:line:column: message") {
    const Diagnostic one{
        .file = "stack.yaml", .at = {41, 22}, .pointer = "/a", .message = "is wrong"};
    CHECK(one.text() == "stack.yaml:41:22: is wrong");
  }

  TEST_CASE("one about a whole file has no line") {
    const Diagnostic one{.file = "a.yaml", .at = {0, 0}, .pointer = {}, .message = "is a folder"};
    CHECK(one.text() == "a.yaml: is a folder");
  }

  TEST_CASE("a note says that it is one, and stops nothing") {
    Diagnostics found;
    found.note("a.yaml", {2, 1}, "two documents");
    CHECK(found.text() == "a.yaml:2:1: note: two documents");
    CHECK(found.count() == 0);
    CHECK(found.notes() == 1);
    CHECK_FALSE(found.empty());
    CHECK_NOTHROW(found.throw_if_any());
  }

  TEST_CASE("errors print by file, line and column; equal places in the order of discovery") {
    Diagnostics found;
    found.add("b", {1, 1}, "third");
    found.add("a", {10, 1}, "second");
    found.add("a", {2, 7}, "first");
    found.add("a", {10, 1}, "second, too");
    CHECK(found.text() == "a:2:7: first\na:10:1: second\na:10:1: second, too\nb:1:1: third");
    CHECK(found.all()[0].message == "third");
  }

  TEST_CASE("beyond 1000 errors they are counted, not kept") {
    Diagnostics found;
    for (int i = 1; i <= 1012; ++i) found.add("a", {i, 1}, "wrong");
    CHECK(found.full());
    CHECK(found.count() == 1012);
    CHECK(found.all().size() == 1000);
    CHECK(found.text().ends_with("a:1000:1: wrong\nand 12 more"));

    Diagnostics all;
    all.add("b", {1, 1}, "another");
    all.append(found);
    CHECK(all.count() == 1013);
    CHECK(all.all().size() == 1000);
  }

  TEST_CASE("BadInput carries every diagnostic and says them all") {
    Diagnostics found;
    found.add("a", {1, 1}, "one");
    found.add("a", {2, 1}, "two");
    try {
      found.throw_if_any();
      FAIL("must throw");
    } catch (const BadInput& bad) {
      CHECK(std::string(bad.what()) == "a:1:1: one\na:2:1: two");
      CHECK(bad.diagnostics().count() == 2);
    }
  }
}

TEST_SUITE("document: wording") {
  TEST_CASE("did you mean: slips of the hand, of case and of separators") {
    constexpr std::string_view kKnown[] = {"grows", "from",         "TreatMissingData", "at most",
                                           "Ref",   "StringEquals", "nextStep"};
    struct Row {
      std::string_view wrong;
      std::string_view meant;
    };
    constexpr Row rows[] = {
        {"grow", "grows"},                         // a letter too few
        {"growss", "grows"},                       // too many
        {"growz", "grows"},                        // a wrong one
        {"gorws", "grows"},                        // two swapped
        {"form", "from"},                          //
        {"TREATMISSINGDATA", "TreatMissingData"},  // case
        {"treat_missing_data", "TreatMissingData"},
        {"TreatMissingDate", "TreatMissingData"},
        {"at-most", "at most"},
        {"Stringequal", "StringEquals"},
        {"netxStep", "nextStep"},
        {"shrinks", ""},  // nothing near
        {"Rex", "Ref"},
        {"xy", ""},  // too short to tell
        {"", ""},
    };
    for (const auto& [wrong, meant] : rows) {
      CAPTURE(wrong);
      CHECK(nearest(wrong, kKnown) == meant);
    }
    CHECK(did_you_mean("grow", kKnown) == "; did you mean \"grows\"?");
    CHECK(did_you_mean("shrinks", kKnown).empty());
  }

  TEST_CASE("did you mean: takes the names of whatever holds them") {
    const std::map<std::string, int> steps{{"clean", 1}, {"verify", 2}};
    CHECK(did_you_mean("verfiy", steps | std::views::keys) == "; did you mean \"verify\"?");
  }

  TEST_CASE("did you mean: a text of any length costs little and means nothing") {
    const std::string huge(1'000'000, 'x');
    constexpr std::string_view kKnown[] = {"xxxx"};
    CHECK(nearest(huge, kKnown).empty());
  }

  TEST_CASE("one of: a list in words, at most 20 of them") {
    constexpr std::string_view kThree[] = {"a", "b", "c"};
    CHECK(one_of_text(kThree) == "one of a, b, c");
    CHECK(one_of_text(std::span(kThree).first(1)) == "a");
    const std::vector<std::string_view> many(27, "x");
    CHECK(one_of_text(many).ends_with("x, x and 7 more"));
  }

  TEST_CASE("quoted: fits one line, whatever it holds") {
    CHECK(quoted("breech") == "\"breech\"");
    CHECK(quoted("a\nb\tc\x01") == "\"a\\nb\\tc\\x01\"");
    const std::string sixty(60, 'x');
    CHECK(quoted(sixty) == '"' + sixty + '"');
    CHECK(quoted(sixty + 'x') == '"' + sixty + "...\"");
    CHECK(quoted("h\xC3\xA9") == "\"h\xC3\xA9\"");
  }
}
