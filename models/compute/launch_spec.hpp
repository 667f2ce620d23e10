#pragma once
/// What an instance is launched from. RunInstances, launch templates, launch configurations and
/// AWS::EC2::Instance share it: their members have the same names.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/compute/agent_config.hpp"
#include "models/compute/capacity_reservation.hpp"
#include "models/compute/input.hpp"
#include "models/compute/volume.hpp"

namespace opsim::compute {

struct LaunchSpec {
  std::string image_id;
  std::string instance_type = "t3.micro";
  bool names_type = false;  // else the type is made up
  std::string cpu_credits;  // "standard", "unlimited", or "" for the default of the type
  std::string key_name;
  std::string instance_profile;  // name or ARN, as given
  std::vector<std::string> security_groups;
  std::string subnet;
  std::string zone;
  std::string user_data;  // plain text
  bool detailed_monitoring = false;
  // Estimate: the root volume of Amazon Linux images.
  VolumeShape root{.type = "gp3", .gib = 8, .iops = 3'000, .throughput = 125};
  bool deletes_root = true;          // with the instance
  std::vector<BlockDevice> devices;  // beside the root
  Tags tags;                         // of the instances
  std::string launch_template;       // "lt-00000001:1", or ""
  SimTime configured{};              // when its launch configuration was made
  bool spot = false;                 // InstanceMarketOptions, or a launch configuration's SpotPrice
  std::string spot_behavior = "terminate";  // InstanceInterruptionBehavior; API default
  ReservationWish reservation;              // CapacityReservationSpecification
  bool hibernates = false;                  // HibernationOptions
  bool recovers_itself = true;              // MaintenanceOptions.AutoRecovery
  bool keeps_existing = false;              // DisableApiTermination
  bool keeps_running = false;               // DisableApiStop

  /// The agent that user data or cfn-init metadata set up.
  std::optional<AgentConfig> agent;
  std::string agent_parameter;  // SSM parameter that holds its configuration, or ""
};

/// Reads members as RunInstances, LaunchTemplateData, AWS::EC2::Instance and
/// AWS::AutoScaling::LaunchConfiguration have them. `metadata` is the resource's Metadata or null:
/// cfn-init writes files from it.
[[nodiscard]] LaunchSpec read_launch_spec(const Json& members, const Json& metadata);

/// RunInstances on top of a launch template: what is given replaces the template's.
[[nodiscard]] Json overlaid(const Json& base, const Json& given);

/// From the name's family and size, for the CloudWatch agent's byte metrics and device names.
/// SIMPLIFIED: memory is a rule over sizes, not AWS's table of types.
[[nodiscard]] double memory_gib(std::string_view instance_type);
/// "nvme0n1p1" on Nitro types, "xvda1" on Xen types (EC2 User Guide, "device names").
[[nodiscard]] std::string_view root_device(std::string_view instance_type);

}  // namespace opsim::compute
