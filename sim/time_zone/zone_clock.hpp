#pragma once
#include "opsim/time_zone.hpp"

namespace opsim {

/// Reads a clock of the table, "X-1X,M3.5.0,M10.5.0/3": POSIX TZ with X for the abbreviations.
/// Offsets count west of Greenwich and in hours; a change is at 2:00 unless it says another time.
class ZoneClockReader {
 public:
  /// `clock` is a row of our own table: anything else is a bug.
  static TimeZone read(std::string_view name, std::string_view clock);

 private:
  explicit ZoneClockReader(std::string_view clock) : rest_{clock} {}
  bool take(char wanted);
  int number();
  std::chrono::seconds time();
  TimeZone::YearlyChange change();

  std::string_view rest_;
};

}  // namespace opsim
