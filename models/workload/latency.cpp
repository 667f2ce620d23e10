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

double variability(const Spread& takes) {
  return takes.mean > 0 ? takes.variance / (takes.mean * takes.mean) : 0;
}

/// The first cell that is sent requests stands for all.
const std::vector<double>& played_at(Workload& all, std::size_t number, const std::string& version,
                                     int percent) {
  Live& live = all.lives[number];
  const auto known = live.versions.find(version);
  const bool own = known != live.versions.end() && !known->second.takes.empty();
  const Mixture& takes = own ? known->second.takes : live.takes;
  const Component& component = all.system.components[number];
  const double mean = own ? known->second.spread.mean : component.work.takes.mean;
  std::vector<double>& played = live.played[{own ? version : "", percent}];
  if (!played.empty()) return played;
  const double rate = percent / 100.0 * component.work.servers / mean;
  played = play_requests(takes, rate, component.work.servers, kRequests,
                         Stream{all.cloud.sim().seed(), "workload.requests." + component.name});
  return played;
}

/// What members of one version answer: its share of the answers, and how long they take.
struct Part {
  const Cell* cell = nullptr;
  double answers = 0;
  Spread latency = {};
  double utilisation = 0;
  const std::vector<double>* played = nullptr;
  double scale = 1;  // of what was played
  double shift = 0;

  [[nodiscard]] double above(double seconds) const {
    if (played == nullptr) return latency.above(seconds);
    const auto at = std::ranges::upper_bound(*played, (seconds - shift) / scale);
    return static_cast<double>(played->end() - at) / static_cast<double>(played->size());
  }
};

int load_of(double utilisation) {
  return std::clamp(static_cast<int>(std::lround(utilisation * 100)), 1, 97);
}

void play(Workload& all, std::size_t number, Part& part) {
  const Component& component = all.system.components[number];
  const Cell& cell = *part.cell;
  const Spread& takes = cell.takes.mean > 0 ? cell.takes : component.work.takes;
  if (variability(takes) <= kHeavy || component.work.queue <= 0 || cell.backlog > 0) return;
  part.played = &played_at(all, number, cell.version, load_of(part.utilisation));
  double own = 0;
  for (const double one : *part.played) own += one;
  own /= static_cast<double>(part.played->size());
  part.scale = component.slower * cell.slower;
  part.shift = std::max(0.0, part.latency.mean - own * part.scale);
}

std::vector<Part> parts_of(Workload& all, std::size_t number) {
  const Component& component = all.system.components[number];
  const Flow& flow = all.flows[number];
  std::vector<Part> parts;
  for (std::size_t i = 0; i < component.cells.size() && i < flow.cells.size(); ++i) {
    const CellFlow& cell = flow.cells[i];
    const double answers = cell.offered * (1 - cell.refused);
    if (component.cells[i].serves <= 0 || answers <= 0) continue;
    auto part = std::ranges::find_if(
        parts, [&](const Part& one) { return one.cell->version == component.cells[i].version; });
    if (part == parts.end()) part = parts.insert(part, Part{.cell = &component.cells[i]});
    part->latency = mixed(part->answers / (part->answers + answers), part->latency, cell.latency);
    part->answers += answers;
    part->utilisation = std::max(part->utilisation, cell.utilisation);
  }
  for (Part& part : parts) play(all, number, part);
  return parts;
}

/// What a share p of all answers does not exceed.
double quantile_over(const std::vector<Part>& parts, double p) {
  double all = 0;
  double high = 0;
  for (const Part& part : parts) {
    all += part.answers;
    high = std::max(high, part.played != nullptr ? part.played->back() * part.scale + part.shift
                                                 : part.latency.quantile(.99999));
  }
  double low = 0;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    double above = 0;
    for (const Part& part : parts) above += part.answers * part.above(middle);
    (above > (1 - p) * all ? low : high) = middle;
  }
  return high;
}

bool versions_differ(const Component& component) {
  return std::ranges::any_of(component.cells, [](const Cell& cell) {
    return cell.serves > 0 && (cell.takes.mean > 0 || cell.version_slower != 1);
  });
}

}  // namespace

double latency_of(Workload& all, std::size_t number, double p) {
  const Flow& flow = all.flows[number];
  const Component& component = all.system.components[number];
  if (versions_differ(component))
    if (const std::vector<Part> parts = parts_of(all, number); !parts.empty())
      return quantile_over(parts, p);
  const bool steady =
      std::ranges::all_of(component.cells, [](const Cell& cell) { return cell.backlog <= 0; });
  if (!all.lives[number].is_heavy || !steady || component.work.queue <= 0)
    return flow.latency.quantile(p);
  const std::vector<double>& played = played_at(all, number, "", load_of(flow.utilisation));
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
