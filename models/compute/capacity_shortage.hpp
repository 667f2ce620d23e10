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
  std::string principal = {};  // only calls of this role
  double percent = 100;        // of the requests, by chance
};

/// What is asked for.
struct CapacityWanted {
  const Place& place;
  std::string_view zone;
  std::string_view type;
  std::string_view group;
  std::string_view principal = {};  // who calls, where somebody does
};

/// The fault "fail launches": `in` a zone, `of` a type, `on` a group, `for` a time.
void fail_launches(Fleet& fleet, const FaultRequest& request);
/// Whom a shortage that an experiment makes concerns: the launches of one group, or the calls of
/// one role.
struct ShortOf {
  Place place;
  std::string group{};
  std::string principal{};
  std::string zone{};  // "" for all of them
};
/// So many per cent of the requests are refused from now on; 0 ends it.
void set_shortage(Fleet& fleet, const ShortOf& whom, double percent);
[[nodiscard]] double shortage_percent(const Fleet& fleet, const ShortOf& whom);
[[nodiscard]] bool lacks_capacity(Fleet& fleet, const CapacityWanted& wanted);
/// "We currently do not have sufficient m5.large capacity in the Availability Zone you
/// requested..."
[[nodiscard]] std::string capacity_message(const CapacityWanted& wanted);

}  // namespace opsim::compute
