#pragma once
/// The arithmetic of a HorizontalPodAutoscaler, without pods.
/// Kubernetes documentation, "Horizontal Pod Autoscaling" (algorithm details, configurable scaling
/// behavior, default behavior).
#include <cstdint>
#include <string>
#include <vector>

#include "opsim/kernel/time.hpp"

namespace opsim::eks {

/// "checks ... every 15 seconds by default" (--horizontal-pod-autoscaler-sync-period).
inline constexpr Duration kAutoscalerSync = std::chrono::seconds{15};
/// "--horizontal-pod-autoscaler-tolerance, 0.1 by default".
inline constexpr double kTolerance = 0.1;

/// "at most `value` pods, or per cent of the pods, in `period`".
struct ScalingPolicy {
  bool percent = true;
  std::int64_t value = 100;
  Duration period = std::chrono::seconds{15};
};
enum class SelectPolicy : std::uint8_t { max, min, disabled };
struct ScalingRules {
  Duration stabilization{};
  std::vector<ScalingPolicy> policies{};
  SelectPolicy select = SelectPolicy::max;
};

struct ResourceTarget {
  bool memory = false;  // else CPU
  double percent = 80;  // averageUtilization: of what the pods request
};

struct AutoscalerSpec {
  std::string name{};
  std::string name_space = "default";
  std::string target{};  // the Deployment's name
  std::int64_t least = 1;
  std::int64_t most = 1;
  std::vector<ResourceTarget> metrics{};
  ScalingRules up{
      .policies = {{true, 100, std::chrono::seconds{15}}, {false, 4, std::chrono::seconds{15}}}};
  ScalingRules down{.stabilization = std::chrono::minutes{5},
                    .policies = {{true, 100, std::chrono::seconds{15}}}};
};

/// "desiredReplicas = ceil(currentReplicas * currentMetricValue / desiredMetricValue)". `used`: of
/// each ready pod, in per cent of its request; pods that are not ready are set aside, and counted
/// with 0 % where the others ask for more.
[[nodiscard]] std::int64_t wanted_replicas(std::int64_t current, const std::vector<double>& used,
                                           std::int64_t not_ready, double target);

/// What an autoscaler remembers.
struct AutoscalerMemory {
  struct At {
    SimTime at{};
    std::int64_t count = 0;
  };
  std::vector<At> recommended{};
  std::vector<At> added{};
  std::vector<At> removed{};
};
/// The recommendation after stabilization windows and policies, within minReplicas and maxReplicas;
/// remembers it.
[[nodiscard]] std::int64_t stabilized(AutoscalerMemory& memory, const AutoscalerSpec& spec,
                                      std::int64_t current, std::int64_t wanted, SimTime now);
/// What was done of it.
void remember(AutoscalerMemory& memory, std::int64_t from, std::int64_t to, SimTime now);

}  // namespace opsim::eks
