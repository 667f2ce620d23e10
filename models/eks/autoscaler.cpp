#include "models/eks/autoscaler.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace opsim::eks {

namespace {

bool within_tolerance(double ratio) { return std::abs(ratio - 1) <= kTolerance + 1e-12; }

double ratio_of(const std::vector<double>& used, std::int64_t pods, double target) {
  const double sum = std::accumulate(used.begin(), used.end(), 0.0);
  return sum / static_cast<double>(pods) / target;
}

std::int64_t whole(double replicas) {
  return static_cast<std::int64_t>(std::ceil(replicas - 1e-9));
}

/// How many were added or removed within a period before now.
std::int64_t within(const std::vector<AutoscalerMemory::At>& all, Duration period, SimTime now) {
  std::int64_t count = 0;
  for (const auto& one : all)
    if (one.at > now - period) count += one.count;
  return count;
}

/// "The policy that allows the highest amount of change is selected by default."
std::int64_t most_after(const AutoscalerMemory& memory, const ScalingRules& rules,
                        std::int64_t current, SimTime now) {
  if (rules.select == SelectPolicy::disabled) return current;
  std::int64_t limit = rules.select == SelectPolicy::max ? 0 : std::int64_t{1} << 40;
  for (const ScalingPolicy& policy : rules.policies) {
    const std::int64_t began = current - within(memory.added, policy.period, now) +
                               within(memory.removed, policy.period, now);
    const std::int64_t to =
        policy.percent
            ? whole(static_cast<double>(began) * (1 + static_cast<double>(policy.value) / 100))
            : began + policy.value;
    limit = rules.select == SelectPolicy::max ? std::max(limit, to) : std::min(limit, to);
  }
  return std::max(limit, current);
}

std::int64_t least_after(const AutoscalerMemory& memory, const ScalingRules& rules,
                         std::int64_t current, SimTime now) {
  if (rules.select == SelectPolicy::disabled) return current;
  std::int64_t limit = rules.select == SelectPolicy::max ? std::int64_t{1} << 40 : 0;
  for (const ScalingPolicy& policy : rules.policies) {
    const std::int64_t began = current - within(memory.added, policy.period, now) +
                               within(memory.removed, policy.period, now);
    const std::int64_t to =
        policy.percent ? static_cast<std::int64_t>(static_cast<double>(began) *
                                                   (1 - static_cast<double>(policy.value) / 100))
                       : began - policy.value;
    limit = rules.select == SelectPolicy::max ? std::min(limit, to) : std::max(limit, to);
  }
  return std::min(limit, current);
}

void forget_old(std::vector<AutoscalerMemory::At>& all, SimTime now) {
  std::erase_if(all, [&](const auto& one) { return now - one.at > std::chrono::hours{1}; });
}

}  // namespace

std::int64_t wanted_replicas(std::int64_t current, const std::vector<double>& used,
                             std::int64_t not_ready, double target) {
  const auto ready = static_cast<std::int64_t>(used.size());
  if (ready == 0 || target <= 0) return current;
  const double ratio = ratio_of(used, ready, target);
  if (not_ready == 0 || ratio <= 1) {
    if (within_tolerance(ratio)) return current;
    return whole(ratio * static_cast<double>(ready));
  }
  // "assuming, conservatively, not-yet-ready pods are consuming 0 % ... if the new ratio reverses
  // the scale direction, or is within the tolerance, the controller doesn't take any action."
  const std::int64_t all = ready + not_ready;
  const double damped = ratio_of(used, all, target);
  if (within_tolerance(damped) || damped < 1) return current;
  return std::max(current, whole(damped * static_cast<double>(all)));
}

std::int64_t stabilized(AutoscalerMemory& memory, const AutoscalerSpec& spec, std::int64_t current,
                        std::int64_t wanted, SimTime now) {
  // Nobody looked while nothing changed: the last recommendation was given again and again.
  if (!memory.recommended.empty() && now - memory.recommended.back().at > kAutoscalerSync)
    memory.recommended.push_back({now - kAutoscalerSync, memory.recommended.back().count});
  for (auto* all : {&memory.recommended, &memory.added, &memory.removed}) forget_old(*all, now);
  std::int64_t highest = wanted;  // of the last window down
  std::int64_t lowest = wanted;   // of the last window up
  for (const auto& one : memory.recommended) {
    if (one.at > now - spec.down.stabilization) highest = std::max(highest, one.count);
    if (one.at > now - spec.up.stabilization) lowest = std::min(lowest, one.count);
  }
  memory.recommended.push_back({now, wanted});
  std::int64_t to = current;
  if (to < lowest) to = lowest;
  if (to > highest) to = highest;
  if (to > current) to = std::min(to, most_after(memory, spec.up, current, now));
  if (to < current) to = std::max(to, least_after(memory, spec.down, current, now));
  return std::clamp(to, spec.least, std::max(spec.least, spec.most));
}

void remember(AutoscalerMemory& memory, std::int64_t from, std::int64_t to, SimTime now) {
  if (to > from) memory.added.push_back({now, to - from});
  if (to < from) memory.removed.push_back({now, from - to});
}

}  // namespace opsim::eks
