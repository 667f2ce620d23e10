#pragma once
/// The operations of service "route53", the resource types and the hooks.
#include "models/route53/route53.hpp"

namespace opsim::route53 {

ApiResult<Json> change_resource_record_sets(Route53& dns, const Request& request);
ApiResult<Json> change_tags_for_resource(Route53& dns, const Request& request);
ApiResult<Json> create_health_check(Route53& dns, const Request& request);
ApiResult<Json> create_hosted_zone(Route53& dns, const Request& request);
ApiResult<Json> delete_health_check(Route53& dns, const Request& request);
ApiResult<Json> delete_hosted_zone(Route53& dns, const Request& request);
ApiResult<Json> get_change(Route53& dns, const Request& request);
ApiResult<Json> get_health_check(Route53& dns, const Request& request);
ApiResult<Json> get_health_check_status(Route53& dns, const Request& request);
ApiResult<Json> get_hosted_zone(Route53& dns, const Request& request);
/// No operation of AWS: which answers clients get, and which they still have.
ApiResult<Json> inspect_resolution(Route53& dns, const Request& request);
ApiResult<Json> list_health_checks(Route53& dns, const Request& request);
ApiResult<Json> list_hosted_zones(Route53& dns, const Request& request);
ApiResult<Json> list_hosted_zones_by_name(Route53& dns, const Request& request);
ApiResult<Json> list_resource_record_sets(Route53& dns, const Request& request);
ApiResult<Json> list_tags_for_resource(Route53& dns, const Request& request);
ApiResult<Json> test_dns_answer(Route53& dns, const Request& request);
ApiResult<Json> update_health_check(Route53& dns, const Request& request);

extern const std::span<const ResourceType> kResources;
extern const std::span<const PhysicalQuantity> kQuantities;
extern const std::span<const Fault> kFaults;

void on_event(Model& model, const Event& event);
void on_health(Model& model, std::string_view resource, Health health);
void on_target_health(Model& model, const TargetHealth& told);

}  // namespace opsim::route53
