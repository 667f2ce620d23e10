#pragma once
/// Attributes of target groups and load balancers: names, defaults and what they may hold.
/// AWS: ELB API, TargetGroupAttribute and LoadBalancerAttribute.
#include <map>
#include <string>
#include <string_view>

#include "models/elb/health_check.hpp"

namespace opsim::elb {

/// By name; all that the resource has, defaults included.
using Attributes = std::map<std::string, std::string, std::less<>>;

Attributes default_target_group_attributes(TargetType type, std::string_view protocol);
Attributes default_load_balancer_attributes(std::string_view type);

/// `Attributes: [{Key, Value}, ...]` over what holds; an error where a name is unknown to this kind
/// of resource, or a value is out of its range.
ApiResult<Attributes> changed_attributes(Attributes held, const Json& given);

/// The thresholds of target group health: "<this>.count" and "<this>.percentage".
inline constexpr const char* kDnsFailover =
    "target_group_health.dns_failover.minimum_healthy_targets";
inline constexpr const char* kRoutingFailover =
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets";

[[nodiscard]] std::string_view text_of(const Attributes& attributes, std::string_view name);
/// A whole number; nothing for "off" and other words.
[[nodiscard]] std::optional<std::int64_t> number_of(const Attributes& attributes,
                                                    std::string_view name);
/// Seconds, zero where there is none.
[[nodiscard]] Duration seconds_of(const Attributes& attributes, std::string_view name);
[[nodiscard]] inline bool is_true(const Attributes& attributes, std::string_view name) {
  return text_of(attributes, name) == "true";
}
[[nodiscard]] Json attributes_json(const Attributes& attributes);

}  // namespace opsim::elb
