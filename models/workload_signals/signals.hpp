#pragma once
/// Business metrics with a season: orders, sign-ups, requests. They are the world that alarms
/// watch.
#include <map>
#include <string>

#include "opsim/cloud/cloud.hpp"

namespace opsim::workload_signals {

struct SignalSpec {
  std::string name;
  SeriesKey series;
  double level = 0;       // the mean of an ordinary day
  double swing = 0;       // of the day around the level: 0.8 is from 20 % to 180 %
  double peak_hour = 14;  // UTC
  double weekend = 0;     // how much more (less where negative) Saturdays and Sundays have
  double noise = 0;       // amplitude, as a share of the value
  Duration every = std::chrono::minutes{5};
  Duration history{};  // how long it was measured before the start
  std::string unit = "Count";
};

/// What the season alone makes of a moment; without noise and faults.
[[nodiscard]] double seasonal(const SignalSpec& spec, SimTime at);

struct LiveSignal {
  SignalSpec spec;
  SeriesId id{};
  std::uint64_t luck = 0;         // names its noise
  double share = 1;               // of the traffic that arrives
  CauseId cause = CauseId::none;  // of the share
};

class WorkloadSignals : public Model {
 public:
  explicit WorkloadSignals(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, LiveSignal, std::less<>> signals;

  void add(SignalSpec spec);
  /// Traffic becomes this share of the usual; the signal's health follows.
  void set_share(LiveSignal& signal, double share);
};

/// `text` is a mapping, already checked. Throws BadInput.
SignalSpec read_signal(const Cloud& cloud, std::string_view name, const Node& text);
extern const Shape kSignalsShape;
extern const Shape kDropShape;
void drop_traffic(Model& model, const FaultRequest& request);

}  // namespace opsim::workload_signals
