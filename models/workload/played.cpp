#include "models/workload/played.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "opsim/kernel/portable_math.hpp"

namespace opsim::workload {

double sample(const Mixture& work, Stream& luck) {
  double u = luck.uniform();
  for (const auto& [share, takes] : work) {
    // What is left of the number within its part is as uniform as the whole was.
    if (u < share || &takes == &work.back().second)
      return takes.quantile(std::clamp(u / share, 1e-12, 1 - 1e-12));
    u -= share;
  }
  return 0;
}

std::vector<double> play_requests(const Mixture& work, double rate, int servers, int requests,
                                  Stream luck) {
  std::vector<double> free_at(static_cast<std::size_t>(std::max(1, servers)), 0.0);
  std::vector<double> sojourns;
  double now = 0;
  for (int i = 0; i < requests; ++i) {
    now -= portable::log(luck.uniform()) / rate;
    std::ranges::pop_heap(free_at, std::greater<>{});  // the server that is free first
    free_at.back() = std::max(now, free_at.back()) + sample(work, luck);
    if (i >= requests / 10) sojourns.push_back(free_at.back() - now);
    std::ranges::push_heap(free_at, std::greater<>{});
  }
  std::ranges::sort(sojourns);
  return sojourns;
}

double quantile_of(std::span<const double> sorted, double p) {
  const auto rank = static_cast<std::size_t>(p * static_cast<double>(sorted.size()));
  return sorted[std::min(rank, sorted.size() - 1)];
}

}  // namespace opsim::workload
