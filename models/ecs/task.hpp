#pragma once
/// A task and what runs in it.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/ecs/task_definition.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/container_physics.hpp"
#include "opsim/cloud/fill_line.hpp"

namespace opsim::ecs {

/// Developer Guide, "Amazon ECS task lifecycle", in its order.
enum class TaskStatus : std::uint8_t {
  provisioning,
  pending,
  activating,
  running,
  deactivating,
  stopping,
  deprovisioning,
  stopped
};
[[nodiscard]] std::string_view to_string(TaskStatus status);

enum class ContainerHealth : std::uint8_t { unknown, healthy, unhealthy };
[[nodiscard]] std::string_view to_string(ContainerHealth health);

/// stoppedReason of a task that was retired (task-maintenance, "Stopped tasks error codes").
inline constexpr std::string_view kMaintenance =
    "ECS is performing maintenance on the underlying infrastructure hosting the task.";
/// Of one whose spare capacity was taken back (fargate-capacity-providers).
inline constexpr std::string_view kInterrupted = "Your Spot Task was interrupted.";

struct Container {
  std::string name{};
  bool runs = false;
  bool ready = false;  // has booted: it answers, unless something ails it
  bool hung = false;
  bool check_broken = false;  // a fault: its check fails, whatever it does
  bool out_of_memory = false;
  std::optional<std::int64_t> exit_code{};
  std::string reason{};
  ContainerHealth health = ContainerHealth::unknown;
  SimTime checks_from{};  // when its health check ran last, or its start
  SimTime started{};
  bool passed = false;  // the check has succeeded once: failures count from now on
  Ticket next_check{};
};

struct TargetRef {
  std::string group{};  // ARN of the target group
  std::string id{};     // address or instance id
  std::int64_t port = 0;
  bool healthy = false;
  bool failed = false;  // its checks have failed, beyond the first ones
  std::string reason{};
};

struct Task {
  std::string arn;
  std::string name;  // "Web/3", as a timeline says it
  Place place;
  std::string cluster;     // name
  std::string service;     // ARN, or "" for RunTask
  std::string deployment;  // id, or ""
  std::string group;       // "service:web", "family:web"
  std::string started_by;  // "ecs-svc/...", or what the caller said
  std::shared_ptr<const TaskDefinition> definition;
  std::string launch_type = "FARGATE";
  std::string capacity_provider;   // "FARGATE_SPOT", or ""
  std::string container_instance;  // ARN, on EC2
  bool host_down = false;          // its instance answers nobody
  std::string zone;
  std::string address;
  std::string subnet;  // of its network interface, where it is known
  std::shared_ptr<const ContainerPhysics> settings;

  TaskStatus status = TaskStatus::provisioning;
  bool retires = false;  // AWS has told that it ends for maintenance: it is to be replaced
  bool waits = false;    // PROVISIONING until an instance of its capacity provider has room
  bool wanted = true;    // desiredStatus RUNNING
  std::string stop_code;
  std::string stopped_reason;
  SimTime created{};
  std::optional<SimTime> pull_started;
  std::optional<SimTime> pull_stopped;
  std::optional<SimTime> started;            // RUNNING
  std::optional<SimTime> execution_stopped;  // its containers have ended
  std::optional<SimTime> stopping;
  std::optional<SimTime> stopped;
  std::int64_t version = 1;
  std::vector<Container> containers;
  std::vector<TargetRef> targets;
  FillLine memory;
  double cpu_level = 0;
  CauseId leak = CauseId::none;  // why memory grows as it does
  std::uint32_t surges = 0;
  std::vector<SourceId> metrics;  // CPUUtilization, MemoryUtilization
  Health health = Health::ok;
  bool serves = false;  // counts among its service's tasks that do their work

  Ticket transition;
  Ticket boot;
  Ticket ailment;  // when it crashes or hangs by itself
  Ticket mark;     // the next mark that memory reaches
  Ticket grace;    // the end of healthCheckGracePeriodSeconds

  [[nodiscard]] bool is_up() const { return status == TaskStatus::running; }
};

}  // namespace opsim::ecs
