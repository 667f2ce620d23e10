// Any bytes: first line a schedule expression, second a time zone, third a start; also as
// durations. Nothing may crash, hang or go back in time:
//   the next time is after the one before, and is on the minute for a cron;
//   a local time leads to instants that show it.
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -I.
// -DJSON_USE_IMPLICIT_CONVERSIONS=0
//   tests/fuzz/schedule_fuzz.cpp <sources of opsim_time_zone, opsim_document, opsim_kernel>
//   -lfmt -lyaml-cpp -o schedule_fuzz
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "opsim/document/quantity.hpp"
#include "opsim/kernel/distribution.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/schedule.hpp"

namespace {

using namespace opsim;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_line(std::string_view& input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view line = input.substr(0, end);
  input.remove_prefix(std::min(end + 1, input.size()));
  return line;
}

void check_zone(const TimeZone& zone, SimTime time) {
  const LocalInstants found = zone.to_utc(zone.to_local(time));
  require(found.kind != LocalInstants::Kind::never);
  require(found.first == time || found.last == time);
  if (const auto change = zone.next_change(time)) require(*change > time);
}

void check_schedule(const schedule::Expression& expression, const TimeZone& zone, SimTime from) {
  SimTime time = from;
  for (int i = 0; i < 20; ++i) {
    const auto next = schedule::next_time(expression, zone, from, time);
    if (!next) return;
    require(*next > time);
    if (std::holds_alternative<schedule::Cron>(expression))
      require(next->time_since_epoch() % 1min == 0s);
    time = *next;
  }
}

/// Room on both sides, so that local times of all zones are times too.
bool has_room(SimTime time) { return time > SimTime::min() + 48h && time < SimTime::max() - 48h; }

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::string_view text = take_line(input);
  const std::string_view zone_name = take_line(input);
  const SimTime from = parse_iso8601(take_line(input)).value_or(SimTime{});
  if (const auto duration = parse_duration(text)) human(*duration);
  if (const auto duration = parse_iso8601_duration(text)) clock_text(*duration);
  static_cast<void>(parse_percent(text));
  static_cast<void>(parse_quantity(text));
  static_cast<void>(parse_rate(text));
  static_cast<void>(Distribution::parse(text));
  const auto zone = TimeZone::find(zone_name);
  if (!zone) require(!TimeZone::unknown(zone_name).empty());
  if (!has_room(from)) return 0;
  if (zone) check_zone(*zone, from);
  if (const auto expression = schedule::parse(text))
    check_schedule(*expression, zone.value_or(TimeZone{}), from);
  return 0;
}
