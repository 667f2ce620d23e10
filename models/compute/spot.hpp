#pragma once
/// Spot Instances: EC2 takes them back, and says so before.
/// AWS: EC2 User Guide, "EC2 instance rebalance recommendations", "Spot Instance interruption
/// notices" (two minutes before), "Behavior of Spot Instance interruptions".
#include <string>

#include "models/compute/fleet.hpp"

namespace opsim::compute {

/// A rebalance recommendation at once, the interruption `ahead` later with its notice two minutes
/// before. Does nothing to instances that are not Spot, or are interrupted already.
void interrupt_spot(Fleet& fleet, Instance& instance, Duration ahead);
/// Tells that a request was fulfilled: each Spot Instance has one of its own.
void fulfil_spot_request(Fleet& fleet, const Instance& instance);
/// EC2 stopped or terminated it: nobody else did before.
[[nodiscard]] bool was_taken_back(const Instance& instance);
/// "sir-00000001" of i-00000001.
[[nodiscard]] std::string spot_request_of(const Instance& instance);

}  // namespace opsim::compute
