#include "models/compute/volume_performance.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace opsim::compute {

namespace {

struct VolumeType {
  std::string_view name;
  std::int64_t least_gib;
  std::int64_t most_gib;
  std::int64_t least_iops;  // as provisioned; 0: cannot be
  std::int64_t most_iops;
  std::int64_t iops_per_gib;
};
constexpr VolumeType kVolumeTypes[] = {
    {"gp2", 1, 16'384, 0, 0, 0},         {"gp3", 1, 65'536, 3'000, 80'000, 500},
    {"io1", 4, 16'384, 100, 64'000, 50}, {"io2", 4, 65'536, 100, 256'000, 1'000},
    {"sc1", 125, 16'384, 0, 0, 0},       {"st1", 125, 16'384, 0, 0, 0},
    {"standard", 1, 1'024, 0, 0, 0},
};
// gp3: "3,000 IOPS and 125 MiB/s [...] included"; "0.25 MiB/s per provisioned IOPS".
constexpr std::int64_t kGp3Iops = 3'000;
constexpr std::int64_t kGp3Throughput = 125;
constexpr std::int64_t kGp3MostThroughput = 2'000;

ApiError wrong_value(std::string message) { return {"InvalidParameterValue", std::move(message)}; }

std::optional<ApiError> complete_iops(const VolumeType& type, VolumeShape& shape) {
  if (type.most_iops == 0) {
    if (!shape.iops) return std::nullopt;
    return ApiError{"InvalidParameterCombination",
                    fmt::format("The parameter iops is not supported for {} volumes.", type.name)};
  }
  if (!shape.iops && type.name != "gp3")
    return ApiError{"MissingParameter", "The request must contain the parameter iops"};
  shape.iops = shape.iops.value_or(kGp3Iops);
  if (*shape.iops < type.least_iops || *shape.iops > type.most_iops)
    return wrong_value(
        fmt::format("Volume iops of {} is {}; {} is {} iops.", *shape.iops,
                    *shape.iops < type.least_iops ? "too low" : "too high",
                    *shape.iops < type.least_iops ? "minimum" : "maximum",
                    *shape.iops < type.least_iops ? type.least_iops : type.most_iops));
  // A gp3 volume has its 3,000 at any size.
  const std::int64_t most =
      std::max(type.name == "gp3" ? kGp3Iops : 0, type.iops_per_gib * shape.gib);
  if (*shape.iops > most)
    return wrong_value(fmt::format(
        "Iops to volume size ratio of {:.6f} is too high; maximum is {} IOPS per GiB",
        static_cast<double>(*shape.iops) / static_cast<double>(shape.gib), type.iops_per_gib));
  return std::nullopt;
}

std::optional<ApiError> complete_throughput(VolumeShape& shape) {
  if (shape.type != "gp3") {
    if (!shape.throughput) return std::nullopt;
    return ApiError{
        "InvalidParameterCombination",
        fmt::format("The parameter throughput is not supported for {} volumes.", shape.type)};
  }
  shape.throughput = shape.throughput.value_or(kGp3Throughput);
  if (*shape.throughput < kGp3Throughput || *shape.throughput > kGp3MostThroughput)
    return wrong_value(
        fmt::format("Volume throughput of {} is out of range; it must be {} to {} "
                    "MiB/s",
                    *shape.throughput, kGp3Throughput, kGp3MostThroughput));
  if (*shape.throughput * 4 > *shape.iops)
    return wrong_value(
        "Throughput (MiBps) to iops ratio is too high; maximum is 0.250000 MiBps "
        "per iops");
  return std::nullopt;
}

}  // namespace

std::optional<ApiError> complete_shape(VolumeShape& shape) {
  const auto type = std::ranges::find(kVolumeTypes, shape.type, &VolumeType::name);
  if (type == std::end(kVolumeTypes))
    return wrong_value(fmt::format("Unsupported volume type '{}' for volume creation", shape.type));
  if (shape.gib < type->least_gib || shape.gib > type->most_gib)
    return wrong_value(fmt::format("Volume of {}GiB is too {} for volume type {}; {} is {}GiB",
                                   shape.gib, shape.gib < type->least_gib ? "small" : "large",
                                   shape.type, shape.gib < type->least_gib ? "minimum" : "maximum",
                                   shape.gib < type->least_gib ? type->least_gib : type->most_gib));
  if (auto wrong = complete_iops(*type, shape)) return wrong;
  return complete_throughput(shape);
}

double baseline_iops(const VolumeShape& shape) {
  constexpr double kLeast = 100;
  constexpr double kMost = 16'000;
  if (shape.iops) return static_cast<double>(*shape.iops);
  if (shape.type == "gp2") return std::clamp(3.0 * static_cast<double>(shape.gib), kLeast, kMost);
  // Magnetic: "100 IOPS on average"; st1 and sc1: 500 and 250 of 1 MiB at their most.
  return shape.type == "st1" ? 500 : shape.type == "sc1" ? 250 : 100;
}

bool bursts(const VolumeShape& shape) {
  return shape.type == "gp2" && baseline_iops(shape) < kBurstIops;
}

CreditBucket io_bucket(const VolumeShape& shape, SimTime now) {
  CreditBucket bucket;
  bucket.most = kMostIoCredits;
  bucket.put(now, kMostIoCredits);
  bucket.earns = baseline_iops(shape);
  return bucket;
}

std::optional<double> burst_seconds(const VolumeShape& shape) {
  if (!bursts(shape)) return std::nullopt;
  return kMostIoCredits / (kBurstIops - baseline_iops(shape));
}

std::optional<double> refill_seconds(const VolumeShape& shape) {
  if (!bursts(shape)) return std::nullopt;
  return kMostIoCredits / baseline_iops(shape);
}

}  // namespace opsim::compute
