#pragma once
#include "opsim/cloud/service.hpp"

namespace opsim {

/// What can go wrong with any API call, as faults of a timeline:
///   deny calls to ssm:StartAutomationExecution for 30min
///   throttle calls to ssm for 10min
///   fail calls to ec2:RunInstances for 1h
///   slow calls to ssm by 20s for 1h
extern const Service kCallFaults;

}  // namespace opsim
