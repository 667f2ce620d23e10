// AWS: EC2 API reference, DescribeInstanceTypes, GetInstanceTypesFromInstanceRequirements.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/filters.hpp"
#include "models/compute/fleet.hpp"
#include "models/compute/instance_types.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kTypeFilters[] = {"burstable-performance-supported", "instance-type",
                                             "memory-info.size-in-mib", "vcpu-info.default-vcpus"};

bool is_arm(const InstanceType& type) { return type.manufacturer == "amazon-web-services"; }

Json type_json(const InstanceType& type) {
  return {{"InstanceType", type.name},
          {"CurrentGeneration", true},
          {"BareMetal", false},
          {"Hypervisor", "nitro"},
          {"BurstablePerformanceSupported", type.burstable},
          {"AutoRecoverySupported", supports_automatic_recovery(type.name)},
          {"ProcessorInfo",
           {{"SupportedArchitectures", {is_arm(type) ? "arm64" : "x86_64"}},
            {"Manufacturer", is_arm(type)                 ? "AWS"
                             : type.manufacturer == "amd" ? "AMD"
                                                          : "Intel"}}},
          {"VCpuInfo", {{"DefaultVCpus", type.vcpus}}},
          {"MemoryInfo", {{"SizeInMiB", type.memory_mib}}},
          {"SupportedUsageClasses", {"on-demand", "spot"}},
          {"SupportedRootDeviceTypes", {"ebs"}},
          {"SupportedVirtualizationTypes", {"hvm"}}};
}

}  // namespace

ApiResult<Json> describe_instance_types(Fleet& /*fleet*/, const Request& request) {
  const auto filters = read_filters(request.input, kTypeFilters);
  if (!filters) return filters.error();
  const auto page = read_page(request.input, 100);
  if (!page) return page.error();
  const std::vector<std::string> names = texts_of(request.input, "InstanceTypes");
  for (const std::string& name : names)
    if (find_type(name) == nullptr)
      return ApiError{
          "InvalidInstanceType",
          fmt::format("The following supplied instance types do not exist: [{}]", name)};
  Json list = Json::array();
  std::size_t index = 0;
  bool more = false;
  for (const InstanceType& type : known_types()) {
    if (!names.empty() && std::ranges::count(names, type.name) == 0) continue;
    const auto values = [&](std::string_view name) -> std::vector<std::string> {
      if (name == "instance-type") return {type.name};
      if (name == "memory-info.size-in-mib") return {std::to_string(type.memory_mib)};
      if (name == "vcpu-info.default-vcpus") return {std::to_string(type.vcpus)};
      return {type.burstable ? "true" : "false"};
    };
    if (!passes(*filters, {}, values) || index++ < page->from) continue;
    more = list.size() == page->size;
    if (more) break;
    list.push_back(type_json(type));
  }
  Json answer{{"InstanceTypes", std::move(list)}};
  if (more) answer["NextToken"] = std::to_string(page->from + page->size);
  return answer;
}

ApiResult<Json> get_instance_types_from_requirements(Fleet& /*fleet*/, const Request& request) {
  const auto found = types_that_meet(member(request.input, "InstanceRequirements"));
  if (!found) return ApiError{"InvalidParameterValue", found.error().message};
  const std::vector<std::string> wanted = texts_of(request.input, "ArchitectureTypes");
  Json list = Json::array();
  for (const InstanceType* type : *found)
    if (wanted.empty() || std::ranges::count(wanted, is_arm(*type) ? "arm64" : "x86_64") > 0)
      list.push_back(Json{{"InstanceType", type->name}});
  return Json{{"InstanceTypes", std::move(list)}};
}

}  // namespace opsim::compute
