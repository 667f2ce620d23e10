#include "models/ecs/health_check.hpp"

#include <doctest/doctest.h>

#include "opsim/kernel/random.hpp"

namespace opsim::tests {

namespace {

using namespace opsim::ecs;

/// Runs every check, one after the other.
SimTime by_running_them(const HealthCheckSpec& spec, SimTime from, SimTime bad_since, bool hangs) {
  SimTime start = from + spec.interval;
  std::int64_t failed = 0;
  for (;;) {
    const bool fails = start >= bad_since;
    const SimTime end = start + (fails && hangs ? spec.timeout : Duration{});
    failed = fails ? failed + 1 : 0;
    if (failed == spec.retries) return end;
    start = end + spec.interval;
  }
}

}  // namespace

TEST_SUITE("ecs: container health checks") {
  TEST_CASE("defaults: three failures, 30 s apart") {
    const HealthCheckSpec spec;
    const SimTime start{};
    CHECK(unhealthy_at(spec, start, start, false) == start + 90s);
    CHECK(unhealthy_at(spec, start, start + 31s, false) == start + 120s);
    // A hang costs the timeout of each: 30 + 5 + 30 + 5 + 30 + 5.
    CHECK(unhealthy_at(spec, start, start, true) == start + 105s);
  }

  TEST_CASE("the same as running every check") {
    Stream luck{Seed{3}, "checks"};
    for (int i = 0; i < 500; ++i) {
      HealthCheckSpec spec;
      spec.interval = std::chrono::seconds{5 + luck.below(60)};
      spec.timeout = std::chrono::seconds{2 + luck.below(30)};
      spec.retries = static_cast<std::int64_t>(1 + luck.below(10));
      const SimTime from{std::chrono::seconds{luck.below(1000)}};
      const SimTime bad = from + std::chrono::milliseconds{luck.below(600'000)};
      const bool hangs = luck.chance(0.5);
      CHECK(unhealthy_at(spec, from, bad, hangs) == by_running_them(spec, from, bad, hangs));
    }
  }

  TEST_CASE("what is out of its range is refused") {
    const auto code = [](Json more) {
      Json check{{"command", Json::array({"CMD-SHELL", "curl -f http://localhost"})}};
      check.update(more);
      const auto read = read_health_check(check);
      return read ? std::string{} : read.error().code;
    };
    CHECK(code(Json::object()) == "");
    CHECK(code({{"interval", 4}}) == "ClientException");
    CHECK(code({{"timeout", 61}}) == "ClientException");
    CHECK(code({{"retries", 11}}) == "ClientException");
    CHECK(code({{"startPeriod", 301}}) == "ClientException");
    CHECK(code({{"startPeriod", 300}, {"retries", 10}, {"timeout", 60}, {"interval", 300}}) == "");
    CHECK(read_health_check(Json::object()).error().code == "ClientException");
  }
}

}  // namespace opsim::tests
