#pragma once
/// What crosses the third waist: metrics. A modelled metric is a function of time (a Waveform) that
/// a publisher samples; a statistic is computed exactly when somebody asks, so nothing is stored or
/// scheduled while nothing changes. Data that callers put (PutMetricData) are kept as datapoints.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "opsim/cloud/place.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim {

/// Name and value, sorted by name.
using Dimensions = std::vector<std::pair<std::string, std::string>>;

struct SeriesKey {
  Place place;
  std::string metric_namespace;  // "CWAgent", "AWS/EC2"
  std::string metric_name;       // "disk_used_percent"
  Dimensions dimensions;
  auto operator<=>(const SeriesKey&) const = default;
};
enum class SeriesId : std::uint32_t {};
/// One publisher's part in a series. Several instances may feed one series (an agent's
/// aggregation_dimensions); its statistics are then over all their samples.
enum class SourceId : std::uint32_t {};

/// level + slope x (t - from), clamped to [lowest, highest], plus bounded noise that depends only on
/// the source and the sample's time, so that asking changes nothing.
struct Waveform {
  SimTime from{};
  double level = 0;
  double slope_per_second = 0;
  double lowest = -1e300;
  double highest = 1e300;
  double noise = 0;  // amplitude: samples lie within +-noise of the line
  [[nodiscard]] double at(SimTime time) const;  // without noise
};

/// How a publisher turns a waveform into datapoints: a sample at phase + k x every, readable `delay`
/// later, stamped with its own time.
struct Sampling {
  Duration every = std::chrono::minutes{1};
  Duration phase{};
  Duration delay{};
  std::string unit = "None";
};

/// A datapoint as PutMetricData carries it: one value, or a statistic set, or values with counts
/// flattened to (value, count) pairs.
struct Datapoint {
  SimTime timestamp{};
  std::vector<std::pair<double, double>> values;  // value, count
  std::optional<std::pair<double, double>> extremes;  // min, max of a statistic set
  double sum = 0;
  double count = 0;
  std::string unit = "None";
  Duration resolution = std::chrono::minutes{1};
};

}  // namespace opsim
