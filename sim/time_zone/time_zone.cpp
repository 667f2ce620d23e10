#include "opsim/time_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "opsim/document/diagnostic.hpp"
#include "sim/time_zone/zone_clock.hpp"
#include "sim/time_zone/zone_table.hpp"

namespace opsim {

namespace {

/// The first name of `names`, which loses it.
std::string_view take_name(std::string_view& names) {
  const std::size_t end = std::min(names.find(' '), names.size());
  const std::string_view name = names.substr(0, end);
  names.remove_prefix(std::min(end + 1, names.size()));
  return name;
}

std::chrono::year year_of(SimTime time) {
  return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)}.year();
}

/// Years of which every instant is a SimTime; outside of them clocks stay on standard time.
bool within_sim_time(std::chrono::year year) {
  return year >= std::chrono::year{1679} && year <= std::chrono::year{2260};
}

/// Far enough from the ends of SimTime to be shifted by any zone's offset.
Duration shiftable(Duration since_epoch) {
  constexpr std::chrono::days kMargin{1};
  return std::clamp(since_epoch, Duration::min() + kMargin, Duration::max() - kMargin);
}

std::chrono::sys_days day_of(std::chrono::year year, int month, int week, int weekday) {
  const std::chrono::month in{static_cast<unsigned>(month)};
  const std::chrono::weekday on{static_cast<unsigned>(weekday)};
  if (week == 5) return std::chrono::sys_days{year / in / on[std::chrono::last]};
  return std::chrono::sys_days{year / in / on[static_cast<unsigned>(week)]};
}

}  // namespace

std::optional<TimeZone> TimeZone::find(std::string_view name) {
  if (name.empty()) return {};
  for (const ZoneRow& row : zone_rows()) {
    std::string_view names = row.names;
    while (!names.empty())
      if (const std::string_view known = take_name(names); known == name)
        return ZoneClockReader::read(known, row.clock);
  }
  return {};
}

std::string TimeZone::unknown(std::string_view name) {
  std::vector<std::string_view> known;
  for (const ZoneRow& row : zone_rows()) {
    std::string_view names = row.names;
    while (!names.empty()) known.push_back(take_name(names));
  }
  return fmt::format("no time zone is called \"{}\"{}", name,
                     did_you_mean(name, std::span<const std::string_view>{known}));
}

SimTime TimeZone::instant_of(std::size_t change, std::chrono::year year) const {
  const YearlyChange& at = changes_[change];
  // A change is told by the clock as it is before it.
  return SimTime{day_of(year, at.month, at.week, at.weekday)} + at.time - offsets_[change];
}

Duration TimeZone::offset_at(SimTime time) const {
  if (!has_daylight_saving()) return offsets_[0];
  const std::chrono::year year = year_of(time);
  if (!within_sim_time(year)) return offsets_[0];
  const SimTime starts = instant_of(0, year);
  const SimTime ends = instant_of(1, year);
  const bool saving = starts < ends ? time >= starts && time < ends : time >= starts || time < ends;
  return offsets_[saving ? 1 : 0];
}

std::optional<SimTime> TimeZone::next_change(SimTime time) const {
  if (!has_daylight_saving()) return {};
  const std::chrono::year year = year_of(time);
  std::optional<SimTime> next;
  if (!within_sim_time(year)) return {};
  for (int away = -1; away <= 1; ++away)
    for (std::size_t change = 0; change < 2; ++change) {
      const SimTime at = instant_of(change, year + std::chrono::years{away});
      if (at > time && (!next || at < *next)) next = at;
    }
  return next;
}

LocalTime TimeZone::to_local(SimTime time) const {
  return LocalTime{shiftable(time.time_since_epoch()) + offset_at(time)};
}

LocalInstants TimeZone::to_utc(LocalTime local) const {
  using Kind = LocalInstants::Kind;
  const Duration shown = shiftable(local.time_since_epoch());
  const SimTime as_standard{shown - offsets_[0]};
  const SimTime as_saving{shown - offsets_[1]};
  const bool standard = offset_at(as_standard) == offsets_[0];
  const bool saving = has_daylight_saving() && offset_at(as_saving) == offsets_[1];
  if (standard && saving)
    return {Kind::twice, std::min(as_standard, as_saving), std::max(as_standard, as_saving)};
  if (standard) return {Kind::once, as_standard, as_standard};
  if (saving) return {Kind::once, as_saving, as_saving};
  // The jump lies between the two readings of a time that never was.
  const SimTime jump = *next_change(std::min(as_standard, as_saving) - Duration{1});
  return {Kind::never, jump, jump};
}

}  // namespace opsim
