#pragma once
/// Time zones by their IANA names, with daylight saving: what calendars and schedules run on.
///
/// Data  A table compiled in (sim/time_zone/zone_table.cpp), never the machine's own, so that a run
///       is the same everywhere. SIMPLIFIED: today's rules hold for all years.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "opsim/kernel/time.hpp"

namespace opsim {

/// What a clock on the wall shows.
using LocalTime = std::chrono::local_time<Duration>;

/// The instants at which a zone's clock shows one local time.
struct LocalInstants {
  enum class Kind : std::uint8_t {
    once,   // first == last
    never,  // the clock jumps over it: both are the instant of the jump
    twice,  // the clock is put back over it
  } kind;
  SimTime first;
  SimTime last;
};

/// A value: cheap to copy and to compare. Names are spelt as IANA spells them, and old names work.
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;
  [[nodiscard]] static std::optional<TimeZone> find(std::string_view name);
  /// `no time zone is called "Europe/Pariss"; did you mean "Europe/Paris"?`
  [[nodiscard]] static std::string unknown(std::string_view name);

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  /// Local time minus UTC.
  [[nodiscard]] Duration offset_at(SimTime time) const;
  /// Within a day of the ends of SimTime, the clock stands still.
  [[nodiscard]] LocalTime to_local(SimTime time) const;
  [[nodiscard]] LocalInstants to_utc(LocalTime local) const;
  [[nodiscard]] bool has_daylight_saving() const noexcept { return changes_[0].month != 0; }
  /// The next instant after `time` at which the offset changes; nothing where it never does.
  [[nodiscard]] std::optional<SimTime> next_change(SimTime time) const;

  friend bool operator==(const TimeZone& a, const TimeZone& b) { return a.name_ == b.name_; }

 private:
  /// The `week`th `weekday` of `month` (5: the last), so many seconds from local midnight.
  struct YearlyChange {
    int month = 0;  // 0: there is none
    int week = 0;
    int weekday = 0;  // 0: Sunday
    std::chrono::seconds time{};
  };
  friend class ZoneClockReader;
  [[nodiscard]] SimTime instant_of(std::size_t change, std::chrono::year year) const;

  std::string_view name_ = "UTC";
  // offsets_[0] until changes_[0] of a year, offsets_[1] until changes_[1], by the calendar of a
  // northern year; a southern zone has them the other way round.
  std::array<std::chrono::seconds, 2> offsets_{};  // standard, daylight saving
  std::array<YearlyChange, 2> changes_{};          // to daylight saving, back to standard
};

}  // namespace opsim
