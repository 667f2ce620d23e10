#include "tools/report/metric_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/report/markup.hpp"

namespace opsim::report {

namespace {

constexpr double kTop = 8;
constexpr double kBottom = 128;

/// The least round number that is not below `value`: its half is round too.
double round_up(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0})
    if (value <= factor * power * (1 + 1e-9)) return factor * power;
  return 10 * power;
}

struct ValueAxis {
  double low = 0;
  double high = 1;
  [[nodiscard]] double y(double value) const {
    return kBottom - (value - low) / (high - low) * (kBottom - kTop);
  }
};

/// Made for what is shown.
ValueAxis value_axis(const WatchedMetric& metric, const TimeAxis& time) {
  double low = 0;
  double high = metric.threshold.value_or(0) * 1.01;
  for (const WatchedMetric::Point& point : metric.points) {
    if (!time.shows(point.at)) continue;
    low = std::min(low, point.value);
    high = std::max(high, point.value);
  }
  ValueAxis axis{.low = low < 0 ? -round_up(-low) : 0, .high = round_up(high)};
  if (axis.high <= axis.low) axis.high = axis.low + 1;
  return axis;
}

/// A new stroke begins after a period without data.
std::string path_of(const WatchedMetric& metric, const TimeAxis& time, const ValueAxis& values) {
  std::string path;
  SimTime due{};
  for (const WatchedMetric::Point& point : metric.points) {
    if (!time.shows(point.at)) continue;
    const bool gap = path.empty() || point.at > due;
    path +=
        fmt::format("{}{:.1f} {:.1f}", gap ? "M" : "L", time.x(point.at), values.y(point.value));
    if (gap) path += fmt::format("l0.5 0");  // a lone point is seen too
    due = point.at + metric.period;
  }
  return path;
}

std::string value_lines(const TimeAxis& time, const ValueAxis& values) {
  std::string out;
  for (const double share : {0.0, 0.5, 1.0}) {
    const double value = values.low + share * (values.high - values.low);
    out += fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text class=\"value\" x=\"{:.1f}\" y=\"{:.1f}\">{:.6g}</text>\n",
        time.left(), time.right(), values.y(value), values.y(value), time.left() - 8,
        values.y(value) + 4, value);
  }
  return out;
}

std::string shades(const WatchedMetric& metric, const std::vector<Lane>& lanes,
                   const TimeAxis& time) {
  const auto lane = std::ranges::find_if(lanes, [&](const Lane& candidate) {
    return candidate.kind == "alarm" && candidate.name == metric.alarm;
  });
  std::string out;
  if (lane == lanes.end()) return out;
  for (const Bar& bar : lane->bars) {
    if (bar.look != "alarm") continue;
    const double from = time.x(bar.from);
    const double until = bar.until == SimTime::max() ? time.right() : time.x(bar.until);
    out += fmt::format(
        "<rect class=\"shade\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">"
        "<title>{}</title></rect>\n",
        from, kTop, std::max(1.0, until - from), kBottom - kTop, escaped(bar.says));
  }
  return out;
}

}  // namespace

std::string metric_svg(const WatchedMetric& metric, const std::vector<Lane>& lanes,
                       const TimeAxis& axis) {
  const ValueAxis values = value_axis(metric, axis);
  std::string out = fmt::format("<svg viewBox=\"0 0 1000 {:.0f}\" role=\"img\">\n", kBottom + 20);
  out += shades(metric, lanes, axis) + axis.grid(kTop, kBottom) + value_lines(axis, values);
  if (metric.threshold)
    out += fmt::format(
        "<line class=\"limit\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n",
        axis.left(), axis.right(), values.y(*metric.threshold), values.y(*metric.threshold));
  out += fmt::format("<path class=\"metric\" d=\"{}\"/>\n", path_of(metric, axis, values));
  return out + "</svg>\n";
}

}  // namespace opsim::report
