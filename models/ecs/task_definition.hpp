#pragma once
/// Task definitions: families with revisions.
/// AWS: ECS API Reference, RegisterTaskDefinition; Developer Guide, "Task definition parameters".
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/ecs/health_check.hpp"
#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"

namespace opsim::ecs {

struct ContainerSpec {
  std::string name;
  std::string image;
  bool essential = true;
  std::optional<HealthCheckSpec> health_check;
  std::optional<std::int64_t> port;  // the first containerPort
  /// From SIGTERM to SIGKILL: "the default value is 30 seconds", at most 120 on Fargate.
  Duration stop_timeout = std::chrono::seconds{30};
  std::int64_t cpu_units = 0;
  std::int64_t memory_mib = 0;  // memory, else memoryReservation
};

struct TaskDefinition {
  Place place;
  std::string family;
  std::int64_t revision = 0;
  std::string arn;
  std::vector<ContainerSpec> containers;
  std::int64_t cpu_units = 0;   // of the task, else the sum of its containers
  std::int64_t memory_mib = 0;  //
  std::string network_mode = "bridge";
  bool fargate = false;  // requiresCompatibilities names FARGATE
  bool active = true;
  SimTime registered{};
  Json shown;  // as DescribeTaskDefinition shows it, but for arn, revision and status
};

/// Checks RegisterTaskDefinition's input, or the properties of AWS::ECS::TaskDefinition.
[[nodiscard]] ApiResult<TaskDefinition> read_task_definition(const Json& input);

/// Keys as the API spells them, whichever way CloudFormation spelt them: `ContainerPort` becomes
/// `containerPort`. Names that the user chose (labels, options) stay.
[[nodiscard]] Json in_api_case(const Json& value);

/// Fargate's pairs of CPU and memory (Developer Guide, "Task CPU and memory"); else what is wrong.
[[nodiscard]] std::optional<ApiError> refuse_fargate_size(std::int64_t cpu_units,
                                                          std::int64_t memory_mib);

}  // namespace opsim::ecs
