// Statistics of a series with many sources are kept once their window is over. A world that was
// asked all along must answer like one that is asked for the first time.
#include <doctest/doctest.h>

#include <vector>

#include "opsim/cloud/metrics.hpp"

namespace opsim {
namespace {

using std::chrono::minutes;

const SimTime kStart = *parse_iso8601("2026-03-02T09:00:00Z");

/// Plays the same story each time: sources come, change, fall silent; data are put.
class Story {
 public:
  explicit Story(std::uint64_t number) : sim_{kStart, Seed{number}}, dice_{Seed{number}, "story"} {
    series_ = metrics_.intern({{"012345678901", "us-east-1"}, "AWS/EC2", "CPUUtilization", {}});
    for (int i = 0; i < 12; ++i) publish();
  }

  void step() {
    sim_.run_until(sim_.now() + std::chrono::seconds{dice_.below(50)});
    for (std::uint64_t i = dice_.below(4); i > 0; --i) act();
  }

  /// The last half hour by the minute, and two minutes to come, as read at several moments.
  [[nodiscard]] std::vector<Summary> look() const {
    std::vector<Summary> seen;
    const SimTime grid = std::chrono::floor<minutes>(sim_.now());
    for (int age = -2; age < 30; ++age) {
      const SimTime to = grid - minutes{age};
      for (const int late : {0, 1, 5})
        for (const std::string_view unit : {"", "Percent"})
          seen.push_back(metrics_.summary(
              series_, {to - minutes{1}, to, std::max(to, sim_.now()) + minutes{late}, unit}));
    }
    return seen;
  }

 private:
  Waveform wave() {
    return {.from = sim_.now(),
            .level = 100 * dice_.uniform(),
            .slope_per_second = dice_.uniform() - 0.5,
            .noise = dice_.chance(0.5) ? 3.0 : 0.0};
  }
  void publish() {
    const Sampling sampling{.every = std::chrono::seconds{10 + 50 * dice_.below(2)},
                            .phase = std::chrono::seconds{dice_.below(60)},
                            .delay = std::chrono::seconds{dice_.below(200)},
                            .unit = dice_.chance(0.5) ? "Percent" : "None"};
    sources_.push_back(metrics_.publish(series_, wave(), sampling));
  }
  void act() {
    const SourceId source = sources_[dice_.below(sources_.size())];
    switch (dice_.below(4)) {
      case 0: return publish();
      case 1: return metrics_.stop(source);
      case 2: {
        const Datapoint late{.timestamp = sim_.now() - std::chrono::seconds{dice_.below(600)},
                             .values = {{dice_.uniform(), 2}}};
        return metrics_.put(series_, late);
      }
      default: return metrics_.change(source, wave());
    }
  }

  Simulation sim_;
  Metrics metrics_{sim_};
  Stream dice_;
  SeriesId series_{};
  std::vector<SourceId> sources_;
};

bool alike(const Summary& a, const Summary& b) {
  return a.count == b.count && a.sum == b.sum && a.lowest == b.lowest && a.highest == b.highest;
}

}  // namespace

TEST_SUITE("metrics: many sources") {
  TEST_CASE("what was asked before is answered like what is asked first") {
    for (std::uint64_t number = 1; number <= 6; ++number) {
      Story asked{number};
      for (int steps = 1; steps <= 120; ++steps) {
        asked.step();
        const std::vector<Summary> seen = asked.look();
        if (steps % 8 != 0) continue;
        Story fresh{number};
        for (int i = 0; i < steps; ++i) fresh.step();
        const std::vector<Summary> expected = fresh.look();
        bool same = true;
        for (std::size_t i = 0; i < seen.size(); ++i) same = same && alike(seen[i], expected[i]);
        CAPTURE(number);
        CAPTURE(steps);
        REQUIRE(same);
      }
    }
  }
}

}  // namespace opsim
