#pragma once
#include <span>

#include "opsim/cloud/service.hpp"

namespace opsim::ecs {

extern const std::span<const Fault> kTaskFaults;
extern const std::span<const PhysicalQuantity> kTaskQuantities;

}  // namespace opsim::ecs
