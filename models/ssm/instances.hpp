#pragma once
/// What Systems Manager sees of EC2: through its API, as everybody else.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"

namespace opsim::ssm {

class Ssm;

struct InstanceLook {
  std::string id;
  std::string state;     // "running"
  std::string platform;  // "linux", "windows"
  std::string zone;
  std::string address;  // "10.0.0.12"
  Json tags = Json::array();
  bool managed = true;  // it has a role that lets its agent in
};

/// Nothing for an instance that EC2 does not know.
std::optional<InstanceLook> look_at_instance(Ssm& ssm, const Place& place, std::string_view id);

/// All instances that pass `filters` (DescribeInstances' own), in EC2's order.
std::vector<InstanceLook> look_at_instances(Ssm& ssm, const Place& place, const Json& filters);

/// The instance is managed and runs, and its agent too. The process "amazon-ssm-agent" counts where
/// a model has it. AWS: User Guide, "Configure instance permissions required for Systems Manager":
/// an instance profile, or Default Host Management Configuration. SIMPLIFIED: what the profile's
/// role allows is not asked.
bool agent_is_online(Ssm& ssm, const InstanceLook& instance);

/// The same of an instance by its id, without looking at the rest of it.
bool agent_answers(Ssm& ssm, const Place& place, std::string_view id);
/// "linux" or "windows"; looked up once an instance.
std::string platform_of(Ssm& ssm, const Place& place, const std::string& id);

}  // namespace opsim::ssm
