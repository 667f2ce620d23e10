#pragma once
/// Finders of targets that take more than one describe call. Each answers what AWS would tell of
/// every resource that the parameters of the target let in.
#include <vector>

#include "models/fis/experiment_template.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::fis {

std::vector<Json> find_ecs_clusters(Cloud& cloud, const Place& place, const Texts& parameters);
std::vector<Json> find_ecs_tasks(Cloud& cloud, const Place& place, const Texts& parameters);
/// Tables of DynamoDB that have replicas in other Regions.
std::vector<Json> find_global_tables(Cloud& cloud, const Place& place, const Texts& parameters);
std::vector<Json> find_nodegroups(Cloud& cloud, const Place& place, const Texts& parameters);
/// Transit gateways of stacks: nothing describes them.
std::vector<Json> find_transit_gateways(Cloud& cloud, const Place& place, const Texts& parameters);
/// The subnets of the VPCs that are attached to a transit gateway.
std::vector<std::string> subnets_behind(Cloud& cloud, const Place& place,
                                        const std::string& gateway);
/// Load balancers and groups that have opted in to zonal shift.
std::vector<Json> find_shiftable(Cloud& cloud, const Place& place, const Texts& parameters);
/// "selectorType: labelSelector, deploymentName or podName."
std::vector<Json> find_pods(Cloud& cloud, const Place& place, const Texts& parameters);

}  // namespace opsim::fis
