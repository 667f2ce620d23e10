#pragma once
/// Classic Load Balancers (service "elb", 2012-06-01): a load balancer, its listeners and its
/// instances are entries of Elb like those of v2, marked as classic, so that health checks, metrics
/// and shares are the same code.
#include "models/elb/elb.hpp"

namespace opsim::elb {

class Classic : public Model {
 public:
  explicit Classic(Cloud& world) : cloud{world} {}
  Cloud& cloud;
  /// Everything is kept there; a catalog with "elb" has "elbv2".
  [[nodiscard]] Elb& elb() const { return static_cast<Elb&>(*cloud.model("elbv2")); }
};

ApiResult<Json> classic_create(Classic& classic, const Request& request);
ApiResult<Json> classic_create_listeners(Classic& classic, const Request& request);
ApiResult<Json> classic_delete(Classic& classic, const Request& request);
ApiResult<Json> classic_delete_listeners(Classic& classic, const Request& request);
ApiResult<Json> classic_describe(Classic& classic, const Request& request);
ApiResult<Json> classic_describe_attributes(Classic& classic, const Request& request);
ApiResult<Json> classic_modify_attributes(Classic& classic, const Request& request);
ApiResult<Json> configure_health_check(Classic& classic, const Request& request);
ApiResult<Json> deregister_instances(Classic& classic, const Request& request);
ApiResult<Json> describe_instance_health(Classic& classic, const Request& request);
ApiResult<Json> disable_zones(Classic& classic, const Request& request);
ApiResult<Json> enable_zones(Classic& classic, const Request& request);
ApiResult<Json> register_instances(Classic& classic, const Request& request);

ApiResult<Created> create_classic_resource(Classic& classic, const ResourceRequest& request);

// ---- classic.cpp: what the operations share ----

struct ClassicFound {
  LoadBalancer* balancer = nullptr;
  TargetGroup* group = nullptr;
};
ApiResult<ClassicFound> find_classic(Classic& classic, const Place& place, std::string_view name);
/// CreateLoadBalancer's members, with LoadBalancerName.
ApiResult<ClassicFound> add_classic(Classic& classic, const Place& place, const Json& input);
ApiResult<void> add_classic_listeners(Classic& classic, LoadBalancer& balancer, const Json& list);
/// {"Target": "HTTP:80/health", "Interval", "Timeout", "UnhealthyThreshold", "HealthyThreshold"}.
ApiResult<HealthCheckSpec> read_classic_check(HealthCheckSpec spec, const Json& check);
std::string check_target(const HealthCheckSpec& spec);
ApiResult<void> register_classic(Classic& classic, TargetGroup& group, const Json& instances,
                                 Stands stands);
/// {"ConnectionDraining": {...}, "CrossZoneLoadBalancing": {...}, ...} over what holds.
ApiResult<void> change_classic_attributes(ClassicFound found, const Json& given);

}  // namespace opsim::elb
