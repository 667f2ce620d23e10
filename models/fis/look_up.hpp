#pragma once
/// Finders of targets that take more than one describe call. Each answers what AWS would tell of
/// every resource that the parameters of the target let in.
#include <vector>

#include "models/fis/experiment_template.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::fis {

std::vector<Json> find_ecs_clusters(Cloud& cloud, const Place& place, const Texts& parameters);
std::vector<Json> find_ecs_tasks(Cloud& cloud, const Place& place, const Texts& parameters);
std::vector<Json> find_nodegroups(Cloud& cloud, const Place& place, const Texts& parameters);
/// Load balancers and groups that have opted in to zonal shift.
std::vector<Json> find_shiftable(Cloud& cloud, const Place& place, const Texts& parameters);
/// "selectorType: labelSelector, deploymentName or podName."
std::vector<Json> find_pods(Cloud& cloud, const Place& place, const Texts& parameters);

}  // namespace opsim::fis
