#pragma once
/// CPU credits of burstable instances (T2, T3, T3a, T4g).
///
/// AWS: EC2 User Guide, "Key concepts and definitions for burstable performance instances"
/// (burstable-credits-baseline-concepts), "Standard mode" and "Unlimited mode" with their concepts;
/// "one CPU credit is one vCPU at 100 % for one minute".
#include <memory>
#include <string_view>

#include "models/compute/credit_bucket.hpp"

namespace opsim::compute {

struct BurstableType {
  std::string_view name;    // "t3.micro"
  double credits_per_hour;  // earned
  double most;              // that can be accrued: what is earned in 24 hours
  double vcpus;
  [[nodiscard]] double baseline_percent() const { return credits_per_hour / 60 / vcpus * 100; }
  [[nodiscard]] bool is_t2() const { return name.starts_with("t2."); }
};
/// Null for types without credits.
[[nodiscard]] const BurstableType* burstable_type(std::string_view instance_type);

struct CpuCredits {
  const BurstableType* type = nullptr;
  bool unlimited = false;
  /// T2 standard: 30 a vCPU at each start, spent first, and never earned.
  CreditBucket launch;
  /// Below zero are surplus credits, which an unlimited instance owes and earns back.
  CreditBucket earned;
  bool throttled = false;
  Ticket limit;  // when one of them reaches its limit
  SourceId balance{};
  SourceId usage{};
  SourceId surplus{};
  bool published = false;
  bool surplus_published = false;
  SimTime stopped{};

  CpuCredits(const BurstableType& of, bool is_unlimited);
  /// The instance wants `percent` of its CPUs from now on.
  void demand(SimTime now, double percent);
  /// What it gets: the baseline while a standard instance has no credits.
  [[nodiscard]] double granted(double percent) const;
  /// A start: T2 begins anew, the others keep what they have for seven days of standing still.
  void begin(SimTime now, bool first);
  /// One that has run since long ago: what it has earned by now.
  void stand(SimTime now, double percent);
  void pause(SimTime now);
  [[nodiscard]] std::optional<SimTime> next_limit(SimTime now) const;
  [[nodiscard]] Waveform balance_wave(SimTime now) const;
  [[nodiscard]] Waveform surplus_wave(SimTime now) const;
  [[nodiscard]] Waveform usage_wave(SimTime now, double percent) const;
};

}  // namespace opsim::compute
