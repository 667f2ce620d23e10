#pragma once
/// What can be scaled: how each service says its capacity, and by which calls it is changed.
///
/// AWS: API RegisterScalableTarget (ResourceId, ScalableDimension), ScalingPolicy (default
/// cooldowns); the page of each integrated service (integrated-services-list).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::application_auto_scaling {

struct Capacity {
  std::int64_t wanted = 0;  // what the resource is asked for
  std::int64_t there = 0;   // what it has of that
  bool scales_in = true;    // false: the service has turned scale-in off (an ECS deployment)
};

/// One API call that changes a capacity.
struct CapacityCall {
  std::string service;
  std::string operation;
  Json input;
};

struct Dimension {
  std::string_view name;               // "ecs:service:DesiredCount"
  std::string_view service_namespace;  // "ecs"
  std::string_view resource;           // how a ResourceId begins: "service/"
  std::string_view quantity;           // as activities have it: "desired count"
  int cooldown = 300;                  // seconds; "default value of 300 for ..., 0 for all others"
  ApiResult<Capacity> (*read)(Cloud&, const Place&, const std::string& resource) = nullptr;
  ApiResult<std::vector<CapacityCall>> (*change)(Cloud&, const Place&, const std::string& resource,
                                                 std::int64_t capacity) = nullptr;
};
/// Null when there is none.
[[nodiscard]] const Dimension* find_dimension(std::string_view name);
[[nodiscard]] bool is_namespace(std::string_view name);
/// "a, b, c" of a namespace.
[[nodiscard]] std::string dimensions_of(std::string_view service_namespace);

/// The parts of "service/cluster/name" between slashes.
[[nodiscard]] std::vector<std::string> parts_of(std::string_view resource);

// ---- capacity_of_*.cpp ----
ApiResult<Capacity> read_service(Cloud& cloud, const Place& place, const std::string& resource);
ApiResult<std::vector<CapacityCall>> change_service(Cloud& cloud, const Place& place,
                                                    const std::string& resource,
                                                    std::int64_t capacity);
ApiResult<Capacity> read_table_reads(Cloud& cloud, const Place& place, const std::string& resource);
ApiResult<Capacity> read_table_writes(Cloud& cloud, const Place& place,
                                      const std::string& resource);
ApiResult<std::vector<CapacityCall>> change_table_reads(Cloud& cloud, const Place& place,
                                                        const std::string& resource,
                                                        std::int64_t capacity);
ApiResult<std::vector<CapacityCall>> change_table_writes(Cloud& cloud, const Place& place,
                                                         const std::string& resource,
                                                         std::int64_t capacity);
ApiResult<Capacity> read_concurrency(Cloud& cloud, const Place& place, const std::string& resource);
ApiResult<std::vector<CapacityCall>> change_concurrency(Cloud& cloud, const Place& place,
                                                        const std::string& resource,
                                                        std::int64_t capacity);
ApiResult<Capacity> read_node_groups(Cloud& cloud, const Place& place, const std::string& resource);
ApiResult<std::vector<CapacityCall>> change_node_groups(Cloud& cloud, const Place& place,
                                                        const std::string& resource,
                                                        std::int64_t capacity);
ApiResult<Capacity> read_replicas(Cloud& cloud, const Place& place, const std::string& resource);
ApiResult<std::vector<CapacityCall>> change_replicas(Cloud& cloud, const Place& place,
                                                     const std::string& resource,
                                                     std::int64_t capacity);
ApiResult<Capacity> read_readers(Cloud& cloud, const Place& place, const std::string& resource);
ApiResult<std::vector<CapacityCall>> change_readers(Cloud& cloud, const Place& place,
                                                    const std::string& resource,
                                                    std::int64_t capacity);

// ---- predefined_metric.cpp ----

/// What a tracked metric says of the capacity.
enum class Utilization : std::uint8_t {
  average,       // of each unit of it: falls as capacity rises
  consumed_sum,  // units consumed in a period of a minute, to be divided by the capacity
};
struct PredefinedMetric {
  Json metric;  // PutMetricAlarm's members
  Utilization utilization = Utilization::average;
};
/// PredefinedMetricSpecification of a policy on that dimension and resource.
[[nodiscard]] ApiResult<PredefinedMetric> predefined_metric(const Dimension& dimension,
                                                            const std::string& resource,
                                                            const Json& specification);

}  // namespace opsim::application_auto_scaling
