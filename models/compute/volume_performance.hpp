#pragma once
/// What volumes of each type may be and do. Pure.
///
/// AWS: EBS User Guide, "Amazon EBS General Purpose SSD volumes" (general-purpose), "Provisioned
/// IOPS SSD volumes", "Throughput Optimized HDD and Cold HDD volumes"; API CreateVolume.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/compute/credit_bucket.hpp"
#include "opsim/cloud/api.hpp"

namespace opsim::compute {

struct VolumeShape {
  std::string type = "gp2";  // CreateVolume's default
  std::int64_t gib = 0;
  std::optional<std::int64_t> iops{};        // as provisioned: gp3, io1, io2
  std::optional<std::int64_t> throughput{};  // MiB a second: gp3
  bool operator==(const VolumeShape&) const = default;
};

/// EC2's refusal of a shape, or nothing; fills in what a type has by default.
[[nodiscard]] std::optional<ApiError> complete_shape(VolumeShape& shape);

/// I/O operations a second that it always does.
[[nodiscard]] double baseline_iops(const VolumeShape& shape);
/// gp2 below 1,000 GiB: "bursts to 3,000 IOPS for extended periods".
[[nodiscard]] bool bursts(const VolumeShape& shape);

/// gp2: "Each volume receives an initial I/O credit balance of 5.4 million I/O credits"; credits
/// come in at the baseline, 3 a second for each GiB.
inline constexpr double kMostIoCredits = 5'400'000;
inline constexpr double kBurstIops = 3'000;
[[nodiscard]] CreditBucket io_bucket(const VolumeShape& shape, SimTime now);
/// What a full bucket lasts for at 3,000 IOPS, and how long an empty one takes to fill while
/// nothing is asked for; nothing for what has no bucket.
[[nodiscard]] std::optional<double> burst_seconds(const VolumeShape& shape);
[[nodiscard]] std::optional<double> refill_seconds(const VolumeShape& shape);

}  // namespace opsim::compute
