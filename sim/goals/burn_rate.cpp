#include "sim/goals/burn_rate.hpp"

#include <algorithm>

namespace opsim {

double ErrorHistory::integral(double at) const {
  double sum = 0;
  for (std::size_t i = 0; i < changes_.size() && changes_[i].first < at; ++i) {
    const double ends = i + 1 < changes_.size() ? std::min(at, changes_[i + 1].first) : at;
    sum += (ends - changes_[i].first) * changes_[i].second;
  }
  return sum;
}

namespace {

/// An average over a window is a line between a change and a change that leaves the window.
std::vector<double> bends_of(const BurnAlert& alert, const ErrorHistory& history, double end) {
  std::vector<double> bends{end};
  for (const auto& [at, errors] : history.changes()) {
    bends.push_back(at);
    for (const double window : alert.windows) bends.push_back(at + window);
  }
  std::erase_if(bends, [&](double bend) { return bend > end; });
  std::ranges::sort(bends);
  return bends;
}

struct Line {
  double from;
  double to;
  double left;   // value at from
  double right;  // value at to
};

/// The part of a stretch in which a line is at least `limit`; empty: first > second.
std::pair<double, double> part_above(const Line& line, double limit) {
  constexpr double kSlack = 1e-12;
  const bool left = line.left >= limit - kSlack;
  const bool right = line.right >= limit - kSlack;
  if (left && right) return {line.from, line.to};
  if (!left && !right) return {1, 0};
  const double part = (limit - line.left) / (line.right - line.left);
  const double crossing = line.from + part * (line.to - line.from);
  return left ? std::pair{line.from, crossing} : std::pair{crossing, line.to};
}

}  // namespace

std::vector<std::pair<double, double>> firings(const BurnAlert& alert, const ServiceLevel& level,
                                               const ErrorHistory& history, double end) {
  const double limit = alert.burn * level.budget();
  std::vector<std::pair<double, double>> held;
  const std::vector<double> bends = bends_of(alert, history, end);
  for (std::size_t i = 0; i + 1 < bends.size(); ++i) {
    std::pair<double, double> part{bends[i], bends[i + 1]};
    for (const double window : alert.windows) {
      const Line line{bends[i], bends[i + 1], history.average(bends[i], window),
                      history.average(bends[i + 1], window)};
      const auto [from, to] = part_above(line, limit);
      part = {std::max(part.first, from), from > to ? part.first - 1 : std::min(part.second, to)};
    }
    if (part.second <= part.first) continue;
    if (!held.empty() && part.first <= held.back().second + 1e-9)
      held.back().second = part.second;
    else
      held.push_back(part);
  }
  std::vector<std::pair<double, double>> fired;
  for (auto [from, to] : held)
    if (to - from > alert.lasting) fired.emplace_back(from + alert.lasting, to);
  return fired;
}

std::optional<double> fires_after(const BurnAlert& alert, const ServiceLevel& level,
                                  double errors) {
  if (errors < alert.burn * level.budget()) return std::nullopt;
  double slowest = 0;
  for (const double window : alert.windows)
    slowest = std::max(slowest, level.budget() / errors * window * alert.burn);
  return slowest + alert.lasting;
}

}  // namespace opsim
