// Pictures of numbers and times, by the examples of docs.jsonata.org/numeric-functions and
// date-time-functions; the others are answers of the reference implementation, jsonata 2.0.6.
#include <doctest/doctest.h>

#include "tests/models/step_functions/jsonata/evaluated.hpp"

namespace opsim::tests {
namespace {

void check_pictures(std::initializer_list<ExpressionRow> rows) {
  for (const auto& [text, expected] : rows) {
    CAPTURE(std::string{text});
    CHECK(evaluated(text) == std::string{expected});
  }
}

}  // namespace

TEST_SUITE("jsonata: pictures") {
  TEST_CASE("a number is written by its picture") {
    check_pictures({
        {"$formatNumber(12345.6, '#,###.00')", R"("12,345.60")"},
        {"$formatNumber(1234.5678, '00.000e0')", R"("12.346e2")"},
        {"$formatNumber(34.555, '#0.00;(#0.00)')", R"("34.56")"},
        {"$formatNumber(-34.555, '#0.00;(#0.00)')", R"x("(34.56)")x"},
        {"$formatNumber(0.14, '01%')", R"("14%")"},
        {"$formatNumber(0.14, '###pm', {'per-mille': 'pm'})", R"("140pm")"},
        {"$formatNumber(1234.5678, '①①.①①①e①', {'zero-digit': '\xE2\x91\x9F'})", R"("①②.③④⑥e②")"},
        {"$formatNumber(-5, '0.0')", R"("-5.0")"},
        {"$formatNumber(1, '0;0;0')", "D3080"},
        {"$formatNumber(1, '0.0.0')", "D3081"},
        {"$formatNumber(1, '0#')", "D3090"},
    });
  }

  TEST_CASE("a whole number is written and read in digits, letters, numerals and words") {
    check_pictures({
        {"$formatInteger(2789, 'w')", R"("two thousand, seven hundred and eighty-nine")"},
        {"$formatInteger(1999, 'I')", R"("MCMXCIX")"},
        {"$formatInteger(28, 'A')", R"("AB")"},
        {"$formatInteger(12345, '#,##0')", R"("12,345")"},
        {"$formatInteger(11, '0;o')", R"("11th")"},
        {"$formatInteger(22, 'Ww;o')", R"("Twenty-Second")"},
        {"$formatInteger(1, '#')", "D3130"},
        {"$parseInteger('twelve thousand, four hundred and seventy-six', 'w')", "12476"},
        {"$parseInteger('12,345,678', '#,##0')", "12345678"},
        {"$parseInteger('MCMXC', 'I')", "1990"},
    });
  }

  TEST_CASE("a time is written by its picture, in a zone") {
    check_pictures({
        {"$fromMillis(1510067557121)", R"("2017-11-07T15:12:37.121Z")"},
        {"$fromMillis(1510067557121, '[M01]/[D01]/[Y0001] [h#1]:[m01][P]')",
         R"("11/07/2017 3:12pm")"},
        {"$fromMillis(1510067557121, '[H01]:[m01]:[s01] [z]', '-0500')", R"("10:12:37 GMT-05:00")"},
        {"$fromMillis(1510067557121, '[D1o] of [MNn], [Y]')", R"("7th of November, 2017")"},
        {"$fromMillis(1510067557121, '[FNn,*-3], [Dwo] [MNn,*-3] [YI]')",
         R"("Tue, seventh Nov MMXVII")"},
        // The first of January 2005 lies in the last week of 2004.
        {"$fromMillis(1104537600000, '[Y]-[d] [X]-W[W01]-[F0]')", R"("2005-1 2004-W53-6")"},
        {"$fromMillis(1, '[q]')", "D3132"},
        {"$fromMillis(1, '[Y')", "D3135"},
    });
  }

  TEST_CASE("a time is read by its picture; what stands above it is now") {
    check_pictures({
        {"$toMillis('2017-11-07T15:07:54.972Z')", "1510067274972"},
        {"$toMillis('20th of March 2018', '[D1o] of [MNn] [Y]')", "1521504000000"},
        {"$toMillis('12:30 PM', '[h]:[m] [P]')", "1521549000000"},
        {"$toMillis('2018-078', '[Y0001]-[d]')", "1521417600000"},
        {"$toMillis('MMXVIII 3', '[YI] [M]')", "1519862400000"},
        {"$toMillis('2018-03-20 +0100', '[Y0001]-[M01]-[D01] [Z0]')", "1521500400000"},
        {"$toMillis('never', '[Y0001]')", "nothing"},
        {"$toMillis('never')", "D3110"},
        {"$toMillis('10 5', '[H] [s]')", "D3136"},
    });
  }
}

}  // namespace opsim::tests
