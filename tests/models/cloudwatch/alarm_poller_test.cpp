// The brute-force twin: a poller that evaluates at every evaluation instant. An alarm that foresees
// must agree with it on every transition, whatever the metric, the data and the settings are.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <tuple>

#include "models/cloudwatch/alarm_evaluation.hpp"
#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

struct Transition {
  SimTime at;
  AlarmState state;
  friend bool operator==(const Transition&, const Transition&) = default;
};

std::string text(const std::vector<Transition>& transitions) {
  std::string lines;
  for (const Transition& each : transitions) {
    lines += fmt::format("  {} {}\n", iso8601(each.at), to_string(each.state));
  }
  return lines;
}

/// Evaluates at every instant, with whatever the alarm is set to at that time.
class Poller {
 public:
  Poller(World& world, Alarm& alarm) : world_{world}, alarm_{alarm} { schedule(); }

  std::vector<Transition> transitions;
  /// SetAlarmState holds until the next evaluation, which is later than now.
  void set(AlarmState state) {
    state_ = state;
    set_at_ = world_.sim.now();
  }
  /// New settings begin at their own next instant.
  void reschedule() {
    world_.sim.cancel(ticket_);
    schedule();
  }

 private:
  void schedule() {
    const SimTime next = next_evaluation(alarm_.spec().window, world_.sim.now());
    ticket_ = world_.sim.at(next, [this] { poll(); });
  }
  void poll() {
    const SimTime now = world_.sim.now();
    const Verdict verdict =
        AlarmEvaluator{world_.cloud.metrics(), alarm_.series(), alarm_.spec()}.verdict_at(now);
    if (verdict.state && *verdict.state != state_ && now != set_at_) {
      state_ = *verdict.state;
      transitions.push_back({now, state_});
    }
    schedule();
  }

  World& world_;
  Alarm& alarm_;
  AlarmState state_ = AlarmState::insufficient_data;
  SimTime set_at_ = SimTime::min();
  Ticket ticket_;
};

/// One random story: sources that come, change, go silent; data put early, late and ahead; an alarm
/// of random settings.
class Story {
 public:
  explicit Story(std::uint64_t number)
      : dice_{Seed{number}, "story"},
        world_{Seed{number}, Level::goals},
        long_{dice_.chance(0.1)},
        length_{long_ ? Duration{std::chrono::days{2}} : Duration{4h}} {
    for (std::uint64_t i = dice_.below(3); i > 0; --i) publish();
    const Json settings = random_alarm();
    const auto answer = world_.ask("PutMetricAlarm", settings);
    REQUIRE_MESSAGE(answer.has_value(), settings.dump());
    described = settings.dump();
  }

  void play() {
    Alarm& alarm = world_.alarm();
    Poller poller{world_, alarm};
    const SimTime end = kStart + length_;
    schedule_acts(poller, end);
    world_.sim.run_until(end);
    for (const HistoryItem& item : alarm.history().items()) {
      if (item.type != HistoryItem::Type::state) continue;
      if (item.to->how != StateRecord::How::evaluated) continue;
      found.push_back({item.at, item.to->state});
    }
    expected = poller.transitions;
    callbacks = world_.sim.callbacks_run();
  }

  std::string described;
  std::vector<Transition> found;
  std::vector<Transition> expected;
  std::uint64_t callbacks = 0;

 private:
  template <class T, std::size_t N>
  T pick(const T (&of)[N]) {
    return of[dice_.below(N)];
  }
  double around(double middle, double spread) {
    return middle + spread * (2 * dice_.uniform() - 1);
  }
  Duration up_to(Duration most) {
    return std::chrono::seconds{
        dice_.below(static_cast<std::uint64_t>(most / std::chrono::seconds{1}))};
  }

  Waveform wave() {
    Waveform wave{.from = world_.sim.now(), .level = around(50, 40), .lowest = 0, .highest = 100};
    const double hours = std::chrono::duration<double>(length_).count();
    if (dice_.chance(0.6)) wave.slope_per_second = around(0, 300) / hours;
    if (dice_.chance(0.4)) wave.noise = 15 * dice_.uniform();
    return wave;
  }
  void publish() {
    constexpr Duration every[] = {10s, 60s, 60s, 60s, 90s, 300s, 420s};
    Sampling sampling{.every = pick(every)};
    if (dice_.chance(0.7)) sampling.phase = up_to(sampling.every);
    if (dice_.chance(0.5)) sampling.delay = up_to(4min);
    if (dice_.chance(0.2)) sampling.unit = "Percent";
    sources_.push_back(world_.cloud.metrics().publish(world_.disk(), wave(), sampling));
  }

  Json random_alarm();
  void schedule_acts(Poller& poller, SimTime end);
  void act(Poller& poller);

  Stream dice_;
  World world_;
  bool long_;
  Duration length_;
  std::vector<SourceId> sources_;
};

