#pragma once
/// Where EC2 has no capacity for a while: launches there are refused.
/// AWS: EC2 API reference, "Error codes": InsufficientInstanceCapacity; EC2 User Guide,
/// "Troubleshoot instance launch issues".
#include <optional>
#include <string>
#include <string_view>

#include "opsim/cloud/service.hpp"

namespace opsim::compute {

class Fleet;

/// "" means any.
struct CapacityShortage {
  Place place;
  std::string zone;
  std::string type;
  std::string group;  // only launches of this Auto Scaling group
  std::optional<SimTime> until;
};

/// What is asked for.
struct CapacityWanted {
  const Place& place;
  std::string_view zone;
  std::string_view type;
  std::string_view group;
};

/// The fault "fail launches": `in` a zone, `of` a type, `on` a group, `for` a time.
void fail_launches(Fleet& fleet, const FaultRequest& request);
/// Begins or ends a shortage for one group: in a zone, or "" for all of them.
void set_group_shortage(Fleet& fleet, const Place& place, std::string_view group,
                        std::string_view zone, bool holds);
[[nodiscard]] bool has_group_shortage(const Fleet& fleet, const Place& place,
                                      std::string_view group, std::string_view zone);
[[nodiscard]] bool lacks_capacity(Fleet& fleet, const CapacityWanted& wanted);
/// "We currently do not have sufficient m5.large capacity in the Availability Zone you
/// requested..."
[[nodiscard]] std::string capacity_message(const CapacityWanted& wanted);

}  // namespace opsim::compute
