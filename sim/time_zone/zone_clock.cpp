#include "sim/time_zone/zone_clock.hpp"

#include "opsim/kernel/ensure.hpp"

namespace opsim {

bool ZoneClockReader::take(char wanted) {
  if (rest_.empty() || rest_.front() != wanted) return false;
  rest_.remove_prefix(1);
  return true;
}

int ZoneClockReader::number() {
  ensure(!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9', "a number in a clock");
  int value = 0;
  while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
    value = value * 10 + (rest_.front() - '0');
    rest_.remove_prefix(1);
  }
  return value;
}

std::chrono::seconds ZoneClockReader::time() {
  const int sign = take('-') ? -1 : 1;
  const std::chrono::hours hours{number()};
  const std::chrono::minutes minutes{take(':') ? number() : 0};
  return sign * std::chrono::seconds{hours + minutes};
}

TimeZone::YearlyChange ZoneClockReader::change() {
  ensure(take(',') && take('M'), "a change of a clock is ,Mmonth.week.weekday");
  TimeZone::YearlyChange change;
  change.month = number();
  ensure(take('.'), "a week");
  change.week = number();
  ensure(take('.'), "a weekday");
  change.weekday = number();
  change.time = take('/') ? time() : std::chrono::hours{2};
  return change;
}

TimeZone ZoneClockReader::read(std::string_view name, std::string_view clock) {
  ZoneClockReader reader{clock};
  TimeZone zone;
  zone.name_ = name;
  ensure(reader.take('X'), "a clock begins with its standard time");
  zone.offsets_[0] = -reader.time();
  zone.offsets_[1] = zone.offsets_[0];
  if (!reader.take('X')) return zone;
  zone.offsets_[1] += std::chrono::hours{1};
  if (!reader.rest_.empty() && reader.rest_.front() != ',') zone.offsets_[1] = -reader.time();
  zone.changes_[0] = reader.change();
  zone.changes_[1] = reader.change();
  return zone;
}

}  // namespace opsim
