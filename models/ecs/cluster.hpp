#pragma once
/// Clusters: what they are made of and how they take tasks.
#include <map>
#include <string>
#include <vector>

#include "models/ecs/container_instance.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::ecs {

struct Cluster {
  std::string name;
  std::string arn;
  Place place;
  std::vector<std::string> capacity_providers;
  Json default_strategy = Json::array();
  bool insights = false;  // containerInsights enabled or enhanced
  bool active = true;
  Json settings = Json::array();
  std::map<std::string, SourceId> reservations{};  // CPUReservation, MemoryReservation
};

}  // namespace opsim::ecs
