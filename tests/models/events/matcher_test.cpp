// The indexed rule set against its twin: every pattern on its own.
#include "models/events/matcher.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace {

using namespace opsim::events;

/// Random patterns and events over few names and values, so that much of it meets.
class Texts {
 public:
  explicit Texts(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }

  std::string pattern() {
    return object(
        0, [this](int depth) { return pattern_value(depth); }, true);
  }
  std::string event() {
    return object(
        0, [this](int depth) { return event_value(depth); }, false);
  }

 private:
  template <class Value>
  std::string object(int depth, Value value, bool with_or) {
    std::string text;
    const std::size_t fields = 1 + below(3);
    for (std::size_t i = 0; i < fields; ++i) {
      text += text.empty() ? "" : ",";
      if (with_or && depth < 2 && below(8) == 0) {
        text += "\"$or\":[" + object(depth + 1, value, true) + "," +
                object(depth + 1, value, true) + "]";
      } else {
        text += "\"" + pick({"a", "b", "c", "d", "a.b", "b.c", ""}) + "\":" + value(depth + 1);
      }
    }
    return "{" + text + "}";
  }

  std::string pattern_value(int depth) {
    if (depth < 3 && below(3) == 0) {
      return object(
          depth, [this](int deeper) { return pattern_value(deeper); }, false);
    }
    std::string text = pattern_test();
    while (below(3) == 0) text += "," + pattern_test();
    return "[" + text + "]";
  }

  std::string pattern_test() {
    return pick({R"("x")",
                 R"("y")",
                 R"("xy")",
                 R"("10.0.0.1")",
                 "1",
                 "2.0",
                 "1e400",
                 "null",
                 "true",
                 R"({"prefix":"x"})",
                 R"({"suffix":"y"})",
                 R"({"prefix":""})",
                 R"({"wildcard":"x*y"})",
                 R"({"wildcard":"*"})",
                 R"({"equals-ignore-case":"XY"})",
                 R"({"equals-ignore-case":"É"})",
                 R"({"prefix":{"equals-ignore-case":"X"}})",
                 R"({"numeric":[">",1]})",
                 R"({"numeric":["=",1]})",
                 R"({"cidr":"10.0.0.0/8"})",
                 R"({"exists":true})",
                 R"({"exists":false})",
                 R"({"anything-but":["x",""]})",
                 R"({"anything-but":[1]})",
                 R"({"anything-but":{"prefix":"x"}})"});
  }

  std::string event_value(int depth) {
    const std::size_t kind = below(10);
    if (depth < 4 && kind < 2) {
      return object(
          depth, [this](int deeper) { return event_value(deeper); }, false);
    }
    if (depth < 4 && kind < 5) {
      std::string text;
      for (std::size_t i = below(4); i > 0; --i)
        text += event_value(depth + 1) + (i > 1 ? "," : "");
      return "[" + text + "]";
    }
    return pick({R"("x")", R"("y")", R"("xy")", R"("Xzy")", R"("\u00e9")", R"("10.0.0.1")",
                 R"("010.0.0.1")", R"("")", "1", "1.0", "2", "1e400", "null", "true", "false"});
  }

  std::string pick(std::initializer_list<const char*> texts) {
    return *(texts.begin() + below(texts.size()));
  }

  std::mt19937 random_;
};

Pattern compiled(const std::string& text) {
  CAPTURE(text);
  PatternResult result = Pattern::compile(text);
  REQUIRE(std::holds_alternative<Pattern>(result));
  return std::get<Pattern>(std::move(result));
}

std::vector<RuleId> one_by_one(const std::map<RuleId, Pattern>& rules, const EventText& event) {
  std::vector<RuleId> matching;
  for (const auto& [id, pattern] : rules) {
    if (pattern.matches(event)) matching.push_back(id);
  }
  return matching;
}

TEST_SUITE("events: rule sets") {
  TEST_CASE("a rule set answers as its patterns do, whatever is added and removed") {
    for (const std::uint32_t seed : {1U, 2U, 3U, 4U}) {
      Texts texts{seed};
      std::map<RuleId, Pattern> rules;
      RuleSet set;
      EventText event;
      std::vector<RuleId> matching;
      for (int round = 0; round < 1'500; ++round) {
        const auto id = static_cast<RuleId>(texts.below(400));
        if (rules.erase(id) > 0) {
          CHECK(set.remove(id));
        } else {
          const Pattern pattern = compiled(texts.pattern());
          rules.emplace(id, pattern);
          set.add(id, pattern);
        }
        const std::string text = texts.event();
        CAPTURE(text);
        REQUIRE_FALSE(event.read(text));
        set.match(event, matching);
        CHECK(matching == one_by_one(rules, event));
      }
      CHECK(set.size() == rules.size());
    }
  }

  TEST_CASE("rules with no field in common are found by the fields that an event has") {
    RuleSet set;
    for (RuleId id = 0; id < 1'000; ++id) {
      set.add(id, compiled(R"({"detail":{"field)" + std::to_string(id) + R"(":["x"]}})"));
    }
    std::vector<RuleId> matching;
    REQUIRE_FALSE(
        set.match(R"({"detail":{"field7":"x","field8":"y","field999":["z","x"]}})", matching));
    CHECK(matching == std::vector<RuleId>{7, 999});
    CHECK(set.remove(7));
    CHECK_FALSE(set.remove(7));
    REQUIRE_FALSE(set.match(R"({"detail":{"field7":"x"}})", matching));
    CHECK(matching.empty());
  }

  TEST_CASE("an id may have several patterns: it matches if one does, and is listed once") {
    RuleSet set;
    set.add(5, compiled(R"({"a":["1"]})"));
    set.add(5, compiled(R"({"b":["2"]})"));
    set.add(3, compiled(R"({"$or":[{"a":["1"]},{"b":["2"]}]})"));
    std::vector<RuleId> matching;
    REQUIRE_FALSE(set.match(R"({"a":"1","b":"2"})", matching));
    CHECK(matching == std::vector<RuleId>{3, 5});
    CHECK(set.remove(5));
    REQUIRE_FALSE(set.match(R"({"b":"2"})", matching));
    CHECK(matching == std::vector<RuleId>{3});
  }

  TEST_CASE("a text that is no event matches nothing and says why, also where no rule looks") {
    RuleSet set;
    set.add(1, compiled(R"({"a":["1"]})"));
    std::vector<RuleId> matching{9};
    const auto invalid = set.match(R"({"zz":bad,"a":"1"})", matching);
    REQUIRE(invalid);
    CHECK(invalid->reason.starts_with("Unrecognized token 'bad'"));
    CHECK(matching.empty());
    REQUIRE_FALSE(set.match(R"({"zz":{"deep":[1,{"x":"\u00e9"}]},"a":"1"})", matching));
    CHECK(matching == std::vector<RuleId>{1});
  }
}

}  // namespace