Json Story::random_alarm() {
  constexpr int kShortPeriods[] = {10, 20, 30, 60, 60, 60, 120, 300, 300, 900};
  constexpr int kLongPeriods[] = {3600, 3600, 7200, 86400};
  constexpr const char* kStatistics[] = {"Average", "Average", "Maximum",
                                         "Minimum", "Sum",     "SampleCount"};
  constexpr const char* kExtended[] = {"p90",       "p50",       "tm90", "tc90",
                                       "PR(40:60)", "TM(20:60)", "IQM"};
  constexpr const char* kComparisons[] = {"GreaterThanThreshold", "GreaterThanOrEqualToThreshold",
                                          "LessThanThreshold", "LessThanOrEqualToThreshold"};
  constexpr const char* kTreatments[] = {"missing", "ignore", "breaching", "notBreaching"};
  Json alarm = disk_alarm();
  const int period = long_ ? pick(kLongPeriods) : pick(kShortPeriods);
  const std::uint64_t n = 1 + dice_.below(long_ ? 4 : 6);
  alarm["Period"] = period;
  alarm["EvaluationPeriods"] = n;
  if (dice_.chance(0.5)) alarm["DatapointsToAlarm"] = 1 + dice_.below(n);
  const char* statistic = pick(kStatistics);
  if (dice_.chance(0.3)) {
    alarm.erase("Statistic");
    alarm["ExtendedStatistic"] = statistic = pick(kExtended);
    if (dice_.chance(0.3)) alarm["EvaluateLowSampleCountPercentile"] = "ignore";
  }
  const bool counts = std::string_view{statistic} == "SampleCount" || statistic[1] == 'c';
  alarm["Threshold"] = counts ? static_cast<double>(dice_.below(8)) : std::round(around(50, 45));
  alarm["ComparisonOperator"] = pick(kComparisons);
  if (dice_.chance(0.7)) alarm["TreatMissingData"] = pick(kTreatments);
  if (dice_.chance(0.1)) alarm["Unit"] = dice_.chance(0.5) ? "Percent" : "None";
  const bool clock = period == 60 || period == 300 || period == 3600 || period == 86400;
  if (clock && dice_.chance(0.2)) {
    alarm["EvaluationWindow"] = {{"WallClockWindow", {{"Timezone", "+05:30"}}}};
  }
  return alarm;
}

void Story::schedule_acts(Poller& poller, SimTime end) {
  for (std::uint64_t i = dice_.below(12); i > 0; --i) {
    SimTime at = kStart + up_to(end - kStart);
    // Half of them on the very instant of an evaluation.
    if (dice_.chance(0.5)) at -= at.time_since_epoch() % Duration{1min};
    world_.sim.at(std::max(at, kStart), [this, &poller] { act(poller); });
  }
}

void Story::act(Poller& poller) {
  Metrics& metrics = world_.cloud.metrics();
  const double kind = dice_.uniform();
  if (kind < 0.4 && !sources_.empty()) {
    metrics.change(sources_[dice_.below(sources_.size())], wave());
  } else if (kind < 0.55 && !sources_.empty()) {
    metrics.stop(sources_[dice_.below(sources_.size())]);
  } else if (kind < 0.65) {
    publish();
  } else if (kind < 0.9) {
    Datapoint datum{.timestamp = world_.sim.now()};
    if (dice_.chance(0.3)) datum.timestamp -= up_to(1h);
    if (dice_.chance(0.2)) datum.timestamp += up_to(2h);
    for (std::uint64_t i = 1 + dice_.below(3); i > 0; --i) {
      datum.values.emplace_back(around(50, 50), 1 + dice_.below(3));
    }
    metrics.put(world_.disk(), datum);
  } else if (kind < 0.95) {
    const auto state = static_cast<AlarmState>(dice_.below(3));
    poller.set(state);
    world_.alarm().set_state(state, "by hand", "");
  } else {
    const Json settings = random_alarm();
    described += "\nthen at " + iso8601(world_.sim.now()) + " " + settings.dump();
    REQUIRE(world_.ask("PutMetricAlarm", settings));
    poller.reschedule();
  }
}

TEST_CASE("an alarm and a poller agree on every transition") {
  std::size_t transitions = 0;
  constexpr std::uint64_t kStories = 250;
  for (std::uint64_t number = 1; number <= kStories; ++number) {
    Story story{number};
    story.play();
    CAPTURE(number);
    REQUIRE_MESSAGE(story.found == story.expected, story.described << "\nalarm:\n"
                                                                   << text(story.found)
                                                                   << "poller:\n"
                                                                   << text(story.expected));
    transitions += story.found.size();
  }
  MESSAGE(kStories, " stories, ", transitions, " transitions");
  CHECK(transitions > kStories);
}

}  // namespace
}  // namespace opsim::tests
