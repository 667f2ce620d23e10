// The books of CPU credits. Pure.
// SIMPLIFIED: an instance without credits is throttled at once (AWS: "gradually lowered to the
// baseline"); how often launch credits are given (100 times a day) is not counted; what an
// unlimited instance is charged beyond a day's credits is not booked.
#include "models/compute/cpu_credits.hpp"

#include <algorithm>

namespace opsim::compute {

namespace {

// EC2 User Guide, "CPU credits and baseline utilization for burstable performance instances".
constexpr BurstableType kTypes[] = {
    {"t2.nano", 3, 72, 1},           {"t2.micro", 6, 144, 1},      {"t2.small", 12, 288, 1},
    {"t2.medium", 24, 576, 2},       {"t2.large", 36, 864, 2},     {"t2.xlarge", 54, 1296, 4},
    {"t2.2xlarge", 81.6, 1958.4, 8}, {"t3.nano", 6, 144, 2},       {"t3.micro", 12, 288, 2},
    {"t3.small", 24, 576, 2},        {"t3.medium", 24, 576, 2},    {"t3.large", 36, 864, 2},
    {"t3.xlarge", 96, 2304, 4},      {"t3.2xlarge", 192, 4608, 8}, {"t3a.nano", 6, 144, 2},
    {"t3a.micro", 12, 288, 2},       {"t3a.small", 24, 576, 2},    {"t3a.medium", 24, 576, 2},
    {"t3a.large", 36, 864, 2},       {"t3a.xlarge", 96, 2304, 4},  {"t3a.2xlarge", 192, 4608, 8},
    {"t4g.nano", 6, 144, 2},         {"t4g.micro", 12, 288, 2},    {"t4g.small", 24, 576, 2},
    {"t4g.medium", 24, 576, 2},      {"t4g.large", 36, 864, 2},    {"t4g.xlarge", 96, 2304, 4},
    {"t4g.2xlarge", 192, 4608, 8},
};
// "T2 Standard instances receive 30 launch credits per vCPU at launch or start."
constexpr double kLaunchCredits = 30;
// "For T3, T3a and T4g the CPU credit balance persists for seven days after an instance stops."
constexpr Duration kKept = 7 * 24h;

double credits_per_second(const BurstableType& type, double percent) {
  return type.vcpus * percent / 100 / 60;
}

}  // namespace

const BurstableType* burstable_type(std::string_view instance_type) {
  const auto found = std::ranges::find(kTypes, instance_type, &BurstableType::name);
  return found == std::end(kTypes) ? nullptr : found;
}

CpuCredits::CpuCredits(const BurstableType& of, bool is_unlimited)
    : type{&of}, unlimited{is_unlimited} {
  launch.most = kLaunchCredits * of.vcpus;
  earned.most = of.most;
  // "A surplus credit balance up to the maximum number of credits that can be earned in 24 hours."
  earned.least = is_unlimited ? -of.most : 0;
}

void CpuCredits::demand(SimTime now, double percent) {
  const double wanted = credits_per_second(*type, percent);
  const bool has_launch = !launch.is_empty(now);
  launch.set_rates(now, 0, has_launch ? wanted : 0);
  earned.set_rates(now, type->credits_per_hour / 3600, has_launch ? 0 : wanted);
  throttled = !unlimited && !has_launch && earned.is_exhausted(now);
}

double CpuCredits::granted(double percent) const {
  return throttled ? std::min(percent, type->baseline_percent()) : percent;
}

void CpuCredits::begin(SimTime now, bool first) {
  if (first || type->is_t2() || now - stopped > kKept) earned.put(now, 0);
  earned.from = now;
  launch.put(now, type->is_t2() && !unlimited ? launch.most : 0);
}

void CpuCredits::stand(SimTime now, double percent) {
  launch.put(now, 0);
  earned.put(now, percent <= type->baseline_percent() + 1e-6 ? earned.most : 0);
}

void CpuCredits::pause(SimTime now) {
  launch.set_rates(now, 0, 0);
  earned.set_rates(now, 0, 0);
  throttled = false;
  stopped = now;
}

std::optional<SimTime> CpuCredits::next_limit(SimTime now) const {
  const auto first = launch.next_limit(now);
  const auto second = earned.next_limit(now);
  if (first && second) return std::min(*first, *second);
  return first ? first : second;
}

Waveform CpuCredits::balance_wave(SimTime now) const {
  const double slope = earned.next_limit(now) ? earned.net() : 0;
  return {.from = now,
          .level = earned.at(now) + launch.at(now),
          .slope_per_second = slope + (launch.is_empty(now) ? 0 : launch.net()),
          .lowest = 0,  // surplus credits are told apart
          .highest = earned.most + launch.most};
}

Waveform CpuCredits::surplus_wave(SimTime now) const {
  return {.from = now,
          .level = -earned.at(now),
          .slope_per_second = earned.next_limit(now) ? -earned.net() : 0,
          .lowest = 0,
          .highest = earned.most};
}

Waveform CpuCredits::usage_wave(SimTime now, double percent) const {
  const double each_period = credits_per_second(*type, granted(percent)) * 300;
  return {.from = now, .level = each_period, .lowest = 0, .highest = 1e6};
}

}  // namespace opsim::compute
