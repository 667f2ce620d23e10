#include "models/compute/instance_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/compute/input.hpp"
#include "opsim/cloud/wildcards.hpp"

namespace opsim::compute {

namespace {

constexpr std::int64_t kGib = 1024;  // MiB

struct Family {
  std::string_view name;
  std::int64_t gib_per_vcpu;
  std::string_view manufacturer;
};
// EC2 instance types: c 2 GiB a vCPU, m 4, r 8.
constexpr Family kFamilies[] = {
    {"c5", 2, "intel"},
    {"c6a", 2, "amd"},
    {"c6g", 2, "amazon-web-services"},
    {"c6i", 2, "intel"},
    {"c7a", 2, "amd"},
    {"c7g", 2, "amazon-web-services"},
    {"c7i", 2, "intel"},
    {"m5", 4, "intel"},
    {"m6a", 4, "amd"},
    {"m6g", 4, "amazon-web-services"},
    {"m6i", 4, "intel"},
    {"m7a", 4, "amd"},
    {"m7g", 4, "amazon-web-services"},
    {"m7i", 4, "intel"},
    {"r5", 8, "intel"},
    {"r6a", 8, "amd"},
    {"r6g", 8, "amazon-web-services"},
    {"r6i", 8, "intel"},
    {"r7a", 8, "amd"},
    {"r7g", 8, "amazon-web-services"},
    {"r7i", 8, "intel"},
};
struct Size {
  std::string_view name;
  std::int64_t vcpus;
};
constexpr Size kTypeSizes[] = {{"large", 2},    {"xlarge", 4},    {"2xlarge", 8},  {"4xlarge", 16},
                               {"8xlarge", 32}, {"12xlarge", 48}, {"16xlarge", 64}};
// Of T3, T3a and T4g (burstable-performance-instances).
struct BurstableSize {
  std::string_view name;
  std::int64_t vcpus;
  std::int64_t memory_mib;
};
constexpr BurstableSize kBurstableSizes[] = {
    {"nano", 2, 512},   {"micro", 2, 1024},   {"small", 2, 2048},   {"medium", 2, 4096},
    {"large", 2, 8192}, {"xlarge", 4, 16384}, {"2xlarge", 8, 32768}};
constexpr Family kBurstableFamilies[] = {
    {"t3", 0, "intel"}, {"t3a", 0, "amd"}, {"t4g", 0, "amazon-web-services"}};

std::vector<InstanceType> all_types() {
  std::vector<InstanceType> types;
  for (const Family& family : kFamilies)
    for (const Size& size : kTypeSizes)
      types.push_back({.name = fmt::format("{}.{}", family.name, size.name),
                       .vcpus = size.vcpus,
                       .memory_mib = size.vcpus * family.gib_per_vcpu * kGib,
                       .manufacturer = family.manufacturer});
  for (const Family& family : kBurstableFamilies)
    for (const BurstableSize& size : kBurstableSizes)
      types.push_back({.name = fmt::format("{}.{}", family.name, size.name),
                       .vcpus = size.vcpus,
                       .memory_mib = size.memory_mib,
                       .manufacturer = family.manufacturer,
                       .burstable = true});
  std::ranges::stable_sort(types, [](const InstanceType& a, const InstanceType& b) {
    return std::tuple{a.memory_mib / a.vcpus, a.vcpus} <
           std::tuple{b.memory_mib / b.vcpus, b.vcpus};
  });
  return types;
}

ApiError requirement_error(std::string message) { return {"ValidationError", std::move(message)}; }

struct Bounds {
  std::int64_t least = 0;
  std::optional<std::int64_t> most;

  [[nodiscard]] bool hold(std::int64_t value) const {
    return value >= least && (!most || value <= *most);
  }
};
/// {"Min": 2, "Max": 4}; Min is required where the range is.
ApiResult<Bounds> read_bounds(const Json& requirements, std::string_view name) {
  const Json& range = member(requirements, name);
  const auto least = integer_of(range, "Min");
  if (!least || *least < 0)
    return requirement_error(
        fmt::format("{} with its Min is required in InstanceRequirements", name));
  Bounds bounds{*least, integer_of(range, "Max")};
  if (bounds.most && *bounds.most < bounds.least)
    return requirement_error(fmt::format("{}: Max must not be below Min", name));
  return bounds;
}

bool is_named(std::string_view type, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return matches_stars(pattern, type, [](char wanted, char given) { return wanted == given; });
  });
}

/// "BurstablePerformance: included, required or excluded; the default is excluded."
bool fits_burst(const InstanceType& type, const std::string& wanted) {
  if (wanted == "required") return type.burstable;
  return wanted == "included" || !type.burstable;
}

}  // namespace

const std::vector<InstanceType>& known_types() {
  static const std::vector<InstanceType> kTypes = all_types();
  return kTypes;
}

const InstanceType* find_type(std::string_view name) {
  const auto found = std::ranges::find(known_types(), name, &InstanceType::name);
  return found == known_types().end() ? nullptr : &*found;
}

ApiResult<std::vector<const InstanceType*>> types_that_meet(const Json& requirements) {
  const auto vcpus = read_bounds(requirements, "VCpuCount");
  if (!vcpus) return vcpus.error();
  const auto memory = read_bounds(requirements, "MemoryMiB");
  if (!memory) return memory.error();
  const std::vector<std::string> allowed = texts_of(requirements, "AllowedInstanceTypes");
  const std::vector<std::string> excluded = texts_of(requirements, "ExcludedInstanceTypes");
  if (!allowed.empty() && !excluded.empty())
    return requirement_error(
        "AllowedInstanceTypes and ExcludedInstanceTypes must not be specified together");
  const std::vector<std::string> makers = texts_of(requirements, "CpuManufacturers");
  const std::string burst = text_of(requirements, "BurstablePerformance");
  std::vector<const InstanceType*> found;
  for (const InstanceType& type : known_types()) {
    if (!vcpus->hold(type.vcpus) || !memory->hold(type.memory_mib)) continue;
    if (!allowed.empty() && !is_named(type.name, allowed)) continue;
    if (is_named(type.name, excluded) || !fits_burst(type, burst)) continue;
    if (!makers.empty() && std::ranges::count(makers, type.manufacturer) == 0) continue;
    found.push_back(&type);
  }
  return found;
}

std::int64_t capacity_units(const InstanceType& type, std::string_view unit) {
  return unit == "vcpu" ? type.vcpus : unit == "memory-mib" ? type.memory_mib : 1;
}

}  // namespace opsim::compute
