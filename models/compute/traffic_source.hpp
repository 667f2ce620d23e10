#pragma once
/// What sends traffic to a group's members: target groups and Classic Load Balancers.
/// AWS: EC2 Auto Scaling User Guide, "Attach a load balancer to your Auto Scaling group" (attach-
/// load-balancer-asg); API DescribeTrafficSources.
#include <cstdint>
#include <string>
#include <string_view>

namespace opsim::compute {

/// "When you attach a load balancer, it enters the Adding state while registering the instances in
/// the group. After all instances are registered, it enters Added; after at least one registered
/// instance passes the health checks, InService. [...] Removing while deregistering."
enum class Attachment : std::uint8_t { adding, added, in_service, removing };
[[nodiscard]] constexpr std::string_view to_string(Attachment state) {
  switch (state) {
    case Attachment::adding: return "Adding";
    case Attachment::added: return "Added";
    case Attachment::in_service: return "InService";
    case Attachment::removing: return "Removing";
  }
  return "Adding";
}

struct TrafficSource {
  /// As DescribeTrafficSources names them: elbv2, elb, vpc-lattice.
  enum class Kind : std::uint8_t { target_group, classic, lattice } kind = Kind::target_group;
  std::string id;  // ARN of a target group, or name of a Classic Load Balancer
  Attachment state = Attachment::adding;
};
[[nodiscard]] constexpr std::string_view to_string(TrafficSource::Kind kind) {
  switch (kind) {
    case TrafficSource::Kind::target_group: return "elbv2";
    case TrafficSource::Kind::classic: return "elb";
    case TrafficSource::Kind::lattice: return "vpc-lattice";
  }
  return "elbv2";
}

}  // namespace opsim::compute
