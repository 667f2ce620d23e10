#pragma once
/// How resources are, beyond what AWS's API says of them.
#include <cstdint>
#include <string_view>

namespace opsim {

/// ok: serving. in_danger: will fail if nobody acts (a disk nearly full). down: hurting users.
enum class Health : std::uint8_t { ok, in_danger, down };
std::string_view to_string(Health health);

/// What a load balancer's health checks say of one target, whenever that changes. AWS has no event
/// for it: Auto Scaling, ECS and CodeDeploy ask on their own, all the time.
struct TargetHealth {
  std::string_view target_group;  // ARN; a Classic Load Balancer's name
  std::string_view target;        // an instance id, or "10.0.1.7:8080"
  bool healthy = false;           // in service: it gets requests
  std::string_view reason;        // "Target.ResponseCodeMismatch", ...
};

}  // namespace opsim
