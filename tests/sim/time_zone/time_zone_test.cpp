#include "opsim/time_zone.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include "sim/time_zone/zone_table.hpp"

namespace opsim {
namespace {

SimTime utc(std::string_view text) { return parse_iso8601(text).value(); }
LocalTime wall(std::string_view text) { return LocalTime{utc(text).time_since_epoch()}; }
TimeZone zone(std::string_view name) { return TimeZone::find(name).value(); }

/// What the machine's own table says; nothing where it has no such zone.
std::optional<Duration> offset_of_machine(const std::string& name, SimTime time) {
  if (!std::filesystem::exists("/usr/share/zoneinfo/" + name)) return {};
  setenv("TZ", name.c_str(), 1);
  tzset();
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm broken_down{};
  localtime_r(&seconds, &broken_down);
  return std::chrono::seconds{broken_down.tm_gmtoff};
}

}  // namespace

TEST_SUITE("time zone") {
  TEST_CASE("a zone says how far its clock is from UTC") {
    struct Row {
      std::string_view zone, time;
      Duration offset;
    };
    const Row rows[] = {
        {"UTC", "2026-07-01T00:00:00Z", 0h},
        {"Etc/GMT+5", "2026-07-01T00:00:00Z", -5h},  // west of Greenwich, as POSIX counts
        {"America/New_York", "2026-01-15T12:00:00Z", -5h},
        {"America/New_York", "2026-07-15T12:00:00Z", -4h},
        {"US/Pacific", "2026-07-15T12:00:00Z", -7h},
        {"America/Phoenix", "2026-07-15T12:00:00Z", -7h},
        {"Europe/London", "2026-07-15T12:00:00Z", 1h},
        {"Europe/Dublin", "2026-01-15T12:00:00Z", 0h},  // its winter is the exception
        {"Europe/Dublin", "2026-07-15T12:00:00Z", 1h},
        {"Europe/Berlin", "2026-03-29T00:59:59Z", 1h},
        {"Europe/Berlin", "2026-03-29T01:00:00Z", 2h},
        {"Europe/Istanbul", "2026-01-15T12:00:00Z", 3h},
        {"Asia/Kolkata", "2026-01-15T12:00:00Z", 5h + 30min},
        {"Asia/Kathmandu", "2026-01-15T12:00:00Z", 5h + 45min},
        {"Asia/Tokyo", "2026-07-15T12:00:00Z", 9h},
        {"Australia/Sydney", "2026-01-15T12:00:00Z", 11h},  // a southern summer
        {"Australia/Sydney", "2026-07-15T12:00:00Z", 10h},
        {"Australia/Lord_Howe", "2026-01-15T12:00:00Z", 11h},  // saves half an hour
        {"Australia/Lord_Howe", "2026-07-15T12:00:00Z", 10h + 30min},
        {"America/Sao_Paulo", "2026-01-15T12:00:00Z", -3h},  // no daylight saving since 2019
        {"Africa/Johannesburg", "2026-01-15T12:00:00Z", 2h},
        {"Pacific/Chatham", "2026-01-15T12:00:00Z", 13h + 45min},
    };
    for (const auto& [name, time, offset] : rows) {
      CAPTURE(name);
      CAPTURE(time);
      CHECK(zone(name).offset_at(utc(time)) == offset);
    }
  }

  TEST_CASE("a local time comes once, never where clocks jump ahead, twice where they go back") {
    using Kind = LocalInstants::Kind;
    struct Row {
      std::string_view zone, local;
      Kind kind;
      std::string_view first, last;
    };
    const Row rows[] = {
        {"America/New_York", "2026-01-15T09:00:00", Kind::once, "2026-01-15T14:00:00Z",
         "2026-01-15T14:00:00Z"},
        {"America/New_York", "2026-03-08T01:59:59", Kind::once, "2026-03-08T06:59:59Z",
         "2026-03-08T06:59:59Z"},
        {"America/New_York", "2026-03-08T02:00:00", Kind::never, "2026-03-08T07:00:00Z",
         "2026-03-08T07:00:00Z"},
        {"America/New_York", "2026-03-08T02:59:59", Kind::never, "2026-03-08T07:00:00Z",
         "2026-03-08T07:00:00Z"},
        {"America/New_York", "2026-03-08T03:00:00", Kind::once, "2026-03-08T07:00:00Z",
         "2026-03-08T07:00:00Z"},
        {"America/New_York", "2026-11-01T01:30:00", Kind::twice, "2026-11-01T05:30:00Z",
         "2026-11-01T06:30:00Z"},
        {"Europe/Dublin", "2026-03-29T01:30:00", Kind::never, "2026-03-29T01:00:00Z",
         "2026-03-29T01:00:00Z"},
        {"Australia/Sydney", "2026-04-05T02:30:00", Kind::twice, "2026-04-04T15:30:00Z",
         "2026-04-04T16:30:00Z"},
        {"Australia/Sydney", "2026-10-04T02:30:00", Kind::never, "2026-10-03T16:00:00Z",
         "2026-10-03T16:00:00Z"},
    };
    for (const auto& [name, local, kind, first, last] : rows) {
      CAPTURE(name);
      CAPTURE(local);
      const LocalInstants found = zone(name).to_utc(wall(local));
      CHECK(found.kind == kind);
      CHECK(iso8601(found.first) == first);
      CHECK(iso8601(found.last) == last);
    }
  }

  TEST_CASE("changes of the clock come in order") {
    const TimeZone berlin = zone("Europe/Berlin");
    const auto spring = berlin.next_change(utc("2026-01-01T00:00:00Z"));
    REQUIRE(spring);
    CHECK(iso8601(*spring) == "2026-03-29T01:00:00Z");
    CHECK(iso8601(*berlin.next_change(*spring)) == "2026-10-25T01:00:00Z");
    CHECK(iso8601(*berlin.next_change(utc("2026-11-01T00:00:00Z"))) == "2027-03-28T01:00:00Z");
    CHECK_FALSE(zone("Asia/Tokyo").next_change(utc("2026-01-01T00:00:00Z")));
  }

  TEST_CASE("an unknown name is refused with the nearest known one") {
    CHECK_FALSE(TimeZone::find("Europe/Pariss"));
    CHECK_FALSE(TimeZone::find(""));
    CHECK_FALSE(TimeZone::find("europe/paris"));
    CHECK(TimeZone::unknown("Europe/Pariss") ==
          "no time zone is called \"Europe/Pariss\"; did you mean \"Europe/Paris\"?");
  }

  TEST_CASE("the ends of simulated time are no trouble") {
    for (const SimTime time :
         {SimTime::min(), SimTime::max(), utc("2261-01-01"), utc("1680-01-01")})
      CHECK(zone("Europe/Berlin").offset_at(time) == 1h);
    CHECK_FALSE(zone("Europe/Berlin").next_change(SimTime::max()));
    CHECK(zone("Europe/Berlin").to_local(SimTime::max()) >
          LocalTime{utc("2261-01-01").time_since_epoch()});
    CHECK(zone("Europe/Berlin").to_utc(LocalTime::max()).first > utc("2261-01-01"));
  }

  TEST_CASE("the table agrees with the machine's where that has today's rules") {
    const std::string before = std::getenv("TZ") == nullptr ? "" : std::getenv("TZ");
    int zones = 0;
    int unlike = 0;
    for (const ZoneRow& row : zone_rows()) {
      const std::string name{row.names.substr(0, row.names.find(' '))};
      const TimeZone ours = zone(name);
      ++zones;
      for (SimTime at = utc("2026-01-01T00:59:59Z"); at < utc("2028-01-01"); at += 6h) {
        const auto theirs = offset_of_machine(name, at);
        if (!theirs || *theirs == ours.offset_at(at)) continue;
        MESSAGE(name << " differs at " << iso8601(at));
        ++unlike;
        break;
      }
    }
    before.empty() ? unsetenv("TZ") : setenv("TZ", before.c_str(), 1);
    tzset();
    CHECK(zones > 60);
    CHECK(unlike <= 4);  // Ramadan in Morocco, and machines with older tables
  }
}

}  // namespace opsim
