// JSON on one line: the same bytes as nlohmann's dump, which is slower.
#include "opsim/document/json_line.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "opsim/kernel/random.hpp"

namespace opsim {
namespace {

std::string dumped(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string random_text(Stream& dice) {
  constexpr std::string_view kPieces[] = {
      "a",  "i-0000001", "\"",           "\\",   "\n",       "\x01", "\x7f",
      "\t", "\xc3\xa9",  "\xe2\x82\xac", "\xff", "\xe2\x82", "/",    "\xf0\x9f\x98\x80"};
  std::string text;
  for (std::uint64_t i = dice.below(6); i > 0; --i) text += kPieces[dice.below(std::size(kPieces))];
  return text;
}

Json random_value(Stream& dice, int depth) {
  switch (dice.below(depth > 3 ? 7 : 9)) {
    case 0: return nullptr;
    case 1: return dice.chance(0.5);
    case 2: return static_cast<std::int64_t>(dice.below(2'000'000)) - 1'000'000;
    case 3: return std::numeric_limits<std::uint64_t>::max() - dice.below(3);
    case 4: return (dice.uniform() - 0.5) * (dice.chance(0.5) ? 1e-7 : 1e18);
    case 5: return static_cast<double>(dice.below(200)) - 100;
    case 6: return random_text(dice);
    case 7: {
      Json list = Json::array();
      for (std::uint64_t i = dice.below(4); i > 0; --i)
        list.push_back(random_value(dice, depth + 1));
      return list;
    }
    default: break;
  }
  Json object = Json::object();
  for (std::uint64_t i = dice.below(4); i > 0; --i)
    object[random_text(dice)] = random_value(dice, depth + 1);
  return object;
}

}  // namespace

TEST_SUITE("document: JSON on one line") {
  TEST_CASE("random values read as nlohmann prints them") {
    Stream dice{Seed{1}, "json line"};
    for (int i = 0; i < 20'000; ++i) {
      const Json value = random_value(dice, 0);
      REQUIRE(json_line(value) == dumped(value));
    }
  }

  TEST_CASE("so do numbers at the edges, and what JSON has no word for") {
    using Limits = std::numeric_limits<double>;
    for (const Json& value :
         {Json(-0.0), Json(1.0), Json(1e300), Json(5e-324), Json(0.1), Json(Limits::infinity()),
          Json(Limits::quiet_NaN()), Json(std::numeric_limits<std::int64_t>::min()),
          Json::binary({1, 2}), Json(Json::value_t::discarded)})
      CHECK(json_line(value) == dumped(value));
  }

  TEST_CASE("an object made of its members is the braced one, whatever their order") {
    const std::string text = "x";
    CHECK(json_object("a", 1, "b", text, "c", Json::array({1})) ==
          Json{{"a", 1}, {"b", "x"}, {"c", {1}}});
    CHECK(json_object("c", true, "a", 2.5) == Json{{"a", 2.5}, {"c", true}});
    CHECK(json_object() == Json::object());
  }
}

}  // namespace opsim
