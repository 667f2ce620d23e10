// Any bytes as the AlarmRule of a composite alarm. Nothing may crash or hang, and what is read must
// hold together: alarms are named once, a rule and its negation disagree, and every alarm that is
// told as a reason is one of the rule's.
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -I.
//   tests/fuzz/alarm_rule_fuzz.cpp models/cloudwatch/composite_rule.cpp
//   models/cloudwatch/composite_rule_parse.cpp -lfmt -o alarm_rule_fuzz
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "models/cloudwatch/composite_rule.hpp"

namespace {

using opsim::cloudwatch::AlarmState;
using opsim::cloudwatch::CompositeRule;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Some state for each name, always the same one.
AlarmState state_of(std::string_view name) {
  std::uint32_t sum = 0;
  for (const char c : name) sum = sum * 31 + static_cast<unsigned char>(c);
  return static_cast<AlarmState>(sum % 3);
}

void check(const CompositeRule& rule) {
  const auto& alarms = rule.alarms();
  require(alarms.size() <= 100);
  require(std::set<std::string>(alarms.begin(), alarms.end()).size() == alarms.size());
  const bool holds = rule.holds(state_of);
  require(holds == rule.holds(state_of));
  for (const bool side : {false, true}) {
    for (const std::string& alarm : rule.alarms_that(side, state_of)) {
      require(std::ranges::find(alarms, alarm) != alarms.end());
    }
  }
  const auto negated = CompositeRule::parse("NOT (" + rule.text() + ")");
  if (const auto* other = std::get_if<CompositeRule>(&negated)) {
    require(other->holds(state_of) != holds);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto rule = CompositeRule::parse(text);
  if (const auto* valid = std::get_if<CompositeRule>(&rule)) {
    check(*valid);
  } else {
    require(!std::get<std::string>(rule).empty());
  }
  return 0;
}
