#pragma once
/// Instance types: what a name says, and which of them meet requirements.
/// AWS: EC2 User Guide, "Specify attributes for instance type selection for EC2 Fleet"; API
/// InstanceRequirements, GetInstanceTypesFromInstanceRequirements; EC2 instance types.
/// SIMPLIFIED: general, compute and memory optimized families of current generations and T3, T3a,
/// T4g, in their usual sizes. ESTIMATE: the cheaper one is that with less memory a vCPU, then the
/// smaller one: there are no prices here.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"

namespace opsim::compute {

class Fleet;

struct InstanceType {
  std::string name;
  std::int64_t vcpus = 0;
  std::int64_t memory_mib = 0;
  std::string_view manufacturer;  // "intel", "amd", "amazon-web-services"
  bool burstable = false;
};

/// All that are known, the cheapest first.
[[nodiscard]] const std::vector<InstanceType>& known_types();
[[nodiscard]] const InstanceType* find_type(std::string_view name);
/// Their names, the cheapest first; the error says what is wrong with the requirements.
[[nodiscard]] ApiResult<std::vector<const InstanceType*>> types_that_meet(const Json& requirements);
/// What a launch of the type counts for where DesiredCapacityType is so.
[[nodiscard]] std::int64_t capacity_units(const InstanceType& type, std::string_view unit);

// ---- instance_type_operations.cpp ----
ApiResult<Json> describe_instance_types(Fleet& fleet, const Request& request);
ApiResult<Json> get_instance_types_from_requirements(Fleet& fleet, const Request& request);

}  // namespace opsim::compute
