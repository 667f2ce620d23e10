#include "models/compute/filters.hpp"

#include <doctest/doctest.h>

#include <array>

namespace opsim::compute {

TEST_SUITE("compute: filters") {
  TEST_CASE("wildcards stand for any text and for one character") {
    struct Row {
      std::string_view pattern, text;
      bool matches;
    };
    constexpr Row rows[] = {
        {"web", "web", true},      {"web", "web-1", false}, {"web*", "web-1", true},
        {"*-1", "web-1", true},    {"w?b", "web", true},    {"w?b", "wb", false},
        {"*", "", true},           {"", "", true},          {"", "x", false},
        {"*a*b*", "xxaxxb", true}, {"a*b", "ab", true},     {"Web", "web", false},
    };
    for (const auto& [pattern, text, matches] : rows) {
      CAPTURE(pattern);
      CAPTURE(text);
      CHECK(matches_wildcards(pattern, text) == matches);
    }
  }

  TEST_CASE("every filter must hold, by one of its values") {
    constexpr std::array<std::string_view, 1> known{"state"};
    const auto filters = read_filters({{"Filters",
                                        {{{"Name", "tag:Name"}, {"Values", {"web*", "db"}}},
                                         {{"Name", "state"}, {"Values", {"running"}}}}}},
                                      known);
    REQUIRE(filters.has_value());
    const auto in_state = [](std::string state) {
      return [state](std::string_view) { return std::vector{state}; };
    };
    CHECK(passes(*filters, {{"Name", "web-1"}}, in_state("running")));
    CHECK(passes(*filters, {{"Name", "db"}}, in_state("running")));
    CHECK_FALSE(passes(*filters, {{"Name", "web-1"}}, in_state("stopped")));
    CHECK_FALSE(passes(*filters, {{"Other", "web-1"}}, in_state("running")));
  }

  TEST_CASE("an unknown filter is refused as EC2 refuses it") {
    const auto filters =
        read_filters({{"Filters", {{{"Name", "instance-stat"}, {"Values", {"running"}}}}}}, {});
    REQUIRE_FALSE(filters.has_value());
    CHECK(filters.error().code == "InvalidParameterValue");
    CHECK(filters.error().message == "The filter 'instance-stat' is invalid");
  }
}

}  // namespace opsim::compute
