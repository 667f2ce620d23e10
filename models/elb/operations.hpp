#pragma once
/// The operations of service "elbv2", the resource types, and the hooks.
#include "models/elb/elb.hpp"

namespace opsim::elb {

// ---- Load balancers ----
ApiResult<Json> create_load_balancer(Elb& elb, const Request& request);
ApiResult<Json> delete_load_balancer(Elb& elb, const Request& request);
ApiResult<Json> describe_load_balancer_attributes(Elb& elb, const Request& request);
ApiResult<Json> describe_load_balancers(Elb& elb, const Request& request);
ApiResult<Json> modify_load_balancer_attributes(Elb& elb, const Request& request);
ApiResult<Json> set_ip_address_type(Elb& elb, const Request& request);
ApiResult<Json> set_security_groups(Elb& elb, const Request& request);
ApiResult<Json> set_subnets(Elb& elb, const Request& request);

// ---- Target groups and targets ----
ApiResult<Json> create_target_group(Elb& elb, const Request& request);
ApiResult<Json> delete_target_group(Elb& elb, const Request& request);
ApiResult<Json> deregister_targets(Elb& elb, const Request& request);
ApiResult<Json> describe_target_group_attributes(Elb& elb, const Request& request);
ApiResult<Json> describe_target_groups(Elb& elb, const Request& request);
ApiResult<Json> describe_target_health(Elb& elb, const Request& request);
ApiResult<Json> modify_target_group(Elb& elb, const Request& request);
ApiResult<Json> modify_target_group_attributes(Elb& elb, const Request& request);
ApiResult<Json> register_targets(Elb& elb, const Request& request);

// ---- Listeners and rules ----
ApiResult<Json> add_listener_certificates(Elb& elb, const Request& request);
ApiResult<Json> create_listener(Elb& elb, const Request& request);
ApiResult<Json> create_rule(Elb& elb, const Request& request);
ApiResult<Json> delete_listener(Elb& elb, const Request& request);
ApiResult<Json> delete_rule(Elb& elb, const Request& request);
ApiResult<Json> describe_listener_certificates(Elb& elb, const Request& request);
ApiResult<Json> describe_listeners(Elb& elb, const Request& request);
ApiResult<Json> describe_rules(Elb& elb, const Request& request);
ApiResult<Json> modify_listener(Elb& elb, const Request& request);
ApiResult<Json> modify_rule(Elb& elb, const Request& request);
ApiResult<Json> remove_listener_certificates(Elb& elb, const Request& request);
ApiResult<Json> set_rule_priorities(Elb& elb, const Request& request);

// ---- Quotas, tags, traffic ----
ApiResult<Json> describe_account_limits(Elb& elb, const Request& request);
ApiResult<Json> add_tags(Elb& elb, const Request& request);
ApiResult<Json> describe_tags(Elb& elb, const Request& request);
ApiResult<Json> remove_tags(Elb& elb, const Request& request);
/// No operation of AWS: which targets get which share, for models that send traffic.
ApiResult<Json> inspect_traffic(Elb& elb, const Request& request);

// ---- What several of these share ----
ApiResult<LoadBalancer*> add_load_balancer(Elb& elb, const Place& place, const Json& input,
                                           Stands stands);
ApiResult<TargetGroup*> add_target_group(Elb& elb, const Place& place, const Json& input);
ApiResult<void> register_in(Elb& elb, TargetGroup& group, const Json& targets, Stands stands);
ApiResult<Listener*> add_listener(Elb& elb, const Json& input, Stands stands);
ApiResult<Rule*> add_rule(Elb& elb, const Json& input, Stands stands);

// ---- Resources ----
ApiResult<Created> create_load_balancer_resource(Elb& elb, const ResourceRequest& request);
ApiResult<Created> create_target_group_resource(Elb& elb, const ResourceRequest& request);
ApiResult<Created> create_listener_resource(Elb& elb, const ResourceRequest& request);
ApiResult<Created> create_rule_resource(Elb& elb, const ResourceRequest& request);
ApiResult<Created> create_certificate_resource(Elb& elb, const ResourceRequest& request);
extern const std::span<const ResourceType> kResources;

// ---- Hooks ----
void on_event(Model& model, const Event& event);
void on_health(Model& model, std::string_view resource, Health health);
extern const std::span<const Fault> kFaults;
extern const std::span<const PhysicalQuantity> kQuantities;

}  // namespace opsim::elb
