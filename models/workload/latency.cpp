// How long answers take, by percentile.
//
// A gamma distribution with the right mean and variance is close where work varies about as much as
// an exponential does. Rare requests that take a hundred times as long (squared coefficient of
// variation above kHeavy) are not two moments: they are played, once for each per cent of load.
// Where versions differ, the answers are a mixture of theirs: a tail that one in ten requests meets
// is not the tail of the mean.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/workload/workload.hpp"

namespace opsim::workload {

namespace {

constexpr double kHeavy = 4;
constexpr int kRequests = 60'000;
constexpr int kHalvings = 40;

double variability(const Spread& takes) {
  return takes.mean > 0 ? takes.variance / (takes.mean * takes.mean) : 0;
}

/// The first cell that is sent requests stands for all.
const std::vector<double>& played_at(Workload& all, std::size_t number, int percent) {
  Live& live = all.lives[number];
  std::vector<double>& played = live.played[percent];
  if (!played.empty()) return played;
  const Component& component = all.system.components[number];
  const double rate = percent / 100.0 * component.work.servers / component.work.takes.mean;
  played = play_requests(live.takes, rate, component.work.servers, kRequests,
                         Stream{all.cloud.sim().seed(), "workload.requests." + component.name});
  return played;
}

/// What a share p of answers that come in parts does not exceed.
double quantile_over(const Flow& flow, double p) {
  double high = 0;
  for (const Answers& part : flow.parts) high = std::max(high, part.takes.quantile(.99999));
  double low = 0;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (flow.above(middle) > 1 - p ? low : high) = middle;
  }
  return high;
}

}  // namespace

double latency_of(Workload& all, std::size_t number, double p) {
  const Flow& flow = all.flows[number];
  const Component& component = all.system.components[number];
  if (!flow.parts.empty()) return quantile_over(flow, p);
  const bool steady =
      std::ranges::all_of(component.cells, [](const Cell& cell) { return cell.backlog <= 0; });
  if (!all.lives[number].is_heavy || !steady || component.work.queue <= 0)
    return all.curves.quantile(flow.latency, p);
  const int percent = std::clamp(static_cast<int>(std::lround(flow.utilisation * 100)), 1, 97);
  const std::vector<double>& played = played_at(all, number, percent);
  double own = 0;
  for (const double one : played) own += one;
  own /= static_cast<double>(played.size());
  // What others take, and a trouble that slows everything, move the whole.
  return quantile_of(played, p) * component.slower + std::max(0.0, flow.latency.mean - own);
}

void tell_played(Workload& all) {
  for (std::size_t i = 0; i < all.lives.size(); ++i) {
    const double cv2 = variability(all.system.components[i].work.takes);
    all.lives[i].is_heavy = cv2 > kHeavy;
    if (!all.lives[i].is_heavy) continue;
    all.cloud.journal().write(
        {.kind = EntryKind::metric,
         .level = Level::story,
         .subject = all.system.components[i].name,
         .text = fmt::format("its work has a heavy tail (squared coefficient of variation {:.3g}): "
                             "latency is that of {} requests played one by one",
                             cv2, kRequests),
         .source = all.lives[i].source});
  }
}

}  // namespace opsim::workload
